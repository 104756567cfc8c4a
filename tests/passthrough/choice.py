"""Which daemon: options, the environment, and the places where one is looked for."""
import os

from harness.check import contains, equal, status
from harness.http import Answer, Connection
from harness.program import Programs
from harness.suite import test
from split.recorder import Recorder

ONE, BACK = 'sockerless', 'sockerless-backend-docker'


class Machine:
    """Programs that see no daemon of this machine's, and daemons that say where they are."""

    def __init__(self, where):
        self.programs = Programs(where)
        self.recorders = []
        self.own = self.programs.socket('own')

    def daemon(self, path):
        path = os.path.join(self.programs.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.recorders.append(Recorder(f'unix://{path}', lambda e: e.reply(body=path.encode())))
        return path

    def start(self, *arguments, **environment):
        """Starts Sockerless where /var/run is empty."""
        script = 'mount -t tmpfs none /run && exec "$@"'
        return self.programs.start('/usr/bin/unshare', '--mount', 'sh', '-c', script, 'sh', f'{self.programs.where}/{ONE}', '--backend',
                                   'docker', '--addr', self.own, *arguments, environment=environment)

    def must_find(self, path, *arguments, **environment):
        program = self.start(*arguments, **environment)
        self.programs.await_answer(program, self.own)
        with Connection(self.own) as c:
            c.send_request('GET', '/_ping', {'Host': 'd'}, b'')
            equal(status(Answer(c, 'GET'), 200).read().decode(), path)
        program.stop()

    def must_refuse(self, text, *arguments, **environment):
        code, words = self.start(*arguments, **environment).end()
        contains(words, text)
        equal(code, 2, f'exit status ({words})')

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.programs.remove()
        for recorder in self.recorders:
            recorder.stop()


@test()
def found(where):
    """Rootless in XDG_RUNTIME_DIR first, then Docker Desktop's in the home; none: a sentence"""
    with Machine(where) as m:
        home, runtime = m.programs.folder, f'{m.programs.folder}/runtime'
        m.must_refuse('no Docker daemon is found on this machine', HOME=home, XDG_RUNTIME_DIR=runtime)
        desktop = m.daemon('.docker/run/docker.sock')
        m.must_find(desktop, HOME=home)
        m.must_find(desktop, HOME=home, XDG_RUNTIME_DIR=runtime)
        rootless = m.daemon('runtime/docker.sock')
        m.must_find(rootless, HOME=home, XDG_RUNTIME_DIR=runtime)


@test()
def named(where):
    """--docker-host before DOCKER_HOST before what is found"""
    with Machine(where) as m:
        m.daemon('.docker/run/docker.sock')
        first, second = m.daemon('first.sock'), m.daemon('second.sock')
        m.must_find(second, DOCKER_HOST=f'unix://{second}')
        m.must_find(first, '--docker-host', f'unix://{first}', DOCKER_HOST=f'unix://{second}')


@test()
def not_itself(where):
    """DOCKER_HOST is often set to the very daemon that is being started"""
    with Machine(where) as m:
        m.must_refuse("is this daemon's own address: name the Docker daemon's with --docker-host", DOCKER_HOST=m.own)
        m.must_refuse("is this daemon's own address", '--docker-host', m.own)
        m.must_refuse("is this daemon's own address", '--addr', 'tcp://127.0.0.1:12375', '--docker-host', 'tcp://127.0.0.1:12375')
        m.programs.refuses(2, "is this daemon's own address", BACK, '--addr', m.own, '--docker-host', m.own)


@test()
def not_by_ssh(where):
    """Ways that are not there are refused with one that is"""
    with Machine(where) as m:
        for address in 'ssh://user@host', 'npipe:////./pipe/docker_engine':
            m.must_refuse(f'cannot reach a Docker daemon by {address}: use unix:// or tcp://', DOCKER_HOST=address)
        m.must_refuse('forward its socket: ssh -L', DOCKER_HOST='ssh://host')
        m.must_refuse("the Docker daemon's address", DOCKER_HOST='gopher://host')
