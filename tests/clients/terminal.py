"""The CLI in a real terminal: run -it, size, Ctrl-C, detach and attach again, exec -it."""
from harness.check import contains, equal, eventually, that
from harness.suite import test

SHELL = ['alpine', 'sh']


def prompt(t):
    """Waits for it.  What is typed then may come back in pieces: the first change of size makes the shell draw its line
    anew.  So tests look for what commands print, not for their echo."""
    t.expect('# ')


@test('docker run')
def run_it(c):
    """run -it: a shell with echo, and its exit code"""
    with c.terminal('run', '--rm', '-it', *SHELL) as t:
        prompt(t)
        t.type('echo $((6 * 7))\n')
        t.expect('\r\n42\r\n')
        t.type('test -t 0 && tty\n')
        t.expect('/dev/')
        prompt(t)
        t.type('exit 9\n')
        t.finish(9)


@test('docker run')
def resize(c):
    """The size at the start and after a change"""
    with c.terminal('run', '--rm', '-it', *SHELL, rows=30, columns=100) as t:
        prompt(t)
        eventually(lambda: asked_size(t) == '30 100', 'the first size', 10, 0.1)
        t.resize(41, 123)
        eventually(lambda: asked_size(t) == '41 123', 'the new size', 10, 0.1)
        t.type('exit\n')
        t.finish(0)


def asked_size(t):
    t.type('stty size; echo E""ND\n')
    text = t.expect('END\r\n')
    prompt(t)
    return text.split('\r\n')[-3]


@test('docker run')
def interrupt(c):
    """Ctrl-C ends the program in front, not the shell"""
    with c.terminal('run', '--rm', '-it', *SHELL) as t:
        prompt(t)
        t.type('sleep 100; echo "code $?"\n')
        eventually(lambda: c.api.list() and 'sleep 100' in str(c.api.get(f"/containers/{c.api.list()[0]['Id']}/top").json), 'the sleep')
        t.type('\x03')
        prompt(t)
        t.type('echo still here\n')
        t.expect('\r\nstill here\r\n')
        t.type('exit 3\n')
        t.finish(3)


@test('docker run')
def end_of_input(c):
    """Ctrl-D ends the shell"""
    with c.terminal('run', '--rm', '-it', *SHELL) as t:
        prompt(t)
        t.type('\x04')
        t.finish(0)


@test('docker run', 'docker attach')
def detach_and_attach(c):
    """Ctrl-P Ctrl-Q leaves it running; attach goes on where it was"""
    name = c.name('kept')
    with c.terminal('run', '--name', name, '-it', *SHELL) as t:
        prompt(t)
        t.type('x=kept\n')
        prompt(t)
        t.type('\x10\x11')
        t.finish(0)
    equal(c.ok('inspect', '-f', '{{.State.Running}}', name), 'true')
    with c.terminal('attach', name) as t:
        t.type('\n')
        prompt(t)
        t.type('echo "it is $x"\n')
        t.expect('it is kept\r\n')
        t.type('exit 5\n')
        t.finish(5)


@test('docker run', 'docker attach')
def detach_keys(c):
    """--detach-keys of one's own"""
    name = c.name('keys')
    with c.terminal('run', '--name', name, '-it', '--detach-keys', 'ctrl-x,q', *SHELL) as t:
        prompt(t)
        t.type('\x18q')
        t.finish(0)
    with c.terminal('attach', '--detach-keys', 'a,b', name) as t:
        t.type('\n')
        prompt(t)
        t.type('ab')
        t.finish()
    equal(c.ok('inspect', '-f', '{{.State.Running}}', name), 'true')


@test('docker exec')
def exec_it(c):
    """exec -it: a terminal, its size, its code"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '1000')
    with c.terminal('exec', '-it', cid, 'sh', rows=22, columns=77) as t:
        prompt(t)
        eventually(lambda: asked_size(t) == '22 77', 'the size', 10, 0.1)
        t.type('exit 4\n')
        t.finish(4)


@test('docker exec')
def exec_detach(c):
    """The detach keys leave an exec running"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '1000')
    with c.terminal('exec', '-it', cid, 'sh', '-c', 'echo ready; read x; sleep 0.3; echo done >/tmp/mark') as t:
        t.expect('ready')
        t.type('\n')
        t.type('\x10\x11')
        t.finish()
    eventually(lambda: c.docker('exec', cid, 'cat', '/tmp/mark').out == 'done\n', 'the mark')


@test('docker start')
def start_ai(c):
    """start -ai of a container with a terminal"""
    cid = c.ok('create', '-it', *SHELL)
    with c.terminal('start', '-ai', cid) as t:
        prompt(t)
        t.type('exit 6\n')
        t.finish(6)


@test('docker run')
def line_editing(c):
    """Backspace and arrow keys work in the shell"""
    with c.terminal('run', '--rm', '-it', *SHELL) as t:
        prompt(t)
        t.type('ecXX\x7f\x7fho edited\n')
        t.expect('\r\nedited\r\n')
        t.type('exit\n')
        t.finish(0)


@test('docker run')
def job_control(c):
    """Ctrl-Z stops a job, fg goes on with it"""
    with c.terminal('run', '--rm', '-it', *SHELL) as t:
        prompt(t)
        t.type('echo now; cat\n')
        t.expect('\r\nnow\r\n')
        t.type('line\n')
        t.expect('line\r\nline\r\n')
        t.type('\x1a')
        t.expect('Stopped')
        prompt(t)
        t.type('fg\n')
        t.expect('cat')
        t.type('again\n')
        t.expect('again\r\nagain\r\n')
        t.type('\x04')
        prompt(t)
        t.type('exit\n')
        t.finish()


@test('docker run')
def big_output(c):
    """20,000 lines through a terminal"""
    with c.terminal('run', '--rm', '-t', 'alpine', 'seq', '20000') as t:
        text = t.finish(0, 40)
    equal(text.split(), [str(i) for i in range(1, 20001)])


@test('docker run')
def tty_without_terminal(c):
    """-t without a terminal on the client is refused by the CLI, -t alone for output works"""
    r = c.docker('run', '--rm', '-it', 'alpine', 'true', input=b'')
    that(r.code != 0, str(r))
    contains(r.err, 'not a TTY')
    contains(c.ok('run', '--rm', '-t', 'alpine', 'echo', 'x'), 'x\r')
