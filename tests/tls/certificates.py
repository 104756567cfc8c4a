"""Who is let in, and what the others are told."""
import os
import ssl

from harness.check import contains, equal, status, that
from harness.http import Connection
from harness.suite import test


@test()
def right(w):
    """A client with a certificate of our authority"""
    status(w.api.get('/_ping', version=''), 200)
    with w.connect() as s:
        equal(s.version(), 'TLSv1.3')


@test()
def missing(w):
    """A client without a certificate is told that it needs one, in TLS 1.2 and 1.3"""
    context = w.context()
    equal(w.refusal(context), 'TLSV13_ALERT_CERTIFICATE_REQUIRED')
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    contains(w.refusal(context), 'HANDSHAKE_FAILURE')


@test()
def of_a_stranger(w):
    """A client whose certificate another authority has signed"""
    contains(w.refusal(w.context(w.stranger)), 'UNKNOWN_CA')


@test()
def expired(w):
    """A client whose certificate was good until yesterday"""
    contains(w.refusal(w.context(w.authority.issue('expired', 'clientAuth', days=-1))), 'CERTIFICATE_EXPIRED')


@test()
def wrong_purpose(w):
    """A server's certificate does not make a client"""
    contains(w.refusal(w.context(w.authority.issue('purpose', 'serverAuth'))), 'UNSUPPORTED_CERTIFICATE')


@test()
def server_of_a_stranger(w):
    """A client that trusts another authority does not talk to us"""
    context = ssl.create_default_context(cafile=os.path.join(w.stranger, 'ca.pem'))
    equal(w.refusal(context), 'CERTIFICATE_VERIFY_FAILED')


@test()
def told_in_the_log(w):
    """The log says why a client was not let in, and who it said to be is not believed"""
    w.refusal(w.context(w.stranger))
    contains(w.daemon.last_words(), "TLS handshake failed: the client's certificate is not accepted: ")
    w.refusal(w.context())
    contains(w.daemon.last_words(), 'TLS handshake failed: the client showed no certificate')


@test()
def unix_socket(w):
    """On the Unix socket clients may speak TLS, and then need a certificate, or not"""
    path = w.daemon.unix.removeprefix('unix://')
    ca, cert, key = (os.path.join(w.client, name) for name in ('ca.pem', 'cert.pem', 'key.pem'))
    with Connection(w.daemon.unix) as c:
        c.send(b'GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
        contains(c.at_end(), b'\r\n\r\nOK')
    curl = ['curl', '-sS', '--unix-socket', path, '--cacert', ca, 'https://localhost/_ping']
    equal(w.command(*curl, '--cert', cert, '--key', key)[:2], (0, b'OK'))
    code, out, err = w.command(*curl)
    that(code != 0 and not out, f'it was let in: {out!r}')
    contains(err, 'certificate required')
