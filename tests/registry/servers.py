"""The registries of this suite: docker-registry in processes of their own, and a front that forwards to one and cheats."""
import base64
import crypt
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.check import Failed, eventually

PROGRAM = 'docker-registry'
USER, PASSWORD = 'alice', 'open sesame'
OCI = 'application/vnd.oci.image.'
CONFIG_TYPE = OCI + 'config.v1+json'
MANIFEST_TYPE = OCI + 'manifest.v1+json'
INDEX_TYPE = OCI + 'index.v1+json'


def available():
    return shutil.which(PROGRAM) is not None


def free_port():
    with socket.create_server(('127.0.0.1', 0)) as s:
        return s.getsockname()[1]


def own_name():
    """This machine's name and address, if it is a loopback one: a host that the daemon does not know to be loopback."""
    name = socket.gethostname()
    try:
        address = socket.gethostbyname(name)
    except OSError:
        address = ''
    return (name, address) if address.startswith('127.') else None


def write_certificate(path, name):
    """A key and a certificate that nobody vouches for, in one file."""
    made = subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', f'/CN={name}',
                           '-addext', f'subjectAltName=DNS:{name}', '-keyout', '-', '-out', '-'],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    with open(path, 'wb') as f:
        f.write(made)


def digest_of(data):
    return 'sha256:' + hashlib.sha256(data).hexdigest()


def basic(user, password):
    return 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()


class Registry:
    """docker-registry on a loopback port with a folder of its own."""

    def __init__(self, locked=False):
        self.folder = tempfile.mkdtemp(prefix='sockerless-registry-')
        self.host = f'127.0.0.1:{free_port()}'
        self.headers = {'Authorization': basic(USER, PASSWORD)} if locked else {}
        config = {'version': '0.1', 'storage': {'filesystem': {'rootdirectory': f'{self.folder}/data'}},
                  'http': {'addr': self.host}}
        if locked:
            config['auth'] = {'htpasswd': {'realm': 'test', 'path': self.write_users()}}
        with open(f'{self.folder}/config.yml', 'w') as f:
            json.dump(config, f)        # JSON is YAML
        with open(f'{self.folder}/log', 'wb') as log:
            self.child = subprocess.Popen([PROGRAM, 'serve', f'{self.folder}/config.yml'], stdout=log, stderr=log)
        eventually(self.answers, f'{PROGRAM} to answer')

    def write_users(self):
        path = f'{self.folder}/users'
        salt = crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)
        with open(path, 'w') as f:
            f.write(f'{USER}:{crypt.crypt(PASSWORD, salt)}\n')
        return path

    def answers(self):
        if self.child.poll() is not None:
            with open(f'{self.folder}/log') as f:
                raise Failed(f'{PROGRAM} ended:\n{f.read()[-2000:]}')
        try:
            return self.ask('GET', '/v2/').status == 200
        except OSError:
            return False

    def ask(self, method, path, data=None, **headers):
        url = path if path.startswith('http') else f'http://{self.host}{path}'
        headers = {name.replace('_', '-'): value for name, value in headers.items()}
        return urllib.request.urlopen(urllib.request.Request(
            url, data=data, method=method, headers={**self.headers, **headers}), timeout=10)

    def push_blob(self, name, data):
        place = self.ask('POST', f'/v2/{name}/blobs/uploads/', b'').headers['Location']
        digest = digest_of(data)
        self.ask('PUT', f'{place}{"&" if "?" in place else "?"}digest={urllib.parse.quote(digest)}', data,
                 Content_Type='application/octet-stream')
        return digest

    def push_manifest(self, name, reference, document):
        data = json.dumps(document).encode()
        self.ask('PUT', f'/v2/{name}/manifests/{reference}', data, Content_Type=document['mediaType'])
        return {'mediaType': document['mediaType'], 'digest': digest_of(data), 'size': len(data)}

    def push(self, name, tag, config=None, **more):
        """An image with this config and no layers: (its id, the manifest's descriptor)."""
        document = {'architecture': 'amd64', 'os': 'linux', 'config': config or {},
                    'rootfs': {'type': 'layers', 'diff_ids': []}, **more}
        data = json.dumps(document).encode()
        ident = self.push_blob(name, data)
        return ident, self.push_manifest(name, tag, {
            'schemaVersion': 2, 'mediaType': MANIFEST_TYPE, 'layers': [],
            'config': {'mediaType': CONFIG_TYPE, 'digest': ident, 'size': len(data)}})

    def stop(self):
        self.child.terminate()
        self.child.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


class FrontServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that goes away is part of the tests."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Front:
    """Forwards to a registry, except where `cheat(request)` answers itself by returning True. Notes what it was asked."""

    def __init__(self, registry, cheat, address=('127.0.0.1', 0), certificate=None):
        self.registry = registry
        self.seen = []                  # (method, path, Authorization)
        self.forms = []                 # bodies
        self.server = FrontServer(address, self.handler(cheat))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.host = f'127.0.0.1:{self.port}'
        threading.Thread(target=self.server.serve_forever, kwargs={'poll_interval': 0.02}, daemon=True).start()

    def handler(front, cheat):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                front.seen.append((self.command, self.path, self.headers['Authorization']))
                if self.command == 'POST':
                    front.forms.append(self.rfile.read(int(self.headers['Content-Length'])))
                if not cheat(self):
                    self.forward()

            do_POST = do_GET

            def forward(self, change=lambda data: data):
                try:
                    answer = front.registry.ask('GET', self.path, Accept=self.headers['Accept'] or '*/*')
                except urllib.error.HTTPError as refused:
                    answer = refused
                self.reply(answer.status, change(answer.read()), Content_Type=answer.headers['Content-Type'])

            def reply(self, status, data=b'', **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace('_', '-'), value)
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *unused):
                pass
        return Handler

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()
