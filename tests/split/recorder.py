"""A back end that takes notes: every byte that arrives is kept as it is, and the test says what is answered."""
import os
import socket
import threading

CLOSE, KEEP = 'close', 'keep'


class Exchange:
    """A request as it came over the wire, and the connection for the answer."""

    def __init__(self, connection, reader, line):
        self.socket, self.reader = connection, reader
        self.method, self.target, self.protocol = line.rstrip('\r\n').split(' ')
        self.headers, self.body = [], None
        while (line := reader.readline().decode('latin-1')) not in ('\r\n', ''):
            name, _, value = line.rstrip('\r\n').partition(': ')
            self.headers.append((name, value))

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def pieces(self):
        """Yields the body as it comes."""
        if (self.header('Transfer-Encoding') or '').lower() == 'chunked':
            while size := int(self.reader.readline(), 16):
                yield self.reader.read(size)
                self.reader.readline()
            self.reader.readline()
            return
        left = int(self.header('Content-Length') or 0)
        while left and (data := self.reader.read1(min(left, 1 << 20))):
            left -= len(data)
            yield data

    def read(self):
        self.body = b''.join(self.pieces())
        return self.body

    def send(self, data):
        self.socket.sendall(data)

    def reply(self, status='200 OK', body=b'', headers=()):
        head = ''.join(f'{k}: {v}\r\n' for k, v in headers)
        self.send(f'HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n'.encode() + body)

    def at_end(self):
        """What still comes until the peer has ended its direction."""
        return self.reader.read()


def empty(exchange):
    """Reads the body and answers 200 without one."""
    exchange.read()
    exchange.reply()


class Recorder:
    """Listens at an address; answer(exchange) serves each request and says CLOSE if the connection ends with it."""

    def __init__(self, address, answer=empty):
        self.address, self.answer = address, answer
        self.seen, self.failures = [], []
        self.connections = []
        path = address.removeprefix('unix://')
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile('rb', 1 << 20) as reader:
            try:
                while line := reader.readline().decode('latin-1'):
                    exchange = Exchange(connection, reader, line)
                    self.seen.append(exchange)
                    if self.answer(exchange) == CLOSE:
                        return
            except OSError:
                pass                    # the front end went away, which is for the test to judge
            except Exception as e:
                self.failures.append(e)

    @property
    def last(self):
        return self.seen[-1]

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        if self.failures:
            raise self.failures[0]
