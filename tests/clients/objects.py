"""Images, networks, volumes and disk usage by the CLI."""
import json

from harness.api import LABEL
from harness.check import Skip, contains, equal, that
from harness.suite import test


def mine(c):
    return ['--filter', f'label={LABEL}={c.api.run_id}']


@test('docker pull')
def pull(c):
    """Shows progress and the final line"""
    if c.api.old:
        raise Skip('Docker Engine would ask a registry')
    name = f'example/{c.name("pulled")}:2.0'
    out = c.ok('pull', name)
    contains(out, name)
    contains(out, 'built-in')
    equal(c.ok('pull', '-q', name), f'docker.io/{name}')
    c.ok('rmi', name)


@test('docker images')
def images(c):
    """Table, -q, --no-trunc, by name and format"""
    contains(c.ok('images').splitlines()[0], 'REPOSITORY')
    equal(c.ok('images', '--format', '{{.Repository}}:{{.Tag}}', 'alpine:latest'), 'alpine:latest')
    equal(c.ok('images', '-q', '--no-trunc', 'alpine:latest')[:7], 'sha256:')
    equal(c.ok('images', '-q', 'nonesuch'), '')


@test('docker image inspect')
def image_inspect(c):
    """Config and layers; unknown ones fail"""
    i = json.loads(c.ok('image', 'inspect', 'alpine'))[0]
    contains(i['RepoTags'], 'alpine:latest')
    equal(c.ok('image', 'inspect', '-f', '{{.Os}} {{index .Config.Cmd 0}}', 'alpine'), 'linux sh')
    c.fails(1, 'No such image: nonesuch', 'image', 'inspect', 'nonesuch')


@test('docker image history', 'docker history')
def image_history(c):
    """At least one line"""
    that(len(c.ok('image', 'history', 'alpine').splitlines()) >= 2, 'no line')
    that(c.ok('history', '-q', 'alpine'), 'no id')


@test('docker tag', 'docker rmi')
def tag_and_rmi(c):
    """A tag is another name; rmi takes it away"""
    name = c.name('tagged') + ':v1'
    c.ok('tag', 'alpine', name)
    equal(c.ok('images', '-q', name), c.ok('images', '-q', 'alpine:latest'))
    equal(c.ok('rmi', name), f'Untagged: {name}')
    c.fails(1, 'No such image', 'rmi', name)
    c.fails(1, 'No such image', 'tag', 'nonesuch', 'x')


@test('docker network create', 'docker network ls', 'docker network inspect', 'docker network rm')
def network(c):
    """create, ls, inspect, rm"""
    name = c.name('net')
    ident = c.ok('network', 'create', '--subnet', '10.218.0.0/24', '--gateway', '10.218.0.1', '--internal', name)
    equal(len(ident), 64)
    equal(c.ok('network', 'ls', '-q', '--no-trunc', *mine(c)), ident)
    contains(c.ok('network', 'ls', *mine(c)), f'{name}')
    equal(c.ok('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}} {{.Internal}}', name), '10.218.0.0/24 true')
    c.fails(1, 'already exists', 'network', 'create', name)
    equal(c.ok('network', 'rm', name), name)
    equal(c.docker('network', 'inspect', name).code, 1)
    c.fails(1, 'pre-defined network', 'network', 'rm', 'bridge')


@test('docker network connect', 'docker network disconnect')
def network_connect(c):
    """A container joins and leaves"""
    name = c.name('net')
    c.ok('network', 'create', '--subnet', '10.219.0.0/24', name)
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    c.ok('network', 'connect', '--alias', 'al', '--ip', '10.219.0.9', name, cid)
    equal(c.ok('inspect', '-f', f'{{{{(index .NetworkSettings.Networks "{name}").IPAddress}}}}', cid), '10.219.0.9')
    contains(c.ok('network', 'inspect', name), cid)
    c.fails(1, 'has active endpoints', 'network', 'rm', name)
    c.ok('network', 'disconnect', name, cid)
    c.fails(1, 'is not connected', 'network', 'disconnect', name, cid)
    c.ok('network', 'connect', name, cid)
    c.ok('network', 'disconnect', '-f', name, cid)


@test('docker run', 'docker network inspect')
def run_in_network(c):
    """--network and --network-alias; none"""
    name = c.name('net')
    c.ok('network', 'create', name)
    cid = c.ok('run', '-d', '--network', name, '--network-alias', 'al', 'alpine', 'sleep', '100')
    contains(c.ok('network', 'inspect', name), cid)
    c.fails(125, f'network {name}x not found', 'run', '--rm', '--network', name + 'x', 'alpine', 'true')
    equal(c.ok('run', '--rm', '--network', 'none', 'alpine', 'echo', 'alone'), 'alone')


@test('docker volume create', 'docker volume ls', 'docker volume inspect', 'docker volume rm')
def volume(c):
    """create, ls, inspect, rm"""
    name = c.name('vol')
    equal(c.ok('volume', 'create', '--label', 'k=v', name), name)
    equal(c.ok('volume', 'ls', '-q', *mine(c)), name)
    equal(c.ok('volume', 'inspect', '-f', '{{.Driver}} {{.Labels.k}}', name), 'local v')
    cid = c.ok('create', '-v', f'{name}:/v', 'alpine', 'true')
    c.fails(1, 'volume is in use', 'volume', 'rm', name)
    c.ok('rm', cid)
    equal(c.ok('volume', 'rm', name), name)
    r = c.docker('volume', 'inspect', name)
    equal(r.code, 1)
    contains(r.err.lower(), 'no such volume')


@test('docker volume prune')
def volume_prune(c):
    """Removes what nobody uses"""
    anonymous = c.api.volume(name='')
    out = c.ok('volume', 'prune', '-f', *mine(c))
    contains(out, anonymous)
    contains(out, 'Total reclaimed space')


@test('docker network prune')
def network_prune(c):
    """Removes what nobody uses"""
    name = c.name('net')
    c.ok('network', 'create', name)
    contains(c.ok('network', 'prune', '-f', *mine(c)), name)


@test('docker system df')
def system_df(c):
    """The table, also verbose"""
    c.ok('run', '-d', 'alpine', 'true')
    lines = c.ok('system', 'df').splitlines()
    equal([line.split()[0] for line in lines[:3]], ['TYPE', 'Images', 'Containers'])
    contains(c.ok('system', 'df', '-v'), 'Local Volumes space usage')


def endpoint(api):
    """Where the daemon is, and with which certificates, as a context has it."""
    folder = api.daemon and api.daemon.certificates
    files = [f'{kind}={folder}/{kind}.pem' for kind in ('ca', 'cert', 'key')] if folder else []
    return ','.join([f'host={api.host}', *files])


@test('docker context create', 'docker context use')
def context(c):
    """A context instead of DOCKER_HOST"""
    name = c.name('context')
    c.ok('context', 'create', name, '--docker', endpoint(c.api))
    outside = dict(c.environment)
    for variable in 'DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH':
        c.environment.pop(variable, None)
    try:
        c.ok('context', 'use', name)
        equal(c.ok('run', '--rm', 'alpine', 'echo', 'by context'), 'by context')
        c.ok('context', 'use', 'default')
    finally:
        c.environment.update(outside)
