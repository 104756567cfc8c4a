"""Life and death of a container: nothing is left over, whatever ends it."""
import os
import signal
import subprocess

import box
from harness import check


def members(b):
    return box.host_tree(b.child.pid)


def busy_box(**options):
    b = box.Box(**options)
    p = b.start('sh', '-c', 'sleep 1000 & (sleep 1000 & exec sleep 1000) & (setsid sh -c "sleep 1000; :" &) ; '
                            'while :; do (exit 3); done')
    check.eventually(lambda: len(members(b)) >= 7, 'all processes run')
    return b, p


def test_end_of_pid_1_ends_all():
    b, p = busy_box()
    with b:
        tree = members(b)
        check.equal(b.signal(p, signal.SIGKILL), 0)
        check.equal(b.wait(p), box.KILLED)
        b.wait_empty()
        check.that(box.gone(tree), 'everything is gone when EMPTY is said')


def test_execs_end_with_pid_1_and_are_reported():
    with box.Box() as b:
        p, q = b.start('sleep', '1000'), b.start('sleep', '1000')
        b.signal(p, signal.SIGKILL)
        check.equal(b.wait(q), box.KILLED)
        check.equal(b.wait(p), box.KILLED)
        b.wait_empty()


def test_lost_control_socket_ends_all():
    b, _ = busy_box()
    tree = members(b)
    b.socket.close()
    check.equal(b.child.wait(box.TIMEOUT), 0)
    check.that(box.gone(tree), 'everything is gone')
    b.processes[1].close()


def test_killed_supervisor_takes_all_with_it():
    b, _ = busy_box()
    with b:
        tree = members(b)
        b.child.kill()
        b.child.wait()
        check.eventually(lambda: box.gone(tree), 'everything is gone')


def test_killed_supervisor_takes_stopped_ones_too():
    b, _ = busy_box()
    with b:
        tree = members(b)
        check.equal(b.result(box.PAUSE), 0)
        b.child.kill()
        b.child.wait()
        check.eventually(lambda: box.gone(tree), 'everything is gone')


def test_by_hand_nothing_is_left():
    child = subprocess.Popen(box.command('sh', '-c', 'sleep 1000 & setsid sleep 1000 & echo up; wait'),
                             stdout=subprocess.PIPE)
    child.stdout.readline()
    tree = box.host_tree(child.pid)
    check.that(len(tree) >= 3, 'there is a tree')
    child.kill()
    child.wait()
    child.stdout.close()
    check.eventually(lambda: box.gone(tree), 'everything is gone')


def test_a_fork_bomb_ends_with_its_container():
    b = box.Box('--pids', '100')
    with b:
        p = b.start('sh', '-c', 'f() { f | f & }; f; sleep 1000')
        check.eventually(lambda: len(members(b)) > 50, 'the bomb goes off')
        tree = members(b)
        b.signal(p, signal.SIGKILL)
        b.wait(p)
        b.wait_empty()
        check.that(box.gone(tree), 'everything is gone')


def test_orphans_belong_to_pid_1():
    box.prints('(sh -c "sleep 0.2; grep PPid /proc/\\$\\$/status" & exit); sleep 0.5', 'PPid:\t1\n')


def test_orphans_are_reaped():
    with box.Box() as b:
        p = b.start('sleep', '1000')
        for _ in range(20):
            check.equal(b.exec('sh', '-c', '(true & true & exit); exit 0')[0], 0)
        check.eventually(lambda: len(members(b)) == 2, 'only supervisor and pid 1 are left')
        check.equal(p.status, None)


def test_init_reaps_and_forwards():
    with box.Box() as b:
        p = b.start('sh', '-c', 'trap "echo term; exit 9" TERM; (sleep 0.1 & exit); echo up; while :; do sleep 100 & wait $!; done',
                    flags=box.RUN_INIT_REAPER)
        check.equal(os.read(p.ours[1], 10), b'up\n')
        status, out, _ = b.exec('sh', '-c', 'ps -o pid,args')
        check.contains(out, '1 /sbin/docker-init -- sh -c')
        b.signal(p, signal.SIGTERM)
        check.equal(b.wait(p), 9)
        check.equal(p.output()[0], 'term\n')
        b.wait_empty()


def test_init_without_a_handler_dies_of_the_signal():
    with box.Box() as b:
        p = b.start('sleep', '1000', flags=box.RUN_INIT_REAPER)
        b.signal(p, signal.SIGTERM)
        check.equal(b.wait(p), 143)


def test_pids():
    box.prints('echo $$; sh -c "echo \\$\\$ \\$PPID"; sh -c "echo \\$\\$"; :', '1\n2 1\n3\n')
    with box.Box() as b:
        b.start('sleep', '1000')
        check.equal(b.exec('sh', '-c', 'echo $$ $PPID'), (0, '2 0\n', ''))
        check.equal(b.exec('sh', '-c', 'kill -0 1 && echo yes; kill -0 99 2>/dev/null || echo no')[1], 'yes\nno\n')


def test_pids_come_round():
    """32,767 is followed by small numbers again, those in use left out."""
    script = 'sleep 1000 & first=$!; i=0; while [ $i -lt 33000 ]; do (exit 0); i=$((i+1)); done; (exit 0) & echo $(($! < 3000))'
    box.prints(script, '1\n', timeout=120)


def test_descriptors_do_not_leak():
    with box.Box() as b:
        b.start('sleep', '1000')
        count = lambda: len(os.listdir(f'/proc/{b.child.pid}/fd'))
        b.exec('true')
        before = count()
        for _ in range(50):
            b.exec('true')
            b.start('/not/there')
        check.eventually(lambda: count() == before, 'no more descriptors in the supervisor')
        status, out, _ = b.exec('ls', '/proc/self/fd')
        check.equal(out.split(), ['0', '1', '2', '3'], 'descriptors of a process')


def test_bad_requests_do_no_harm():
    with box.Box() as b:
        b.start('sleep', '1000')
        check.that(b.result(999) != 0, 'unknown request')
        check.equal(b.ask(box.RUN, 2, payload=b'no').type, box.FAILED)
        check.equal(b.ask(box.RUN, 1, payload=b'/\0\0' + b'1\0true\0' + b'0\0').type, box.FAILED, 'a second pid 1')
        check.that(b.result(box.SIGNAL, 77, 9) != 0, 'no such process')
        check.equal(b.exec('echo', 'fine')[1], 'fine\n')
