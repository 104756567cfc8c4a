"""Certificates made for one run, and sockets inside TLS that can be half-closed."""
import os
import socket
import ssl
import subprocess

PIECE = 1 << 18
contexts = {}       # 'host:port' of a daemon under test: what its clients connect with


class Authority:
    """An authority with files as Docker clients want them: ca.pem in a folder, cert.pem and key.pem beside it."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.ca = os.path.join(folder, 'ca.pem')
        self.ca_key = os.path.join(folder, 'ca-key.pem')
        self._openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                      '-subj', '/CN=Test authority', '-keyout', self.ca_key, '-out', self.ca)

    @staticmethod
    def _openssl(*args, text=None):
        subprocess.run(['openssl', *args], check=True, capture_output=True, text=True, input=text)

    def issue(self, name, usage, days=2, names='DNS:localhost,IP:127.0.0.1'):
        """A folder with ca.pem, cert.pem and key.pem for this common name; usage is serverAuth or clientAuth."""
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        key, cert, request, extensions = (os.path.join(folder, n) for n in ('key.pem', 'cert.pem', 'csr', 'ext'))
        with open(extensions, 'w') as f:
            f.write(f'extendedKeyUsage={usage}\nsubjectAltName={names}\n')
        self._openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={name}',
                      '-keyout', key, '-out', request)
        self._openssl('x509', '-req', '-in', request, '-CA', self.ca, '-CAkey', self.ca_key, '-CAcreateserial',
                      '-days', str(days), '-extfile', extensions, '-out', cert)
        with open(self.ca) as source, open(os.path.join(folder, 'ca.pem'), 'w') as copy:
            copy.write(source.read())
        return folder


def client_context(folder):
    """What a client with the files of such a folder connects with."""
    context = ssl.create_default_context(cafile=os.path.join(folder, 'ca.pem'))
    context.load_cert_chain(os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem'))
    return context


class TlsSocket:
    """As much of a socket as the tests use.  Unlike ssl.SSLSocket it sends close_notify and goes on reading."""

    def __init__(self, plain, context, name):
        self.plain = plain
        self.received, self.to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.received, self.to_send, server_hostname=name)
        self._until_done(self.tls.do_handshake)

    def _flush(self):
        if self.to_send.pending:
            self.plain.sendall(self.to_send.read())

    def _receive(self):
        data = self.plain.recv(PIECE)
        if data:
            self.received.write(data)
        else:
            self.received.write_eof()

    def _until_done(self, call, *args):
        while True:
            try:
                result = call(*args)
            except ssl.SSLWantReadError:
                self._flush()
                self._receive()
            else:
                self._flush()
                return result

    def sendall(self, data):
        for at in range(0, len(data), PIECE):
            self._until_done(self.tls.write, data[at:at + PIECE])

    def recv(self, size):
        try:
            return self._until_done(self.tls.read, size)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b''

    def shutdown(self, how):
        """Half-closes: close_notify, then the end of our direction below it."""
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        self._flush()
        self.plain.shutdown(how)

    def settimeout(self, deadline):
        self.plain.settimeout(deadline)

    def setsockopt(self, *args):
        self.plain.setsockopt(*args)

    def close(self):
        self.plain.close()


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]
