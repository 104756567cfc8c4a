"""Versions and errors are the daemon's own."""
from harness.check import contains, equal, status
from harness.http import Connection
from harness.program import Programs
from harness.suite import test
from split.recorder import Recorder


def bytes_of(host, method, target, body=b''):
    """An answer as it comes over the wire, but for its Date."""
    with Connection(host) as c:
        c.send(f'{method} {target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body)
        head, _, rest = c.at_end().partition(b'\r\n\r\n')
    lines = head.split(b'\r\n')
    return lines[0], sorted(line for line in lines[1:] if not line.startswith(b'Date:')), rest


def must_be_the_same(w, method, target, body=b''):
    direct = bytes_of(w.engine.host, method, target, body)
    equal(bytes_of(w.daemon.host, method, target, body), direct, f'{method} {target}')
    return direct


@test()
def ping(w):
    """The ping shows the daemon's version, features and builder"""
    for method in 'GET', 'HEAD':
        _, headers, _ = must_be_the_same(w, method, '/_ping')
        contains(headers, f'Api-Version: {w.direct.server_version}'.encode())
    equal(w.api.get('/version').json, w.direct.get('/version').json)


@test()
def window(w):
    """From 1.24 to the newest that the daemon speaks"""
    newest = w.direct.server_version
    for version in '1.24', '1.30', newest:
        for target in '/containers/json?all=1', '/images/json', '/networks/bridge', '/info?':
            path = f'/v{version}{target}'
            status(w.api.get(target.split('?')[0], version=version), 200)
            if target != '/info?':
                must_be_the_same(w, 'GET', path)


@test()
def outside_the_window(w):
    """Too new and too old: the daemon's own words"""
    for version in '1.99', '99.1', '1.1':
        line, _, body = must_be_the_same(w, 'GET', f'/v{version}/containers/json')
        contains(line, b'400')
        contains(body, b'client version')


@test()
def errors(w):
    """Whatever the daemon refuses, it does in its own words"""
    for method, target, body in (
            ('GET', '/v1.41/containers/nonesuch/json', b''), ('POST', '/v1.41/containers/create', b'{'),
            ('POST', '/v1.41/containers/create', b'{}'), ('GET', '/v1.41/nonesuch', b''), ('DELETE', '/v1.41/images/nonesuch', b''),
            ('POST', '/v1.41/containers/nonesuch/attach?stream=1', b''), ('GET', '/v1.41/containers/json?filters=x', b''),
            ('POST', '/v1.41/exec/nonesuch/start', b'{}'), ('PUT', '/v1.41/containers/nonesuch/archive?path=/', b''),
            ('PATCH', '/v1.41/info', b''), ('GET', '/v1.41/images/nonesuch/get', b''), ('GET', '/v1.41/secrets', b''),
            ('GET', '/v1.41/plugins', b''), ('POST', '/v1.41/images/create?fromImage=Bad', b'')):
        line, _, _ = must_be_the_same(w, method, target, body)
        if not target.endswith('/plugins'):
            equal(line.split()[1][:1] in (b'4', b'5'), True, f'{method} {target}: {line}')


def newer(exchange):
    exchange.read()
    exchange.reply(body=exchange.target.encode(), headers=[('Api-Version', '1.51'), ('Ostype', 'linux'), ('X-New', 'thing')])


@test()
def newer_daemon(w):
    """A daemon newer than ours, and an endpoint that nobody knew, are passed through"""
    programs = Programs(w.daemon.programs)
    recorder = Recorder(programs.socket('newer'), newer)
    try:
        programs.serve('sockerless', programs.socket('s'), '--backend', 'docker', '--docker-host', recorder.address)
        with Connection(programs.socket('s')) as c:
            c.send(b'HEAD /_ping HTTP/1.1\r\nHost: d\r\n\r\nGET /v1.51/brand/new?thing=1 HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n')
            text = c.at_end()
        contains(text, b'Api-Version: 1.51\r\n')
        contains(text, b'X-New: thing\r\n')
        equal(text.endswith(b'/v1.51/brand/new?thing=1'), True, 'the target')
        equal([e.target for e in recorder.seen[-2:]], ['/_ping', '/v1.51/brand/new?thing=1'])
        for exchange in recorder.seen:
            equal([k for k, _ in exchange.headers if k.lower().startswith('sockerless')], [], 'headers that are ours')
        programs.stop()
    finally:
        programs.remove()
        recorder.stop()
