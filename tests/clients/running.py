"""docker run with each of its flags, and its exit codes."""
import json
import os
import signal

from harness.check import Skip, contains, equal, eventually, that
from harness.suite import test


@test('docker run')
def run_echo(c):
    """run --rm alpine echo hello"""
    r = c.docker('run', '--rm', 'alpine', 'echo', 'hello')
    equal((r.code, r.out, r.err), (0, 'hello\n', ''))


@test('docker run')
def run_pulls(c):
    """An image that is not there is pulled, and the output says what it is"""
    if c.api.old:
        raise Skip('Docker Engine would ask a registry')
    name = f'example/{c.name("img")}:1.0'
    r = c.docker('run', '--rm', name, 'echo', 'ran')
    equal((r.code, r.out), (0, 'ran\n'), str(r))
    contains(r.err, f"Unable to find image '{name}' locally")
    contains(r.err, 'built-in')
    c.ok('rmi', name)


@test('docker run')
def run_exit_codes(c):
    """The program's code; 126, 127 and 125 for what did not start"""
    for code in (0, 1, 42, 255):
        equal(c.docker('run', '--rm', 'alpine', 'sh', '-c', f'exit {code}').code, code)
    equal(c.docker('run', '--rm', 'alpine', 'sh', '-c', 'sh -c "kill -9 \$\$"; exit $?').code, 137)
    c.fails(127, 'executable file not found in $PATH', 'run', '--rm', 'alpine', 'nonesuch-program')
    c.fails(126, 'permission denied', 'run', '--rm', 'alpine', '/etc/passwd')
    c.fails(126, 'permission denied', 'run', '--rm', 'alpine', '/tmp')
    equal(c.docker('run', '--rm', '--memory', '1k', 'alpine', 'true').code, 125)


@test('docker run')
def run_streams_apart(c):
    """stdout and stderr arrive where they belong"""
    r = c.docker('run', '--rm', 'alpine', 'sh', '-c', 'echo out; echo err >&2; echo out2')
    equal((r.code, r.out, r.err), (0, 'out\nout2\n', 'err\n'))


@test('docker run')
def run_stdin(c):
    """-i passes standard input to its end"""
    r = c.docker('run', '--rm', '-i', 'alpine', 'sh', '-c', 'wc -c; echo done >&2; exit 3', input=b'x' * 1000000)
    equal((r.code, r.out, r.err), (3, '1000000\n', 'done\n'))
    equal(c.ok('run', '--rm', '-i', 'alpine', 'cat', input=b'one\ntwo'), 'one\ntwo')


@test('docker run', 'docker wait', 'docker logs')
def run_detached(c):
    """-d prints the id; wait prints the code"""
    cid = c.ok('run', '-d', 'alpine', 'sh', '-c', 'echo x; exit 4')
    equal(len(cid), 64)
    equal(c.ok('wait', cid), '4')
    equal(c.ok('logs', cid), 'x')


@test('docker run')
def run_name(c):
    """--name; the same twice is refused"""
    name = c.name('named')
    c.ok('run', '-d', '--name', name, 'alpine', 'sleep', '100')
    c.fails(125, f'The container name "/{name}" is already in use', 'run', '--name', name, 'alpine', 'true')


@test('docker run')
def run_environment(c):
    """-e with and without a value, --env-file"""
    path = c.config_file('env', '# comment\nFROM_FILE=1\nOTHER=two words\nHOME_OF\n')
    c.environment['HOME_OF'] = 'client'
    out = c.ok('run', '--rm', '-e', 'A=1', '-e', 'HOME_OF', '--env-file', path, 'alpine', 'sh', '-c',
               'echo $A $HOME_OF $FROM_FILE $OTHER; env | grep -c ^PATH=')
    equal(out, '1 client 1 two words\n1')


@test('docker run')
def run_workdir_user_hostname(c):
    """-w, -u and --hostname"""
    out = c.ok('run', '--rm', '-w', '/var', '-u', '1000:1001', '--hostname', 'inner', 'alpine', 'sh', '-c', 'pwd; id -u; id -g; hostname')
    equal(out, '/var\n1000\n1001\ninner')


@test('docker run')
def run_volume(c):
    """-v with a named volume and with a folder, :ro"""
    folder, vol = os.path.join(c.home, 'shared'), c.api.volume()
    os.makedirs(folder, exist_ok=True)
    c.ok('run', '--rm', '-v', f'{vol}:/v', 'alpine', 'sh', '-c', 'echo kept >/v/f')
    equal(c.ok('run', '--rm', '-v', f'{vol}:/v:ro', 'alpine', 'cat', '/v/f'), 'kept')
    c.ok('run', '--rm', '-v', f'{folder}:/b', 'alpine', 'sh', '-c', 'echo made >/b/f')
    equal(open(os.path.join(folder, 'f')).read(), 'made\n')
    r = c.docker('run', '--rm', '-v', f'{folder}:/b:ro', 'alpine', 'touch', '/b/g')
    that(r.code != 0 and 'Read-only file system' in r.err, str(r))


@test('docker run')
def run_mount(c):
    """--mount of type bind, volume and tmpfs"""
    folder = os.path.join(c.home, 'mounted')
    os.makedirs(folder, exist_ok=True)
    vol = c.api.volume()
    out = c.ok('run', '--rm', '--mount', f'type=bind,source={folder},target=/b', '--mount', f'type=volume,source={vol},target=/v',
               '--mount', 'type=tmpfs,target=/t,tmpfs-size=1m', 'alpine', 'sh', '-c', 'for d in b v t; do echo $d >/$d/f; done; cat /b/f /v/f /t/f')
    equal(out, 'b\nv\nt')
    equal(os.listdir(folder), ['f'])
    r = c.docker('run', '--rm', '--mount', 'type=bind,source=/nonesuch/x,target=/b', 'alpine', 'true')
    equal(r.code, 125)
    contains(r.err, 'bind source path does not exist')


@test('docker run')
def run_tmpfs_read_only(c):
    """--tmpfs within a --read-only root"""
    r = c.docker('run', '--rm', '--read-only', '--tmpfs', '/t:size=1m', 'alpine', 'sh', '-c', 'echo x >/t/f && cat /t/f; echo y >/f')
    equal(r.out, 'x\n')
    that(r.code != 0 and 'Read-only file system' in r.err, str(r))


@test('docker run')
def run_volumes_from(c):
    """--volumes-from"""
    name = c.name('first')
    c.ok('run', '--name', name, '-v', f'{c.api.volume()}:/v', 'alpine', 'sh', '-c', 'echo shared >/v/f')
    equal(c.ok('run', '--rm', '--volumes-from', name, 'alpine', 'cat', '/v/f'), 'shared')


@test('docker run')
def run_entrypoint(c):
    """--entrypoint, also empty"""
    equal(c.ok('run', '--rm', '--entrypoint', 'echo', 'alpine', 'a', 'b'), 'a b')
    equal(c.ok('run', '--rm', '--entrypoint', '', 'alpine', 'echo', 'c'), 'c')


@test('docker run', 'docker inspect')
def run_label(c):
    """--label and --label-file"""
    path = c.config_file('labels', 'from=file\n')
    cid = c.ok('run', '-d', '--label', 'k=v', '--label-file', path, 'alpine', 'true')
    equal(c.ok('inspect', '-f', '{{.Config.Labels.k}} {{index .Config.Labels "from"}}', cid), 'v file')


@test('docker run', 'docker inspect')
def run_memory(c):
    """--memory: over it a program is refused more, or the code is 137 and OOMKilled is true"""
    name = c.name('oom')
    r = c.docker('run', '--name', name, '-m', '16m', '--memory-swap', '16m', 'alpine', 'sh', '-c', 'a=x; while :; do a=$a$a; done')
    killed = c.ok('inspect', '-f', '{{.State.OOMKilled}}', name)
    if c.api.old and killed == 'false':
        raise Skip(f'this machine does not let the Engine limit memory: code {r.code}')
    that((r.code, killed) == (137, 'true') or (r.code == 1 and 'out of memory' in r.err), f'{r} killed: {killed}')


@test('docker run')
def run_pids_limit(c):
    """--pids-limit refuses the next process"""
    r = c.docker('run', '--rm', '--pids-limit', '6', 'alpine', 'sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do sleep 2 & done; echo unreached; wait')
    contains(r.err, "can't fork", str(r))


@test('docker run')
def run_ulimit(c):
    """--ulimit nofile"""
    equal(c.ok('run', '--rm', '--ulimit', 'nofile=99:199', 'alpine', 'sh', '-c', 'ulimit -n; ulimit -Hn'), '99\n199')


@test('docker run', 'docker stop', 'docker inspect')
def run_stop_signal(c):
    """--stop-signal and --stop-timeout are what stop uses"""
    script = "trap 'exit 7' USR1; trap '' TERM; echo ready; while :; do sleep 0.05; done"
    cid = c.ok('run', '-d', '--stop-signal', 'SIGUSR1', '--stop-timeout', '20', 'alpine', 'sh', '-c', script)
    eventually(lambda: c.ok('logs', cid) == 'ready', 'the script')
    c.ok('stop', cid)
    equal(c.ok('inspect', '-f', '{{.State.ExitCode}} {{.Config.StopTimeout}}', cid), '7 20')


@test('docker run')
def run_init(c):
    """--init reaps what the program leaves behind"""
    out = c.ok('run', '--rm', '--init', 'alpine', 'sh', '-c', '(sleep 0.1 &) ; sleep 0.5; echo end')
    equal(out, 'end')


@test('docker run', 'docker port')
def run_publish_shown(c):
    """-p is kept in the configuration"""
    cid = c.ok('create', '-p', '127.0.0.1::8000', 'alpine', 'true')
    bindings = json.loads(c.ok('inspect', '-f', '{{json .HostConfig.PortBindings}}', cid))
    equal(bindings['8000/tcp'][0]['HostIp'], '127.0.0.1')
    equal(c.docker('port', c.ok('run', '-d', 'alpine', 'sleep', '100')).out, '')


@test('docker run')
def run_sig_proxy(c):
    """Ctrl-C and SIGTERM to the CLI reach the program"""
    script = "trap 'echo got TERM; exit 6' TERM; echo ready; while :; do sleep 0.05; done"
    with c.start('run', '--rm', 'alpine', 'sh', '-c', script) as child:
        equal(child.stdout.readline(), b'ready\n')
        child.send_signal(signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
        equal((child.returncode, out), (6, b'got TERM\n'))


@test('docker run')
def run_many_lines(c):
    """100,000 lines to the end and in order"""
    out = c.docker('run', '--rm', 'alpine', 'seq', '100000').out
    equal(out == ''.join(f'{i}\n' for i in range(1, 100001)), True, f'{len(out)} characters')


@test('docker run')
def run_cidfile_and_attach(c):
    """--cidfile; -a stderr alone"""
    path = os.path.join(c.home, c.name('cid'))
    r = c.docker('run', '--rm', '--cidfile', path, '-a', 'stderr', 'alpine', 'sh', '-c', 'echo out; echo err >&2')
    equal((r.code, r.out, r.err), (0, '', 'err\n'))
    equal(len(open(path).read()), 64)


@test('docker run')
def run_missing_image(c):
    """An image name that cannot be is 125 with the reason"""
    c.fails(125, 'invalid reference format', 'run', '--rm', 'example/UPPER', 'true')
    c.fails(125, 'No such image', 'run', '--rm', '--pull', 'never', 'nonesuch.invalid/x:y', 'true')


@test('docker run')
def run_devices_and_proc(c):
    """What a program finds in /dev and /proc"""
    out = c.ok('run', '--rm', 'alpine', 'sh', '-c', 'echo x >/dev/null && head -c 2 /dev/urandom | wc -c && test -d /proc/self && echo $$')
    equal(out, '2\n1')


@test('docker run')
def run_fifty_at_once(c):
    """Fifty CLIs at once, each with its own output and code"""
    width = c.api.count(50, 8)
    children = [c.start('run', '--rm', 'alpine', 'sh', '-c', f'seq {n * 10} {n * 10 + 9}; exit {n}') for n in range(width)]
    for n, child in enumerate(children):
        out, err = child.communicate(timeout=80)
        equal((child.returncode, out, err), (n, b''.join(b'%d\n' % i for i in range(n * 10, n * 10 + 10)), b''), f'run {n}')
