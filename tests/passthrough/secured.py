"""A daemon that speaks TLS and wants certificates, as `dockerd --tlsverify` does."""
import contextlib
import os

from harness import tls
from harness.api import Api
from harness.check import contains, equal, status
from harness.engine import Engine, peer
from harness.http import Answer, Connection
from harness.program import Programs
from harness.suite import test

ADDRESS = 'tcp://127.0.0.1:2376'    # in the Engine's own network


@contextlib.contextmanager
def secured(where):
    """(programs, the Engine, a function that starts Sockerless in its network with a folder of certificates)"""
    programs = Programs(where)
    authority = tls.Authority(os.path.join(programs.folder, 'tls'))
    server = authority.issue('docker', 'serverAuth')
    docker = Engine(['-H', ADDRESS, '--tlsverify', '--tlscacert', authority.ca, '--tlscert', f'{server}/cert.pem',
                     '--tlskey', f'{server}/key.pem'])
    own = programs.socket('own')

    def start(folder, *arguments, environment=None):
        return programs.start('/usr/bin/nsenter', '--net', '--target', str(peer(docker.host)), f'{programs.where}/sockerless',
                              '--backend', 'docker', '--addr', own, *arguments,
                              environment={'DOCKER_HOST': ADDRESS, 'DOCKER_CERT_PATH': folder, **(environment or {})})
    try:
        docker.start()
        yield programs, authority, own, start
    finally:
        programs.remove()
        docker.remove()


def first_answer(own):
    with Connection(own) as c:
        c.send_request('GET', '/v1.41/containers/json', {'Host': 'd'}, b'')
        answer = Answer(c, 'GET')
        answer.read()
        return answer


@test()
def daemon_with_certificates(where):
    """DOCKER_TLS_VERIFY and DOCKER_CERT_PATH as the CLI has them: runs, streams and half-closes inside TLS"""
    with secured(where) as (programs, authority, own, start):
        program = start(authority.issue('client', 'clientAuth'), environment={'DOCKER_TLS_VERIFY': '1'})
        programs.await_answer(program, own)
        api = Api(own)
        api.ensure_image()
        equal(api.finish('echo out; echo err >&2; exit 3'), (3, b'out\n', b'err\n'))
        container = api.run('cat; echo end', OpenStdin=True, StdinOnce=True)
        with api.attach(container) as stream:
            stream.send(b'within')
            stream.close_write()
            equal(stream.output(), (b'withinend\n', b''))
        api.clean()
        program.stop()


@test()
def wrong_certificates(where):
    """A stranger's certificate, and a daemon that a stranger has signed: 502 or 503 with the reason, never an answer"""
    with secured(where) as (programs, authority, own, start):
        strangers = tls.Authority(os.path.join(programs.folder, 'strangers'))
        stranger = strangers.issue('client', 'clientAuth')
        program = start(stranger, '--docker-tls-verify')
        programs.await_answer(program, own)
        contains(status(first_answer(own), 503).message, 'certificate')
        program.stop()
        mixed = authority.issue('mixed', 'clientAuth')
        for name in ('cert.pem', 'key.pem'):
            os.replace(f'{stranger}/{name}', f'{mixed}/{name}')
        program = start(mixed, '--docker-tls-verify')
        programs.await_answer(program, own)
        contains(status(first_answer(own), 502, 503).message, 'the Docker daemon at')
        program.stop()
