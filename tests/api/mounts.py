"""Volumes, bind mounts, tmpfs and read-only roots, as the program sees them and as inspect shows them."""
import os
import shutil
import tempfile
from contextlib import contextmanager

from api.files import TAR, one_file
from harness.check import Skip, contains, equal, eventually, refused, status, that
from harness.ordinary import ordinary
from harness.suite import test


@contextmanager
def host_folder():
    """A folder of this machine with one file."""
    folder = tempfile.mkdtemp(prefix='sockerless-mount-')
    try:
        os.chmod(folder, 0o755)
        with open(os.path.join(folder, 'given'), 'w') as f:
            f.write('from the host\n')
        yield folder
    finally:
        shutil.rmtree(folder)


@test('POST /containers/create', 'POST /volumes/create')
def volume_is_kept(d):
    """What one container wrote another reads"""
    name = d.volume()
    equal(d.wait(d.run('echo kept >/data/f', host={'Binds': [f'{name}:/data']})), 0)
    equal(d.finish('cat /other/f', host={'Binds': [f'{name}:/other']})[1], b'kept\n')


@test('POST /containers/create', 'GET /containers/{id}/json')
def volume_shown(d):
    """inspect has the mount with its name and source"""
    name = d.volume()
    i = d.inspect(d.create('true', host={'Binds': [f'{name}:/data:ro']}))
    mount = i['Mounts'][0]
    equal({k: mount[k] for k in ('Type', 'Name', 'Destination', 'Driver', 'Mode', 'RW')},
          {'Type': 'volume', 'Name': name, 'Destination': '/data', 'Driver': 'local', 'Mode': 'ro', 'RW': False})
    contains(mount['Source'], name)


@test('POST /containers/create')
def volume_is_made(d):
    """A bind of an unknown name makes the volume; an anonymous one gets 64 digits"""
    name = d.name('made')
    cid = d.create('true', host={'Binds': [f'{name}:/a']}, Volumes={'/b': {}})
    mounts = {m['Destination']: m for m in d.inspect(cid)['Mounts']}
    equal((mounts['/a']['Name'], len(mounts['/b']['Name'])), (name, 64))
    status(d.get(f'/volumes/{name}'), 200)
    d.remove(cid)
    status(d.delete(f'/volumes/{name}'), 204)


@test('POST /containers/create')
def volume_takes_the_images_files(d):
    """A new volume over a folder that has files starts with them"""
    name = d.volume()
    code, out, _ = d.finish('cat /etc/passwd | head -n 1', host={'Binds': [f'{name}:/etc']})
    equal(code, 0)
    contains(out, b'root:')


@test('POST /containers/create')
def bind(d):
    """A folder of the host is read and written"""
    with host_folder() as folder:
        cid = d.run('cat /b/given; echo back >/b/made', host={'Binds': [f'{folder}:/b']})
        equal((d.wait(cid), d.logs(cid)[0]), (0, b'from the host\n'))
        equal(open(os.path.join(folder, 'made')).read(), 'back\n')
        equal(d.inspect(cid)['Mounts'][0]['Type'], 'bind')


@test('POST /containers/create')
def bind_read_only(d):
    """:ro refuses to write"""
    with host_folder() as folder:
        for host in ({'Binds': [f'{folder}:/b:ro']},
                     {'Mounts': [{'Type': 'bind', 'Source': folder, 'Target': '/b', 'ReadOnly': True}]}):
            code, out, err = d.finish('cat /b/given; echo x >/b/made', host=host)
            equal(out, b'from the host\n')
            that(code != 0, 'the write succeeded')
            contains(err, b'Read-only file system')
            equal(os.listdir(folder), ['given'])


@test('POST /containers/create')
def bind_one_file(d):
    """A single file can be mounted"""
    with host_folder() as folder:
        equal(d.finish('cat /etc/it', host={'Binds': [f'{folder}/given:/etc/it']})[1], b'from the host\n')


@test('POST /containers/create')
def bind_makes_the_folder(d):
    """-v makes a missing folder on the host; --mount does not"""
    with host_folder() as folder:
        equal(d.finish('ls -d /b', host={'Binds': [f'{folder}/new:/b']})[1], b'/b\n')
        that(os.path.isdir(f'{folder}/new'), 'the folder was not made')
        body = d.config('true', host={'Mounts': [{'Type': 'bind', 'Source': f'{folder}/no', 'Target': '/b'}]})
        refused(d.post('/containers/create', body), 400, 'bind source path does not exist')


@test('POST /containers/create')
def bind_has_no_way_out(d):
    """Links in a mounted folder and dots do not lead to the host"""
    with host_folder() as folder:
        secret = os.path.join(folder, 'secret')
        os.mkdir(os.path.join(folder, 'shared'))
        with open(secret, 'w') as f:
            f.write('secret\n')
        os.symlink(secret, os.path.join(folder, 'shared', 'absolute'))
        os.symlink('../secret', os.path.join(folder, 'shared', 'relative'))
        out = d.finish('cat /b/absolute /b/relative /b/../secret 2>/dev/null; echo end',
                       host={'Binds': [f'{folder}/shared:/b']})[1]
        equal(out, b'end\n')


@test('POST /containers/create')
def tmpfs(d):
    """A tmpfs is empty, writable and gone afterwards"""
    host = {'Tmpfs': {'/t': 'size=1m,mode=1777'}}
    cid = d.run('ls -A /t; stat -c %a /t; test -e /t/f && exit 9; echo x >/t/f; cat /t/f', host=host)
    equal(d.inspect(cid)['Mounts'], [], 'a --tmpfs is told in HostConfig.Tmpfs only')
    equal(d.inspect(d.create('true', host={'VolumesFrom': [cid]}))['Mounts'], [], 'nor is it shared')
    equal((d.wait(cid), d.logs(cid)[0]), (0, b'1777\nx\n'))
    d.start(cid)
    equal(d.wait(cid), 0)
    mount = {'Mounts': [{'Type': 'tmpfs', 'Target': '/t', 'TmpfsOptions': {'SizeBytes': 1 << 20}}]}
    equal(d.finish('echo y >/t/f; cat /t/f', host=mount)[1], b'y\n')


SIZED = [{'Tmpfs': {'/t': 'size=1m'}}, {'Tmpfs': {'/t/': 'rw,size=64k,size=1024k'}},
         {'Mounts': [{'Type': 'tmpfs', 'Target': '/t', 'TmpfsOptions': {'SizeBytes': 1 << 20}}]}]


def must_be_limited(d, user=None):
    """What is over its size is refused, or the answer to create warns that it is not"""
    answer = status(d.post('/containers/create', d.config('true', host=SIZED[0])), 201).json
    d.remove(answer['Id'])
    if any('does not enforce the size of a tmpfs' in w for w in answer['Warnings'] or []):
        raise Skip('this machine cannot make a tmpfs whose files have owners')
    for host in SIZED:
        code, out, err = d.finish('dd if=/dev/zero of=/t/f bs=1024 count=2000; stat -c %s /t/f; rm /t/f; '
                                  "head -c 1000000 /dev/zero >/t/g && df -k /t | tail -n 1 | awk '{ print $2 }'", host=host, User=user or '')
        equal((code, out), (0, b'1048576\n1024\n'), f'{host}: {err!r}')
        contains(err, b'No space left on device')


@test('POST /containers/create', 'GET /containers/{id}/archive', 'PUT /containers/{id}/archive')
def tmpfs_is_limited(d):
    """The size of a tmpfs holds, for root and others; copying reaches into it, owners are kept, and it is gone at the end"""
    must_be_limited(d)
    must_be_limited(d, '1000:1000')
    cid = d.run('echo x >/t/f; chown 5:6 /t/f; chmod 600 /t/f; stat -c %u:%g:%a /t/f; touch /ready; sleep 1000', host=SIZED[0])
    eventually(lambda: d.logs(cid)[0] == b'5:6:600\n' and d.head(f'/containers/{cid}/archive', path='/ready').status == 200,
               'the file')
    status(d.get(f'/containers/{cid}/archive', path='/t/f'), 200)
    with open(__file__, 'rb') as f:
        data = f.read()
    status(d.put(f'/containers/{cid}/archive', body=one_file('in', data), headers=TAR, path='/t'), 200)
    equal(d.exec(cid, 'cat /t/in')[1], data)
    status(d.post(f'/containers/{cid}/kill'), 204)
    d.wait(cid)
    d.start(cid)
    eventually(lambda: d.head(f'/containers/{cid}/archive', path='/t/f').status == 200, 'the file of the second run')
    equal(d.head(f'/containers/{cid}/archive', path='/t/in').status, 404)


@test()
def tmpfs_is_limited_for_users(d):
    """The same where the daemon is an ordinary user's, if the kernel lets users have namespaces"""
    with ordinary(d) as other:
        must_be_limited(other)


@test('POST /containers/create')
def tmpfs_of_no_size(d):
    """What is no size is refused"""
    r = d.post('/containers/create', d.config('true', host={'Tmpfs': {'/t': 'size=lots'}}))
    if r.status == 201:
        if any('does not enforce' in w for w in r.json['Warnings'] or []):
            raise Skip('this machine cannot make a tmpfs whose files have owners')
        r = d.post(f"/containers/{r.json['Id']}/start")
    status(r, 400, 500)


@test('POST /containers/create')
def read_only_root(d):
    """--read-only refuses everywhere but in mounts"""
    name = d.volume()
    host = {'ReadonlyRootfs': True, 'Binds': [f'{name}:/v'], 'Tmpfs': {'/t': ''}}
    code, out, err = d.finish('echo 1 >/v/f && echo 2 >/t/f && echo mounts; echo 3 >/root/f', host=host)
    equal(out, b'mounts\n')
    that(code != 0, 'the root was written to')
    contains(err, b'Read-only file system')


@test('POST /containers/create')
def volumes_from(d):
    """The mounts of another container, with :ro if asked for"""
    name = d.volume()
    first = d.run('echo shared >/v/f', host={'Binds': [f'{name}:/v']})
    d.wait(first)
    equal(d.finish('cat /v/f', host={'VolumesFrom': [first]})[1], b'shared\n')
    code = d.wait(d.run('echo x >/v/f', host={'VolumesFrom': [f'{first}:ro']}))
    that(code != 0, 'a read-only volume was written to')
    r = d.post('/containers/create', d.config('true', host={'VolumesFrom': ['nonesuch']}))
    contains(status(r, 400, 404, 409).message, 'nonesuch')


@test('POST /containers/create')
def nested(d):
    """A mount within a mount, whatever the order in which they are given"""
    outer, inner = d.volume(), d.volume()
    host = {'Binds': [f'{inner}:/m/in', f'{outer}:/m']}
    equal(d.wait(d.run('echo o >/m/f; echo i >/m/in/f', host=host)), 0)
    equal(d.finish('cat /x/f; ls /x/in', host={'Binds': [f'{outer}:/x']})[1], b'o\n')
    equal(d.finish('cat /x/f', host={'Binds': [f'{inner}:/x']})[1], b'i\n')


@test('POST /containers/create')
def device_files(d):
    """/dev has what programs expect"""
    code, out, _ = d.finish('for f in null zero full random urandom tty ptmx; do test -c /dev/$f || echo no $f; done; '
                            'test -d /dev/pts -a -d /dev/shm || echo no folders; echo x >/dev/null; head -c 3 /dev/zero | wc -c; '
                            'echo x >/dev/full || echo full; test -e /dev/fd/0 && echo fd; echo s >/dev/shm/f && cat /dev/shm/f')
    equal((code, out), (0, b'3\nfull\nfd\ns\n'))


@test('POST /containers/create')
def etc_files(d):
    """hosts, hostname and resolv.conf are the container's"""
    host = {'ExtraHosts': ['extra.test:10.1.2.3'], 'Dns': ['10.0.0.53'], 'DnsSearch': ['search.test']}
    out = d.finish('cat /etc/hostname /etc/hosts /etc/resolv.conf', Hostname='inner', host=host)[1]
    for line in (b'inner\n', b'127.0.0.1\tlocalhost', b'10.1.2.3\textra.test', b'nameserver 10.0.0.53', b'search search.test'):
        contains(out, line)


@test('POST /containers/create')
def owners(d):
    """Owners and modes as the program set them, for ls, stat and tar"""
    out = d.finish('cd /tmp; touch f; chown 1000:1001 f; chmod 4750 f; stat -c "%u %g %a" f; tar c f | tar tv | cut -c1-20; '
                   'umask 027; touch g; stat -c %a g', User='root')[1]
    equal(out, b'1000 1001 4750\n-rwsr-x--- 1000/1001\n640\n')
    code, out, err = d.finish('id -u; touch /root/x', User='1000')
    equal(out, b'1000\n')
    that(code != 0, 'a user without rights wrote to /root')
    contains(err, b'ermission denied')
