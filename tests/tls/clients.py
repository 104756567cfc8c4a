"""Real clients over mutual TLS."""
import json
import os
import shutil
import subprocess

import docker

from harness import cli
from harness.api import LABEL
from harness.check import Skip, contains, equal, that
from harness.suite import TOP, test

DOCKERODE = 'dockerode@4'
NPM = os.path.join(TOP, 'build', 'npm')


def each_cli(w):
    found = cli.programs()
    that(found, 'there is no docker CLI on this machine: apt-get install docker.io')
    for version, program in found.items():
        client = cli.Cli(program, version, w.api)
        try:
            yield client
        finally:
            client.remove()


@test()
def docker_cli(w):
    """docker --tlsverify with each CLI: version, run, exec -i with the end of its input, logs -f, cp"""
    files = [word for kind, name in (('cacert', 'ca'), ('cert', 'cert'), ('key', 'key'))
             for word in (f'--tls{kind}', f'{w.client}/{name}.pem')]
    for c in each_cli(w):
        code, out, err = w.command(c.program, '--tlsverify', *files, '-H', w.daemon.host, 'version',
                                   '--format', '{{.Server.Version}}')
        equal((code, err), (0, ''), c.version)
        that(out.strip(), 'no version')
        equal(c.docker('run', '--rm', 'alpine', 'echo', 'hello').out, 'hello\n', c.version)
        equal(c.docker('run', '--rm', '-i', 'alpine', 'wc', '-c', input=b'x' * 300000).out.strip(), '300000', c.version)
        cid = c.docker('run', '-d', 'alpine', 'sh', '-c', 'echo up; sleep 100').out.strip()
        equal(c.docker('exec', '-i', cid, 'cat', input=b'through\nand back\n').out, 'through\nand back\n', c.version)
        equal(c.docker('exec', cid, 'sh', '-c', 'exit 7').code, 7, c.version)
        equal(c.docker('logs', cid).out, 'up\n', c.version)
        equal(c.docker('rm', '-f', cid).code, 0, c.version)


@test()
def docker_cli_refused(w):
    """What each CLI shows: without TLS, without a certificate, with a stranger's"""
    ca = os.path.join(w.client, 'ca.pem')
    for c in each_cli(w):
        plain = w.command(c.program, '-H', w.daemon.host, 'ps')
        contains(plain[2], 'Client sent an HTTP request to an HTTPS server.')
        bare = w.command(c.program, '--tlsverify', '--tlscacert', ca, '-H', w.daemon.host, 'ps')
        that(bare[0] != 0 and 'certificate' in bare[2], bare)
        other = w.command(c.program, '--tlsverify', '--tlscacert', ca, '--tlscert', f'{w.stranger}/cert.pem',
                          '--tlskey', f'{w.stranger}/key.pem', '-H', w.daemon.host, 'ps')
        that(other[0] != 0 and 'certificate' in other[2], other)


@test()
def docker_cli_unix(w):
    """The CLI on the Unix socket, where it speaks no TLS"""
    for program in cli.programs().values():
        code, out, err = w.command(program, '-H', w.daemon.unix, 'version', '--format', '{{.Server.Version}}')
        equal((code, err), (0, ''))


@test()
def docker_py(w):
    """docker-py: run, exec with its socket, streams"""
    tls = docker.tls.TLSConfig(ca_cert=f'{w.client}/ca.pem', client_cert=(f'{w.client}/cert.pem', f'{w.client}/key.pem'),
                               verify=True)
    client = docker.DockerClient(base_url=w.daemon.host, tls=tls, version=w.api.version, timeout=30)
    client.api.trust_env = False    # else requests prefers an authority that the environment names
    labels = {LABEL: w.api.run_id}
    try:
        equal(client.containers.run('alpine', 'echo hello', remove=True, labels=labels), b'hello\n')
        container = client.containers.run('alpine', 'cat', detach=True, stdin_open=True, labels=labels)
        equal(tuple(container.exec_run('sh -c "echo out; exit 5"')), (5, b'out\n'))
        _, stream = container.exec_run(['seq', '10000'], stream=True)
        equal(b''.join(stream), b''.join(b'%d\n' % i for i in range(1, 10001)))
        container.kill()
        equal(container.wait()['StatusCode'], 137)
    finally:
        client.close()


def install_dockerode():
    """Where node finds it; a Skip says why it cannot be had."""
    for program in ('node', 'npm'):
        if not shutil.which(program):
            raise Skip(f'there is no {program} on this machine')
    modules = os.path.join(NPM, 'node_modules')
    if not os.path.isdir(os.path.join(modules, 'dockerode')):
        os.makedirs(NPM, exist_ok=True)
        done = subprocess.run(['npm', 'install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--prefix', NPM,
                               DOCKERODE], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=80)
        if done.returncode:
            raise Skip(f'npm cannot install dockerode: {(done.stderr.strip().splitlines() or ["?"])[-1]}')
    return modules


@test()
def dockerode(w):
    """dockerode: ping, list, attach with half-close, exec with the end of its input, events"""
    modules = install_dockerode()
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'dockerode.js')
    code, out, err = w.command('node', script, '127.0.0.1', str(w.port), w.client, w.api.run_id,
                               environment={'NODE_PATH': modules})
    equal((code, err), (0, ''))
    got = json.loads(out)
    equal(got, {'ping': 'OK', 'attach': 'sent\nand ended\n', 'status': 0, 'exec': '300000\n', 'execStatus': 0,
                'event': 'start', 'listed': True})


@test()
def curl(w):
    """curl: a call, an upload and a stream over one connection, in TLS 1.2 and 1.3"""
    files = ['--cacert', f'{w.client}/ca.pem', '--cert', f'{w.client}/cert.pem', '--key', f'{w.client}/key.pem']
    for version in ('1.2', '1.3'):
        code, out, err = w.command('curl', '-sS', f'--tls-max', version, f'--tlsv{version}', *files,
                                   f'https://127.0.0.1:{w.port}/_ping', f'https://localhost:{w.port}/version')
        equal((code, err), (0, ''))
        that(out.startswith(b'OK{'), out)
    code, out, err = w.command('curl', '-sS', '--cacert', f'{w.client}/ca.pem', f'https://localhost:{w.port}/_ping')
    that(code != 0 and 'certificate required' in err, (code, out, err))
