"""docker cp both ways, for created, running and stopped containers, and as a stream; export."""
import io
import os
import tarfile

from harness.check import contains, equal, that
from harness.suite import test


def states(c):
    yield c.ok('create', 'alpine', 'sleep', '100')
    yield c.ok('run', '-d', 'alpine', 'sleep', '100')
    cid = c.ok('run', '-d', 'alpine', 'true')
    c.ok('wait', cid)
    yield cid


def tree(c, name):
    """A folder with a file, a folder and a link."""
    top = os.path.join(c.home, c.name(name))
    os.makedirs(os.path.join(top, 'sub'))
    with open(os.path.join(top, 'sub', 'file'), 'w') as f:
        f.write('text\n')
    os.chmod(os.path.join(top, 'sub', 'file'), 0o755)
    os.symlink('sub/file', os.path.join(top, 'link'))
    return top


@test('docker cp')
def cp_file(c):
    """A file in and out, in each state"""
    source = c.config_file('source', 'content\n')
    for cid in states(c):
        c.ok('cp', source, f'{cid}:/tmp/there')
        target = os.path.join(c.home, c.name('back'))
        c.ok('cp', f'{cid}:/tmp/there', target)
        equal(open(target).read(), 'content\n')


@test('docker cp')
def cp_folder(c):
    """A folder in and out, with modes and links"""
    for cid in states(c):
        c.ok('cp', tree(c, 'in'), f'{cid}:/root/copy')
        target = os.path.join(c.home, c.name('out'))
        c.ok('cp', f'{cid}:/root/copy', target)
        equal(open(os.path.join(target, 'sub', 'file')).read(), 'text\n')
        equal(os.stat(os.path.join(target, 'sub', 'file')).st_mode & 0o777, 0o755)
        equal(os.readlink(os.path.join(target, 'link')), 'sub/file')


@test('docker cp', 'docker exec')
def cp_into_folder(c):
    """Into a folder that is there; the content alone with /."""
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    top = tree(c, 'in')
    c.ok('cp', top, f'{cid}:/tmp')
    c.ok('cp', f'{top}/.', f'{cid}:/root')
    equal(c.ok('exec', cid, 'cat', f'/tmp/{os.path.basename(top)}/sub/file', '/root/link'), 'text\ntext')


@test('docker cp')
def cp_stream(c):
    """- is a tar stream on standard input or output"""
    cid = c.ok('create', 'alpine', 'true')
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode='w') as t:
        info = tarfile.TarInfo('streamed')
        info.size = 5
        t.addfile(info, io.BytesIO(b'hello'))
    c.ok('cp', '-', f'{cid}:/tmp', input=data.getvalue())
    out = c.ok('cp', f'{cid}:/tmp/streamed', '-', binary=True)
    with tarfile.open(fileobj=io.BytesIO(out)) as t:
        equal(t.extractfile('streamed').read(), b'hello')


@test('docker cp')
def cp_links(c):
    """-L follows a link of the container"""
    cid = c.ok('run', '-d', 'alpine', 'ln', '-s', '/etc/passwd', '/tmp/link')
    c.ok('wait', cid)
    target = os.path.join(c.home, c.name('followed'))
    c.ok('cp', '-L', f'{cid}:/tmp/link', target)
    contains(open(target).read(), 'root:')


@test('docker cp')
def cp_refused(c):
    """Unknown paths and containers"""
    cid = c.ok('create', 'alpine', 'true')
    c.fails(1, 'No such container:path' if c.old_client else 'Could not find the file /nonesuch', 'cp', f'{cid}:/nonesuch', c.home)
    r = c.docker('cp', 'nonesuch:/etc', c.home)
    that(r.code == 1 and 'nonesuch' in r.err, str(r))
    r = c.docker('cp', c.config_file('x', 'x'), f'{cid}:/no/such/folder')
    equal(r.code, 1)


@test('docker cp', 'docker exec')
def cp_big(c):
    """50 MB in and out, the same bytes"""
    path = os.path.join(c.home, 'big')
    with open(path, 'wb') as f:
        f.write(os.urandom(1 << 20) * 50)
    cid = c.ok('run', '-d', 'alpine', 'sleep', '100')
    c.ok('cp', path, f'{cid}:/big')
    equal(c.ok('exec', cid, 'stat', '-c', '%s', '/big'), str(50 << 20))
    c.ok('cp', f'{cid}:/big', path + '.back')
    with open(path, 'rb') as a, open(path + '.back', 'rb') as b:
        that(a.read() == b.read(), 'the bytes differ')
    os.remove(path)
    os.remove(path + '.back')


@test('docker export')
def export(c):
    """The whole root as a tar archive"""
    out = c.ok('export', c.ok('create', 'alpine', 'true'), binary=True)
    with tarfile.open(fileobj=io.BytesIO(out)) as t:
        that({'etc/passwd', 'bin'} <= {n.strip('/') for n in t.getnames()}, 'names')
