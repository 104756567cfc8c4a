"""Files of a container from outside: archive in and out, stat, changes, export."""
import base64
import io
import json
import os
import tarfile

from harness.check import contains, equal, has_keys, refused, status, that
from harness.http import Answer, Connection
from harness.rootfs import add_file, entry
from harness.suite import test

TAR = {'Content-Type': 'application/x-tar'}
GO_DIR, GO_SYMLINK = 1 << 31, 1 << 27


def archive(build):
    """A tar archive made by build(TarFile)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as t:
        build(t)
    return out.getvalue()


def one_file(name='f', data=b'hello\n', mode=0o644):
    return archive(lambda t: add_file(t, name, mode, data))


def put(d, cid, path, data, **query):
    return d.put(f'/containers/{cid}/archive', body=data, headers=TAR, path=path, query=query)


def take(d, cid, path):
    """What a path of the container is as {name: TarInfo} and {name: bytes}."""
    r = status(d.get(f'/containers/{cid}/archive', path=path), 200)
    equal(r.header('content-type'), 'application/x-tar')
    with tarfile.open(fileobj=io.BytesIO(r.read())) as t:
        infos = {m.name: m for m in t.getmembers()}
        return infos, {n: t.extractfile(m).read() for n, m in infos.items() if m.isreg()}


def stat_of(answer):
    return json.loads(base64.b64decode(answer.header('x-docker-container-path-stat')))


def in_three_states(d):
    """The same container created, running and ended."""
    yield 'created', d.create(['sleep', '100'])
    yield 'running', d.run(['sleep', '100'])
    cid = d.run('true')
    d.wait(cid)
    yield 'ended', cid


@test('PUT /containers/{id}/archive', 'GET /containers/{id}/archive')
def in_and_out(d):
    """What is put in comes out, in a created, a running and an ended container"""
    for state, cid in in_three_states(d):
        status(put(d, cid, '/tmp', one_file(data=os.urandom(3000) + b'end', mode=0o640)), 200)
        infos, data = take(d, cid, '/tmp/f')
        equal((list(infos), infos['f'].mode & 0o7777, data['f'][-3:]), (['f'], 0o640, b'end'), state)


@test('PUT /containers/{id}/archive')
def in_before_the_start(d):
    """The program sees what was put in before it started"""
    cid = d.create('cat /etc/given; ls -ln /etc/given | cut -c1-10')
    status(put(d, cid, '/etc', one_file('given', b'content\n', 0o600)), 200)
    d.start(cid)
    d.wait(cid)
    equal(d.logs(cid)[0], b'content\n-rw-------\n')


@test('PUT /containers/{id}/archive', 'GET /containers/{id}/archive')
def every_kind(d):
    """Folders, links of both kinds, modes, owners and times are kept"""
    def build(t):
        folder = entry('dir', tarfile.DIRTYPE, 0o750)
        folder.uid, folder.gid, folder.mtime = 12, 34, 1600000000
        t.addfile(folder)
        add_file(t, 'dir/file', 0o755, b'data')
        t.addfile(entry('dir/soft', tarfile.SYMTYPE, 0o777, 'file'))
        t.addfile(entry('dir/hard', tarfile.LNKTYPE, 0o755, 'dir/file'))
    cid = d.run(['sleep', '100'])
    status(put(d, cid, '/root', archive(build)), 200)
    equal(d.exec(cid, 'cd /root/dir; stat -c "%n %a %u %g %h" . file; readlink soft; cat hard; stat -c %Y .')[1],
          b'. 750 12 34 2\nfile 755 0 0 2\nfile\ndata1600000000\n')
    infos, data = take(d, cid, '/root/dir')
    equal(sorted(infos), ['dir', 'dir/file', 'dir/hard', 'dir/soft'])
    equal((infos['dir'].uid, infos['dir'].gid, infos['dir'].mode & 0o7777), (12, 34, 0o750))
    equal(infos['dir/soft'].linkname, 'file')


@test('HEAD /containers/{id}/archive', 'GET /containers/{id}/archive')
def path_stat(d):
    """The header with name, size, mode and link target"""
    cid = d.run('echo hello >/tmp/f; ln -s /tmp/f /tmp/l; mkdir -m 700 /tmp/d; sleep 100')
    d.exec(cid, 'while ! test -d /tmp/d; do sleep 0.02; done')
    r = status(d.head(f'/containers/{cid}/archive', path='/tmp/f'), 200)
    s = stat_of(r)
    has_keys(s, 'name size mode mtime linkTarget')
    equal((s['name'], s['size'], s['mode'], s['linkTarget']), ('f', 6, 0o644, ''))
    s = stat_of(d.head(f'/containers/{cid}/archive', path='/tmp/l'))
    equal((s['mode'] & GO_SYMLINK, s['linkTarget']), (GO_SYMLINK, '/tmp/f'))
    s = stat_of(d.get(f'/containers/{cid}/archive', path='/tmp/d'))
    equal(s['mode'], GO_DIR | 0o700)


@test('GET /containers/{id}/archive', 'PUT /containers/{id}/archive', 'HEAD /containers/{id}/archive')
def refusals(d):
    """No path, no such path, no such container, not a folder"""
    cid = d.run(['sleep', '100'])
    refused(d.get(f'/containers/{cid}/archive', path='/nonesuch'), 404,
            f'Could not find the file /nonesuch in container {cid}')
    status(d.head(f'/containers/{cid}/archive', path='/nonesuch'), 404)
    refused(put(d, cid, '/nonesuch', one_file()), 404, 'Could not find the file /nonesuch')
    refused(d.get(f'/containers/{cid}/archive'), 400, 'bad parameter: path')
    refused(d.get('/containers/nonesuch/archive', path='/'), 404, 'No such container: nonesuch')
    status(put(d, cid, '/tmp', one_file()), 200)
    status(put(d, cid, '/tmp/f', one_file()), 400, 500)
    status(put(d, cid, '/tmp', b'not a tar archive, surely' * 100), 400, 500)


@test('PUT /containers/{id}/archive')
def no_overwrite_dir_non_dir(d):
    """A folder is not replaced by a file, when that is asked for"""
    cid = d.run(['sleep', '100'])
    d.exec(cid, 'mkdir /tmp/f; touch /tmp/f/x')
    status(put(d, cid, '/tmp', one_file(), noOverwriteDirNonDir=1), 400, 500)
    equal(d.exec(cid, 'ls /tmp/f')[1], b'x\n')


@test('PUT /containers/{id}/archive')
def read_only(d):
    """A read-only root and a read-only mount refuse"""
    cid = d.create('true', host={'ReadonlyRootfs': True})
    contains(status(put(d, cid, '/tmp', one_file()), 400, 403, 500).message, 'read-only')
    name = d.volume()
    cid = d.create('true', host={'Binds': [f'{name}:/v:ro']})
    contains(status(put(d, cid, '/v', one_file()), 400, 403, 500).message, 'read-only')


@test('PUT /containers/{id}/archive', 'GET /containers/{id}/archive')
def through_volumes(d):
    """Archives see volumes as the program does"""
    name = d.volume()
    cid = d.create('cat /v/f', host={'Binds': [f'{name}:/v']})
    status(put(d, cid, '/v', one_file(data=b'in the volume\n')), 200)
    equal(take(d, cid, '/v/f')[1]['f'], b'in the volume\n')
    d.start(cid)
    equal((d.wait(cid), d.logs(cid)[0]), (0, b'in the volume\n'))
    equal(d.finish('cat /w/f', host={'Binds': [f'{name}:/w']})[1], b'in the volume\n')


@test('PUT /containers/{id}/archive')
def escapes(d):
    """Links and dots in archives stay inside the container"""
    marker = f'/tmp/{d.name("escape")}'
    links = archive(lambda t: (t.addfile(entry('out', tarfile.SYMTYPE, 0o777, '/tmp')),
                               add_file(t, 'out/' + marker[5:], 0o644, b'x')))
    dots = archive(lambda t: add_file(t, '../../../../../..' + marker, 0o644, b'x'))
    absolute = archive(lambda t: add_file(t, marker, 0o644, b'x'))
    hard = archive(lambda t: (t.addfile(entry('passwd', tarfile.LNKTYPE, 0o644, '../../../../../../etc/passwd')),))
    cid = d.create('true')
    for data in (links, dots, absolute, hard):
        status(put(d, cid, '/root', data), 200, 400, 403, 500)
        that(not os.path.exists(marker), f'{marker} was made on the host')
    status(d.get('/_ping', version=''), 200)


@test('GET /containers/{id}/archive')
def links_lead_inside(d):
    """A link of the container is followed within it, never on the host"""
    cid = d.run('ln -s /etc /tmp/e; ln -s ../../../../../../../../etc/passwd /tmp/p; sleep 100')
    d.exec(cid, 'while ! test -L /tmp/p; do sleep 0.02; done')
    own = d.exec(cid, 'cat /etc/passwd')[1]
    equal(take(d, cid, '/tmp/e/passwd')[1]['passwd'], own)
    infos, _ = take(d, cid, '/tmp/p')
    equal(infos['p'].issym(), True)
    equal(take(d, cid, '/tmp/../../../etc/passwd')[1]['passwd'], own)


@test('GET /containers/{id}/archive', 'PUT /containers/{id}/archive')
def many_files(d):
    """Two thousand files go in and come out"""
    cid = d.run(['sleep', '100'])
    data = archive(lambda t: [add_file(t, f'n{i:04}', 0o644, b'%d' % i) for i in range(2000)])
    d.exec(cid, 'mkdir /many')
    status(put(d, cid, '/many', data), 200)
    equal(d.exec(cid, 'ls /many | wc -l')[1], b'2000\n')
    _, out = take(d, cid, '/many/.')
    equal(len(out), 2000)


@test('GET /containers/{id}/changes')
def changes(d):
    """Added, modified and deleted paths with their folders"""
    cid = d.run('mkdir /new; echo x >/new/f; echo x >>/etc/group; rm /etc/passwd')
    d.wait(cid)
    found = {(c['Path'], c['Kind']) for c in status(d.get(f'/containers/{cid}/changes'), 200).json}
    want = {('/new', 1), ('/new/f', 1), ('/etc', 0), ('/etc/group', 0), ('/etc/passwd', 2)}
    equal(found, want)
    cid = d.create('true')
    equal(status(d.get(f'/containers/{cid}/changes'), 200).json or [], [])
    refused(d.get('/containers/nonesuch/changes'), 404, 'No such container')


@test('GET /containers/{id}/export')
def export(d):
    """A tar archive of everything, with what was written"""
    cid = d.run('echo mark >/root/mark')
    d.wait(cid)
    r = status(d.get(f'/containers/{cid}/export'), 200)
    with tarfile.open(fileobj=io.BytesIO(r.read())) as t:
        names = {n.strip('/') for n in t.getnames()}
        equal(t.extractfile('root/mark').read(), b'mark\n')
    that({'etc', 'bin', 'tmp', 'etc/passwd'} <= names, f'{len(names)} names')
    refused(d.get('/containers/nonesuch/export'), 404, 'No such container')


@test('PUT /containers/{id}/archive')
def chunked_body(d):
    """A body in chunks, as clients stream it"""
    cid = d.create('true')
    data = one_file(data=b'z' * 100000)
    chunks = b''.join(b'%x\r\n%s\r\n' % (len(data[i:i + 7777]), data[i:i + 7777]) for i in range(0, len(data), 7777))
    head = {'Host': 'd', 'Transfer-Encoding': 'chunked', **TAR}
    with Connection(d.host) as c:
        c.send_request('PUT', f'/v{d.version}/containers/{cid}/archive?path=/tmp', head, chunks + b'0\r\n\r\n')
        d.requests.append(('PUT', f'/containers/{cid}/archive', d.version, 200))
        equal(Answer(c, 'PUT').status, 200)
    equal(take(d, cid, '/tmp/f')[1]['f'], b'z' * 100000)


LOOK = ("cd /; find . -path ./proc -prune -o -path ./sys -prune -o -path ./dev/pts -prune -o -exec stat -c '%n %F %s %a %u %g %h' {} + "
        "| grep -v -e '^./etc/hosts ' -e '^./etc/hostname ' -e '^./etc/resolv.conf ' -e '^[.] ' | sort; "
        "stat -c '%n %a %u %g %h' etc/hosts etc/hostname etc/resolv.conf; sha256sum etc/passwd etc/group etc/profile bin/busybox; "
        "readlink /dev/fd; ls -ln --full-time /etc /bin | grep -v -e hosts -e hostname -e resolv.conf")
DISTURB = ("mkdir -p /a/b/c; echo x >/a/b/c/f; ln -s / /etc/l; ln /etc/group /root/g; chown 5:6 /etc/hosts /etc/group /tmp; "
           "chmod 600 /etc/hostname; touch -r /etc/passwd /t; tr a-z A-Z </etc/passwd >/u; cat /u >/etc/passwd; "
           "touch -r /t /etc/passwd; rm /bin/ls /dev/fd; rm -r /mnt /home; mkdir /home /dev/x; mkfifo /etc/p; chmod 700 /var/tmp")


@test('POST /containers/create', 'DELETE /containers/{id}', limit=120)
def never_seen_before(d):
    """A new container's files are the image's, whatever the ones before it did to theirs"""
    wanted = d.finish(LOOK)[1]
    that(wanted.count(b'\n') > 300 and b'etc/passwd' in wanted, f'the look {wanted[:400]!r}')
    for _ in range(d.count(8, 1)):
        ids = [d.run(DISTURB) for _ in range(3)]
        for cid in ids:
            equal((d.wait(cid), d.logs(cid)[1]), (0, b''))
            d.remove(cid)
        same_lines(d.finish(LOOK)[1], wanted)
    cid = d.create('true')
    put(d, cid, '/etc', one_file('passwd', b'mine'))
    d.remove(cid)
    for _ in range(d.count(8, 1)):
        same_lines(d.finish(LOOK)[1], wanted)


def same_lines(got, wanted):
    got, wanted = got.split(b'\n'), wanted.split(b'\n')
    equal([line for line in got if line not in wanted], [], 'more lines')
    equal([line for line in wanted if line not in got], [], 'fewer lines')
