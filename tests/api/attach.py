"""Attaching: 101 and 200, before the start, half-close, several at once, detach keys, terminals and their size."""
from harness.api import UPGRADE
from harness.check import Skip, contains, equal, eventually, refused, status, that
from harness.suite import test

CAT = {'OpenStdin': True, 'StdinOnce': True, 'AttachStdin': True, 'AttachStdout': True, 'AttachStderr': True}
RAW = 'application/vnd.docker.raw-stream'


@test('POST /containers/{id}/attach')
def upgraded(d):
    """Upgrade: tcp gets 101 UPGRADED; input comes back in frames"""
    cid = d.run(['cat'], **CAT)
    with d.attach(cid) as stream:
        equal((stream.status, stream.reason), (101, 'UPGRADED'))
        equal(stream.header('connection'), 'Upgrade')
        equal(stream.header('upgrade'), 'tcp')
        equal(stream.header('content-type'), d.says('stream-type'))
        stream.send(b'hello\nworld\n')
        stream.close_write()
        equal(stream.output(), (b'hello\nworld\n', b''))
    equal(d.wait(cid), 0)


@test('POST /containers/{id}/attach')
def without_upgrade(d):
    """Without Upgrade the answer is 200 and the connection is the stream all the same"""
    cid = d.run(['cat'], **CAT)
    with d.attach(cid, upgrade=False) as stream:
        equal(stream.header('content-type'), RAW)
        equal(stream.framing, 'close')
        stream.send(b'hello\n')
        stream.close_write()
        equal(stream.output()[0], b'hello\n')


@test('POST /containers/{id}/attach')
def before_start(d):
    """Attached to a created container: waits, then has everything from the first byte"""
    cid = d.create('echo early; echo bad >&2; exit 5')
    with d.attach(cid, stdin=0) as stream:
        d.start(cid)
        equal(stream.output(), (b'early\n', b'bad\n'))
    equal(d.wait(cid), 5)


@test('POST /containers/{id}/attach')
def before_start_with_input(d):
    """Input sent before the start is there when the program reads"""
    cid = d.create(['cat'], **CAT)
    with d.attach(cid) as stream:
        stream.send(b'sent early\n')
        d.start(cid)
        stream.close_write()
        equal(stream.output()[0], b'sent early\n')


@test('POST /containers/{id}/attach')
def half_close(d):
    """After the client's end of input the program's answer still arrives"""
    cid = d.run('n=$(wc -c); echo "counted $n"; echo end >&2; exit 2', **CAT)
    with d.attach(cid) as stream:
        stream.send(b'x' * 100000)
        stream.close_write()
        equal(stream.output(), (b'counted 100000\n', b'end\n'))
    equal(d.wait(cid), 2)


@test('POST /containers/{id}/attach')
def several(d):
    """Two clients see the same output, and both can type"""
    cid = d.run('while read x; do echo "got $x"; done', OpenStdin=True)
    with d.attach(cid) as a, d.attach(cid) as b:
        a.send(b'one\n')
        for stream in (a, b):
            equal(stream.frames_until(b'got one\n')[0], b'got one\n')
        b.send(b'two\n')
        for stream in (a, b):
            equal(stream.frames_until(b'got two\n')[0], b'got two\n')


@test('POST /containers/{id}/attach')
def one_leaves(d):
    """A client that goes leaves the program and the others alone"""
    cid = d.run('while read x; do echo "got $x"; done', OpenStdin=True)
    with d.attach(cid) as a:
        with d.attach(cid) as b:
            b.send(b'1\n')
            b.frames_until(b'got 1\n')
        a.send(b'2\n')
        a.frames_until(b'got 2\n')
    equal(d.inspect(cid)['State']['Running'], True)


@test('POST /containers/{id}/attach')
def only_stdout(d):
    """Streams that were not asked for are left out"""
    for query, want in (({'stdout': 1, 'stderr': 0}, (b'out\n', b'')), ({'stdout': 0, 'stderr': 1}, (b'', b'err\n'))):
        cid = d.create('echo out; echo err >&2')
        with d.attach(cid, stdin=0, **query) as stream:
            d.start(cid)
            equal(stream.output(), want)
        d.wait(cid)


@test('POST /containers/{id}/attach')
def with_logs(d):
    """logs=1 sends what was written before, then goes on"""
    cid = d.run('echo before; read x; echo after', OpenStdin=True)
    eventually(lambda: d.logs(cid)[0], 'the first line')
    with d.attach(cid, logs=1) as stream:
        stream.frames_until(b'before\n')
        stream.send(b'\n')
        equal(stream.output()[0], b'after\n')


@test('POST /containers/{id}/attach')
def logs_of_an_ended_one(d):
    """logs=1 without stream gives the log and ends"""
    cid = d.run('echo one; echo two >&2')
    d.wait(cid)
    with d.attach(cid, logs=1, stream=0, stdin=0) as stream:
        equal(stream.output(), (b'one\n', b'two\n'))


@test('POST /containers/{id}/attach')
def detach_keys(d):
    """The keys end the attachment, not the program; what is before them is typed"""
    cid = d.run(['cat'], OpenStdin=True, Tty=True)
    with d.attach(cid, detachKeys='ctrl-a,d') as stream:
        stream.send(b'typed\n')
        stream.read_until(b'typed\r\n')
        stream.send(b'\x01d')
        stream.connection.at_end()
    equal(d.inspect(cid)['State']['Running'], True)
    with d.attach(cid) as stream:
        stream.send(b'\x10\x11')                    # ctrl-p ctrl-q, the default
        stream.connection.at_end()
    equal(d.inspect(cid)['State']['Running'], True)


@test('POST /containers/{id}/attach')
def detach_keys_partly(d):
    """The first key alone, followed by another, is passed on"""
    cid = d.run('stty raw -echo; echo ready; head -c 3 | od -An -tx1', OpenStdin=True, Tty=True)
    with d.attach(cid, detachKeys='ctrl-a,d') as stream:
        eventually(lambda: b'ready' in d.get(f'/containers/{cid}/logs', stdout=1).read(), 'raw mode')
        stream.send(b'\x01x')
        stream.send(b'y')
        contains(stream.read_until(b'79'), b'01 78 79')


@test('POST /containers/{id}/attach')
def detach_keys_refused(d):
    """Keys that cannot be"""
    cid = d.run(['cat'], OpenStdin=True, Tty=True)
    r = status(d.post(f'/containers/{cid}/attach', stream=1, stdin=1, detachKeys='ctrl-nonesuch'), 400)
    contains(r.text, 'nvalid detach keys')


@test('POST /containers/{id}/attach')
def terminal(d):
    """A terminal: raw bytes, echo, CR LF, and isatty inside"""
    cid = d.create('test -t 0 && test -t 1 && echo tty; read x; echo "got $x"', Tty=True, OpenStdin=True, StdinOnce=True)
    with d.attach(cid) as stream:
        d.start(cid)
        stream.read_until(b'tty\r\n')
        stream.send(b'hi\n')
        equal(stream.read(), b'hi\r\ngot hi\r\n')
        equal(stream.header('content-type'), RAW)
    equal(d.wait(cid), 0)


@test('POST /containers/{id}/attach')
def interrupt_key(d):
    """Ctrl-C in a terminal is SIGINT to the program in front"""
    cid = d.run("trap 'echo interrupted; exit 8' INT; echo ready; while :; do sleep 0.05; done", Tty=True, OpenStdin=True)
    with d.attach(cid, logs=1) as stream:
        stream.read_until(b'ready')
        stream.send(b'\x03')
        stream.read_until(b'interrupted')
    equal(d.wait(cid), 8)


@test('POST /containers/{id}/resize')
def resize(d):
    """The terminal gets the size, the program SIGWINCH"""
    cid = d.run("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done", Tty=True, OpenStdin=True)
    with d.attach(cid, logs=1) as stream:
        stream.read_until(b'ready')
        status(d.post(f'/containers/{cid}/resize', h=33, w=99), 200)
        stream.read_until(b'33 99')


@test('POST /containers/{id}/resize')
def resize_refused(d):
    """No numbers, not running, not there"""
    cid = d.run(['sleep', '100'], Tty=True)
    refused(d.post(f'/containers/{cid}/resize', h='x', w=1), 400, 'strconv')
    refused(d.post(f'/containers/{cid}/resize', h=1), 400, 'strconv.Atoi: parsing "": invalid syntax')
    refused(d.post(f"/containers/{d.create('true')}/resize", h=1, w=1), 409, 'is not running')
    refused(d.post('/containers/nonesuch/resize', h=1, w=1), 404, 'No such container')


@test('POST /containers/create')
def console_size(d):
    """HostConfig.ConsoleSize is the size at the start"""
    if d.old:
        raise Skip('for Windows only before API 1.42')
    cid = d.run('stty size', Tty=True, host={'ConsoleSize': [31, 71]})
    equal(d.wait(cid), 0)
    equal(d.get(f'/containers/{cid}/logs', stdout=1).read(), b'31 71\r\n')


@test('POST /containers/{id}/attach')
def refusals(d):
    """Errors come before the hijack"""
    r = status(d.post('/containers/nonesuch/attach', stream=1, stdout=1), 404)
    contains(r.text, 'No such container: nonesuch')
    cid = d.run(['sleep', '100'])
    status(d.post(f'/containers/{cid}/pause'), 204)
    r = d.open('POST', f'/containers/{cid}/attach', headers=UPGRADE, stream=1, stdout=1)
    with r:
        status(r, 409)
        contains(r.text, 'is paused, unpause the container before attach')
    status(d.post(f'/containers/{cid}/unpause'), 204)


@test('POST /containers/{id}/attach')
def stdin_once(d):
    """StdinOnce: when the one client with input goes, the program reads the end"""
    cid = d.run('cat; echo "end of input"', **CAT)
    with d.attach(cid) as stream:
        stream.send(b'bye\n')
        stream.frames_until(b'bye\n')
    equal(d.wait(cid), 0)
    equal(d.logs(cid)[0], b'bye\nend of input\n')


@test('POST /containers/{id}/attach')
def stdin_stays_open(d):
    """Without StdinOnce a new client goes on typing"""
    cid = d.run('while read x; do echo "got $x"; done', OpenStdin=True)
    for word in (b'one', b'two'):
        with d.attach(cid) as stream:
            stream.send(word + b'\n')
            stream.frames_until(b'got ' + word + b'\n')


@test('POST /containers/{id}/start')
def no_stdin(d):
    """Without OpenStdin the program reads the end at once"""
    equal(d.finish('cat; echo "end $?"')[:2], (0, b'end 0\n'))


@test('POST /containers/{id}/attach', 'POST /containers/{id}/wait')
def order_of_docker_run(d):
    """create, attach, wait, start: as the CLI does it, with every byte of 1 MB"""
    cid = d.create('head -c 1000000 /dev/zero; echo end >&2; exit 3')
    with d.attach(cid, stdin=0) as stream, d.open('POST', f'/containers/{cid}/wait', condition='next-exit') as wait:
        d.start(cid)
        out, err = stream.output()
        equal((len(out), out.count(0), err), (1000000, 1000000, b'end\n'))
        equal(wait.json['StatusCode'], 3)
    that(d.inspect(cid)['State']['ExitCode'] == 3, 'exit code')
