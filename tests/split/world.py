"""What a test is given: programs to start, and an end to all of them."""
import os

from harness.api import Api
from harness.http import Answer, Connection
from harness.program import Programs
from split.recorder import Recorder, empty

MEMORY, FRONT, DOCKER = 'sockerless-backend-memory', 'sockerless-frontend-docker', 'sockerless-backend-docker'

CAT = {'OpenStdin': True, 'StopSignal': 'SIGKILL'}      # a program that ignores SIGTERM would be waited for


class World:
    def __init__(self, where):
        self.programs = Programs(where)
        self.recorders = []
        self.back_address = self.programs.socket('back')
        self.front_address = self.programs.socket('front')
        self.state = os.path.join(self.programs.folder, 'state')

    # -- to start -------------------------------------------------------------------------------

    def back(self, *arguments, address=None):
        """A memory back end."""
        return self.programs.serve(MEMORY, address or self.back_address, '--state', self.state, *arguments)

    def front(self, *arguments, address=None, back=None, **options):
        """A front end before the back end."""
        return self.programs.serve(FRONT, address or self.front_address, '--backend', back or self.back_address, *arguments,
                                   **options)

    def listen(self, address, answer=empty):
        """Something that takes notes, at this address."""
        recorder = Recorder(address, answer)
        self.recorders.append(recorder)
        return recorder

    def record(self, answer=empty):
        """A front end before a back end that takes notes."""
        recorder = self.listen(self.back_address, answer)
        self.front()
        return recorder

    # -- to ask ---------------------------------------------------------------------------------

    def api(self, address=None):
        api = Api(address or self.front_address)
        api.ensure_image()
        return api

    def connect(self, address=None):
        return Connection(address or self.front_address)

    def ask(self, method='GET', target='/_ping', headers=(), body=b'', address=None):
        """One request with exactly these headers, a list of pairs; its whole answer."""
        with self.connect(address) as c:
            c.send(request(method, target, headers, body))
            answer = Answer(c, method)
            answer.read()
            return answer

    # -- to end ---------------------------------------------------------------------------------

    def stop(self):
        """Everything must end well."""
        recorders, self.recorders = self.recorders, []
        try:
            self.programs.stop()
        finally:
            for recorder in recorders:
                recorder.stop()

    def remove(self):
        self.programs.remove()
        for recorder in self.recorders:
            recorder.stop()


def request(method, target, headers=(), body=b''):
    """The bytes of a request."""
    head = ''.join(f'{k}: {v}\r\n' for k, v in [('Host', 'client'), *headers])
    return f'{method} {target} HTTP/1.1\r\n{head}\r\n'.encode('latin-1') + body


def chunked(*parts):
    return b''.join(b'%x\r\n%s\r\n' % (len(p), p) for p in parts) + b'0\r\n\r\n'
