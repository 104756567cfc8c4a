"""What happened: order, fields, filters, replay and live."""
import time

from harness.api import LABEL
from harness.check import contains, equal, eventually, has_keys, refused, status, that
from harness.suite import test


def actions(events, kind='container'):
    return [e['Action'].split(':')[0] for e in events if e['Type'] == kind]


@test('GET /events')
def life_of_a_container(d):
    """create, attach, start, die, destroy in this order, with attributes"""
    since = d.now()
    name = d.name('ev')
    cid = d.create('exit 3', name=name, Labels={'k': 'v'})
    with d.attach(cid, stdin=0) as stream:
        d.start(cid)
        stream.output()
    d.wait(cid)
    d.remove(cid)
    events = d.events(since, {'container': [cid]})
    equal(actions(events), ['create', 'attach', 'start', 'die', 'destroy'])
    die = events[3]
    has_keys(die, 'status id from Type Action Actor scope time timeNano')
    equal((die['status'], die['id'], die['scope'], die['Actor']['ID']), ('die', cid, 'local', cid))
    attributes = die['Actor']['Attributes']
    equal((attributes['exitCode'], attributes['name'], attributes['k']), ('3', name, 'v'))
    equal(die['timeNano'] // 10 ** 9, die['time'])
    that(all(a['timeNano'] <= b['timeNano'] for a, b in zip(events, events[1:])), 'order of times')


@test('GET /events')
def stop_and_kill(d):
    """kill, die, stop in this order; kill names its signal"""
    since = d.now()
    cid = d.run(['sleep', '100'])
    status(d.post(f'/containers/{cid}/stop', t=0), 204)
    found = d.events(since, {'container': [cid]})
    names = [a for a in actions(found) if a not in ('create', 'start')]
    equal((names[0], names[-2:]), ('kill', ['die', 'stop']))
    kill = next(e for e in found if e['Action'] == 'kill')
    that(kill['Actor']['Attributes']['signal'] in ('15', '9'), f"signal {kill['Actor']['Attributes']}")


@test('GET /events')
def other_actions(d):
    """pause, unpause, rename, restart, exec, resize, top, archive"""
    since = d.now()
    cid = d.run(['sleep', '100'], Tty=True)
    for path, query in (('pause', {}), ('unpause', {}), ('rename', {'name': d.name('new')}), ('resize', {'h': 20, 'w': 60}),
                        ('restart', {'t': 0})):
        status(d.post(f'/containers/{cid}/{path}', query=query), 200, 204)
    d.exec(cid, 'exit 2')
    d.get(f'/containers/{cid}/top')
    d.get(f'/containers/{cid}/archive', path='/tmp')
    want = {'pause', 'unpause', 'rename', 'resize', 'restart', 'exec_create', 'exec_start', 'exec_die', 'top', 'archive-path'}
    eventually(lambda: want <= set(actions(d.events(since, {'container': [cid]}))), f'{want}')
    events = d.events(since, {'container': [cid]})
    rename = next(e for e in events if e['Action'] == 'rename')
    that('oldName' in rename['Actor']['Attributes'], 'oldName')
    die = next(e for e in events if e['Action'] == 'exec_die')
    equal(die['Actor']['Attributes']['exitCode'], '2')
    start = next(e for e in events if e['Action'].startswith('exec_start'))
    equal(start['Action'], 'exec_start: sh -c exit 2')


@test('GET /events')
def networks_and_volumes(d):
    """create, connect, disconnect, destroy; create, mount, unmount, destroy"""
    since = d.now()
    net, vol = d.name('net'), d.volume()
    ident = d.network(net)
    cid = d.run('true', host={'Binds': [f'{vol}:/v'], 'NetworkMode': net})
    d.wait(cid)
    d.remove(cid)
    status(d.delete(f'/networks/{ident}'), 204)
    status(d.delete(f'/volumes/{vol}'), 204)
    equal(actions(d.events(since, {'type': ['network'], 'network': [ident]}), 'network'),
          ['create', 'connect', 'disconnect', 'destroy'])
    events = d.events(since, {'type': ['volume'], 'volume': [vol]})
    equal(actions(events, 'volume'), d.says('volume-created-again') + ['create', 'mount', 'unmount', 'destroy'])
    equal(events[0]['Actor']['ID'], vol)


@test('POST /containers/prune', 'POST /networks/prune', 'POST /volumes/prune', 'POST /images/prune')
def prunes(d):
    """Each prune tells how much became free"""
    since, kinds = d.now(), ['container', 'network', 'volume', 'image']
    for kind in kinds:
        status(d.post(f'/{kind}s/prune', filters={'label': ['nonesuch']}), 200)
    found = d.events(since, {'event': ['prune']})
    equal([(e['Type'], e['Actor']) for e in found], [(k, {'ID': '', 'Attributes': {'reclaimed': '0'}}) for k in kinds])


@test('GET /events')
def images(d):
    """tag and untag"""
    since = d.now()
    name = d.name('img')
    status(d.post('/images/alpine:latest/tag', repo=name, tag='v1'), 201)
    status(d.delete(f'/images/{name}:v1'), 200)
    found = [e for e in d.events(since, {'type': ['image']}) if e['Actor']['Attributes'].get('name') == f'{name}:v1'
             or e['Action'] == 'untag']
    that({'tag', 'untag'} <= set(actions(found, 'image')), f'events {found}')


@test('GET /events')
def live(d):
    """The head comes at once; events come as they happen"""
    with d.open('GET', '/events', filters={'label': [f'{LABEL}={d.run_id}'], 'type': ['container']}) as answer:
        stream = status(answer, 200).documents()
        cid = d.run('true')
        d.wait(cid)
        equal([next(stream)['Action'] for _ in range(3)], ['create', 'start', 'die'])


@test('GET /events')
def several_listeners(d):
    """Each listener has all events"""
    query = {'label': [f'{LABEL}={d.run_id}'], 'event': ['create']}
    answers = [d.open('GET', '/events', filters=query) for _ in range(10)]
    ids = [d.create('true') for _ in range(5)]
    for answer in answers:
        stream = answer.documents()
        equal([next(stream)['Actor']['ID'] for _ in ids], ids)
        answer.close()


@test('GET /events')
def filters(d):
    """type, event, container by name and id, image, label, and the older scope"""
    since = d.now()
    name = d.name('ev')
    cid = d.run('exit 1', name=name, Labels={'k': name})
    d.wait(cid)
    for wanted, want in (({'event': ['die'], 'container': [cid]}, ['die']), ({'container': [name]}, ['create', 'start', 'die']),
                         ({'container': [cid], 'type': ['network']}, []), ({'label': [f'k={name}']}, ['create', 'start', 'die']),
                         ({'label': [f'k={name}', 'nonesuch']}, []), ({'container': [cid], 'scope': ['local'], 'event': ['start']}, ['start']),
                         ({'container': [cid], 'image': ['alpine:latest'], 'event': ['die', 'start']}, ['start', 'die'])):
        found = [e for e in d.events(since, wanted) if e['Type'] == 'container']
        equal(actions(found), want, f'events for {wanted}')


@test('GET /events')
def until_in_the_future(d):
    """until ends the stream when its time comes"""
    now = time.time()
    r = status(d.get('/events', since=f'{now:.9f}', until=f'{now + 0.3:.9f}', filters={'container': ['nonesuch']}), 200)
    equal(r.text, '')
    that(0.25 <= time.time() - now < 5, f'took {time.time() - now:.2f} s')


@test('GET /events')
def refusals(d):
    """Times that are no numbers"""
    status(d.get('/events', since='x', until=d.now()), 400, 500)
    refused(d.get('/events', since=2000, until=1000), 400, '`since` time (2000) cannot be after `until` time (1000)')
    r = d.get('/events', since=d.now(), until=d.now(), filters={'nonesuch': ['1']})
    status(r, 200, 400)


@test('GET /events')
def kept(d):
    """At least the last hundred events can be had again"""
    since = d.now()
    ids = [d.create('true') for _ in range(60)]
    events = d.events(since, {'event': ['create'], 'label': [f'{LABEL}={d.run_id}']})
    equal([e['Actor']['ID'] for e in events], ids)
    contains(events[0], 'timeNano')
    refused(d.get('/containers/nonesuch/json'), 404)
