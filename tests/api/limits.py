"""Memory, processes and ulimits: what goes over is stopped, and said."""
import time

from harness.check import Skip, contains, equal, eventually, status, that
from harness.ordinary import ordinary
from harness.suite import test


@test('POST /containers/create', 'GET /containers/{id}/json')
def memory(d):
    """A program over its memory is refused more, or ends with 137 and OOMKilled"""
    grow = 'a=x; while :; do a=$a$a; done'
    cid = d.run(grow, host={'Memory': 16 << 20, 'MemorySwap': 16 << 20})
    code = d.wait(cid)
    state = d.inspect(cid)['State']
    if d.old and not state['OOMKilled']:
        raise Skip(f'this machine does not let the Engine limit memory: code {code}')
    if code != 137:
        contains(d.logs(cid)[1], b'out of memory')
        equal(code, 1)
    else:
        equal(state['OOMKilled'], True)


@test('POST /containers/create')
def memory_within(d):
    """Below its memory a program is left alone"""
    code, out, _ = d.finish("head -c 4000000 /dev/zero | tr '\\0' x | wc -c", host={'Memory': 64 << 20})
    equal((code, out), (0, b'4000000\n'))


@test('POST /containers/create')
def processes(d):
    """--pids-limit: forking further fails, and the container lives"""
    cid = d.run('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 100 & done; echo unreached; wait', host={'PidsLimit': 8})
    eventually(lambda: b'fork' in d.logs(cid)[1] or b'Resource' in d.logs(cid)[1]
               or not d.inspect(cid)['State']['Running'], 'the refusal')
    contains(d.logs(cid)[1], b"can't fork")


@test('POST /containers/create')
def ulimits(d):
    """--ulimit is what the program sees and meets"""
    out = d.finish('ulimit -n; ulimit -Hn', host={'Ulimits': [{'Name': 'nofile', 'Soft': 64, 'Hard': 128}]})[1]
    equal(out, b'64\n128\n')
    code, _, err = d.finish('ulimit -f; dd if=/dev/zero of=/f bs=1024 count=100', host={
        'Ulimits': [{'Name': 'fsize', 'Soft': 51200, 'Hard': 51200}]})
    that(code != 0, f'a file over the limit was written: {err!r}')
    r = d.post('/containers/create', d.config('true', host={'Ulimits': [{'Name': 'nonesuch', 'Soft': 1, 'Hard': 1}]}))
    if r.status == 201:
        r = d.post(f"/containers/{r.json['Id']}/start")
    contains(status(r, 400, 500).message.lower(), 'nonesuch')


BUSY = 'while :; do :; done'


def needs_groups(d):
    if not status(d.get('/info'), 200).json['CpuCfsQuota']:
        raise Skip('no cgroup with the controller cpu is delegated to the daemon')


def processor_seconds(d, cid):
    stats = status(d.get(f'/containers/{cid}/stats', query={'stream': 'false', 'one-shot': 'true'}), 200).json
    return stats['cpu_stats']['cpu_usage']['total_usage'] / 1e9


def must_take(d, cid, seconds, least):
    """Using so much processor time takes the container at least so long; other load only makes it longer."""
    began, before = time.monotonic(), processor_seconds(d, cid)
    eventually(lambda: processor_seconds(d, cid) - before >= seconds, f'{seconds} s of processor time', 60)
    took = time.monotonic() - began
    that(took >= least, f'{seconds} s of processor time in {took:.2f} s')


@test('POST /containers/create', 'GET /containers/{id}/stats')
def processor(d):
    """--cpus: what loops uses no more, as measured; the same for what an exec starts"""
    needs_groups(d)
    r = status(d.post('/containers/create', d.config(BUSY, host={'NanoCpus': 300000000})), 201).json
    equal(r['Warnings'] or [], [])
    d.start(r['Id'])
    must_take(d, r['Id'], 0.6, 1.7)
    e = status(d.post(f"/containers/{r['Id']}/exec", {'Cmd': ['sh', '-c', BUSY]}), 201).json
    status(d.post(f"/exec/{e['Id']}/start", {'Detach': True}), 200)
    must_take(d, r['Id'], 0.6, 1.7)
    cid = d.run(BUSY, host={'CpuQuota': 15000, 'CpuPeriod': 50000})
    must_take(d, cid, 0.6, 1.7)


@test('POST /containers/{id}/update')
def processor_update(d):
    """update --cpus holds for the processes that run already, and can be lifted"""
    needs_groups(d)
    cid = d.run(f'({BUSY})& ({BUSY})& sleep 1000')
    eventually(lambda: processor_seconds(d, cid) > 0.1, 'processor time without a limit')
    equal(status(d.post(f'/containers/{cid}/update', {'NanoCpus': 300000000}), 200).json['Warnings'] or [], [])
    equal(d.inspect(cid)['HostConfig']['NanoCpus'], 300000000)
    must_take(d, cid, 0.6, 1.7)
    status(d.post(f'/containers/{cid}/update', {'NanoCpus': 2000000000}), 200)
    must_take(d, cid, 0.6, 0.2)


@test()
def processor_not_delegated(d):
    """--cpus without a cgroup to make: the answers say that it does not hold"""
    with ordinary(d) as other:
        equal(status(other.get('/info'), 200).json['CpuCfsQuota'], False)
        r = status(other.post('/containers/create', other.config('true', host={'NanoCpus': 500000000})), 201).json
        contains(' '.join(r['Warnings']), 'cannot limit processor time')
        other.start(r['Id'])
        equal(other.wait(r['Id']), 0)
        r = status(other.post(f"/containers/{r['Id']}/update", {'NanoCpus': 600000000}), 200).json
        contains(' '.join(r['Warnings']), 'cannot limit processor time')


@test('POST /containers/create')
def own_proc(d):
    """/proc has the container's processes and no others"""
    code, out, _ = d.finish('cd /proc; ls -d [0-9]* | wc -l; test -r cpuinfo -a -r meminfo -a -r uptime -a -r mounts && '
                            'readlink self >/dev/null && grep -c MemTotal meminfo')
    lines = out.split()
    equal(code, 0)
    that(1 <= int(lines[0]) <= 4, f'{lines[0]} processes')
    equal(lines[1], b'1')


@test('POST /containers/create')
def loopback(d):
    """Programs within one container talk over 127.0.0.1"""
    code, out, err = d.finish('mkdir /w; echo page >/w/index.html; httpd -p 127.0.0.1:8080 -h /w; '
                              'for i in 1 2 3 4 5 6 7 8 9; do wget -qO- http://127.0.0.1:8080/ && exit 0; sleep 0.1; done; exit 1')
    equal((code, out), (0, b'page\n'), f'stderr {err!r}')


@test('POST /containers/create')
def signals_and_jobs(d):
    """Pipes, background jobs, traps and exit codes of signals in the shell"""
    script = ("trap 'echo trapped' USR1; kill -USR1 $$; sleep 100 & kill $!; wait $!; echo $?; "
              "seq 5 | while read x; do echo $x; done | tail -n 1; (exit 3); echo $?; sh -c 'kill -9 $$'; echo $?")
    equal(d.finish(script)[1], b'trapped\n143\n5\n3\n137\n')


@test('POST /containers/create')
def scripts(d):
    """#! lines are honoured"""
    out = d.finish("printf '#!/bin/sh -e\\necho script $1\\n' >/s; chmod +x /s; /s arg")[1]
    equal(out, b'script arg\n')
