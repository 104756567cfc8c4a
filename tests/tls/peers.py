"""Peers that do not behave: old versions, renegotiation, garbage, handshakes without an end.

Whatever they do costs only their own connection, and the daemon keeps nothing of it.
"""
import socket
import struct
import time

from harness.check import Failed, contains, equal, status, that
from harness.suite import test

SERVED_WITHIN = 2.0
HANDSHAKE_LIMIT = 10.0      # TLS_HANDSHAKE_TIMEOUT


def record(kind, data):
    return struct.pack('>BHH', kind, 0x0301, len(data)) + data


def alert_of(s):
    """The alert's number in the daemon's answer before it closes; None without one."""
    data = b''
    try:
        while piece := s.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data[6] if len(data) == 7 and data[0] == 21 else None


def must_serve(w):
    began = time.monotonic()
    status(w.api.get('/_ping', version=''), 200)
    took = time.monotonic() - began
    that(took < SERVED_WITHIN, f'others waited for {took:.1f} s')


@test()
def old_versions(w):
    """TLS 1.0 and 1.1 are refused with the alert that says so; 1.2 and 1.3 are spoken"""
    for version in ('-tls1', '-tls1_1'):
        said = w.s_client(version, '-cipher', 'ALL:@SECLEVEL=0')
        contains(said, 'protocol version')
        contains(said, 'Cipher is (NONE)')
    for version, name in (('-tls1_2', 'TLSv1.2'), ('-tls1_3', 'TLSv1.3')):
        contains(w.s_client(version), f'New, {name}, Cipher is ')


@test()
def downgrade(w):
    """A client that falls back although it could do better is told (RFC 7507)"""
    contains(w.s_client('-tls1_2', '-fallback_scsv'), 'inappropriate fallback')


@test()
def old_ciphers(w):
    """No ciphers without forward secrecy or authentication of what they carry"""
    for ciphers in ('AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA', 'aNULL', 'NULL'):
        contains(w.s_client('-tls1_2', '-cipher', f'{ciphers}:@SECLEVEL=0'), 'handshake failure')


@test()
def renegotiation(w):
    """A renegotiation is refused"""
    said = w.s_client('-tls1_2', input=b'R\n')
    contains(said, 'RENEGOTIATING')
    contains(said, 'no renegotiation')
    contains(said, 'Secure Renegotiation IS supported')


@test()
def no_compression_no_tickets(w):
    """Nothing is compressed, and sessions are not resumed"""
    for version in ('-tls1_2', '-tls1_3'):
        said = w.s_client(version)
        contains(said, 'Compression: NONE')
        that('session ticket' not in said, said)


@test()
def plain_http(w):
    """A client that forgot TLS is told so in its own language"""
    with w.knock() as s:
        s.sendall(b'GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n')
        data = b''
        while piece := s.recv(65536):
            data += piece
    that(data.startswith(b'HTTP/1.0 400 Bad Request\r\n'), data)
    contains(data, b'Client sent an HTTP request to an HTTPS server.')


@test()
def garbage(w):
    """Bytes that are no TLS"""
    for data in (b'hello, who is there?\r\n', bytes(1000), b'\x16\x03\x01\xff\xff' + bytes(70000),
                 b'\x80\x2e\x01\x00\x02' + bytes(50), record(22, b'\x01\xff\xff\xff' + bytes(100)), record(23, b'x' * 100),
                 record(20, b'\x01'), record(21, b'\x02\x28')):
        with w.knock() as s:
            s.sendall(data)
            try:
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            alert_of(s)
    must_serve(w)


@test()
def oversized(w):
    """A handshake that goes on and on is cut off, and others are served meanwhile"""
    with w.knock() as s:
        s.settimeout(20)
        sent = 0
        try:
            s.sendall(record(22, b'\x01\x01\xff\xff'))
            while sent < 4 << 20:
                s.sendall(record(22, bytes(256)))
                sent += 261
        except (ConnectionResetError, BrokenPipeError):
            pass
        else:
            raise Failed(f'{sent} bytes of a handshake were taken')
        must_serve(w)


@test()
def many_warnings(w):
    """Warnings without end, and empty records"""
    for data in (record(21, b'\x01\x5a'), record(22, b''), record(20, b'\x01')):
        with w.knock() as s:
            began = time.monotonic()
            try:
                for _ in range(5000):
                    s.sendall(data)
            except (ConnectionResetError, BrokenPipeError):
                pass
            alert_of(s)
            took = time.monotonic() - began
            that(took < HANDSHAKE_LIMIT / 2, f'5000 times {data!r} were taken for {took:.1f} s')
    must_serve(w)


@test(limit=60)
def stalled(w):
    """Handshakes that stop half-way are given up after 10 s; others are served meanwhile"""
    began = time.monotonic()
    waiting = [w.knock() for _ in range(100)]
    for i, s in enumerate(waiting):
        s.sendall(record(22, b'\x01\x00\x01\x00\x03\x03' + bytes(10))[:1 + i % 20])
    for _ in range(20):
        must_serve(w)
    for s in waiting:
        s.settimeout(HANDSHAKE_LIMIT + 10)
        alert_of(s)
        s.close()
    took = time.monotonic() - began
    that(HANDSHAKE_LIMIT - 1 < took < HANDSHAKE_LIMIT + 5, f'they were given up after {took:.1f} s')


@test()
def cut_off(w):
    """A request that ends with its connection, without TLS's goodbye, is none"""
    before = len(w.api.get('/volumes').json['Volumes'] or [])
    body = b'{"Name":"cut"}'
    with w.connect() as s:
        s.sendall(b'POST /volumes/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n'
                  % (len(body) + 1) + body)
        plain = s.detach()
        with socket.socket(fileno=plain) as gone:
            gone.shutdown(socket.SHUT_RDWR)
    must_serve(w)
    equal(len(w.api.get('/volumes').json['Volumes'] or []), before)
