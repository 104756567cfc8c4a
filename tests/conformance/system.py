"""The daemon itself: version, info, disk usage, what is off."""
from harness.suite import test

SWARM = {'GET': '/swarm /services /nodes /tasks /secrets /configs /swarm/unlockkey /services/x /nodes/x /tasks/x /secrets/x '
                '/configs/x /services/x/logs?stdout=1 /tasks/x/logs?stdout=1',
         'DELETE': '/services/x /nodes/x /secrets/x /configs/x',
         'POST': '/services/create /secrets/create /configs/create /nodes/x/update?version=1 /services/x/update?version=1 '
                 '/secrets/x/update?version=1 /configs/x/update?version=1 /swarm/leave /swarm/update?version=1 /swarm/unlock'}


@test()
def about(s):
    """version and info"""
    s.do('version', 200, 'GET /version')
    s.do('version-unversioned', 200, 'GET /version', version='')
    s.do('info', 200, 'GET /info')


@test()
def disk_usage(s):
    """system/df with a container and a volume of ours"""
    volume = s.volume('conf-vol')
    s.make('conf-a', ['sleep', '100'], {'Binds': [f'{volume}:/v']})
    s.do('df', 200, 'GET /system/df')


@test()
def swarm(s):
    """Swarm is off"""
    for method, paths in SWARM.items():
        for path in paths.split():
            s.do(f'{method}{path.split("?")[0]}'.replace('/', '-').lower(), 503, f'{method} {path}', {} if method == 'POST' else None)
    s.do('init-malformed', 400, 'POST /swarm/init', b'{', headers={'Content-Type': 'application/json'})


@test()
def plugins(s):
    """No plugin is installed"""
    s.do('list', 200, 'GET /plugins')
    s.do('list-bad-filter', 400, 'GET /plugins', filters={'nonesuch': ['1']})
    s.do('inspect-404', 404, 'GET /plugins/conf-none/json')
    s.do('enable-404', 404, 'POST /plugins/conf-none/enable', timeout=0)
    s.do('disable-404', 404, 'POST /plugins/conf-none/disable')
    s.do('remove-404', 404, 'DELETE /plugins/conf-none')
    s.do('set-404', 404, 'POST /plugins/conf-none/set', ['a=b'])
    s.do('privileges-none', 500, 'GET /plugins/privileges', remote='')


@test()
def credentials(s):
    """A login that cannot be"""
    s.do('auth-unreachable', 500, 'POST /auth', {'username': 'a', 'password': 'b', 'serveraddress': '127.0.0.1:1'})


@test()
def build_kit(s):
    """Upgrades that need BuildKit"""
    s.do('session-plain', 400, 'POST /session', version='')
    s.do('build-prune', 200, 'POST /build/prune')
    s.do('build-cancel', 500, 'POST /build/cancel')
