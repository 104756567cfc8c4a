"""What a back end answers is what the client gets: heads, bodies, upgrades, refusals, nonsense, and breaking off."""
import select
import socket
import time

from harness.check import contains, equal, eventually, refused, status, that
from harness.http import Answer, Closed
from harness.suite import test
from split.recorder import CLOSE
from split.world import chunked, request

UPGRADE = [('Connection', 'Upgrade'), ('Upgrade', 'h2c')]


def sends(data, close=False):
    """An answer of these bytes."""
    def answer(exchange):
        exchange.read()
        exchange.send(data)
        return CLOSE if close else None
    return answer


def own_headers(answer):
    return [h for h in answer.headers if h[0] not in ('Date', 'Content-Length', 'Transfer-Encoding', 'Connection')]


@test()
def statuses(w):
    """Any status goes through with its body"""
    r = w.record()
    for code, reason in ((200, 'OK'), (201, 'Created'), (202, 'Accepted'), (400, 'Bad Request'), (404, 'Not Found'), (409, 'Conflict'),
                         (418, ''), (299, ''), (500, 'Internal Server Error'), (501, 'Not Implemented'), (503, 'Service Unavailable'),
                         (599, '')):
        r.answer = sends(f'HTTP/1.1 {code} {reason}\r\nContent-Length: 4\r\n\r\nbody'.encode())
        answer = status(w.ask(), code)
        equal(answer.text, 'body')
        that(not reason or answer.reason == reason, f'the reason of {code} is {answer.reason!r}')


@test()
def response_headers(w):
    """Order, case and repetitions are kept, those of one connection are not"""
    mine = [('Api-Version', '1.51'), ('x-odd-CASE', 'a'), ('Set-Cookie', 'a=1'), ('X-Between', ''), ('Set-Cookie', 'b=2'),
            ('Content-Type', 'application/json'), ('Server', 'Other/1'), ('X-Long', 'y' * 20000)]
    hop = [('Connection', 'X-Private, keep-alive'), ('X-Private', '1'), ('Keep-Alive', 'timeout=9'), ('Proxy-Authenticate', 'Basic')]
    w.record(lambda e: e.reply(body=b'{}', headers=mine + hop))
    answer = status(w.ask(), 200)
    equal(own_headers(answer), mine)
    equal(answer.header('content-length'), '2')


@test()
def without_body(w):
    """204, 304 and answers to HEAD have none, and the connection goes on"""
    r = w.record()
    with w.connect() as c:
        for method, head, length in (('POST', '204 No Content\r\n', None), ('POST', '304 Not Modified\r\nETag: "x"\r\n', None),
                                     ('HEAD', '200 OK\r\nContent-Length: 1234\r\nX-Stat: abc\r\n', '1234'),
                                     ('HEAD', '200 OK\r\nX-Stat: abc\r\n', None), ('HEAD', '404 Not Found\r\nContent-Length: 9\r\n', '9'),
                                     ('GET', '200 OK\r\nContent-Length: 0\r\n', '0')):
            for _ in range(2):
                r.answer = sends(f'HTTP/1.1 {head}\r\n'.encode())
                c.send(request(method, '/x'))
                answer = status(Answer(c, method), int(head[:3]))
                equal((answer.read(), answer.header('content-length')), (b'', length), head)
                for name in 'ETag', 'X-Stat':
                    equal(answer.header(name) is not None, name in head, name)


@test()
def in_chunks(w):
    """A piece arrives when it was sent, and no later"""
    r = w.record()
    steps = []

    def answer(exchange):
        exchange.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for piece in (b'one', b'two', b'three'):
            eventually(lambda: len(steps) > [b'one', b'two', b'three'].index(piece), 'the client to have the last piece')
            exchange.send(b'%x\r\n%s\r\n' % (len(piece), piece))
        exchange.send(b'0\r\n\r\n')
    r.answer = answer
    with w.connect() as c:
        c.send(request('GET', '/events'))
        head = status(Answer(c, 'GET'), 200)
        for piece in (b'one', b'two', b'three'):
            steps.append(piece)
            equal(head.read_until(piece), piece)
        equal(head.read(), b'')


@test()
def interim(w):
    """102 and 103 before the answer are not mistaken for it"""
    w.record(sends(b'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    equal(status(w.ask(), 200).text, 'ok')


@test()
def upgraded(w):
    """101 to any protocol: raw bytes, early ones too, and half-closes in both directions"""
    def answer(exchange):
        equal((exchange.header('Upgrade'), exchange.header('Connection')), ('h2c', 'Upgrade'))
        exchange.send(b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-More: 1\r\n\r\nearly\0')
        exchange.send(exchange.at_end()[::-1])
        return CLOSE
    w.record(answer)
    for method in 'GET', 'POST':
        with w.connect() as c:
            c.send(request(method, '/session', UPGRADE) + b'\0first')
            head = status(Answer(c, method), 101)
            equal((head.reason, head.header('Upgrade'), head.header('Connection'), head.header('X-More')),
                  ('Switching Protocols', 'h2c', 'Upgrade', '1'))
            c.send(b'second\xff')
            c.close_write()
            equal(c.at_end(), b'early\0\xffdnocestsrif\0')


@test()
def upgrade_that_ends_first(w):
    """The back end half-closes first and goes on to read"""
    got = []

    def answer(exchange):
        exchange.send(b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nall')
        exchange.socket.shutdown(socket.SHUT_WR)
        got.append(exchange.at_end())
        return CLOSE
    w.record(answer)
    with w.connect() as c:
        c.send(request('POST', '/attach', [('Connection', 'Upgrade'), ('Upgrade', 'tcp')]))
        equal(status(Answer(c, 'POST'), 101).reason, 'UPGRADED')
        equal(c.at_end(), b'all')
        c.send(b'still ')
        c.send(b'sent')
        c.close_write()
        eventually(lambda: got == [b'still sent'], 'what was sent after the end of the other direction')


@test()
def upgrade_within_the_body(w):
    """The back end takes the connection over before the body has ended; what follows the body is the stream's"""
    def answer(exchange):
        equal((exchange.reader.readline(), exchange.reader.readline()), (b'2\r\n', b'{}\r\n'), 'first chunk')
        exchange.send(b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
        exchange.send(exchange.at_end()[::-1] + b'.')
        return CLOSE
    w.record(answer)
    with w.connect() as c:
        c.send(request('POST', '/exec/x/start', [*UPGRADE, ('Transfer-Encoding', 'chunked')]) + b'2\r\n{}\r\n')
        eventually(lambda: w.recorders[0].seen, 'the call at the back end')
        time.sleep(0.1)             # within which the front end has the answer, while it waits for the rest of the body
        c.send(b'0\r\n\r\nhello')
        status(Answer(c, 'POST'), 101)
        c.close_write()
        equal(c.at_end(), b'olleh.')


@test()
def upgrade_refused(w):
    """An ordinary answer to a request for an upgrade"""
    w.record(lambda e: e.reply('409 Conflict', b'{"message":"no"}', [('Content-Type', 'application/json')]))
    with w.connect() as c:
        for _ in range(2):
            c.send(request('POST', '/attach', UPGRADE))
            answer = Answer(c, 'POST')
            answer.read()
            refused(answer, 409, 'no')


@test()
def without_framing(w):
    """Neither length nor chunks: the body lasts to the end of the connection, and is a stream in both directions"""
    def answer(exchange):
        exchange.read()
        exchange.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nto the end, ')
        exchange.send(exchange.at_end())
        return CLOSE
    w.record(answer)
    for method, body in (('POST', b'{}'), ('GET', b'')):
        with w.connect() as c:
            c.send(request(method, '/x', [('Content-Length', '2')] if body else (), body))
            head = status(Answer(c, method), 200)
            equal((head.framing, head.header('content-type')), ('close', 'application/vnd.docker.raw-stream'))
            c.send(b'typed')
            c.close_write()
            equal(head.read(), b'to the end, typed')


@test()
def early_answer(w):
    """An answer before the upload ends reaches the client, who still sends"""
    r = w.record(lambda e: (e.reply('413 Payload Too Large', b'{"message":"enough"}'), e.at_end(), CLOSE)[-1])
    for framing in ('Content-Length', str(1 << 30)), ('Transfer-Encoding', 'chunked'):
        with w.connect() as c:
            c.send(request('POST', '/images/load', [framing]) + (b'186a0\r\n' if framing[1] == 'chunked' else b'') + b'x' * 100000)
            answer = status(Answer(c, 'POST'), 413)
            equal(answer.read(), b'{"message":"enough"}')
            if framing[0] == 'Content-Length':      # so much will not be read only to keep the connection
                equal(answer.header('connection'), 'close', 'connection')
    equal(len(r.seen), 2)


@test()
def expectation_met(w):
    """Expect: 100-continue is the back end's to answer: the body comes after it"""
    order = []

    def answer(exchange):
        order.append(exchange.header('Expect'))
        exchange.send(b'HTTP/1.1 100 Continue\r\n\r\n')
        order.append(exchange.read())
        exchange.reply('201 Created')
    w.record(answer)
    for framing, body in ((('Content-Length', '5'), b'hello'), (('Transfer-Encoding', 'chunked'), chunked(b'hello'))):
        with w.connect() as c:
            for _ in range(2):
                del order[:]
                c.send(request('PUT', '/x', [('Expect', '100-continue'), framing]))
                equal(status(Answer(c, 'PUT'), 100).headers, [])
                equal(order, ['100-continue'], 'what came before the body')
                c.send(body)
                status(Answer(c, 'PUT'), 201)
                equal(order, ['100-continue', b'hello'])


@test()
def expectation_refused(w):
    """… or a final status, without the body"""
    w.record(lambda e: (e.reply('417 Expectation Failed', b'no'), CLOSE)[-1])
    with w.connect() as c:
        c.send(request('PUT', '/x', [('Expect', '100-continue'), ('Content-Length', '1000000')]))
        answer = status(Answer(c, 'PUT'), 417)
        equal(answer.read(), b'no')
        equal(c.at_end(), b'', 'after the refusal')


@test()
def nonsense(w):
    """What is not HTTP is 502 with the back end's address"""
    r = w.record()
    for data in (b'220 smtp.example ESMTP\r\n', b'\x15\x03\x01\0\x02\x02\x28', b'HTTP/1.1 abc OK\r\n\r\n', b'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
                 b'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', b'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
                 b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nx', b'HTTP/1.1 101 Switching Protocols\r\n\r\n',
                 b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx',
                 b'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
                 b'HTTP/1.1 200 OK\r\nX: ' + b'y' * 100000 + b'\r\n\r\n', b'HTTP/1.1 200 O', b'', b'\n' * 1000):
        r.answer = sends(data, close=True)
        for method in 'GET', 'POST':
            contains(refused(w.ask(method), 502).message, f'the back end at {w.back_address} did not answer properly: ')
    r.answer = sends(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    equal(status(w.ask(), 200).text, 'ok')


@test()
def breaks_off(w):
    """A body that has no end is none for the client either"""
    r = w.record()
    sent = b'four'
    for head, whole in ((b'Content-Length: 10\r\n\r\nfour', True), (b'Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n', True),
                        (b'Transfer-Encoding: chunked\r\n\r\n10\r\nfour', True),
                        (b'Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\nzz\r\n', False)):
        r.answer = sends(b'HTTP/1.1 200 OK\r\n' + head, close=True)
        with w.connect() as c:
            c.send(request('GET', '/x'))
            answer = status(Answer(c, 'GET'), 200)
            equal(answer.read_until(sent) if whole else sent, sent)
            try:
                rest = answer.read()
            except (Closed, ConnectionResetError):
                rest = None
            equal(rest, None, f'the end of {head!r}')


@test()
def client_leaves(w):
    """A client that goes before the answer is gone for the back end too"""
    ends = []

    def answer(exchange):
        exchange.read()
        ends.append(exchange.at_end())
        return CLOSE
    w.record(answer)
    for number, (method, headers, body) in enumerate((
            ('GET', (), b''), ('DELETE', (), b''), ('PUT', [('Content-Length', '3')], b'abc'),
            ('PUT', [('Content-Length', '100000')], b'x' * 100000), ('POST', (), b''), ('POST', [('Content-Length', '2')], b'{}'),
            ('POST', UPGRADE, b''))):
        with w.connect() as c:
            c.send(request(method, '/x', headers, body))
        eventually(lambda: len(ends) == number + 1, f'the back end to see that the client of {method} {headers} has gone', 5)
    equal(ends, [b''] * 7)


@test()
def client_leaves_within_the_answer(w):
    """… and within it: the writer is stopped"""
    ends = []

    def answer(exchange):
        exchange.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
        ends.append(exchange.at_end())
        return CLOSE
    w.record(answer)
    for number, method in enumerate(('GET', 'POST')):
        with w.connect() as c:
            c.send(request(method, '/x'))
            Answer(c, method).read_until(b'hello')
        eventually(lambda: len(ends) == number + 1, f'the back end to see that the client of {method} has gone')


@test()
def client_leaves_within_its_upload(w):
    """A body that breaks off is not taken for a whole one"""
    got = []

    def answer(exchange):
        try:
            got.append(len(exchange.read()))
        except ValueError:
            got.append('no end')
        return CLOSE
    w.record(answer)
    with w.connect() as c:
        c.send(request('POST', '/images/load', [('Content-Length', '1000000')]) + b'x' * 200000)
    eventually(lambda: got, 'the end of the broken upload')
    that(got[0] < 1000000, f'{got[0]} bytes')
    with w.connect() as c:
        c.send(request('POST', '/images/load', [('Transfer-Encoding', 'chunked')]) + b'5\r\nhello\r\n')
    eventually(lambda: len(got) == 2, 'the end of the broken upload in chunks')
    equal(got[1], 'no end')


@test()
def nonsense_within_the_upload(w):
    """A body that is no body is refused at once, though the back end does not answer; both sides are let go"""
    ends = []

    def answer(exchange):
        closed = select.poll()
        closed.register(exchange.socket, 0)         # POLLHUP: both directions
        ends.append(closed.poll())
        return CLOSE
    w.record(answer)
    with w.connect() as c:
        c.send(request('POST', '/images/load', [('Transfer-Encoding', 'chunked')]) + b'5\r\nhelloXX')
        refused(Answer(c, 'POST'), 400, 'cannot read the request')
    eventually(lambda: ends, 'the end at the back end')


@test()
def client_leaves_a_stream(w):
    """A client that closes a raw stream altogether has gone in both directions, though nobody writes"""
    found = []

    def answer(exchange):
        exchange.send(b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello')
        words = exchange.at_end()
        poll = select.poll()
        poll.register(exchange.socket, 0)
        found.append((words, poll.poll(5000)[0][1] & select.POLLHUP))
        return CLOSE
    w.record(answer)
    with w.connect() as c:
        c.send(request('POST', '/attach', [('Connection', 'Upgrade'), ('Upgrade', 'tcp')]))
        status(Answer(c, 'POST'), 101)
        equal(c.exactly(5, time.monotonic() + 20), b'hello')
        c.send(b'bye')
    eventually(lambda: found, 'the end of both directions')
    equal(found, [(b'bye', select.POLLHUP)])


@test()
def back_end_leaves_a_stream(w):
    """… and so has a back end: the client is not kept waiting for the other direction"""
    w.record(lambda e: (e.send(b'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nall'), CLOSE)[-1])
    with w.connect() as c:
        c.send(request('POST', '/attach', [('Connection', 'Upgrade'), ('Upgrade', 'tcp')]))
        status(Answer(c, 'POST'), 101)
        equal(c.at_end(), b'all')
        poll = select.poll()
        poll.register(c.socket, 0)
        equal(poll.poll(5000)[0][1] & select.POLLHUP, select.POLLHUP, 'both directions have ended')
