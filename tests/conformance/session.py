"""One scenario against one daemon: requests are sent, and what is answered is recorded as plain fields.

Names of objects are the same on every daemon; ids are learned and become names in the record.  A step says which status
Docker Engine gives, so that a scenario that has come off its path is seen.
"""
from contextlib import contextmanager

from harness.api import UPGRADE, target
from harness.http import DEADLINE, Answer, Closed, Connection

VERSION = '1.41'        # of the Engine in Debian 12; every back end has it
IMAGE = 'alpine:latest'


class Exchange:
    """A recorded step."""

    def __init__(self, step, want, request, fields):
        self.step, self.want, self.request, self.fields = step, want, request, fields

    @property
    def status(self):
        return self.fields.get('status', 'none')


class Session:
    def __init__(self, api, plain):
        self.api, self.plain = api, plain
        self.exchanges = []
        self.images = []        # to be removed afterwards
        plain.know(api.run_id, 'run')

    # -- exchanges ------------------------------------------------------------------------------

    def record(self, step, want, request, fields):
        if any(e.step == step for e in self.exchanges):
            raise ValueError(f'two steps are called {step}')
        self.exchanges.append(Exchange(step, want, self.plain.text(request), fields))

    def do(self, step, want, request, body=None, reads='document', **options):
        """One exchange; gives the answer, whose body was read."""
        shape = {k: options.pop(k) for k in ('figures', 'order', 'race', 'loose') if k in options}
        method, path = request.split(' ', 1)
        options.setdefault('version', VERSION)
        try:
            with self.api.open(method, path, body, **options) as answer:
                fields = {**self.plain.head(answer), **self.body(answer, reads, shape)}
        except (OSError, Closed) as e:
            self.record(step, want, request, {'error': f'{type(e).__name__}: {e}'})
            raise
        self.record(step, want, request, fields)
        return answer

    def body(self, answer, reads, shape):
        if answer.framing == 'none' or reads == 'head':
            return {}
        if reads == 'frames' and answer.status < 300:
            return self.plain.frames(answer.frames(), **shape)
        data = answer.read()
        if reads in ('documents', 'archive', 'events') and answer.status < 300:
            return getattr(self.plain, reads)(data)
        return self.plain.document(data, **shape)

    @contextmanager
    def held(self, step, want, request, **options):
        """A request whose head is answered before its body is: what happens inside the block makes the body come."""
        method, path = request.split(' ', 1)
        with self.api.open(method, path, version=VERSION, **options) as answer:
            fields = self.plain.head(answer)
            yield answer
            fields.update(self.body(answer, 'document', {}))
            self.record(step, want, request, fields)

    @contextmanager
    def stream(self, step, want, request, body=None, upgrade=True, tty=False, race=False, **options):
        """A hijacked connection, read to its end after the block unless that has closed it."""
        method, path = request.split(' ', 1)
        headers = {**(UPGRADE if upgrade else {}), **options.pop('headers', {})}
        with self.api.open(method, path, body, headers=headers, version=VERSION, **options) as answer:
            stream = Stream(answer, tty)
            fields = self.plain.head(answer)
            try:
                yield stream
                fields.update(stream.rest(self.plain, race))
            except (OSError, Closed) as e:
                fields['error'] = f'{type(e).__name__}: {e}'
            self.record(step, want, request, fields)

    def raw(self, step, want, request, headers, body=b'', version=VERSION):
        """A request whose every header is given, for what clients should not send."""
        method, path = request.split(' ', 1)
        with Connection(self.api.host) as connection:
            connection.send_request(method, target(version, path, {}), {'Host': 'docker', **headers}, body)
            answer = Answer(connection, method)
            fields = {**self.plain.head(answer), **self.body(answer, 'document', {})}
        self.record(step, want, request, fields)
        return answer

    # -- what scenarios need first ---------------------------------------------------------------

    def ask(self, request, body=None, **options):
        """An exchange that is not recorded."""
        method, path = request.split(' ', 1)
        return self.api.call(method, path, body, version=VERSION, **options)

    def learn(self, answer, name, key='Id'):
        """The id in an answer, known by this name from now on; of an error, one that nothing has."""
        ident = answer.json.get(key) if answer.status < 300 else None
        if ident is None:
            return f'no-id-of-{name}'
        self.plain.know(ident, f'id of {name}')
        return ident

    def config(self, cmd, host=None, **config):
        return self.api.config(cmd, host, **config)

    def make(self, name, cmd, host=None, start=True, **config):
        """A container; its id."""
        answer = self.ask('POST /containers/create', self.config(cmd, host, **config), query={'name': name})
        ident = self.learn(answer, name)
        if start:
            self.ask(f'POST /containers/{ident}/start')
        return ident

    def ended(self, name, cmd, **options):
        """A container that has ended; its id."""
        ident = self.make(name, cmd, **options)
        self.ask(f'POST /containers/{ident}/wait')
        return ident

    def remove(self, ident):
        self.ask(f'DELETE /containers/{ident}', force=1, v=1)

    def network(self, name, **body):
        return self.learn(self.ask('POST /networks/create', {'Name': name, 'Labels': self.labels(), **body}), name)

    def volume(self, name, **body):
        self.ask('POST /volumes/create', {'Name': name, 'Labels': self.labels(), **body})
        return name

    def labels(self):
        return self.api.config(None)['Labels']

    def clean(self):
        self.api.clean()
        for image in self.images:
            self.ask(f'DELETE /images/{image}', force=1)
        self.ask('POST /images/prune')


class Stream:
    """A hijacked connection as a scenario uses it: in frames, or bare on a terminal."""

    def __init__(self, answer, tty):
        self.answer, self.tty = answer, tty
        self.seen = []          # (stream number, bytes)
        self.open = answer.framing in ('upgrade', 'close') and answer.status < 300

    def pieces(self, deadline=DEADLINE):
        if not self.tty:
            yield from self.answer.frames(deadline)
            return
        while data := self.answer.piece(deadline):
            yield 1, data

    def until(self, marker, deadline=DEADLINE):
        """Reads until a marker was seen."""
        if not self.open:
            return
        seen = b''
        for number, data in self.pieces(deadline):
            self.seen.append((number, data))
            seen += data
            if marker in seen:
                return
        raise Closed(f'the stream ended without {marker!r}: {seen!r}')

    def send(self, data):
        if self.open:
            self.answer.send(data)

    def half_close(self):
        if self.open:
            self.answer.close_write()

    def leave(self):
        """Ends our side, so that the rest is not read."""
        self.answer.close()
        self.open = None

    def rest(self, plain, race):
        """The fields of all that came."""
        if self.open is False:
            return plain.document(self.answer.read())
        if self.open:
            self.seen += self.pieces()
        return plain.frames(self.seen, race)
