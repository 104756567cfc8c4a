"""Start, stop, kill, restart, pause, remove; exit codes; restart policies; top and stats."""
from harness.api import LABEL
from harness.check import Skip, at_once, contains, equal, eventually, has_keys, refused, status, that
from harness.suite import test

TRAP = "trap 'echo got TERM; exit 5' TERM; trap 'echo got USR1' USR1; echo ready; while :; do sleep 0.05; done"


def ready(d, container):
    """Waits until the script has set its traps."""
    eventually(lambda: b'ready' in d.logs(container)[0], 'the script to be ready')


@test('POST /containers/{id}/start')
def start(d):
    """204 the first time, 304 while it runs, 404 for what does not exist"""
    cid = d.create(['sleep', '100'])
    status(d.post(f'/containers/{cid}/start'), 204)
    r = status(d.post(f'/containers/{cid}/start'), 304)
    equal(r.text, '', 'body')
    refused(d.post('/containers/nonesuch/start'), 404, 'No such container: nonesuch')


@test('POST /containers/{id}/start', 'POST /containers/{id}/wait')
def start_again(d):
    """A second start runs afresh on the same files"""
    cid = d.run('test -e /mark && exit 4; touch /mark; exit 3')
    equal(d.wait(cid), 3)
    d.start(cid)
    equal(d.wait(cid), 4)


@test('POST /containers/{id}/start', 'POST /containers/{id}/wait')
def exit_codes(d):
    """The program's own, and 128+n when a signal ended it"""
    for cmd, want in (('exit 0', 0), ('exit 1', 1), ('exit 42', 42), ('exit 255', 255), (['false'], 1)):
        equal(d.wait(d.run(cmd)), want, f'exit code of {cmd}')
    for number in (9, 15, 6, 11):
        equal(d.wait(d.run(f'sh -c "kill -{number} \\$\\$"; exit $?')), 128 + number, f'after signal {number}')


@test('POST /containers/{id}/start')
def missing_program(d):
    """404 or 400 with the Engine's message; the container has code 127"""
    cid = d.create(['nonesuch-program'])
    refused(status(d.post(f'/containers/{cid}/start'), 400), 400, 'exec: "nonesuch-program": executable file not found in $PATH')
    state = d.inspect(cid)['State']
    equal((state['Status'], state['ExitCode']), ('created', 127))
    contains(state['Error'], 'executable file not found', 'State.Error')


@test('POST /containers/{id}/start')
def not_executable(d):
    """A directory or a file without the permission: code 126"""
    for program in ('/tmp', '/etc/passwd'):
        cid = d.create([program])
        refused(d.post(f'/containers/{cid}/start'), 400, 'permission denied')
        equal(d.inspect(cid)['State']['ExitCode'], 126)


@test('POST /containers/{id}/start')
def missing_working_directory(d):
    """A working directory that is not there is made"""
    equal(d.finish('pwd', WorkingDir='/made/for/it')[:2], (0, b'/made/for/it\n'))


@test('POST /containers/{id}/start')
def unknown_user(d):
    """A user that the container does not know is refused at the start"""
    cid = d.create('true', User='nonesuch')
    r = status(d.post(f'/containers/{cid}/start'), 400, 404, 500)
    contains(r.message, 'unable to find user nonesuch', 'message')


@test('POST /containers/{id}/stop')
def stop(d):
    """SIGTERM first, and the program's own code; 304 when it does not run"""
    cid = d.run(TRAP)
    ready(d, cid)
    status(d.post(f'/containers/{cid}/stop', t=10), 204)
    equal(d.inspect(cid)['State']['ExitCode'], 5)
    contains(d.logs(cid)[0], b'got TERM', 'log')
    status(d.post(f'/containers/{cid}/stop'), 304)
    refused(d.post('/containers/nonesuch/stop'), 404, 'No such container')


@test('POST /containers/{id}/stop')
def stop_kills_after_the_timeout(d):
    """A program that ignores SIGTERM gets SIGKILL: code 137"""
    cid = d.run("trap '' TERM; echo ready; while :; do sleep 0.05; done")
    ready(d, cid)
    status(d.post(f'/containers/{cid}/stop', t=1), 204)
    equal(d.inspect(cid)['State']['ExitCode'], 137)


@test('POST /containers/{id}/stop')
def stop_signal(d):
    """The container's own stop signal is the one sent"""
    cid = d.run("trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done", StopSignal='SIGUSR1')
    ready(d, cid)
    status(d.post(f'/containers/{cid}/stop', t=10), 204)
    equal(d.inspect(cid)['State']['ExitCode'], 9)


@test('POST /containers/{id}/kill')
def kill(d):
    """SIGKILL by default: code 137, not running when the call returns from wait"""
    cid = d.run(['sleep', '100'])
    status(d.post(f'/containers/{cid}/kill'), 204)
    equal(d.wait(cid), 137)
    refused(d.post(f'/containers/{cid}/kill'), 409, 'is not running')
    refused(d.post('/containers/nonesuch/kill'), 404, 'No such container')


@test('POST /containers/{id}/kill')
def kill_signals(d):
    """Names with and without SIG, and numbers; unknown ones are refused"""
    cid = d.run(TRAP)
    ready(d, cid)
    for count, name in enumerate(('SIGUSR1', 'USR1', '10', 'sigusr1'), 1):
        status(d.post(f'/containers/{cid}/kill', signal=name), 204)
        eventually(lambda: d.logs(cid)[0].count(b'got USR1') >= count, f'the trap after {name}')
    refused(d.post(f'/containers/{cid}/kill', signal='NONESUCH'), 400, d.says('invalid-signal'))
    status(d.post(f'/containers/{cid}/kill', signal='99'), 400, 500)
    status(d.post(f'/containers/{cid}/kill', signal='TERM'), 204)
    equal(d.wait(cid), 5)


@test('POST /containers/{id}/restart')
def restart(d):
    """Runs anew, from any state; the count is for policies only"""
    cid = d.run('echo once; sleep 100')
    before = d.inspect(cid)['State']['StartedAt']
    eventually(lambda: d.logs(cid)[0] == b'once\n', 'the first run in the log')
    status(d.post(f'/containers/{cid}/restart', t=0), 204)
    i = d.inspect(cid)
    that(i['State']['Running'] and i['State']['StartedAt'] > before, f"state {i['State']}")
    equal(i['RestartCount'], 0)
    eventually(lambda: d.logs(cid)[0] == b'once\nonce\n', 'both runs in the log')
    done = d.run('true')
    d.wait(done)
    status(d.post(f'/containers/{done}/restart', t=0), 204)
    refused(d.post('/containers/nonesuch/restart'), 404, 'No such container')


@test('POST /containers/{id}/pause', 'POST /containers/{id}/unpause', 'GET /containers/{id}/json')
def pause(d):
    """The program really stands still, and goes on"""
    cid = d.run('i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done')
    eventually(lambda: d.logs(cid)[0], 'first output')
    status(d.post(f'/containers/{cid}/pause'), 204)
    state = d.inspect(cid)['State']
    equal((state['Status'], state['Running'], state['Paused']), ('paused', True, True))
    contains(d.list()[0]['Status'], '(Paused)', 'Status')
    still = d.logs(cid, stdout=1, tail=1)[0]
    refused(d.post(f'/containers/{cid}/pause'), 409, 'is already paused')
    refused(d.post(f'/containers/{cid}/exec', {'Cmd': ['true']}), 409, 'is paused, unpause the container before exec')
    other = d.run('sleep 0.3')
    d.wait(other)                                     # 0.3 s pass
    equal(d.logs(cid, stdout=1, tail=1)[0], still, 'last line while paused')
    status(d.post(f'/containers/{cid}/unpause'), 204)
    eventually(lambda: d.logs(cid, stdout=1, tail=1)[0] != still, 'output to go on')
    refused(d.post(f'/containers/{cid}/unpause'), 500, 'is not paused')


@test('POST /containers/{id}/pause')
def pause_stopped(d):
    """409 for what does not run"""
    refused(d.post(f"/containers/{d.create('true')}/pause"), 409, 'is not running')


@test('DELETE /containers/{id}')
def remove(d):
    """204, then 404; a running one only by force"""
    cid = d.create('true')
    status(d.delete(f'/containers/{cid}'), 204)
    refused(d.delete(f'/containers/{cid}'), 404, f'No such container: {cid}')
    cid = d.run(['sleep', '100'])
    refused(d.delete(f'/containers/{cid}'), 409, d.says('remove-running'))
    status(d.delete(f'/containers/{cid}', force=1), 204)
    status(d.get(f'/containers/{cid}/json'), 404)


@test('DELETE /containers/{id}')
def remove_volumes(d):
    """v=1 removes anonymous volumes and leaves named ones"""
    name = d.volume()
    cid = d.create('true', Volumes={'/anon': {}}, host={'Binds': [f'{name}:/named']})
    anonymous = next(m['Name'] for m in d.inspect(cid)['Mounts'] if m['Destination'] == '/anon')
    status(d.delete(f'/containers/{cid}', v=1), 204)
    status(d.get(f'/volumes/{anonymous}'), 404)
    status(d.get(f'/volumes/{name}'), 200)


@test('POST /containers/{id}/start')
def auto_remove(d):
    """AutoRemove takes it away when it ended"""
    cid = d.run('true', host={'AutoRemove': True})
    eventually(lambda: d.get(f'/containers/{cid}/json').status == 404, 'the container to be removed')


@test('POST /containers/create', 'GET /containers/{id}/json')
def restart_policy(d):
    """on-failure:2 tries twice more and counts; the last code stays"""
    cid = d.run('echo x; exit 6', host={'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': 2}})
    eventually(lambda: (s := d.inspect(cid))['RestartCount'] == 2 and s['State']['Status'] == 'exited', 'the last try', 20)
    equal(d.inspect(cid)['State']['ExitCode'], 6)
    equal(d.logs(cid)[0], b'x\nx\nx\n')


@test('POST /containers/{id}/stop')
def restart_policy_always(d):
    """always starts again until it is stopped by hand"""
    cid = d.run('exit 0', host={'RestartPolicy': {'Name': 'always'}})
    eventually(lambda: d.inspect(cid)['RestartCount'] >= 2, 'two restarts', 20)
    status(d.post(f'/containers/{cid}/stop', t=1), 204, 304)
    eventually(lambda: d.inspect(cid)['State']['Status'] == 'exited', 'the end')
    count = d.inspect(cid)['RestartCount']
    d.finish('sleep 0.5')
    equal(d.inspect(cid)['RestartCount'], count, 'restarts after the stop')


@test('GET /containers/{id}/top')
def top(d):
    """Titles and processes; ps options are honoured; 409 when it does not run"""
    cid = d.run('sleep 100 & sleep 100')
    t = status(d.get(f'/containers/{cid}/top'), 200).json
    that('CMD' in t['Titles'] or 'COMMAND' in t['Titles'], f"Titles {t['Titles']}")
    eventually(lambda: sum('sleep 100' in row[-1] for row in d.get(f'/containers/{cid}/top').json['Processes']) >= 2,
               'both sleeps to be listed')
    t = d.get(f'/containers/{cid}/top', ps_args='-o pid,comm').json
    equal(t['Titles'][0], 'PID')
    equal(len(t['Titles']), 2)
    refused(d.get(f"/containers/{d.create('true')}/top"), 409, 'is not running')
    refused(d.get('/containers/nonesuch/top'), 404, 'No such container')


@test('GET /containers/{id}/stats')
def stats(d):
    """One sample, or a stream with the previous one; CPU time grows"""
    cid = d.run('while :; do :; done')
    one = status(d.get(f'/containers/{cid}/stats', stream=0), 200).json
    has_keys(one, 'read preread pids_stats blkio_stats num_procs storage_stats cpu_stats precpu_stats memory_stats name id')
    that(one['memory_stats'].get('limit', 0) > 0, 'memory limit')
    used = one['cpu_stats']['cpu_usage']['total_usage']
    that(used > one['precpu_stats']['cpu_usage']['total_usage'] >= 0, f'CPU time {used}')
    with d.open('GET', f'/containers/{cid}/stats') as answer:
        stream = answer.documents()
        samples = [next(stream), next(stream), next(stream)]
    that(samples[2]['cpu_stats']['cpu_usage']['total_usage'] > samples[1]['cpu_stats']['cpu_usage']['total_usage'],
         'CPU time of a busy loop grows')
    equal(samples[2]['precpu_stats']['cpu_usage']['total_usage'], samples[1]['cpu_stats']['cpu_usage']['total_usage'])
    refused(d.get('/containers/nonesuch/stats', stream=0), 404, 'No such container')
    refused(d.get(f'/containers/{cid}/stats', query={'one-shot': 1}), 400, 'cannot have stream=true and one-shot=true')


@test('GET /containers/{id}/stats')
def stats_of_a_stopped_container(d):
    """Empty numbers, not an error"""
    one = status(d.get(f"/containers/{d.create('true')}/stats", stream=0), 200).json
    equal(one['cpu_stats']['cpu_usage']['total_usage'], 0)


@test('GET /containers/{id}/stats')
def stats_one_shot(d):
    """one-shot answers at once without a previous sample"""
    cid = d.run(['sleep', '100'])
    one = status(d.get(f'/containers/{cid}/stats', stream=0, query={'one-shot': 1}), 200).json
    equal(one['precpu_stats']['cpu_usage']['total_usage'], 0)
    that(one['pids_stats']['current'] >= 1, 'processes')


@test('POST /containers/create')
def process_1(d):
    """The program is process 1 of its container, with a host name"""
    code, out, _ = d.finish('echo $$; hostname; read x </proc/1/comm; echo $x', Hostname='inner')
    equal((code, out), (0, b'1\ninner\nsh\n'))


@test('POST /containers/create')
def init(d):
    """--init: the program has a parent that forwards signals"""
    cid = d.run(TRAP.replace('echo ready', 'echo ready $$'), host={'Init': True})
    ready(d, cid)
    pid = int(d.logs(cid)[0].split()[1])
    if not d.old and pid == 1:
        raise Skip('the sandbox supervisor itself reaps and forwards, and the program is process 1')
    status(d.post(f'/containers/{cid}/stop', t=10), 204)
    equal(d.inspect(cid)['State']['ExitCode'], 5)


@test('DELETE /containers/{id}', 'GET /containers/json')
def concurrent_removes(d):
    """Of two removes at once one succeeds; nothing stays"""
    cid = d.run(['sleep', '100'])
    codes = sorted(at_once(2, lambda _: d.delete(f'/containers/{cid}', force=1).status))
    that(codes[0] == 204 and codes[1] in (204, 404, 409), f'statuses {codes}')
    equal([c for c in d.list(label=[f'{LABEL}={d.run_id}']) if c['Id'] == cid], [])
