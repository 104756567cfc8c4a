"""Terminals: job control, editing, sizes, controlling terminals."""
import fcntl
import os
import struct
import termios

import box
import terminal
from harness import check


def test_prompt_echo_and_exit():
    with terminal.Shell() as shell:
        shell.do('echo hi', r'hi\r\n')
        shell.send('exit 7\r')
        check.equal(shell.status(), 7)


def test_interrupt():
    with terminal.Shell() as shell:
        shell.foreground('sleep 100')
        shell.send('\x03')
        shell.expect(r'\$ $')
        shell.do('echo rc $?', r'rc 130\r\n')


def test_interrupt_of_a_builtin_loop():
    with terminal.Shell() as shell:
        shell.send('while :; do :; done\r')
        shell.expect(r'done\r\n')
        shell.interrupt()
        shell.do('echo rc $?', r'rc 130\r\n')


def test_jobs():
    with terminal.Shell() as shell:
        shell.foreground('sleep 100')
        shell.send('\x1a')
        shell.expect(r'Stopped +sleep 100[^$]*\$ $')
        shell.do('jobs', r'\[1\]\+ +Stopped +sleep 100')
        shell.do('bg', r'\[1\] sleep 100')
        shell.do('jobs', r'\[1\]\+ +Running +sleep 100')
        shell.send('fg\r')
        shell.expect(r'fg\r\nsleep 100\r\n')
        shell.send('\x1a')
        shell.expect(r'Stopped +sleep 100[^$]*\$ $')
        shell.do('bg; kill %1; wait %1; echo rc $?', r'rc 143\r\n')
        shell.do('jobs; echo none', r'none\r\n')


def test_a_stopped_pipeline():
    with terminal.Shell() as shell:
        shell.foreground('sleep 100 | cat')
        shell.send('\x1a')
        shell.expect(r'Stopped +sleep 100 \| cat[^$]*\$ $')
        shell.send('fg\r')
        shell.expect(r'fg\r\nsleep 100 \| cat\r\n')
        shell.send('\x03')
        shell.expect(r'\$ $')
        shell.do('jobs; echo none', r'none\r\n')


def test_background_readers_are_stopped():
    with terminal.Shell() as shell:
        shell.do('cat &', r'\r\n')
        shell.do('sleep 0.1; jobs', r'Stopped \(tty input\) +cat')
        shell.do('kill -KILL %1; sleep 0.1; jobs', r'Killed +cat')


def test_line_editing_and_history():
    with terminal.Shell() as shell:
        shell.do('echo abx\x7fc', r'abc\r\n')
        shell.do('\x1b[A', r'abc\r\n')
        shell.do('echo /etc/pass\t', r'/etc/passwd')


def test_end_of_input():
    with terminal.Shell() as shell:
        shell.foreground('cat')
        shell.send('line\r')
        shell.expect(r'line\r\nline\r\n')
        shell.send('\x04')
        shell.expect(r'\$ $')
        shell.send('\x04')
        check.equal(shell.status(), 0)


def test_traps_at_the_prompt():
    with terminal.Shell() as shell:
        shell.do('trap "echo got" INT', r'\r\n')
        shell.send('\x03\r')
        shell.expect(r'got')


def test_window_size():
    with terminal.Shell() as shell:
        shell.do('stty size', r'24 80\r\n')
        fcntl.ioctl(shell.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 132, 0, 0))
        shell.do('stty size', r'50 132\r\n')


def test_resize_is_signalled():
    with terminal.Shell('sh', '-c', 'trap "stty size" WINCH; echo up; while :; do sleep 100 & wait $!; done') as shell:
        shell.expect('up')
        fcntl.ioctl(shell.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 31, 99, 0, 0))
        shell.expect('31 99')


def test_vi():
    with terminal.Shell() as shell:
        shell.send('vi /tmp/v\r')
        shell.expect(r'- /tmp/v')
        shell.send('ihello')
        shell.expect(r'hello')
        shell.send('\x1b')
        shell.expect(r'- /tmp/v')
        shell.send(':wq\r')
        shell.expect(r'\$ $')
        shell.do('cat /tmp/v; rm /tmp/v', r'hello\r\n')


def test_exec_with_a_terminal_of_its_own():
    with box.Box() as b:
        b.start('sleep', '1000')
        p = b.start('sh', '-c', 'tty; ps -o pid,sid,tty; exit 3', flags=box.RUN_TTY, size=(10, 40))
        check.equal(b.wait(p), 3)
        out = os.read(p.ours[0], 4096).decode()
        check.contains(out, '/dev/pts/')


def test_hangup_ends_the_shell():
    with terminal.Shell() as shell:
        shell.do('trap "" HUP; trap - HUP; echo ready', r'ready\r\n')
        os.close(shell.process.ours.pop())
        check.that(shell.status() is not None, 'the shell ended')
