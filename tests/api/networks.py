"""Networks: create, inspect, list, connect, disconnect, remove, prune."""
from harness.api import LABEL
from harness.check import equal, has_keys, refused, status, that
from harness.suite import test


@test('GET /networks')
def predefined(d):
    """bridge, host and none are there and cannot be removed"""
    found = {n['Name']: n for n in status(d.get('/networks'), 200).json}
    that({'bridge', 'host', 'none'} <= set(found), f'networks {sorted(found)}')
    equal([found[n]['Driver'] for n in ('bridge', 'host', 'none')], ['bridge', 'host', 'null'])
    for name in ('bridge', 'host', 'none'):
        refused(d.delete(f'/networks/{name}'), 403, f'{name} is a pre-defined network and cannot be removed')


@test('POST /networks/create', 'GET /networks/{id}')
def create(d):
    """Labels, options and addresses are kept"""
    name = d.name('net')
    ipam = {'Driver': 'default', 'Options': {}, 'Config': [{'Subnet': '10.213.0.0/24', 'Gateway': '10.213.0.1'}]}
    ident = d.network(name, IPAM=ipam, Internal=True, Attachable=True, CheckDuplicate=True)
    n = status(d.get(f'/networks/{ident}'), 200).json
    has_keys(n, 'Name Id Created Scope Driver EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers '
                'Options Labels')
    equal((n['Name'], n['Scope'], n['Driver'], n['Internal'], n['Attachable'], n['Containers'], n['Options']),
          (name, 'local', 'bridge', True, True, {}, {}))
    equal(n['IPAM']['Config'], ipam['Config'])
    equal(n['Labels'], {LABEL: d.run_id})
    for ref in (name, ident[:12]):
        equal(d.get(f'/networks/{ref}').json['Id'], ident)


@test('POST /networks/create')
def addresses_are_chosen(d):
    """Without a subnet each network gets one of its own"""
    subnets = [d.get(f'/networks/{d.network()}').json['IPAM']['Config'][0]['Subnet'] for _ in range(3)]
    equal(len(set(subnets)), 3, f'subnets {subnets}')


@test('POST /networks/create')
def create_refused(d):
    """Duplicates, no name, an unknown driver, overlapping and malformed subnets"""
    name = d.name('net')
    d.network(name, IPAM={'Config': [{'Subnet': '10.214.0.0/24'}]})
    body = {'Driver': 'bridge', 'Labels': {LABEL: d.run_id}, 'CheckDuplicate': True}
    refused(d.post('/networks/create', {**body, 'Name': name}), 409, f'network with name {name} already exists')
    del body['CheckDuplicate']
    refused(d.post('/networks/create', {**body, 'Name': ''}), d.says('network-no-name-status'), 'invalid name')
    refused(d.post('/networks/create', {**body, 'Name': d.name('x'), 'Driver': 'nonesuch'}), 404, 'plugin "nonesuch" not found')
    r = d.post('/networks/create', {**body, 'Name': d.name('x'), 'IPAM': {'Config': [{'Subnet': '10.214.0.0/25'}]}})
    status(r, 403)
    r = d.post('/networks/create', {**body, 'Name': d.name('x'), 'IPAM': {'Config': [{'Subnet': 'nonesuch'}]}})
    status(r, 400, 500)


@test('GET /networks')
def filters(d):
    """name, id, label, driver, type, scope, dangling; unknown ones are refused"""
    name = d.name('net')
    ident = d.network(name)
    mine = f'{LABEL}={d.run_id}'
    for wanted, want in (({'name': [name]}, [name]), ({'id': [ident[:12]]}, [name]), ({'label': [mine]}, [name]),
                         ({'label': [mine, 'nonesuch']}, []), ({'driver': ['bridge'], 'label': [mine]}, [name]),
                         ({'driver': ['host'], 'label': [mine]}, []), ({'type': ['custom'], 'label': [mine]}, [name]),
                         ({'type': ['builtin'], 'label': [mine]}, []), ({'scope': ['local'], 'label': [mine]}, [name]),
                         ({'dangling': ['true'], 'label': [mine]}, [name]), ({'dangling': ['false'], 'label': [mine]}, [])):
        equal([n['Name'] for n in status(d.get('/networks', filters=wanted), 200).json], want, f'networks for {wanted}')
    refused(d.get('/networks', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
    status(d.get('/networks', filters={'type': ['nonesuch']}), 400, 500)


@test('POST /networks/{id}/connect', 'POST /networks/{id}/disconnect', 'GET /networks/{id}', 'GET /containers/{id}/json')
def connect(d):
    """A running container joins and leaves; both sides show it"""
    name = d.name('net')
    ident = d.network(name, IPAM={'Config': [{'Subnet': '10.215.0.0/24'}]})
    cid = d.run(['sleep', '100'], name=d.name('member'))
    body = {'Container': cid, 'EndpointConfig': {'Aliases': ['other'], 'IPAMConfig': {'IPv4Address': '10.215.0.77'}}}
    status(d.post(f'/networks/{ident}/connect', body), 200)
    endpoint = d.inspect(cid)['NetworkSettings']['Networks'][name]
    equal((endpoint['IPAddress'], endpoint['IPPrefixLen'], endpoint['NetworkID']), ('10.215.0.77', 24, ident))
    that('other' in endpoint['Aliases'], f"aliases {endpoint['Aliases']}")
    member = d.get(f'/networks/{ident}').json['Containers'][cid]
    has_keys(member, 'Name EndpointID MacAddress IPv4Address IPv6Address')
    equal(member['IPv4Address'], '10.215.0.77/24')
    refused(d.post(f'/networks/{ident}/connect', {'Container': cid}), 403, 'already exists in network')
    refused(d.delete(f'/networks/{ident}'), 403, 'has active endpoints')
    status(d.post(f'/networks/{ident}/disconnect', {'Container': cid}), 200)
    that(name not in d.inspect(cid)['NetworkSettings']['Networks'], 'still connected')
    refused(d.post(f'/networks/{ident}/disconnect', {'Container': cid}), 500, 'is not connected')
    status(d.delete(f'/networks/{ident}'), 204)


@test('POST /networks/{id}/connect')
def connect_refused(d):
    """Unknown network and container; an address outside"""
    ident = d.network()
    refused(d.post(f'/networks/{ident}/connect', {'Container': 'nonesuch'}), 404, 'No such container: nonesuch')
    refused(d.post(f'/networks/{ident}/connect', {}), 400, 'invalid name or ID supplied: ""')
    cid = d.run(['sleep', '100'])
    refused(d.post('/networks/nonesuch/connect', {'Container': cid}), 404, 'network nonesuch not found')


@test('POST /containers/create')
def created_in_a_network(d):
    """--network and its aliases, and addresses that are not given twice"""
    name = d.name('net')
    d.network(name, IPAM={'Config': [{'Subnet': '10.216.0.0/24'}]})
    ids = [d.run(['sleep', '100'], host={'NetworkMode': name},
                 NetworkingConfig={'EndpointsConfig': {name: {'Aliases': [f'a{n}']}}}) for n in range(3)]
    endpoints = [d.inspect(c)['NetworkSettings']['Networks'][name] for c in ids]
    equal(len({e['IPAddress'] for e in endpoints}), 3)
    that(all(e['IPAddress'].startswith('10.216.0.') for e in endpoints), 'addresses')
    that('a1' in endpoints[1]['Aliases'], 'alias')
    members = d.get(f'/networks/{name}').json['Containers']
    equal(sorted(members), sorted(ids))


@test('POST /containers/{id}/start')
def network_missing(d):
    """A network that is not there is refused at the start at the latest"""
    cid = d.create('true', host={'NetworkMode': 'nonesuch'})
    refused(d.post(f'/containers/{cid}/start'), 404, 'network nonesuch not found')
    state = d.inspect(cid)['State']
    equal((state['Status'], state['ExitCode'], state['Error']), ('created', 128, 'network nonesuch not found'))


@test('POST /containers/create')
def modes_without_a_network(d):
    """host and none"""
    for mode in ('none', 'host'):
        cid = d.run(['sleep', '100'], host={'NetworkMode': mode})
        networks = d.inspect(cid)['NetworkSettings']['Networks']
        equal((list(networks), networks[mode]['IPAddress']), ([mode], ''))


@test('DELETE /networks/{id}', 'GET /networks/{id}')
def not_found(d):
    """404 for what does not exist"""
    refused(d.get('/networks/nonesuch'), 404, 'network nonesuch not found')
    refused(d.delete('/networks/nonesuch'), 404, 'network nonesuch not found')


@test('POST /networks/prune')
def prune(d):
    """Unused ones that fit go; used ones stay"""
    used, unused = d.name('used'), d.name('unused')
    d.network(used)
    d.network(unused)
    d.run(['sleep', '100'], host={'NetworkMode': used})
    r = status(d.post('/networks/prune', filters={'label': [f'{LABEL}={d.run_id}']}), 200).json
    equal(r['NetworksDeleted'], [unused])
    r = d.post('/networks/prune', filters={'label': ['nonesuch']}).json
    equal(r['NetworksDeleted'] or [], [])
