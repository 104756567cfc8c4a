"""Tests, the order in which they run, and the record of what each of them proved.

A test is a function marked @test('GET /containers/json', …) with the endpoints or commands that it proves.  When it
passes, the runner checks that these were really called and adds them to build/test/proved-SUITE.json, from which
tools/gen-api-doc writes docs/docker-api.md.
"""
import importlib
import json
import os
import re
import signal
import sys
import time
import traceback

from harness.check import Failed, Skip, eventually  # noqa: F401

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 90      # seconds for one test, unless it says otherwise


class Test:
    def __init__(self, function, proves, limit):
        self.function = function
        self.proves = proves
        self.limit = limit
        self.subject = function.__module__.split('.')[-1]
        self.name = f'{self.subject}.{function.__name__}'
        self.what = (function.__doc__ or '').strip().split('\n')[0]


def test(*proves, limit=LIMIT):
    """Marks a test."""
    def mark(function):
        function.test = Test(function, proves, limit)
        return function
    return mark


def collect(package, subjects):
    """The tests of these modules in the order in which they are written."""
    found = []
    for subject in subjects:
        module = importlib.import_module(f'{package}.{subject}')
        found += [f.test for f in vars(module).values() if callable(f) and hasattr(f, 'test')
                  and f.__module__ == module.__name__]
    return found


def chosen(tests, names):
    if not names:
        return tests
    picked = [t for t in tests if any(t.subject == n or t.name.startswith(n) for n in names)]
    if not picked:
        raise SystemExit(f'no test is called {" or ".join(names)}')
    return picked


def called(requests, proof):
    """The versions in which some request fits `METHOD /path/{with}/names`: those that were accepted, if any was."""
    method, _, path = proof.partition(' ')
    pattern = re.compile(re.sub(r'\\\{name\\\}', '.+', re.sub(r'\\\{(?!name)\w+\\\}', '[^/]+', re.escape(path))) + '$')
    fitting = [(version, status) for m, p, version, status in requests if m == method and pattern.match(p)]
    return {version for version, status in fitting if status < 400} or {version for version, _ in fitting}


class Runner:
    """Runs tests one after the other against one subject, and counts."""

    def __init__(self, suite):
        self.suite = suite
        self.counts = {'ok': 0, 'FAIL': 0, 'skip': 0}
        self.proved = []
        signal.signal(signal.SIGALRM, self._late)
        signal.signal(signal.SIGTERM, lambda *unused: sys.exit(143))    # so that what was started is ended

    @staticmethod
    def _late(*unused):
        raise TimeoutError('the test took too long')

    def run(self, one, call, after):
        """call() is the test; after() fails if it left something behind."""
        began = time.monotonic()
        result, text = 'ok', ''
        signal.alarm(one.limit)
        try:
            call()
            after(True)
        except Skip as e:
            result, text = 'skip', str(e)
        except Exception as e:
            result, text = 'FAIL', describe(e)
        finally:
            signal.alarm(0)
        if result != 'ok':
            result, text = self._after_failure(after, result, text)
        self.counts[result] += 1
        took = time.monotonic() - began
        print(f'{result:4} {one.name} ({took:.2f} s)' + (f': {text}' if text else ''), flush=True)
        return result == 'ok'

    @staticmethod
    def _after_failure(after, result, text):
        """Cleans up all the same; whatever that meets is told too."""
        signal.alarm(60)
        try:
            after(False)
        except Exception as e:
            result, text = 'FAIL', f'{text}\n     and afterwards: {describe(e, False)}'
        finally:
            signal.alarm(0)
        return result, text

    def note(self, one, proofs):
        """proofs: {what: versions}"""
        self.proved.append({'test': f'{self.suite}/{one.name}', 'what': one.what,
                            'proves': {k: sorted(v) for k, v in proofs.items()}})

    def finish(self, record=True):
        """Prints the result line; the exit status."""
        if record:
            folder = os.path.join(TOP, 'build', 'test')
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f'proved-{self.suite}.json'), 'w') as f:
                json.dump(self.proved, f, indent=1)
        print(f"{self.counts['ok']} passed, {self.counts['FAIL']} failed, {self.counts['skip']} skipped")
        return 1 if self.counts['FAIL'] or not sum(self.counts.values()) else 0


def describe(e, where=True):
    """An exception as a reader of the log needs it: what, and the line of the test."""
    kind = '' if isinstance(e, Failed) else f'{type(e).__name__}: '
    if not where:
        return f'{kind}{e}'
    lines = [f'{os.path.relpath(f.filename, TOP)}:{f.lineno} in {f.name}' for f in traceback.extract_tb(e.__traceback__)
             if f.filename.startswith(TOP) and 'harness' not in f.filename]
    return f'{kind}{e}' + ''.join(f'\n     at {line}' for line in lines[-3:])


def arguments(argv, **defaults):
    """(options, names) of a command line of --option VALUE … NAME …"""
    options, names, rest = dict(defaults), [], list(argv)
    while rest:
        word = rest.pop(0)
        key = word[2:].replace('-', '_')
        if word.startswith('--') and key in options:
            if isinstance(options[key], bool):
                options[key] = True
            elif not rest:
                raise SystemExit(f'{word} needs a value')
            else:
                options[key] = rest.pop(0)
        elif word.startswith('-'):
            print(f'unknown option {word}', file=sys.stderr)
            raise SystemExit(2)
        else:
            names.append(word)
    return options, names
