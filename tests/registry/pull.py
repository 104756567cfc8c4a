"""docker pull with --fetch-image-config: what it takes from the registry, and how it fails."""
import base64
import json
import threading
import time

from harness.check import Skip, contains, equal, refused, status, that
from harness.http import Connection
from harness.suite import test
from registry.servers import INDEX_TYPE, PASSWORD, USER, Front, free_port, write_certificate

CONFIG = {'Env': ['PATH=/usr/bin:/bin', 'GREETING=hello'], 'Entrypoint': ['/bin/sh', '-c'],
          'Cmd': ['echo $GREETING; id -u; pwd'], 'WorkingDir': '/tmp', 'User': '33', 'Labels': {'kind': 'sample'},
          'ExposedPorts': {'80/tcp': {}}, 'StopSignal': 'SIGQUIT', 'Volumes': {'/data': {}},
          'Healthcheck': {'Test': ['CMD', 'true'], 'Interval': 5000000000}}
MORE = {'author': 'me', 'created': '2024-01-02T03:04:05Z',
        'history': [{'created': '2024-01-02T03:04:05Z', 'created_by': 'first', 'comment': 'c'},
                    {'created': '2024-01-02T03:04:06Z', 'created_by': 'second', 'empty_layer': True}]}
NOWHERE = 'sha256:' + '0' * 64


def pull(w, image, tag='v1', auth=None, **query):
    headers = {'X-Registry-Auth': base64.urlsafe_b64encode(json.dumps(auth).encode()).decode()} if auth else {}
    return w.api.post('/images/create', fromImage=image, tag=tag, headers=headers, **query)


def pulled(w, *arguments, **options):
    """The lines of a pull that works."""
    lines = [json.loads(line) for line in status(pull(w, *arguments, **options), 200).text.splitlines()]
    that(all('error' not in line for line in lines), f'progress {lines}')
    return lines


@test('POST /images/create', 'GET /images/{name}/json', 'GET /images/{name}/history')
def config(w):
    """The image has the registry's config, id and digest; its files are the built-in userland's, and it says so"""
    ident, manifest = w.open.push('app', 'v1', CONFIG, **MORE)
    name = f'{w.open.host}/app'
    lines = pulled(w, name)
    equal(lines[0], {'status': 'Pulling from app', 'id': 'v1'})
    contains(lines[1]['status'], 'built-in userland')
    equal([line['status'] for line in lines[2:]],
          [f'Digest: {manifest["digest"]}', f'Status: Downloaded newer image for {name}:v1'])
    equal(pulled(w, name)[-1]['status'], f'Status: Image is up to date for {name}:v1')
    i = status(w.api.get(f'/images/{name}:v1/json'), 200).json
    equal((i['Id'], i['RepoTags'], i['RepoDigests']), (ident, [f'{name}:v1'], [f'{name}@{manifest["digest"]}']))
    equal((i['Author'], i['Created'], i['Architecture'], i['Os']), ('me', MORE['created'], 'amd64', 'linux'))
    equal({key: i['Config'].get(key) for key in CONFIG}, CONFIG)
    contains(i['Comment'], 'built-in userland')
    h = status(w.api.get(f'/images/{name}:v1/history'), 200).json
    equal([(x['Id'], x['CreatedBy'], x['Comment'], x['Size']) for x in h],
          [(ident, 'second', '', 0), ('<missing>', 'first', 'c', 0)])


@test('POST /images/create', 'POST /containers/create')
def container(w):
    """A container runs with the image's entrypoint, command, environment, directory and user"""
    w.open.push('app', 'run', CONFIG)
    pulled(w, f'{w.open.host}/app', 'run')
    equal(w.api.finish(None, Image=f'{w.open.host}/app:run'), (0, b'hello\n33\n/tmp\n', b''))
    equal(w.api.finish(['echo $0 $GREETING', 'x'], Image=f'{w.open.host}/app:run', Env=['GREETING=bye']),
          (0, b'x bye\n', b''))


@test('POST /images/create')
def by_digest(w):
    """A pull by digest, and the same image under its tag: one image"""
    ident, manifest = w.open.push('app', 'dig', {'Cmd': ['digest']})
    name, digest = f'{w.open.host}/app', manifest['digest']
    pulled(w, name, digest)
    pulled(w, name, 'dig')
    for reference in (f'{name}@{digest}', f'{name}:dig', ident):
        i = status(w.api.get(f'/images/{reference}/json'), 200).json
        equal((i['Id'], i['RepoTags'], i['RepoDigests']), (ident, [f'{name}:dig'], [f'{name}@{digest}']))


@test('POST /images/create')
def platforms(w):
    """An index gives the image of the platform that was asked for, linux/amd64 else"""
    entries = []
    for architecture, variant in (('arm', 'v6'), ('arm', 'v7'), ('amd64', None)):
        _, manifest = w.open.push('multi', f'{architecture}{variant}', {'Cmd': [f'{architecture}{variant}']})
        platform = {'os': 'linux', 'architecture': architecture, **({'variant': variant} if variant else {})}
        entries.append({**manifest, 'platform': platform})
    index = w.open.push_manifest('multi', 'v1', {'schemaVersion': 2, 'mediaType': INDEX_TYPE, 'manifests': entries})
    name = f'{w.open.host}/multi'
    for platform, cmd in (('', 'amd64None'), ('linux/arm/v7', 'armv7'), ('linux/amd64', 'amd64None')):
        pulled(w, name, platform=platform)
        i = status(w.api.get(f'/images/{name}:v1/json'), 200).json
        equal((i['Config']['Cmd'], i['RepoDigests']), ([cmd], [f'{name}@{index["digest"]}']), platform)
    refused(pull(w, name, platform='linux/s390x'), 404, 'no matching manifest for linux/s390x')
    refused(pull(w, name, platform='a/b/c/d'), 400, 'unknown operating system or architecture')


@test('POST /images/create')
def missing(w):
    """An image that is not there, by tag, by digest and by name: 404 in the Engine's words"""
    w.open.push('app', 'v1')
    for repository in ('app', 'nothing/here'):
        name = f'{w.open.host}/{repository}'
        r = refused(pull(w, name, 'gone'), 404)
        equal(r.message, f'manifest for {name}:gone not found: manifest unknown: manifest unknown')
        r = refused(pull(w, name, NOWHERE), 404)
        equal(r.message, f'manifest for {name}@{NOWHERE} not found: manifest unknown: manifest unknown')
    status(w.api.get(f'/images/{w.open.host}/app:gone/json'), 404)


@test('POST /images/create')
def unreachable(w):
    """Nobody listens, and no such host: 500 with the reason"""
    host = f'127.0.0.1:{free_port()}'
    equal(refused(pull(w, f'{host}/app'), 500).message,
          f'Get "http://{host}/v2/": dial tcp {host}: connect: connection refused')
    r = refused(pull(w, 'registry.invalid/app'), 500, 'Get "https://registry.invalid/v2/": ')
    contains(r.message, 'dial tcp: lookup registry.invalid: ')


@test('POST /images/create')
def basic_auth(w):
    """A registry that asks for a password"""
    ident, _ = w.locked.push('secret', 'v1', {'Cmd': ['secret']})
    name = f'{w.locked.host}/secret'
    refused(pull(w, name), 500, f'Get "http://{w.locked.host}/v2/": no basic auth credentials')
    r = refused(pull(w, name, auth={'username': USER, 'password': 'wrong'}), 500)
    equal(r.message, 'unauthorized: authentication required')
    pulled(w, name, auth={'username': USER, 'password': PASSWORD})
    equal(w.api.get(f'/images/{name}:v1/json').json['Id'], ident)


@test('POST /images/create')
def tampered(w):
    """A config or a manifest that is not what its digest says"""
    _, manifest = w.open.push('app', 'tam', {'Cmd': ['right']})

    def cheat(what):
        return lambda request: what in request.path and (request.forward(lambda data: data.replace(b'right', b'wrong')
                                                                         .replace(b'"layers"', b'"lawyer"')) or True)
    with Front(w.open, cheat('/blobs/')) as front:
        refused(pull(w, f'{front.host}/app', 'tam'), 500, 'image config verification failed for digest sha256:')
    with Front(w.open, cheat('/manifests/')) as front:
        r = refused(pull(w, f'{front.host}/app', manifest['digest']), 500)
        equal(r.message, f'manifest verification failed for digest {manifest["digest"]}')


def token_server(front_of, given):
    """Asks for a bearer token at /token and accepts `given` alone."""
    def cheat(request):
        path, _, query = request.path.partition('?')
        if path == '/token':
            request.reply(200, json.dumps({'token': given}).encode())
            return True
        if request.headers['Authorization'] == f'Bearer {given}':
            return False
        known = request.headers['Authorization'] is not None
        request.reply(401, b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
                      WWW_Authenticate=f'Bearer realm="http://{front_of().host}/token",service="test"'
                      + (',error="insufficient_scope"' if known else ''))
        return True
    return cheat


@test('POST /images/create')
def token(w):
    """A registry that sends to a token server: asked with the scope, anonymously, with a password, by identity token"""
    w.open.push('team/app', 'v1')
    with Front(w.open, token_server(lambda: front, 'tok')) as front:
        name = f'{front.host}/team/app'
        pulled(w, name)
        equal(front.seen[0], ('GET', '/v2/', None))
        equal(front.seen[1], ('GET', '/token?scope=repository%3Ateam%2Fapp%3Apull&service=test', None))
        that(all(auth == 'Bearer tok' for _, _, auth in front.seen[2:]), f'asked {front.seen}')
        pulled(w, name, auth={'username': 'bob', 'password': 'b'})
        contains([(path, auth) for _, path, auth in front.seen],
                 ('/token?scope=repository%3Ateam%2Fapp%3Apull&service=test&account=bob', 'Basic Ym9iOmI='))
        pulled(w, name, auth={'identitytoken': 'refresh-me'})
        contains(front.seen, ('POST', '/token', None))
        equal(front.forms, [b'grant_type=refresh_token&client_id=sockerless&service=test'
                            b'&scope=repository%3Ateam%2Fapp%3Apull&refresh_token=refresh-me'])
        pulled(w, name, auth={'registrytoken': 'tok'})


@test('POST /images/create')
def denied(w):
    """A token that does not reach: the Engine's words for a repository that is not there or not for you"""
    def cheat(request):
        if request.path.startswith('/token'):
            request.reply(200, b'{"access_token": "weak"}')
            return True
        return answer(request)
    answer = token_server(lambda: front, 'strong')
    with Front(w.open, cheat) as front:
        name = f'{front.host}/team/app'
        equal(refused(pull(w, name), 404).message,
              f"pull access denied for {name}, repository does not exist or may require 'docker login': "
              'denied: requested access to the resource is denied')


@test('POST /images/create')
def redirect(w):
    """A blob that lies elsewhere is fetched there, without the password"""
    ident, _ = w.locked.push('moved', 'v1', {'Cmd': ['moved']})

    def cheat(request):
        if request.headers['Authorization'] is None:
            request.reply(401, WWW_Authenticate='Basic realm="front"')
        elif '/blobs/' in request.path:
            request.reply(307, Location=f'http://localhost:{store.port}{request.path}')
        else:
            return False
        return True
    with Front(w.locked, lambda request: False) as store, Front(w.locked, cheat) as front:
        pulled(w, f'{front.host}/moved', auth={'username': USER, 'password': PASSWORD})
        that(all(auth for _, _, auth in front.seen[1:]), f'asked {front.seen}')
        equal(store.seen, [('GET', f'/v2/moved/blobs/{ident}', None)])


@test('POST /images/create')
def nonsense(w):
    """A manifest without end, one that is none, an old one, and a failing registry"""
    def manifests(status_code, data):
        return lambda request: '/manifests/' in request.path and (request.reply(status_code, data) or True)
    for code, data, answer, message in (
            (200, b' ' * (5 << 20), 500, 'the answer is larger than'),
            (200, b'<html>', 500, "the registry's manifest cannot be read: invalid character '<'"),
            (200, b'{"schemaVersion": 1}', 400, 'manifest schema 1 only'),
            (503, b'busy', 500, 'received unexpected HTTP status: 503'),
            (429, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}', 500, 'toomanyrequests: slow down')):
        with Front(w.open, manifests(code, data)) as front:
            r = pull(w, f'{front.host}/app')
            that(r.status == answer and message in r.message, f'{data[:20]}: {r.status} {r.message}')


@test('POST /images/create')
def tls(w):
    """Hosts that are not loopback are asked over TLS, and the certificate must be good"""
    if not w.name:
        raise Skip("this machine's name is not a loopback address")
    name, address = w.name
    write_certificate(f'{w.open.folder}/certificate', name)
    with Front(w.open, lambda request: False, (address, 0), f'{w.open.folder}/certificate') as front:
        refused(pull(w, f'{name}:{front.port}/app'), 500,
                f'Get "https://{name}:{front.port}/v2/": tls: failed to verify certificate: x509: ')
        equal(front.seen, [])


@test('POST /images/create')
def insecure(w):
    """… unless they are listed as insecure"""
    if not w.name:
        raise Skip("this machine's name is not a loopback address")
    w.open.push('app', 'plain')
    with Front(w.open, lambda request: False, (w.name[1], w.plain_port)):
        pulled(w, f'{w.name[0]}:{w.plain_port}/app', 'plain')


@test('POST /images/create', limit=60)
def silent(w):
    """Registries that never answer hold up neither the daemon nor its end"""
    w.open.push('app', 'before', CONFIG)
    pulled(w, f'{w.open.host}/app', 'before')
    asked, release = threading.Semaphore(0), threading.Event()

    def cheat(request):
        asked.release()
        release.wait(60)
        return False
    with Front(w.open, cheat) as front:
        waiting = [Connection(w.api.host) for _ in range(6)]
        for connection in waiting:
            connection.send_request('POST', f'/images/create?fromImage={front.host}/app&tag=v1',
                                    {'Host': 'docker', 'Content-Length': '0'}, b'')
        that(asked.acquire(timeout=10) and asked.acquire(timeout=10), 'two of them ask at once')
        began = time.monotonic()
        equal(w.api.finish(None, Image=f'{w.open.host}/app:before')[0], 0)
        that(time.monotonic() - began < 5, 'the daemon was held up')
        w.daemon.stop()
        that(time.monotonic() - began < 10, 'the daemon did not end')
        release.set()
        for connection in waiting:
            connection.socket.close()
    w.daemon.start()
