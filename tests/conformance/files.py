"""Archives in and out of containers, changes and export."""
import io
import tarfile

from harness.rootfs import add_file, entry
from harness.suite import test

TAR = {'Content-Type': 'application/x-tar'}


def archive(**files):
    """A tar archive of a folder, these files (`d_x` is d/x) and a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w') as made:
        made.addfile(entry('d', tarfile.DIRTYPE, 0o750))
        for name, text in files.items():
            add_file(made, name.replace('_', '/'), 0o640, text.encode())
        made.addfile(entry('link', tarfile.SYMTYPE, 0o777, 'one'))
    return out.getvalue()


@test()
def copies(s):
    """What is put can be had again, with its stat"""
    a = s.make('conf-a', ['sleep', '100'])
    path = f'/containers/{a}/archive'
    s.do('put', 200, f'PUT {path}', archive(one='1\n', d_two='22'), headers=TAR, path='/tmp')
    s.do('get-file', 200, f'GET {path}', path='/tmp/one', reads='archive')
    s.do('get-folder', 200, f'GET {path}', path='/tmp/d', reads='archive')
    s.do('get-link', 200, f'GET {path}', path='/tmp/link', reads='archive')
    s.do('get-dot', 200, f'GET {path}', path='/tmp/d/.', reads='archive')
    s.do('head-file', 200, f'HEAD {path}', path='/tmp/one')
    s.do('head-folder', 200, f'HEAD {path}', path='/tmp/d')
    s.do('head-link', 200, f'HEAD {path}', path='/tmp/link')
    s.do('head-slash', 200, f'HEAD {path}', path='/tmp/d/')
    s.do('head-relative', 200, f'HEAD {path}', path='tmp/one')
    s.do('head-root', 200, f'HEAD {path}', path='/')
    s.do('put-no-overwrite', 500, f'PUT {path}', archive(d='x'), headers=TAR, path='/tmp', noOverwriteDirNonDir=1)
    s.do('put-owner', 200, f'PUT {path}', archive(one='2\n'), headers=TAR, path='/tmp', copyUIDGID=1)
    s.do('changes', 200, f'GET /containers/{a}/changes', order=lambda change: change['Path'])


@test()
def refused(s):
    """Paths and archives that cannot be"""
    a = s.make('conf-a', ['sleep', '100'])
    path = f'/containers/{a}/archive'
    s.do('get-404', 404, f'GET {path}', path='/nonesuch')
    s.do('head-404', 404, f'HEAD {path}', path='/nonesuch')
    s.do('get-through-file', 500, f'GET {path}', path='/etc/passwd/x')
    s.do('put-404', 404, f'PUT {path}', archive(x='y'), headers=TAR, path='/nonesuch')
    s.do('put-into-file', 500, f'PUT {path}', archive(x='y'), headers=TAR, path='/etc/passwd')
    s.do('no-path', 400, f'GET {path}')
    s.do('put-no-path', 400, f'PUT {path}', archive(x='y'), headers=TAR)
    s.do('head-no-path', 400, f'HEAD {path}')
    s.do('put-no-tar', 500, f'PUT {path}', b'x' * 2000, headers=TAR, path='/tmp')
    s.do('put-empty', 200, f'PUT {path}', b'', headers=TAR, path='/tmp')
    s.do('no-container', 404, 'PUT /containers/conf-none/archive', archive(x='y'), headers=TAR, path='/')
    s.do('head-no-container', 404, 'HEAD /containers/conf-none/archive', path='/')
    s.do('file-with-slash', 500, f'GET {path}', path='/etc/passwd/')


@test()
def not_running(s):
    """Before the start and after the end"""
    a = s.make('conf-a', ['cat', '/tmp/one'], start=False)
    s.do('put', 200, f'PUT /containers/{a}/archive', archive(one='early\n'), headers=TAR, path='/tmp')
    s.ask(f'POST /containers/{a}/start')
    s.ask(f'POST /containers/{a}/wait')
    s.do('logs', 200, f'GET /containers/{a}/logs', stdout=1, stderr=1, reads='frames')
    s.do('get', 200, f'GET /containers/{a}/archive', path='/tmp/one', reads='archive')
    s.do('changes', 200, f'GET /containers/{a}/changes', order=lambda change: change['Path'])


@test()
def volumes(s):
    """Archives go through mounts; one that is read only refuses"""
    volume = s.volume('conf-vol')
    a = s.make('conf-a', 'echo x > /v/file; sleep 100', {'Binds': [f'{volume}:/v', f'{volume}:/ro:ro']})
    s.do('put', 200, f'PUT /containers/{a}/archive', archive(one='1\n'), headers=TAR, path='/v')
    s.do('get', 200, f'GET /containers/{a}/archive', path='/ro/one', reads='archive')
    s.do('put-read-only', 500, f'PUT /containers/{a}/archive', archive(one='1\n'), headers=TAR, path='/ro')
    b = s.make('conf-b', ['sleep', '100'], {'ReadonlyRootfs': True})
    s.do('put-read-only-root', 500, f'PUT /containers/{b}/archive', archive(one='1\n'), headers=TAR, path='/tmp')


@test()
def exported(s):
    """export is a tar archive of the root"""
    a = s.ended('conf-a', 'echo mine > /tmp/mine')
    answer = s.do('export', 200, f'GET /containers/{a}/export', reads='head')
    del answer
    s.do('unchanged', 200, f'GET /containers/{s.make("conf-b", ["true"], start=False)}/changes')
