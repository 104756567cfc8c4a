"""Create, inspect and list: what was asked for is what is shown, and filters find what they should."""
from harness.api import IMAGE, LABEL
from harness.check import contains, equal, has_keys, refused, status, that
from harness.suite import test

ZERO_TIME = '0001-01-01T00:00:00Z'


@test('POST /containers/create')
def create(d):
    """Answers 201 with an id and a list of warnings"""
    r = status(d.post('/containers/create', d.config('true')), 201).json
    equal(sorted(r), ['Id', 'Warnings'])
    equal(len(r['Id']), 64, 'length of the id')
    that(r['Warnings'] is None or r['Warnings'] == [], f"Warnings: {r['Warnings']!r}")


@test('POST /containers/create')
def create_with_name(d):
    """The name is kept; a slash before it is allowed"""
    first, second = d.name('a'), d.name('b')
    equal(d.inspect(d.create('true', name=first))['Name'], f'/{first}')
    equal(d.inspect(d.create('true', name=f'/{second}'))['Name'], f'/{second}')


@test('POST /containers/create')
def create_makes_a_name(d):
    """Without a name it gets one of two words"""
    name = d.inspect(d.create('true'))['Name']
    that(name.startswith('/') and '_' in name, f'name is {name!r}')


@test('POST /containers/create')
def create_name_conflict(d):
    """409 names the container that has the name"""
    name = d.name('twice')
    cid = d.create('true', name=name)
    r = d.post('/containers/create', d.config('true'), name=name)
    refused(r, 409, f'Conflict. The container name "/{name}" is already in use by container "{cid}"')


@test('POST /containers/create')
def create_bad_name(d):
    """400 for characters that names may not have"""
    for name in ('-bad-', 'a', 'sp ace', 'sl/ash', 'ü'):
        refused(d.post('/containers/create', d.config('true'), name=name), 400, 'Invalid container name')


@test('POST /containers/create')
def create_no_such_image(d):
    """404 with "No such image" makes clients pull"""
    body = {**d.config('true'), 'Image': 'test.invalid/nonesuch:x'}
    refused(d.post('/containers/create', body), 404, 'No such image: test.invalid/nonesuch:x')
    refused(d.post('/containers/create', {**body, 'Image': 'Upper'}), 400, 'must be lowercase')


@test('POST /containers/create')
def create_without_command(d):
    """The image's command is taken; an empty entry point leaves none"""
    cid = d.create(None)
    equal(d.inspect(cid)['Config']['Cmd'], ['sh'])
    r = d.post('/containers/create', d.config(None, Entrypoint=[''], Cmd=[]))
    refused(r, 400, d.says('no-command'))


@test('POST /containers/create')
def create_refuses_bad_values(d):
    """Each with the Engine's words"""
    for host, message in (
            ({'PortBindings': {'x/tcp': [{}]}}, 'x'),
            ({'RestartPolicy': {'Name': 'nonesuch'}}, 'invalid restart policy'),
            ({'RestartPolicy': {'Name': 'always', 'MaximumRetryCount': 3}}, 'maximum retry count'),
            ({'RestartPolicy': {'Name': 'always'}, 'AutoRemove': True}, "can't create 'AutoRemove' container with restart policy"),
            ({'Memory': 1024}, 'Minimum memory limit allowed is 6MB'),
            ({'Binds': ['relative/path:/x']}, 'invalid'),
            ({'Binds': ['/tmp:/a', '/var:/a']}, 'Duplicate mount point: /a'),
            ({'Mounts': [{'Type': 'nonesuch', 'Target': '/x'}]}, 'nonesuch'),
            ({'Mounts': [{'Type': 'bind', 'Source': '/nonesuch', 'Target': '/x'}]}, 'bind source path does not exist'),
            ({'NanoCpus': 10 ** 15}, 'ange of CPUs is from'),
            ({'ShmSize': -1}, 'SHM size can not be less than 0')):
        refused(d.post('/containers/create', d.config('true', host=host)), 400, message)
    status(d.post('/containers/create', d.config('true', host={'Binds': ['/tmp:relative']})), d.says('relative-target-status'))
    refused(d.post('/containers/create', d.config('true', WorkingDir='relative')), 400,
            "the working directory 'relative' is invalid, it needs to be an absolute path")
    refused(d.post('/containers/create', d.config('true', StopSignal='NONESUCH')), 400, 'NONESUCH')
    refused(d.post('/containers/create', d.config('true', Env=['=x'])), 400, 'invalid environment variable')


@test('POST /containers/create', 'GET /containers/{id}/json')
def host_config_is_kept(d):
    """inspect shows every field of HostConfig as it was given"""
    host = {'Memory': 64 << 20, 'NanoCpus': 500000000, 'PidsLimit': 50, 'ShmSize': 1 << 20, 'ReadonlyRootfs': True,
            'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 2}, 'ExtraHosts': ['a.test:10.1.2.3'],
            'Tmpfs': {'/t': 'size=1m'}, 'Ulimits': [{'Name': 'nofile', 'Soft': 64, 'Hard': 128}], 'Init': True,
            'Dns': ['10.0.0.53'], 'DnsSearch': ['x.test'], 'DnsOptions': ['ndots:2'], 'CapAdd': ['NET_ADMIN'],
            'CapDrop': ['MKNOD'], 'GroupAdd': ['20'], 'OomScoreAdj': 100, 'PortBindings': {'80/tcp': [{'HostIp': '', 'HostPort': '0'}]},
            'LogConfig': {'Type': 'json-file', 'Config': {'max-size': '1m'}}, 'SecurityOpt': ['no-new-privileges'],
            'CpuShares': 512, 'Sysctls': {'net.ipv4.ip_unprivileged_port_start': '0'}}
    got = d.inspect(d.create('true', host=host))['HostConfig']
    equal({k: got[k] for k in host}, host, 'HostConfig')


@test('POST /containers/create', 'GET /containers/{id}/json')
def config_is_kept(d):
    """inspect shows the whole Config, with the image's environment below the one given"""
    config = {'Hostname': 'h', 'Domainname': 'd.test', 'User': 'nobody', 'Tty': False, 'OpenStdin': True, 'StdinOnce': True,
              'WorkingDir': '/tmp', 'Entrypoint': ['echo'], 'ExposedPorts': {'80/tcp': {}}, 'StopSignal': 'SIGUSR1',
              'StopTimeout': 3, 'Volumes': {'/v': {}}, 'AttachStdin': True, 'AttachStdout': True, 'AttachStderr': False}
    i = d.inspect(d.create(['a', 'b'], Env=['A=1', 'B'], Labels={'k': 'v'}, **config))
    got = i['Config']
    equal({k: got[k] for k in config}, config, 'Config')
    equal(got['Labels'], {'k': 'v', LABEL: d.run_id})
    equal(got['Image'], IMAGE)
    that('A=1' in got['Env'] and any(e.startswith('PATH=') for e in got['Env']), f"Env: {got['Env']}")
    equal((i['Path'], i['Args']), ('echo', ['a', 'b']))
    equal(i['Image'][:7], 'sha256:')


@test('POST /containers/create', 'POST /containers/{id}/start')
def default_network(d):
    """The network "default", as new CLIs name it, is bridge"""
    cid = d.run(['sleep', '100'], host={'NetworkMode': 'default'}, NetworkingConfig={'EndpointsConfig': {'default': {}}})
    i = d.inspect(cid)
    equal(i['HostConfig']['NetworkMode'], d.says('network-mode-default'))
    if not d.old:
        equal(list(i['NetworkSettings']['Networks']), ['bridge'])


@test('POST /containers/create', 'GET /containers/{id}/logs')
def environment_by_key(d):
    """A variable given replaces the image's of that name; the last of two wins"""
    code, out, _ = d.finish('echo $PATH $X', Env=['PATH=/bin:/usr/bin', 'X=1', 'X=2'])
    equal((code, out), (0, b'/bin:/usr/bin 2\n'))


@test('POST /containers/create')
def entrypoint_and_command(d):
    """An entry point drops the image's command and goes before the one given"""
    i = d.inspect(d.create(None, Entrypoint=['true']))
    equal((i['Path'], i['Args'], i['Config']['Cmd']), ('true', [], None))
    equal(d.finish(['b c'], Entrypoint=['echo', 'a'])[1], b'a b c\n')
    equal(d.finish(None, Entrypoint='echo', Cmd='text')[1], b'text\n', 'strings instead of lists')


@test('GET /containers/{id}/json')
def inspect_created(d):
    """Shape and state before the start"""
    i = d.inspect(d.create('true'))
    has_keys(i, 'Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver '
                'Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings')
    state = i['State']
    equal((state['Status'], state['Running'], state['Pid'], state['ExitCode'], state['Error']), ('created', False, 0, 0, ''))
    equal((state['StartedAt'], state['FinishedAt']), (ZERO_TIME, ZERO_TIME))
    equal((i['RestartCount'], i['Platform'], i['ExecIDs'], i['Mounts']), (0, 'linux', None, []))
    that('SizeRw' not in i, 'SizeRw without size=1')
    equal(i['NetworkSettings']['Ports'], {})


@test('GET /containers/{id}/json')
def inspect_running(d):
    """A running container has a process, a start time and an address"""
    cid = d.run(['sleep', '100'])
    i = d.inspect(cid)
    state = i['State']
    equal((state['Status'], state['Running'], state['FinishedAt']), ('running', True, ZERO_TIME))
    that(state['Pid'] > 0, 'Pid')
    that(state['StartedAt'] > i['Created'], 'StartedAt is after Created')
    network = i['NetworkSettings']['Networks']['bridge']
    has_keys(network, 'IPAMConfig Links Aliases NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway '
                      'GlobalIPv6Address GlobalIPv6PrefixLen MacAddress DriverOpts')
    that(network['IPAddress'].count('.') == 3, f"IPAddress is {network['IPAddress']!r}")
    equal(i['NetworkSettings']['IPAddress'], network['IPAddress'])


@test('GET /containers/{id}/json')
def inspect_exited(d):
    """An ended container has its exit code and both times"""
    cid = d.run('sleep 0.1; exit 7')
    d.wait(cid)
    state = d.inspect(cid)['State']
    equal((state['Status'], state['Running'], state['ExitCode'], state['Pid']), ('exited', False, 7, 0))
    that(state['FinishedAt'] > state['StartedAt'] > ZERO_TIME, f'times: {state}')


@test('GET /containers/{id}/json')
def inspect_by_prefix_and_name(d):
    """By name, with a slash, by full id and by a prefix of it; 404 else"""
    name = d.name('find')
    cid = d.create('true', name=name)
    for ref in (name, cid, cid[:12]):
        equal(d.inspect(ref)['Id'], cid)
    refused(d.get('/containers/nonesuch/json'), 404, 'No such container: nonesuch')


@test('GET /containers/{id}/json')
def inspect_size(d):
    """size=1 adds sizes that count what was written"""
    cid = d.run('dd if=/dev/zero of=/f bs=1024 count=50 2>/dev/null')
    d.wait(cid)
    i = d.get(f'/containers/{cid}/json', size=1).json
    that(i['SizeRw'] >= 50 * 1024, f"SizeRw {i['SizeRw']}")
    that(i['SizeRootFs'] >= i['SizeRw'], f"SizeRootFs {i['SizeRootFs']}")


@test('GET /containers/json')
def list_shape(d):
    """Every field of an entry, with lists where lists belong"""
    cid = d.run(['sleep', '100'], name=d.name('shape'))
    entry = next(c for c in d.list() if c['Id'] == cid)
    has_keys(entry, 'Id Names Image ImageID Command Created Ports Labels State Status HostConfig NetworkSettings Mounts')
    equal((entry['Image'], entry['Command'], entry['State'], entry['Ports'], entry['Mounts']),
          (IMAGE, 'sleep 100', 'running', [], []))
    that(entry['Status'].startswith(('Up ', 'Less than')), f"Status {entry['Status']!r}")
    that(isinstance(entry['Created'], int), 'Created is a number')
    that('bridge' in entry['NetworkSettings']['Networks'], 'NetworkSettings.Networks')


@test('GET /containers/json')
def list_states(d):
    """Running ones by default; all=1 has the rest, newest first, with a status for people"""
    new = d.create('true')
    done = d.run('exit 3')
    d.wait(done)
    live = d.run(['sleep', '100'])
    mine = {'label': [f'{LABEL}={d.run_id}']}
    equal([c['Id'] for c in d.get('/containers/json', filters=mine).json], [live])
    everything = d.list()
    equal([c['Id'] for c in everything], [live, done, new], 'order')
    equal([c['State'] for c in everything], ['running', 'exited', 'created'])
    contains(everything[1]['Status'], 'Exited (3)', 'Status')
    equal(everything[2]['Status'], 'Created')
    equal([c['Id'] for c in d.get('/containers/json', limit=1, filters=mine).json], [live], 'limit')
    equal(len(d.get('/containers/json', limit=2, filters=mine).json), 2, 'limit=2')


@test('GET /containers/json')
def list_size(d):
    """size=1 adds SizeRw and SizeRootFs"""
    cid = d.run('dd if=/dev/zero of=/f bs=1024 count=50 2>/dev/null')
    d.wait(cid)
    entry = d.get('/containers/json', all=1, size=1, filters={'id': [cid]}).json[0]
    that(entry['SizeRw'] >= 50 * 1024 and entry['SizeRootFs'] > 0, f'sizes {entry}')


@test('GET /containers/json')
def filters(d):
    """Each filter finds what it should and nothing else"""
    volume, network = d.volume(), d.name('net')
    d.network(network)
    a = d.create('true', name=d.name('alpha'), Labels={'k': 'v'})
    b = d.create('true', name=d.name('beta'), host={'Binds': [f'{volume}:/vol'], 'NetworkMode': network})
    c = d.run('exit 3', name=d.name('gamma'))
    d.wait(c)
    e = d.run(['sleep', '100'], name=d.name('delta'), ExposedPorts={'80/tcp': {}})
    name = d.inspect(a)['Name'][1:]
    for wanted, want in (({'id': [a[:12]]}, [a]), ({'name': ['alpha']}, [a]), ({'name': [f'^/{name}$']}, [a]),
                         ({'name': ['alpha', 'beta']}, [b, a]), ({'name': ['^/t.*-(beta|gamma)']}, [c, b]),
                         ({'label': ['k']}, [a]), ({'label': ['k=v']}, [a]), ({'label': ['k=x']}, []),
                         ({'label': ['k', f'{LABEL}={d.run_id}']}, [a]),
                         ({'status': ['exited']}, [c]), ({'status': ['running']}, [e]),
                         ({'status': ['created', 'exited']}, [c, b, a]), ({'exited': ['3']}, [c]), ({'exited': ['4']}, []),
                         ({'ancestor': [IMAGE]}, [e, c, b, a]), ({'ancestor': ['alpine']}, [e, c, b, a]),
                         ({'ancestor': ['nonesuch']}, []), ({'before': [b]}, [a]), ({'since': [c]}, [e]),
                         ({'volume': [volume]}, [b]), ({'volume': ['/vol']}, [b]), ({'network': [network]}, [b]),
                         ({'network': ['nonesuch']}, []), ({'expose': ['80/tcp']}, [e]), ({'expose': ['80']}, [e]),
                         ({'health': ['none']}, [e, c, b, a]), ({'is-task': ['false']}, [e, c, b, a])):
        query = {'all': 1, 'filters': {**wanted, 'label': wanted.get('label', []) + [f'{LABEL}={d.run_id}']}}
        found = [x['Id'] for x in status(d.get('/containers/json', **query), 200).json]
        equal(found, want, f'containers for {wanted}')


@test('GET /containers/json')
def filters_older_form(d):
    """The older form, {"name": {"x": true}}, means the same"""
    name = d.name('old')
    cid = d.create('true', name=name)
    for flag in (True, False):
        found = d.get('/containers/json', all=1, filters={'name': {name: flag}}).json
        equal([c['Id'] for c in found], [cid])


@test('GET /containers/json')
def filters_refused(d):
    """Unknown filters and bad values say which"""
    refused(d.get('/containers/json', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
    refused(d.get('/containers/json', filters={'status': ['nonesuch']}), 400, d.says('invalid-filter'))
    refused(d.get('/containers/json', filters={'exited': ['x']}), d.says('bad-exited-status'), 'strconv.Atoi')
    refused(d.get('/containers/json', filters='{x'), d.says('malformed-filter-status'))
    refused(d.get('/containers/json', filters={'before': ['nonesuch']}), d.says('before-unknown-status'), 'o such container')
    refused(d.get('/containers/json', limit='x'), 500, 'strconv.Atoi')


@test('POST /containers/{id}/rename', 'GET /containers/{id}/json')
def rename(d):
    """The new name works, the old one does not; duplicates and empty names are refused"""
    first, second, other = d.name('a'), d.name('b'), d.name('c')
    cid = d.create('true', name=first)
    d.create('true', name=other)
    status(d.post(f'/containers/{first}/rename', name=second), 204)
    equal(d.inspect(second)['Id'], cid)
    status(d.get(f'/containers/{first}/json'), 404)
    refused(d.post(f'/containers/{cid}/rename', name=other), 409, 'is already in use by container')
    refused(d.post(f'/containers/{cid}/rename', name='-x'), 400, 'Invalid container name')
    refused(d.post(f'/containers/{cid}/rename', name=''), 400, 'Neither old nor new names may be empty')
    refused(d.post('/containers/nonesuch/rename', name='x'), 404, 'No such container')


@test('POST /containers/{id}/update')
def update(d):
    """Changes limits and restart policy of what is there; refuses nonsense"""
    cid = d.run(['sleep', '100'])
    body = {'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 2}, 'Memory': 128 << 20, 'MemorySwap': -1}
    r = status(d.post(f'/containers/{cid}/update', body), 200).json
    that('Warnings' in r, f'answer {r}')
    host = d.inspect(cid)['HostConfig']
    equal((host['RestartPolicy'], host['Memory']), (body['RestartPolicy'], body['Memory']))
    refused(d.post(f'/containers/{cid}/update', {'RestartPolicy': {'Name': 'nonesuch'}}), 400, 'restart policy')
    refused(d.post('/containers/nonesuch/update', body), 404, 'No such container')


@test('POST /containers/prune')
def prune(d):
    """Removes the stopped ones that fit, and says which"""
    keep = d.run(['sleep', '100'], Labels={'p': '1'})
    dead = d.run('true', Labels={'p': '1'})
    d.wait(dead)
    other = d.create('true')
    filters_ = {'label': ['p=1', f'{LABEL}={d.run_id}']}
    r = status(d.post('/containers/prune', filters=filters_), 200).json
    equal(r['ContainersDeleted'], [dead])
    that(isinstance(r['SpaceReclaimed'], int), 'SpaceReclaimed')
    equal(sorted(c['Id'] for c in d.list()), sorted([keep, other]))
    r = d.post('/containers/prune', filters={'label': ['nonesuch']}).json
    equal((r['ContainersDeleted'] or [], r['SpaceReclaimed']), ([], 0))
    refused(d.post('/containers/prune', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
