"""docker-py: the library that many programs use."""
import io
import tarfile

import docker

from harness.api import LABEL
from harness.check import contains, equal, that
from harness.suite import test


def labels(api):
    return {LABEL: api.run_id}


@test('docker-py containers.run')
def run(client, api):
    """Output of a run, and the error of one that fails"""
    equal(client.containers.run('alpine', 'echo hello', remove=True, labels=labels(api)), b'hello\n')
    try:
        client.containers.run('alpine', ['sh', '-c', 'echo bad >&2; exit 3'], remove=True, labels=labels(api))
        that(False, 'a failing run raised nothing')
    except docker.errors.ContainerError as e:
        equal((e.exit_status, e.stderr), (3, b'bad\n'))


@test('docker-py containers.run')
def environment(client, api):
    """environment, working_dir, user, volumes"""
    volume = api.volume()
    out = client.containers.run('alpine', ['sh', '-c', 'echo $A; pwd; id -u; echo x >/v/f && cat /v/f'], environment={'A': '1'},
                                working_dir='/tmp', volumes={volume: {'bind': '/v', 'mode': 'rw'}}, remove=True, labels=labels(api))
    equal(out, b'1\n/tmp\n0\nx\n')


@test('docker-py Container')
def life(client, api):
    """start, reload, pause, logs, stop, wait, restart, rename, remove"""
    container = client.containers.create('alpine', ['sh', '-c', 'echo up; sleep 100'], labels=labels(api))
    container.start()
    container.reload()
    equal(container.status, 'running')
    container.pause()
    container.unpause()
    container.rename(api.name('renamed'))
    equal(next(container.logs(stream=True, follow=True)), b'up\n')
    container.restart(timeout=0)
    container.stop(timeout=0)
    equal(container.wait()['StatusCode'], 137)
    container.remove()


@test('docker-py exec_run')
def exec_run(client, api):
    """Code and output; streams apart; streaming"""
    container = client.containers.run('alpine', 'sleep 100', detach=True, labels=labels(api))
    equal(tuple(container.exec_run('sh -c "echo out; exit 5"')), (5, b'out\n'))
    _, (out, err) = container.exec_run(['sh', '-c', 'echo out; echo err >&2'], demux=True)
    equal((out, err), (b'out\n', b'err\n'))
    _, stream = container.exec_run(['seq', '1000'], stream=True)
    equal(b''.join(stream), b''.join(b'%d\n' % i for i in range(1, 1001)))


@test('docker-py put_archive', 'docker-py get_archive')
def archives(client, api):
    """A file in and out"""
    container = client.containers.create('alpine', 'true', labels=labels(api))
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode='w') as t:
        info = tarfile.TarInfo('f')
        info.size = 3
        t.addfile(info, io.BytesIO(b'abc'))
    that(container.put_archive('/tmp', data.getvalue()), 'put_archive failed')
    stream, stat = container.get_archive('/tmp/f')
    with tarfile.open(fileobj=io.BytesIO(b''.join(stream))) as t:
        equal(t.extractfile('f').read(), b'abc')
    equal((stat['name'], stat['size']), ('f', 3))


@test('docker-py attach_socket')
def attach_socket(client, api):
    """A socket to a program's input and output"""
    container = client.containers.create('alpine', 'cat', stdin_open=True, labels=labels(api))
    container.start()
    sock = container.attach_socket(params={'stdin': 1, 'stdout': 1, 'stream': 1})
    raw = getattr(sock, '_sock', sock)
    raw.sendall(b'through\n')
    data = b''
    raw.settimeout(20)
    while b'through\n' not in data:
        data += raw.recv(1000)
    sock.close()
    container.kill()


@test('docker-py containers.list', 'docker-py stats', 'docker-py top')
def looking(client, api):
    """list with filters, stats, top, diff"""
    container = client.containers.run('alpine', ['sh', '-c', 'touch /new; sleep 100'], detach=True, labels=labels(api))
    found = client.containers.list(filters={'label': f'{LABEL}={api.run_id}'})
    equal([c.id for c in found], [container.id])
    that('cpu_stats' in container.stats(stream=False), 'stats')
    that(container.top()['Processes'], 'top')
    that(isinstance(container.diff(), list), 'diff')


@test('docker-py networks', 'docker-py volumes')
def networks_and_volumes(client, api):
    """create, connect, disconnect, remove"""
    network = client.networks.create(api.name('net'), labels=labels(api))
    container = client.containers.run('alpine', 'sleep 100', detach=True, labels=labels(api))
    network.connect(container, aliases=['al'])
    network.reload()
    equal([c.id for c in network.containers], [container.id])
    network.disconnect(container)
    network.remove()
    volume = client.volumes.create(api.name('vol'), labels=labels(api))
    contains([v.name for v in client.volumes.list()], volume.name)
    volume.remove()


@test('docker-py images', 'docker-py events', 'docker-py info')
def rest(client, api):
    """images.get, tag, remove, events, info, version, df, ping"""
    image = client.images.get('alpine')
    contains(image.tags, 'alpine:latest')
    name = api.name('tag')
    that(image.tag(name, 'v1'), 'tag failed')
    client.images.remove(f'{name}:v1')
    since = api.now()
    client.containers.run('alpine', 'true', remove=True, labels=labels(api))
    events = client.events(since=float(since), until=float(api.now()), decode=True, filters={'label': f'{LABEL}={api.run_id}'})
    contains([e['Action'] for e in events], 'die')
    that(client.ping(), 'ping')
    for answer in (client.info(), client.version(), client.df()):
        that(isinstance(answer, dict), 'no object')
