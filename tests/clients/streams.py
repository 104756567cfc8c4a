"""logs, exec and attach over pipes; events."""
import json
import select
import time

from harness.api import LABEL
from harness.check import contains, equal, eventually, that
from harness.suite import test


@test('docker logs')
def logs(c):
    """Both streams, --tail, -t, after the end and over restarts"""
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', 'echo one; echo two; echo bad >&2')
    c.ok('wait', cid)
    r = c.docker('logs', cid)
    equal((r.code, r.out, r.err), (0, 'one\ntwo\n', 'bad\n'))
    equal(c.docker('logs', '--tail', '0', cid).out, '')
    that(len(c.docker('logs', '--tail', '1', cid).out + c.docker('logs', '--tail', '1', cid).err) <= 8, 'tail 1')
    for line in c.docker('logs', '-t', cid).out.splitlines():
        that(line[4] == '-' and line[10] == 'T' and line[30] == ' ', f'no time in {line!r}')
    c.ok('start', cid)
    c.ok('wait', cid)
    equal(c.docker('logs', cid).out, 'one\ntwo\none\ntwo\n')
    c.fails(1, 'No such container', 'logs', 'nonesuch')


@test('docker logs')
def logs_since_until(c):
    """--since and --until as times and as durations"""
    cid = c.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'echo early; read x; echo late')
    eventually(lambda: c.ok('logs', cid) == 'early', 'the first line')
    between = time.time()
    stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(between)) + f'{between % 1:.6f}'[1:] + 'Z'
    c.docker('attach', cid, input=b'\n')
    equal(c.ok('wait', cid), '0')
    equal(c.ok('logs', '--since', stamp, cid), 'late')
    equal(c.ok('logs', '--until', stamp, cid), 'early')
    equal(c.ok('logs', '--since', '10m', cid), 'early\nlate')
    equal(c.ok('logs', '--until', '10m', cid), '')


@test('docker logs')
def logs_follow(c):
    """-f shows lines as they come and ends with the container"""
    cid = c.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'echo first; read x; echo second; exit 3')
    with c.start('logs', '-f', cid) as child:
        equal(child.stdout.readline(), b'first\n')
        c.docker('attach', cid, input=b'\n')
        out, _ = child.communicate(timeout=20)
        equal((child.returncode, out), (0, b'second\n'))


@test('docker exec')
def exec_(c):
    """Output apart, the exit code, -e -w -u"""
    cid = c.ok('run', '-d', '-e', 'A=container', 'alpine', 'sleep', '100')
    r = c.docker('exec', cid, 'sh', '-c', 'echo out; echo err >&2; exit 7')
    equal((r.code, r.out, r.err), (7, 'out\n', 'err\n'))
    equal(c.ok('exec', '-e', 'B=exec', '-w', '/tmp', '-u', '1000', cid, 'sh', '-c', 'echo $A $B; pwd; id -u'), 'container exec\n/tmp\n1000')
    path = c.config_file('exec-env', 'FROM=file\n')
    equal(c.ok('exec', '--env-file', path, cid, 'sh', '-c', 'echo $FROM'), 'file')


@test('docker exec')
def exec_input(c):
    """-i passes input to its end"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    data = bytes(range(256)) * 2000
    equal(c.ok('exec', '-i', cid, 'cat', input=data, binary=True), data)
    equal(c.docker('exec', cid, 'cat', input=b'ignored').out, '')


@test('docker exec')
def exec_detached(c):
    """-d returns at once"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    equal(c.ok('exec', '-d', cid, 'sh', '-c', 'sleep 0.2; echo done >/tmp/mark'), '')
    eventually(lambda: c.docker('exec', cid, 'cat', '/tmp/mark').out == 'done\n', 'the mark')


@test('docker exec')
def exec_refused(c):
    """126 and 127 as the program's; 1 for what is not there or does not run"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    r = c.docker('exec', cid, 'nonesuch-program')
    that(r.code in (126, 127), str(r))
    contains(r.out + r.err, 'executable file not found in $PATH')
    r = c.docker('exec', cid, '/etc/passwd')
    equal(r.code, 126)
    contains(r.out + r.err, 'permission denied')
    c.fails(1, 'No such container', 'exec', 'nonesuch', 'true')
    c.fails(1, 'is not running', 'exec', c.ok('create', 'alpine', 'true'), 'true')


@test('docker attach')
def attach(c):
    """Input and output of a running container; its code"""
    cid = c.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'read x; echo "got $x"; echo err >&2; exit 4')
    with c.start('attach', cid) as child:
        child.stdin.write(b'typed\n')
        child.stdin.flush()
        equal((child.stdout.read(), child.stderr.read(), child.wait(20)), (b'got typed\n', b'err\n', 4))
    c.fails(1, 'You cannot attach to a stopped container', 'attach', cid)


@test('docker attach')
def attach_several(c):
    """Two attached CLIs see the same"""
    cid = c.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'while read x; do echo "got $x"; done')
    with c.start('attach', '--sig-proxy=false', cid) as a, c.start('attach', '--sig-proxy=false', cid) as b:
        eventually(lambda: len([e for e in c.api.events(0, {'container': [cid], 'event': ['attach']})]) == 2, 'both to be attached')
        a.stdin.write(b'hello\n')
        a.stdin.flush()
        equal((a.stdout.readline(), b.stdout.readline()), (b'got hello\n', b'got hello\n'))
        c.ok('kill', cid)
        a.communicate(timeout=20)
        b.communicate(timeout=20)


@test('docker attach')
def attach_no_stdin(c):
    """--no-stdin only watches"""
    cid = c.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'read x; echo "got $x"')
    with c.start('attach', '--no-stdin', cid) as child:
        eventually(lambda: c.api.events(0, {'container': [cid], 'event': ['attach']}), 'the attach')
        c.docker('attach', cid, input=b'y\n')
        out, _ = child.communicate(timeout=20)
        equal(out, b'got y\n')


@test('docker events')
def events(c):
    """--since and --until, --filter, --format"""
    since = c.api.now()
    cid = c.ok('run', '-d', 'alpine', 'true')
    c.ok('wait', cid)
    out = c.ok('events', '--since', since, '--until', c.api.now(), '--filter', f'container={cid}', '--filter', 'type=container',
               '--format', '{{.Action}}')
    equal(out.split(), ['create', 'start', 'die'])
    line = c.ok('events', '--since', since, '--until', c.api.now(), '--filter', f'container={cid}', '--filter', 'event=die')
    contains(line, f'container die {cid}')
    contains(line, 'exitCode=0')


@test('docker events')
def events_live(c):
    """Events as they happen"""
    with c.start('events', '--filter', f'label={LABEL}={c.api.run_id}', '--filter', 'type=container', '--format', '{{json .}}') as child:
        since = c.api.now()
        # The CLI says nothing when it is ready: containers are made until it has seen one.
        eventually(lambda: c.ok('create', 'alpine', 'true') and select_line(child), 'the first event', 20, 0.1)
        event = json.loads(child.stdout.readline())
        equal((event['Type'], event['Action']), ('container', 'create'))
        that(event['timeNano'] / 1e9 >= float(since), 'an event from before')
        child.kill()
        child.communicate()


def select_line(child):
    """Whether something can be read."""
    return bool(select.select([child.stdout], [], [], 0.2)[0])
