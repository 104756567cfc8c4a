"""Programs of ours beside each other, each with a log of its own, for tests that start, kill and refuse them."""
import os
import shutil
import signal
import subprocess
import tempfile

from harness import tls
from harness.check import Failed, eventually
from harness.daemon import STOP_DEADLINE, adopt_orphans, descendants, kill_all, reap
from harness.http import Answer, Closed, Connection

END_DEADLINE = 20


class Program:
    """One process of a program."""

    def __init__(self, argv, environment, folder, log, **options):
        self.name, self.log = os.path.basename(argv[0]), log
        with open(log, 'ab') as out:
            self.child = subprocess.Popen(argv, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          **options)

    def words(self):
        with open(self.log, errors='replace') as f:
            return f.read()

    def must_live(self):
        if self.child.poll() is not None:
            raise Failed(f'{self.name} ended with {self.child.returncode}:\n{self.words()[-3000:]}')

    def kill(self):
        """SIGKILL, and with it all that the process has started."""
        below = descendants(self.child.pid)
        self.child.kill()
        self.child.wait()
        kill_all(below)
        for pid in below:
            reap(pid)

    def stop(self):
        """SIGTERM; fails if it does not end well and soon."""
        self.must_live()
        self.child.terminate()
        try:
            code = self.child.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f'{self.name} did not stop within {STOP_DEADLINE} s:\n{self.words()[-3000:]}') from None
        if code != 0:
            raise Failed(f'{self.name} ended with {code}:\n{self.words()[-3000:]}')

    def end(self):
        """(exit status, output) of a program that ends by itself."""
        try:
            return self.child.wait(END_DEADLINE), self.words()
        except subprocess.TimeoutExpired:
            raise Failed(f'{self.name} goes on:\n{self.words()[-3000:]}') from None

    def peak(self):
        """The most memory it has had, in bytes."""
        with open(f'/proc/{self.child.pid}/status') as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith('VmHWM'))


class Programs:
    """A folder, and the programs that were started in it."""

    def __init__(self, where):
        self.where = os.path.abspath(where)
        self.folder = tempfile.mkdtemp(prefix='sockerless-test-')
        self.running, self.started = [], 0
        adopt_orphans()

    def start(self, name, *arguments, environment=None, **options):
        """Starts a program; it need not come to anything."""
        self.started += 1
        variables = {'PATH': os.environ['PATH'], 'HOME': self.folder, 'TMPDIR': self.folder, **(environment or {})}
        program = Program([os.path.join(self.where, name), *arguments], variables, self.folder,
                          f'{self.folder}/log-{self.started}', **options)
        self.running.append(program)
        return program

    def serve(self, name, address, *arguments, **options):
        """Starts a daemon and waits for its first answer."""
        return self.await_answer(self.start(name, '--addr', address, *arguments, **options), address)

    @staticmethod
    def await_answer(program, address):
        def answers():
            program.must_live()
            try:
                with Connection(address, 5) as connection:
                    connection.send_request('HEAD', '/metrics', {'Host': 'test'}, b'')
                    return Answer(connection, 'HEAD', 5).status == 200
            except (OSError, Closed):
                return False
        eventually(answers, f'{program.name} answers at {address}', interval=0.002)
        return program

    def refuses(self, status, text, name, *arguments, **options):
        """The program must end with this status and say why."""
        code, words = self.start(name, *arguments, **options).end()
        if code != status or text not in words:
            raise Failed(f'{name} {" ".join(arguments)}: expected {status} and {text!r}, got {code}:\n{words}')

    def socket(self, name):
        return f'unix://{self.folder}/{name}.sock'

    @staticmethod
    def port():
        return f'tcp://127.0.0.1:{tls.free_port()}'

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'wb', opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            f.write(text.encode() if isinstance(text, str) else text)
        return path

    def stop(self):
        """Ends all that still run, the last one first; each must end well."""
        while self.running:
            program = self.running.pop()
            if program.child.poll() is None:
                program.stop()

    def remove(self):
        for program in self.running:
            if program.child.poll() is None:
                program.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
