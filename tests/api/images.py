"""Pull, inspect, history, list, tag, remove and prune of images."""
import json

from harness.api import IMAGE
from harness.check import Skip, contains, equal, has_keys, refused, status, that
from harness.suite import test


def tagged(d, stem='img'):
    """A tag of the test image of our own."""
    name = d.name(stem)
    status(d.post(f'/images/{IMAGE}/tag', repo=name, tag='v1'), 201)
    return f'{name}:v1'


@test('POST /images/create')
def pull(d):
    """Progress as JSON lines; the last one says what is there now"""
    if d.old:
        raise Skip('Docker Engine would ask a registry')
    r = status(d.post('/images/create', fromImage='alpine', tag='latest'), 200)
    equal(r.header('content-type'), 'application/json')
    lines = [json.loads(line) for line in r.text.splitlines()]
    that(all('status' in line for line in lines), f'lines {lines}')
    contains(lines[-1]['status'], 'alpine:latest')


@test('POST /images/create', 'GET /images/{name}/json')
def pull_any_name(d):
    """Every name is the built-in userland, which says so"""
    if d.old:
        raise Skip('Docker Engine would ask a registry')
    name = f'registry.test/some/{d.name("thing")}'
    r = status(d.post('/images/create', fromImage=name, tag='v2'), 200)
    contains(r.text, 'built-in', 'progress')
    i = status(d.get(f'/images/{name}:v2/json'), 200).json
    contains(i['RepoTags'], f'{name}:v2')
    contains(json.dumps(i).lower(), 'built-in', 'inspect')
    equal(d.finish('echo runs', Image=f'{name}:v2')[1], b'runs\n')
    d.clean()
    status(d.delete(f'/images/{name}:v2'), 200)


@test('POST /images/create')
def pull_refused(d):
    """A name that cannot be"""
    r = d.post('/images/create', fromImage='Upper/Case', tag='x')
    status(r, 400, 500)
    contains(r.message, 'invalid reference format')


@test('GET /images/{name}/json')
def inspect(d):
    """Shape, and the config that containers start from; 404 else"""
    i = status(d.get(f'/images/{IMAGE}/json'), 200).json
    has_keys(i, 'Id RepoTags RepoDigests Parent Comment Created Config Architecture Os Size GraphDriver RootFS Metadata')
    equal((i['Id'][:7], i['Os'], i['RootFS']['Type']), ('sha256:', 'linux', 'layers'))
    contains(i['RepoTags'], IMAGE)
    equal(i['Config']['Cmd'], ['sh'])
    that(any(e.startswith('PATH=') for e in i['Config']['Env']), 'PATH')
    equal(('VirtualSize' in i), d.says('virtual-size'))
    for ref in (i['Id'], i['Id'][7:19], 'alpine', 'docker.io/library/alpine:latest'):
        equal(status(d.get(f'/images/{ref}/json'), 200).json['Id'], i['Id'], ref)
    refused(d.get('/images/nonesuch:x/json'), 404, 'No such image: nonesuch:x')


@test('GET /images/{name}/history')
def history(d):
    """One entry per layer at least"""
    h = status(d.get(f'/images/{IMAGE}/history'), 200).json
    that(h, 'empty history')
    has_keys(h[0], 'Id Created CreatedBy Tags Size Comment')
    contains(h[0]['Tags'], IMAGE)
    refused(d.get('/images/nonesuch/history'), 404, 'No such image: nonesuch')


@test('GET /images/json')
def listing(d):
    """Each image once, with all its tags"""
    tag = tagged(d)
    entries = [i for i in status(d.get('/images/json'), 200).json if tag in (i['RepoTags'] or [])]
    equal(len(entries), 1)
    has_keys(entries[0], 'Id ParentId RepoTags RepoDigests Created Size SharedSize Labels Containers')
    contains(entries[0]['RepoTags'], IMAGE)
    status(d.delete(f'/images/{tag}'), 200)


@test('GET /images/json')
def filters(d):
    """reference, dangling, before and since; unknown ones are refused"""
    tag = tagged(d)
    name = tag.split(':')[0]
    for wanted, count in (({'reference': [tag]}, 1), ({'reference': [name]}, 1), ({'reference': [name[:-2] + '*']}, 1),
                          ({'reference': ['nonesuch']}, 0), ({'label': ['nonesuch=1']}, 0)):
        equal(len(status(d.get('/images/json', filters=wanted), 200).json), count, f'images for {wanted}')
    status(d.get('/images/json', filters={'dangling': ['true']}), 200)
    refused(d.get('/images/json', filters={'nonesuch': ['1']}), 400, d.says('invalid-filter'))
    status(d.delete(f'/images/{tag}'), 200)


@test('POST /images/{name}/tag', 'DELETE /images/{name}')
def tag_and_untag(d):
    """A tag is another name; removing it leaves the image"""
    tag = tagged(d)
    equal(d.get(f'/images/{tag}/json').json['Id'], d.get(f'/images/{IMAGE}/json').json['Id'])
    equal(status(d.delete(f'/images/{tag}'), 200).json, [{'Untagged': tag}])
    status(d.get(f'/images/{tag}/json'), 404)
    status(d.get(f'/images/{IMAGE}/json'), 200)


@test('POST /images/{name}/tag')
def tag_refused(d):
    """No such image; a name that cannot be"""
    refused(d.post('/images/nonesuch/tag', repo='x', tag='v1'), 404, 'No such image: nonesuch')
    r = d.post(f'/images/{IMAGE}/tag', repo='Upper', tag='v1')
    refused(r, d.says('tag-upper-case-status'), 'must be lowercase')
    refused(d.post(f'/images/{IMAGE}/tag', repo='x', tag='a:b'), d.says('tag-upper-case-status'), 'invalid tag format')
    refused(d.get('/images/Upper/json'), 400, 'must be lowercase')


@test('DELETE /images/{name}')
def remove_refused(d):
    """No such image; one that a container uses"""
    refused(d.delete('/images/nonesuch'), 404, 'No such image: nonesuch')
    d.run(['sleep', '100'])
    ident = d.get(f'/images/{IMAGE}/json').json['Id'][7:]
    r = refused(d.delete(f'/images/{ident}'), 409)
    that('must be forced' in r.message or 'unable to delete' in r.message or 'cannot be forced' in r.message, r.message)


@test('POST /images/prune')
def prune_none(d):
    """Nothing fits: nothing goes"""
    r = status(d.post('/images/prune', filters={'label': ['nonesuch=1']}), 200).json
    equal((r['ImagesDeleted'] or [], r['SpaceReclaimed']), ([], 0))


@test('GET /containers/{id}/json')
def container_names_its_image(d):
    """Image is the id, Config.Image the name as given"""
    i = d.inspect(d.create('true', Image='alpine'))
    equal((i['Image'], i['Config']['Image']), (d.get(f'/images/{IMAGE}/json').json['Id'], 'alpine'))
