"""Who may call a back end: secrets, and addresses that other machines can reach."""
import os

from harness import tls
from harness.check import equal, refused, status
from harness.http import Answer
from harness.suite import test
from split.world import CAT, DOCKER, FRONT, MEMORY, request

SECRET = 'correct-horse-battery-staple'
ANYWHERE = 'tcp://0.0.0.0:'


def anywhere():
    return f'{ANYWHERE}{tls.free_port()}'


def secret_file(w, text=SECRET + '\n', name='secret'):
    return w.programs.file(name, text)


@test()
def shared(w):
    """Both sides have it: calls pass, streams too"""
    path = secret_file(w)
    w.back('--secret-file', path)
    w.front('--secret-file', path)
    d = w.api()
    container = d.run(['cat'], **CAT)
    with d.attach(container) as stream:
        stream.send(b'hello\n')
        stream.frames_until(b'hello\n')
    equal(status(w.ask(target='/healthz'), 200).json, {'status': 'ok'})
    for line in (w.programs.running[0].words() + w.programs.running[1].words()).splitlines():
        equal(SECRET in line, False, f'the secret in the log line {line!r}')


@test()
def by_environment(w):
    """SOCKERLESS_SECRET_FILE does the same"""
    path = secret_file(w)
    w.programs.serve(MEMORY, w.back_address, '--state', w.state, environment={'SOCKERLESS_SECRET_FILE': path})
    w.front(environment={'SOCKERLESS_SECRET_FILE': path})
    status(w.ask(), 200)


@test()
def missing_or_wrong(w):
    """401 that says what to do, for every call but health and metrics"""
    w.back('--secret-file', secret_file(w))
    front = w.front()
    for method, target in (('GET', '/_ping'), ('POST', '/v1.44/containers/create'), ('GET', '/nonesuch')):
        refused(w.ask(method, target), 401, 'the back end wants a secret: give the front end its --secret-file')
    status(w.ask(target='/healthz', address=w.back_address), 200)
    front.stop()
    for text in SECRET + 'r', SECRET[:-1], SECRET.upper():
        front = w.front('--secret-file', secret_file(w, text, 'other'))
        refused(w.ask(), 401, "the secret is not the back end's: both sides need the same --secret-file")
        front.stop()


@test()
def not_from_a_client(w):
    """A client's own headers go no further: neither its secret nor its version"""
    w.back('--secret-file', secret_file(w))
    w.front()
    for name in 'Sockerless-Secret', 'sockerless-secret', 'SOCKERLESS-SECRET':
        refused(w.ask(headers=[(name, SECRET)]), 401, 'the back end wants a secret')
        refused(w.ask(headers=[(name, 'x' * 20), (name, SECRET)]), 401, 'the back end wants a secret')


@test()
def version_not_from_a_client(w):
    """Only the path says the version"""
    w.back()
    w.front()
    for name in 'Sockerless-Api-Version', 'sockerless-api-version':
        status(w.ask(headers=[(name, '9.99')]), 200)
        status(w.ask(target='/v1.44/_ping', headers=[(name, '9.99'), (name, '9.98')]), 200)
        refused(w.ask(target='/v9.99/info', headers=[(name, '1.44')]), 400, 'client version 9.99 is too new')


@test()
def only_with_a_proof(w):
    """A back end that other machines can reach wants a secret and that --insecure is said: neither alone will do"""
    path = secret_file(w)
    for name, more in ((MEMORY, ['--state', w.state]), (DOCKER, ['--docker-host', w.front_address])):
        at = ['--addr', anywhere(), *more]
        w.programs.refuses(1, 'can be reached from other machines', name, *at)
        w.programs.refuses(1, 'can be reached from other machines', name, *at, '--secret-file', path)
        w.programs.refuses(1, 'give both sides a --secret-file', name, *at, '--insecure')
    address = anywhere()
    w.back('--insecure', '--secret-file', path, address=address)
    near = address.replace('0.0.0.0', '127.0.0.1')
    refused(w.ask(target='/internal/v1/version', address=near), 401, 'the back end wants a secret')
    w.front('--secret-file', path, back=near.replace('tcp://', 'http://'))
    status(w.ask(target='/version'), 200)


@test()
def way_to_another_machine(w):
    """So does a front end whose back end is on another machine; it need not be there"""
    path, far = secret_file(w), 'http://192.0.2.1:9100'
    at = ['--addr', w.front_address, '--backend', far]
    w.programs.refuses(1, f'the back end at {far} is on another machine', FRONT, *at)
    w.programs.refuses(1, f'the back end at {far} is on another machine', FRONT, *at, '--secret-file', path)
    w.programs.refuses(1, 'give both sides a --secret-file', FRONT, *at, '--insecure')
    w.front('--insecure', '--secret-file', path, back=far)


@test()
def front_for_everybody(w):
    """A front end that other machines can reach wants that said, too"""
    w.programs.refuses(1, 'can be reached from other machines', FRONT, '--addr', anywhere(), '--backend', w.back_address)


@test()
def no_secret(w):
    """Files that hold none: too short, too long, several lines, not there, a folder"""
    long_enough = 'x' * 16
    cases = [('x' * 15 + '\n', 'is shorter than 16 bytes'), ('', 'is shorter than 16 bytes'), ('y' * 1025, 'is longer than 1024 bytes'),
             (f'{long_enough}\n{long_enough}\n', 'is not one line'), (f'{long_enough}\n\n', 'is not one line'),
             (f'{long_enough} two words', 'is not one line'), (long_enough.encode() + b'\0', 'is not one line'),
             (f'{long_enough}\r\n', 'is not one line'), (f'{long_enough}é', 'is not one line')]
    for program, more in ((MEMORY, ['--addr', w.back_address, '--state', w.state]),
                          (FRONT, ['--addr', w.front_address, '--backend', w.back_address])):
        for number, (text, words) in enumerate(cases):
            w.programs.refuses(2, words, program, *more, '--secret-file', secret_file(w, text, f'bad-{number}'))
        w.programs.refuses(1, 'cannot open the secret file', program, *more, '--secret-file', '/nonesuch/secret')
        w.programs.refuses(2, 'cannot read the secret file', program, *more, '--secret-file', w.programs.folder)


@test()
def readable_by_all(w):
    """A file that everybody can read is taken, and the log says so"""
    path = secret_file(w)
    os.chmod(path, 0o644)
    back = w.back('--secret-file', path)
    equal(back.words().count('every user of this machine can read the secret'), 1)


@test()
def longest(w):
    """A secret of 1,024 bytes, without a line end"""
    path = secret_file(w, 'z' * 1024)
    w.back('--secret-file', path)
    w.front('--secret-file', path)
    status(w.ask(), 200)


@test()
def refused_within_a_connection(w):
    """A refused call spoils no other on the same connection, whatever body it had"""
    w.back('--secret-file', secret_file(w))
    w.front()
    with w.connect() as c:
        for body in b'', b'x' * 1000, b'y' * 200000:
            c.send(request('POST', '/containers/create', [('Content-Length', str(len(body)))], body))
            answer = Answer(c, 'POST')
            answer.read()
            refused(answer, 401)
