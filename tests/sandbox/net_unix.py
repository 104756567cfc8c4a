"""Unix sockets inside one container."""
import os
import socket

import box
from harness import check


def test_path_sockets():
    at = box.fresh_root()
    box.prints('''syslogd -n -O - > /tmp/out & while ! [ -S /dev/log ]; do :; done; stat -c %F /dev/log
        logger one; logger two; until grep -q two /tmp/out; do :; done; sed "s/.*root: //" /tmp/out | grep -c -e one -e two''',
               'socket\n2\n', at=at)


def test_sockets_of_the_host_are_out_of_reach():
    """A listening socket on the host, named by path and through a link, and an abstract one."""
    at = box.fresh_root()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        path = f'{os.environ.get("TMPDIR", "/tmp")}/host-log'
        s.bind(path)
        os.chmod(path, 0o777)
        s.setblocking(False)
        os.symlink(path, f'{at}/dev/log') if os.path.isdir(f'{at}/dev') else None
        box.sh('logger stolen', at=at)
        try:
            check.that(False, f'the host got {s.recv(100)}')
        except BlockingIOError:
            pass
        os.unlink(path)
