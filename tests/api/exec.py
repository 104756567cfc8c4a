"""Running another program in a container."""
import hashlib

from harness.api import UPGRADE
from harness.check import Skip, contains, equal, eventually, has_keys, refused, status, that
from harness.http import DEADLINE
from harness.suite import test

MISSING = b'exec: "nonesuch-program": executable file not found in $PATH'


def sleeper(d, **options):
    return d.run(['sleep', '1000'], **options)


@test('POST /containers/{id}/exec', 'POST /exec/{id}/start', 'GET /exec/{id}/json')
def run(d):
    """Output apart, the exit code there when the stream ends"""
    cid = sleeper(d)
    for code in (0, 1, 7, 255):
        equal(d.exec(cid, f'echo out; echo err >&2; exit {code}'), (code, b'out\n', b'err\n'))


@test('POST /exec/{id}/start')
def upgraded(d):
    """101 with Upgrade, 200 without, both with frames"""
    cid = sleeper(d)
    with d.exec_start(d.exec_create(cid, 'echo hi')) as stream:
        equal(stream.reason, 'UPGRADED')
        equal(stream.header('content-type'), d.says('stream-type'))
        equal(stream.output()[0], b'hi\n')
    with d.exec_start(d.exec_create(cid, 'echo plain'), upgrade=False) as stream:
        equal(stream.header('content-type'), 'application/vnd.docker.raw-stream')
        equal(stream.output()[0], b'plain\n')


@test('GET /exec/{id}/json')
def inspect(d):
    """Before, during and after"""
    cid = sleeper(d)
    ident = d.exec_create(cid, ['cat'], AttachStdin=True, Tty=False)
    i = d.get(f'/exec/{ident}/json').json
    has_keys(i, 'ID Running ExitCode ProcessConfig OpenStdin OpenStderr OpenStdout CanRemove ContainerID DetachKeys Pid')
    equal((i['ID'], i['Running'], i['ExitCode'], i['ContainerID'], i['Pid']), (ident, False, None, cid, 0))
    p = i['ProcessConfig']
    equal((p['entrypoint'], p['arguments'], p['tty']), ('cat', [], False))
    with d.exec_start(ident) as stream:
        stream.send(b'x\n')
        stream.frames_until(b'x\n')
        i = d.get(f'/exec/{ident}/json').json
        that(i['Running'] and i['Pid'] > 0 and i['ExitCode'] is None, f'running: {i}')
        contains(d.inspect(cid)['ExecIDs'], ident, 'ExecIDs')
        stream.close_write()
        stream.output()
    i = d.get(f'/exec/{ident}/json').json
    equal((i['Running'], i['ExitCode']), (False, 0))
    that(i['Pid'] > 0, 'the number of its process can still be asked for')
    refused(d.get('/exec/nonesuch/json'), 404, 'o such exec instance')


@test('POST /exec/{id}/start')
def options(d):
    """Environment, working directory and user; the container's own otherwise"""
    cid = sleeper(d, Env=['A=container', 'B=container'], WorkingDir='/tmp')
    equal(d.exec(cid, 'echo $A $B; pwd; id -u')[1], b'container container\n/tmp\n0\n')
    equal(d.exec(cid, 'echo $A $B; pwd; id -u; id -g', Env=['A=exec'], WorkingDir='/etc', User='nobody')[1],
          b'exec container\n/etc\n65534\n65534\n')
    equal(d.exec(cid, 'id -u; id -g', User='12:34')[1], b'12\n34\n')


@test('POST /exec/{id}/start')
def input(d):
    """stdin with half-close, a megabyte through"""
    cid = sleeper(d)
    data = bytes(range(256)) * 4096
    with d.exec_start(d.exec_create(cid, ['md5sum'], AttachStdin=True)) as stream:
        stream.send(data)
        stream.close_write()
        equal(stream.output()[0].split()[0].decode(), hashlib.md5(data).hexdigest())


@test('POST /exec/{id}/start')
def no_input(d):
    """Without AttachStdin the program reads the end at once"""
    equal(d.exec(sleeper(d), 'cat; echo "end $?"')[1], b'end 0\n')


@test('POST /exec/{id}/start')
def terminal(d):
    """Tty: raw bytes with CR LF, a terminal inside, Ctrl-C interrupts"""
    cid = sleeper(d)
    with d.exec_start(d.exec_create(cid, 'test -t 0 && echo tty', Tty=True, AttachStdin=True), Tty=True) as stream:
        equal(stream.header('content-type'), 'application/vnd.docker.raw-stream')
        equal(stream.read(), b'tty\r\n')
    ident = d.exec_create(cid, "trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done", Tty=True, AttachStdin=True)
    with d.exec_start(ident, Tty=True) as stream:
        stream.read_until(b'ready')
        stream.send(b'\x03')
        stream.read()
    equal(d.exec_code(ident), 9)


@test('POST /exec/{id}/resize')
def resize(d):
    """The terminal of an exec gets the size; refusals"""
    cid = sleeper(d)
    ident = d.exec_create(cid, 'read x; stty size', Tty=True, AttachStdin=True)
    with d.exec_start(ident, Tty=True) as stream:
        status(d.post(f'/exec/{ident}/resize', h=22, w=88), 200, 201)     # waits for the start
        stream.send(b'\n')
        contains(stream.read(), b'22 88')
    refused(d.post(f'/exec/{ident}/resize', h='x', w=1), 400, 'strconv')
    refused(d.post('/exec/nonesuch/resize', h=1, w=1), 404, 'o such exec instance')


@test('POST /exec/{id}/start')
def console_size(d):
    """ConsoleSize of the start is the size from the first moment"""
    if d.old:
        raise Skip('for Windows only before API 1.42')
    ident = d.exec_create(sleeper(d), 'stty size', Tty=True)
    with d.exec_start(ident, Tty=True, ConsoleSize=[21, 81]) as stream:
        equal(stream.read(), b'21 81\r\n')


@test('POST /exec/{id}/start')
def detached(d):
    """Detach answers 200 at once; the program runs on its own"""
    cid = sleeper(d)
    ident = d.exec_create(cid, 'sleep 0.2; echo done >/tmp/mark; exit 4')
    status(d.post(f'/exec/{ident}/start', {'Detach': True}), 200)
    eventually(lambda: not d.get(f'/exec/{ident}/json').json['Running'], 'the end')
    equal(d.exec_code(ident), 4)
    equal(d.exec(cid, 'cat /tmp/mark')[1], b'done\n')


@test('POST /exec/{id}/start', 'GET /exec/{id}/json')
def missing_program(d):
    """Attached, the message comes in a frame on stdout and the code is 126, as the Engine has it"""
    cid = sleeper(d)
    code, out, err = d.exec(cid, ['nonesuch-program'])
    contains(out + err, MISSING)
    contains(out + err, b'OCI runtime exec failed')
    equal(code, 126)


@test('POST /exec/{id}/start')
def missing_program_detached(d):
    """Detached, the answer is an error"""
    cid = sleeper(d)
    ident = d.exec_create(cid, ['nonesuch-program'])
    r = status(d.post(f'/exec/{ident}/start', {'Detach': True}), 400, 404)
    contains(r.message, MISSING.decode())


@test('POST /exec/{id}/start', 'GET /exec/{id}/json')
def not_executable(d):
    """A file without the permission: 126"""
    code, out, err = d.exec(sleeper(d), ['/etc/passwd'])
    equal(code, 126)
    contains(out + err, b'permission denied')


@test('POST /containers/{id}/exec')
def create_refused(d):
    """No command, no container, not running"""
    cid = sleeper(d)
    refused(d.post(f'/containers/{cid}/exec', {}), 400, 'No exec command specified')
    r = d.post(f'/containers/{cid}/exec', {'Cmd': ['true'], 'DetachKeys': 'nonesuch'})
    refused(r, d.says('malformed-json-status'), 'Invalid escape keys (nonesuch) provided')
    refused(d.post('/containers/nonesuch/exec', {'Cmd': ['true']}), 404, 'No such container: nonesuch')
    refused(d.post(f"/containers/{d.create('true')}/exec", {'Cmd': ['true']}), 409, 'is not running')


@test('POST /exec/{id}/start')
def start_refused(d):
    """Not there, started before, its container gone"""
    refused(d.post('/exec/nonesuch/start', {}), 404, 'o such exec instance')
    cid = sleeper(d)
    ident = d.exec_create(cid, 'true')
    with d.exec_start(ident) as stream:
        stream.output()
    with d.exec_start(ident, upgrade=False) as again:
        contains(again.output()[0], f'Error: Exec command {ident} has already run'.encode())
    ident = d.exec_create(cid, ['cat'], AttachStdin=True)
    with d.exec_start(ident) as stream:
        stream.send(b'x')
        stream.frames_until(b'x')
        with d.exec_start(ident, upgrade=False) as again:
            contains(again.output()[0], f'Error: Exec command {ident} is already running'.encode())
    ident = d.exec_create(cid, 'true')
    d.post(f'/containers/{cid}/kill')
    d.wait(cid)
    status(d.post(f'/exec/{ident}/start', {}), 404, 409, 500)


@test('POST /exec/{id}/start')
def several_at_once(d):
    """Twenty in one container, each with its own output and code"""
    cid = sleeper(d)
    made = [(n, d.exec_create(cid, f'read x; echo $x; exit {n}', AttachStdin=True)) for n in range(20)]
    streams = [(n, ident, d.exec_start(ident)) for n, ident in made]
    for n, _, stream in streams:
        stream.send(b'%d\n' % n)
    for n, ident, stream in streams:
        equal(stream.output(), (b'%d\n' % n, b''))
        equal(d.exec_code(ident), n)
        stream.close()


@test('POST /exec/{id}/start')
def ends_with_the_container(d):
    """When the container is killed its execs end too"""
    cid = sleeper(d)
    ident = d.exec_create(cid, ['sleep', '1000'])
    with d.exec_start(ident) as stream:
        eventually(lambda: d.get(f'/exec/{ident}/json').json['Running'], 'the exec to run')
        status(d.post(f'/containers/{cid}/kill'), 204)
        stream.output()


@test('POST /exec/{id}/start')
def client_vanishes(d):
    """A client that goes leaves the program running to its end"""
    cid = sleeper(d)
    ident = d.exec_create(cid, 'read x; sleep 0.3; echo survived >/tmp/mark', AttachStdin=True)
    stream = d.exec_start(ident)
    stream.send(b'\n')
    eventually(lambda: d.get(f'/exec/{ident}/json').json['Running'], 'the exec to run')
    stream.close()
    eventually(lambda: d.exec(cid, 'cat /tmp/mark 2>/dev/null')[1] == b'survived\n', 'the mark', DEADLINE)


@test('POST /exec/{id}/start')
def big_output(d):
    """20 MB arrive whole and in order"""
    cid = sleeper(d)
    ident = d.exec_create(cid, 'seq 3000000')
    with d.exec_start(ident) as stream:
        out = stream.output(60)[0]
    equal(len(out), 22888896)
    lines = out.split(b'\n')
    equal((lines[0], lines[1234567], lines[-2], lines[-1]), (b'1', b'1234568', b'3000000', b''))


@test('POST /exec/{id}/start')
def malformed_body(d):
    """A body that is not JSON is refused before the hijack"""
    ident = d.exec_create(sleeper(d), 'true')
    r = d.post(f'/exec/{ident}/start', b'{', headers={**UPGRADE, 'Content-Type': 'application/json'})
    refused(r, 400, 'unexpected EOF')
