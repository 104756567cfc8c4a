"""Bad input of every kind: the Engine's status and words where it has them; the daemon goes on and keeps nothing."""
import io
import os
import tarfile

from harness.api import UPGRADE
from harness.check import at_once, contains, equal, eventually, refused, status, that
from harness.http import Answer, Closed, Connection
from harness.rootfs import add_file, entry
from harness.suite import test

JSON = {'Content-Type': 'application/json'}
TAR = {'Content-Type': 'application/x-tar'}
GIGABYTE = 1 << 30


def alive(d):
    equal(d.get('/_ping', version='').text, 'OK')


@test('POST /containers/create')
def malformed_json(d):
    """Cut off, trailing, not an object, not UTF-8, too deep: an error, never a default"""
    for text in (b'{"Image":', b'{"Image":"alpine",}', b'{Image:"alpine"}', b'[]', b'"x"', b'12', b'\xff\xfe', b'nonsense', b'{"Image":"al\x01pine"}',
                 b'{"Image":"alpine","Env":[' + b'[' * 100000, b'{"a":' * 20000):
        r = d.post('/containers/create', text, headers=JSON)
        status(r, 400, d.says('malformed-json-status'))
        that(r.message, f'no message for {text[:40]!r}')
    r = d.post('/containers/create', b'{"Image":', headers=JSON)
    contains(r.message, d.says('malformed-json-message'))
    alive(d)


@test('POST /containers/create')
def no_body(d):
    """Neither an empty body nor another content type is taken"""
    refused(d.post('/containers/create', b'', headers=JSON), d.says('malformed-json-status'), d.says('empty-body-message'))
    refused(d.post('/containers/create', b'Image=alpine', headers={'Content-Type': 'text/plain'}), 400,
            "must be 'application/json'")
    refused(d.post('/containers/create', b'null', headers=JSON), 400)


@test('POST /containers/create', 'POST /networks/create', 'POST /volumes/create', 'POST /containers/{id}/exec')
def wrong_types(d):
    """A field of the wrong type is named"""
    cid = d.run(['sleep', '100'])
    for path, body in (('/containers/create', {'Image': 5}), ('/containers/create', {'Image': 'alpine', 'Env': {'A': 1}}),
                       ('/containers/create', {'Image': 'alpine', 'Labels': ['x']}),
                       ('/containers/create', {'Image': 'alpine', 'Tty': 'yes'}),
                       ('/containers/create', {'Image': 'alpine', 'HostConfig': {'Memory': '64m'}}),
                       ('/containers/create', {'Image': 'alpine', 'HostConfig': {'Binds': 'a:b'}}),
                       ('/containers/create', {'Image': 'alpine', 'HostConfig': {'Memory': 1.5}}),
                       ('/containers/create', {'Image': 'alpine', 'HostConfig': {'Memory': 1e30}}),
                       ('/networks/create', {'Name': 1}), ('/volumes/create', {'Name': []}),
                       (f'/containers/{cid}/exec', {'Cmd': {'a': 'b'}})):
        r = status(d.post(path, body), 400, d.says('wrong-type-status'))
        contains(r.message, 'cannot unmarshal', f'{path} {body}')
    alive(d)


@test('POST /containers/create')
def big_values(d):
    """Large but sensible requests are taken whole; absurd ones end in an error"""
    cid = d.create('true', Env=[f'V{i}=' + 'x' * 100 for i in range(2000)], Labels={f'l{i}': 'y' * 50 for i in range(1000)})
    i = d.inspect(cid)
    that(len(i['Config']['Env']) >= 2000 and len(i['Config']['Labels']) == 1001, 'values were lost')
    if d.old:
        return                                               # Docker Engine has no limit, and takes minutes
    try:
        r = d.post('/containers/create', b'{"Image":"' + b'a' * (70 << 20) + b'"}', headers=JSON)
        that(r.status >= 400, f'70 MB of name: {r.status}')
    except (Closed, BrokenPipeError, ConnectionResetError):
        pass
    alive(d)


@test('POST /containers/create')
def hostile_strings(d):
    """Quotes, control characters and every kind of text come back as they went in"""
    text = 'q"\\/\b\f\n\r\t\u0001\u007f é € 😀 <>&\u2028'
    cid = d.create('true', Labels={text: text}, Env=[f'A={text}'])
    config = d.inspect(cid)['Config']
    equal(config['Labels'][text], text)
    contains(config['Env'], f'A={text}')


@test('GET /containers/{id}/json', 'GET /networks/{id}', 'GET /volumes/{name}', 'GET /images/{name}/json', 'GET /exec/{id}/json')
def unknown_things(d):
    """404 for every kind, however odd the name"""
    for name in ('nonesuch', '%20', '..', 'a%2Fb', '%00', '😀'.encode().hex(), 'x' * 5000, '%25s%25n', "';--"):
        for path in ('/containers/{}/json', '/networks/{}', '/volumes/{}', '/images/{}/json', '/exec/{}/json'):
            try:
                with Connection(d.host) as c:
                    c.send(f'GET /v{d.version}{path.format(name)} HTTP/1.1\r\nHost: d\r\n\r\n'.encode())
                    answer = Answer(c, 'GET')
            except (Closed, ConnectionResetError):
                continue
            that(400 <= answer.status < 500 or (answer.status in (200, 301) and name == '..') or (d.old and answer.status == 500),
                 f'{path.format(name)[:60]}: {answer.status}')
    for path in ('/containers/nonesuch/json', '/networks/nonesuch', '/volumes/nonesuch', '/images/nonesuch/json', '/exec/nonesuch/json'):
        refused(d.get(path), 404)


@test('GET /containers/json', 'GET /images/json', 'GET /networks', 'GET /volumes')
def bad_filters(d):
    """Filters that are no JSON, of the wrong form, or unknown"""
    for path in ('/containers/json', '/images/json', '/networks', '/volumes'):
        for text in ('{', '[]', '5', '{"name":5}', '{"name":{"a":5}}', '{"name":[1]}', '\x00', '{"name":["' + '(' * 1000 + '"]}'):
            r = d.get(path, filters=text)
            that(r.status in (200, 400, 404, 500), f'{path} {text[:30]!r}: {r.status}')
            if not d.old and text in ('{', '5', '{"name":5}'):
                refused(r, 400)
        refused(d.get(path, filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
    alive(d)


@test('GET /containers/json')
def costly_filter(d):
    """A regular expression that explodes elsewhere takes no time here"""
    d.create('true', name=d.name('a' * 60))
    r = d.get('/containers/json', all=1, filters={'name': ['(a*)*(a*)*(a*)*(a*)*b' * 5]}, deadline=5)
    status(r, 200, 400)


@test('POST /containers/{id}/kill', 'POST /containers/{id}/stop')
def bad_signals(d):
    """Names and numbers that are none"""
    cid = d.run(['sleep', '100'])
    for name in ('NONESUCH', '-1', '0', '1000000', 'SIG', '9x', '%s'):
        status(d.post(f'/containers/{cid}/kill', signal=name), 400, 500)
    status(d.post(f'/containers/{cid}/stop', t='x'), 400, 500)
    equal(d.inspect(cid)['State']['Running'], True)


@test('PUT /containers/{id}/archive')
def device_nodes(d):
    """Devices and pipes in an archive do not become devices of the host"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        for name, kind in (('block', tarfile.BLKTYPE), ('char', tarfile.CHRTYPE), ('pipe', tarfile.FIFOTYPE)):
            info = entry(name, kind, 0o666)
            info.devmajor, info.devminor = 8, 0
            t.addfile(info)
    cid = d.run(['sleep', '100'])
    status(d.put(f'/containers/{cid}/archive', out.getvalue(), headers=TAR, path='/tmp'), 200, 400, 403, 500)
    code, _, _ = d.exec(cid, 'head -c 1 /tmp/block')
    that(code != 0, 'the disk of the host can be read')
    alive(d)


@test('PUT /containers/{id}/archive')
def sparse_header(d):
    """A header that promises 10 GB and brings nothing neither fills the disk nor hangs"""
    info = tarfile.TarInfo('huge')
    info.size = 10 * GIGABYTE
    cid = d.create('true')
    before = os.statvfs('/tmp').f_bavail * os.statvfs('/tmp').f_frsize
    r = d.put(f'/containers/{cid}/archive', info.tobuf(tarfile.GNU_FORMAT), headers=TAR, path='/tmp')
    status(r, 400, 500)
    that(before - os.statvfs('/tmp').f_bavail * os.statvfs('/tmp').f_frsize < GIGABYTE, 'the disk was filled')
    gnu = info.tobuf(tarfile.GNU_FORMAT)
    gnu = gnu[:156] + b'S' + gnu[157:]                        # an old GNU sparse entry without its map
    checksum = sum(gnu[:148] + b' ' * 8 + gnu[156:512])
    gnu = gnu[:148] + b'%06o\0 ' % checksum + gnu[156:]
    status(d.put(f'/containers/{cid}/archive', gnu + b'\0' * 1024, headers=TAR, path='/tmp'), 200, 400, 500)
    alive(d)


@test('PUT /containers/{id}/archive')
def broken_archives(d):
    """Cut off anywhere, wrong sums, absurd names: an error or what was whole, never a hang"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        for i in range(5):
            add_file(t, f'file{i}', 0o644, b'x' * 700)
        add_file(t, 'n' * 250, 0o644, b'long')
    whole = out.getvalue()
    cid = d.create('true')
    for size in (1, 100, 511, 512, 513, 1000, 1535, 3000):
        d.put(f'/containers/{cid}/archive', whole[:size], headers=TAR, path='/tmp')
    for at in range(0, 512, 37):
        d.put(f'/containers/{cid}/archive', whole[:at] + b'\xff' + whole[at + 1:], headers=TAR, path='/tmp')
    alive(d)


@test('PUT /containers/{id}/archive')
def upload_cut_off(d):
    """A client that goes within an upload leaves no part of it behind as a process or file"""
    cid = d.create('true')
    for announced in ('Content-Length: 100000000', 'Transfer-Encoding: chunked'):
        with Connection(d.host) as c:
            c.send(f'PUT /v{d.version}/containers/{cid}/archive?path=/tmp HTTP/1.1\r\nHost: d\r\n{announced}\r\n\r\n'.encode())
            info = tarfile.TarInfo('part')
            info.size = 50000000
            data = info.tobuf() + b'x' * 100000
            c.send(b'%x\r\n%s\r\n' % (len(data), data) if 'chunked' in announced else data)
    d.requests.append(('PUT', f'/containers/{cid}/archive', d.version, 0))
    alive(d)


@test('GET /containers/{id}/export', 'GET /containers/{id}/archive', 'GET /containers/{id}/logs', 'GET /events',
      'GET /containers/{id}/stats', 'POST /containers/{id}/wait', 'POST /containers/{id}/attach', 'POST /exec/{id}/start')
def readers_vanish(d):
    """Clients that go within an answer, of every kind that streams"""
    cid = d.run('while :; do echo line; sleep 0.01; done', OpenStdin=True)
    ident = [d.exec_create(cid, 'seq 100000; sleep 100') for _ in range(3)]
    for round_ in range(3):
        for method, path, query in (('GET', f'/containers/{cid}/export', {}), ('GET', f'/containers/{cid}/archive', {'path': '/'}),
                                    ('GET', f'/containers/{cid}/logs', {'stdout': 1, 'follow': 1}), ('GET', '/events', {}),
                                    ('GET', f'/containers/{cid}/stats', {}), ('POST', f'/containers/{cid}/wait', {})):
            answer = status(d.open(method, path, query=query), 200)
            if path.endswith(('export', 'logs', 'stats')):
                answer.piece()
            answer.close()
        d.attach(cid).close()
        with d.attach(cid) as stream:
            stream.piece()
        d.exec_start(ident[round_]).close()
    status(d.post(f'/containers/{cid}/kill'), 204)
    equal(d.wait(cid), 137)


@test('POST /containers/{id}/attach')
def attach_then_remove(d):
    """Removing a container ends whatever was attached to it"""
    cid = d.create('true')
    d.attach(cid).close()
    streams = [] if d.old else [d.attach(cid)]               # Docker Engine goes on waiting for the start
    streams += [d.open('GET', f'/containers/{d.run(["sleep", "100"])}/logs', stdout=1, follow=1)]
    d.remove(cid)
    for container in d.list():
        d.remove(container['Id'])
    for stream in streams:
        stream.read()
        stream.close()


@test('POST /containers/{id}/start', 'DELETE /containers/{id}')
def races(d):
    """Start, stop, kill, pause and remove at once: each ends, and nothing stays"""
    for _ in range(d.count(10, 2)):
        cid = d.create(['sleep', '100'])
        calls = [('POST', 'start'), ('POST', 'stop?t=0'), ('POST', 'kill'), ('POST', 'pause'), ('POST', 'unpause'), ('POST', 'start'),
                 ('GET', 'json'), ('GET', 'top'), ('POST', 'restart?t=0')]
        codes = at_once(len(calls), lambda n: d.call(calls[n][0], f'/containers/{cid}/{calls[n][1]}', deadline=40).status)
        that(all(code < 600 for code in codes), f'{codes}')
        d.post(f'/containers/{cid}/unpause')
        status(d.delete(f'/containers/{cid}', force=1, deadline=40), 204)
    d.requests.append(('POST', '/containers/x/start', d.version, 204))
    alive(d)


@test('POST /containers/create')
def one_name_for_many(d):
    """Of twenty creates with one name at once exactly one succeeds"""
    name = d.name('race')
    codes = at_once(20, lambda _: d.post('/containers/create', d.config('true'), name=name).status)
    equal(sorted(codes), [201] + [409] * 19)


@test('POST /containers/{id}/attach', 'POST /exec/{id}/start')
def junk_into_streams(d):
    """Whatever a client sends into a hijacked stream is the program's input or nothing"""
    cid = d.run(['sleep', '100'])
    with d.attach(cid) as stream:
        stream.send(os.urandom(100000))
    with d.exec_start(d.exec_create(cid, ['true'])) as stream:
        try:
            stream.send(b'GET / HTTP/1.1\r\n\r\n' * 1000)
        except (BrokenPipeError, ConnectionResetError):
            pass
    equal(d.inspect(cid)['State']['Running'], True)


@test('POST /containers/{id}/attach')
def attach_without_streams(d):
    """Attaching to nothing ends"""
    cid = d.run(['sleep', '100'])
    with d.open('POST', f'/containers/{cid}/attach', headers=UPGRADE) as answer:
        status(answer, 101)
        d.post(f'/containers/{cid}/kill')
        answer.connection.at_end()


@test('POST /containers/{id}/resize', 'GET /containers/{id}/logs', 'GET /containers/{id}/stats', 'GET /containers/{id}/top')
def bad_numbers(d):
    """Queries that should be numbers and are not, or are too large"""
    cid = d.run(['sleep', '100'], Tty=True)
    for text in ('x', '-1', '99999999999999999999', '1e9', ''):
        for path, query in (('resize', {'h': text, 'w': text}),):
            r = d.post(f'/containers/{cid}/{path}', query=query)
            that(r.status in (200, 400, 500), f'{path} {query}: {r.status}')
        for query in ({'stdout': 1, 'tail': text}, {'stdout': 1, 'since': text}, {'stdout': 1, 'until': text}):
            r = d.get(f'/containers/{cid}/logs', query=query)
            that(r.status in (200, 400, 500), f'logs {query}: {r.status}')
    status(d.get(f'/containers/{cid}/stats', stream='none', query={'one-shot': 'nonsense'}), 200)
    r = d.get(f'/containers/{cid}/top', ps_args='--nonesuch')
    that(r.status >= 400 or 'Titles' in r.json, f'top: {r.status}')
    eventually(lambda: d.inspect(cid)['State']['Running'], 'it to run still')
