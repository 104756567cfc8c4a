"""The daemon under test as a process: start, stop, kill, and what it holds while it is idle."""
import ctypes
import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import tls
from harness.check import Failed, eventually
from harness.http import Answer, Closed, Connection

PR_SET_CHILD_SUBREAPER = 36
SANDBOX = 'sockerless-sand'      # the kernel keeps 15 characters of a program's name
START_DEADLINE = 20
STOP_DEADLINE = 20
SETTLE_DEADLINE = 10
SPARE_LIMIT = 16
NUMBER = re.compile(r'(?<=[/-])\d+(?=/|$)')


def adopt_orphans():
    """Processes that lose their parent become ours, so that nothing of a killed daemon is out of sight."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def process(pid):
    """(name, state, parent) or None when it is gone."""
    try:
        with open(f'/proc/{pid}/stat') as f:
            text = f.read()
    except OSError:
        return None
    name, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 2:].split()
    return name, rest[0], int(rest[1])


def descendants(ancestor):
    """{pid: (name, state)} of everything below a process."""
    below = {}
    for entry in os.listdir('/proc'):
        if entry.isdigit() and (found := process(int(entry))):
            below[int(entry)] = found
    family, found = {ancestor}, {}
    while grown := [p for p, (_, _, parent) in below.items() if parent in family and p not in family]:
        family.update(grown)
        found.update({p: below[p][:2] for p in grown})
    return found


class Sockerless:
    """`sockerless` with a state directory, a socket and a temporary directory of its own."""

    def __init__(self, programs, arguments=(), user=None):
        self.programs = os.path.abspath(programs)
        self.arguments = list(arguments)
        self.folder = tempfile.mkdtemp(prefix='sockerless-test-')
        self.state = os.path.join(self.folder, 'state')
        self.spare = os.path.join(self.state, 'spare')      # root file systems made ahead: a cache
        self.temporary = os.path.join(self.folder, 'tmp')
        self.log = os.path.join(self.folder, 'log')
        self.host = f'unix://{self.folder}/s.sock'
        self.certificates = None                            # of its clients, when they need any
        self.user = user                                    # a number, for root to give away
        self.children = []
        os.mkdir(self.temporary)
        if user is not None:
            os.chown(self.folder, user, user)
            os.chown(self.temporary, user, user)
        adopt_orphans()

    def commands(self):
        """The command line of each process, that with the containers first."""
        return [['sockerless', '--addr', self.host, '--state', self.state, *self.arguments]]

    def start(self):
        self.children = [self.launch(command) for command in self.commands()]
        eventually(self.answers, 'first answer of the daemon', START_DEADLINE, 0.002)

    def launch(self, command):
        environment = dict(os.environ, TMPDIR=self.temporary, HOME=self.folder,
                           ASAN_OPTIONS='detect_stack_use_after_return=0:abort_on_error=0',
                           UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
        with open(self.log, 'ab') as log:
            return subprocess.Popen([os.path.join(self.programs, command[0]), *command[1:]], cwd=self.folder,
                                    env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    user=self.user, group=self.user, extra_groups=None if self.user is None else [])

    def answers(self):
        self.must_live()
        try:
            with Connection(self.host, 5) as connection:
                connection.send_request('GET', '/_ping', {'Host': 'docker'}, b'')
                return Answer(connection, 'GET', 5).status == 200
        except (OSError, Closed):
            return False

    def lives(self):
        return all(child.poll() is None for child in self.children)

    def must_live(self):
        if not self.lives():
            raise Failed(f'the daemon ended with {[c.poll() for c in self.children]}:\n{self.last_words()}')

    def last_words(self, size=6000):
        with open(self.log, 'rb') as f:
            return f.read()[-size:].decode('utf-8', 'replace')

    def stop(self):
        """SIGTERM; fails if it does not end well and soon, or leaves processes."""
        self.must_live()
        for child in reversed(self.children):
            self.stop_one(child)
        eventually(lambda: not self.sandboxes(), f'sandboxes end with the daemon: {self.sandboxes()}')

    def stop_one(self, child):
        child.send_signal(signal.SIGTERM)
        try:
            code = child.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f'the daemon did not stop within {STOP_DEADLINE} s:\n{self.last_words()}') from None
        if code != 0:
            raise Failed(f'the daemon ended with {code}:\n{self.last_words()}')

    def kill(self):
        """SIGKILL, as when the machine's memory ran out."""
        for child in self.children:
            child.kill()
            child.wait()

    def remove(self):
        self.kill()
        kill_all(self.sandboxes())
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what it holds --------------------------------------------------------------------------

    @property
    def pid(self):
        return self.children[0].pid

    def sandboxes(self):
        """Running processes of the sandbox; reaps the ones that only wait for that."""
        found = []
        for pid, (name, state) in descendants(os.getpid()).items():
            if name.startswith(SANDBOX) or name.startswith('sockerless-san'):
                if state == 'Z':
                    reap(pid)
                else:
                    found.append(pid)
        return found

    def descriptors(self):
        """What its descriptors are, sorted; sockets without their numbers."""
        return sorted(name for child in self.children for name in descriptors_of(child.pid))

    def files(self):
        """Paths in its temporary and state directories, without SQLite's companions, numbered ones all alike."""
        found = []
        for top in (self.temporary, self.state):
            for folder, folders, names in os.walk(top):
                if folder == self.spare:
                    del folders[:]
                found.extend(NUMBER.sub('N', os.path.relpath(os.path.join(folder, n), self.folder)) for n in folders + names
                             if not n.endswith(('-wal', '-shm', '-journal')))
        return sorted(found)

    def control_groups(self):
        """Groups it made for containers, wherever in the hierarchies it may have made them."""
        state = os.stat(self.state)
        owner = f'{state.st_dev:x}-{state.st_ino:x}'
        with open(f'/proc/{self.pid}/cgroup') as f:
            own = [line.strip().split(':')[2] for line in f]
        folders = {f'/sys/fs/cgroup{tree}{os.path.dirname(group) if above else group}'
                   for group in {*own, '/'} for above in (False, True)
                   for tree in ('', '/cpu', '/cpu,cpuacct', '/unified')}
        return sorted({os.path.basename(found) for folder in folders
                       for found in glob.glob(f'{folder}/sockerless-{owner}-*') if not found.endswith('-daemon')})

    def must_not_hoard(self):
        """The cache of root file systems stays small."""
        roots = glob.glob(f'{self.spare}/*/*')
        if len(roots) > SPARE_LIMIT:
            raise Failed(f'{len(roots)} spare root file systems are kept: {roots[:3]}')

    def holdings(self):
        return {'descriptors': self.descriptors(), 'sandboxes': self.sandboxes(), 'files': self.files(),
                'control groups': self.control_groups()}

    def at_rest(self, still=0.3):
        """What it holds once that no longer changes."""
        last, since, until = self.holdings(), time.monotonic(), time.monotonic() + SETTLE_DEADLINE
        while time.monotonic() - since < still:
            time.sleep(0.01)
            if (now := self.holdings()) != last:
                last, since = now, time.monotonic()
            if time.monotonic() > until:
                raise Failed('what the daemon holds does not come to rest')
        return last

    def must_settle(self, baseline):
        """Fails unless it comes back to what it held before."""
        until = time.monotonic() + SETTLE_DEADLINE
        while (now := self.holdings()) != baseline:
            if time.monotonic() > until:
                raise Failed('leaked: ' + '; '.join(difference(k, baseline[k], now[k]) for k in now
                                                    if now[k] != baseline[k]))
            time.sleep(0.01)
        self.must_not_hoard()

    def resident(self):
        """Resident memory in bytes."""
        with open(f'/proc/{self.pid}/status') as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith('VmRSS'))


class Split(Sockerless):
    """A back end and a front end as processes of their own, with Unix sockets between."""

    POOL = 8        # connections that a front end keeps open to its back end

    def __init__(self, programs, arguments=()):
        super().__init__(programs, arguments)
        self.back = f'unix://{self.folder}/b.sock'

    def commands(self):
        return [['sockerless-backend-memory', '--addr', self.back, '--state', self.state, *self.arguments],
                ['sockerless-frontend-docker', '--addr', self.host, '--backend', self.back]]

    def holdings(self):
        """The idle connections between the two are a cache: so few sockets more are none more."""
        found = super().holdings()
        sockets = found['descriptors'].count('socket')
        found['descriptors'] = [name for name in found['descriptors'] if name != 'socket']
        found['sockets'] = ['socket'] * (sockets // (4 * self.POOL))
        return found


class SplitTls(Split):
    """The same with mutual TLS over TCP on both legs."""

    def __init__(self, programs, arguments=()):
        super().__init__(programs, arguments)
        authority = tls.Authority(os.path.join(self.folder, 'tls'))
        self.server = authority.issue('server', 'serverAuth')
        self.certificates = authority.issue('client', 'clientAuth')
        self.back = f'tcp://127.0.0.1:{tls.free_port()}'
        self.host = f'tcp://127.0.0.1:{tls.free_port()}'
        tls.contexts[self.host.removeprefix('tcp://')] = tls.client_context(self.certificates)

    def commands(self):
        back, front = super().commands()
        back += files_of(self.server, 'tls')
        front += files_of(self.server, 'tls') + files_of(self.certificates, 'backend-tls')
        front[front.index('--backend') + 1] = self.back.replace('tcp://', 'https://')
        return [back + ['--tlsverify'], front + ['--tlsverify']]


class PassThrough(Sockerless):
    """`sockerless` in front of a Docker daemon."""

    def __init__(self, programs, docker, arguments=()):
        super().__init__(programs, arguments)
        self.docker = docker

    def commands(self):
        return [['sockerless', '--backend', 'docker', '--docker-host', self.docker, '--addr', self.host, *self.arguments]]


class SplitPassThrough(PassThrough):
    """Front end and back end as processes of their own."""

    def commands(self):
        back = f'unix://{self.folder}/b.sock'
        return [['sockerless-backend-docker', '--docker-host', self.docker, '--addr', back, *self.arguments],
                ['sockerless-frontend-docker', '--addr', self.host, '--backend', back]]


TOPOLOGIES = {'one': Sockerless, 'split': Split, 'split-tls': SplitTls}


def files_of(folder, prefix):
    """The options that name a folder's certificates."""
    return [word for kind, name in (('cacert', 'ca'), ('cert', 'cert'), ('key', 'key'))
            for word in (f'--{prefix}{kind}', f'{folder}/{name}.pem')]


def descriptors_of(pid):
    for entry in os.listdir(f'/proc/{pid}/fd'):
        try:
            yield os.readlink(f'/proc/{pid}/fd/{entry}').split(':[')[0]
        except FileNotFoundError:
            continue


def kill_all(pids):
    """SIGKILL; those that have just ended by themselves are no matter."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def reap(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def difference(what, before, after):
    rest = list(before)
    more = [x for x in after if x not in rest or rest.remove(x)]
    return f'{what}: {len(before)} before, {len(after)} after; new: {more[:3]}'
