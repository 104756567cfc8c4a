"""Descriptors across signals, exec and limits."""
import box
from harness import check


def test_nothing_leaks_when_a_signal_ends_a_wait():
    """Signals that end the open of a fifo, again and again: nothing of the way to it stays open."""
    box.prints('''mkfifo /tmp/f; trap : USR1; i=0
        while [ $i -lt 30 ]; do i=$((i+1)); (usleep 10000; kill -USR1 1) & read x < /tmp/f; wait; done 2>/dev/null
        ls -l /proc/1/fd | grep -c /tmp''', '0\n', 1, at=box.fresh_root())


def test_exec_closes_what_it_should():
    """ash keeps its script on a descriptor with close-on-exec."""
    at = box.fresh_root()
    with open(f'{at}/script', 'w') as f:
        f.write('exec 3</etc/passwd\nls /proc/self/fd\n')
    check.equal(box.run('sh', '/script', at=at).out.split(), ['0', '1', '2', '3', '4'])


def test_many_open_files():
    box.prints('i=0; while [ $i -lt 900 ]; do i=$((i+1)); set -- "$@" /dev/null; done; cat "$@" | wc -c; '
               'ulimit -n 20; cat /etc/passwd > /dev/null && echo fine',
               '0\nfine\n')
    box.prints('ulimit -n 12; ls -lR /etc > /dev/null; echo $?', '0\n')


def test_directories_can_be_left_while_open():
    box.prints('''cd /tmp; mkdir -p a/b; touch a/b/c; exec 3< a; mv a z; ls /proc/self/fd/3/b; cd /proc/1/fd/3
        pwd -P; readlink /proc/1/fd/3''',
               'c\n/tmp/z\n/tmp/z\n', at=box.fresh_root())
