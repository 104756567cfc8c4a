"""Gigabytes through a front end: memory stays flat, and the slower side sets the pace."""
import select
import threading

from harness.check import equal, eventually, status, that
from harness.http import Answer
from harness.suite import test
from split.recorder import CLOSE
from split.world import request

PIECE = bytes(1 << 20)
PIECES = 2048                   # 2 GB
GROWTH = 8 << 20                # of memory at most
STANDSTILL = 1.0                # seconds without room that mean that nothing moves
IN_FLIGHT = 32 << 20            # what sockets and buffers on the way may hold


def grown(w):
    return w.programs.running[-1].peak()


@test(limit=120)
def upload(w):
    """2 GB up, with a length and in chunks"""
    r = w.record(lambda e: e.reply(body=str(sum(len(p) for p in e.pieces())).encode()))
    status(w.ask('POST', '/warm', [('Content-Length', str(len(PIECE)))], PIECE), 200)
    before = grown(w)
    for framing, first, after in ((('Content-Length', str(PIECES << 20)), b'', b''), (('Transfer-Encoding', 'chunked'), b'100000\r\n', b'\r\n')):
        with w.connect() as c:
            c.send(request('POST', '/images/load', [framing]))
            for _ in range(PIECES // 2 if first else PIECES):
                c.send(first)
                c.send(PIECE)
                c.send(after)
            c.send(b'0\r\n\r\n' if first else b'')
            equal(Answer(c, 'POST', 60).read(), str(PIECES << (19 if first else 20)).encode(), 'bytes that arrived')
    that(grown(w) - before < GROWTH, f'{(grown(w) - before) >> 20} MB more memory')
    equal(len(r.seen), 3)


def pour(exchange):
    exchange.send(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % (PIECES << 20))
    for _ in range(PIECES):
        exchange.send(PIECE)


def drain(connection):
    """Reads the answer to its end without keeping it; its size."""
    answer, size = status(Answer(connection, 'GET'), 200), 0
    while data := answer.piece():
        size += len(data)
    return size


@test(limit=120)
def download(w):
    """2 GB down"""
    r = w.record()
    status(w.ask(), 200)
    before = grown(w)
    r.answer = pour
    with w.connect() as c:
        c.send(request('GET', '/images/x/get'))
        equal(drain(c), PIECES << 20, 'bytes that arrived')
    that(grown(w) - before < GROWTH, f'{(grown(w) - before) >> 20} MB more memory')


def push_until_stuck(sock):
    """Sends until the other side takes no more for a while; how much it took."""
    sent = 0
    sock.setblocking(False)
    while select.select([], [sock], [], STANDSTILL)[1]:
        sent += sock.send(PIECE)
        that(sent < 8 * IN_FLIGHT, f'{sent >> 20} MB were taken that nobody read')
    sock.setblocking(True)
    return sent


@test()
def slow_reader(w):
    """A client that does not read stops the back end's writing; what it then reads is all there"""
    stuck = []

    def answer(exchange):
        exchange.send(b'HTTP/1.1 200 OK\r\n\r\n')
        stuck.append(push_until_stuck(exchange.socket))
        return CLOSE
    w.record(answer)
    for upgrade in False, True:
        del stuck[:]
        with w.connect() as c:
            c.send(request('GET', '/logs'))
            eventually(lambda: stuck, 'the writer to be stopped')
            that(stuck[0] < IN_FLIGHT, f'{stuck[0] >> 20} MB were taken that nobody read')
            equal(drain(c), stuck[0], 'bytes that arrived')


@test()
def slow_back_end(w):
    """A back end that does not read stops the client's writing, of a body and of a stream"""
    go_on, got = threading.Event(), []

    def answer(exchange):
        if exchange.header('Upgrade'):
            exchange.send(b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
        go_on.wait(30)
        got.append(len(exchange.at_end()))
        return CLOSE
    w.record(answer)
    for headers in [('Content-Length', str(1 << 40))], [('Connection', 'Upgrade'), ('Upgrade', 'tcp')]:
        go_on.clear()
        with w.connect() as c:
            c.send(request('POST', '/x', headers))
            if headers[0][0] == 'Connection':
                status(Answer(c, 'POST'), 101)
            sent = push_until_stuck(c.socket)
            that(0 < sent < IN_FLIGHT, f'{sent >> 20} MB were taken that nobody read')
            go_on.set()
            c.close_write()
            eventually(lambda: got, 'the back end to have read')
            equal(got.pop(), sent, 'bytes that arrived')
