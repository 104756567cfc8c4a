"""Back-pressure: a reader that does not read stops the writer, and memory stays flat."""
import hashlib
import time

from harness.check import Skip, equal, eventually, status, that
from harness.suite import test

FLAT = 8 << 20           # what the daemon may grow by while much passes through it
MUCH = 200_000_000


def grown(d, before):
    return d.daemon.resident() - before if d.daemon else 0


def stands_still(read, what, still=0.5, deadline=20):
    """Waits until read() has not changed for a while; gives its value back."""
    last, since, until = read(), time.monotonic(), time.monotonic() + deadline
    while time.monotonic() - since < still:
        now = read()
        if now != last:
            last, since = now, time.monotonic()
        that(time.monotonic() < until, f'does not come to rest: {what}')
        time.sleep(0.02)
    return last


def progress(d, cid):
    """How many blocks the writer of write_counted has written."""
    return d.exec(cid, 'cat /tmp/n 2>/dev/null')[1]


WRITER = 'i=0; while :; do head -c 1000000 /dev/zero; i=$((i+1)); echo $i >/tmp/n; done'


@test('POST /exec/{id}/start')
def slow_exec_reader(d):
    """An exec whose reader sleeps comes to a stop, and goes on when it reads"""
    cid = d.run(['sleep', '1000'])
    before = d.daemon.resident() if d.daemon else 0
    with d.exec_start(d.exec_create(cid, WRITER)) as stream:
        stream.piece()
        blocks = int(stands_still(lambda: progress(d, cid), 'the writer') or 0)
        that(blocks < 30, f'{blocks} MB went nowhere')
        that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')
        have = 0
        while have < (blocks + 3) * 1000000:
            have += len(stream.piece())
        eventually(lambda: int(progress(d, cid) or 0) > blocks, 'the writer to go on')


@test('POST /containers/{id}/attach')
def slow_attach_reader(d):
    """The same for attach: the writer stops, or the log keeps what the reader has not yet had"""
    cid = d.create(WRITER, host={'LogConfig': {'Type': 'none'}})
    before = d.daemon.resident() if d.daemon else 0
    with d.attach(cid, stdin=0) as stream:
        d.start(cid)
        stream.piece()
        if d.old:
            raise Skip('Docker Engine queues for slow attachments without limit')
        blocks = int(stands_still(lambda: progress(d, cid), 'the writer') or 0)
        that(blocks < 30, f'{blocks} MB went nowhere')
        that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')
        have = 0
        while have < (blocks + 3) * 1000000:
            have += len(stream.piece())
        eventually(lambda: int(progress(d, cid) or 0) > blocks, 'the writer to go on')


@test('POST /exec/{id}/start', limit=120)
def much_output(d):
    """200 MB out of an exec with flat memory"""
    cid = d.run(['sleep', '1000'])
    before = d.daemon.resident() if d.daemon else 0
    with d.exec_start(d.exec_create(cid, f'head -c {MUCH} /dev/zero')) as stream:
        size = sum(len(data) for _, data in stream.frames(60))
    equal(size, MUCH)
    that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')


@test('POST /exec/{id}/start', limit=120)
def much_input(d):
    """100 MB into an exec with flat memory, while the program reads slowly at first"""
    cid = d.run(['sleep', '1000'])
    before = d.daemon.resident() if d.daemon else 0
    block, digest = bytes(range(256)) * 4096, hashlib.md5()
    with d.exec_start(d.exec_create(cid, 'sleep 1; md5sum', AttachStdin=True)) as stream:
        for _ in range(100):
            stream.send(block)
            digest.update(block)
        stream.close_write()
        equal(stream.output(60)[0].split()[0].decode(), digest.hexdigest())
    that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')


@test('GET /containers/{id}/archive', 'PUT /containers/{id}/archive', limit=120)
def big_archives(d):
    """A file of 200 MB in and out with flat memory"""
    cid = d.run(f'head -c {MUCH} /dev/zero >/big; sleep 1000')
    eventually(lambda: d.exec(cid, 'stat -c %s /big 2>/dev/null')[1] == b'%d\n' % MUCH, 'the file', 60)
    before = d.daemon.resident() if d.daemon else 0
    with d.open('GET', f'/containers/{cid}/archive', path='/big') as answer:
        status(answer, 200)
        size = 0
        while data := answer.piece(60):
            size += len(data)
    that(size >= MUCH, f'{size} bytes')
    that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')
    status(d.put(f'/containers/{cid}/archive', zero_archive(MUCH), headers={'Content-Type': 'application/x-tar'}, path='/tmp',
                 deadline=60), 200)
    equal(d.exec(cid, 'stat -c %s /tmp/zeros')[1], b'%d\n' % MUCH)
    that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')


def zero_archive(size):
    """A tar archive of one file of zeros."""
    import tarfile
    info = tarfile.TarInfo('zeros')
    info.size = size
    return info.tobuf() + b'\0' * (size + -size % 512 + 1024)


@test('GET /events')
def slow_listener(d):
    """A listener that never reads does not hold up others, nor memory"""
    if d.daemon and 'asan' in open(f'/proc/{d.daemon.pid}/maps').read():
        raise Skip('the address sanitizer keeps what is freed, so memory says nothing')
    before = d.daemon.resident() if d.daemon else 0
    deaf = d.open('GET', '/events')
    with d.open('GET', '/events', filters={'event': ['create']}) as good:
        stream = good.documents()
        for _ in range(d.count(300, 20)):
            cid = d.create('true')
            equal(next(stream)['Actor']['ID'], cid)
            d.remove(cid)
    deaf.close()
    that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')


@test('GET /containers/{id}/logs')
def slow_log_follower(d):
    """A follower that does not read does not stop the program"""
    cid = d.run('read x; seq 300000; echo done >/tmp/done; sleep 1000', OpenStdin=True)
    with d.open('GET', f'/containers/{cid}/logs', stdout=1, follow=1) as log, d.attach(cid, stdout=0, stderr=0) as stdin:
        before = d.daemon.resident() if d.daemon else 0
        stdin.send(b'\n')
        eventually(lambda: d.exec(cid, 'cat /tmp/done 2>/dev/null')[1] == b'done\n', 'the program to go on', 30)
        that(grown(d, before) < FLAT, f'the daemon grew by {grown(d, before)} bytes')
        out, _ = log.frames_until(b'300000\n', 30)
        equal(out, b''.join(b'%d\n' % i for i in range(1, 300001)))


@test('POST /containers/{id}/start', limit=200)
def no_growth(d):
    """Three hundred runs leave the daemon as large as it was"""
    if not d.daemon:
        raise Skip('needs a daemon of our own')
    for _ in range(100):
        d.remove(d.run('true'))
    before = d.daemon.resident()
    for _ in range(300):
        d.remove(d.run('true'))
    that(grown(d, before) < 2 << 20, f'the daemon grew by {grown(d, before)} bytes')
