"""Images: list, inspect, tag, remove, and everything that makes or carries one."""
from conformance.files import archive
from conformance.session import IMAGE
from harness.suite import test

TAR = {'Content-Type': 'application/x-tar'}
NONE = 'conf-none:x'


@test()
def reading(s):
    """list, inspect, history"""
    s.do('list', 200, 'GET /images/json', filters={'reference': [IMAGE]})
    s.do('list-digests', 200, 'GET /images/json', digests=1, filters={'reference': [IMAGE]})
    s.do('list-short', 200, 'GET /images/json', filters={'reference': ['alpine']})
    s.do('list-pattern', 200, 'GET /images/json', filters={'reference': ['al*:*']})
    s.do('list-none', 200, 'GET /images/json', filters={'reference': ['conf-none']})
    s.do('list-label', 200, 'GET /images/json', filters={'label': ['conf=none']})
    s.do('list-dangling', 200, 'GET /images/json', filters={'dangling': ['true']})
    s.do('list-bad-dangling', 400, 'GET /images/json', filters={'dangling': ['x']})
    s.do('list-unknown', 400, 'GET /images/json', filters={'nonesuch': ['1']})
    s.do('list-before-none', 404, 'GET /images/json', filters={'before': ['conf-none']})
    s.do('inspect', 200, f'GET /images/{IMAGE}/json')
    s.do('inspect-short', 200, 'GET /images/alpine/json')
    s.do('inspect-404', 404, f'GET /images/{NONE}/json')
    s.do('inspect-bad', 400, 'GET /images/UPPER/json')
    s.do('history', 200, f'GET /images/{IMAGE}/history')
    s.do('history-404', 404, f'GET /images/{NONE}/history')


@test()
def tags(s):
    """tag, untag, and who may not"""
    s.images += ['conf-tag:v1', 'conf-tag:v2', 'conf-tag:latest']
    s.do('tag', 201, f'POST /images/{IMAGE}/tag', repo='conf-tag', tag='v1')
    s.do('tag-again', 201, f'POST /images/{IMAGE}/tag', repo='conf-tag', tag='v1')
    s.do('tag-default', 201, f'POST /images/{IMAGE}/tag', repo='conf-tag')
    s.do('tag-404', 404, f'POST /images/{NONE}/tag', repo='conf-tag', tag='v2')
    s.do('tag-upper', 500, f'POST /images/{IMAGE}/tag', repo='Conf_BAD', tag='v1')
    s.do('tag-bad', 500, f'POST /images/{IMAGE}/tag', repo='conf-tag', tag='a:b')
    s.do('tag-empty', 500, f'POST /images/{IMAGE}/tag', repo='')
    s.do('inspect', 200, 'GET /images/conf-tag:v1/json')
    s.do('list', 200, 'GET /images/json', filters={'reference': ['conf-tag']})
    s.do('untag', 200, 'DELETE /images/conf-tag:v1')
    s.do('untag-again', 404, 'DELETE /images/conf-tag:v1')
    s.make('conf-a', ['sleep', '100'], Image='conf-tag')
    s.do('untag-used', 200, 'DELETE /images/conf-tag')
    s.do('remove-404', 404, 'DELETE /images/conf-none')


@test()
def prunes(s):
    """Nothing that fits"""
    s.do('none', 200, 'POST /images/prune', filters={'label': ['conf=none']})
    s.do('bad-filter', 400, 'POST /images/prune', filters={'nonesuch': ['1']})
    s.do('bad-dangling', 400, 'POST /images/prune', filters={'dangling': ['x']})


@test()
def pulls(s):
    """Names that cannot be pulled"""
    s.do('nothing', 500, 'POST /images/create')
    s.do('bad-name', 400, 'POST /images/create', fromImage='UPPER')
    s.do('bad-tag', 400, 'POST /images/create', fromImage='alpine', tag='a:b')
    s.do('bad-platform', 400, 'POST /images/create', fromImage='alpine', platform='a/b/c/d')


@test()
def imports(s):
    """An image from an archive"""
    s.images.append('conf-import:v1')
    s.do('import', 200, 'POST /images/create', archive(hello='hi\n'), headers=TAR, reads='documents',
         fromSrc='-', repo='conf-import', tag='v1', message='made', query={'changes': ['CMD ["/x"]', 'ENV A=b']})
    s.do('inspect', 200, 'GET /images/conf-import:v1/json')
    s.do('history', 200, 'GET /images/conf-import:v1/history')
    s.do('import-bad-change', 400, 'POST /images/create', archive(hello='hi\n'), headers=TAR,
         fromSrc='-', repo='conf-import', tag='v2', query={'changes': ['NONESUCH x']})
    s.do('import-bad-name', 400, 'POST /images/create', archive(hello='hi\n'), headers=TAR, fromSrc='-', repo='UPPER')
    s.do('remove', 200, 'DELETE /images/conf-import:v1')


@test()
def commits(s):
    """An image from a container"""
    s.images.append('conf-commit:v1')
    a = s.ended('conf-a', 'echo kept > /kept')
    s.do('commit', 201, 'POST /commit', {'Cmd': ['cat', '/kept'], 'Labels': {'conf': 'commit'}}, container=a, repo='conf-commit',
         tag='v1', comment='c', author='me')
    s.do('inspect', 200, 'GET /images/conf-commit:v1/json')
    s.do('history', 200, 'GET /images/conf-commit:v1/history')
    b = s.ended('conf-b', None, Image='conf-commit:v1')
    s.do('logs', 200, f'GET /containers/{b}/logs', stdout=1, reads='frames')
    s.do('remove-used', 409, 'DELETE /images/conf-commit:v1')
    s.do('commit-404', 404, 'POST /commit', {}, container='conf-none', repo='conf-commit')
    s.do('commit-bad-name', 500, 'POST /commit', {}, container=a, repo='UPPER')
    s.do('commit-bad-change', 400, 'POST /commit', {}, container=a, changes='NONESUCH x')


@test()
def saves(s):
    """save and load"""
    s.images.append('conf-save:v1')
    s.ask(f'POST /images/{IMAGE}/tag', repo='conf-save', tag='v1')
    saved = s.ask('GET /images/conf-save:v1/get')
    s.do('save', 200, 'GET /images/conf-save:v1/get', reads='head')
    s.do('save-several', 200, 'GET /images/get', names=['conf-save:v1', IMAGE], reads='head')
    s.do('save-404', 404, f'GET /images/{NONE}/get')
    s.ask('DELETE /images/conf-save:v1')
    s.do('load', 200, 'POST /images/load', saved.body if saved.status == 200 else b'', headers=TAR, reads='documents')
    s.do('load-quiet', 200, 'POST /images/load', saved.body if saved.status == 200 else b'', headers=TAR, quiet=1,
         reads='documents')
    s.do('load-bad', 200, 'POST /images/load', b'not a tar', headers=TAR, reads='documents')


@test()
def builds(s):
    """build, with the classic builder"""
    s.images.append('conf-build:v1')
    good = archive(Dockerfile=f'FROM {IMAGE}\nLABEL conf=build\nCOPY one /one\nRUN cat /one && touch /two\nCMD ["true"]\n', one='1\n')
    s.do('build', 200, 'POST /build', good, headers=TAR, t='conf-build:v1', rm=1, forcerm=1, reads='documents')
    s.do('inspect', 200, 'GET /images/conf-build:v1/json')
    s.do('quiet', 200, 'POST /build', good, headers=TAR, q=1, rm=1, reads='documents')
    s.do('fails', 200, 'POST /build', archive(Dockerfile=f'FROM {IMAGE}\nRUN exit 3\n'), headers=TAR, rm=1, forcerm=1,
         reads='documents')
    s.do('bad-instruction', 400, 'POST /build', archive(Dockerfile=f'FROM {IMAGE}\nNONESUCH x\n'), headers=TAR)
    s.do('no-file', 500, 'POST /build', archive(x='y'), headers=TAR)
    s.do('no-body', 500, 'POST /build', headers=TAR)
    s.do('bad-tag', 500, 'POST /build', good, headers=TAR, t='UPPER')
    s.do('bad-arguments', 400, 'POST /build', good, headers=TAR, buildargs='{')
    s.do('other-type', 200, 'POST /build', good, headers={'Content-Type': 'text/plain'}, reads='documents')
    s.do('remove', 200, 'DELETE /images/conf-build:v1')
    s.do('prune', 200, 'POST /build/prune')


@test()
def registries(s):
    """push, search and distribution without a registry"""
    s.images.append('127.0.0.1:1/conf:v1')
    s.ask(f'POST /images/{IMAGE}/tag', repo='127.0.0.1:1/conf', tag='v1')
    for step, headers in (('push', {'X-Registry-Auth': 'e30='}), ('push-bad-auth', {'X-Registry-Auth': '!'})):
        s.do(step, 200, 'POST /images/127.0.0.1:1/conf/push', headers=headers, tag='v1', reads='documents')
    s.do('push-no-auth', 400, 'POST /images/127.0.0.1:1/conf/push', tag='v1')
    s.do('push-404', 200, 'POST /images/conf-none/push', headers={'X-Registry-Auth': 'e30='}, reads='documents')
    s.do('pull-unreachable', 500, 'POST /images/create', fromImage='127.0.0.1:1/conf', tag='v2')
    s.do('search-bad-limit', 500, 'GET /images/search', term='x', limit='x')
    s.do('distribution-bad', 400, 'GET /distribution/UPPER/json')
