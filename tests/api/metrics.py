"""What a daemon of ours tells about itself, read by Prometheus' own Python client."""
from harness.check import Skip, equal, eventually, refused, status, that
from harness.suite import test
from prometheus_client.parser import text_string_to_metric_families

TYPE = 'text/plain; version=0.0.4; charset=utf-8'


def scrape(d):
    """The value of each series, by name and labels."""
    if not d.daemon:
        raise Skip('Docker Engine has its metrics at an address of its own')
    r = status(d.get('/metrics', version=''), 200)
    equal(r.header('content-type'), TYPE)
    found = {}
    for family in text_string_to_metric_families(r.text):
        for s in family.samples:
            key = (s.name, *sorted(s.labels.items()))
            that(key not in found, f'{key} comes twice')
            found[key] = s.value
    return found


def requests(metrics, method, route, code):
    return metrics.get(('sockerless_http_requests_total', ('method', method), ('route', route), ('status', str(code))), 0)


def containers(metrics, state):
    key = ('sockerless_containers', ('state', state))
    if key not in metrics:
        raise Skip('containers are counted by the back end, which is another process')
    return metrics[key]


@test()
def of_the_process(d):
    """Memory, time, descriptors, and no stall"""
    m = scrape(d)
    that(1e6 < m['process_resident_memory_bytes',] < m['process_virtual_memory_bytes',], 'memory')
    that(0 < m['process_cpu_seconds_total',] <= scrape(d)['process_cpu_seconds_total',], 'CPU time')
    that(3 < m['process_open_fds',] < m['process_max_fds',], 'descriptors')
    that(m['sockerless_http_connections',] >= 1, 'connections')


@test()
def requests_by_route(d):
    """A call is found under its route, whatever its version, name and query"""
    before = scrape(d)
    d.get('/containers/json', query={'all': '1'})
    refused(d.get('/containers/nonesuch/json'), 404, 'No such container: nonesuch')
    refused(d.get('/containers/another/json'), 404, 'No such container: another')
    d.get('/nonesuch')
    after = scrape(d)
    for route, code, n in (('/containers/json', 200, 1), ('/containers/{id}/json', 404, 2), ('other', 404, 1)):
        equal(requests(after, 'GET', route, code) - requests(before, 'GET', route, code), n, route)
    count = ('sockerless_http_request_duration_seconds_count', ('route', '/containers/{id}/json'))
    equal(after[count] - before.get(count, 0), 2, 'durations')


@test()
def open_streams(d):
    """An attach and followed events are streams while they go on"""
    idle = scrape(d)['sockerless_http_streams_open',]
    container = d.create(['cat'], OpenStdin=True)
    d.start(container)
    stream = d.attach(container)
    equal(scrape(d)['sockerless_http_streams_open',], idle + 1)
    with d.open('GET', '/events'):
        eventually(lambda: scrape(d)['sockerless_http_streams_open',] == idle + 2, 'the events as a stream')
    eventually(lambda: scrape(d)['sockerless_http_streams_open',] == idle + 1, 'the end of the events')
    status(d.post(f'/containers/{container}/kill'), 204)
    stream.read()
    # Over TCP a front end waits ten seconds for what the client may still say.
    eventually(lambda: scrape(d)['sockerless_http_streams_open',] == idle, 'the end of the attach', 20)
    stream.close()


@test()
def containers_by_state(d):
    """Created, running, paused, exited"""
    def change(before):
        after = scrape(d)
        return {s: n for s in ('created', 'running', 'paused', 'exited') if (n := containers(after, s) - containers(before, s))}
    before = scrape(d)
    d.create(['true'])
    container = d.run(['sleep', '1000'])
    equal(change(before), {'created': 1, 'running': 1})
    status(d.post(f'/containers/{container}/pause'), 204)
    equal(change(before), {'created': 1, 'paused': 1})
    status(d.post(f'/containers/{container}/unpause'), 204)
    status(d.post(f'/containers/{container}/kill'), 204)
    d.wait(container)
    equal(change(before), {'created': 1, 'exited': 1})


@test()
def health(d):
    """A daemon that runs says so, to GET and HEAD"""
    scrape(d)
    equal(status(d.get('/healthz', version=''), 200).json, {'status': 'ok'})
    equal(status(d.head('/healthz', version=''), 200).text, '')


@test()
def under_a_version(d):
    """With a version they are no endpoints of the Docker API"""
    scrape(d)
    for path in '/metrics', '/healthz':
        refused(d.get(path), 404, 'page not found')
        refused(d.post(path, version=''), 404, 'page not found')
