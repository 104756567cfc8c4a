"""A container under test: its root directory, commands by hand, and the daemon's end of the control socket."""
import array
import atexit
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile

from harness import check

PROGRAM = os.environ.get('SOCKERLESS_SANDBOX', '')
PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
TIMEOUT = 30

# wire/sandbox.h
RUN, SIGNAL, PAUSE, RESUME, PS, STATS, LIMITS = range(1, 8)
READY, STARTED, FAILED, EXITED, RESULT, PROCESSES, USAGE, OOM, FATAL, EMPTY = range(64, 74)
RUN_TTY, RUN_INIT_REAPER = 1, 2
HEADER = struct.Struct('=IIIIQQ')
PROCESS = struct.Struct('=iiiIQQQ16sc255s')
PACKET = 160 * 1024

_root = None


def root():
    """A directory with the built-in userland, shared by the tests that leave no trace in it."""
    global _root
    if not _root:
        _root = fresh_root()
    return _root


def fresh_root():
    path = tempfile.mkdtemp(prefix='root-')
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    os.rmdir(path)
    subprocess.run([PROGRAM, '--unpack', path], check=True)
    return path


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f'status {self.status}, stdout {self.out!r}, stderr {self.err!r}'


def command(*argv, flags=(), at=None):
    return [PROGRAM, '--root', at or root(), *flags, '--', *argv]


def run(*argv, flags=(), at=None, stdin='', timeout=TIMEOUT):
    """By hand, without a daemon."""
    done = subprocess.run(command(*argv, flags=flags, at=at), input=stdin.encode(), capture_output=True, timeout=timeout)
    return Result(done.returncode, done.stdout.decode(errors='replace'), done.stderr.decode(errors='replace'))


def sh(script, **options):
    return run('sh', '-c', script, **options)


def prints(script, out, status=0, **options):
    """The script prints this, nothing on stderr, and ends so."""
    result = sh(script, **options)
    check.equal((result.status, result.out, result.err), (status, out, ''), script)


class Message:
    def __init__(self, packet):
        self.type, self.process, self.serial, size, self.a, self.b = HEADER.unpack_from(packet)
        self.payload = packet[HEADER.size:]
        check.equal(len(self.payload), size, 'length of the payload')

    @property
    def strings(self):
        return self.payload.decode().split('\0')[:-1]

    def __repr__(self):
        return f'message {self.type} of {self.process}: a={self.a} b={self.b} {self.payload[:200]!r}'


class Process:
    """One that the box runs: pipes to it, or the master side of its terminal."""

    def __init__(self, box, number, ours):
        self.box, self.number, self.ours = box, number, ours
        self.pid = self.host_pid = self.status = self.oom = self.failure = None

    def output(self):
        """All of stdout, then all of stderr (small ones)."""
        texts = []
        for fd in self.ours[1:]:
            with open(fd, 'rb', closefd=False) as f:
                texts.append(f.read().decode(errors='replace'))
        return tuple(texts)

    def close_stdin(self):
        os.close(self.ours[0])
        self.ours[0] = -1

    def close(self):
        for fd in self.ours:
            if fd >= 0:
                os.close(fd)
        self.ours = []


class Box:
    """A sandbox with a control socket. `with Box() as box:` kills it at the end."""

    def __init__(self, *flags, at=None):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(TIMEOUT)
        self.processes, self.serial, self.empty, self.ooms = {}, 0, False, []
        self.child = subprocess.Popen(
            [PROGRAM, '--root', at or root(), '--control', str(theirs.fileno()), *flags],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self.ready = self.receive()
        check.equal(self.ready.type, READY, 'first message')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        for process in self.processes.values():
            process.close()
        self.child.wait(TIMEOUT)

    def receive(self):
        packet = self.socket.recv(PACKET)
        if not packet:
            raise check.Failed('the sandbox closed the control socket')
        return Message(packet)

    def take(self):
        """Receives one message and notes what it reports."""
        m = self.receive()
        process = self.processes.get(m.process)
        if m.type == EXITED:
            process.status, process.oom = os.waitstatus_to_exitcode(m.a), bool(m.b)
        elif m.type == EMPTY:
            self.empty = True
        elif m.type == OOM:
            self.ooms.append(m.a)
        return m

    def ask(self, kind, process=0, a=0, b=0, payload=b'', fds=()):
        self.serial += 1
        head = HEADER.pack(kind, process, self.serial, len(payload), a, b)
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))] if fds else []
        self.socket.sendmsg([head + payload], ancillary)
        while True:
            m = self.take()
            if m.serial == self.serial:
                return m

    def start(self, *argv, cwd='/', user='', env=(PATH,), flags=0, size=(24, 80)):
        number = len(self.processes) + 1
        if flags & RUN_TTY:
            master, slave = os.openpty()
            ours, theirs = [master], [slave]
        else:
            pipes = [os.pipe() for _ in range(3)]
            ours = [pipes[0][1], pipes[1][0], pipes[2][0]]
            theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        process = self.processes[number] = Process(self, number, ours)
        strings = [cwd, user, str(len(argv)), *argv, str(len(env)), *env]
        payload = b''.join(s.encode() + b'\0' for s in strings)
        m = self.ask(RUN, number, flags, size[0] << 16 | size[1], payload, theirs)
        for fd in theirs:
            os.close(fd)
        if m.type == STARTED:
            process.pid, process.host_pid = m.a, m.b
        else:
            check.equal(m.type, FAILED, 'answer to RUN')
            process.failure = (m.a, m.b, m.strings[0])
            del self.processes[number]
            process.close()
        return process

    def wait(self, process):
        while process.status is None:
            self.take()
        return process.status

    def wait_empty(self):
        while not self.empty:
            self.take()
        check.equal(self.child.wait(TIMEOUT), 0, 'exit status of the sandbox')

    def result(self, kind, process=0, a=0, b=0):
        m = self.ask(kind, process, a, b)
        check.equal(m.type, RESULT, 'kind of answer')
        return m.a

    def signal(self, process, sig):
        return self.result(SIGNAL, process.number, sig)

    def exec(self, *argv, **options):
        """Runs to the end: (status, stdout, stderr)."""
        process = self.start(*argv, **options)
        if process.failure:
            raise check.Failed(f'{argv}: {process.failure}')
        process.close_stdin()
        out = process.output()
        return (self.wait(process), *out)


def host_tree(pid):
    """Host pids of a process and all its descendants."""
    parents = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                with open(f'/proc/{name}/stat') as f:
                    parents[int(name)] = int(f.read().rpartition(')')[2].split()[1])
    tree = [pid]
    for member in tree:
        tree += [child for child, parent in parents.items() if parent == member]
    return tree


def state(pid):
    """The state letter of a host process; '' when it is gone."""
    try:
        with open(f'/proc/{pid}/stat') as f:
            return f.read().rpartition(')')[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ''


def gone(pids):
    return all(state(pid) in ('', 'Z', 'X') for pid in pids)


KILLED = -signal.SIGKILL
