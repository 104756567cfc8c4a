"""create, start, ps, wait, stop, kill, restart, pause, rename, rm, top, stats, inspect, diff, prune, version, info."""
import json

from harness.api import LABEL
from harness.check import contains, equal, eventually, that
from harness.suite import test

TRAP = "trap 'echo got USR1' USR1; trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"


def trapping(c):
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', TRAP)
    eventually(lambda: c.ok('logs', cid) == 'ready', 'the script')
    return cid


def mine(c):
    return ['--filter', f'label={LABEL}={c.api.run_id}']


@test('docker version')
def version(c):
    """Client and server, also by format"""
    out = c.ok('version')
    contains(out, 'Server')
    equal(c.ok('version', '--format', '{{.Server.APIVersion}}'), c.api.server_version)
    equal(c.ok('version', '--format', '{{.Server.Os}}'), 'linux')


@test('docker info')
def info(c):
    """The whole text without an error, also by format"""
    out = c.ok('info')
    contains(out, 'Server:')
    contains(out, ' CPUs: ')
    that('ERROR' not in out, out)
    equal(c.ok('info', '--format', '{{.OSType}} {{.Swarm.LocalNodeState}}'), 'linux inactive')


@test('docker create', 'docker start')
def create_and_start(c):
    """create prints the id; start -a shows the output and has the code"""
    cid = c.ok('create', 'alpine', 'sh', '-c', 'echo out; echo err >&2; exit 3')
    equal(len(cid), 64)
    r = c.docker('start', '-a', cid)
    equal((r.code, r.out, r.err), (3, 'out\n', 'err\n'))
    equal(c.ok('start', cid), cid)


@test('docker create', 'docker start')
def start_interactive(c):
    """start -ai passes input"""
    cid = c.ok('create', '-i', 'alpine', 'cat')
    r = c.docker('start', '-ai', cid, input=b'typed\n')
    equal((r.code, r.out), (0, 'typed\n'))


@test('docker start')
def start_refused(c):
    """What does not exist, and what cannot start"""
    c.fails(1, 'No such container: nonesuch', 'start', 'nonesuch')
    r = c.fails(1, 'executable file not found', 'start', c.ok('create', 'alpine', 'nonesuch-program'))
    contains(r.err, 'failed to start containers')


@test('docker ps')
def ps(c):
    """-a -q -n -l -s --no-trunc --filter --format"""
    new = c.ok('create', '--name', c.name('new'), 'alpine', 'true')
    done = c.ok('run', '-d', 'alpine', 'sh', '-c', 'exit 3')
    c.ok('wait', done)
    live = c.ok('run', '-d', 'alpine', 'sleep', '100')
    equal(c.ok('ps', '-q', *mine(c)), live[:12])
    equal(c.ok('ps', '-aq', '--no-trunc', *mine(c)).split(), [live, done, new])
    equal(c.ok('ps', '-q', '-l', '--no-trunc', *mine(c)), live)
    equal(c.ok('ps', '-q', '-n', '2', '--no-trunc', *mine(c)).split(), [live, done])
    out = c.ok('ps', '-a', *mine(c)).splitlines()
    equal(out[0].split()[:3], ['CONTAINER', 'ID', 'IMAGE'])
    contains(out[1], '"sleep 100"')
    contains(out[1], 'Up ')
    contains(out[2], 'Exited (3)')
    contains(out[3], 'Created')
    contains(c.ok('ps', '-a', '-s', *mine(c)), 'virtual')
    equal(c.ok('ps', '-aq', '--no-trunc', '--filter', 'status=exited', *mine(c)), done)
    equal(c.ok('ps', '-a', '--format', '{{.Image}} {{.State}}', '--filter', f'id={done}'), 'alpine exited')
    equal(json.loads(c.ok('ps', '-a', '--format', '{{json .}}', '--filter', f'id={new}'))['ID'], new[:12])


@test('docker wait')
def wait(c):
    """Waits for several; unknown ones fail"""
    ids = [c.ok('run', '-d', 'alpine', 'sh', '-c', f'sleep 0.{n}; exit {n}') for n in (3, 1)]
    equal(c.ok('wait', *ids), '3\n1')
    c.fails(1, 'No such container', 'wait', 'nonesuch')


@test('docker stop')
def stop(c):
    """Prints the name; -t; the program's own code"""
    cid = trapping(c)
    equal(c.ok('stop', cid), cid)
    equal(c.ok('inspect', '-f', '{{.State.ExitCode}}', cid), '5')
    deaf = c.ok('run', '-d', 'alpine', 'sh', '-c', "trap '' TERM; echo ready; while :; do sleep 0.05; done")
    eventually(lambda: c.ok('logs', deaf) == 'ready', 'the script')
    c.ok('stop', '-t', '1', deaf)
    equal(c.ok('inspect', '-f', '{{.State.ExitCode}}', deaf), '137')
    c.fails(1, 'No such container', 'stop', 'nonesuch')


@test('docker kill')
def kill(c):
    """-s; KILL by default; not running is an error"""
    cid = trapping(c)
    c.ok('kill', '-s', 'USR1', cid)
    eventually(lambda: 'got USR1' in c.ok('logs', cid), 'the trap')
    equal(c.ok('kill', cid), cid)
    equal(c.ok('wait', cid), '137')
    c.fails(1, 'is not running', 'kill', cid)
    r = c.docker('kill', '-s', 'NONESUCH', cid)
    equal(r.code, 1)


@test('docker restart')
def restart(c):
    """Runs anew"""
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', 'echo run; sleep 100')
    equal(c.ok('restart', '-t', '0', cid), cid)
    eventually(lambda: c.ok('logs', cid) == 'run\nrun', 'both runs')
    equal(c.ok('inspect', '-f', '{{.State.Running}}', cid), 'true')


@test('docker pause', 'docker unpause')
def pause(c):
    """Shown in ps, refused twice"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    equal(c.ok('pause', cid), cid)
    contains(c.ok('ps', *mine(c)), '(Paused)')
    c.fails(1, 'is already paused', 'pause', cid)
    c.fails(1, 'is paused', 'exec', cid, 'true')
    equal(c.ok('unpause', cid), cid)
    c.fails(1, 'is not paused', 'unpause', cid)


@test('docker rename')
def rename(c):
    """The new name works"""
    old, new = c.name('old'), c.name('new')
    c.ok('create', '--name', old, 'alpine', 'true')
    c.ok('rename', old, new)
    equal(c.ok('inspect', '-f', '{{.Name}}', new), f'/{new}')
    c.fails(1, 'No such container', 'rename', old, 'x')


@test('docker rm')
def rm(c):
    """Refuses what runs, -f, -v"""
    cid = c.ok('run', '-d', '-v', '/anonymous', 'alpine', 'sleep', '100')
    volume = c.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', cid)
    r = c.docker('rm', cid)
    equal(r.code, 1)
    contains(r.err, c.api.says('remove-running'))
    equal(c.ok('rm', '-f', '-v', cid), cid)
    equal(c.docker('volume', 'inspect', volume).code, 1)
    equal(c.docker('rm', 'nonesuch').code, 1)


@test('docker top')
def top(c):
    """With and without ps options"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    contains(c.ok('top', cid), 'sleep 100')
    out = c.ok('top', cid, '-o', 'pid,comm').splitlines()
    equal(out[0].split()[0], 'PID')
    contains(out[1], 'sleep')
    c.fails(1, 'is not running', 'top', c.ok('create', 'alpine', 'true'))


@test('docker stats')
def stats(c):
    """--no-stream, by format and as a table"""
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', 'while :; do :; done')
    out = c.ok('stats', '--no-stream', '--format', '{{.ID}} {{.CPUPerc}} {{.PIDs}}', cid).split()
    equal(out[0], cid[:12])
    that(float(out[1].rstrip('%')) > 1, f'CPU of a busy loop is {out[1]}')
    that(int(out[2]) >= 1, f'{out[2]} processes')
    contains(c.ok('stats', '--no-stream', cid), 'MEM USAGE')


@test('docker inspect')
def inspect(c):
    """By id, prefix and name; formats; several; unknown ones"""
    name = c.name('seen')
    cid = c.ok('create', '--name', name, 'alpine', 'true')
    for ref in (cid, cid[:10], name):
        equal(json.loads(c.ok('inspect', ref))[0]['Id'], cid)
    equal(c.ok('inspect', '-f', '{{.State.Status}} {{json .Config.Cmd}}', cid), 'created ["true"]')
    equal(json.loads(c.ok('inspect', '--type', 'image', 'alpine'))[0]['Os'], 'linux')
    c.ok('inspect', '--size', cid)
    r = c.docker('inspect', 'nonesuch')
    equal((r.code, r.out), (1, '[]\n'))
    contains(r.err, 'No such object: nonesuch')


@test('docker diff')
def diff(c):
    """A, C and D"""
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', 'echo x >/root/new; rm /etc/group')
    c.ok('wait', cid)
    lines = c.ok('diff', cid).splitlines()
    for line in ('C /root', 'A /root/new', 'C /etc', 'D /etc/group'):
        contains(lines, line)


@test('docker container prune')
def container_prune(c):
    """Removes what stopped"""
    cid = c.ok('run', '-d', 'alpine', 'true')
    c.ok('wait', cid)
    out = c.ok('container', 'prune', '-f', *mine(c))
    contains(out, cid)
    contains(out, 'Total reclaimed space')


@test('docker update')
def update(c):
    """--restart and --memory"""
    cid = c.ok('run', '-d', '-m', '64m', 'alpine', 'sleep', '100')
    equal(c.ok('update', '--restart', 'on-failure:3', '--memory', '128m', '--memory-swap', '-1', cid), cid)
    equal(c.ok('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.Memory}}', cid), 'on-failure 134217728')


@test('docker port')
def port(c):
    """Nothing published: nothing shown; a port that is not published is an error"""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    equal(c.ok('port', cid), '')
    equal(c.docker('port', cid, '80').code, 1)
