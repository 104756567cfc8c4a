"""Which programs run, and what is said of those that do not."""
import os
import shutil
import stat

import box
from harness import check


def script(root, name, text, mode=0o755):
    path = f'{root}/{name}'
    with open(path, 'wb') as f:
        f.write(text)
    os.chmod(path, mode)
    return f'/{name}'


def failure(*argv, at=None, **options):
    with box.Box(at=at) as b:
        return b.start(*argv, **options).failure


def test_missing_and_unfit_programs():
    at = box.fresh_root()
    script(at, 'plain', b'echo no\n', 0o644)
    script(at, 'text', b'echo no shebang\n')
    script(at, 'orphan', b'#!/not/there\n')
    for argv, errno, status, message in (
            (['nonesuch'], 2, 127, 'exec: "nonesuch": executable file not found in $PATH'),
            (['/nonesuch'], 2, 127, 'exec: "/nonesuch": stat /nonesuch: no such file or directory'),
            (['/tmp'], 21, 126, 'exec: "/tmp": permission denied'),
            (['/plain'], 13, 126, 'exec: "/plain": permission denied'),
            (['./plain'], 13, 126, 'exec: "./plain": permission denied'),
            (['/text'], 8, 126, 'exec /text: exec format error'),
            (['/orphan'], 2, 127, 'exec /orphan: No such file or directory')):
        check.equal(failure(*argv, at=at), (errno, status, message), argv)


def test_no_path():
    check.equal(failure('ls', env=()), (2, 127, 'exec: "ls": executable file not found in $PATH'))


def test_native_programs_are_explained():
    at = box.fresh_root()
    shutil.copy('/bin/true', f'{at}/elf')
    text = 'sockerless: /elf: this is a native program; the sandbox runs only its built-in userland and scripts'
    check.equal(failure('/elf', at=at), (8, 126, f'exec: "/elf": permission denied: {text}'))
    result = box.sh('/elf; echo $?', at=at)
    check.equal((result.out, result.err), ('126\n', text + '\n'))


def test_foreign_wasm_is_explained():
    at = box.fresh_root()
    script(at, 'module', b'\0asm\1\0\0\0')
    check.contains(box.sh('/module', at=at).err, '/module: this is a WebAssembly program')


def test_scripts():
    at = box.fresh_root()
    script(at, 'one', b'#!/bin/sh -e\necho "$0 $*"; false; echo no\n')
    script(at, 'two', b'#!  /one   two words \nignored\n')
    script(at, 'loop', b'#!/loop\n')
    script(at, 'awk', b'#!/usr/bin/awk -f\nBEGIN { print ARGV[1] }\n')
    for argv, out, status in ((['/one', 'a', 'b'], '/one a b\n', 1), (['/two', 'x'], '/one two words /two x\n', 1),
                              (['/awk', 'arg'], 'arg\n', 0)):
        by_hand, in_shell = box.run(*argv, at=at), box.sh(' '.join(argv), at=at)
        check.equal((by_hand.out, by_hand.status), (out, status), argv)
        check.equal((in_shell.out, in_shell.status), (out, status), argv)
    check.equal(failure('/loop', at=at)[:2], (40, 126))


def test_a_script_without_shebang_runs_in_the_shell():
    at = box.fresh_root()
    script(at, 'text', b'echo "text $1"\n')
    check.equal(box.sh('/text a', at=at).out, 'text a\n')


def test_exec_keeps_pid_and_descriptors():
    box.prints('echo $$; exec sh -c "echo \\$\\$ >&3" 3>&1', '1\n1\n')


def test_exec_resets_handlers_and_keeps_ignored():
    box.prints('trap "echo no" USR1; trap "" USR2; sh -c "kill -USR2 \\$\\$; echo on; kill -USR1 \\$\\$; echo no" 2>/dev/null; '
               'echo $?', 'on\n138\n')


def test_users():
    at = box.fresh_root()
    with open(f'{at}/etc/passwd', 'a') as f:
        f.write('ann:x:1000:1001::/home/ann:/bin/sh\n')
    with open(f'{at}/etc/group', 'a') as f:
        f.write('ann:x:1001:\nextra:x:2000:bob,ann\n')
    for user, want in (
            ('', 'uid=0(root) gid=0(root) groups=10(wheel) /root'),
            ('ann', 'uid=1000(ann) gid=1001(ann) groups=2000(extra) /home/ann'),
            ('1000', 'uid=1000(ann) gid=1001(ann) groups=2000(extra) /home/ann'),
            ('ann:users', 'uid=1000(ann) gid=100(users) /home/ann'),
            ('4321', 'uid=4321 gid=0(root) /'),
            ('4321:8765', 'uid=4321 gid=8765 /')):
        result = box.run('sh', '-c', 'echo $(id) $HOME', at=at, flags=['--user', user])
        check.equal(result.out, want + '\n', user)
    for user, message in (('bob', 'unable to find user bob: no matching entries in passwd file'),
                          ('ann:none', 'unable to find group none: no matching entries in group file')):
        check.equal(failure('id', at=at, user=user)[2], message)


def test_hostile_passwd():
    """Fifos, directories and huge lines in place of /etc/passwd stop nobody."""
    at = box.fresh_root()
    for make in (lambda p: os.mkfifo(p), lambda p: os.mkdir(p), lambda p: os.symlink(p, p),
                 lambda p: open(p, 'w').write('x' * 3000000)):
        path = f'{at}/etc/passwd'
        if os.path.isdir(path):
            os.rmdir(path)
        else:
            os.unlink(path)
        make(path)
        check.equal(box.run('echo', 'hi', at=at, flags=['--user', '5']).out, 'hi\n')


def test_the_marker_is_what_counts():
    at = box.fresh_root()
    check.that(stat.S_ISREG(os.stat(f'{at}/bin/busybox').st_mode), 'busybox is a file')
    os.rename(f'{at}/bin/busybox', f'{at}/bin/bb')
    os.symlink('/bin/bb', f'{at}/bin/busybox')
    check.equal(box.run('echo', 'hi', at=at).out, 'hi\n')
