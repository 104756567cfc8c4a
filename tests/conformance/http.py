"""What clients see of HTTP itself: negotiation, routes, versions, malformed and unusual requests."""
import json

from conformance.session import IMAGE
from harness.suite import test

JSON = {'Content-Type': 'application/json'}


@test()
def ping(s):
    """The headers by which clients negotiate"""
    s.do('get', 200, 'GET /_ping', version='')
    s.do('head', 200, 'HEAD /_ping', version='')
    s.do('get-versioned', 200, 'GET /_ping')
    s.do('head-versioned', 200, 'HEAD /_ping')
    s.do('post', 404, 'POST /_ping', version='')
    s.do('close', 200, 'GET /_ping', version='', headers={'Connection': 'close'})


@test()
def routes(s):
    """Paths and methods that there are not"""
    s.do('unknown', 404, 'GET /nonesuch')
    s.do('unknown-unversioned', 404, 'GET /nonesuch', version='')
    s.do('unknown-below', 404, 'GET /containers/json/nonesuch')
    s.do('root', 404, 'GET /', version='')
    s.do('wrong-method', 404, 'DELETE /containers/json')
    s.do('wrong-method-put', 404, 'PUT /volumes/create', {})
    s.do('get-create', 404, 'GET /containers/create')
    s.do('head-list', 404, 'HEAD /containers/json')
    s.do('doubled-slash', 301, 'GET /containers//json')
    s.do('trailing-slash', 404, 'GET /containers/json/')
    s.do('options', 200, 'OPTIONS /containers/json')


@test()
def versions(s):
    """Too new, too old, and forms that are none"""
    s.do('too-new', 400, 'GET /version', version='9.99')
    s.do('too-new-post', 400, 'POST /containers/create', {}, version='1.99')
    s.do('too-old', 400, 'GET /version', version='1.1')
    s.do('no-version', 404, 'GET /version', version='x.y')
    s.do('oldest-common', 200, 'GET /_ping', version='1.24')


@test()
def bodies(s):
    """Request bodies in every form, for a call that needs one"""
    create = 'POST /containers/create'
    good = json.dumps(s.config(['true'])).encode()
    chunks = b'%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n' % (20, good[:20], len(good) - 20, good[20:])
    length = {'Content-Length': str(len(good))}
    s.raw('chunked', 201, create, {**JSON, 'Transfer-Encoding': 'chunked'}, chunks)
    s.raw('charset', 201, create, {**length, 'Content-Type': 'application/json; charset=utf-8'}, good)
    s.raw('no-content-type', 400, create, length, good)
    s.raw('other-content-type', 400, create, {**length, 'Content-Type': 'text/plain'}, good)
    s.raw('bad-content-type', 400, create, {**length, 'Content-Type': ';'}, good)
    s.raw('empty', 500, create, {**JSON, 'Content-Length': '0'})
    s.raw('no-length', 500, create, {})
    s.raw('expect-continue-get', 200, 'GET /_ping', {'Expect': '100-continue'})
    s.do('malformed', 500, create, b'{"Image":', headers=JSON)
    s.do('malformed-middle', 500, create, b'{"Image": x}', headers=JSON)
    s.do('malformed-end', 201, create, good + b'}', headers=JSON)
    s.do('array', 500, create, b'[]', headers=JSON)
    s.do('null', 400, create, b'null', headers=JSON)
    s.do('wrong-type-string', 500, create, {'Image': 1})
    s.do('wrong-type-bool', 500, create, {'Image': IMAGE, 'Tty': 'yes'})
    s.do('wrong-type-nested', 500, create, {'Image': IMAGE, 'HostConfig': {'Memory': '1g'}})
    s.do('unknown-key', 201, create, {**s.config(['true']), 'NoSuchKey': {'a': [1]}})
    s.do('not-utf-8', 400, create, b'{"Image": "\xff\xfe"}', headers=JSON)


@test()
def optional_bodies(s):
    """Calls that take a body or none"""
    cid = s.make('conf-a', ['sleep', '100'])
    s.raw('start-with-empty-object', 304, f'POST /containers/{cid}/start', {**JSON, 'Content-Length': '2'}, b'{}')
    s.raw('start-with-text', 304, f'POST /containers/{cid}/start', {'Content-Length': '1', 'Content-Type': 'text/plain'}, b'x')
    s.raw('exec-malformed', 400, f'POST /containers/{cid}/exec', {**JSON, 'Content-Length': '1'}, b'{')
    s.raw('exec-no-body', 400, f'POST /containers/{cid}/exec', {'Content-Length': '0'})
    s.raw('update-malformed', 500, f'POST /containers/{cid}/update', {**JSON, 'Content-Length': '1'}, b'{')
    s.raw('network-malformed', 400, 'POST /networks/create', {**JSON, 'Content-Length': '1'}, b'{')
    s.raw('connect-malformed', 400, 'POST /networks/bridge/connect', {**JSON, 'Content-Length': '1'}, b'{')
    s.raw('volume-malformed', 400, 'POST /volumes/create', {**JSON, 'Content-Length': '1'}, b'{')
    answer = s.raw('volume-no-body', 400, 'POST /volumes/create', {'Content-Length': '0'})
    s.ask(f"DELETE /volumes/{answer.json.get('Name')}")
    s.raw('auth-malformed', 500, 'POST /auth', {**JSON, 'Content-Length': '1'}, b'{')
