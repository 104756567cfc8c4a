"""How the userland's build turns the machine's apt entries into entries for source packages."""
import os
import sys

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
