"""Streams inside TLS: half-closes, much data, certificates replaced meanwhile."""
import hashlib
import os
import shutil
import signal
import socket

from harness.check import Failed, contains, equal, eventually, status, that
from harness.suite import test

CAT = {'OpenStdin': True, 'StdinOnce': True, 'AttachStdin': True, 'AttachStdout': True, 'AttachStderr': True}
MEGABYTE = 1 << 20


@test()
def half_close(w):
    """The end of the input is TLS's goodbye; the program's answer still arrives"""
    cid = w.api.run(['sh', '-c', 'cat >/dev/null; echo all read'], **CAT)
    with w.api.attach(cid) as stream:
        stream.send(b'x' * MEGABYTE)
        stream.close_write()
        equal(stream.output(), (b'all read\n', b''))
    equal(w.api.wait(cid), 0)


@test()
def cut_input_is_no_end(w):
    """A client that is cut off has not ended the program's input: the next one goes on with it"""
    cid = w.api.run(['cat'], **CAT)
    with w.api.attach(cid) as stream:
        stream.send(b'half a comm')
        stream.frames_until(b'half a comm')
        sockets = w.daemon.descriptors().count('socket')
        stream.connection.socket.plain.shutdown(socket.SHUT_RDWR)
    eventually(lambda: w.daemon.descriptors().count('socket') < sockets, 'the end of the stream')
    with w.api.attach(cid) as stream:
        stream.send(b'and\n')
        stream.frames_until(b'and\n')
        stream.close_write()
        equal(stream.output(), (b'', b''))
    equal(w.api.wait(cid), 0)


@test()
def much(w):
    """64 MB there and back through cat, at once, whole"""
    cid = w.api.run(['cat'], **CAT)
    block = os.urandom(MEGABYTE)
    pipe = f'head -c {64 * MEGABYTE} /dev/zero | tr "\\0" y | docker exec -i {cid} cat | sha256sum'
    code, out, err = w.command('sh', '-c', pipe, environment={'DOCKER_HOST': w.daemon.host, 'DOCKER_TLS_VERIFY': '1',
                                                      'DOCKER_CERT_PATH': w.client}, limit=60)
    equal((code, err), (0, ''))
    equal(out.split()[0].decode(), hashlib.sha256(b'y' * (64 * MEGABYTE)).hexdigest())
    with w.api.attach(cid) as stream:
        for _ in range(4):
            stream.send(block)
            seen = b''
            for _, data in stream.frames():
                seen += data
                if len(seen) == len(block):
                    break
            that(seen == block, 'the block came back changed')
        stream.close_write()
        equal(stream.output(), (b'', b''))


@test()
def reload(w):
    """SIGHUP: new connections see the new certificate, streams that are open go on; a bad file changes nothing"""
    old = {name: os.path.join(w.daemon.server, name) for name in ('cert.pem', 'key.pem')}
    kept = os.path.join(w.pki, 'kept')
    shutil.copytree(w.daemon.server, kept)
    cid = w.api.run(['cat'], **CAT)
    try:
        with w.api.attach(cid) as stream:
            equal(w.server_name(), 'server')
            w.replace_server(w.authority.issue('successor', 'serverAuth'))
            equal(w.server_name(), 'server')
            hang_up(w, 'new connections get the certificates')
            equal(w.server_name(), 'successor')
            stream.send(b'still here\n')
            equal(stream.frames_until(b'still here\n')[0], b'still here\n')
            with open(old['cert.pem'], 'w') as f:
                f.write('this is no certificate\n')
            hang_up(w, 'those stay as they were')
            contains(w.daemon.last_words(), old['cert.pem'])
            equal(w.server_name(), 'successor')
            stream.close_write()
            equal(stream.output(), (b'', b''))
    finally:
        w.replace_server(kept)
        hang_up(w, 'new connections get the certificates')
    equal(w.server_name(), 'server')


def hang_up(w, says):
    before = w.daemon.last_words(1 << 20).count(says)
    w.daemon.children[0].send_signal(signal.SIGHUP)
    eventually(lambda: w.daemon.last_words(1 << 20).count(says) > before, says)


@test()
def keep_alive(w):
    """Many calls over one connection, with pauses in which it is parked"""
    with w.connect() as s:
        for i in range(50):
            s.sendall(b'GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n' * (1 + i % 3))
            got = b''
            while got.count(b'\r\n\r\nOK') < 1 + i % 3:
                piece = s.recv(65536)
                if not piece:
                    raise Failed(f'it was closed after {i} rounds')
                got += piece


@test()
def events_end_with_the_client(w):
    """A client that closes a stream of events, with a goodbye, is noticed: must_settle looks"""
    answer = w.api.open('GET', '/events')
    status(answer, 200)
    answer.close()
