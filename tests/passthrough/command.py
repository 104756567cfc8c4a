"""The docker CLI: all that moves files, images and streams."""
import hashlib
import io
import json
import os
import select
import tarfile

from harness.api import IMAGE
from harness.check import contains, equal, eventually, that
from harness.suite import test

DOCKERFILE = f'FROM {IMAGE}\nCOPY data /data\nRUN echo built >/mark && cat /data/file >>/mark\nCMD ["cat", "/mark"]\n'


def context(w, name):
    """A folder with a Dockerfile and 5 MB to send."""
    top = os.path.join(w.cli.home, name)
    os.makedirs(os.path.join(top, 'data'))
    for path, text in (('Dockerfile', DOCKERFILE), ('data/file', f'of {name}\n'), ('data/ballast', 'x' * 5_000_000)):
        with open(os.path.join(top, path), 'w') as f:
            f.write(text)
    return top


def must_build(w, builder):
    """Builds with files from a context, and what was built runs."""
    image = w.image(builder)
    result = w.cli.docker('build', '-t', image, context(w, builder), limit=90)
    equal(result.code, 0, str(result))
    equal(w.cli.ok('run', '--rm', image), f'built\nof {builder}')
    return result


@test()
def build_classic(w):
    """docker build with the classic builder"""
    w.cli.environment['DOCKER_BUILDKIT'] = '0'
    contains(must_build(w, 'classic').out, 'Successfully built')


@test()
def build_from_input(w):
    """docker build - with a tar stream of unknown length; a failing step is told"""
    w.cli.environment['DOCKER_BUILDKIT'] = '0'
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode='w') as archive:
        text = f'FROM {IMAGE}\nRUN echo before; exit 7\n'.encode()
        info = tarfile.TarInfo('Dockerfile')
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    result = w.cli.docker('build', '-', input=data.getvalue())
    equal(result.code, 7, str(result))
    contains(result.out, 'before')
    contains(result.err, 'returned a non-zero code: 7')


@test()
def build_buildkit(w):
    """docker build with BuildKit, which goes over /session and /grpc"""
    w.cli.environment['DOCKER_BUILDKIT'] = '1'
    try:
        contains(must_build(w, 'buildkit').err, 'exporting to image')
    finally:
        del w.cli.environment['DOCKER_BUILDKIT']


@test()
def build_buildkit_secret(w):
    """A secret file goes from the client to a step on demand, through the session"""
    image, top = w.image('secret'), context(w, 'secret')
    with open(f'{top}/Dockerfile', 'w') as f:
        f.write(f'FROM {IMAGE}\nRUN --mount=type=secret,id=s sha256sum </run/secrets/s >/sum\nCMD ["cat", "/sum"]\n')
    w.cli.environment['DOCKER_BUILDKIT'] = '1'
    try:
        w.cli.ok('build', '-t', image, '--secret', f"id=s,src={w.cli.config_file('s', 'hush')}", top, limit=90)
    finally:
        del w.cli.environment['DOCKER_BUILDKIT']
    contains(w.cli.ok('run', '--rm', image), hashlib.sha256(b'hush').hexdigest())


@test()
def save_and_load(w):
    """docker save to a pipe, docker load from one"""
    image = w.image('saved')
    w.cli.ok('tag', IMAGE, image)
    archive = w.cli.ok('save', image, binary=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as t:
        equal(json.load(t.extractfile('manifest.json'))[0]['RepoTags'], [f'{image}:latest'])
    w.cli.ok('rmi', image)
    contains(w.cli.ok('load', input=archive), f'Loaded image: {image}:latest')
    equal(w.cli.ok('run', '--rm', image, 'echo', 'loaded'), 'loaded')
    result = w.cli.docker('load', input=archive[:100000])
    equal(result.code, 1, str(result))


@test()
def import_and_commit(w):
    """docker import from a pipe, docker commit with a change, docker export"""
    container = w.cli.ok('run', '-d', 'alpine', 'sh', '-c', 'echo kept >/kept')
    w.cli.ok('wait', container)
    image = w.image('committed')
    w.cli.ok('commit', '-c', 'CMD ["cat", "/kept"]', container, image)
    equal(w.cli.ok('run', '--rm', image), 'kept')
    archive = w.cli.ok('export', container, binary=True)
    image = w.image('imported')
    w.cli.ok('import', '-c', 'CMD ["cat", "/kept"]', '-', image, input=archive)
    equal(w.cli.ok('run', '--rm', image), 'kept')


@test()
def copy(w):
    """docker cp of a folder and of streams, both ways"""
    container = w.cli.ok('create', 'alpine', 'true')
    w.cli.ok('cp', context(w, 'copied'), f'{container}:/there')
    w.cli.ok('cp', f'{container}:/there/data', f'{w.cli.home}/back')
    with open(f'{w.cli.home}/back/ballast') as f:
        equal(f.read() == 'x' * 5_000_000, True, 'what came back')
    archive = w.cli.ok('cp', f'{container}:/there', '-', binary=True)
    w.cli.ok('cp', '-', f'{container}:/tmp', input=archive)
    equal(w.cli.ok('cp', f'{container}:/tmp/there', '-', binary=True), archive)
    w.cli.fails(1, 'No such container:path', 'cp', f'{container}:/nonesuch', '-')


@test()
def events(w):
    """docker events while things happen"""
    with w.cli.start('events', '--filter', 'type=container', '--format', '{{.Action}} {{.Actor.Attributes.name}}') as child:
        name = w.cli.name('told')
        # The CLI says nothing when it is ready, so there are events until it shows one.
        first = w.cli.ok('create', '--name', f'{name}-0', 'alpine', 'true')
        eventually(lambda: w.cli.ok('rename', first, f'{name}-0x') == '' and w.cli.ok('rename', f'{name}-0x', f'{name}-0') == '' and
                   select.select([child.stdout], [], [], 0.1)[0], 'the first event')
        w.cli.ok('run', '--rm', '--name', name, 'alpine', 'true')
        seen = []
        while f'destroy {name}' not in seen:
            seen.append(child.stdout.readline().decode().rstrip('\n'))
            that(seen[-1], f'the events ended: {seen}')
        equal([line.split()[0] for line in seen if line.endswith(f' {name}')], ['create', 'attach', 'start', 'die', 'destroy'])
        child.terminate()


@test()
def stats(w):
    """docker stats, once and going on"""
    container = w.cli.ok('run', '-d', 'alpine', 'sleep', '100')
    contains(w.cli.ok('stats', '--no-stream', '--format', '{{.ID}} {{.PIDs}}', container), container[:12])
    with w.cli.start('stats', '--format', '{{.ID}} {{.PIDs}}', container) as child:
        for _ in range(3):
            while container[:12] not in (line := child.stdout.readline().decode()):
                that(line, 'the stats ended')
        child.terminate()


@test()
def logs(w):
    """docker logs -f shows a line when it is written, and ends with the container"""
    container = w.cli.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'echo first; read x; echo "got $x" >&2; exit 3')
    with w.cli.start('logs', '-f', container) as child:
        equal(child.stdout.readline(), b'first\n')
        w.cli.docker('attach', container, input=b'word\n')
        out, err = child.communicate(timeout=20)
        equal((child.returncode, out, err), (0, b'', b'got word\n'))


@test()
def exec_half_close(w):
    """docker exec -i and docker run -i: the end of the input, then the answer"""
    container = w.cli.ok('run', '-d', 'alpine', 'sleep', '100')
    data = bytes(range(256)) * 20000
    equal(w.cli.ok('exec', '-i', container, 'wc', '-c', input=data).strip(), str(len(data)))
    equal(w.cli.ok('exec', '-i', container, 'cat', input=data, binary=True), data)
    equal(w.cli.ok('run', '--rm', '-i', 'alpine', 'cat', input=data, binary=True), data)
    result = w.cli.docker('exec', container, 'sh', '-c', 'echo out; echo err >&2; exit 5')
    equal((result.code, result.out, result.err), (5, 'out\n', 'err\n'))


@test()
def attach(w):
    """docker attach to a program that answers"""
    container = w.cli.ok('run', '-d', '-i', 'alpine', 'sh', '-c', 'while read x; do echo "got $x"; done; exit 4')
    with w.cli.start('attach', container) as child:
        for word in b'one', b'two':
            child.stdin.write(word + b'\n')
            child.stdin.flush()
            equal(child.stdout.readline(), b'got ' + word + b'\n')
        w.cli.ok('kill', container)
        equal(child.wait(20), 137)


@test()
def terminal(w):
    """A terminal: its size at the start and after a change, detaching, and the code"""
    name = w.cli.name('tty')
    with w.cli.terminal('run', '-it', '--name', name, 'alpine', 'sh', rows=30, columns=100) as t:
        t.expect('# ')
        eventually(lambda: asked_size(t) == '30 100', 'the first size', 10, 0.1)
        t.resize(41, 123)
        eventually(lambda: asked_size(t) == '41 123', 'the new size', 10, 0.1)
        t.type('\x10\x11')
        t.finish()
    with w.cli.terminal('exec', '-it', name, 'sh', rows=20, columns=90) as t:
        t.expect('# ')
        eventually(lambda: asked_size(t) == '20 90', 'the size of an exec', 10, 0.1)
        t.type('exit 6\n')
        t.finish(6)
    with w.cli.terminal('attach', name) as t:
        t.type('exit 9\n')
        t.finish(9)


def asked_size(t):
    t.type('stty size; echo E""ND\n')
    text = t.expect('END\r\n')
    t.expect('# ')
    return text.split('\r\n')[-3]
