"""A container's way from create to remove, with every verb in every state."""
import time

from harness.suite import test

NONE = 'conf-none'
FULL = {'Env': ['A=b', 'C='], 'Hostname': 'confhost', 'Domainname': 'example', 'WorkingDir': '/tmp', 'User': '0:0',
        'ExposedPorts': {'80/tcp': {}}, 'StopSignal': 'SIGUSR1', 'StopTimeout': 3, 'Volumes': {'/anonymous': {}}}
HOST = {'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 3}, 'Memory': 67108864, 'PidsLimit': 50,
        'ExtraHosts': ['a:10.0.0.1'], 'Dns': ['10.0.0.2'], 'CapAdd': ['NET_ADMIN'], 'Tmpfs': {'/scratch': 'size=1m'},
        'Ulimits': [{'Name': 'nofile', 'Soft': 64, 'Hard': 128}], 'LogConfig': {'Type': 'json-file', 'Config': {}}}


@test()
def create(s):
    """Creation, and what inspect says of it"""
    a = s.learn(s.do('plain', 201, 'POST /containers/create', s.config(['true']), query={'name': 'conf-a'}), 'a')
    s.do('inspect-plain', 200, f'GET /containers/{a}/json')
    s.do('inspect-size', 200, f'GET /containers/{a}/json', size=1)
    b = s.learn(s.do('full', 201, 'POST /containers/create', s.config(['sh', '-c', 'true'], HOST, **FULL),
                     query={'name': 'conf-b'}), 'b')
    s.do('inspect-full', 200, f'GET /containers/{b}/json')
    s.do('inspect-name', 200, 'GET /containers/conf-a/json')
    s.do('inspect-slash-name', 301, 'GET /containers/%2Fconf-a/json')
    s.do('inspect-prefix', 200, f'GET /containers/{a[:12]}/json')
    s.do('slash', 201, 'POST /containers/create', s.config(['true']), query={'name': '/conf-slash'})
    s.do('health', 201, 'POST /containers/create', s.config(['true'], Healthcheck={
        'Test': ['CMD', 'true'], 'Interval': 10 ** 9, 'Retries': 2}), query={'name': 'conf-health'})
    s.do('inspect-health', 200, 'GET /containers/conf-health/json')


@test()
def create_refused(s):
    """Each bad value has the Engine's status and words"""
    def bad(step, want, body, **query):
        s.do(step, want, 'POST /containers/create', body, query=query)

    s.make('conf-a', ['true'], start=False)
    bad('name-conflict', 409, s.config(['true']), name='conf-a')
    bad('bad-name', 400, s.config(['true']), name='-bad-')
    bad('short-name', 400, s.config(['true']), name='x')
    bad('no-image', 404, {**s.config(['true']), 'Image': 'conf-none:x'})
    bad('empty-image', 201, {**s.config(['true']), 'Image': ''})
    bad('bad-image', 400, {**s.config(['true']), 'Image': 'UPPER'})
    bad('bad-port', 400, s.config(['true'], {'PortBindings': {'x/tcp': [{}]}}))
    bad('bad-host-port', 400, s.config(['true'], {'PortBindings': {'80/tcp': [{'HostPort': '99999'}]}}))
    bad('bad-restart', 400, s.config(['true'], {'RestartPolicy': {'Name': 'sometimes'}}))
    bad('restart-count', 400, s.config(['true'], {'RestartPolicy': {'Name': 'always', 'MaximumRetryCount': 3}}))
    bad('restart-and-remove', 400, s.config(['true'], {'RestartPolicy': {'Name': 'always'}, 'AutoRemove': True}))
    bad('small-memory', 400, s.config(['true'], {'Memory': 1024}))
    bad('bad-bind', 500, s.config(['true'], {'Binds': ['a']}))
    bad('relative-bind', 500, s.config(['true'], {'Binds': ['/tmp:relative']}))
    bad('bad-bind-mode', 500, s.config(['true'], {'Binds': ['/tmp:/x:nonesuch']}))
    bad('bind-twice', 400, s.config(['true'], {'Binds': ['/tmp:/x', '/var:/x']}))
    bad('mount-missing-source', 400, s.config(['true'], {'Mounts': [
        {'Type': 'bind', 'Source': '/no/such/folder', 'Target': '/x'}]}))
    bad('mount-no-target', 400, s.config(['true'], {'Mounts': [{'Type': 'volume', 'Source': 'v'}]}))
    bad('mount-bad-type', 400, s.config(['true'], {'Mounts': [{'Type': 'nonesuch', 'Target': '/x'}]}))
    bad('bad-signal', 400, s.config(['true'], StopSignal='NONESUCH'))
    bad('bad-env', 400, s.config(['true'], Env=['=x']))
    bad('bad-health', 400, s.config(['true'], Healthcheck={'Interval': 1}))
    bad('bad-workdir', 400, s.config(['true'], WorkingDir='relative'))
    bad('bad-ulimit', 201, s.config(['true'], {'Ulimits': [{'Name': 'nonesuch', 'Soft': 1, 'Hard': 1}]}))
    bad('bad-network-mode', 400, s.config(['true'], {'NetworkMode': 'container:'}), name='conf-nm')
    bad('volumes-from-none', 400, s.config(['true'], {'VolumesFrom': ['conf-none']}))
    bad('links-none', 400, s.config(['true'], {'Links': ['conf-none:x']}))
    bad('bad-platform', 400, s.config(['true']), platform='a/b/c/d')
    bad('no-network', 201, s.config(['true'], {'NetworkMode': 'conf-none'}), name='conf-nonet')
    s.do('start-no-network', 404, 'POST /containers/conf-nonet/start')
    s.do('inspect-start-failed', 200, 'GET /containers/conf-nonet/json')


@test()
def running(s):
    """start, inspect and every verb on a running container"""
    a = s.make('conf-a', ['sh', '-c', 'trap "exit 7" USR1; while :; do sleep 0.05; done'], start=False)
    s.do('start', 204, f'POST /containers/{a}/start')
    s.do('start-again', 304, f'POST /containers/{a}/start')
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('unpause-unpaused', 500, f'POST /containers/{a}/unpause')
    s.do('pause', 204, f'POST /containers/{a}/pause')
    s.do('pause-again', 409, f'POST /containers/{a}/pause')
    s.do('inspect-paused', 200, f'GET /containers/{a}/json')
    s.do('exec-paused', 409, f'POST /containers/{a}/exec', {'Cmd': ['true']})
    s.do('remove-paused', 409, f'DELETE /containers/{a}')
    s.do('unpause', 204, f'POST /containers/{a}/unpause')
    s.do('remove-running', 409, f'DELETE /containers/{a}')
    s.do('rename', 204, f'POST /containers/{a}/rename', name='conf-z')
    s.do('inspect-renamed', 200, 'GET /containers/conf-z/json')
    s.do('inspect-old-name', 404, 'GET /containers/conf-a/json')
    s.do('rename-empty', 400, f'POST /containers/{a}/rename', name='')
    s.do('rename-same', 400, f'POST /containers/{a}/rename', name='conf-z')
    s.do('rename-bad', 400, f'POST /containers/{a}/rename', name='!')
    s.make('conf-other', ['true'], start=False)
    s.do('rename-conflict', 409, f'POST /containers/{a}/rename', name='conf-other')
    s.do('update', 200, f'POST /containers/{a}/update', {'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 0}})
    s.do('update-bad', 400, f'POST /containers/{a}/update', {'RestartPolicy': {'Name': 'sometimes'}})
    s.do('update-memory', 400, f'POST /containers/{a}/update', {'Memory': 1})
    s.do('restart', 204, f'POST /containers/{a}/restart', t=0)
    s.do('inspect-restarted', 200, f'GET /containers/{a}/json')
    s.do('stop', 204, f'POST /containers/{a}/stop', t=0)
    s.do('stop-again', 304, f'POST /containers/{a}/stop')
    s.do('start-stopped', 204, f'POST /containers/{a}/start')
    s.do('kill-bad-signal', 400, f'POST /containers/{a}/kill', signal='NONESUCH')
    s.do('kill-winch', 204, f'POST /containers/{a}/kill', signal='SIGWINCH')
    s.do('stop-bad-time', 500, f'POST /containers/{a}/stop', t='x')
    s.ask(f'POST /containers/{a}/pause')
    s.do('kill-paused', 204, f'POST /containers/{a}/kill')
    s.do('wait-killed', 200, f'POST /containers/{a}/wait')


@test()
def stopped(s):
    """Every verb on a container that has ended"""
    a = s.ended('conf-a', 'exit 3')
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('stop', 304, f'POST /containers/{a}/stop')
    s.do('kill', 409, f'POST /containers/{a}/kill')
    s.do('pause', 409, f'POST /containers/{a}/pause')
    s.do('unpause', 500, f'POST /containers/{a}/unpause')
    s.do('top', 409, f'GET /containers/{a}/top')
    s.do('resize', 409, f'POST /containers/{a}/resize', h=10, w=20)
    s.do('exec', 409, f'POST /containers/{a}/exec', {'Cmd': ['true']})
    s.do('update', 200, f'POST /containers/{a}/update', {'RestartPolicy': {'Name': 'no'}})
    s.do('rename', 204, f'POST /containers/{a}/rename', name='conf-b')
    s.do('wait', 200, f'POST /containers/{a}/wait')
    s.do('restart', 204, f'POST /containers/{a}/restart')
    s.do('wait-restarted', 200, f'POST /containers/{a}/wait')
    s.do('remove', 204, f'DELETE /containers/{a}')
    s.do('remove-again', 404, f'DELETE /containers/{a}')
    s.do('remove-force-404', 404, 'DELETE /containers/conf-none', force=1)
    s.do('remove-link', 404, f'DELETE /containers/{NONE}', link=1)


@test()
def created(s):
    """Every verb on a container that was never started"""
    a = s.make('conf-a', ['true'], start=False)
    s.do('stop', 304, f'POST /containers/{a}/stop')
    s.do('kill', 409, f'POST /containers/{a}/kill')
    s.do('pause', 409, f'POST /containers/{a}/pause')
    s.do('top', 409, f'GET /containers/{a}/top')
    s.do('exec', 409, f'POST /containers/{a}/exec', {'Cmd': ['true']})
    s.do('resize', 409, f'POST /containers/{a}/resize', h=10, w=20)
    s.do('logs', 200, f'GET /containers/{a}/logs', stdout=1, reads='frames')
    s.do('wait', 200, f'POST /containers/{a}/wait')
    s.do('remove-link', 500, f'DELETE /containers/{a}', link=1)
    s.do('remove', 204, f'DELETE /containers/{a}')


@test()
def ends(s):
    """How a container ends, and what is told of it"""
    missing = s.make('conf-missing', ['nonesuch-program'], start=False)
    s.do('start-missing', 400, f'POST /containers/{missing}/start')
    s.do('inspect-missing', 200, f'GET /containers/{missing}/json')
    folder = s.make('conf-folder', ['/tmp'], start=False)
    s.do('start-folder', 400, f'POST /containers/{folder}/start')
    s.do('inspect-folder', 200, f'GET /containers/{folder}/json')
    killed = s.make('conf-killed', ['sleep', '100'])
    s.do('kill', 204, f'POST /containers/{killed}/kill')
    s.do('wait-killed', 200, f'POST /containers/{killed}/wait')
    s.do('inspect-killed', 200, f'GET /containers/{killed}/json')
    s.do('start-killed', 204, f'POST /containers/{killed}/start')
    s.do('inspect-started', 200, f'GET /containers/{killed}/json')
    s.do('remove-force', 204, f'DELETE /containers/{killed}', force=1)
    user = s.make('conf-user', ['true'], User='nonesuch', start=False)
    s.do('start-no-user', 500, f'POST /containers/{user}/start')
    s.do('inspect-no-user', 200, f'GET /containers/{user}/json')


@test()
def wait(s):
    """Conditions, and a head that comes before the end"""
    a = s.make('conf-a', ['sh', '-c', 'read x; exit 4'], OpenStdin=True, start=False)
    s.do('404', 404, f'POST /containers/{NONE}/wait')
    s.do('bad-condition', 200, f'POST /containers/{a}/wait', condition='nonesuch')
    with s.held('next-exit', 200, f'POST /containers/{a}/wait', condition='next-exit'):
        s.ask(f'POST /containers/{a}/start')
        s.ask(f'POST /containers/{a}/kill')
    s.do('not-running', 200, f'POST /containers/{a}/wait', condition='not-running')
    with s.held('removed', 200, f'POST /containers/{a}/wait', condition='removed'):
        s.ask(f'DELETE /containers/{a}')
    b = s.make('conf-b', ['sleep', '0.2'], {'AutoRemove': True}, start=False)
    with s.held('auto-remove', 200, f'POST /containers/{b}/wait', condition='removed'):
        s.ask(f'POST /containers/{b}/start')
    s.do('inspect-auto-removed', 404, f'GET /containers/{b}/json')


@test()
def absent(s):
    """Every verb on a container that is not there"""
    for method, verbs in {'POST': 'start stop restart kill pause unpause wait', 'GET': 'json top logs?stdout=1 changes export stats'
                          }.items():
        for verb in verbs.split():
            s.do(verb.split('?')[0], 404, f'{method} /containers/{NONE}/{verb}')
    s.do('rename', 404, f'POST /containers/{NONE}/rename', name='conf-y')
    s.do('update', 404, f'POST /containers/{NONE}/update', {})
    s.do('resize', 404, f'POST /containers/{NONE}/resize', h=1, w=1)
    s.do('remove', 404, f'DELETE /containers/{NONE}')
    s.do('exec', 404, f'POST /containers/{NONE}/exec', {'Cmd': ['true']})
    s.do('archive', 404, f'GET /containers/{NONE}/archive', path='/')


@test()
def prune(s):
    """Only what has ended and fits"""
    s.ended('conf-a', 'true', Labels={'conf': 'prune'})
    s.make('conf-b', ['sleep', '100'], Labels={'conf': 'prune'})
    s.do('none', 200, 'POST /containers/prune', filters={'label': ['conf=none']})
    s.do('one', 200, 'POST /containers/prune', filters={'label': ['conf=prune']})
    s.do('bad-filter', 400, 'POST /containers/prune', filters={'nonesuch': ['1']})
    s.do('bad-until', 500, 'POST /containers/prune', filters={'until': ['x']})


@test()
def restart_policy(s):
    """A policy restarts and counts"""
    a = s.make('conf-a', 'exit 1', {'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 2}})
    until = time.monotonic() + 20
    while s.ask(f'GET /containers/{a}/json').json['RestartCount'] < 2 and time.monotonic() < until:
        time.sleep(0.05)
    s.ask(f'POST /containers/{a}/wait')
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('update', 200, f'POST /containers/{a}/update', {'RestartPolicy': {'Name': 'always'}})
    s.remove(a)
