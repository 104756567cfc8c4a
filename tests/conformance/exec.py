"""Programs in running containers."""
from harness.suite import test

PID = ['.Pid']      # the Engine learns it some time after the start
BOTH = {'AttachStdout': True, 'AttachStderr': True}
LINES = 'while read x; do echo out $x; read y; echo err $y >&2; done; exit 5'


def prepare(s, step, container, cmd, want=201, **config):
    cmd = ['sh', '-c', cmd] if isinstance(cmd, str) else cmd
    return s.learn(s.do(step, want, f'POST /containers/{container}/exec', {**BOTH, 'Cmd': cmd, **config}), step)


def target(s):
    return s.make('conf-a', ['sleep', '100'])


@test()
def upgraded(s):
    """Frames in order, a half-close, the exit code"""
    a = target(s)
    e = prepare(s, 'create', a, LINES, AttachStdin=True, Env=['X=1'], WorkingDir='/tmp', User='nobody')
    s.do('inspect-new', 200, f'GET /exec/{e}/json', loose=PID)
    with s.stream('start', 101, f'POST /exec/{e}/start', {'Detach': False, 'Tty': False}) as x:
        x.send(b'1\n')
        x.until(b'out 1\n')
        s.do('inspect-running', 200, f'GET /exec/{e}/json', loose=PID)
        s.do('start-running', 200, f'POST /exec/{e}/start', {}, reads='frames')
        s.do('container-running', 200, f'GET /containers/{a}/json')
        x.send(b'2\n')
        x.until(b'err 2\n')
        x.half_close()
    s.do('inspect-ended', 200, f'GET /exec/{e}/json', loose=PID)
    s.do('start-ended', 200, f'POST /exec/{e}/start', {}, reads='frames')


@test()
def plain(s):
    """Without Upgrade"""
    a = target(s)
    e = prepare(s, 'create', a, 'echo out; sleep 0.2; echo err >&2')
    with s.stream('start', 200, f'POST /exec/{e}/start', {'Detach': False, 'Tty': False}, upgrade=False):
        pass
    e = prepare(s, 'create-cat', a, ['cat'], AttachStdin=True)
    with s.stream('start-cat', 200, f'POST /exec/{e}/start', {}, upgrade=False) as x:
        x.send(b'hello')
        x.half_close()


@test()
def terminal(s):
    """Bare bytes, and the size"""
    a = target(s)
    e = prepare(s, 'create', a, 'read x; stty size; exit 2', Tty=True, AttachStdin=True)
    with s.stream('start', 101, f'POST /exec/{e}/start', {'Tty': True}, tty=True) as x:
        s.do('resize', 200, f'POST /exec/{e}/resize', h=31, w=71)
        s.do('resize-bad', 400, f'POST /exec/{e}/resize', h='x', w=71)
        x.send(b'\n')
    s.do('inspect', 200, f'GET /exec/{e}/json', loose=PID)
    e = prepare(s, 'create-plain', a, ['echo', 'tty'], Tty=True)
    with s.stream('start-plain', 200, f'POST /exec/{e}/start', {'Tty': True}, upgrade=False, tty=True):
        pass


@test()
def detached(s):
    """Detach answers at once"""
    a = target(s)
    e = prepare(s, 'create', a, ['sleep', '100'])
    s.do('start', 200, f'POST /exec/{e}/start', {'Detach': True})
    s.do('inspect', 200, f'GET /exec/{e}/json', loose=PID)
    e = prepare(s, 'create-missing', a, ['nonesuch-program'])
    s.do('start-missing', 400, f'POST /exec/{e}/start', {'Detach': True})
    s.do('inspect-missing', 200, f'GET /exec/{e}/json', loose=PID)


@test()
def cannot_run(s):
    """Programs that are not there or cannot run: told in the stream, with 126 and 127"""
    a = target(s)
    for name, cmd, config in (('missing', ['nonesuch-program'], {}), ('folder', ['/tmp'], {}), ('user', ['true'], {'User': 'nonesuch'}),
                              ('folder-of-work', ['true'], {'WorkingDir': '/nonesuch'})):
        e = prepare(s, f'create-{name}', a, cmd, **config)
        with s.stream(f'start-{name}', 101, f'POST /exec/{e}/start', {}):
            pass
        s.do(f'inspect-{name}', 200, f'GET /exec/{e}/json', loose=PID)


@test()
def refused(s):
    """What is refused before anything runs"""
    a = target(s)
    s.do('no-command', 400, f'POST /containers/{a}/exec', {})
    s.do('empty-command', 400, f'POST /containers/{a}/exec', {'Cmd': []})
    s.do('bad-type', 400, f'POST /containers/{a}/exec', {'Cmd': 'true'})
    s.do('bad-keys', 500, f'POST /containers/{a}/exec', {'Cmd': ['true'], 'DetachKeys': 'nonesuch'})
    s.do('bad-env', 201, f'POST /containers/{a}/exec', {'Cmd': ['true'], 'Env': ['=']})
    s.do('start-404', 404, 'POST /exec/conf-none/start', {})
    with s.stream('start-404-upgrade', 404, 'POST /exec/conf-none/start', {}):
        pass
    s.do('inspect-404', 404, 'GET /exec/conf-none/json')
    s.do('resize-404', 404, 'POST /exec/conf-none/resize', h=1, w=1)
    e = prepare(s, 'create', a, ['true'])
    s.do('start-malformed', 400, f'POST /exec/{e}/start', b'{', headers={'Content-Type': 'application/json'})
    s.remove(a)
    s.do('inspect-removed', 404, f'GET /exec/{e}/json', loose=PID)
    s.do('start-removed', 404, f'POST /exec/{e}/start', {})


@test()
def ended_container(s):
    """The container ends under it"""
    a = target(s)
    e = prepare(s, 'create', a, 'echo ready; sleep 100')
    with s.stream('start', 101, f'POST /exec/{e}/start', {}) as x:
        x.until(b'ready\n')
        s.ask(f'POST /containers/{a}/kill')
    s.do('inspect', 200, f'GET /exec/{e}/json', loose=PID)
    s.do('start-again', 500, f'POST /exec/{e}/start', {}, reads='frames')
