"""How the userland's build turns the machine's apt entries into entries for source packages."""
import os
import subprocess
import sys
import tempfile

from harness import check

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
                                'src/sandbox/userland'))
import sources


def test_one_line_entries():
    check.equal(sources.source_entries_list(
        '# deb http://commented/ stable main\n'
        'deb http://deb.debian.org/debian bookworm main contrib\n'
        'deb-src http://deb.debian.org/debian bookworm main contrib\n'
        '  deb [ arch=amd64 signed-by=/k.gpg ] https://x/ s main # why\n'),
        'deb-src http://deb.debian.org/debian bookworm main contrib\n'
        'deb-src [ arch=amd64 signed-by=/k.gpg ] https://x/ s main # why\n')


def test_deb822_entries():
    check.equal(sources.source_entries_deb822(
        'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nSigned-By: /k.gpg\n\n'
        'Types: deb deb-src\nURIs: http://x\nEnabled: no\n'),
        'Types: deb-src\nURIs: http://deb.debian.org/debian\nSuites: bookworm\nSigned-By: /k.gpg\n\n'
        'Types: deb-src\nURIs: http://x\nEnabled: no\n')


def test_one_archive_with_and_without_a_key():
    """Where the machine's apt takes both entries, so does ours: nothing is asked of the network"""
    with tempfile.TemporaryDirectory() as scratch:
        os.makedirs(f'{scratch}/etc/sources.list.d')
        write(f'{scratch}/etc/sources.list', 'deb http://127.0.0.1/debian bookworm main\n')
        write(f'{scratch}/etc/sources.list.d/debian.sources',
              'Types: deb\nURIs: http://127.0.0.1/debian\nSuites: bookworm\nComponents: main\n'
              'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n')
        write(f'{scratch}/apt.conf', f'Dir::Etc "{scratch}/etc";\n')
        before = os.environ.get('APT_CONFIG')
        os.environ['APT_CONFIG'] = f'{scratch}/apt.conf'
        try:
            apt = sources.Apt(f'{scratch}/apt', None)
            got = [targets(), targets(*apt.options)]
            with open(f'{scratch}/apt/sources.list', encoding='utf-8') as f:
                main = f.read()
        finally:
            del os.environ['APT_CONFIG']
            if before is not None:
                os.environ['APT_CONFIG'] = before
    check.equal([r.returncode for r in got], [0, 0], f'apt says {[r.stderr for r in got]}')
    check.equal(main, 'deb-src http://127.0.0.1/debian bookworm main\n')


def targets(*options):
    return subprocess.run(['apt-get', *options, 'indextargets'], capture_output=True, text=True,
                          check=False)


def write(path, text):
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
