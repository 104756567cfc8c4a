"""Ping, version, info, disk usage, the version window, and what is not an endpoint."""
import json

from harness.api import numbers
from harness.check import Skip, contains, equal, has_keys, refused, status, that
from harness.suite import test


@test('GET /_ping')
def ping(d):
    """Answers OK with the headers that clients negotiate by"""
    r = status(d.get('/_ping', version=''), 200)
    equal(r.text, 'OK', 'body')
    equal(r.header('ostype'), 'linux')
    equal(r.header('docker-experimental'), 'false')
    contains(r.header('cache-control'), 'no-store', 'Cache-Control')
    equal(r.header('pragma'), 'no-cache')
    equal(r.header('builder-version'), d.says('builder-version'))
    contains(r.header('server'), '/', 'Server')


@test('HEAD /_ping')
def ping_head(d):
    """HEAD has the same headers and no body"""
    r = status(d.head('/_ping', version=''), 200)
    equal(r.header('ostype'), 'linux')
    equal(r.header('api-version'), d.server_version)


@test('GET /_ping')
def ping_versioned(d):
    """A version before the path is accepted"""
    status(d.get('/_ping'), 200)


@test('GET /version')
def version(d):
    """Version, platform and components"""
    v = status(d.get('/version'), 200).json
    has_keys(v, 'Version ApiVersion MinAPIVersion GitCommit GoVersion Os Arch KernelVersion BuildTime Components Platform')
    equal(v['ApiVersion'], d.server_version)
    equal(v['MinAPIVersion'], d.says('minimum-version'))
    equal(v['Os'], 'linux')
    that(any(c['Name'] == 'Engine' for c in v['Components']), 'Components has no Engine')


@test('GET /version')
def version_without_prefix(d):
    """An unprefixed path is the newest version"""
    equal(d.get('/version', version='').json['ApiVersion'], d.server_version)


@test('GET /info')
def info(d):
    """Every list is a list, every number a number"""
    i = status(d.get('/info'), 200).json
    has_keys(i, 'ID Containers ContainersRunning ContainersPaused ContainersStopped Images Driver DriverStatus Plugins '
                'MemoryLimit SwapLimit PidsLimit IPv4Forwarding Debug NFd OomKillDisable NGoroutines SystemTime LoggingDriver '
                'CgroupDriver NEventsListener KernelVersion OperatingSystem OSType Architecture IndexServerAddress '
                'RegistryConfig NCPU MemTotal GenericResources DockerRootDir Name Labels ExperimentalBuild ServerVersion '
                'Runtimes DefaultRuntime Swarm LiveRestoreEnabled Isolation InitBinary SecurityOptions Warnings')
    equal(i['Swarm']['LocalNodeState'], 'inactive')
    for key in ('Containers', 'NCPU', 'MemTotal', 'Images'):
        that(isinstance(i[key], int), f'{key} is not a number: {i[key]!r}')
    for key in ('Volume', 'Network', 'Log'):
        that(isinstance(i['Plugins'][key], list), f'Plugins.{key} is not a list')
    that(isinstance(i['SecurityOptions'], list), 'SecurityOptions is not a list')


@test('GET /info')
def info_counts(d):
    """Counts containers by state"""
    before = d.get('/info').json
    d.create('true')
    d.run(['sleep', '100'])
    paused = d.run(['sleep', '100'])
    status(d.post(f'/containers/{paused}/pause'), 204)
    after = d.get('/info').json
    more = {k: after[k] - before[k] for k in ('Containers', 'ContainersRunning', 'ContainersPaused', 'ContainersStopped')}
    equal(more, {'Containers': 3, 'ContainersRunning': 1, 'ContainersPaused': 1, 'ContainersStopped': 1}, 'more')
    status(d.post(f'/containers/{paused}/unpause'), 204)


@test('GET /system/df')
def disk_usage(d):
    """Images, containers and volumes with sizes and use counts"""
    name = d.volume()
    container = d.run('dd if=/dev/zero of=/big bs=1024 count=100 2>/dev/null; echo x >/v/f', host={'Binds': [f'{name}:/v']})
    d.wait(container)
    u = status(d.get('/system/df'), 200).json
    has_keys(u, 'LayersSize Images Containers Volumes BuildCache')
    mine = next(c for c in u['Containers'] if c['Id'] == container)
    that(mine['SizeRw'] >= 100 * 1024, f"SizeRw is {mine['SizeRw']} after 100 KiB were written")
    volume = next(v for v in u['Volumes'] if v['Name'] == name)
    equal(volume['UsageData']['RefCount'], 1, 'RefCount')
    that(volume['UsageData']['Size'] > 0, 'Size of the volume')
    that(any('alpine:latest' in (i['RepoTags'] or []) for i in u['Images']), 'alpine:latest is missing')


@test('GET /system/df')
def disk_usage_by_type(d):
    """type= leaves the rest out (since API 1.42)"""
    if d.old:
        raise Skip('Docker Engine 20.10 does not know the parameter')
    u = status(d.get('/system/df', type='volume'), 200).json
    that('Volumes' in u and not u.get('Images') and not u.get('Containers'), f'got {list(u)}')
    refused(d.get('/system/df', type='nonesuch'), 400)


@test('GET /version')
def version_too_new(d):
    """A newer version than ours is refused with ours"""
    refused(d.get('/version', version='9.99'), 400,
            f'client version 9.99 is too new. Maximum supported API version is {d.server_version}')


@test('GET /version')
def version_too_old(d):
    """An older version than the window is refused with the oldest"""
    r = status(d.get('/version', version='1.1'), 400)
    equal(r.header('content-type'), d.says('api-too-old-type'), 'content type')
    contains(r.text, f"client version 1.1 is too old. Minimum supported API version is {d.says('minimum-version')}", 'message')


@test('GET /version', 'GET /info', 'GET /containers/json', 'GET /images/json', 'GET /networks', 'GET /volumes',
      'POST /containers/create', 'POST /containers/{id}/start', 'POST /containers/{id}/wait', 'GET /containers/{id}/logs',
      'GET /containers/{id}/json', 'DELETE /containers/{id}')
def version_window(d):
    """Every version from 1.24 on reads, and runs a container from create to remove"""
    last = numbers(d.version)[1]
    for minor in range(24, last + 1):
        version = f'1.{minor}'
        for path in ('/version', '/info', '/containers/json', '/images/json', '/networks', '/volumes'):
            status(d.get(path, version=version), 200)
        cid = status(d.post('/containers/create', d.config('echo hi; exit 3'), version=version), 201).json['Id']
        status(d.post(f'/containers/{cid}/start', version=version), 204)
        equal(d.post(f'/containers/{cid}/wait', version=version).json['StatusCode'], 3, f'exit code at {version}')
        with d.open('GET', f'/containers/{cid}/logs', stdout=1, version=version) as answer:
            equal(answer.output()[0], b'hi\n', f'log at {version}')
        status(d.get(f'/containers/{cid}/json', version=version), 200)
        status(d.delete(f'/containers/{cid}', version=version), 204)


@test()
def no_such_route(d):
    """An unknown path is 404 "page not found", and says so in JSON"""
    refused(d.get('/nonesuch'), 404, 'page not found')
    refused(d.delete('/_ping', version=''), 404, 'page not found')


@test('GET /swarm', 'GET /services', 'GET /nodes', 'GET /plugins')
def swarm_is_off(d):
    """Swarm's lists say that this is not a swarm manager; there are no plugins"""
    for path in ('/swarm', '/services', '/nodes'):
        refused(d.get(path), 503, 'This node is not a swarm manager')
    equal(status(d.get('/plugins'), 200).json or [], [], 'plugins')
    refused(d.get('/plugins', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
    refused(d.get('/plugins/nonesuch/json'), 404, 'plugin "nonesuch" not found')


@test('POST /auth')
def auth_bad_body(d):
    """A login that is not JSON is refused as such"""
    r = d.post('/auth', b'{', headers={'Content-Type': 'application/json'})
    status(r, d.says('malformed-json-status'))


@test('GET /info')
def info_is_one_line(d):
    """The body of an answer ends with a line end, as the Engine's does"""
    text = d.get('/info').text
    equal(text[-1], '\n', 'last character')
    json.loads(text)
