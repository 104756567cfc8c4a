"""top and stats."""
from harness.suite import test


@test()
def top(s):
    """Processes as ps names them"""
    a = s.make('conf-a', ['sleep', '100'])
    s.do('plain', 200, f'GET /containers/{a}/top')
    s.do('columns', 200, f'GET /containers/{a}/top', ps_args='-o pid,comm')
    s.do('format', 200, f'GET /containers/{a}/top', ps_args='aux')
    s.do('bad', 500, f'GET /containers/{a}/top', ps_args='--nonesuch')
    s.do('no-pid', 500, f'GET /containers/{a}/top', ps_args='-o comm')
    s.do('404', 404, 'GET /containers/conf-none/top')


@test()
def stats(s):
    """Keys and types of the figures"""
    a = s.make('conf-a', ['sleep', '100'])
    s.do('once', 200, f'GET /containers/{a}/stats', stream=0, figures=False)
    s.do('one-shot', 200, f'GET /containers/{a}/stats', query={'stream': 0, 'one-shot': 1}, figures=False)
    s.do('one-shot-stream', 400, f'GET /containers/{a}/stats', query={'stream': 1, 'one-shot': 1})
    s.ask(f'POST /containers/{a}/kill')
    s.ask(f'POST /containers/{a}/wait')
    s.do('ended', 200, f'GET /containers/{a}/stats', stream=0, figures=False)
    s.do('404', 404, 'GET /containers/conf-none/stats', stream=0)
