"""Volumes."""
from harness.suite import test

NONE = 'conf-none'


@test()
def makes(s):
    """create, inspect, list, remove"""
    body = {'Name': 'conf-vol', 'Labels': s.labels(), 'Driver': 'local', 'DriverOpts': {}}
    s.do('create', 201, 'POST /volumes/create', body)
    s.do('create-again', 201, 'POST /volumes/create', body)
    s.do('create-bare', 201, 'POST /volumes/create', {'Name': 'conf-bare'})
    s.do('inspect', 200, 'GET /volumes/conf-vol')
    s.do('inspect-bare', 200, 'GET /volumes/conf-bare')
    s.do('inspect-404', 404, f'GET /volumes/{NONE}')
    s.do('remove', 204, 'DELETE /volumes/conf-vol')
    s.do('remove-bare', 204, 'DELETE /volumes/conf-bare')
    s.do('remove-again', 404, 'DELETE /volumes/conf-vol')
    s.do('remove-again-force', 204, 'DELETE /volumes/conf-vol', force=1)


@test()
def refused(s):
    """What cannot be created"""
    s.do('bad-name', 400, 'POST /volumes/create', {'Name': '!'})
    s.do('short-name', 400, 'POST /volumes/create', {'Name': 'x'})
    s.do('bad-driver', 404, 'POST /volumes/create', {'Name': 'conf-x', 'Driver': 'nonesuch'})
    s.do('bad-option', 400, 'POST /volumes/create', {'Name': 'conf-x', 'DriverOpts': {'nonesuch': '1'}})
    s.do('anonymous', 201, 'POST /volumes/create', {'Labels': s.labels()})


@test()
def listing(s):
    """list and its filters"""
    s.volume('conf-one', Labels={**s.labels(), 'k': 'v'})
    s.volume('conf-two')
    s.make('conf-a', ['true'], {'Binds': ['conf-two:/v']}, start=False)
    s.do('none', 200, 'GET /volumes', filters={'name': ['conf-none']})
    for step, wanted in {'name': {'name': ['conf-one']}, 'label': {'label': ['k=v']}, 'label-none': {'label': ['k=x']},
                         'dangling': {'dangling': ['true'], 'name': ['conf-']}, 'used': {'dangling': ['false'], 'name': ['conf-']},
                         'driver': {'driver': ['local'], 'name': ['conf-one']}, 'driver-none': {'driver': ['nonesuch']}}.items():
        s.do(step, 200, 'GET /volumes', filters=wanted)
    s.do('unknown', 400, 'GET /volumes', filters={'nonesuch': ['1']})
    s.do('bad-dangling', 400, 'GET /volumes', filters={'dangling': ['x']})
    s.do('no-json', 400, 'GET /volumes', filters='{')


@test()
def mounts(s):
    """Volumes in containers, and what inspect says of them"""
    s.volume('conf-vol')
    a = s.ended('conf-a', 'echo kept > /v/f; cat /v/f; touch /ro/g', host={
        'Binds': ['conf-vol:/v', 'conf-vol:/ro:ro'], 'Tmpfs': {'/t': 'size=1m'}}, Volumes={'/anonymous': {}})
    s.do('logs', 200, f'GET /containers/{a}/logs', stdout=1, stderr=1, reads='frames', race=True)
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('remove-used', 409, 'DELETE /volumes/conf-vol')
    s.do('remove-used-force', 409, 'DELETE /volumes/conf-vol', force=1)
    b = s.make('conf-b', ['sleep', '100'], {'VolumesFrom': ['conf-a:ro']})
    s.do('inspect-from', 200, f'GET /containers/{b}/json')
    c = s.make('conf-c', ['sleep', '100'], {'Mounts': [
        {'Type': 'volume', 'Source': 'conf-vol', 'Target': '/v', 'ReadOnly': True},
        {'Type': 'tmpfs', 'Target': '/t', 'TmpfsOptions': {'SizeBytes': 1048576}},
        {'Type': 'bind', 'Source': '/etc/hostname', 'Target': '/h', 'ReadOnly': True}]})
    s.do('inspect-mounts', 200, f'GET /containers/{c}/json')


@test()
def prune(s):
    """Only what is not used"""
    s.volume('conf-free', Labels={**s.labels(), 'conf': 'prune'})
    s.volume('conf-used', Labels={**s.labels(), 'conf': 'prune'})
    s.make('conf-a', ['true'], {'Binds': ['conf-used:/v']}, start=False)
    s.do('none', 200, 'POST /volumes/prune', filters={'label': ['conf=none']})
    s.do('one', 200, 'POST /volumes/prune', filters={'label': ['conf=prune']})
    s.do('bad-filter', 400, 'POST /volumes/prune', filters={'nonesuch': ['1']})
