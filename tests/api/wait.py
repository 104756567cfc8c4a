"""Waiting for a container: conditions, when headers come, what ends a wait."""
from harness.check import equal, refused, status, that
from harness.suite import test


def waiting(d, cid, **query):
    return status(d.open('POST', f'/containers/{cid}/wait', query=query), 200)


@test('POST /containers/{id}/wait')
def not_running(d):
    """Of an ended container: its code at once"""
    cid = d.run('exit 3')
    equal(d.wait(cid), 3)
    r = d.post(f'/containers/{cid}/wait').json
    equal((r['StatusCode'], r.get('Error')), (3, None))


@test('POST /containers/{id}/wait')
def created(d):
    """A created container is not running: code 0 at once"""
    equal(d.wait(d.create('exit 3')), 0)


@test('POST /containers/{id}/wait')
def headers_come_first(d):
    """The head is sent before the condition is met"""
    cid = d.run('read x; exit 4', OpenStdin=True, StdinOnce=True)
    with waiting(d, cid) as wait:
        equal(wait.header('content-type'), 'application/json')
        with d.attach(cid) as stdin:
            stdin.send(b'\n')
            equal(wait.json['StatusCode'], 4)


@test('POST /containers/{id}/wait')
def next_exit(d):
    """next-exit of a container that ended waits for the next end"""
    cid = d.run('test -e /m && exit 6; touch /m; exit 5')
    equal(d.wait(cid), 5)
    with waiting(d, cid, condition='next-exit') as wait:
        d.start(cid)
        equal(wait.json['StatusCode'], 6)


@test('POST /containers/{id}/wait')
def removed(d):
    """removed ends with the container, with its code"""
    cid = d.run('exit 7')
    d.wait(cid)
    with waiting(d, cid, condition='removed') as wait:
        d.remove(cid)
        equal(wait.json['StatusCode'], 7)


@test('POST /containers/{id}/wait')
def removed_by_itself(d):
    """AutoRemove and removed together, as docker run --rm waits"""
    cid = d.create('exit 9', host={'AutoRemove': True})
    with waiting(d, cid, condition='removed') as wait:
        d.start(cid)
        equal(wait.json['StatusCode'], 9)
    status(d.get(f'/containers/{cid}/json'), 404)


@test('POST /containers/{id}/wait')
def refusals(d):
    """Not there, already gone, an unknown condition"""
    refused(d.post('/containers/nonesuch/wait'), 404, 'No such container: nonesuch')
    refused(d.post('/containers/nonesuch/wait', condition='removed'), 404, 'No such container: nonesuch')
    cid = d.run('exit 1')
    d.wait(cid)
    status(d.post(f'/containers/{cid}/wait', condition='nonesuch'), d.says('wait-bad-condition-status'))


@test('POST /containers/{id}/wait')
def many_waiters(d):
    """Twenty waiters, one end, twenty answers"""
    cid = d.run('read x; exit 11', OpenStdin=True, StdinOnce=True)
    waits = [waiting(d, cid, condition=c) for c in ('', 'not-running', 'next-exit', 'removed') * 5]
    with d.attach(cid) as stdin:
        stdin.send(b'\n')
        equal(d.wait(cid), 11)
    d.remove(cid)
    for wait in waits:
        equal(wait.json['StatusCode'], 11)
        wait.close()


@test('POST /containers/{id}/wait')
def state_is_final(d):
    """When wait returns, inspect says exited and the log is complete"""
    for n in range(d.count(50, 5)):
        cid = d.run(f'echo {n}; exit {n}')
        equal(d.wait(cid), n)
        state = d.inspect(cid)['State']
        that(state['Status'] == 'exited' and state['ExitCode'] == n, f'state {state}')
        equal(d.logs(cid)[0], b'%d\n' % n)
        d.remove(cid)


@test('POST /containers/{id}/wait')
def removed_while_waiting(d):
    """A forced removal ends every kind of wait"""
    cid = d.run(['sleep', '100'])
    waits = [waiting(d, cid, condition=c) for c in ('not-running', 'next-exit', 'removed')]
    d.remove(cid)
    for wait in waits:
        equal(wait.json['StatusCode'], 137)
        wait.close()


@test('POST /containers/{id}/wait')
def waiter_vanishes(d):
    """Clients that go are forgotten"""
    cid = d.run(['sleep', '100'])
    for _ in range(20):
        waiting(d, cid).close()
    equal(d.inspect(cid)['State']['Running'], True)
