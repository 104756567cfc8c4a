"""Running the steps of the userland build: progress on the terminal, output in a log."""

import concurrent.futures
import contextlib
import os
import subprocess
import sys
import threading
import time

HEARTBEAT_SECONDS = 10
LOG_TAIL_LINES = 40


class BuildError(Exception):
    """Something the reader of the terminal can act on."""


class Steps:
    """Prints one line per step, a heartbeat in the long ones, and logs what commands say."""

    def __init__(self, log_path):
        self.log_path = log_path
        self.start = time.monotonic()
        self.jobs = len(os.sched_getaffinity(0))

    def say(self, text):
        print(f"userland: {time.monotonic() - self.start:4.0f} s  {text}", flush=True)

    @contextlib.contextmanager
    def step(self, name):
        self.say(name)
        over = threading.Event()

        def heartbeat():
            while not over.wait(HEARTBEAT_SECONDS):
                self.say(f"  … {name}")

        beat = threading.Thread(target=heartbeat, daemon=True)
        beat.start()
        try:
            yield
        finally:
            over.set()
            beat.join()

    def run(self, command, **options):
        """Runs a command with its output in the log; fails with the end of the log."""
        with open(self.log_path, "a", encoding="utf-8") as log:
            print("+", *command, file=log, flush=True)
            result = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **options
            )
        if result.returncode != 0:
            raise BuildError(f"{self.log_tail()}\n{command[0]} failed ({result.returncode})")

    def run_all(self, commands):
        """Runs independent commands, as many at once as there are processors."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for future in [pool.submit(self.run, command) for command in commands]:
                future.result()

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-LOG_TAIL_LINES:])


def output(command):
    """What a command prints, without the last newline."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.rstrip("\n")


def fail(program, error):
    print(f"{program}: {error}", file=sys.stderr)
    sys.exit(1)
