"""The docker CLI as a child process: with pipes, or with a terminal of its own."""
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time

from harness.api import LABEL
from harness.check import Failed, equal, shorten

LIMIT = 40
MAKERS = {('run',): 1, ('create',): 1, ('container', 'run'): 2, ('container', 'create'): 2, ('network', 'create'): 2,
          ('volume', 'create'): 2}
PLACES = ['/usr/local/bin/docker', '/usr/bin/docker']


def programs():
    """{version: path} of the docker CLIs of this machine."""
    found = {}
    for path in PLACES + [shutil.which('docker') or '']:
        if os.access(path, os.X_OK):
            text = subprocess.run([path, '--version'], capture_output=True, text=True).stdout
            found.setdefault(text.split()[2].rstrip(','), path)
    return found


class Result:
    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    def __str__(self):
        return f"docker {' '.join(self.args)} -> {self.code}\n     stdout {shorten(self.out)}\n     stderr {shorten(self.err)}"

    @property
    def lines(self):
        return self.out.splitlines()


class Child(subprocess.Popen):
    """A process that does not outlive its `with` block."""

    def __exit__(self, *unused):
        if self.poll() is None:
            self.kill()
        return super().__exit__(*unused)


class Cli:
    """One CLI and the daemon it talks to.  Whatever it makes carries the label of the run."""

    def __init__(self, program, version, api):
        self.program, self.version, self.api = program, version, api
        self.old_client = int(version.split('.')[0]) < 23
        self.home = tempfile.mkdtemp(prefix='sockerless-cli-')
        self.environment = {'PATH': os.environ['PATH'], 'HOME': self.home, 'DOCKER_CONFIG': self.home,
                            'DOCKER_HOST': api.host, 'LANG': 'C.UTF-8', 'TERM': 'xterm'}
        if api.daemon and api.daemon.certificates:
            self.environment.update(DOCKER_TLS_VERIFY='1', DOCKER_CERT_PATH=api.daemon.certificates)
        self.commands = []

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def argv(self, args):
        """The whole command line, with the label where something is made."""
        args = list(args)
        self.commands.append(' '.join(args[:3]))
        for words, at in MAKERS.items():
            if tuple(args[:len(words)]) == words:
                args[at:at] = ['--label', f'{LABEL}={self.api.run_id}']
        return [self.program, *args]

    def start(self, *args, **options):
        """The running process, with pipes."""
        return Child(self.argv(args), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, cwd=self.home, **options)

    def docker(self, *args, input=None, binary=False, limit=LIMIT):
        """Runs to the end, whatever the exit code."""
        with self.start(*args) as child:
            try:
                out, err = child.communicate(input, limit)
            except subprocess.TimeoutExpired:
                child.kill()
                out, err = child.communicate()
                raise Failed(f'not done within {limit} s: {Result(args, None, out, err)}') from None
        return Result(args, child.returncode, out if binary else out.decode('utf-8', 'replace'), err.decode('utf-8', 'replace'))

    def ok(self, *args, **options):
        """Runs, must succeed; its standard output without the last line end."""
        result = self.docker(*args, **options)
        if result.code != 0:
            raise Failed(str(result))
        return result.out if options.get('binary') else result.out.rstrip('\n')

    def fails(self, code, text, *args, **options):
        """Must end with this code and say this on standard error."""
        result = self.docker(*args, **options)
        if result.code != code or text not in result.err:
            raise Failed(f'expected {code} with {text!r}: {result}')
        return result

    def terminal(self, *args, rows=24, columns=80):
        return Terminal(self.argv(args), self.environment, rows, columns)

    def name(self, stem):
        return self.api.name(stem)

    def config_file(self, name, text):
        """A file in the client's home; its path."""
        path = os.path.join(self.home, name)
        with open(path, 'w') as f:
            f.write(text)
        return path


class Terminal:
    """A program in a pseudo-terminal, as a person has it."""

    def __init__(self, argv, environment, rows, columns):
        self.seen = b''
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execve(argv[0], argv, environment)
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def type(self, text):
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def expect(self, text, limit=20):
        """Reads on until the text was seen; what came up to and with it is used up and given back."""
        wanted = text.encode()
        until = time.monotonic() + limit
        while wanted not in self.seen:
            if not self.more(until):
                raise Failed(f'{text!r} was not seen; so far {shorten(self.seen)}')
        at = self.seen.index(wanted) + len(wanted)
        used, self.seen = self.seen[:at], self.seen[at:]
        return used.decode('utf-8', 'replace')

    def more(self, until):
        ready, _, _ = select.select([self.master], [], [], max(0, until - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False                     # the other side is closed
        self.seen += data
        return bool(data)

    def finish(self, code=None, limit=20):
        """Waits for the end; what was still written."""
        until = time.monotonic() + limit
        while self.more(until):
            pass
        while True:
            pid, ended = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > until:
                self.kill()
                raise Failed(f'the program goes on; last seen {shorten(self.seen)}')
            time.sleep(0.01)
        self.pid = 0
        if code is not None:
            equal(os.waitstatus_to_exitcode(ended), code, f'exit code (last seen {shorten(self.seen)})')
        return self.seen.decode('utf-8', 'replace')

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.kill()
        os.close(self.master)
