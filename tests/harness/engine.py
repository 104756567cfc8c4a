"""Docker Engine for comparison: the one that runs, or a `dockerd` of our own in its own folder and name spaces.

Without a network name space of its own it would take the bridge of an Engine that runs already.  In its own mount and
process name spaces nothing outlives it, however it or the test ends: neither containerd, nor a container, nor a mount.
"""
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile

from harness.check import Failed, eventually
from harness.daemon import descendants, kill_all
from harness.http import Answer, Closed, Connection
from harness.rootfs import BUSYBOX

RUNNING = 'unix:///var/run/docker.sock'
START_DEADLINE = 30
STOP_DEADLINE = 30


def answers(host):
    try:
        with Connection(host, 5) as connection:
            connection.send_request('GET', '/_ping', {'Host': 'docker'}, b'')
            return Answer(connection, 'GET', 5).status == 200
    except (OSError, Closed):
        return False


def peer(host):
    """The process at the other end of a Unix socket."""
    with Connection(host) as connection:
        return struct.unpack('3i', connection.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def why_not():
    """Why a dockerd cannot be started here; '' if it can."""
    if not shutil.which('dockerd'):
        return 'there is no dockerd on this machine: apt-get install docker.io'
    return '' if os.geteuid() == 0 else 'starting dockerd needs root'


class Engine:
    """A dockerd with all its files in one folder."""

    def __init__(self, arguments=()):
        self.folder = tempfile.mkdtemp(prefix='sockerless-engine-')
        self.host = f'unix://{self.folder}/docker.sock'
        self.arguments = list(arguments)
        self.child = None

    def start(self):
        command = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--net', '--mount', '--pid', '--mount-proc', '--fork',
                   '--kill-child', 'sh', '-c', f'{BUSYBOX} ip link set lo up && exec dockerd "$@"', 'dockerd', '--data-root', f'{self.folder}/data', '--exec-root', f'{self.folder}/exec',
                   '--pidfile', f'{self.folder}/pid', '-H', self.host, *self.arguments]
        # What a killed one left holds process numbers, which would be found again in another name space.
        shutil.rmtree(f'{self.folder}/exec', ignore_errors=True)
        if os.path.exists(f'{self.folder}/pid'):
            os.unlink(f'{self.folder}/pid')
        with open(f'{self.folder}/log', 'ab') as log:
            self.child = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            eventually(self.answers, 'the first answer of dockerd', START_DEADLINE, 0.005)
        except Failed:
            self.remove()
            raise

    def answers(self):
        if self.child.poll() is not None:
            raise Failed(f'dockerd ended with {self.child.returncode}:\n{self.last_words()}')
        return answers(self.host)

    def last_words(self, size=3000):
        with open(f'{self.folder}/log', 'rb') as f:
            return f.read()[-size:].decode('utf-8', 'replace')

    def stop(self):
        """SIGTERM, for which it ends its containers first."""
        os.kill(peer(self.host), signal.SIGTERM)
        self.child.wait(STOP_DEADLINE)

    def remove(self):
        if self.child and self.child.poll() is None:
            kill_all(descendants(self.child.pid))
            self.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
