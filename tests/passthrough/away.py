"""A daemon that goes away and comes back, without restarting Sockerless."""
import os
import signal

from harness.check import contains, equal, refused, status
from harness.engine import peer
from harness.http import Closed, Connection
from harness.suite import test


def streams(w):
    container = w.api.run(['cat'], OpenStdin=True)
    attach = w.api.attach(container)
    attach.send(b'x\n')
    attach.frames_until(b'x\n')
    ident = w.api.exec_create(container, 'echo up; cat', AttachStdin=True)
    running = w.api.exec_start(ident)
    running.frames_until(b'up\n')
    events = status(w.api.open('GET', '/events'), 200)
    logs = status(w.api.open('GET', f'/containers/{container}/logs', stdout=1, follow=1), 200)
    logs.frames_until(b'x\n')
    wait = w.api.open('POST', f'/containers/{container}/wait')
    return attach, running, events, logs, wait


def must_end(opened):
    for stream in opened:
        with stream:
            try:
                stream.read(20)
            except (Closed, ConnectionResetError):
                pass


def must_be_away(w):
    for method, path in (('GET', '/containers/json'), ('POST', '/containers/create'), ('GET', '/info')):
        message = refused(w.api.call(method, path), 503).message
        contains(message, f'the Docker daemon at {w.engine.host} cannot be reached: ')
    message = status(w.api.get('/healthz', version=''), 503).json['message']
    contains(message, f'the Docker daemon at {w.engine.host}' if w.form == 'one' else 'the back end at unix://')


def must_be_back(w):
    """Without a restart of ours: the first call already works."""
    pids = [child.pid for child in w.daemon.children]
    w.engine.start()
    equal(w.api.get('/_ping', version='').text, 'OK')
    equal(status(w.api.get('/healthz', version=''), 200).json['status'], 'ok')
    equal(w.api.finish('echo again')[:2], (0, b'again\n'))
    w.daemon.must_live()
    equal([child.pid for child in w.daemon.children], pids)


@test()
def killed(w):
    """SIGKILL within streams"""
    opened = streams(w)
    os.kill(peer(w.engine.host), signal.SIGKILL)
    w.engine.child.wait(20)
    must_end(opened)
    must_be_away(w)
    must_be_back(w)


@test()
def stopped(w):
    """SIGTERM within streams"""
    opened = streams(w)
    w.engine.stop()
    must_end(opened)
    must_be_away(w)
    must_be_back(w)


@test()
def within_an_upload(w):
    """Killed while an image is loaded: an error or the end, no hang, and no success"""
    with Connection(w.daemon.host) as c:
        c.send(b'POST /v1.41/images/load HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n' + b'10000\r\n' + bytes(0x10000) + b'\r\n')
        os.kill(peer(w.engine.host), signal.SIGKILL)
        w.engine.child.wait(20)
        text = c.at_end()
    equal(b' 200 ' in text.split(b'\r\n')[0] and text.endswith(b'0\r\n\r\n'), False, f'success: {text!r}')
    must_be_back(w)
