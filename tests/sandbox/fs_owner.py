"""Owners, modes and ids as the guest sees them, whoever the host user is."""
import os

import box
from harness import check


def as_user(script, at, user='1000:1000', flags=()):
    return box.sh(script, at=at, flags=['--user', user, *flags])


def ready():
    """A root with a few files of root's and a world-writable directory."""
    at = box.fresh_root()
    box.sh('''mkdir /data; cd /data; echo secret > root-only; chmod 600 root-only; mkdir closed open sticky shared
        echo inside > closed/file; chmod 700 closed; chmod 777 open; chmod 1777 sticky
        touch sticky/of-root open/of-root
        chown 0:1000 shared; chmod 2775 shared''', at=at)
    return at


def test_chown_and_chmod():
    box.prints('''cd /tmp; touch f; mkdir d; chown 12:34 f d; chmod 4751 f; chmod 2700 d; stat -c "%n %u:%g %a" f d
        chown :99 f; chmod 000 f; stat -c "%u:%g %a" f; cat f; echo still mine > f; cat f
        cp -p f g; stat -c "%u:%g %a" g; mv g h; ln h i; stat -c "%u:%g %a" i''',
               'f 12:34 4751\nd 12:34 2700\n12:99 0\nstill mine\n12:99 0\n12:99 0\n', at=box.fresh_root())


def test_ls_shows_names():
    out = box.sh('cd /tmp; touch f; chown nobody f; ls -l f', at=box.fresh_root()).out
    check.that(out.startswith('-rw-r--r--') and ' nobody ' in out, out)


def test_umask():
    box.prints('cd /tmp; umask 077; touch f; mkdir d; stat -c %a f d; umask 0; touch g; stat -c %a g; umask',
               '600\n700\n666\n0000\n', at=box.fresh_root())


def test_mode_zero_directory_stays_usable_for_root():
    box.prints('cd /tmp; mkdir d; touch d/f; chmod 0 d; stat -c %a d; ls d; rm -r d; '
               'ls', '0\nf\n', at=box.fresh_root())


def test_nothing_set_uid_on_the_host():
    at = box.fresh_root()
    box.sh('cp /bin/busybox /tmp/s; chmod 6755 /tmp/s; mkdir -m 2777 /tmp/d', at=at)
    check.equal(os.stat(f'{at}/tmp/s').st_mode & 0o7000, 0, 'set-id bits on the host')
    check.equal(box.sh('stat -c %a /tmp/s /tmp/d', at=at).out, '6755\n2777\n')


def test_files_belong_to_their_maker():
    at = ready()
    out = as_user('cd /data/open; id -u; id -g; touch mine; mkdir dir; mkfifo pipe; stat -c "%n %u:%g %a" mine dir; '
                  'cd ../shared; touch group; mkdir groupdir; stat -c "%n %u:%g %a" group groupdir', at)
    check.equal((out.out, out.err), ('1000\n1000\nmine 1000:1000 644\ndir 1000:1000 755\n'
                                     'group 1000:1000 644\ngroupdir 1000:1000 2755\n', ''))


def test_users_are_refused():
    at = ready()
    for command in ('cat /data/root-only', 'echo x > /data/root-only', 'cat /data/closed/file', 'ls /data/closed',
                    'cd /data/closed', 'touch /data/new', 'mkdir /data/new', 'rm -f /data/root-only', 'touch /etc/passwd',
                    'echo x > /etc/passwd', 'mv /data/open /data/closed', 'ln -s x /etc/x', 'mkfifo /etc/p',
                    'rmdir /data/open', 'cp /etc/passwd /etc/passwd2', 'cat /proc/1/environ < /data/root-only'):
        check.contains(as_user(command, at).err.lower(), 'denied', command)
    for command in ('chmod 777 /data/root-only', 'chown 1000 /etc/passwd', 'chgrp 1000 /etc/passwd', 'rm -f /data/sticky/of-root',
                    'mv /data/sticky/of-root /data/open/x', 'touch -d 2000-01-01 /etc/passwd', 'ln /data/root-only /data/open/l'):
        check.contains(as_user(command, at).err, 'Operation not permitted', command)
    check.equal(box.sh('cat /data/root-only; ls /data/sticky /data/closed', at=at).out,
                'secret\n/data/closed:\nfile\n\n/data/sticky:\nof-root\n')


def test_users_are_allowed():
    at = ready()
    out = as_user('''cd /data/open; rm of-root; echo hi > a; chmod 640 a; mv a b; cat b; rm b; cd ../sticky
        touch c; rm c
        [ -r /data/root-only ] || echo unreadable; [ -x /bin/sh ] && echo executable
        [ -w /etc/passwd ] || echo unwritable''', at)
    check.equal((out.out, out.err), ('hi\nunreadable\nexecutable\nunwritable\n', ''))


def test_supplementary_groups():
    at = ready()
    box.sh('echo "team:x:77:user" >> /etc/group; echo "user:x:1000:1000::/:/bin/sh" >> /etc/passwd; '
           'echo g > /data/g; '
           'chown 0:77 /data/g; chmod 640 /data/g', at=at)
    check.equal(as_user('id -G; cat /data/g', at, 'user').out, '1000 77\ng\n')
    check.contains(as_user('cat /data/g', at).err, 'denied')


def test_ids_change_by_the_rules():
    box.prints('setuidgid nobody id -u; su -s /bin/sh nobody -c "id -un" </dev/null', '65534\nnobody\n')
    check.contains(box.run('setuidgid', 'root', 'id', flags=['--user', '1000']).err, 'not permitted')


def test_no_attributes_are_seen():
    """What holds the owners is not the guest's to see."""
    at = box.fresh_root()
    box.sh('touch /tmp/f; chown 12:34 /tmp/f', at=at)
    check.equal(box.sh('ls -l /tmp/f | cut -c 11', at=at).out, ' \n')
