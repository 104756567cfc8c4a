"""What the benchmark measures, on any daemon that speaks the Docker API.

CPU time is what the server's processes used, from /proc, so the load generator's own cost does not count.  Memory per
container is private dirty memory of everything that grew or came with it.
"""
import os
import resource
import socket
import statistics
import time

from harness.api import IMAGE, LABEL
from harness.check import at_once, eventually, status
from harness.http import Answer, Connection
from harness.daemon import process

TICK = os.sysconf('SC_CLK_TCK')
PING = b'GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n'


# -- processes ------------------------------------------------------------------------------------

def family(root, names=()):
    """A server's process, those below it, and those of these names."""
    parents = {}
    for entry in os.listdir('/proc'):
        if entry.isdigit() and (found := process(int(entry))):
            parents[int(entry)] = found
    members = {root} | {pid for pid, (name, _, _) in parents.items() if name.startswith(tuple(names))} if names else {root}
    while more := {pid for pid, (_, _, parent) in parents.items() if parent in members} - members:
        members |= more
    return members


def cpu(pids):
    """User and system time of processes in seconds."""
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat') as f:
                fields = f.read().rpartition(')')[2].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return total / TICK


def kilobytes(pid, what, file='smaps_rollup'):
    try:
        with open(f'/proc/{pid}/{file}') as f:
            return sum(int(line.split()[1]) for line in f if line.startswith(what + ':'))
    except OSError:
        return 0


def private(pids):
    return sum(kilobytes(pid, 'Private_Dirty') for pid in pids)


def resident(pids):
    return sum(kilobytes(pid, 'VmRSS', 'status') for pid in pids)


# -- measurements ---------------------------------------------------------------------------------

def ping_cpu(server, seconds=4, width=64):
    """µs of CPU for each GET /_ping, 64 connections."""
    connections = [Connection(server.api.host) for _ in range(width)]
    began, used, done = time.monotonic(), cpu([server.pid]), 0
    while time.monotonic() - began < seconds:
        for c in connections:
            c.socket.sendall(PING)
        for c in connections:
            while b'OK' not in (data := c.socket.recv(4096)):
                if not data:
                    raise ConnectionError('the server closed a connection')
        done += width
    spent = cpu([server.pid]) - used
    for c in connections:
        c.close()
    return spent / done * 1e6


def list_cpu(server, number=1000, seconds=4):
    """ms of CPU for each list of 1,000 containers."""
    api = server.api
    body = {'Image': IMAGE, 'Cmd': ['true'], 'Labels': {LABEL: api.run_id}}
    ids = at_once(8, lambda n: [status(api.post('/containers/create', body), 201).json['Id'] for _ in range(number // 8)])
    try:
        began, used, done = time.monotonic(), cpu([server.pid]), 0
        with Connection(api.host) as c:
            while time.monotonic() - began < seconds or done < 3:
                c.send_request('GET', f'/v{api.version}/containers/json?all=1', {'Host': 'd'}, b'')
                answer = Answer(c, 'GET')
                while answer.piece():
                    pass
                done += 1
        return (cpu([server.pid]) - used) / done * 1e3
    finally:
        at_once(8, lambda n: [api.delete(f'/containers/{i}', deadline=60) for i in ids[n]])


def run_median(server):
    """ms for create, start, wait and remove of `true`."""
    api, times = server.api, []
    for _ in range(server.rounds):
        began = time.monotonic()
        cid = api.create(['true'])
        api.start(cid)
        api.wait(cid)
        api.delete(f'/containers/{cid}')
        times.append(time.monotonic() - began)
    return statistics.median(times) * 1e3


def exec_median(server):
    """ms for create and start of an exec of `true`, to the end of its stream, and its code."""
    api, times = server.api, []
    cid = api.run(['sleep', '1000'])
    for _ in range(server.rounds):
        began = time.monotonic()
        code, _, _ = api.exec(cid, ['true'])
        times.append(time.monotonic() - began)
        if code:
            raise RuntimeError(f'true ended with {code}')
    api.remove(cid)
    return statistics.median(times) * 1e3


def drain(answer):
    """Bytes until the end of a stream, received as fast as can be."""
    buffer, size = bytearray(1 << 20), len(answer.connection.pending)
    answer.connection.socket.settimeout(60)
    while n := answer.connection.socket.recv_into(buffer):
        size += n
    return size


def writer(server):
    return ['dd', 'if=/dev/zero', 'bs=1M', f'count={server.megabytes}']


def exec_stream(server):
    """MB/s out of an exec."""
    api = server.api
    cid = api.run(['sleep', '1000'])
    began = time.monotonic()
    with api.exec_start(api.exec_create(cid, writer(server), AttachStderr=False)) as stream:
        size = drain(stream)
    took = time.monotonic() - began
    api.remove(cid)
    return size / took / 1e6


def attach_stream(server):
    """MB/s out of an attached container without a log."""
    api = server.api
    cid = api.create(writer(server), host={'LogConfig': {'Type': 'none'}})
    with api.attach(cid, stdin=0, stderr=0) as stream:
        began = time.monotonic()
        api.start(cid)
        size = drain(stream)
        took = time.monotonic() - began
    api.remove(cid)
    return size / took / 1e6


def memory_of(server, request, number=10000):
    """MB that the server grows by with 10,000 connections that each made a request and stay."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    number = min(number, hard - 200)
    before, path, held = resident([server.pid]), server.api.host.removeprefix('unix://'), []
    try:
        for _ in range(number):
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(20)
            s.connect(path)
            s.sendall(request)
            held.append(s)
            if not s.recv(4096):
                raise ConnectionError('the server closed a connection')
        return (resident([server.pid]) - before) * 1024 / 1e6 * 10000 / number
    finally:
        for s in held:
            s.close()


def idle_connections(server):
    """MB for 10,000 idle connections."""
    return memory_of(server, PING)


def long_polls(server):
    """MB for 10,000 clients that wait for events."""
    return memory_of(server, b'GET /events HTTP/1.1\r\nHost: d\r\n\r\n')


def idle_memory(server):
    """MB resident of the server at rest."""
    return resident(server.family()) * 1024 / 1e6


def container_memory(server, number=20):
    """kB of private dirty memory for each running container, daemon and all."""
    api = server.api
    api.remove(api.run(['sleep', '1000']))
    before = private(server.family())
    ids = [api.run(['sleep', '1000']) for _ in range(number)]
    eventually(lambda: all(api.inspect(i)['State']['Running'] for i in ids), 'all to run')
    grown = private(server.family()) - before
    for cid in ids:
        api.remove(cid)
    return grown / number


# name, budget of the design, unit, less is better, function
TABLE = [
    ('start to first answer', '≤ 20', 'ms', True, lambda server: server.start_time()),
    ('resident memory, idle', '≤ 12', 'MB', True, idle_memory),
    ('CPU per GET /_ping', '≤ 20', 'µs', True, ping_cpu),
    ('create + start + wait + remove of true, median', '≤ 10', 'ms', True, run_median),
    ('exec of true, median', '≤ 4', 'ms', True, exec_median),
    ('exec stream', '≥ 400', 'MB/s', False, exec_stream),
    ('attach stream', '≥ 400', 'MB/s', False, attach_stream),
    ('private memory per running container', '≤ 400', 'kB', True, container_memory),
    ('10,000 idle connections', '≤ 15', 'MB', True, idle_connections),
    ('10,000 long polls (/events)', '≤ 60', 'MB', True, long_polls),
    ('CPU per list of 1,000 containers', '≤ 5', 'ms', True, list_cpu),
]
