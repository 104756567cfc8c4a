"""kill -9 of the daemon and a start on the same state: what was is there, and what ran is honestly ended."""
from harness.check import Skip, contains, equal, eventually, status, that
from harness.suite import test


def survive(d, how='kill'):
    """Ends the daemon and starts it on what it left."""
    if not d.daemon:
        raise Skip('needs a daemon that may be killed')
    if how == 'kill':
        d.daemon.kill()
    else:
        d.daemon.stop()
    d.daemon.start()


@test('GET /containers/{id}/json', 'GET /containers/{id}/logs', 'GET /containers/json')
def ended_containers(d):
    """Exit code, times, log and config of what had ended"""
    name = d.name('kept')
    cid = d.run('echo out; echo err >&2; exit 3', name=name, Labels={'k': 'v'}, Env=['A=1'])
    d.wait(cid)
    before = d.inspect(cid)
    listed = d.list()
    survive(d)
    after = d.inspect(name)
    equal(after, before, 'inspect')
    equal(d.logs(cid), (b'out\n', b'err\n'))
    equal(d.list()[0]['Id'], listed[0]['Id'])
    d.start(cid)
    equal(d.wait(cid), 3)
    equal(d.logs(cid)[0], b'out\nout\n')


@test('GET /containers/{id}/json')
def running_containers(d):
    """What ran is exited with a reason, and its processes are gone"""
    cid = d.run('echo before; sleep 1000')
    eventually(lambda: d.logs(cid)[0] == b'before\n', 'the first line')
    survive(d)
    state = d.inspect(cid)['State']
    if state['Running']:
        raise Skip('the container was kept running')
    equal(state['Status'], 'exited')
    that(state['ExitCode'] != 0, f'exit code {state["ExitCode"]}')
    that(state['Error'], 'no reason is given')
    that(state['FinishedAt'] >= state['StartedAt'], f'times {state}')
    equal(d.logs(cid)[0], b'before\n')
    eventually(lambda: not d.daemon.sandboxes(), 'the sandboxes to end')
    d.start(cid)
    equal(d.inspect(cid)['State']['Running'], True)


@test('POST /containers/{id}/start')
def control_groups(d):
    """Those of a killed daemon are removed by the next one"""
    if not status(d.get('/info'), 200).json['CpuCfsQuota']:
        raise Skip('no cgroup with the controller cpu is delegated to the daemon')
    cid = d.run('while :; do :; done', host={'NanoCpus': 300000000})
    left = d.daemon.control_groups() if d.daemon else []
    survive(d)
    equal(len(left), 1)
    eventually(lambda: left[0] not in d.daemon.control_groups(), 'the group to be removed')
    d.start(cid)
    equal(len(d.daemon.control_groups()), 1)


@test('GET /containers/{id}/archive')
def files_of_containers(d):
    """What was written is there; a created container still starts"""
    cid = d.run('echo written >/root/f')
    d.wait(cid)
    new = d.create('echo started')
    survive(d)
    status(d.get(f'/containers/{cid}/archive', path='/root/f'), 200)
    d.start(new)
    equal((d.wait(new), d.logs(new)[0]), (0, b'started\n'))


@test('GET /networks/{id}', 'GET /volumes/{name}')
def networks_and_volumes(d):
    """Networks with addresses, volumes with content"""
    vol, net = d.volume(Labels={'sockerless.test': d.run_id, 'k': 'v'}), d.name('net')
    d.network(net, IPAM={'Config': [{'Subnet': '10.217.0.0/24', 'Gateway': '10.217.0.1'}]})
    d.wait(d.run('echo kept >/v/f', host={'Binds': [f'{vol}:/v']}))
    before = d.get(f'/networks/{net}').json, d.get(f'/volumes/{vol}').json
    survive(d)
    equal((d.get(f'/networks/{net}').json, d.get(f'/volumes/{vol}').json), before)
    equal(d.finish('cat /v/f', host={'Binds': [f'{vol}:/v']})[1], b'kept\n')


@test('GET /images/{name}/json')
def images(d):
    """Tags stay"""
    name = d.name('img')
    status(d.post('/images/alpine:latest/tag', repo=name, tag='v1'), 201)
    survive(d)
    status(d.get(f'/images/{name}:v1/json'), 200)
    status(d.delete(f'/images/{name}:v1'), 200)


@test('GET /containers/json')
def answered_is_durable(d):
    """A create that was answered is there after a kill at that very moment"""
    for _ in range(5 if d.daemon else 1):
        name = d.name('durable')
        d.create('true', name=name)
        survive(d)
        equal(d.inspect(name)['State']['Status'], 'created')
    equal(len(d.list()), 5)


@test('GET /containers/{id}/json')
def removed_is_durable(d):
    """What was removed does not come back"""
    cid = d.run('true')
    d.wait(cid)
    d.remove(cid)
    survive(d)
    status(d.get(f'/containers/{cid}/json'), 404)


@test('GET /containers/{id}/json')
def orderly_stop(d):
    """After SIGTERM everything is there too"""
    cid = d.run('echo x; exit 4')
    d.wait(cid)
    live = d.run(['sleep', '1000'])
    survive(d, 'stop')
    equal(d.inspect(cid)['State']['ExitCode'], 4)
    state = d.inspect(live)['State']
    that(state['Running'] or state['ExitCode'] != 0, f'state {state}')


@test('GET /containers/{id}/json')
def killed_again_and_again(d):
    """Ten kills in the middle of work: every start succeeds, and every record can be read"""
    for n in range(10 if d.daemon else 1):
        ids = [d.run(f'echo {i}; sleep 0.05') for i in range(5)]
        survive(d)
        for cid in ids:
            contains(('exited', 'running'), d.inspect(cid)['State']['Status'])
        that(len(d.list()) == (n + 1) * 5, 'containers')


@test('GET /containers/{id}/json')
def restart_policy(d):
    """always: started again with the daemon"""
    cid = d.run(['sleep', '1000'], host={'RestartPolicy': {'Name': 'always'}})
    stopped = d.run(['sleep', '1000'], host={'RestartPolicy': {'Name': 'unless-stopped'}})
    status(d.post(f'/containers/{stopped}/stop', t=0), 204)
    survive(d)
    eventually(lambda: d.inspect(cid)['State']['Running'], 'the restart')
    equal(d.inspect(stopped)['State']['Running'], False)
