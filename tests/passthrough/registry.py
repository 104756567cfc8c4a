"""docker push to a registry and docker pull from it; the Engine does both, so the registry is in its network."""
import json
import os
import shutil
import subprocess
import tempfile

from harness.check import Failed, Skip, contains, eventually
from harness.suite import test

PROGRAM = 'docker-registry'
HOST = '127.0.0.1:5000'


class Registry:
    """docker-registry where the Engine is."""

    def __init__(self, w):
        self.folder = tempfile.mkdtemp(prefix='sockerless-registry-')
        self.w = w
        config = {'version': '0.1', 'storage': {'filesystem': {'rootdirectory': f'{self.folder}/data'}}, 'http': {'addr': HOST}}
        with open(f'{self.folder}/config.yml', 'w') as f:
            json.dump(config, f)        # JSON is YAML
        subprocess.run(w.inside('ip', 'link', 'set', 'lo', 'up'), check=True)
        with open(f'{self.folder}/log', 'wb') as log:
            self.child = subprocess.Popen(w.inside(PROGRAM, 'serve', f'{self.folder}/config.yml'), stdout=log, stderr=log)

    def answers(self):
        if self.child.poll() is not None:
            with open(f'{self.folder}/log') as f:
                raise Failed(f'{PROGRAM} ended:\n{f.read()[-2000:]}')
        return subprocess.run(self.w.inside('busybox', 'wget', '-qO-', f'http://{HOST}/v2/'), capture_output=True).returncode == 0

    def __enter__(self):
        eventually(self.answers, f'{PROGRAM} to answer')
        return self

    def __exit__(self, *unused):
        self.child.kill()
        self.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@test()
def push_and_pull(w):
    """An image goes out and comes back; one that is not there is the registry's own refusal"""
    if not shutil.which(PROGRAM):
        raise Skip(f'there is no {PROGRAM} on this machine: apt-get install {PROGRAM}')
    image = f'{HOST}/test/image:v1'
    w.images.append(image)
    with Registry(w) as registry:
        w.cli.ok('tag', 'alpine', image)
        contains(w.cli.ok('push', image), 'v1: digest: sha256:')
        contains(os.listdir(f'{registry.folder}/data/docker/registry/v2/repositories/test'), 'image')
        w.cli.ok('rmi', image)
        contains(w.cli.ok('pull', image), f'Downloaded newer image for {image}')
        w.cli.ok('run', '--rm', image, 'true')
        w.cli.fails(1, 'manifest unknown', 'pull', f'{HOST}/test/image:nonesuch')
        w.cli.ok('rmi', image)
        w.cli.ok('run', '--rm', image, 'true')      # which pulls by itself
