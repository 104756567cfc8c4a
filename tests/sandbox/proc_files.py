"""/proc: the container's own processes, and nothing else of the host."""
import os
import re

import box
from harness import check


def test_processes_are_the_containers():
    out = box.sh('sleep 100 & sleep 101 & ls /proc | grep "^[0-9]"; kill %1 %2').out.split()
    check.equal(out[:3], ['1', '2', '3'], 'pids')
    check.that(len(out) <= 5, f'pids: {out}')


def test_host_processes_are_not_there():
    host = [int(n) for n in os.listdir('/proc') if n.isdigit() and int(n) > 100]
    out = box.sh('for p in ' + ' '.join(map(str, host)) + '; do [ -e /proc/$p ] && echo $p; done; ps -o args').out
    check.that('python' not in out and not re.search(r'^\d+$', out, re.M), out)


def test_ps_and_friends():
    out = box.sh('''sleep 100 & while [ $(cat /proc/$!/comm) != sleep ]; do :; done
        ps -o pid,ppid,pgid,sid,user,stat,args
        pidof sleep; pgrep -l sleep; pstree -p | tr -d " \\n"; echo; killall sleep; wait $!; echo $?''').out
    check.that(re.search(r'^ *1 +0 +1 +\S+ +root +[RS]N? +sh -c', out, re.M), out)
    check.that(re.search(r'^ *2 +1 +1 +\S+ +root +SN? +sleep 100$', out, re.M), out)
    check.contains(out, '\n2\n2 sleep\n')
    check.contains(out, 'sleep(2)')
    check.that(out.endswith('\n143\n'), out)


def test_tools_that_read_proc():
    for command, part in (('top -b -n 1', 'top -b -n 1'), ('free', 'Mem:'), ('uptime', 'load average'), ('df', '% /'),
                          ('lsof; true', '/bin/busybox'), ('sysctl kernel.ostype', 'Linux'),
                          ('cat /proc/loadavg', '/'), ('cat /proc/version', 'Linux version'), ('nproc', ''), ('iostat -c', 'avg-cpu'),
                          ('cat /proc/cpuinfo', 'processor')):
        result = box.sh(command)
        check.equal((result.status, result.err), (0, ''), command)
        check.contains(result.out, part, command)
    box.prints('exec 3>/tmp/held; fuser /tmp/held; true', '1 \n', at=box.fresh_root())


def test_start_stop_daemon():
    box.prints('''start-stop-daemon -S -b -m -p /tmp/pid -x /bin/sleep -- 100; while ! [ -s /tmp/pid ]; do :; done
        kill -0 $(cat /tmp/pid) && echo runs; start-stop-daemon -K -q -p /tmp/pid
        while kill -0 $(cat /tmp/pid) 2>/dev/null; do :; done
        echo ended''', 'runs\nended\n', at=box.fresh_root())


def test_command_lines():
    box.prints("sleep 100 & while [ $(cat /proc/$!/comm) != sleep ]; do :; done; xxd -p /proc/$!/cmdline; "
               "kill $!", '736c6565700031303000\n')


def test_self():
    box.prints('cd /tmp; readlink /proc/self/cwd; readlink /proc/self/exe; readlink /proc/self/root; '
               'cat /proc/self/comm; ls -d /proc/self/',
               '/tmp\n/bin/busybox\n/\ncat\n/proc/self/\n')


def test_environment():
    box.prints("A=1 B='2 3' env -i X=y cat /proc/self/environ | xxd -p; cat /proc/1/environ 2>&1; true", '583d7900\n'
               "cat: can't open '/proc/1/environ': Permission denied\n")


def test_status():
    out = box.run('cat', '/proc/self/status', flags=['--user', '12:34']).out
    for line in ('Name:\tcat', 'Pid:\t1', 'PPid:\t0', 'Uid:\t12\t12\t12\t12', 'Gid:\t34\t34\t34\t34', 'Threads:\t1'):
        check.contains(out, line + '\n')
    fields = box.sh('cat /proc/1/stat').out.rpartition(')')[2].split()
    check.equal(len(fields), 50, 'fields after the name')


def test_other_users_descriptors_are_closed_to_them():
    at = box.fresh_root()
    result = box.sh('setuidgid nobody ls /proc/1/fd; true', at=at)
    check.contains(result.err, 'denied')


def test_links_into_proc():
    at = box.fresh_root()
    box.sh('ln -sf ../proc/self/mounts /etc/mtab', at=at)
    box.prints('cat /etc/mtab | head -n 1 | cut -d" " -f2; cd /proc; cat self/comm; cd sys/kernel; '
               'cat ../kernel/ostype; cd ../../..; pwd',
               '/\ncat\nLinux\n/\n', at=at)
    box.prints('ls /proc/self/root/etc/passwd; ls /proc/../etc/passwd; cd /etc; ls /proc/self/cwd/passwd',
               '/proc/self/root/etc/passwd\n/proc/../etc/passwd\n/proc/self/cwd/passwd\n', at=at)


def test_nothing_can_be_changed():
    for command in ('touch /proc/x', 'mkdir /proc/x', 'rm /proc/cpuinfo', 'rmdir /proc/1', 'mv /proc/1 /tmp', 'ln -s x /proc/x',
                    'echo x > /proc/sys/kernel/hostname', 'chmod 777 /proc/cpuinfo', 'echo 1 > /proc/1/comm', 'chown 1 /proc'):
        result = box.sh(command)
        check.that(result.status != 0 and result.err, command)


def test_mounts():
    at = box.fresh_root()
    flags = ['--read-only', '--mount', f'type=volume,source={at}/tmp,target=/a b', '--mount', f'type=tmpfs,source={at}/var,target=/t,ro']
    out = box.sh('cat /proc/mounts', at=at, flags=flags).out
    for line in ('/ sockerless ro,', '/a\\040b sockerless rw,', '/t tmpfs ro,', '/proc proc '):
        check.contains(out, line)
    check.that(at not in out, 'a host path is shown')


def test_memory_is_bounded_by_the_limit():
    out = box.sh('head -n 1 /proc/meminfo', flags=['--memory', str(64 << 20)]).out
    check.equal(out.split(), ['MemTotal:', '65536', 'kB'])


def test_nothing_of_the_host_shows():
    """No host path, host name or program of the host in what can be read."""
    at = box.fresh_root()
    out = box.sh('''for f in $(find /proc -type f); do cat $f; done 2>/dev/null
        find /proc -type l -exec readlink {} \\; ; hostname''', at=at).out
    for part in (at, 'sockerless-sandbox --', '/memfd', '(deleted)'):
        check.that(part not in out, f'{part} is shown')


def test_directories_are_read_whole():
    """More entries than fit into one getdents buffer, and again after rewinding."""
    out = box.sh('i=0; while [ $i -lt 150 ]; do sleep 100 & i=$((i+1)); done; ls /proc | grep -c "^[0-9]"; '
                 'kill $(pidof sleep)').out
    check.that(int(out.split()[0]) >= 151, out)


def test_text_is_a_file():
    box.prints('exec 3< /proc/self/mounts; head -c 5 <&3 > /dev/null; stat -L -c "%F %a" /proc/self/fd/3; '
               'dd if=/proc/cpuinfo bs=1 skip=5 count=3 2>/dev/null; echo',
               'regular empty file 444\nsso\n')
