"""GET /containers/json: every field, and every filter."""
from conformance.session import IMAGE
from harness.suite import test

FILTERS = {
    'name': {'name': ['conf-run']}, 'name-regular': {'name': ['^/conf-(run|end)$']}, 'name-none': {'name': ['conf-nobody']},
    'exited': {'status': ['exited']}, 'created': {'status': ['created']}, 'two-states': {'status': ['created', 'running']},
    'key': {'label': ['k']}, 'value': {'label': ['k=v']}, 'wrong-value': {'label': ['k=x']}, 'code-3': {'exited': ['3']},
    'code-4': {'exited': ['4']}, 'ancestor': {'ancestor': [IMAGE]}, 'ancestor-none': {'ancestor': ['conf-none']},
    'before': {'before': ['conf-end']}, 'since': {'since': ['conf-run']}, 'network': {'network': ['bridge']},
    'network-none': {'network': ['conf-none']}, 'volume': {'volume': ['/v']}, 'volume-none': {'volume': ['conf-none']},
    'expose': {'expose': ['80/tcp']}, 'expose-range': {'expose': ['79-81']}, 'publish': {'publish': ['80']},
    'health': {'health': ['none']}, 'task': {'is-task': ['false']}, 'map': {'name': {'conf-run': True}},
    'map-false': {'name': {'conf-run': False}},
}
REFUSED = {
    'unknown': (400, {'nonesuch': ['1']}), 'bad-status': (400, {'status': ['nonesuch']}), 'bad-code': (500, {'exited': ['x']}),
    'before-none': (500, {'before': ['conf-none']}), 'bad-task': (400, {'is-task': ['x']}), 'bad-health': (400, {'health': ['x']}),
    'bad-port': (500, {'expose': ['x']}), 'bad-expression': (200, {'name': ['[']}),
}


def three(s):
    s.make('conf-run', ['sleep', '100'], {'Tmpfs': {'/t': ''}}, Labels={'k': 'v'}, ExposedPorts={'80/tcp': {}},
           Volumes={'/v': {}})
    s.ended('conf-end', 'exit 3')
    s.make('conf-new', ['true'], start=False)


@test()
def lists(s):
    """The listing in its forms"""
    three(s)
    s.do('running', 200, 'GET /containers/json')
    s.do('all', 200, 'GET /containers/json', all=1)
    s.do('size', 200, 'GET /containers/json', size=1)
    s.do('limit', 200, 'GET /containers/json', limit=1)
    s.do('limit-0', 200, 'GET /containers/json', limit=0)
    s.do('limit-negative', 200, 'GET /containers/json', limit=-1)
    s.do('bad-limit', 500, 'GET /containers/json', limit='x')
    s.do('all-true', 200, 'GET /containers/json', all='true')
    s.do('all-no', 200, 'GET /containers/json', all='no')
    s.do('empty-filters', 200, 'GET /containers/json', filters='')


@test()
def filters(s):
    """Each filter finds the same"""
    three(s)
    for step, wanted in FILTERS.items():
        s.do(step, 200, 'GET /containers/json', all=1, filters=wanted)


@test()
def filters_refused(s):
    """Filters that are none"""
    three(s)
    for step, (want, wanted) in REFUSED.items():
        s.do(step, want, 'GET /containers/json', all=1, filters=wanted)
    s.do('no-json', 500, 'GET /containers/json', filters='{x')
    s.do('list', 500, 'GET /containers/json', filters='["a"]')
    s.do('numbers', 500, 'GET /containers/json', filters='{"name": [1]}')
