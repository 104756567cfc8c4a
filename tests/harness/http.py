"""An HTTP client over bare sockets: every byte is sent and seen as it is, streams are read as they come.

Each wait has a deadline; when it passes, TimeoutError tells what was waited for.
"""
import json
import socket
import struct
import time
import urllib.parse

from harness import tls

DEADLINE = 20.0


class Closed(Exception):
    """The peer closed the connection before the answer was complete."""


def connect(host, deadline=DEADLINE):
    """A connected socket for unix:///path or tcp://host:port; inside TLS where that is known to want it."""
    url = urllib.parse.urlsplit(host)
    if url.scheme == 'unix':
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(deadline)
        s.connect(url.path)
        return s
    plain = socket.create_connection((url.hostname, url.port), deadline)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)     # as every HTTP client has it
    context = tls.contexts.get(url.netloc)
    return tls.TlsSocket(plain, context, url.hostname) if context else plain


class Connection:
    """A connection and what was read from it but not yet used."""

    def __init__(self, host, deadline=DEADLINE):
        self.socket = connect(host, deadline)
        self.pending = b''
        self.ended = False

    def send(self, data):
        self.socket.sendall(data)

    def send_request(self, method, target, headers, body):
        lines = [f'{method} {target} HTTP/1.1'] + [f'{k}: {v}' for k, v in headers.items()]
        self.send('\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + body)

    def more(self, until, what='data'):
        """Waits for further bytes; False at the end of the stream."""
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f'no {what} in time; so far {self.pending[-200:]!r}')
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(1 << 18)
        except socket.timeout:
            raise TimeoutError(f'no {what} in time; so far {self.pending[-200:]!r}') from None
        self.ended = not data
        self.pending += data
        return bool(data)

    def take(self, size):
        data, self.pending = self.pending[:size], self.pending[size:]
        return data

    def line(self, until):
        while b'\r\n' not in self.pending:
            if not self.more(until, 'line'):
                raise Closed(f'connection ended within a line: {self.pending!r}')
        line, self.pending = self.pending.split(b'\r\n', 1)
        return line.decode('latin-1')

    def exactly(self, size, until):
        parts, have = [self.take(size)], 0
        have = len(parts[0])
        while have < size:
            if not self.more(until, f'rest of {size} bytes'):
                raise Closed(f'connection ended after {have} of {size} bytes')
            parts.append(self.take(size - have))
            have += len(parts[-1])
        return b''.join(parts)

    def at_end(self, deadline=DEADLINE):
        """Reads on until the peer closes; what it still sent."""
        until = time.monotonic() + deadline
        try:
            while self.more(until, 'end of connection'):
                pass
        except ConnectionResetError:
            self.ended = True
        return self.take(len(self.pending))

    def close_write(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def split_frames(data):
    """Yields (stream number, bytes, a view of what follows) for each whole frame."""
    view = memoryview(data)
    while len(view) >= 8:
        stream, zeros, size = struct.unpack_from('>B3sI', view)
        if stream > 3 or zeros != b'\0\0\0':
            raise Closed(f'not a frame: {bytes(view[:80])!r}')
        if len(view) < 8 + size:
            return
        body, view = bytes(view[8:8 + size]), view[8 + size:]
        yield stream, body, view


class Answer:
    """The answer to one request: head at once, body as a whole or piece by piece."""

    def __init__(self, connection, method, deadline=DEADLINE):
        self.connection = connection
        self.method = method
        self.deadline = deadline
        self.rest = b''          # of a frame or line that is not complete
        self.left = None         # bytes of the body still to come, where its length is known
        self.done = False
        self.body = b''
        until = time.monotonic() + deadline
        first = connection.line(until)
        if not first.startswith('HTTP/1.'):
            raise Closed(f'not an answer: {first!r}')
        self.protocol, status, *reason = first.split(' ', 2)
        self.status, self.reason = int(status), ' '.join(reason)
        self.headers = []
        while line := connection.line(until):
            name, _, value = line.partition(':')
            self.headers.append((name, value.strip()))
        self.framing = self._framing()

    def header(self, name, otherwise=None):
        return next((v for k, v in self.headers if k.lower() == name.lower()), otherwise)

    def _framing(self):
        if self.status == 101:
            return 'upgrade'
        if self.method == 'HEAD' or self.status in (204, 304) or self.status < 200:
            self.done = True
            return 'none'
        if (self.header('transfer-encoding') or '').lower() == 'chunked':
            return 'chunked'
        if self.header('content-length') is not None:
            self.left = int(self.header('content-length'))
            self.done = self.left == 0
            return 'length'
        return 'close'

    def piece(self, deadline=None):
        """The next bytes of the body, b'' at its end."""
        if self.done:
            return b''
        c, until = self.connection, time.monotonic() + (deadline or self.deadline)
        if self.framing == 'chunked':
            return self._chunk(c, until)
        if not c.pending and not c.more(until):
            self.done = True
            if self.left:
                raise Closed(f'{self.left} bytes of the body are missing')
            return b''
        data = c.take(len(c.pending) if self.left is None else self.left)
        if self.left is not None:
            self.left -= len(data)
            self.done = self.left == 0
        return data

    def _chunk(self, c, until):
        size = int(c.line(until).split(';')[0], 16)
        data = c.exactly(size, until)
        if size == 0:
            while c.line(until):
                pass
            self.done = True
            return b''
        if c.exactly(2, until) != b'\r\n':
            raise Closed('chunk without its line end')
        return data

    def read(self, deadline=None):
        """The whole body, kept as .body."""
        until = time.monotonic() + (deadline or self.deadline)
        parts = [self.body, self.rest]
        self.rest = b''
        while data := self.piece(max(0.001, until - time.monotonic())):
            parts.append(data)
        self.body = b''.join(parts)
        return self.body

    def read_until(self, marker, deadline=None):
        """Reads until the marker was seen in the raw body; what was read."""
        until = time.monotonic() + (deadline or self.deadline)
        data = self.rest
        self.rest = b''
        while marker not in data:
            piece = self.piece(max(0.001, until - time.monotonic()))
            if not piece:
                raise Closed(f'stream ended without {marker!r}: {data[-300:]!r}')
            data += piece
        return data

    def frames(self, deadline=None):
        """Yields (stream number, bytes) of a multiplexed stream until it ends."""
        while True:
            for stream, data, rest in split_frames(self.rest):
                self.rest = rest
                yield stream, data
            data = self.piece(deadline)
            if not data:
                if self.rest:
                    raise Closed(f'stream ended within a frame: {bytes(self.rest[:80])!r}')
                return
            self.rest = bytes(self.rest) + data

    def frames_until(self, marker, deadline=None):
        """(stdout, stderr) up to the frame that completes the marker in either."""
        out, seen = {1: bytearray(), 2: bytearray()}, {1: 0, 2: 0}
        for stream, data in self.frames(deadline):
            out[stream] += data
            if out[stream].find(marker, seen[stream]) >= 0:
                return bytes(out[1]), bytes(out[2])
            seen[stream] = max(0, len(out[stream]) - len(marker))
        raise Closed(f'stream ended without {marker!r}: {out!r}')

    def output(self, deadline=None):
        """(stdout, stderr) of a multiplexed stream that ends."""
        out = {1: [], 2: []}
        for stream, data in self.frames(deadline):
            out[stream].append(data)
        return b''.join(out[1]), b''.join(out[2])

    def documents(self, deadline=None):
        """Yields the JSON documents of a stream with one a line."""
        while True:
            while b'\n' not in self.rest:
                data = self.piece(deadline)
                if not data:
                    if self.rest.strip():
                        yield json.loads(self.rest)
                    return
                self.rest += data
            line, self.rest = self.rest.split(b'\n', 1)
            if line.strip():
                yield json.loads(line)

    @property
    def text(self):
        return self.read().decode('utf-8', 'replace') if not self.done or not self.body else self.body.decode('utf-8', 'replace')

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def message(self):
        """The message of an error, '' if this is none."""
        try:
            return self.json.get('message', '')
        except (ValueError, AttributeError):
            return ''

    def send(self, data):
        self.connection.send(data)

    def close_write(self):
        self.connection.close_write()

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
