"""Volumes: create, inspect, list, remove, prune."""
from concurrent.futures import ThreadPoolExecutor

from harness.api import LABEL
from harness.check import contains, equal, has_keys, refused, status, that
from harness.suite import test


@test('POST /volumes/create', 'GET /volumes/{name}')
def create(d):
    """201 with everything, also the second time; a name is made where none is given"""
    name = d.name('vol')
    v = status(d.post('/volumes/create', {'Name': name, 'Labels': {LABEL: d.run_id, 'k': 'v'}}), 201).json
    has_keys(v, 'Name Driver Mountpoint CreatedAt Labels Scope Options')
    equal((v['Name'], v['Driver'], v['Scope'], v['Labels']), (name, 'local', 'local', {LABEL: d.run_id, 'k': 'v'}))
    contains(v['Mountpoint'], name)
    status(d.post('/volumes/create', {'Name': name}), 201)
    equal(status(d.get(f'/volumes/{name}'), 200).json['Labels'], v['Labels'], 'labels after the second create')
    anonymous = d.volume(name='')
    equal(len(anonymous), 64)


@test('POST /volumes/create')
def create_refused(d):
    """Bad names and unknown drivers"""
    refused(d.post('/volumes/create', {'Name': '!'}), 400, 'volume name is too short')
    refused(d.post('/volumes/create', {'Name': 'sl/ash'}), 400, 'includes invalid characters')
    refused(d.post('/volumes/create', {'Name': d.name('x'), 'Driver': 'nonesuch'}), 404, 'plugin "nonesuch" not found')


@test('GET /volumes')
def listing(d):
    """The list and its filters; unknown ones are refused"""
    name, used = d.volume(Labels={LABEL: d.run_id, 'k': 'v'}), d.volume()
    d.create('true', host={'Binds': [f'{used}:/v']})
    mine = f'{LABEL}={d.run_id}'
    for wanted, want in (({'name': [name]}, [name]), ({'label': ['k', mine]}, [name]), ({'label': ['k=v', mine]}, [name]),
                         ({'dangling': ['true'], 'label': [mine]}, [name]), ({'dangling': ['false'], 'label': [mine]}, [used]),
                         ({'driver': ['local'], 'label': [mine]}, sorted([name, used])),
                         ({'driver': ['nonesuch']}, []), ({'name': ['nonesuch']}, [])):
        r = status(d.get('/volumes', filters=wanted), 200).json
        equal(sorted(v['Name'] for v in r['Volumes'] or []), want, f'volumes for {wanted}')
    that('Warnings' in r, 'no Warnings')
    refused(d.get('/volumes', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))


@test('DELETE /volumes/{name}')
def remove(d):
    """204, 404, and 409 while a container has it"""
    name = d.volume()
    cid = d.create('true', host={'Binds': [f'{name}:/v']})
    refused(d.delete(f'/volumes/{name}'), 409, f'remove {name}: volume is in use - [{cid}]')
    d.remove(cid)
    status(d.delete(f'/volumes/{name}'), 204)
    refused(d.delete(f'/volumes/{name}'), 404, f'get {name}: no such volume')
    refused(d.get(f'/volumes/{name}'), 404, f'get {name}: no such volume')
    status(d.delete(f'/volumes/{name}', force=1), 204)


@test('POST /volumes/prune')
def prune(d):
    """Anonymous ones that nobody uses; named ones only with all=true"""
    mine = {'label': [f'{LABEL}={d.run_id}']}
    named, anonymous, used = d.volume(), d.volume(name=''), d.volume(name='')
    d.create('true', host={'Binds': [f'{used}:/v']})
    r = status(d.post('/volumes/prune', filters=mine), 200).json
    want = [anonymous, named] if d.says('prune-all-volumes') else [anonymous]
    equal(sorted(r['VolumesDeleted']), sorted(want))
    that(isinstance(r['SpaceReclaimed'], int), 'SpaceReclaimed')
    if not d.old:
        r = status(d.post('/volumes/prune', filters={**mine, 'all': ['true']}), 200).json
        equal(r['VolumesDeleted'], [named])
    status(d.get(f'/volumes/{used}'), 200)


@test('POST /volumes/create', 'DELETE /volumes/{name}')
def made_while_removed(d):
    """A volume made while one of its name is being removed is whole"""
    name = d.volume()
    for _ in range(d.count(20, 3)):
        cid = d.run('for i in $(seq 200); do echo $i >/v/$i; done', host={'Binds': [f'{name}:/v']})
        equal(d.wait(cid), 0)
        d.remove(cid)
        with ThreadPoolExecutor(2) as pool:
            gone = pool.submit(d.delete, f'/volumes/{name}')
            made = pool.submit(d.post, '/volumes/create', {'Name': name, 'Labels': {LABEL: d.run_id}})
            status(gone.result(), 204)
            status(made.result(), 201)
        if d.get(f'/volumes/{name}').status == 404:      # it was made before the other was removed
            status(d.post('/volumes/create', {'Name': name, 'Labels': {LABEL: d.run_id}}), 201)
        cid = d.run('ls /v | wc -l; echo x >/v/f && cat /v/f', host={'Binds': [f'{name}:/v']})
        equal((d.wait(cid), d.logs(cid)[0]), (0, b'0\nx\n'))
        d.remove(cid)
