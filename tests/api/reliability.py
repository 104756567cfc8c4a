"""Again and again, and many at once: exit codes right, output complete and in order, nothing lost."""
from harness.check import at_once, equal, status, that
from harness.suite import test


def attached_run(d, number, lines=20):
    """create, attach, wait, start, read, remove, as the CLI does it; (code, stdout, stderr)"""
    script = f'i=0; while [ $i -lt {lines} ]; do echo {number}.$i; echo e{number}.$i >&2; i=$((i+1)); done; exit {number % 256}'
    cid = d.create(script, host={'AutoRemove': True})
    with d.attach(cid, stdin=0) as stream, d.open('POST', f'/containers/{cid}/wait', condition='removed') as wait:
        d.start(cid)
        out, err = stream.output(60)
        code = wait.json['StatusCode']
    return code, out, err


def expected(number, lines=20):
    return (number % 256, b''.join(b'%d.%d\n' % (number, i) for i in range(lines)),
            b''.join(b'e%d.%d\n' % (number, i) for i in range(lines)))


@test('POST /containers/create', 'POST /containers/{id}/attach', 'POST /containers/{id}/wait', 'POST /containers/{id}/start', limit=300)
def a_thousand_runs(d):
    """1,000 runs one after the other: every code, every line"""
    for number in range(d.count(1000, 20)):
        equal(attached_run(d, number), expected(number), f'run {number}')
    equal(d.list(), [])


@test('POST /containers/create', 'POST /containers/{id}/start', limit=200)
def fifty_at_once(d):
    """50 runs at the same time, three rounds"""
    for _ in range(d.count(3, 1)):
        width = d.count(50, 10)
        for number, got in enumerate(at_once(width, lambda n: attached_run(d, n))):
            equal(got, expected(number), f'run {number}')
    equal(d.list(), [])


@test('POST /exec/{id}/start', 'GET /exec/{id}/json', limit=200)
def a_thousand_execs(d):
    """1,000 execs in one container"""
    cid = d.run(['sleep', '1000'])
    for number in range(d.count(1000, 20)):
        equal(d.exec(cid, f'echo {number}; echo e >&2; exit {number % 256}'), (number % 256, b'%d\n' % number, b'e\n'))


@test('POST /exec/{id}/start', limit=200)
def execs_at_once(d):
    """50 execs at the same time in one container"""
    cid = d.run(['sleep', '1000'])
    got = at_once(d.count(50, 10), lambda n: d.exec(cid, f'seq {n} {n + 500}; exit {n}'))
    for number, (code, out, err) in enumerate(got):
        equal((code, out, err), (number, b''.join(b'%d\n' % i for i in range(number, number + 501)), b''))


@test('GET /containers/{id}/logs', limit=120)
def last_lines(d):
    """The last thing written before the end is never lost, nor in the log"""
    for number in range(d.count(200, 10)):
        code, out, err = d.finish(f'echo a{number}; printf last{number}; printf end{number} >&2; exit 1')
        equal((code, out, err), (1, b'a%d\nlast%d' % (number, number), b'end%d' % number))
        d.clean()


@test('POST /containers/{id}/attach')
def order_is_kept(d):
    """100,000 lines through a terminal and through frames arrive in order"""
    want = b''.join(b'%d\n' % i for i in range(1, 100001))
    cid = d.create('seq 100000')
    with d.attach(cid, stdin=0) as stream:
        d.start(cid)
        out, _ = stream.output(60)
    that(out == want, f'{len(out)} bytes instead of {len(want)}')
    cid = d.create('seq 100000', Tty=True)
    with d.attach(cid, stdin=0) as stream:
        d.start(cid)
        out = stream.read(60)
    that(out == want.replace(b'\n', b'\r\n'), f'{len(out)} bytes by the terminal')


@test('POST /containers/{id}/start', limit=120)
def start_and_kill(d):
    """Killed at once after the start, again and again: always 137 or a clean end"""
    cid = d.create(['sleep', '1000'])
    for _ in range(d.count(100, 5)):
        d.start(cid)
        status(d.post(f'/containers/{cid}/kill'), 204, 409)
        equal(d.wait(cid), 137)
