"""By rule and not by list: what a front end sends on is what the client sent, byte for byte where it matters."""
from harness.check import equal, refused, status, that
from harness.http import Answer
from harness.suite import test
from split.world import DOCKER, chunked, request

HOP_BY_HOP = [('Connection', 'keep-alive, X-Private'), ('Keep-Alive', 'timeout=5'), ('Proxy-Connection', 'keep-alive'),
              ('Proxy-Authorization', 'Basic eA=='), ('TE', 'trailers'), ('Trailer', 'X-Sum'), ('X-Private', 'mine')]


@test()
def paths(w):
    """Any path arrives as it was written, its version as a header"""
    r = w.record()
    for path, version, rest in (
            ('/nobody/knows/this', None, '/nobody/knows/this'), ('/', None, '/'), ('/v1.44/_ping', '1.44', '/_ping'),
            ('/v1.44', None, '/v1.44'), ('/v1.44/', '1.44', '/'), ('/v0.1/x', '0.1', '/x'), ('/v99.99/x', '99.99', '/x'),
            ('/v1.44/v1.24/x', '1.44', '/v1.24/x'), ('/vx/y', None, '/vx/y'), ('/version', None, '/version'),
            ('/v1/x', None, '/v1/x'), ('/v1.44/a%2Fb%2fc%20d/json', '1.44', '/a%2Fb%2fc%20d/json'),
            ('/v1.44/containers/..%2f..%2fx', '1.44', '/containers/..%2f..%2fx'), ('/a/../b/./c//d', None, '/a/../b/./c//d'),
            ('/internal/v1/version', None, '/internal/v1/version'), ("/~!$&'()*+,;=:@-._", None, "/~!$&'()*+,;=:@-._"),
            ('/v1.44/images/localhost:5000/a/b@sha256:0f/json', '1.44', '/images/localhost:5000/a/b@sha256:0f/json')):
        status(w.ask(target=path), 200)
        equal((r.last.target, r.last.header('Sockerless-Api-Version')), ('/internal/v1' + rest, version), path)
    status(w.ask(target='http://somewhere:1/v1.44/x?y'), 200)
    equal((r.last.target, r.last.header('Sockerless-Api-Version')), ('/internal/v1/x?y', '1.44'), 'a target with its host')


@test()
def queries(w):
    """Unknown, empty, repeated and oddly escaped parameters arrive as they were written"""
    r = w.record()
    for query in ('a=1&b=2', 'a=', 'a', '=', '&&a&&', 'a=1&a=2&a=1', 'a=%2f%2F%20+%c3%A4', 'filters=%7B%22a%22%3A%5B%5D%7D', 'a=b=c',
                  'a?b', "a='(!*)~/:@", 'x=' + 'y' * 20000, '&'.join(f'k{i}={i}' for i in range(200))):
        status(w.ask(target=f'/v1.44/x?{query}'), 200)
        equal(r.last.target, f'/internal/v1/x?{query}', 'target')
    noted = len(r.seen)
    for query, words in (('a=%zz', 'invalid URL escape'), ('a=%', 'invalid URL escape'), ('a=%00', 'invalid URL escape'),
                         ('a=1;b=2', 'invalid semicolon separator')):
        refused(w.ask(target=f'/x?{query}'), 400, words)
    equal(len(r.seen), noted, 'calls with queries that are none')


@test()
def methods(w):
    """Every method goes on"""
    r = w.record()
    for method in 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH':
        status(w.ask(method, '/v1.44/any/thing'), 200)
        equal((r.last.method, r.last.target), (method, '/internal/v1/any/thing'))


@test()
def headers(w):
    """Names, case, order and repetitions are kept; what belongs to one connection is not sent on"""
    r = w.record()
    own = [('User-Agent', 'Docker-Client/28.2 (linux)'), ('x-ODD-case', 'a'), ('X-Twice', '1'), ('X-Registry-Auth', 'eyJ9=='),
           ('X-Twice', '2'), ('X-Empty', ''), ('X-Long', 'z' * 30000), ('x-twice', 'a, b'), ('X-Latin', 'gr\xfc\xdfe'),
           ('Accept', '*/*'), ('Accept-Encoding', 'identity')]
    status(w.ask(target='/x', headers=own + HOP_BY_HOP), 200)
    equal([h for h in r.last.headers if h[0] != 'Host'], own)
    equal(sum(k == 'Host' for k, _ in r.last.headers), 1, 'Host headers')


@test()
def our_own_headers(w):
    """A client cannot say what only a front end says"""
    r = w.record()
    for case in str, str.lower, str.upper:
        forged = [(case('Sockerless-Secret'), 's' * 20), (case('Sockerless-Api-Version'), '1.1'),
                  (case('Sockerless-Api-Version'), '1.2')] * 2
        status(w.ask(target='/v1.44/x', headers=forged), 200)
        mine = [(k, v) for k, v in r.last.headers if k.lower().startswith('sockerless-')]
        equal(mine, [('Sockerless-Api-Version', '1.44')])
        status(w.ask(target='/x', headers=forged), 200)
        equal([k for k, _ in r.last.headers if k.lower().startswith('sockerless-')], [], 'without a version in the path')


@test()
def our_own_headers_stay(w):
    """Nor can it take from a call what the front end says, by naming it as one connection's"""
    r = w.record()
    status(w.ask(target='/v1.44/x', headers=[('Connection', 'Sockerless-Api-Version, X-Mine'), ('X-Mine', '1')]), 200)
    equal([h for h in r.last.headers if h[0] != 'Host'], [('Sockerless-Api-Version', '1.44')])


@test()
def only_paths_and_versions(w):
    """The Docker back end makes the daemon's path of a path and a version, of nothing else"""
    daemon = w.programs.socket('daemon')
    r = w.listen(daemon)
    w.programs.serve(DOCKER, w.back_address, '--docker-host', daemon)
    noted = len(r.seen)
    for version in '1.44/containers/x/json?a=', '1.44 HTTP/1.1', '1.44/..', 'x', '1', '1.44.1.1', '-1.44':
        refused(w.ask(target='/internal/v1/info', headers=[('Sockerless-Api-Version', version)], address=w.back_address),
                400, 'is no API version')
    for target in '/internal/v1', '/internal/v1x', '/internal/v1http://x/y', '/internal/v2/info', '/info':
        refused(w.ask(target=target, address=w.back_address), 404, 'page not found')
    equal(len(r.seen), noted, 'calls that the daemon has seen')
    for version in '1.44', '0.1', '99.99', '1.44.0':
        status(w.ask(target='/internal/v1/info', headers=[('Sockerless-Api-Version', version)], address=w.back_address), 200)
        equal(r.last.target, f'/v{version}/info')
    status(w.ask('OPTIONS', '/internal/v1*', address=w.back_address), 200)
    equal(r.last.target, '*')


@test()
def bodies(w):
    """Bodies of every size and framing, on methods that seldom have one too"""
    r = w.record()
    every = bytes(range(256))
    for method in 'POST', 'PUT', 'DELETE', 'GET', 'PATCH', 'OPTIONS':
        for size in 0, 1, 256, 65535, 65536, 65537, 300000, 3 << 20:
            body = (every * (size // 256 + 1))[:size]
            status(w.ask(method, '/x', [('Content-Length', str(size))], body), 200)
            equal(r.last.body == body, True, f'{method} of {size} bytes')
            if size in (256, 65536, 3 << 20):
                parts = body[:100], body[100:101], body[101:]
                status(w.ask(method, '/x', [('Transfer-Encoding', 'chunked')], chunked(*parts)), 200)
                equal(r.last.body == body, True, f'{method} of {size} bytes in chunks')
                equal(r.last.header('Transfer-Encoding'), 'chunked')
    status(w.ask('POST', '/x', [('Transfer-Encoding', 'chunked')], chunked()), 200)
    equal(r.last.body, b'', 'no chunk at all')


@test()
def types_of_bodies(w):
    """Content headers are the client's"""
    r = w.record()
    sent = [('Content-Type', 'application/x-tar'), ('Content-Encoding', 'gzip'), ('X-Registry-Config', 'e30=')]
    for body, framing in ((b'x' * 10, ('Content-Length', '10')), (b'x' * 100000, ('Content-Length', '100000')),
                          (chunked(b'x' * 10), ('Transfer-Encoding', 'chunked'))):
        status(w.ask('POST', '/build', [*sent, framing], body), 200)
        equal([h for h in r.last.headers if h[0] != 'Host'], [*sent, framing])


@test()
def one_connection(w):
    """Many calls of one client are sent on in order, pipelined ones too"""
    r = w.record()
    with w.connect() as c:
        c.send(b''.join(request('POST', f'/x?{i}', [('Content-Length', '3')], b'%03d' % i) for i in range(50)))
        for _ in range(50):
            answer = Answer(c, 'POST')
            status(answer, 200).read()
    equal([(e.target, e.body) for e in r.seen], [(f'/internal/v1/x?{i}', b'%03d' % i) for i in range(50)])
    that(len(r.connections) <= 2, f'{len(r.connections)} connections to the back end for calls one after the other')


@test()
def old_clients(w):
    """A client of HTTP/1.0 is answered so, and sent on as HTTP/1.1"""
    r = w.record(lambda e: e.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'))
    with w.connect() as c:
        c.send(b'GET /v1.44/x HTTP/1.0\r\n\r\n')
        answer = Answer(c, 'GET')
        equal((answer.read(), answer.framing), (b'hello', 'close'))
    equal((r.last.target, r.last.protocol), ('/internal/v1/x', 'HTTP/1.1'))


@test()
def route(w):
    """The back end names the route for the front end's metrics; the client does not see it"""
    w.record(lambda e: e.reply(headers=[('Sockerless-Route', '/things/{id}'), ('X-Seen', '1')]))
    for name in 'abc':
        answer = status(w.ask(target=f'/v1.44/things/{name}'), 200)
        equal(answer.header('X-Seen'), '1')
        equal(answer.header('Sockerless-Route'), None)
    line = 'sockerless_http_requests_total{method="GET",route="/things/{id}",status="200"} 3'
    equal(line in w.ask(target='/metrics').text, True, f'{line} in the metrics')


@test()
def route_of_the_memory_back_end(w):
    """Calls and streams are counted at both, under the same route"""
    w.back()
    w.front()
    for name in 'one', 'two':
        status(w.ask(target=f'/v1.30/containers/{name}/json'), 404)
    status(w.ask(target='/no/such/thing'), 404)
    for address in w.front_address, w.back_address:
        text = w.ask(target='/metrics', address=address).text
        for line in ('{method="GET",route="/containers/{id}/json",status="404"} 2', '{method="GET",route="other",status="404"} 1'):
            equal('sockerless_http_requests_total' + line in text, True, f'{line} at {address}')
