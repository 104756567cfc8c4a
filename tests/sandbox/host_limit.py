"""Limits, usage, pause."""
import os
import signal

import box
from harness import check


GROW = 'BEGIN { for (i = 0; i < 60000; i++) a[i] = "x" i; print "up"; fflush(); while (1) for (i = 0; i < 60000; i++) a[i] = a[i] + 1 }'


def test_pids_limit():
    result = box.sh('i=0; while [ $i -lt 30 ]; do sleep 100 & i=$((i+1)); done', flags=['--pids', '10'])
    check.contains(result.err, "can't fork: Resource temporarily unavailable")
    box.prints('for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo full', 'full\n', flags=['--pids', '10'])
    box.prints('i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done; echo done', 'done\n', flags=['--pids', '2'])


def test_a_fork_bomb_stays_within_its_limit():
    with box.Box('--pids', '50') as b:
        b.start('sh', '-c', 'f() { f | f & }; f 2>/dev/null; sleep 1000')
        most = 0
        for _ in range(30):
            most = max(most, b.ask(box.STATS).payload and usage(b)['pids'])
        check.that(most <= 50, f'{most} processes')


def test_memory_limit_is_out_of_memory():
    result = box.sh('x=0123456789abcdef; while :; do x=$x$x; done', flags=['--memory', str(32 << 20)])
    check.that(result.status not in (0, 139), f'fails: {result}')
    check.contains(result.err, 'out of memory')
    result = box.sh('dd if=/dev/zero of=/dev/null bs=64M count=1', flags=['--memory', str(32 << 20)])
    check.contains(result.err, 'out of memory')
    box.prints('dd if=/dev/zero of=/dev/null bs=8M count=1 2>/dev/null; echo $?', '0\n', flags=['--memory', str(32 << 20)])


def test_killed_for_memory():
    """The biggest goes; the container goes on."""
    with box.Box() as b:
        b.start('sleep', '1000')
        p = b.start('awk', GROW)
        check.equal(os.read(p.ours[1], 1), b'u')
        b.result(box.LIMITS, a=1 << 20, b=0)
        check.equal(b.wait(p), box.KILLED)
        check.that(not p.oom and b.ooms == [p.pid], f'{b.ooms}')
        check.equal(b.exec('echo', 'on')[1], 'on\n')


def test_pid_1_killed_for_memory():
    with box.Box() as b:
        p = b.start('awk', GROW)
        check.equal(os.read(p.ours[1], 1), b'u')
        check.equal(b.result(box.LIMITS, a=1 << 20, b=0), 0)
        check.equal(b.wait(p), box.KILLED)
        check.that(p.oom, 'it is said to be for memory')
        check.equal(b.ooms, [1])
        b.wait_empty()


def test_limits_can_be_changed():
    with box.Box('--pids', '3') as b:
        b.start('sleep', '1000')
        check.that(b.exec('sh', '-c', 'true & true & true & true; wait')[2] != '', 'too few')
        check.equal(b.result(box.LIMITS, a=0, b=0), 0)
        check.equal(b.exec('sh', '-c', 'true & true & true & true; wait')[2], '')


def test_ulimits():
    box.prints('ulimit -n; ulimit -Hn; ulimit -f; ulimit -c', '64\n128\n100\n0\n',
               flags=['--ulimit', 'nofile=64:128', '--ulimit', 'fsize=51200', '--ulimit', 'core=0'])
    box.prints('exec 63>/dev/null && echo yes; (eval "exec 64>/dev/null") 2>/dev/null || echo no; (:) && echo forks',
               'yes\nno\nforks\n', flags=['--ulimit', 'nofile=64:64'])
    check.equal(box.sh('dd if=/dev/zero of=/tmp/big bs=1k count=100 2>/dev/null; echo $?; ls -l /tmp/big', at=box.fresh_root(),
                       flags=['--ulimit', 'fsize=20480']).out.split()[0], '153')
    for wrong, message in (('nofile', 'invalid ulimit argument'), ('speed=3', 'invalid ulimit type: speed'),
                           ('nofile=5:4', 'must be less than or equal')):
        result = box.run('true', flags=['--ulimit', wrong])
        check.equal(result.status, 125)
        check.contains(result.err, message)


def test_ulimits_by_the_guest():
    box.prints('ulimit -v 50000; ulimit -v; dd if=/dev/zero of=/dev/null bs=100M count=1 2>&1 | head -n1', '50000\ndd: out of memory\n')
    box.prints('ulimit -d 50000; dd if=/dev/zero of=/dev/null bs=100M count=1 2>&1 | head -n1', 'dd: out of memory\n')
    box.prints('ulimit -s; ulimit -s 100; echo fine', '1024\nfine\n')


def test_nproc_counts_the_container():
    script = 'sleep 100 & sleep 100 & sleep 100 & sleep 100 & echo done'
    result = box.sh(script, flags=['--ulimit', 'nproc=3:3', '--user', '5'])
    check.contains(result.err, "can't fork")


FIELDS = ('cpu_user_ns', 'cpu_system_ns', 'memory', 'memory_peak', 'read_bytes', 'write_bytes', 'pids')


def usage(b):
    import struct
    m = b.ask(box.STATS)
    check.equal(m.type, box.USAGE)
    return dict(zip(FIELDS, struct.unpack_from('=QQQQQQI', m.payload)))


def test_usage():
    with box.Box() as b:
        p = b.start('sh', '-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo done; sleep 1000; :')
        check.equal(os.read(p.ours[1], 10), b'done\n')
        check.eventually(lambda: usage(b)['pids'] == 2, 'two processes')
        u = usage(b)
        check.that(u['cpu_user_ns'] + u['cpu_system_ns'] > 5_000_000, f'processor time: {u}')
        check.that(50_000 < u['memory'] <= u['memory_peak'] < 4_000_000, f'memory: {u}')
        check.that(u['write_bytes'] >= 5, f'written: {u}')
        before = u['cpu_user_ns']
        b.exec('sh', '-c', '(i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done)')
        check.that(usage(b)['cpu_user_ns'] > before, 'the dead are counted')


def test_processes():
    with box.Box() as b:
        b.start('sh', '-c', 'sleep 1000; :', user='')
        b.start('sleep', '500', user='7:8', flags=box.RUN_TTY)
        names = {'sh -c sleep 1000; :', 'sleep 1000', 'sleep 500'}
        found = check.eventually(lambda: {r[9] for r in list_of(b)} == names and list_of(b), 'three processes')
        check.equal(sorted(r[0] for r in found), [1, 2, 3])
        by_command = {r[9]: r for r in found}
        check.equal(by_command['sleep 500'][1], 0, 'parent of an exec')
        check.equal(by_command['sleep 500'][3], 7, 'user')
        check.that(by_command['sleep 500'][7].startswith('pts/'), 'terminal')
        check.equal(by_command['sleep 1000'][1], 1, 'parent')
        check.equal(by_command['sleep 1000'][7], '?', 'terminal')
        check.that(all(r[8] in 'SR' for r in found), 'states')


def list_of(b):
    text = lambda raw: raw.split(b'\0')[0].decode()
    m = b.ask(box.PS)
    size = box.PROCESS.size
    check.equal(len(m.payload) % size, 0)
    rows = []
    for at in range(0, len(m.payload), size):
        row = list(box.PROCESS.unpack_from(m.payload, at))
        rows.append([*row[:7], text(row[7]), row[8].decode(), text(row[9])])
    return rows


def test_host_ps_shows_the_guests_commands():
    with box.Box('--hostname', 'a-name-that-makes-room') as b:
        p = b.start('sleep', '1000')
        with open(f'/proc/{p.host_pid}/cmdline') as f:
            check.equal(f.read().rstrip('\0').split('\0'), ['sleep', '1000'])


def test_pause():
    with box.Box() as b:
        p = b.start('sh', '-c', 'sh -c "while :; do echo tick; done" & while :; do (exit 0); done')
        check.equal(os.read(p.ours[1], 5), b'tick\n')
        check.equal(b.result(box.PAUSE), 0)
        tree = box.host_tree(b.child.pid)[1:]
        check.that(len(tree) >= 2 and all(box.state(m) in 'TZ' for m in tree), [box.state(m) for m in tree])
        drained = 0
        os.set_blocking(p.ours[1], False)
        try:
            while True:
                drained += len(os.read(p.ours[1], 65536))
        except BlockingIOError:
            pass
        os.set_blocking(p.ours[1], True)
        check.equal(b.result(box.RESUME), 0)
        check.that(len(os.read(p.ours[1], 5)) > 0, 'it goes on')


def test_pause_is_not_seen_inside():
    """A shell with job control waits for a child: it must not believe that the child was stopped."""
    with box.Box() as b:
        p = b.start('sh', '-c', 'trap "exit 5" USR1; sleep 1000 & while :; do wait $! ; echo "wait $?"; done')
        check.eventually(lambda: len(box.host_tree(b.child.pid)) == 3, 'both run')
        for _ in range(10):
            check.equal(b.result(box.PAUSE), 0)
            check.equal(b.result(box.RESUME), 0)
        b.signal(p, signal.SIGUSR1)
        check.equal(b.wait(p), 5)
        check.equal(p.output()[0], '')


def test_jobs_stopped_before_a_pause_stay_stopped():
    with box.Box() as b:
        b.start('sh', '-c', 'sleep 1000 & kill -STOP $!; wait')
        tree = box.host_tree(b.child.pid)
        check.eventually(lambda: any(box.state(m) == 'T' for m in box.host_tree(b.child.pid)), 'it is stopped')
        b.result(box.PAUSE)
        b.result(box.RESUME)
        states = lambda: sorted(box.state(m) for m in box.host_tree(b.child.pid)[1:])
        check.eventually(lambda: states() == ['S', 'T'], 'one waits, one is stopped')
        check.that(len(tree) <= 3, tree)


def test_kill_ends_a_paused_container():
    with box.Box() as b:
        p = b.start('sh', '-c', 'sleep 1000 & wait')
        b.result(box.PAUSE)
        b.signal(p, signal.SIGKILL)
        check.equal(b.wait(p), box.KILLED)
        b.wait_empty()
