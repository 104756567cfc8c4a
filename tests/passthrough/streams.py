"""Taken-over connections as the API has them: both heads, half-closes both ways, frames and terminals."""
import time

from harness.check import contains, equal, eventually, status
from harness.http import Answer, Connection
from harness.suite import test

RAW = 'application/vnd.docker.raw-stream'
IDLE = 3 * 8        # connections that are kept open between our processes and to the Engine, both ends of them
CAT = {'OpenStdin': True, 'StdinOnce': True, 'AttachStdin': True, 'AttachStdout': True, 'AttachStderr': True}
COUNT = 'n=$(wc -c); echo "counted $n"; echo end >&2; exit 2'


@test()
def attach(w):
    """With and without Upgrade: input, its end, and the answer after it"""
    for upgrade in True, False:
        container = w.api.run(COUNT, **CAT)
        with w.api.attach(container, upgrade) as stream:
            equal(stream.header('content-type'), RAW)
            stream.send(b'x' * 300000)
            stream.close_write()
            equal(stream.output(), (b'counted 300000\n', b'end\n'))
        equal(w.api.wait(container), 2)


@test()
def heads(w):
    """The heads of both are the Engine's own, byte for byte"""
    container = w.api.run(['cat'], **{**CAT, 'StdinOnce': False})
    for extra in '', 'Connection: Upgrade\r\nUpgrade: tcp\r\n':
        found = []
        for host in w.engine.host, w.daemon.host:
            with Connection(host) as c:
                c.send(f'POST /v1.41/containers/{container}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: docker\r\n{extra}'
                       'Content-Length: 0\r\n\r\n'.encode())
                head = [c.line(time.monotonic() + 20)]
                while head[-1]:
                    head.append(c.line(time.monotonic() + 20))
                c.send(b'hello\n')
                found.append((head, c.exactly(14, time.monotonic() + 20)))
        equal(found[1], found[0], f'the head with {extra!r}')


@test()
def input_at_once(w):
    """Input and its end right behind the request, before the answer"""
    for extra in '', 'Connection: Upgrade\r\nUpgrade: tcp\r\n':
        container = w.api.run(COUNT, **CAT)
        with Connection(w.daemon.host) as c:
            c.send(f'POST /v1.41/containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: docker\r\n{extra}'
                   'Content-Length: 0\r\n\r\n'.encode() + b'y' * 1000)
            c.close_write()
            stream = status(Answer(c, 'POST'), 101 if extra else 200)
            equal(stream.output(), (b'counted 1000\n', b'end\n'))


@test()
def end_of_output_first(w):
    """The program closes its output and goes on to read"""
    container = w.api.run('echo said; exec >&- 2>&-; cat >/got; exit 6', **CAT)
    with w.api.attach(container, logs=1) as stream:
        stream.frames_until(b'said\n')
        stream.send(b'late words')
        stream.close_write()
        equal(w.api.wait(container), 6)
    data = status(w.api.get(f'/containers/{container}/archive', path='/got'), 200).read()
    contains(data, b'late words')


@test()
def exec_(w):
    """exec with and without Upgrade: half-close, streams apart, the code"""
    container = w.api.run(['sleep', '100'])
    for upgrade in True, False:
        ident = w.api.exec_create(container, COUNT, AttachStdin=True)
        with w.api.exec_start(ident, upgrade) as stream:
            stream.send(b'z' * 300000)
            stream.close_write()
            equal(stream.output(), (b'counted 300000\n', b'end\n'))
        equal(w.api.exec_code(ident), 2)


@test()
def terminals(w):
    """Raw bytes of a terminal, for a container and an exec; resize"""
    container = w.api.create('test -t 0 && echo tty; read x; echo "got $x"; read y; stty size', Tty=True, **CAT)
    with w.api.attach(container) as stream:
        w.api.start(container)
        stream.read_until(b'tty\r\n')
        stream.send(b'hi\n')
        stream.read_until(b'got hi\r\n')
        status(w.api.post(f'/containers/{container}/resize', h=33, w=99), 200)
        stream.send(b'\n')
        equal(stream.read(), b'\r\n33 99\r\n')
    container = w.api.run(['sleep', '100'])
    ident = w.api.exec_create(container, 'test -t 1 && echo tty; read x; stty size', Tty=True, AttachStdin=True)
    with w.api.exec_start(ident, Tty=True) as stream:
        stream.read_until(b'tty\r\n')
        status(w.api.post(f'/exec/{ident}/resize', h=44, w=88), 200, 201)
        stream.send(b'\n')
        equal(stream.read(), b'\r\n44 88\r\n')


@test()
def client_leaves(w):
    """A client that goes is gone for the Engine: its exec's input ends, an attached one's does too"""
    container = w.api.run('cat >/got; echo "end of input"; sleep 100', **CAT)
    with w.api.attach(container) as stream:
        stream.send(b'bye\n')
    eventually(lambda: w.api.logs(container)[0] == b'end of input\n', 'the program to see the end')
    before = sockets(w)
    for _ in range(20):
        with w.api.open('GET', '/events'), w.api.open('GET', f'/containers/{container}/logs', follow=1, stdout=1), \
                w.api.attach(container, stdin=0), w.api.open('GET', f'/containers/{container}/stats'):
            pass
    eventually(lambda: sockets(w) <= before + IDLE, 'the connections to be closed')


def sockets(w):
    return w.daemon.descriptors().count('socket')


@test()
def many_at_once(w):
    """Output of 100,000 lines, whole and in order"""
    want = b''.join(b'%d\n' % i for i in range(1, 100001))
    container = w.api.create('seq 100000')
    with w.api.attach(container, stdin=0) as stream:
        w.api.start(container)
        equal(stream.output(60)[0] == want, True, 'the lines')


@test()
def websocket(w):
    """attach/ws: an upgrade that is neither tcp nor h2c"""
    container = w.api.run(['cat'], **CAT)
    key = {'Connection': 'Upgrade', 'Upgrade': 'websocket', 'Sec-WebSocket-Version': '13', 'Origin': 'http://docker',
           'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}
    with w.api.open('GET', f'/containers/{container}/attach/ws', headers=key, stream=1, stdin=1, stdout=1) as stream:
        equal(status(stream, 101).header('sec-websocket-accept'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
        stream.send(b'\x81\x86\0\0\0\0hello\n')
        equal(stream.connection.exactly(8, time.monotonic() + 20)[2:], b'hello\n')
