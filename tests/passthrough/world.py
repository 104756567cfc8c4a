"""What a test is given: an Engine, Sockerless before it, the API of both, and the docker CLI."""
from harness import cli
from harness.api import Api
from harness.daemon import PassThrough, SplitPassThrough
from harness.engine import peer

FORMS = {'one': PassThrough, 'split': SplitPassThrough}
DEBIAN = '/usr/bin/docker'      # has BuildKit without a plug-in


class World:
    def __init__(self, docker, programs, form):
        self.engine, self.form = docker, form
        self.daemon = FORMS[form](programs, docker.host)
        self.api = self.direct = self.cli = None
        self.images = []

    def start(self):
        self.daemon.start()
        self.api, self.direct = Api(self.daemon.host), Api(self.engine.host)
        self.direct.run_id = self.api.run_id
        version = next(v for v, path in cli.programs().items() if path == DEBIAN)
        self.cli = cli.Cli(DEBIAN, version, self.api)
        self.api.ensure_image()

    def image(self, stem):
        """A name for an image that is removed after the test."""
        self.images.append(self.api.name(stem))
        return self.images[-1]

    def clean(self):
        if self.engine.child.poll() is not None:        # a test that failed left it so
            self.engine.start()
        self.api.clean()
        while self.images:
            self.api.delete(f'/images/{self.images.pop()}', force=1)

    def inside(self, *command):
        """A command line that runs in the Engine's network."""
        return ['nsenter', '--net', '--target', str(peer(self.engine.host)), *command]

    def peaks(self):
        """The most memory that each of our processes has had, in bytes."""
        return [peak(child.pid) for child in self.daemon.children]

    def remove(self):
        self.daemon.remove()
        if self.cli:
            self.cli.remove()


def peak(pid):
    with open(f'/proc/{pid}/status') as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith('VmHWM'))
