"""Paths: no way leads out of the container's mounts, and inside they mean what they mean on Linux."""
import os
import tempfile

import box
from harness import check

CANARY = 'the host\'s own file'


def outside():
    """A host directory with a canary, beside nothing of the container's."""
    path = tempfile.mkdtemp(prefix='outside-')
    os.chmod(path, 0o755)
    with open(f'{path}/canary', 'w') as f:
        f.write(CANARY)
    return path


def canary_lives(path):
    check.equal(sorted(os.listdir(path)), ['canary'], 'entries outside')
    with open(f'{path}/canary') as f:
        check.equal(f.read(), CANARY, 'content outside')


def test_links_and_dots_stay_inside():
    at, out = box.fresh_root(), outside()
    os.symlink(out, f'{at}/absolute')
    os.symlink('../' * 20 + out, f'{at}/relative')
    os.symlink('/absolute/canary', f'{at}/chain')
    for path in ('/absolute/canary', '/relative/canary', '/chain', f'/..{out}/canary', f'{"../" * 20}{out}/canary'):
        check.equal(box.run('cat', path, at=at).status, 1, path)
        box.sh(f'echo broken > {path}; rm -rf {path}; chmod 777 {path}; touch {path}', at=at)
    box.sh('rm -rf /absolute/* /relative/*; cp /etc/passwd /absolute/new', at=at)
    canary_lives(out)


def test_links_mean_guest_paths():
    box.prints('cd /tmp && ln -s /etc/passwd abs && ln -s ../../../../etc/passwd up && head -c4 abs && head -c4 up',
               'rootroot', at=box.fresh_root())


def test_links_in_a_bind_mount_mean_guest_paths():
    at, out = box.fresh_root(), tempfile.mkdtemp(prefix='bind-')
    os.symlink('/etc/passwd', f'{out}/link')
    os.symlink('../..' + out, f'{out}/back')
    flags = ['--mount', f'type=bind,source={out},target=/mnt/deep/bind']
    box.prints('head -c4 /mnt/deep/bind/link; ls /mnt/deep/bind/back 2>&1; cd /mnt/deep/bind/..; pwd; ls',
               f'rootls: /mnt/deep/bind/back: No such file or directory\n/mnt/deep\nbind\n', at=at, flags=flags)


def test_hard_links_do_not_cross_mounts():
    at, out = box.fresh_root(), outside()
    flags = ['--mount', f'type=bind,source={out},target=/mnt']
    check.contains(box.sh('ln /mnt/canary /tmp/x', at=at, flags=flags).err, 'Cross-device link')
    check.contains(box.sh('ln /etc/passwd /mnt/x', at=at, flags=flags).err, 'Cross-device link')
    box.prints('echo moved > /tmp/f; mv /tmp/f /mnt/f; cat /mnt/f; ls /tmp; rm /mnt/f', 'moved\n', at=at, flags=flags)
    canary_lives(out)


def test_races_with_a_renaming_process():
    """A directory and a link to the outside change places while others walk through them."""
    at, out = box.fresh_root(), outside()
    os.symlink(out, f'{at}/evil')
    os.makedirs(f'{at}/dir')
    result = box.sh('''
        swap() { while [ -e /run-on ]; do mv /dir /d2; mv -T /evil /dir; mv -T /dir /evil; mv /d2 /dir; done; }
        touch /run-on
        swap & 
        i=0; while [ $i -lt 400 ]; do i=$((i+1))
            cat /dir/canary; echo bad > /dir/canary; rm -f /dir/canary; mkdir /dir/m; rmdir /dir/m
            chmod 700 /dir/canary
        done 2>/dev/null
        rm /run-on; wait''', at=at)
    check.that(CANARY not in result.out, 'the canary was read')
    canary_lives(out)


def test_mount_points_stay():
    at, out = box.fresh_root(), outside()
    flags = ['--mount', f'type=bind,source={out},target=/a/b']
    for command in ('rmdir /a/b', 'mv /a/b /c', 'mv /a /c', 'rm /dev/null', 'mv /dev/null /x', 'rmdir /proc'):
        result = box.sh(command, at=at, flags=flags)
        check.contains(result.err, 'Resource busy', command)
    canary_lives(out)


def test_read_only_root():
    at = box.fresh_root()
    box.sh('echo old > /tmp/file; mkdir /tmp/dir', at=at)
    for command in ('touch /tmp/new', 'echo x > /tmp/file', 'rm /tmp/file', 'mkdir /tmp/d', 'rmdir /tmp/dir',
                    'mv /tmp/file /tmp/g', 'ln /tmp/file /tmp/g', 'ln -s a /tmp/g', 'chmod 600 /tmp/file',
                    'chown 1 /tmp/file', 'touch -d 2000-01-01 /tmp/file', 'truncate -s 1 /tmp/file', 'mkfifo /tmp/f',
                    'exec 3</tmp/file; echo x > /proc/self/fd/3'):
        result = box.sh(command, at=at, flags=['--read-only'])
        check.contains(result.err, 'Read-only file system', command)
    box.prints('cat /tmp/file; echo gone > /dev/null', 'old\n', at=at, flags=['--read-only'])


def test_read_only_mounts():
    at, out = box.fresh_root(), outside()
    flags = ['--mount', f'type=bind,source={out},target=/mnt,ro']
    for command in ('echo x > /mnt/canary', 'rm /mnt/canary', 'touch /mnt/canary', 'mkdir /mnt/d', 'chmod 700 /mnt/canary',
                    'cd /mnt && echo x >> canary', 'ln -s /mnt/canary /tmp/l; echo x > /tmp/l'):
        check.contains(box.sh(command, at=at, flags=flags).err, 'Read-only file system', command)
    box.prints('cat /mnt/canary; touch /tmp/x', CANARY, at=at, flags=flags)
    canary_lives(out)


def test_file_mounts():
    at, out = box.fresh_root(), outside()
    flags = ['--mount', f'type=bind,source={out}/canary,target=/etc/hosts', '--mount',
             f'type=bind,source={out}/canary,target=/new/file,ro']
    check.equal(box.sh('cat /etc/hosts /new/file', at=at, flags=flags).out, CANARY * 2)
    check.contains(box.sh('rm /etc/hosts', at=at, flags=flags).err, 'Resource busy')
    check.contains(box.sh('echo x > /new/file', at=at, flags=flags).err, 'Read-only file system')
    check.equal(box.sh('echo changed > /etc/hosts; cat /etc/hosts', at=at, flags=flags).out, 'changed\n')


def test_working_directory_survives_renames():
    at = box.fresh_root()
    box.prints('cd /tmp; mkdir -p x/y; cd x/y; mv ../../x ../../xx; /bin/pwd; touch here; '
               'ls /tmp/xx/y', '/tmp/xx/y\nhere\n', at=at)
    check.equal(box.sh('mkdir /tmp/d; cd /tmp/d; rmdir /tmp/d; touch a', at=at).status, 1)


def test_errors_are_the_kernels():
    at = box.fresh_root()
    box.sh('cd /tmp; echo > file; mkdir dir; touch dir/x; ln -s loop loop; ln -s nowhere dangling', at=at)
    for command, message in (
            ('cat file/x', 'Not a directory'), ('cat file/', 'Not a directory'), ('cat loop', 'Symbolic link loop'),
            ('cat nothing', 'No such file'), ('mkdir dir', 'File exists'), ('mkdir none/dir', 'No such file'),
            ('rmdir dir', 'Directory not empty'), ('rmdir file', 'Not a directory'), ('unlink dir', 'Is a directory'),
            ('echo > dir', 'Is a directory'), ('mv dir dir/sub', 'Invalid argument'), ('ln -s x file', 'File exists'),
            ('mknod n c 1 3', 'Operation not permitted'),
            (f'cat {"n" * 256}', 'Filename too long')):
        check.contains(box.sh(f'cd /tmp; {command}', at=at).err, message, command)
    box.prints('cd /tmp; echo through > dangling; cat nowhere', 'through\n', at=at)


def test_lowest_descriptor():
    """Daemons close 0, 1 and 2 and open /dev/null three times."""
    at = box.fresh_root()
    box.prints('exec 3>/tmp/a; exec 4>/tmp/b; exec 3>&-; readlink /proc/self/fd/4', '/tmp/b\n', at=at)


def test_fifos_wait_for_their_other_end():
    at = box.fresh_root()
    box.prints('mkfifo /tmp/f; (usleep 200000; echo late > /tmp/f) & cat /tmp/f; '
               '(echo early > /tmp/f) & usleep 200000; cat /tmp/f',
               'late\nearly\n', at=at)
    box.prints('trap "echo trapped; exit 3" USR1; mkfifo /tmp/g; (usleep 200000; kill -USR1 1) & exec 2>&-; '
               'cat < /tmp/g',
               'trapped\n', 3, at=at)


def test_descriptors_of_the_host_are_out_of_reach():
    for fd in (960, 961, 970):
        check.contains(box.sh(f'echo x >&{fd}').err, 'Bad file descriptor', str(fd))
    listed = box.sh('ls /proc/1/fd').out.split()
    check.that(all(int(fd) < 960 for fd in listed), f'descriptors shown: {listed}')


def test_tar_round_trip():
    at = box.fresh_root()
    box.prints('''cd /tmp; mkdir -p w/sub; echo 1 > w/a; ln w/a w/hard; ln -s a w/soft; mkfifo w/fifo; chmod 4751 w/a
        chown 12:34 w/sub; touch -d "2020-02-03 04:05:06" w/a; tar cf t.tar w; mkdir out; tar xf t.tar -C out
        cd out/w; stat -c "%n %a %u:%g %F" a fifo hard soft sub; [ a -ef hard ] && echo linked; readlink soft
        stat -c %Y a''',
               'a 4751 0:0 regular file\nfifo 644 0:0 fifo\nhard 4751 0:0 regular file\nsoft 777 0:0 symbolic link\n'
               'sub 755 12:34 directory\nlinked\na\n1580702706\n', at=at)
