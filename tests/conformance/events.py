"""Events: which, in which order, with what in them."""
from conformance.session import IMAGE
from harness.suite import test


def told(s, step, since, **filters):
    """Records what happened since then to objects of these filters."""
    s.do(step, 200, 'GET /events', since=since, until=s.api.now(), filters=filters, reads='events')


@test()
def container(s):
    """The life of a container"""
    since = s.api.now()
    a = s.make('conf-a', 'read x; exit 3', OpenStdin=True, StdinOnce=True, start=False, Labels={'k': 'v'})
    with s.api.attach(a) as stream:
        s.ask(f'POST /containers/{a}/start')
        stream.close_write()
        stream.output()
    s.ask(f'POST /containers/{a}/wait')
    s.ask(f'POST /containers/{a}/rename', name='conf-b')
    s.ask(f'DELETE /containers/{a}')
    told(s, 'life', since, container=[a])
    told(s, 'one-kind', since, container=[a], event=['die', 'start'])
    told(s, 'by-label', since, label=['k=v'], type=['container'])
    told(s, 'by-image', since, image=[IMAGE], type=['container'], container=[a])
    told(s, 'none', since, container=['conf-nobody'])
    told(s, 'network', since, type=['network'])


@test()
def verbs(s):
    """Every verb tells"""
    since = s.api.now()
    a = s.make('conf-a', ['sleep', '100'], Tty=True)
    for verb in ('pause', 'unpause', 'restart?t=0', 'resize?h=10&w=20', 'kill?signal=WINCH', 'stop?t=0', 'start'):
        s.ask(f'POST /containers/{a}/{verb}')
    s.ask(f'POST /containers/{a}/update', {'RestartPolicy': {'Name': 'no'}})
    s.ask(f'GET /containers/{a}/top')
    s.ask(f'GET /containers/{a}/archive?path=/etc/passwd')
    s.ask(f'GET /containers/{a}/export')
    told(s, 'verbs', since, container=[a])
    since = s.api.now()
    s.ask(f'DELETE /containers/{a}', force=1)
    told(s, 'forced', since, container=[a])


@test()
def exec(s):
    """Programs in a container"""
    a = s.make('conf-a', ['sleep', '100'])
    since = s.api.now()
    s.api.exec(a, 'exit 2')
    told(s, 'exec', since, container=[a])


@test()
def networks(s):
    """create, connect, disconnect, destroy"""
    since = s.api.now()
    n = s.network('conf-net')
    a = s.make('conf-a', ['sleep', '100'], {'NetworkMode': 'conf-net'})
    s.ask(f'DELETE /containers/{a}', force=1)
    b = s.make('conf-b', ['sleep', '100'])
    s.ask(f'POST /networks/{n}/connect', {'Container': b})
    s.ask(f'POST /networks/{n}/disconnect', {'Container': b})
    s.ask(f'DELETE /networks/{n}')
    told(s, 'network', since, network=['conf-net'])


@test()
def volumes(s):
    """create, mount, unmount, destroy"""
    since = s.api.now()
    s.volume('conf-vol')
    a = s.ended('conf-a', 'true', host={'Binds': ['conf-vol:/v:ro']})
    s.ask(f'DELETE /containers/{a}')
    s.ask('DELETE /volumes/conf-vol')
    told(s, 'volume', since, type=['volume'], volume=['conf-vol'])


@test()
def images(s):
    """tag and untag"""
    since = s.api.now()
    s.ask(f'POST /images/{IMAGE}/tag', repo='conf-tag', tag='v1')
    s.ask('DELETE /images/conf-tag:v1')
    told(s, 'image', since, type=['image'])


@test()
def prunes(s):
    """Each prune tells"""
    since = s.api.now()
    for kind in ('containers', 'networks', 'volumes', 'images'):
        s.ask(f'POST /{kind}/prune', filters={'label': ['conf=none']})
    told(s, 'prunes', since, event=['prune'])


@test()
def refused(s):
    """Times and filters that are none"""
    s.do('bad-since', 500, 'GET /events', since='x', until=s.api.now())
    s.do('bad-until', 500, 'GET /events', until='x')
    s.do('turned', 400, 'GET /events', since=2000, until=1000)
    s.do('no-json', 500, 'GET /events', filters='{', until=s.api.now())
    s.do('unknown', 200, 'GET /events', since=1, until=s.api.now(), filters={'nonesuch': ['1'], 'container': ['conf-nobody']})


@test()
def live(s):
    """The head comes at once, events as they happen"""
    a = s.make('conf-a', ['true'], start=False)
    with s.stream('live', 200, f'GET /events', upgrade=False, tty=True, filters={'container': [a], 'event': ['rename']}) as x:
        x.leave()
