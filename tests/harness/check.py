"""Assertions that say what was found, and waiting with a deadline."""
import time
from concurrent.futures import ThreadPoolExecutor


class Failed(AssertionError):
    """What was found is not what should be."""


class Skip(Exception):
    """The test cannot be run here; the text says why."""


def that(condition, message):
    if not condition:
        raise Failed(message)


def equal(got, want, what='value'):
    if got != want:
        raise Failed(f'{what}: expected {shorten(want)}, got {shorten(got)}')


def contains(whole, part, what='text'):
    if part not in whole:
        raise Failed(f'{what}: {shorten(part)} is not in {shorten(whole)}')


def shorten(value, limit=600):
    text = repr(value)
    return text if len(text) <= limit else f'{text[:limit // 2]} … {text[-limit // 2:]} ({len(text)} characters)'


def status(answer, *wanted):
    """The answer's status is one of these; gives the answer back."""
    if answer.status not in wanted:
        body = answer.text if answer.framing != 'upgrade' else ''
        raise Failed(f'status: expected {" or ".join(map(str, wanted))}, got {answer.status} {shorten(body)}')
    return answer


def refused(answer, code, message=None):
    """An error of this status whose message has this text."""
    status(answer, code)
    equal(answer.header('content-type'), 'application/json', 'content type of the error')
    that(set(answer.json) == {'message'}, f'an error is {{"message": …}}, got {shorten(answer.json)}')
    if message is not None:
        contains(answer.message, message, 'message')
    return answer


def has_keys(thing, keys, what='object'):
    missing = set(keys.split() if isinstance(keys, str) else keys) - set(thing)
    that(not missing, f'{what} lacks {sorted(missing)}')


def eventually(condition, what, deadline=10.0, interval=0.01):
    """Polls until condition() is true; gives its value back."""
    until = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Failed(f'not within {deadline} s: {what}')
        time.sleep(interval)


def at_once(number, call):
    """call(0) … call(number - 1), each in a thread of its own; the results in order."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))
