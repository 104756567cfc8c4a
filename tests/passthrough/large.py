"""4 GB load, save and export: streamed by us, with flat memory."""
import hashlib
import io
import json
import shutil
import tarfile

from harness.check import Skip, contains, equal, status, that
from harness.http import Answer, Connection
from harness.suite import test

PIECE = bytes(1 << 20)
PIECES = 4096                   # 4 GB
NEEDED = 15 << 30               # of disk: a layer, and the archives that the Engine makes
GROWTH = 8 << 20                # of our processes' memory


def small(name, data):
    """A tar header and its padded data."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.USTAR_FORMAT) as t:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
        return out.getvalue()


def header(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def layer():
    """Yields a layer with two files of 2 GB."""
    for name in 'zeros-1', 'zeros-2':
        yield header(name, PIECES // 2 << 20)
        for _ in range(PIECES // 2):
            yield PIECE
    yield bytes(1024)


def layer_size():
    return (PIECES << 20) + 2 * 512 + 1024


def archive(image, diff_id):
    """Yields an archive as docker save makes it."""
    config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {'Cmd': ['/none']},
                         'rootfs': {'type': 'layers', 'diff_ids': [diff_id]}}).encode()
    name = hashlib.sha256(config).hexdigest() + '.json'
    manifest = json.dumps([{'Config': name, 'RepoTags': [f'{image}:latest'], 'Layers': ['layer/layer.tar']}]).encode()
    for data in small(name, config), small('manifest.json', manifest):
        yield data[:1024]                                       # without the archive's end
    yield header('layer/layer.tar', layer_size())
    yield from layer()
    yield bytes(-layer_size() % 512 + 1024)


class Body(io.RawIOBase):
    """An answer's body as a file to read from."""

    def __init__(self, answer):
        self.answer, self.rest, self.size = answer, b'', 0

    def readable(self):
        return True

    def readinto(self, buffer):
        self.rest = self.rest or self.answer.piece()
        n = min(len(buffer), len(self.rest))
        buffer[:n], self.rest = self.rest[:n], self.rest[n:]
        self.size += n
        return n


def load(w, image, diff_id):
    with Connection(w.daemon.host, 120) as c:
        c.send(b'POST /v1.41/images/load?quiet=1 HTTP/1.1\r\nHost: docker\r\nContent-Type: application/x-tar\r\n'
               b'Transfer-Encoding: chunked\r\n\r\n')
        for piece in archive(image, diff_id):
            c.send(b'%x\r\n' % len(piece))
            c.send(piece)
            c.send(b'\r\n')
        c.send(b'0\r\n\r\n')
        answer = status(Answer(c, 'POST', 120), 200)
        contains(answer.read().decode(), f'Loaded image: {image}:latest')


def sums(body, wanted):
    """{name: sha256} of the members of this size or more."""
    found = {}
    with tarfile.open(fileobj=io.BufferedReader(body, 1 << 20), mode='r|', bufsize=1 << 20) as t:
        for member in t:
            if member.size >= wanted:
                digest, data = hashlib.sha256(), t.extractfile(member)
                while piece := data.read(1 << 20):
                    digest.update(piece)
                found[member.name] = digest.hexdigest()
    return found


@test(limit=170)
def four_gigabytes(w):
    """load, save and export of 4 GB: every byte, and no more memory"""
    if (free := shutil.disk_usage(w.engine.folder).free) < NEEDED:
        raise Skip(f'{NEEDED >> 30} GB of disk are needed, and {free >> 30} GB are free')
    image = w.image('large')
    digest = hashlib.sha256()
    for piece in layer():
        digest.update(piece)
    before = w.peaks()
    load(w, image, f'sha256:{digest.hexdigest()}')
    with w.api.open('GET', f'/images/{image}/get', deadline=120) as answer:
        found = sums(Body(status(answer, 200)), layer_size())
    equal(list(found.values()), [digest.hexdigest()], 'the sum of the layer that was saved')
    container = status(w.api.post('/containers/create', {'Image': image, 'Cmd': ['/none'], 'Labels': {'sockerless.test': w.api.run_id}}), 201).json['Id']
    with w.api.open('GET', f'/containers/{container}/export', deadline=120) as answer:
        found = sums(Body(status(answer, 200)), PIECES // 2 << 20)
    equal(sorted(found), ['zeros-1', 'zeros-2'], 'what was exported')
    grown = [now - then for now, then in zip(w.peaks(), before)]
    that(max(grown) < GROWTH, f'{[n >> 20 for n in grown]} MB more memory')
    w.api.remove(container)
