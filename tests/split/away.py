"""A back end that is down, that comes back, and that goes within streams."""
from harness.check import at_once, contains, equal, refused, status
from harness.http import Closed
from harness.suite import test
from split.world import CAT, DOCKER


def must_be_away(w, address):
    """Every call says which address; so does the front end's health, to GET and HEAD."""
    for method, target in (('GET', '/v1.44/containers/json'), ('GET', '/_ping'), ('POST', '/containers/create'),
                           ('DELETE', '/nonesuch')):
        contains(refused(w.ask(method, target), 503).message, f'the back end at {address} cannot be reached: ')
    answer = status(w.ask(target='/healthz'), 503)
    equal(answer.json['status'], 'unavailable')
    contains(answer.json['message'], f'the back end at {address}')
    head = status(w.ask('HEAD', '/healthz'), 503)
    equal((head.header('content-length'), head.text), (str(len(answer.body)), ''), 'HEAD of the health')
    status(w.ask('HEAD', '/_ping'), 503)


def must_be_there(w, *addresses):
    for address in addresses or (w.front_address, w.back_address):
        equal(status(w.ask(target='/healthz', address=address), 200).json, {'status': 'ok'})
        equal(status(w.ask('HEAD', '/healthz', address=address), 200).text, '')
    status(w.ask(target='/v1.44/containers/json'), 200)


@test()
def never_there(w):
    """A front end starts before its back end, which then need only come"""
    w.front()
    must_be_away(w, w.back_address)
    w.back()
    must_be_there(w)


@test()
def killed_and_back(w):
    """Killed with SIGKILL and started anew at the same address, over a Unix socket and TCP"""
    for address in w.back_address, w.programs.port():
        back = w.back(address=address)
        front = w.front(back=address.replace('tcp://', 'http://'))
        must_be_there(w, w.front_address, address)
        for _ in range(2):
            back.kill()
            must_be_away(w, address)
            back = w.back(address=address)
            must_be_there(w, w.front_address, address)
        front.stop()
        back.stop()


@test()
def many_calls_at_the_moment_it_goes(w):
    """Calls at once around the end of a back end are answered, one way or the other"""
    back = w.back()
    w.front()
    found = at_once(20, lambda n: back.kill() if n == 10 else [w.ask(target='/_ping').status for _ in range(20)])
    codes = {code for some in found if some for code in some}
    equal(codes - {200, 502, 503}, set(), 'statuses')
    w.back()
    must_be_there(w)


def open_streams(d, container):
    """An attach, followed events and a wait, all going on."""
    attach = d.attach(container)
    attach.send(b'1\n')
    attach.frames_until(b'1\n')
    events = status(d.open('GET', '/events', filters={'container': [container]}), 200)
    wait = d.open('POST', f'/containers/{container}/wait')
    logs = status(d.open('GET', f'/containers/{container}/logs', stdout=1, follow=1), 200)
    logs.frames_until(b'1\n')
    return attach, events, wait, logs


def must_end(streams):
    for stream in streams:
        with stream:
            try:
                stream.read(10)
            except (Closed, ConnectionResetError):
                pass


@test()
def killed_within_streams(w):
    """What was open through the front end ends; afterwards the records are there"""
    back = w.back()
    w.front()
    d = w.api()
    container = d.create(['cat'], name='survivor', **CAT)
    d.start(container)
    streams = open_streams(d, container)
    back.kill()
    must_end(streams)
    w.back()
    equal([c['Names'] for c in d.list()], [['/survivor']])
    found = d.inspect('survivor')
    equal((found['Id'], found['State']['Running']), (container, False))
    equal(d.logs(container)[0], b'1\n')
    d.start(container)
    equal(d.inspect(container)['State']['Running'], True)


@test()
def stopped_within_streams(w):
    """A back end that is asked to stop does, whatever is open through the front end"""
    back = w.back()
    w.front()
    d = w.api()
    container = d.run(['cat'], **CAT)
    streams = open_streams(d, container)
    back.stop()
    must_end(streams)
    w.back()
    equal([c['Id'] for c in d.list()], [container])


@test()
def front_stopped_within_streams(w):
    """So does a front end; the container goes on"""
    w.back()
    front = w.front()
    d = w.api()
    container = d.run(['cat'], **CAT)
    streams = open_streams(d, container)
    front.stop()
    must_end(streams)
    w.front()
    equal(d.inspect(container)['State']['Running'], True)


@test()
def not_well(w):
    """A back end that answers, but is not well, is told by the front end's health"""
    w.programs.serve(DOCKER, w.back_address, '--docker-host', f'unix://{w.programs.folder}/nowhere.sock')
    w.front()
    equal(status(w.ask(target='/healthz', address=w.back_address), 503).json['status'], 'unavailable')
    answer = status(w.ask(target='/healthz'), 503)
    contains(answer.json['message'], f'the back end at {w.back_address} is not well')
    contains(refused(w.ask(), 503).message, f'the Docker daemon at unix://{w.programs.folder}/nowhere.sock cannot be reached')


@test()
def what_it_can_do(w):
    """capabilities and version of both kinds of back end; neither is the Docker API's"""
    w.back()
    w.front()
    can = status(w.ask(target='/internal/v1/capabilities', address=w.back_address), 200).json
    equal((can['Backend'], can['ApiVersion'], can['Capabilities']['Exec']), ('memory', '1.44', True))
    direct = status(w.ask(target='/internal/v1/version', address=w.back_address), 200).json
    equal(direct, status(w.ask(target='/version'), 200).json, 'the version')
    equal(can['Version'], direct['Version'])
    refused(w.ask(target='/version', address=w.back_address), 404, 'page not found')
    refused(w.ask(target='/internal/v1/version'), 404, 'page not found')
