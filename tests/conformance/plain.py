"""An answer as fields that can be compared: {name: text}, with what changes from run to run replaced by rule.

A JSON body becomes one field for each of its leaves, named by its path; null, [] and {} are leaves too, so that they are
told from each other and from a missing key.  Ids that the scenario knows become the name of their object, so that an
answer about the wrong container is seen.
"""
import base64
import io
import json
import re
import socket
import tarfile

# Values of headers, and headers, that say nothing about the API.
IGNORED_HEADERS = {
    'date': 'the time',
    'server': 'names the program and its version, which /version compares',
    'content-length': 'Go gives a length to small bodies and sends others in chunks',
    'transfer-encoding': 'Go gives a length to small bodies and sends others in chunks',
}

# Numbers that depend on the machine, the moment or the image.  Nought stays nought.
VARIABLE_NUMBERS = set('''Size SizeRw SizeRootFs VirtualSize SharedSize LayersSize Created CreatedAt Pid time timeNano mtime size
    MemTotal NCPU NFd NGoroutines NEventsListener BuilderSize SpaceReclaimed'''.split())

FIGURE = re.compile(r'[\d.:]+|[A-Z][a-z]{2}\d\d')        # in a line of ps

# Lists that Docker Engine makes from a map, and by what we order them.
UNORDERED = {'Mounts': 'Destination'}

TEXTS = [(re.compile(pattern), plain) for pattern, plain in (
    (r'\b[0-9a-f]{64}\b', '<id>'),
    (r'\b[0-9a-f]{12}\b', '<id>'),
    (r'\b0001-01-01T00:00:00Z', '<never>'),
    (r'\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z', '<time>'),
    (r'\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?[+-]\d\d:\d\d', '<time with zone>'),
    (r'\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b', '<mac>'),
    (r'\b(172|192)(\.\d{1,3}){3}\b', '<address>'),
    (r'\b(172|192)(\.\d{1,3}){2}\b', '<address>'),
    (r'(?<=to network endpoints: )[\w, -]+', '<networks in any order>'),
    (r'/tmp/sockerless-[\w-]+', '<folder>'),
    (r'\b(Less than a second|\d+ seconds?|About a minute)\b', '<a while>'),
)]


class Plain:
    """The rules, and the ids that a scenario knows."""

    def __init__(self):
        self.known = {socket.gethostname(): 'name of the host'}

    def know(self, value, name):
        self.known[value] = name
        if re.fullmatch('[0-9a-f]{64}', value):
            self.known[value[:12]] = name

    def text(self, text):
        for value in sorted(self.known, key=len, reverse=True):
            text = text.replace(value, f'<{self.known[value]}>')
        for pattern, plain in TEXTS:
            text = pattern.sub(plain, text)
        return text

    def leaf(self, key, value, figures):
        if key == 'Processes' and FIGURE.fullmatch(value):
            return '<figure>'
        if isinstance(value, str):
            return json.dumps(self.text(value), ensure_ascii=False)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not figures or (value and key in VARIABLE_NUMBERS):
                return '<number>'
        return json.dumps(value)

    def flatten(self, value, path, figures=True, key=''):
        """Yields (path, text) for each leaf."""
        if isinstance(value, dict) and value:
            for name, inner in value.items():
                yield from self.flatten(inner, f'{path}.{self.text(name)}', figures, name)
        elif isinstance(value, list) and value:
            if key in UNORDERED and UNORDERED[key] in value[0]:
                value = sorted(value, key=lambda inner: inner[UNORDERED[key]])
            for number, inner in enumerate(value):
                yield from self.flatten(inner, f'{path}[{number}]', figures, key)
        else:
            yield path, self.leaf(key, value, figures)

    # -- an answer ------------------------------------------------------------------------------

    def head(self, answer):
        fields = {'status': str(answer.status), 'reason': answer.reason,
                  'framing': answer.framing if answer.framing in ('upgrade', 'close', 'none') else 'body'}
        for name, value in answer.headers:
            if name.lower() not in IGNORED_HEADERS:
                fields[f'header {name.lower()}'] = self.header(name.lower(), value)
        return fields

    def header(self, name, value):
        if name == 'x-docker-container-path-stat':
            return json.dumps(dict(self.flatten(json.loads(base64.b64decode(value)), '')))
        return self.text(value)

    def document(self, data, figures=True, order=None, loose=()):
        """The fields of a body: one JSON document, or else text; of loose fields only that they are there."""
        try:
            value = json.loads(data)
        except ValueError:
            return {'text': self.text(data.decode('utf-8', 'replace'))}
        if order:
            value.sort(key=order)
        fields = {**dict(self.flatten(value, '', figures)), 'line end': str(data.endswith(b'\n'))}
        return {**fields, **{name: '<any>' for name in loose if name in fields}}

    def documents(self, data):
        """The fields of a stream of JSON documents."""
        fields, decoder, text, number = {}, json.JSONDecoder(), data.decode('utf-8', 'replace').lstrip(), 0
        while text:
            try:
                value, end = decoder.raw_decode(text)
            except ValueError:
                fields['text'] = self.text(text)
                break
            fields.update(self.flatten(value, f'#{number}'))
            text, number = text[end:].lstrip(), number + 1
        return fields

    def events(self, data):
        """The fields of a stream of events: their order, and of each what is in it."""
        order, fields = [], {}
        for line in data.splitlines():
            event = json.loads(line)
            name = self.text(f"{event['Type']} {event['Action']}")
            order.append(name)
            fields.update(self.flatten(event, f'event {name} {order.count(name)}'))
        return {'order': ', '.join(order), **fields}

    def archive(self, data):
        """The fields of a tar archive: for each entry what it is."""
        try:
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                return {f'entry {self.text(m.name)}': self.entry(archive, m) for m in archive}
        except tarfile.TarError:
            return self.document(data)

    def entry(self, archive, member):
        words = [member.type.decode(), f'{member.mode:o}', f'{member.uid}:{member.gid}', member.linkname]
        if member.isreg() and member.size < 4096:
            words.append(repr(archive.extractfile(member).read()))
        return self.text(' '.join(words).strip())

    def frames(self, frames, race=False):
        """The fields of a multiplexed stream; where the writer's pieces are cut is no part of the contract."""
        merged = []
        for number, data in frames:
            if not merged or merged[-1][0] != number:
                merged.append([number, b''])
            merged[-1][1] += data
        if race:
            merged = [[n, b''.join(data for m, data in merged if m == n)] for n in sorted({n for n, _ in merged})]
        return {f'frame {at}': f'{number}: {self.text(data.decode("utf-8", "replace"))!r}'
                for at, (number, data) in enumerate(merged)}
