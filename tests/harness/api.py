"""The Docker API as the tests use it: requests with a version prefix, and the few sequences that every test needs.

Whatever is made here carries a label of this run, and clean() removes what carries it.  Every request is noted, so that
the runner can check that a test called what it claims to prove.
"""
import itertools
import json
import os
import time
import urllib.parse

from harness import rootfs
from harness.check import Failed, equal, shorten, status
from harness.differences import pick
from harness.http import DEADLINE, Answer, Closed, Connection

IMAGE = 'alpine:latest'
LABEL = 'sockerless.test'
NEWEST = (1, 44)
UPGRADE = {'Connection': 'Upgrade', 'Upgrade': 'tcp'}


def numbers(version):
    return tuple(int(part) for part in version.split('.'))


class Api:
    def __init__(self, host, daemon=None):
        self.host = host
        self.daemon = daemon                    # of harness.daemon, when this run owns it
        self.requests = []                      # (method, path, version, status)
        self.run_id = f'{os.getpid():x}{int(time.time()) & 0xffff:x}'
        self.counter = itertools.count(1)
        self.server_version = self.call('GET', '/_ping', version='').header('api-version')
        newest = min(numbers(self.server_version), NEWEST)
        self.version = '.'.join(map(str, newest))
        self.old = newest < NEWEST

    def says(self, name):
        """The right answer of this daemon, where versions differ."""
        return pick(name, self.old)

    def count(self, ours, engine):
        """How often to do a thing: Docker Engine takes tens of times as long for each."""
        return ours if self.daemon else engine

    def name(self, stem):
        return f't{self.run_id}-{stem}-{next(self.counter)}'

    # -- requests -------------------------------------------------------------------------------

    def open(self, method, path, /, body=None, headers=None, version=None, query=None, deadline=DEADLINE, **more):
        """Sends a request; its answer with only the head read."""
        version = self.version if version is None else version
        query = {**(query or {}), **more}
        head = {'Host': 'docker', 'User-Agent': 'sockerless-tests'}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            head['Content-Type'] = 'application/json'
        elif isinstance(body, str):
            body = body.encode()
        if body is not None or method in ('POST', 'PUT'):
            head['Content-Length'] = str(len(body or b''))
        head.update(headers or {})
        connection = Connection(self.host, deadline)
        try:
            connection.send_request(method, target(version, path, query), head, body or b'')
            answer = Answer(connection, method, deadline)
        except (OSError, Closed):
            connection.close()
            raise
        self.requests.append((method, path, version, answer.status))
        return answer

    def call(self, method, path, /, body=None, **options):
        """A request and its whole answer."""
        with self.open(method, path, body, **options) as answer:
            if answer.framing != 'upgrade':
                answer.read()
            return answer

    def get(self, path, /, **options):
        return self.call('GET', path, **options)

    def head(self, path, /, **options):
        return self.call('HEAD', path, **options)

    def post(self, path, /, body=None, **options):
        return self.call('POST', path, body, **options)

    def put(self, path, /, body=None, **options):
        return self.call('PUT', path, body, **options)

    def delete(self, path, /, **options):
        return self.call('DELETE', path, **options)

    # -- containers -----------------------------------------------------------------------------

    def config(self, cmd, host=None, **config):
        labels = {LABEL: self.run_id, **config.pop('Labels', {})}
        body = {'Image': IMAGE, 'Labels': labels, **config}
        if cmd is not None:
            body['Cmd'] = ['sh', '-c', cmd] if isinstance(cmd, str) else cmd
        if host is not None:
            body['HostConfig'] = host
        return body

    def create(self, cmd, name=None, host=None, **config):
        """A new container's id.  A command that is a string is a shell script."""
        query = {'name': name} if name else {}
        answer = self.post('/containers/create', self.config(cmd, host, **config), query=query)
        return status(answer, 201).json['Id']

    def start(self, container):
        status(self.post(f'/containers/{container}/start'), 204)

    def run(self, cmd, **options):
        container = self.create(cmd, **options)
        self.start(container)
        return container

    def wait(self, container, deadline=30, **query):
        answer = self.post(f'/containers/{container}/wait', deadline=deadline, query=query)
        return status(answer, 200).json['StatusCode']

    def finish(self, cmd, **options):
        """Runs to the end: (exit code, stdout, stderr) by way of the log."""
        container = self.run(cmd, **options)
        code = self.wait(container)
        return (code, *self.logs(container))

    def logs(self, container, **query):
        query = query or {'stdout': 1, 'stderr': 1}
        with self.open('GET', f'/containers/{container}/logs', query=query) as answer:
            return status(answer, 200).output()

    def inspect(self, container):
        return status(self.get(f'/containers/{container}/json'), 200).json

    def remove(self, container, **query):
        status(self.delete(f'/containers/{container}', query={'force': 1, 'v': 1, **query}), 204)

    def attach(self, container, upgrade=True, **query):
        """A hijacked stream to a container."""
        query = {'stream': 1, 'stdin': 1, 'stdout': 1, 'stderr': 1, **query}
        return status(self.open('POST', f'/containers/{container}/attach', headers=UPGRADE if upgrade else None,
                                query=query), 101 if upgrade else 200)

    # -- exec -----------------------------------------------------------------------------------

    def exec_create(self, container, cmd, **config):
        body = {'AttachStdout': True, 'AttachStderr': True, **config}
        body['Cmd'] = ['sh', '-c', cmd] if isinstance(cmd, str) else cmd
        return status(self.post(f'/containers/{container}/exec', body), 201).json['Id']

    def exec_start(self, ident, upgrade=True, **body):
        body = {'Detach': False, 'Tty': False, **body}
        return status(self.open('POST', f'/exec/{ident}/start', body, headers=UPGRADE if upgrade else None),
                      101 if upgrade else 200)

    def exec_code(self, ident):
        return status(self.get(f'/exec/{ident}/json'), 200).json['ExitCode']

    def exec(self, container, cmd, **config):
        """(exit code, stdout, stderr) of a program in a running container."""
        ident = self.exec_create(container, cmd, **config)
        with self.exec_start(ident) as stream:
            out, err = stream.output()
        return self.exec_code(ident), out, err

    # -- the rest -------------------------------------------------------------------------------

    def list(self, **filters):
        filters = {'label': [f'{LABEL}={self.run_id}'], **filters}
        return status(self.get('/containers/json', all=1, filters=filters), 200).json

    def network(self, name=None, **body):
        name = name or self.name('net')
        body = {'Name': name, 'Driver': 'bridge', 'Labels': {LABEL: self.run_id}, **body}
        return status(self.post('/networks/create', body), 201).json['Id']

    def volume(self, name=None, **body):
        name = self.name('vol') if name is None else name
        body = {'Name': name, 'Labels': {LABEL: self.run_id}, **body}
        return status(self.post('/volumes/create', body), 201).json['Name']

    def now(self):
        """The present as the API's `since` and `until` take it."""
        return f'{time.time():.9f}'

    def events(self, since, filters=None, until=None):
        """What happened since then, up to now."""
        answer = self.get('/events', since=since, until=until or self.now(), filters=filters or {})
        return [json.loads(line) for line in status(answer, 200).text.splitlines()]

    def ensure_image(self):
        """alpine:latest: pulled from Sockerless, imported into Docker Engine."""
        if self.get(f'/images/{IMAGE}/json').status == 200:
            return
        if self.old:
            answer = self.post('/images/create', rootfs.busybox_tar(), headers={'Content-Type': 'application/x-tar'},
                               fromSrc='-', repo='alpine', tag='latest', query={'changes': rootfs.CHANGES})
        else:
            answer = self.post('/images/create', fromImage='alpine', tag='latest')
        if 'errorDetail' in status(answer, 200).text:
            raise Failed(f'no image: {shorten(answer.text)}')

    def clean(self):
        """Removes everything that carries this run's label."""
        mine = {'label': [f'{LABEL}={self.run_id}']}
        noted = len(self.requests)
        for container in self.list():
            self.delete(f"/containers/{container['Id']}", force=1, v=1, deadline=60)
        for network in self.get('/networks', filters=mine).json or []:
            self.delete(f"/networks/{network['Id']}")
        for volume in self.get('/volumes', filters=mine).json['Volumes'] or []:
            self.delete(f"/volumes/{volume['Name']}", force=1)
        del self.requests[noted:]
        equal(self.list(), [], 'containers left after cleaning')
        del self.requests[noted:]


def target(version, path, query):
    """The request target; values that are objects go as JSON, lists as repeated keys."""
    pairs = []
    for key, value in query.items():
        if isinstance(value, dict):
            pairs.append((key, json.dumps(value)))
        elif isinstance(value, list):
            pairs.extend((key, item) for item in value)
        else:
            pairs.append((key, value))
    prefix = f'/v{version}' if version else ''
    return prefix + path + ('?' + urllib.parse.urlencode(pairs) if pairs else '')
