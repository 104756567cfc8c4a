"""Unix sockets inside one container."""
import os
import select
import socket

import box
from harness import check


def test_path_sockets():
    at = box.fresh_root()
    box.prints('''syslogd -n -O - > /tmp/out & while ! [ -S /dev/log ]; do :; done; stat -c %F /dev/log
        logger one; logger two; until grep -q two /tmp/out; do :; done
        sed "s/.*root: //" /tmp/out | grep -c -e one -e two''',
               'socket\n2\n', at=at)


def test_sockets_of_the_host_are_out_of_reach():
    """A socket of the host where a link of the container leads."""
    at = box.fresh_root()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        path = f'{os.environ.get("TMPDIR", "/tmp")}/host-log'
        s.bind(path)
        os.chmod(path, 0o777)
        os.makedirs(f'{at}/dev', exist_ok=True)
        os.symlink(path, f'{at}/dev/log')
        box.sh('logger stolen', at=at)
        check.that(not select.select([s], [], [], 0)[0], 'the host got a message')
        os.unlink(path)
