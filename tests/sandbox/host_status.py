"""Exit statuses and what comes out, by hand and over the control socket."""
import signal

import box
from harness import check


def test_exit_status():
    for status in (0, 1, 7, 42, 126, 127, 255):
        check.equal(box.sh(f'exit {status}').status, status)


def test_death_by_signal_is_128_and_the_signal():
    for sig in ('TERM', 'SEGV', 'ABRT', 'USR1', 'KILL'):
        box.prints(f'sh -c "kill -{sig} \\$\\$" 2>/dev/null; echo $?', f'{128 + signal.Signals["SIG" + sig]}\n')


def test_traps_are_signals():
    box.prints('sh -c "f() { f; }; f" 2>/dev/null; echo $?', '139\n')
    check.equal(box.sh('f() { f; }; f').status, 139, 'as pid 1')


def test_stdout_and_stderr_are_apart():
    result = box.sh('echo out; echo err >&2; echo out2')
    check.equal((result.out, result.err), ('out\nout2\n', 'err\n'))


def test_stdin_reaches_the_command():
    result = box.run('sh', '-c', 'read a; cat; echo "first $a"', stdin='one\ntwo\nthree\n')
    check.equal(result.out, 'two\nthree\nfirst one\n')


def test_pipes_and_lots_of_output():
    box.prints('seq 1 100000 | grep -c 7 | cat', '40951\n')
    box.prints('yes | head -c 20000000 | wc -c', '20000000\n')
    check.equal(len(box.sh('head -c 5000000 /dev/zero').out), 5000000)


def test_thousand_runs_lose_nothing():
    """A thousand processes in one container: each with its own status and its whole output."""
    with box.Box() as b:
        b.start('sleep', '1000')
        for i in range(1000):
            status, out, err = b.exec('sh', '-c', f'echo line {i}; echo error {i} >&2; exit {i % 256}')
            check.equal((status, out, err), (i % 256, f'line {i}\n', f'error {i}\n'), f'run {i}')


def test_hundred_containers():
    for i in range(100):
        result = box.sh(f'echo {i} | cat; exit {i}')
        check.equal((result.status, result.out), (i, f'{i}\n'), f'container {i}')


def test_environment_and_directory():
    result = box.run('sh', '-c', 'echo $A-$HOME; pwd; echo $0', flags=['--env', 'A=b c', '--workdir', '/tmp'])
    check.equal(result.out, 'b c-/root\n/tmp\nsh\n')


def test_missing_directory_is_made():
    at = box.fresh_root()
    check.equal(box.run('pwd', at=at, flags=['--workdir', '/not/there']).out, '/not/there\n')


def test_big_arguments():
    big = 'x' * 120000
    check.equal(box.run('sh', '-c', 'echo ${#1}', 'sh', big).out, '120000\n')
    box.prints('x=$(seq 1 20000); true $x && /bin/true $x; echo $?', '0\n')
    check.contains(box.sh('x=$(seq 1 500000); /bin/true $x').err, 'Argument list too long')
