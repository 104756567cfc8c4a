"""The HTTP under the API: keep-alive, pipelining, chunks, Expect, HEAD, limits, slow and vanishing clients."""
import json
import time

from harness.check import Skip, equal, eventually, status, that
from harness.http import Answer, Closed, Connection
from harness.suite import test

HOST = {'Host': 'docker'}
JSON = {**HOST, 'Content-Type': 'application/json'}


def chunked(*parts):
    return b''.join(b'%x\r\n%s\r\n' % (len(p), p) for p in parts) + b'0\r\n\r\n'


def ask(connection, method, target, headers=(), body=b''):
    connection.send_request(method, target, {**HOST, **dict(headers)}, body)
    answer = Answer(connection, method)
    answer.read()
    return answer


@test()
def keep_alive(d):
    """A hundred requests on one connection"""
    with Connection(d.host) as c:
        for _ in range(100):
            equal(ask(c, 'GET', '/_ping').text, 'OK')


@test()
def pipelining(d):
    """Requests sent at once are answered in order"""
    with Connection(d.host) as c:
        one = b'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n'
        two = b'GET /version HTTP/1.1\r\nHost: d\r\n\r\n'
        c.send((one + two) * 20)
        for _ in range(20):
            for check in (lambda a: a.text == 'OK', lambda a: 'ApiVersion' in a.json):
                answer = Answer(c, 'GET')
                answer.read()
                that(check(answer), f'answers out of order: {answer.text[:50]!r}')


@test()
def byte_by_byte(d):
    """A request that comes in single bytes"""
    with Connection(d.host) as c:
        for byte in b'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n':
            c.send(bytes([byte]))
        equal(Answer(c, 'GET').status, 200)


@test()
def head_has_no_body(d):
    """After HEAD the next answer follows at once"""
    with Connection(d.host) as c:
        for _ in range(3):
            equal(ask(c, 'HEAD', '/_ping').status, 200)
            equal(ask(c, 'GET', '/_ping').text, 'OK')


@test()
def connection_close(d):
    """Connection: close, and HTTP/1.0, end after the answer"""
    for head in (b'GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n', b'GET /_ping HTTP/1.0\r\n\r\n'):
        with Connection(d.host) as c:
            c.send(head)
            answer = Answer(c, 'GET')
            equal((answer.status, answer.read()), (200, b'OK'))
            equal(c.at_end(), b'')


@test()
def half_closed_client(d):
    """A client that has closed its sending side still gets the answer"""
    with Connection(d.host) as c:
        c.send(b'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n')
        c.close_write()
        try:
            equal(Answer(c, 'GET').read(), b'OK')
        except Closed:
            that(d.old, 'closed without an answer')      # Docker Engine takes it as a client that went


@test('POST /containers/create')
def chunked_request(d):
    """A JSON body in chunks"""
    body = json.dumps(d.config('true')).encode()
    with Connection(d.host) as c:
        head = {'Transfer-Encoding': 'chunked', 'Content-Type': 'application/json'}
        answer = ask(c, 'POST', f'/v{d.version}/containers/create', head, chunked(body[:10], body[10:11], body[11:]))
        equal(answer.status, 201)
        equal(ask(c, 'GET', '/_ping').status, 200)
    d.requests.append(('POST', '/containers/create', d.version, 201))


@test('PUT /containers/{id}/archive')
def expect_continue(d):
    """Expect: 100-continue is answered before the body is sent"""
    cid = d.create('true')
    data = b'\0' * 10240
    with Connection(d.host) as c:
        head = {**HOST, 'Expect': '100-continue', 'Content-Length': len(data), 'Content-Type': 'application/x-tar'}
        c.send_request('PUT', f'/v{d.version}/containers/{cid}/archive?path=/tmp', head, b'')
        equal(Answer(c, 'PUT').status, 100)
        c.send(data)
        equal(Answer(c, 'PUT').status, 200)
    d.requests.append(('PUT', f'/containers/{cid}/archive', d.version, 200))


@test()
def host_is_required(d):
    """HTTP/1.1 without Host is a bad request"""
    with Connection(d.host) as c:
        c.send(b'GET /_ping HTTP/1.1\r\n\r\n')
        equal(Answer(c, 'GET').status, 400)


@test()
def not_http(d):
    """What is not HTTP is refused or dropped, and nothing else happens"""
    for junk in (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', b'nonsense\r\n\r\n', b'GET\r\n\r\n', b'GET  /_ping HTTP/1.1\r\n\r\n',
                 b'GET /_ping HTTP/9.9\r\nHost: d\r\n\r\n', b'GET /_ping HTTP/1.1\r\nHost: d\r\nno colon\r\n\r\n',
                 b'GET /_ping HTTP/1.1\r\nHost : d\r\n\r\n', b'\r\n\r\n\r\n' * 100, b'\0' * 5000):
        with Connection(d.host) as c:
            try:
                c.send(junk)
                c.close_write()
                data = c.at_end(15)
            except (BrokenPipeError, ConnectionResetError):
                data = b''
            that(data == b'' or data.split(b' ')[1][:1] in (b'4', b'5'), f'{junk[:40]!r} was answered with {data[:60]!r}')
    equal(d.get('/_ping', version='').text, 'OK')


@test()
def smuggling(d):
    """Contradicting lengths are refused, and the connection ends"""
    inner = b'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n'
    for head in (b'Content-Length: 5\r\nContent-Length: 6\r\n', b'Content-Length: -1\r\n', b'Content-Length: 0x10\r\n',
                 b'Content-Length: 99999999999999999999\r\n', b'Transfer-Encoding: nonesuch\r\n'):
        with Connection(d.host) as c:
            c.send(b'POST /v1.41/containers/create HTTP/1.1\r\nHost: d\r\n' + head + b'\r\n' + inner)
            answer = Answer(c, 'POST')
            that(answer.status in (400, 413, 501), f'{head!r}: {answer.status}')
            that(b'\r\n\r\nOK' not in c.at_end(), f'{head!r}: the rest was taken as a request')


@test()
def bad_chunks(d):
    """Sizes that are none, missing line ends, and chunks that stop in the middle"""
    head = f'POST /v{d.version}/containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n' \
           'Transfer-Encoding: chunked\r\n\r\n'.encode()
    for body in (b'zz\r\n{}\r\n0\r\n\r\n', b'5\r\n{"a":1}\r\n0\r\n\r\n', b'fffffffffffffffff\r\n', b'4\r\n{"a"', b''):
        with Connection(d.host) as c:
            c.send(head + body)
            c.close_write()
            try:
                answer = Answer(c, 'POST')
                that(answer.status >= 400, f'{body!r}: {answer.status}')
            except (Closed, ConnectionResetError):
                pass
    equal(d.get('/_ping', version='').text, 'OK')


@test()
def oversized_headers(d):
    """A header of megabytes is refused and not kept"""
    with Connection(d.host) as c:
        try:
            c.send(b'GET /_ping HTTP/1.1\r\nHost: d\r\nX-Long: ' + b'x' * (4 << 20) + b'\r\n\r\n')
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            that(Answer(c, 'GET').status in (400, 413, 431), 'it was accepted')
        except (Closed, ConnectionResetError):
            pass
    with Connection(d.host) as c:
        try:
            c.send(b'GET /_ping HTTP/1.1\r\nHost: d\r\n' + b''.join(b'X-%d: y\r\n' % i for i in range(200000)) + b'\r\n')
            that(Answer(c, 'GET').status in (400, 413, 431), '200,000 headers were accepted')
        except (Closed, BrokenPipeError, ConnectionResetError):
            pass


@test()
def long_target(d):
    """A target of 100 kB is an error, not the end"""
    with Connection(d.host) as c:
        try:
            c.send(b'GET /containers/' + b'a' * 100000 + b'/json HTTP/1.1\r\nHost: d\r\n\r\n')
            that(Answer(c, 'GET').status in (400, 404, 414, 431), 'status')
        except (Closed, BrokenPipeError, ConnectionResetError):
            pass


@test()
def odd_targets(d):
    """Bad escapes, double slashes, dots and absolute forms do not confuse the router"""
    for target in ('//_ping', '/./_ping', '/%zz', '/%00', '/v1.41/../_ping', '*', '/v1.41', '/v1.41/', '/vx.y/version', '/',
                   '/containers//json', '/containers/%2e%2e/json', '/v1.41.0/version', 'http://docker/_ping'):
        with Connection(d.host) as c:
            try:
                c.send(f'GET {target} HTTP/1.1\r\nHost: d\r\n\r\n'.encode())
                answer = Answer(c, 'GET')
                that(answer.status < 500, f'{target}: {answer.status}')
            except (Closed, ConnectionResetError):
                pass
    equal(d.get('/_ping', version='').text, 'OK')


@test(limit=60)
def slow_client(d):
    """A head that does not come to an end is given up; others are served meanwhile"""
    if d.old:
        raise Skip('Docker Engine waits without end')
    with Connection(d.host) as c:
        c.send(b'GET /_ping HTTP/1.1\r\nHost: d\r\nX-Slow: ')
        began = time.monotonic()
        status(d.get('/_ping', version=''), 200)
        data = c.at_end(50)
        that(time.monotonic() - began < 50, 'it was waited for')
        that(data == b'' or b' 408 ' in data, f'answer {data[:80]!r}')


@test()
def many_connections(d):
    """Five hundred idle connections, each answered, all given back"""
    connections = [Connection(d.host) for _ in range(500)]
    for c in connections:
        c.send_request('GET', '/_ping', HOST, b'')
    for c in connections:
        answer = Answer(c, 'GET')
        equal((answer.status, answer.read()), (200, b'OK'))
    if d.daemon:
        that(len(d.daemon.descriptors()) >= 500, 'connections were not kept')
    for c in connections:
        c.close()


@test()
def vanishing_clients(d):
    """Clients that go at every point of a request"""
    whole = f'POST /v{d.version}/containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n' \
            'Content-Length: 1000\r\n\r\n{"Image":"alpine:latest"'.encode()
    for size in range(0, len(whole), 3):
        with Connection(d.host) as c:
            c.send(whole[:size])
    equal(d.list(), [])


@test('GET /containers/json')
def answers_are_whole(d):
    """A long list in small receives: nothing is lost when the client is slow"""
    for _ in range(30):
        d.create('true', Labels={f'k{i}': 'v' * 100 for i in range(50)})
    found = eventually(lambda: d.list(), 'the list')
    equal(len(found), 30)
    that(all(len(c['Labels']) == 51 for c in found), 'labels')
