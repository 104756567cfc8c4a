"""Several front ends before one back end."""
import os
import socket

from harness.check import equal, status, that
from harness.http import Closed
from harness.suite import test
from split.world import CAT, FRONT


def two(w):
    """The APIs of two front ends and the first one's process."""
    w.back()
    first = w.front()
    second = w.programs.socket('second')
    w.front(address=second)
    return w.api(), w.api(second), first


@test()
def one_world(w):
    """What is made through one is there through the other, and streams meet"""
    a, b, _ = two(w)
    container = a.create(['cat'], **CAT)
    b.start(container)
    equal(b.inspect(container), a.inspect(container))
    with a.attach(container) as one, b.attach(container) as other:
        one.send(b'from a\n')
        for stream in one, other:
            equal(stream.frames_until(b'from a\n')[0], b'from a\n')
        other.send(b'from b\n')
        for stream in one, other:
            equal(stream.frames_until(b'from b\n')[0], b'from b\n')
    ident = a.exec_create(container, 'echo hello; exit 3')
    with b.exec_start(ident) as stream:
        equal(stream.output(), (b'hello\n', b''))
    equal(a.exec_code(ident), 3)
    b.remove(container)
    equal(a.list(), [])


@test()
def one_is_killed(w):
    """A killed front end loses only its own connections: other streams and the container go on"""
    a, b, first = two(w)
    container = a.run(['cat'], **CAT)
    with a.attach(container) as lost, b.attach(container) as kept:
        lost.send(b'one\n')
        kept.frames_until(b'one\n')
        first.kill()
        try:
            equal(lost.output(10)[1], b'', 'what the lost stream still had')
        except (Closed, ConnectionResetError):
            pass
        kept.send(b'two\n')
        equal(kept.frames_until(b'two\n')[0], b'two\n')
        w.front()
        with a.attach(container) as again:
            again.send(b'three\n')
            again.frames_until(b'three\n')
            kept.frames_until(b'three\n')
    equal(b.inspect(container)['State']['Running'], True)


@test()
def inherited_socket(w):
    """LISTEN_FDS: a front end listens where it is told to by the one who starts it"""
    w.back()
    path = os.path.join(w.programs.folder, 'handed.sock')
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path)
        s.listen()
        handed = s.fileno()
        # The process's own id must be told, so a shell that becomes the program says it.
        program = w.programs.start('/bin/sh', '-c', 'exec 3<&"$HANDED" && LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', 'sh',
                                   f'{w.programs.where}/{FRONT}', '--backend', w.back_address,
                                   environment={'HANDED': str(handed)}, pass_fds=[handed])
        status(w.ask(address=f'unix://{path}'), 200)
    program.stop()
    that(os.path.exists(path), 'the path belongs to the one who made it')
