"""/dev and terminals."""
import fcntl
import os
import pty
import select
import subprocess
import tempfile
import termios
import time

import box
from harness import check


def on_terminal(script, at=None, timeout=20):
    """Runs a script by hand with a terminal of its own; what it wrote."""
    master, slave = pty.openpty()
    child = subprocess.Popen(box.command('sh', '-c', script, at=at), stdin=slave, stdout=slave, stderr=slave,
                             start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(slave)
    text, until = b'', time.monotonic() + timeout
    while time.monotonic() < until:
        if select.select([master], [], [], 0.1)[0]:
            try:
                text += os.read(master, 4096)
            except OSError:
                break
        elif child.poll() is not None:
            break
    child.kill()
    child.wait()
    os.close(master)
    return text.decode().replace('\r', '')


def test_nodes():
    box.prints('''stat -c "%n %F %t:%T %a" /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
        echo x > /dev/null; cat /dev/null; head -c 3 /dev/zero | xxd -p; head -c 9 /dev/urandom | wc -c
        head -c 9 /dev/random | wc -c
        echo x 2>/dev/null > /dev/full; echo $?''',
               '/dev/null character special file 1:3 666\n/dev/zero character special file 1:5 666\n'
               '/dev/full character special file 1:7 666\n/dev/random character special file 1:8 666\n'
               '/dev/urandom character special file 1:9 666\n/dev/tty character special file 5:0 666\n000000\n9\n9\n1\n')


def test_listing():
    out = box.sh('ls /dev').out.split()
    check.equal(out, ['console', 'fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty',
                      'urandom', 'zero'])


def test_nothing_else_of_the_hosts():
    for node in ('mem', 'kmsg', 'sda', 'vda', 'loop0', 'net/tun', 'kvm', 'fuse'):
        check.equal(box.sh(f'cat /dev/{node} </dev/null').status, 1, node)


def test_device_nodes_of_a_mount_do_not_open():
    at = box.fresh_root()
    result = box.sh('head -c 1 /host/zero', at=at, flags=['--mount', 'type=bind,source=/dev,target=/host'])
    check.contains(result.err, 'Permission denied')
    check.contains(box.sh('mknod /tmp/null c 1 3', at=at).err, 'Operation not permitted')


def test_standard_streams():
    result = box.run('sh', '-c', 'cat /dev/stdin; echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/fd/0; '
                                 'ls -l /dev/fd | sed "s/.* //"', stdin='in\n')
    check.equal((result.out, result.err), ('in\nout\n/proc/self/fd\n', 'err\n'))


def test_a_file_of_the_daemons_as_a_stream():
    """Opened again by its number it can do what the descriptor can, and no more."""
    with tempfile.NamedTemporaryFile('w+') as f:
        subprocess.run(box.command('sh', '-c', 'echo one; echo two >> /dev/stdout; cat /dev/stdout; '
                                               'echo > /dev/stdout'),
                       stdout=f, stderr=subprocess.DEVNULL, check=False)
        f.seek(0)
        check.equal(f.read(), 'one\ntwo\n')


def test_shared_memory():
    box.prints('stat -c %a /dev/shm; echo x > /dev/shm/a; cat /dev/shm/a; '
               'rm /dev/shm/a', '1777\nx\n', at=box.fresh_root())


def test_other_files_can_be_made():
    """/dev/log is where syslogd listens."""
    box.prints('''syslogd; while ! [ -S /dev/log ]; do :; done; logger -t test hello
        until grep -q hello /var/log/messages; do :; done 2>/dev/null
        sed "s/.*root: //; s/.* test: //" /var/log/messages | tail -n 1''', 'hello\n', at=box.fresh_root())


def test_terminal():
    text = on_terminal('tty; ls -1 --color=never /dev/pts; readlink /proc/self/fd/0; echo c > /dev/console; '
                       'echo t > /dev/tty; ps -o tty | '
                       'tail -n +2 | sort -u; [ -t 0 ] && stat -c "%F %t:%T" /dev/pts/0')
    check.equal(text, '/dev/pts/0\n0\nptmx\n/dev/pts/0\nc\nt\n136,0\ncharacter special file 88:0\n')


def test_pseudo_terminals():
    """script allocates one; its number is the container's."""
    text = on_terminal('cd /tmp; script -q -c "tty; ls --color=never /dev/pts" log; tty; ls --color=never /dev/pts; '
                       'script -q -c tty log', at=box.fresh_root())
    check.equal(text.split(), ['/dev/pts/1', '0', '1', 'ptmx', '/dev/pts/0', '0', 'ptmx', '/dev/pts/1'])


def test_terminals_of_others_are_out_of_reach():
    """The host's terminals, and those of another container."""
    master, slave = pty.openpty()
    number = os.ttyname(slave).rpartition('/')[2]
    out = box.sh(f'for n in $(seq 0 60) {number}; do echo x > /dev/pts/$n; done 2>/dev/null; '
                 f'ls --color=never /dev/pts').out
    check.equal(out, 'ptmx\n')
    check.that(not select.select([master], [], [], 0)[0], 'something was written to a terminal of the host')
    os.close(master)
    os.close(slave)


def test_a_closed_terminals_number_is_not_the_next_ones():
    """The container's terminal goes away and the host's next one gets its number."""
    at = box.fresh_root()
    with box.Box(at=at) as b:
        b.start('sleep', '1000')
        shell = b.start('sh', '-c', 'exec </dev/null >/dev/null 2>&1; trap "" HUP; while :; '
                                    'do echo stolen > /dev/pts/0; done', flags=box.RUN_TTY)
        shell.close()
        reused = [pty.openpty() for _ in range(8)]
        status, out, err = b.exec('sh', '-c', 'for i in $(seq 1 200); do echo stolen > /dev/pts/0; done 2>/dev/null; '
                                              'ls --color=never /dev/pts')
        check.equal(out, 'ptmx\n', 'terminals after the only one was closed')
        for master, slave in reused:
            check.that(not select.select([master], [], [], 0)[0], 'written to a terminal of the host')
            os.close(master)
            os.close(slave)
