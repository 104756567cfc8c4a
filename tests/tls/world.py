"""A daemon that wants certificates, an authority that makes them, and ways to knock at its door."""
import os
import shutil
import socket
import ssl
import subprocess

from harness import tls
from harness.api import Api
from harness.check import Failed
from harness.daemon import Sockerless, files_of

LIMIT = 30


class Daemon(Sockerless):
    """Mutual TLS on a TCP address and on a Unix socket."""

    def __init__(self, programs):
        super().__init__(programs)
        self.unix = self.host
        self.port = tls.free_port()
        self.host = f'tcp://127.0.0.1:{self.port}'
        self.pki = os.path.join(self.folder, 'tls')
        self.authority = tls.Authority(self.pki)
        self.server = self.authority.issue('server', 'serverAuth')
        self.certificates = self.authority.issue('client', 'clientAuth')
        self.arguments += ['--addr', self.unix, '--tlsverify', *files_of(self.server, 'tls')]
        tls.contexts[f'127.0.0.1:{self.port}'] = tls.client_context(self.certificates)


class World:
    def __init__(self, programs):
        self.daemon = Daemon(programs)
        self.port, self.pki, self.authority = self.daemon.port, self.daemon.pki, self.daemon.authority
        self.client = self.daemon.certificates
        self.stranger = tls.Authority(os.path.join(self.pki, 'stranger')).issue('client', 'clientAuth')
        self.daemon.start()
        self.api = Api(self.daemon.host, self.daemon)

    def remove(self):
        self.daemon.remove()

    # -- certificates ---------------------------------------------------------------------------

    def replace_server(self, folder):
        """Puts another certificate and key where the daemon was told to find its own."""
        for name in ('cert.pem', 'key.pem'):
            shutil.copy(os.path.join(folder, name), os.path.join(self.daemon.server, name))

    def server_name(self):
        """The common name in the certificate that new connections are shown."""
        with self.connect() as s:
            return dict(pair[0] for pair in s.getpeercert()['subject'])['commonName']

    # -- connections ----------------------------------------------------------------------------

    def knock(self, port=None):
        """A TCP connection without any TLS yet."""
        return socket.create_connection(('127.0.0.1', port or self.port), LIMIT)

    def context(self, folder=None):
        """What a client trusts, and shows if it has a folder."""
        context = ssl.create_default_context(cafile=os.path.join(self.client, 'ca.pem'))
        if folder:
            context.load_cert_chain(os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem'))
        return context

    def connect(self, context=None, port=None):
        context = context or self.context(self.client)
        return context.wrap_socket(self.knock(port), server_hostname='localhost')

    def ping(self, context=None, port=None):
        """The answer to a ping."""
        with self.connect(context, port) as s:
            s.sendall(b'GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
            return s.recv(10000)

    def refusal(self, context, port=None):
        """What the client hears when it asks for a ping; fails if it gets an answer."""
        try:
            answer = self.ping(context, port)
        except ssl.SSLError as e:
            return e.reason or str(e)
        raise Failed(f'it was let in: {answer!r}')

    def s_client(self, *args, input=b''):
        """OpenSSL's own client: what it prints."""
        done = subprocess.run(['openssl', 's_client', '-connect', f'127.0.0.1:{self.port}',
                               '-CAfile', os.path.join(self.client, 'ca.pem'), '-cert', os.path.join(self.client, 'cert.pem'),
                               '-key', os.path.join(self.client, 'key.pem'), *args],
                              input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)
        return done.stdout.decode('utf-8', 'replace')

    def command(self, *args, environment=None, input=None, limit=LIMIT):
        """A program's (exit status, standard output, standard error)."""
        done = subprocess.run(args, input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit,
                              env={'PATH': os.environ['PATH'], 'HOME': self.daemon.temporary, **(environment or {})})
        return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')
