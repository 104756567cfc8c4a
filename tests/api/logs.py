"""What a container wrote: which stream, how much, since when, as it comes, and after it ended."""
import re
import time

from harness.check import Skip, contains, equal, eventually, refused, status, that
from harness.suite import test

LINE = re.compile(rb'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (.*)$')


def three_lines(d):
    cid = d.run('echo one; echo two; echo three >&2')
    equal(d.wait(cid), 0)
    return cid


@test('GET /containers/{id}/logs')
def both_streams(d):
    """stdout and stderr stay apart; each can be had alone"""
    cid = three_lines(d)
    equal(d.logs(cid), (b'one\ntwo\n', b'three\n'))
    equal(d.logs(cid, stdout=1), (b'one\ntwo\n', b''))
    equal(d.logs(cid, stderr=1), (b'', b'three\n'))
    equal(d.logs(cid, stdout='true', stderr='false'), (b'one\ntwo\n', b''), 'booleans as words')


@test('GET /containers/{id}/logs')
def neither_stream(d):
    """400 unless a stream is chosen; 404 for what does not exist"""
    cid = three_lines(d)
    refused(d.get(f'/containers/{cid}/logs'), 400, 'you must choose at least one stream')
    refused(d.get('/containers/nonesuch/logs', stdout=1), 404, 'No such container: nonesuch')


@test('GET /containers/{id}/logs')
def tail(d):
    """The last lines of both streams; 0 means none, what is no number means all"""
    cid = d.run('for i in 1 2 3 4 5; do echo $i; done')
    d.wait(cid)
    for n, want in ((1, b'5\n'), (2, b'4\n5\n'), (0, b''), (9, b'1\n2\n3\n4\n5\n'), ('all', b'1\n2\n3\n4\n5\n'),
                    ('x', b'1\n2\n3\n4\n5\n')):
        equal(d.logs(cid, stdout=1, stderr=1, tail=n)[0], want, f'tail={n}')


@test('GET /containers/{id}/logs')
def tail_of_many(d):
    """tail reads from the end: exact among 20,000 lines"""
    cid = d.run('seq 20000')
    d.wait(cid)
    equal(d.logs(cid, stdout=1, tail=3)[0], b'19998\n19999\n20000\n')
    whole = d.logs(cid, stdout=1)[0]
    equal(whole, b''.join(b'%d\n' % i for i in range(1, 20001)), 'the whole log')


@test('GET /containers/{id}/logs')
def timestamps(d):
    """Each line with its time, nine digits, in order"""
    cid = three_lines(d)
    out, err = d.logs(cid, stdout=1, stderr=1, timestamps=1)
    for line, text in zip(out.splitlines() + err.splitlines(), (b'one', b'two', b'three')):
        that(m := LINE.match(line), f'no time in {line!r}')
        equal(m.group(1), text)
    equal(out.splitlines(), sorted(out.splitlines()))


@test('GET /containers/{id}/logs')
def since_and_until(d):
    """Seconds and fractions; what lies outside is left out"""
    cid = d.run('echo early; read x; echo late', OpenStdin=True)
    eventually(lambda: d.logs(cid)[0] == b'early\n', 'the first line')
    between = time.time()
    with d.attach(cid) as stream:
        stream.send(b'\n')
        stream.frames_until(b'late')
    d.wait(cid)
    when = f'{between:.9f}'
    equal(d.logs(cid, stdout=1, since=when)[0], b'late\n', f'since {when}')
    equal(d.logs(cid, stdout=1, until=when)[0], b'early\n', f'until {when}')
    equal(d.logs(cid, stdout=1, since=int(between) - 100)[0], b'early\nlate\n')
    equal(d.logs(cid, stdout=1, since=int(between) + 100)[0], b'')
    equal(d.logs(cid, stdout=1, until=int(between) - 100)[0], b'')
    status(d.get(f'/containers/{cid}/logs', stdout=1, since='x'), 400, 500)


@test('GET /containers/{id}/logs')
def follow(d):
    """Lines come as they are written, and the stream ends with the program"""
    cid = d.run('echo first; while read x; do echo "got $x"; done; echo last >&2', OpenStdin=True, StdinOnce=True)
    with d.open('GET', f'/containers/{cid}/logs', stdout=1, stderr=1, follow=1) as log, d.attach(cid, stdout=0, stderr=0) as stdin:
        log.frames_until(b'first\n')
        for word in (b'a', b'b'):
            stdin.send(word + b'\n')
            equal(log.frames_until(b'got ' + word + b'\n')[0], b'got ' + word + b'\n')
        stdin.close_write()
        equal(log.output(), (b'', b'last\n'))
    equal(d.wait(cid), 0)


@test('GET /containers/{id}/logs')
def follow_what_ended(d):
    """Following an ended container gives its log and ends"""
    with d.open('GET', f'/containers/{three_lines(d)}/logs', stdout=1, stderr=1, follow=1) as log:
        equal(log.output(), (b'one\ntwo\n', b'three\n'))


@test('GET /containers/{id}/logs')
def follow_with_tail(d):
    """tail and follow together: the last line, then what comes"""
    cid = d.run('echo a; echo b; read x; echo c', OpenStdin=True)
    eventually(lambda: d.logs(cid)[0] == b'a\nb\n', 'two lines')
    with d.open('GET', f'/containers/{cid}/logs', stdout=1, follow=1, tail=1) as log, d.attach(cid) as stdin:
        equal(log.frames_until(b'b\n')[0], b'b\n')
        stdin.send(b'\n')
        equal(log.output()[0], b'c\n')


@test('GET /containers/{id}/logs')
def follow_several(d):
    """Three followers see the same"""
    cid = d.run('read x; for i in 1 2 3 4 5; do echo $i; done', OpenStdin=True)
    logs = [d.open('GET', f'/containers/{cid}/logs', stdout=1, follow=1) for _ in range(3)]
    with d.attach(cid) as stdin:
        stdin.send(b'\n')
        for log in logs:
            equal(log.output()[0], b'1\n2\n3\n4\n5\n')
            log.close()


@test('GET /containers/{id}/logs')
def created(d):
    """A container that never ran has an empty log; following it ends at once"""
    cid = d.create('echo hi')
    equal(d.logs(cid), (b'', b''))
    equal(d.logs(cid, stdout=1, follow=1), (b'', b''))


@test('GET /containers/{id}/logs')
def over_restarts(d):
    """The log goes on after a restart"""
    cid = d.run('echo run')
    d.wait(cid)
    d.start(cid)
    d.wait(cid)
    equal(d.logs(cid)[0], b'run\nrun\n')


@test('GET /containers/{id}/logs')
def tty_log(d):
    """With a terminal there are no frames, and lines end in CR LF"""
    cid = d.run('echo one; echo two >&2', Tty=True)
    d.wait(cid)
    r = status(d.get(f'/containers/{cid}/logs', stdout=1, stderr=1), 200)
    equal(r.header('content-type'), d.says('log-type-tty'))
    equal(r.read(), b'one\r\ntwo\r\n')


@test('GET /containers/{id}/logs')
def content_type(d):
    """Frames are announced"""
    r = d.get(f'/containers/{three_lines(d)}/logs', stdout=1)
    equal(r.header('content-type'), d.says('log-type'))


@test('GET /containers/{id}/logs')
def last_line_without_end(d):
    """A last line without a line end is not lost, nor is a long one cut"""
    equal(d.finish('printf "no end"')[1], b'no end')
    cid = d.run("head -c 100000 /dev/zero | tr '\\0' x; echo; echo done")
    d.wait(cid)
    equal(d.logs(cid)[0], b'x' * 100000 + b'\ndone\n')


@test('GET /containers/{id}/logs')
def binary_output(d):
    """Bytes that are no text come through as they are"""
    cid = d.run("printf '\\000\\001\\n\\002'")
    d.wait(cid)
    out = d.logs(cid)[0]
    if d.old:
        raise Skip("the Engine's json-file log keeps text only")
    equal(out, b'\0\1\n\2')


@test('GET /containers/{id}/logs')
def details(d):
    """details=1 puts the chosen labels before each line; without any, nothing"""
    out = d.logs(three_lines(d), stdout=1, details=1)[0]
    that(out in (b' one\n two\n', b'one\ntwo\n'), f'output {out!r}')


@test('GET /containers/{id}/logs', 'POST /containers/create')
def log_driver_none(d):
    """--log-driver none keeps nothing, and says so when asked"""
    cid = d.run('echo x', host={'LogConfig': {'Type': 'none'}})
    equal(d.wait(cid), 0)
    r = d.get(f'/containers/{cid}/logs', stdout=1)
    status(r, 200, 501, 500, 400)
    contains(r.text, 'configured logging driver does not support reading', 'answer')
