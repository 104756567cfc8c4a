"""Attaching to containers: hijacked with and without Upgrade, in frames and on a terminal, with standard input."""
from harness.api import UPGRADE
from harness.suite import test

ALL = {'stream': 1, 'stdin': 1, 'stdout': 1, 'stderr': 1}
CAT = {'OpenStdin': True, 'StdinOnce': True, 'AttachStdin': True}
LINES = 'while read x; do echo out $x; read y; echo err $y >&2; done; exit 5'


@test()
def upgraded(s):
    """101 UPGRADED; output in the order of its making; a half-close ends the input"""
    a = s.make('conf-a', LINES, **CAT)
    with s.stream('frames', 101, f'POST /containers/{a}/attach', **ALL) as x:
        for number in range(3):
            x.send(b'%d\n' % number)
            x.until(b'out %d\n' % number)
            x.send(b'%d\n' % number)
            x.until(b'err %d\n' % number)
        x.half_close()
    s.do('wait', 200, f'POST /containers/{a}/wait')
    s.do('inspect', 200, f'GET /containers/{a}/json')


@test()
def plain(s):
    """200 without Upgrade, and the connection is hijacked all the same"""
    a = s.make('conf-a', ['cat'], **CAT)
    with s.stream('cat', 200, f'POST /containers/{a}/attach', upgrade=False, **ALL) as x:
        x.send(b'hello\n')
        x.until(b'hello\n')
        x.send(b'world\n')
        x.half_close()
    s.do('wait', 200, f'POST /containers/{a}/wait')


@test()
def terminal(s):
    """Bare bytes, echo and line ends of a terminal"""
    a = s.make('conf-a', 'read x; echo got $x; read y; echo end >&2', Tty=True, **CAT)
    with s.stream('tty', 101, f'POST /containers/{a}/attach', tty=True, **ALL) as x:
        x.send(b'one\n')
        x.until(b'got one\r\n')
        s.do('resize', 200, f'POST /containers/{a}/resize', h=33, w=77)
        s.do('resize-bad', 400, f'POST /containers/{a}/resize', h='x', w=77)
        s.do('resize-missing', 400, f'POST /containers/{a}/resize')
        x.send(b'two\n')
    b = s.make('conf-b', 'read x; stty size', Tty=True, **CAT)
    with s.stream('tty-plain', 200, f'POST /containers/{b}/attach', upgrade=False, tty=True, **ALL) as x:
        s.ask(f'POST /containers/{b}/resize', h=22, w=66)
        x.send(b'\n')


@test()
def before_start(s):
    """Attached before the start, nothing is missed, and the exit code is there at the end"""
    a = s.make('conf-a', 'echo early; exit 5', start=False, AttachStdout=True, AttachStderr=True)
    with s.stream('early', 101, f'POST /containers/{a}/attach', stream=1, stdout=1, stderr=1):
        s.do('start', 204, f'POST /containers/{a}/start')
    s.do('wait', 200, f'POST /containers/{a}/wait')
    b = s.make('conf-b', 'echo out; sleep 0.3; echo err >&2', start=False)
    with s.stream('only-stderr', 101, f'POST /containers/{b}/attach', stream=1, stderr=1):
        s.ask(f'POST /containers/{b}/start')


@test()
def with_logs(s):
    """logs=1 has what was printed before"""
    a = s.ended('conf-a', 'echo one; sleep 0.2; echo two >&2')
    s.do('exited', 200, f'POST /containers/{a}/attach', logs=1, stdout=1, stderr=1, reads='frames')
    with s.stream('exited-upgraded', 101, f'POST /containers/{a}/attach', logs=1, stdout=1, stderr=1):
        pass
    b = s.make('conf-b', 'echo before; read x; echo after', **CAT)
    with s.stream('running', 101, f'POST /containers/{b}/attach', logs=1, **ALL) as x:
        x.until(b'before\n')
        x.send(b'\n')


@test()
def detached(s):
    """The detach keys end the stream, not the container"""
    a = s.make('conf-a', ['cat'], Tty=True, OpenStdin=True)
    with s.stream('keys', 101, f'POST /containers/{a}/attach', tty=True, detachKeys='ctrl-x,x', **ALL) as x:
        x.send(b'\x18x')
    s.do('inspect', 200, f'GET /containers/{a}/json')
    s.do('bad-keys', 400, f'POST /containers/{a}/attach', headers=UPGRADE, detachKeys='nonesuch', query=ALL)


@test()
def two_clients(s):
    """Each has all of it"""
    a = s.make('conf-a', LINES, OpenStdin=True)
    with s.stream('first', 101, f'POST /containers/{a}/attach', **ALL) as x:
        with s.stream('second', 101, f'POST /containers/{a}/attach', **{**ALL, 'stdin': 0}) as y:
            x.send(b'1\n')
            x.until(b'out 1\n')
            y.until(b'out 1\n')
            x.send(b'2\n')
            x.until(b'err 2\n')
            y.until(b'err 2\n')
            s.ask(f'POST /containers/{a}/kill')


@test()
def refused(s):
    """Errors come before the hijack"""
    s.do('404', 404, 'POST /containers/conf-none/attach', query=ALL)
    with s.stream('404-upgrade', 404, 'POST /containers/conf-none/attach', **ALL):
        pass
    a = s.make('conf-a', ['sleep', '100'])
    s.ask(f'POST /containers/{a}/pause')
    with s.stream('paused', 409, f'POST /containers/{a}/attach', **ALL):
        pass
    s.do('websocket-404', 404, 'GET /containers/conf-none/attach/ws', stream=1, stdout=1)
    s.do('websocket-no-upgrade', 409, f'GET /containers/{a}/attach/ws', stream=1, stdout=1)
