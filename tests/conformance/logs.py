"""GET /containers/{id}/logs in its forms."""
import time

from harness.suite import test

BOTH = {'stdout': 1, 'stderr': 1}


@test()
def ended(s):
    """Selection, tail, since, until, timestamps and details of what was printed"""
    a = s.ended('conf-a', 'echo one; sleep 0.1; echo two >&2; sleep 0.1; printf three', Labels={'k': 'v'},
                host={'LogConfig': {'Type': 'json-file', 'Config': {'labels': 'k'}}})
    now = int(time.time())
    path = f'GET /containers/{a}/logs'
    for step, query in {
            'both': {}, 'stdout': {'stderr': 0}, 'stderr': {'stdout': 0}, 'tail-1': {'tail': 1}, 'tail-0': {'tail': 0},
            'tail-all': {'tail': 'all'}, 'tail-many': {'tail': 100}, 'tail-bad': {'tail': 'x'}, 'tail-negative': {'tail': -1},
            'timestamps': {'timestamps': 1}, 'details': {'details': 1}, 'since-past': {'since': now - 1000},
            'since-future': {'since': now + 1000}, 'until-past': {'until': now - 1000}, 'until-future': {'until': now + 1000},
            'follow': {'follow': 1}, 'follow-tail': {'follow': 1, 'tail': 1}, 'since-fraction': {'since': f'{now - 1000}.5'}}.items():
        s.do(step, 200, path, query={**BOTH, **query}, reads='frames')
    s.do('neither', 400, path)


@test()
def refused(s):
    """Bad queries"""
    a = s.ended('conf-a', 'echo one')
    s.do('neither', 400, f'GET /containers/{a}/logs')
    s.do('since', 500, f'GET /containers/{a}/logs', query=BOTH, since='x')
    s.do('until', 500, f'GET /containers/{a}/logs', query=BOTH, until='x')
    s.do('404', 404, 'GET /containers/conf-none/logs', query=BOTH)
    s.do('404-neither', 400, 'GET /containers/conf-none/logs')


@test()
def terminal(s):
    """Of a terminal: bare bytes"""
    a = s.ended('conf-a', 'echo one; echo two >&2', Tty=True)
    s.do('both', 200, f'GET /containers/{a}/logs', query=BOTH)
    s.do('timestamps', 200, f'GET /containers/{a}/logs', query=BOTH, timestamps=1)
    s.do('stderr', 200, f'GET /containers/{a}/logs', stderr=1)


@test()
def follow(s):
    """What comes later follows, to the end"""
    a = s.make('conf-a', 'echo first; read x; echo second', OpenStdin=True)
    with s.stream('follow', 200, f'GET /containers/{a}/logs', upgrade=False, follow=1, **BOTH) as x:
        x.until(b'first\n')
        with s.api.attach(a) as stream:
            stream.send(b'go\n')
            x.until(b'second\n')
    s.do('after', 200, f'GET /containers/{a}/logs', query=BOTH, reads='frames')


@test()
def restarted(s):
    """The log of the first run stays"""
    a = s.ended('conf-a', 'echo run; exit 3')
    s.ask(f'POST /containers/{a}/start')
    s.ask(f'POST /containers/{a}/wait')
    s.do('both-runs', 200, f'GET /containers/{a}/logs', query=BOTH, reads='frames')


@test()
def no_log(s):
    """--log-driver none"""
    a = s.ended('conf-a', 'echo run', host={'LogConfig': {'Type': 'none'}})
    s.do('none', 501, f'GET /containers/{a}/logs', query=BOTH, reads='frames')
