"""A shell under a terminal, by hand as a person would start it or as `docker run -it` would."""
import os
import re
import select
import time

import box
from harness import check

TIMEOUT = 10


class Shell:
    """In a box with a control socket; talk to it with send and expect."""

    def __init__(self, *argv, env=()):
        self.box = box.Box()
        self.process = self.box.start(*(argv or ('sh',)), env=(box.PATH, 'PS1=$ ', 'TERM=xterm', *env), flags=box.RUN_TTY)
        check.equal(self.process.failure, None, 'failure')
        self.fd, self.seen = self.process.ours[0], ''
        if not argv:
            self.expect(r'\$ $')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.box.__exit__()

    def send(self, text):
        os.write(self.fd, text.encode())

    def pause(self, seconds):
        """Lets the shell work for a random time: what is under test is the moment of the interrupt."""
        select.select([], [], [], seconds)

    def expect(self, pattern, timeout=TIMEOUT):
        """Reads until the pattern is there; forgets what came up to its end. The match."""
        until = time.monotonic() + timeout
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise check.Failed(f'no {pattern!r} in {self.seen[-500:]!r}')
            try:
                self.seen += os.read(self.fd, 65536).decode(errors='replace')
            except OSError:
                raise check.Failed(f'the terminal is closed; no {pattern!r} in {self.seen[-500:]!r}') from None

    def do(self, line, pattern):
        """A line, what must come of it, and the prompt."""
        self.send(line + '\r')
        match = self.expect(pattern)
        self.expect(r'\$ $')
        return match

    def interrupt(self):
        """^C until the prompt comes: one that comes while the shell still edits the line is just a character, with any shell."""
        for _ in range(20):
            self.send('\x03')
            try:
                self.expect(r'\$ $', timeout=0.5)
                return
            except check.Failed:
                pass
        raise check.Failed(f'the shell is lost: {self.seen!r}')

    def foreground(self, name):
        """Starts it by its name alone and waits until it has the terminal."""
        self.send(name + '\r')
        check.eventually(lambda: self._holder() == name.split()[0], f'{name} in the foreground')
        self.expect(r'\r\n')

    def _holder(self):
        group = os.tcgetpgrp(self.fd)
        try:
            with open(f'/proc/{group}/comm') as f:
                return f.read().strip()
        except FileNotFoundError:
            return None

    def status(self):
        return self.box.wait(self.process)
