"""Signals: handlers, masks, pid 1's immunity, groups; and that a shell under random interrupts stays whole."""
import os
import random
import signal

import box
import terminal
from harness import check


def test_handlers_run():
    box.prints('trap "echo got" USR1; kill -USR1 $$; echo after', 'got\nafter\n')


def test_a_handler_interrupts_a_busy_loop_without_calls():
    box.prints('sh -c \'trap "echo got; exit 3" TERM; (sleep 0.2; kill -TERM $$) & while :; do :; done\'; echo $?',
               'got\n3\n')


def test_a_handler_interrupts_wait_and_sleep():
    box.prints('sh -c \'trap "echo got" USR1; (sleep 0.1; kill -USR1 $$) & wait; echo waited\'; echo $?', 'got\nwaited\n0\n')


def test_pid_1_ignores_what_it_has_no_handler_for():
    """(A shell with -c has one for INT.)"""
    box.prints('for s in TERM HUP QUIT USR1 PIPE TSTP KILL STOP; do kill -$s 1; done; echo alive', 'alive\n')
    box.prints('sleep 100 & kill -KILL -1; wait 2>/dev/null; echo alive', 'alive\n')


def test_children_of_pid_1_are_not_immune():
    box.prints('sleep 100 & kill $!; wait $! 2>/dev/null; echo $?', '143\n')
    box.prints('sh -c "kill -KILL \\$\\$" 2>/dev/null; echo $?', '137\n')


def test_a_handler_of_pid_1_is_called():
    with box.Box() as b:
        p = b.start('sh', '-c', 'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 100 & wait $!; done')
        check.equal(os.read(p.ours[1], 10), b'up\n')
        check.equal(b.signal(p, signal.SIGTERM), 0)
        check.equal(b.wait(p), 5)
        check.equal(p.output()[0], 'bye\n')


def test_signals_of_the_daemon():
    with box.Box() as b:
        p = b.start('sleep', '1000')
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            check.equal(b.signal(p, sig), 0)
        q = b.start('sleep', '1000')
        check.equal(b.signal(q, signal.SIGTERM), 0)
        check.equal(b.wait(q), -signal.SIGTERM, 'an exec is not immune')
        check.equal(p.status, None, 'pid 1 lives')
        check.equal(b.signal(p, signal.SIGKILL), 0)
        check.equal(b.wait(p), box.KILLED)
        b.wait_empty()


def test_ignored_signals_survive_fork_and_exec():
    box.prints('trap "" TERM; (kill -TERM $(sh -c "echo \\$PPID"); echo on)', 'on\n')


def test_groups():
    box.prints('setsid sh -c "echo up; sleep 100 | sleep 100" & sleep 0.2; kill -TERM -$!; wait $! 2>/dev/null; echo $?; '
               'while ps -o args | grep -q "^sleep"; do :; done', 'up\n143\n')


def test_a_storm_of_signals_corrupts_nothing():
    """A handler and computing interleave a few thousand times; the sum comes out right."""
    script = ('n=0; trap "n=\\$((n+1))" USR1; while :; do kill -USR1 $$; done & '
              's=0; i=1; while [ $i -le 30000 ]; do s=$((s+i)); i=$((i+1)); done; kill -9 $!; echo $s; [ $n -gt 0 ] && echo many')
    box.prints(f"sh -c '{script}'", '450015000\nmany\n')


def test_interrupts_never_kill_a_shell():
    """^C at random moments of four kinds of work; the shell must answer after each."""
    work = ('while :; do x=a$((1+2)); y=${x#a}; case $y in 3) :;; esac; done',
            'sleep 9',
            'seq 1 1000000 | sort | wc -l',
            'f() { while :; do eval "z=1"; done; }; f')
    rng = random.Random(1)
    with terminal.Shell() as shell:
        for i in range(60):
            shell.send(work[i % len(work)] + '\r')
            shell.pause(rng.uniform(0.0, 0.03))
            shell.interrupt()
            shell.do(f'echo token{i}_$((1+1))', f'token{i}_2\r\n')
        shell.send('exit 5\r')
        check.equal(shell.status(), 5)
