"""The options, their defaults and refusals: daemons of their own."""
import os
import shutil
import subprocess
import tempfile

from harness import tls
from harness.check import contains, equal, that
from harness.daemon import Sockerless, files_of
from harness.suite import test

LIMIT = 20


def refused(w, *arguments, environment=None):
    """(exit status, log) of a daemon that ends by itself."""
    folder = tempfile.mkdtemp(dir=w.daemon.temporary)
    try:
        done = subprocess.run([os.path.join(w.daemon.programs, 'sockerless'), '--state', os.path.join(folder, 's'), *arguments],
                              capture_output=True, text=True, timeout=LIMIT,
                              env={'PATH': os.environ['PATH'], 'HOME': folder, **(environment or {})})
        return done.returncode, done.stderr.replace(folder, 'HOME')
    finally:
        shutil.rmtree(folder)


class Other(Sockerless):
    """A second daemon, with one TCP address."""

    def __init__(self, w, *arguments, environment=None, plain=False):
        super().__init__(w.daemon.programs, arguments)
        self.port = tls.free_port()
        self.host = f'tcp://127.0.0.1:{self.port}'
        self.extra = environment or {}
        if not plain:
            tls.contexts[f'127.0.0.1:{self.port}'] = w.context(w.client)

    def launch(self, command):
        before = dict(os.environ)
        os.environ.update(self.extra)
        try:
            return super().launch(command)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.stop()
        self.remove()


@test()
def network_addresses(w):
    """Plain TCP that other machines can reach is refused with what to do; TLS or --insecure allow it"""
    address = f'tcp://0.0.0.0:{tls.free_port()}'
    code, log = refused(w, '--addr', address)
    equal(code, 1)
    for word in (address, '--tlsverify', 'Unix socket', '--insecure'):
        contains(log, word)
    for arguments, warned in ((['--tlsverify'], False), (['--tls'], True)):
        with Other(w, '--addr', address, *files_of(w.daemon.server, 'tls'), *arguments) as other:
            equal('only --tlsverify asks who he is' in other.last_words(), warned, arguments)


@test()
def internal_api(w):
    """A back end wants a secret or certificates where other machines reach it"""
    address = f'tcp://0.0.0.0:{tls.free_port()}'
    program = os.path.join(w.daemon.programs, 'sockerless-backend-memory')
    done = subprocess.run([program, '--addr', address, '--state', os.path.join(w.daemon.temporary, 'x'), '--tls',
                           *files_of(w.daemon.server, 'tls')], capture_output=True, text=True, timeout=LIMIT)
    equal(done.returncode, 1)
    for word in ('--secret-file', '--tlsverify'):
        contains(done.stderr, word)


@test()
def without_verification(w):
    """--tls alone asks nobody for a certificate, as with dockerd"""
    with Other(w, '--tls', *files_of(w.daemon.server, 'tls')) as other:
        contains(w.ping(w.context(), other.port), b'200 OK')


@test()
def environment(w):
    """SOCKERLESS_TLSVERIFY and DOCKER_CERT_PATH do what the flags do"""
    folder = os.path.join(w.pki, 'daemon-files')
    shutil.copytree(w.daemon.server, folder, dirs_exist_ok=True)
    with Other(w, environment={'SOCKERLESS_TLSVERIFY': 'true', 'DOCKER_CERT_PATH': folder}) as other:
        contains(w.ping(w.context(w.client), other.port), b'200 OK')
        contains(w.refusal(w.context(), other.port), 'CERTIFICATE_REQUIRED')


@test()
def files(w):
    """A file that is missing, wrong or does not fit is named; the default ones are in ~/.docker"""
    address = f'tcp://127.0.0.1:{tls.free_port()}'
    code, log = refused(w, '--addr', address, '--tlsverify')
    contains(log, 'HOME/.docker/cert.pem: No such file or directory')
    that(code != 0, 'it started')
    right = {'--tlscacert': f'{w.client}/ca.pem', '--tlscert': f'{w.daemon.server}/cert.pem',
             '--tlskey': f'{w.daemon.server}/key.pem'}
    junk = os.path.join(w.pki, 'junk.pem')
    with open(junk, 'w') as f:
        f.write('this is not in PEM form\n')
    cases = [(flag, path, path) for flag in right for path in (junk, '/nowhere/x.pem')]
    cases.append(('--tlskey', f'{w.client}/key.pem', 'does not belong to the certificate'))
    for flag, path, says in cases:
        words = [word for pair in {**right, flag: path}.items() for word in pair]
        code, log = refused(w, '--addr', address, '--tlsverify', *words)
        that(code != 0, f'it started with {flag} {path}')
        contains(log, says)


@test()
def off(w):
    """Files without --tls do not turn it on, and the log says so"""
    with Other(w, *files_of(w.daemon.server, 'tls'), plain=True) as other:
        contains(other.last_words(), 'TLS is off')
