"""Where the daemon under test may rightly answer otherwise than the other one: the one table of exceptions.

The suites run against Docker Engine 20.10 (API 1.41), which proves the tests, and against Sockerless (API 1.44).  Each
entry: what API 1.41 answers, what 1.44 answers, and why.  A test asks `d.says(NAME)`; a value that is not in this table
is the same on both.
"""

DIFFERENCES = {
    # Errors in requests became 400 with a prefix in Engine 23.
    'malformed-json-status': (500, 400, 'a body that is not JSON was an internal error before 1.42'),
    'malformed-json-message': ('unexpected EOF', 'invalid JSON', 'says that the JSON is at fault since 23.0'),
    'wrong-type-status': (500, 400, 'a field of the wrong type was an internal error before 1.42'),
    'empty-body-message': ('EOF', 'invalid JSON: got EOF while reading request body', 'since 23.0'),
    'malformed-filter-status': (500, 400, 'filters that are not JSON were an internal error'),
    'bad-exited-status': (500, 400, 'exited=x was an internal error'),
    'before-unknown-status': (500, 404, 'before and since of an unknown container were an internal error'),
    'invalid-filter': ('Invalid filter', 'invalid filter', 'messages begin in lower case since 23.0'),
    'no-command': ('No command specified', 'no command specified', 'lower case since 23.0'),
    'relative-target-status': (500, 400, 'a mount target that is relative was an internal error'),
    'invalid-signal': ('Invalid signal: NONESUCH', 'invalid signal: NONESUCH', 'lower case since 25.0'),
    'remove-running': ('You cannot remove a running container', 'container is running: stop the container before',
                       'reworded in 25.0'),
    'wait-bad-condition-status': (200, 400, 'an unknown condition was taken as the default one'),
    'volume-created-again': (['create'], [], 'a bind of a volume that is there told of its creation before 23.0'),
    'network-no-name-status': (500, 400, 'an invalid network name was an internal error'),
    'tag-upper-case-status': (500, 400, 'a reference in upper case was an internal error'),
    'api-too-old-type': ('text/plain; charset=utf-8', 'application/json', 'a plain text error before 25.0'),
    'minimum-version': ('1.12', '1.24', 'API versions before 1.24 were dropped in 25.0'),
    'stream-type': ('application/vnd.docker.raw-stream', 'application/vnd.docker.multiplexed-stream',
                    'a stream in frames has its own content type since 1.42'),
    'log-type': (None, 'application/vnd.docker.multiplexed-stream', 'logs announce their framing since 1.42'),
    'log-type-tty': (None, 'application/vnd.docker.raw-stream', 'logs announce their framing since 1.42'),
    'prune-all-volumes': (True, False, 'since 1.42 a volume prune takes anonymous volumes only, unless all=true'),
    'network-mode-default': ('default', 'bridge', 'inspect names the network that "default" is, since 26.0'),
    'virtual-size': (True, False, 'VirtualSize of images was removed in 1.44'),
    'builder-version': (None, '1', 'BuildKit is not offered'),
}


def pick(name, old):
    before, after, _ = DIFFERENCES[name]
    return before if old else after
