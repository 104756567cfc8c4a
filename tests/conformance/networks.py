"""Networks."""
from harness.suite import test

NONE = 'conf-none'
IPAM = {'Config': [{'Subnet': '10.87.0.0/24', 'Gateway': '10.87.0.1', 'IPRange': '10.87.0.128/25'}]}


@test()
def makes(s):
    """create and inspect"""
    body = {'Name': 'conf-net', 'Driver': 'bridge', 'CheckDuplicate': True, 'Labels': s.labels(), 'IPAM': IPAM,
            'Options': {'conf': '1'}, 'Internal': True, 'Attachable': True}
    n = s.learn(s.do('create', 201, 'POST /networks/create', body), 'net')
    s.do('create-again', 409, 'POST /networks/create', body)
    s.do('inspect', 200, f'GET /networks/{n}')
    s.do('inspect-name', 200, 'GET /networks/conf-net', verbose=1)
    s.do('inspect-prefix', 200, f'GET /networks/{n[:12]}')
    s.do('inspect-scope', 404, f'GET /networks/{n}', scope='swarm')
    s.do('default', 201, 'POST /networks/create', {'Name': 'conf-default', 'Labels': s.labels()})
    s.do('inspect-default', 200, 'GET /networks/conf-default')
    for name in ('bridge', 'host', 'none'):
        s.do(f'inspect-{name}', 200, f'GET /networks/{name}')
    s.do('inspect-404', 404, f'GET /networks/{NONE}')
    s.do('remove', 204, f'DELETE /networks/{n}')
    s.do('remove-again', 404, f'DELETE /networks/{n}')


@test()
def refused(s):
    """What cannot be created or removed"""
    def bad(step, want, **body):
        s.do(step, want, 'POST /networks/create', {'CheckDuplicate': True, 'Labels': s.labels(), **body})

    s.network('conf-net', IPAM=IPAM)
    bad('no-name', 409, Name='')
    bad('bad-driver', 404, Name='conf-x', Driver='nonesuch')
    bad('overlap', 403, Name='conf-x', IPAM={'Config': [{'Subnet': '10.87.0.0/16'}]})
    bad('bad-subnet', 500, Name='conf-x', IPAM={'Config': [{'Subnet': 'x'}]})
    bad('bad-gateway', 500, Name='conf-x', IPAM={'Config': [{'Subnet': '10.88.0.0/24', 'Gateway': '10.99.0.1'}]})
    bad('bridge', 403, Name='bridge')
    bad('host-driver', 403, Name='conf-h', Driver='host')
    s.do('remove-bridge', 403, 'DELETE /networks/bridge')
    s.do('remove-404', 404, f'DELETE /networks/{NONE}')


@test()
def listing(s):
    """list and its filters"""
    n = s.network('conf-net', IPAM=IPAM)
    order = {'order': lambda network: network['Name']}
    s.do('all', 200, 'GET /networks', **order)
    for step, wanted in {'name': {'name': ['conf-net']}, 'part': {'name': ['onf-n']}, 'id': {'id': [n[:12]]},
                         'label': {'label': [f'sockerless.test={s.api.run_id}']}, 'driver': {'driver': ['host']},
                         'builtin': {'type': ['builtin']}, 'custom': {'type': ['custom']}, 'scope': {'scope': ['local']},
                         'dangling': {'dangling': ['true']}, 'none': {'name': ['conf-none']}}.items():
        s.do(step, 200, 'GET /networks', filters=wanted, **order)
    s.do('unknown', 400, 'GET /networks', filters={'nonesuch': ['1']})
    s.do('bad-type', 500, 'GET /networks', filters={'type': ['nonesuch']})
    s.do('bad-dangling', 400, 'GET /networks', filters={'dangling': ['x']})
    s.do('no-json', 500, 'GET /networks', filters='{')


@test()
def connections(s):
    """connect and disconnect, running and not"""
    n = s.network('conf-net', IPAM=IPAM)
    a = s.make('conf-a', ['sleep', '100'])
    connect, disconnect = f'POST /networks/{n}/connect', f'POST /networks/{n}/disconnect'
    s.do('connect', 200, connect, {'Container': a, 'EndpointConfig': {
        'Aliases': ['al'], 'IPAMConfig': {'IPv4Address': '10.87.0.7'}}})
    s.do('connect-again', 403, connect, {'Container': a})
    s.do('inspect', 200, f'GET /networks/{n}')
    s.do('container', 200, f'GET /containers/{a}/json')
    s.do('connect-404', 404, connect, {'Container': NONE})
    s.do('connect-no-network', 404, f'POST /networks/{NONE}/connect', {'Container': a})
    s.do('connect-nothing', 400, connect, {})
    s.do('connect-host', 400, 'POST /networks/host/connect', {'Container': a})
    b = s.make('conf-b', ['true'], start=False)
    s.do('connect-taken', 200, connect, {'Container': b, 'EndpointConfig': {'IPAMConfig': {'IPv4Address': '10.87.0.7'}}})
    s.do('start-taken', 403, f'POST /containers/{b}/start')
    s.do('connect-outside', 400, 'POST /networks/bridge/connect', {'Container': b, 'EndpointConfig': {
        'IPAMConfig': {'IPv4Address': '10.99.0.1'}}})
    s.do('remove-used', 403, f'DELETE /networks/{n}')
    s.do('disconnect', 200, disconnect, {'Container': a})
    s.do('disconnect-again', 500, disconnect, {'Container': a})
    s.do('disconnect-404', 404, disconnect, {'Container': NONE})
    s.do('disconnect-no-network', 404, f'POST /networks/{NONE}/disconnect', {'Container': a})
    s.do('disconnect-bridge', 200, 'POST /networks/bridge/disconnect', {'Container': a})
    s.do('container-alone', 200, f'GET /containers/{a}/json')


@test()
def modes(s):
    """created in a network, host, none and another's"""
    n = s.network('conf-net', IPAM=IPAM)
    a = s.learn(s.do('create', 201, 'POST /containers/create', s.config(
        ['sleep', '100'], {'NetworkMode': 'conf-net'}, NetworkingConfig={'EndpointsConfig': {'conf-net': {
            'Aliases': ['al'], 'IPAMConfig': {'IPv4Address': '10.87.0.9'}}}}), query={'name': 'conf-a'}), 'a')
    s.do('inspect-created', 200, f'GET /containers/{a}/json')
    s.ask(f'POST /containers/{a}/start')
    s.do('inspect-running', 200, f'GET /containers/{a}/json')
    s.do('network', 200, f'GET /networks/{n}')
    for mode in ('host', 'none', f'container:{a}'):
        name = mode.split(':')[0]
        c = s.make(f'conf-{name}', ['sleep', '100'], {'NetworkMode': mode})
        s.do(f'inspect-{name}', 200, f'GET /containers/{c}/json')
    s.do('two-networks', 400, 'POST /containers/create', s.config(['true'], NetworkingConfig={
        'EndpointsConfig': {'bridge': {}, 'conf-net': {}}}))


@test()
def published(s):
    """Ports that are published"""
    a = s.make('conf-a', ['sleep', '100'], {'PortBindings': {'80/tcp': [{'HostIp': '127.0.0.1', 'HostPort': '38471'}]}},
               ExposedPorts={'80/tcp': {}, '81/udp': {}})
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('list', 200, 'GET /containers/json', filters={'publish': ['80']})
    b = s.make('conf-b', ['true'], {'PortBindings': {'80/tcp': [{'HostIp': '127.0.0.1', 'HostPort': '38471'}]}}, start=False)
    s.do('start-taken', 204, f'POST /containers/{b}/start')


@test()
def prune(s):
    """Only what is not used"""
    s.network('conf-used', Labels={**s.labels(), 'conf': 'prune'})
    s.network('conf-free', Labels={**s.labels(), 'conf': 'prune'})
    s.make('conf-a', ['sleep', '100'], {'NetworkMode': 'conf-used'})
    s.do('none', 200, 'POST /networks/prune', filters={'label': ['conf=none']})
    s.do('one', 200, 'POST /networks/prune', filters={'label': ['conf=prune']})
    s.do('bad-filter', 400, 'POST /networks/prune', filters={'nonesuch': ['1']})
