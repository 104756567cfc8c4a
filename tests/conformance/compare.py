"""What differs between the records of two daemons, and which entry of the table allows it."""
import re
from collections import namedtuple

from harness.differences import DIFFERENCES

Found = namedtuple('Found', 'step field engine other')      # a value is None where the field is missing


def differences(engine, other):
    """Yields what differs between two exchanges of one step.

    Answers with different statuses have nothing else to compare: that is one difference, with the messages of errors.
    Of events that only one side has, the order of all tells enough.
    """
    if engine.status != other.status:
        yield Found(engine.step, 'status', said(engine), said(other))
        return
    for field in sorted(set(engine.fields) | set(other.fields)):
        pair = engine.fields.get(field), other.fields.get(field)
        if pair[0] != pair[1] and not lone_event(field, engine, other):
            yield Found(engine.step, field, *pair)


def said(exchange):
    """The status, and of an error what it says."""
    fields = exchange.fields
    text = fields.get('error') or fields.get('.message') or (fields.get('text', '') if exchange.status >= '400' else '')
    return f'{exchange.status} {text}'.strip()


def lone_event(field, engine, other):
    event = field.split('.')[0]
    return event.startswith('event ') and any(not any(f.split('.')[0] == event for f in e.fields) for e in (engine, other))


def fits(pattern, text):
    """A pattern is the text itself, with * for any part of it; None stands for a missing field, ANY for anything."""
    if pattern is ANY:
        return True
    if pattern is None or text is None:
        return pattern is text
    return re.fullmatch('.*'.join(map(re.escape, pattern.split('*'))), text, re.DOTALL) is not None


ANY = object()


class Entry:
    """An intended difference: what the Engine says, what the other back end says, where, and why."""

    def __init__(self, name, reason, *places):
        """places: (steps, fields, the Engine's value, the other's), the first two separated by two spaces; in place of the
        two values there may be a function of both."""
        self.name, self.reason, self.places = name, reason, places
        self.unused = set(range(len(places)))

    def allows(self, scenario, found):
        for number, (steps, fields, *values) in enumerate(self.places):
            if any(fits(s, f'{scenario}.{found.step}') for s in steps.split('  ')) and \
               any(fits(f, found.field) for f in fields.split('  ')) and values_fit(values, found):
                self.unused.discard(number)
                return True
        return False


def values_fit(values, found):
    if len(values) == 1:
        return None not in found[2:] and values[0](found.engine, found.other)
    return fits(values[0], found.engine) and fits(values[1], found.other)


def capitals(engine, other):
    """The same words but for capital letters."""
    return engine.lower() == other.lower()


def said_invalid_json(engine, other):
    """The same words after a prefix, with the status of a bad request."""
    return re.sub(r'^(500 )?"', '', engine) == re.sub(r'^(400 )?"invalid JSON: ', '', other)


def bad_request(engine, other):
    """The same words, but not as an internal error."""
    return engine.startswith('500 ') and other == '400 ' + engine[4:]


def release(name, steps, fields='status'):
    """A place where Engine releases differ, as harness.differences tells."""
    before, after, reason = DIFFERENCES[name]
    return Entry(name, reason, (steps, fields, f'*{before}*', f'*{after}*'))
