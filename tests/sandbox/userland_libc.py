"""The guest's C library where it is not musl's: numbers, sorting, the heap, lines, regular expressions."""
import random
import re

import box
from harness import check

SEED = 20260101


def feed(script, text):
    result = box.sh(script, stdin=text)
    check.equal((result.status, result.err), (0, ''), script)
    return result.out.splitlines()


def test_numbers_are_read_exactly():
    """Plain decimals take a way of their own in strtod; all must be what Python reads."""
    rng = random.Random(SEED)
    numbers = ['0', '-0', '.5', '5.', '1e5', '1E-3', '+7', '9007199254740992', '9007199254740993', '9007199254740993.0',
               '0.1', '123456789012345678901234567890', '4.9e-324', '2.2250738585072011e-308', '1.7976931348623157e308',
               '0.00000000000000000000001', '8.5e', '00012.50', '1' + '0' * 40]
    numbers += [f'{rng.randrange(-10 ** 9, 10 ** 9)}.{rng.randrange(10 ** rng.randrange(1, 14))}' for _ in range(2000)]
    numbers += [repr(rng.uniform(-1, 1) * 10 ** rng.randrange(-30, 30)) for _ in range(2000)]
    got = feed("awk '{ printf \"%.17g\\n\", $1 + 0 }'", ''.join(f'{n}\n' for n in numbers))
    check.equal(len(got), len(numbers), 'lines')
    for text, value in zip(numbers, got):
        check.equal(float(value), float(text.rstrip('e')), text)


def test_what_is_no_number():
    check.equal(feed("awk '{ print $1 + 0 }'", 'x\n-\n.\n1x\n-.5.5\n0x10\n'), ['0', '0', '0', '1', '-0.5', '16'])


def test_sort_orders_and_is_stable():
    rng = random.Random(SEED)
    lines = [f'{rng.randrange(50)} {rng.randrange(10 ** 6)} {rng.choice("abc")}' for _ in range(20000)]
    text = ''.join(f'{line}\n' for line in lines)
    check.equal(feed('sort', text), sorted(lines), 'sort')
    check.equal(feed('sort -s -n -k1,1', text), sorted(lines, key=lambda l: int(l.split()[0])), 'stable')
    check.equal([line[-1] for line in feed('sort -u -k3,3', text)], ['a', 'b', 'c'], 'unique')
    for few in ([], ['a'], ['b', 'a'], ['c', 'a', 'b']):
        check.equal(feed('sort', ''.join(f'{line}\n' for line in few)), sorted(few), few)


def test_the_heap_under_churn():
    """Strings of all sizes that grow, shrink and go; each must keep what was put into it."""
    check.equal(feed('''awk 'BEGIN {
        srand(1)
        for (round = 0; round < 40000; round++) {
            k = int(rand() * 200); n = int(2 ^ (rand() * 13)); s = k ":"
            while (length(s) < n) s = s s
            kept[k] = substr(s, 1, n); length_of[k] = n
            if (round % 7 == 0) { j = int(rand() * 200); delete kept[j]; delete length_of[j] }
        }
        for (k in kept) {
            s = k ":"; while (length(s) < length_of[k]) s = s s
            if (kept[k] != substr(s, 1, length_of[k])) bad++
        }
        print bad + 0
    }' ''', ''), ['0'])


def test_the_heap_gives_large_pieces_back():
    """A string of 8 MB that is made anew 40 times does not need 320 MB."""
    check.equal(feed('''ulimit -d 100000; awk 'BEGIN {
        s = "x"; while (length(s) < 8000000) s = s s
        for (i = 0; i < 40; i++) { t = s i; s = substr(t, 1, 8000000) }
        print length(s)
    }' ''', ''), ['8000000'])


def test_lines_of_every_kind():
    long = 'x' * 100000
    for text in ('', '\n', 'a', 'a\n', '\n\n', f'{long}\n{long}', f'{"y" * 1023}\n{"y" * 1024}\n{"y" * 1025}'):
        lines = text.split('\n') if text else []
        if lines and not lines[-1]:
            lines.pop()
        check.equal(feed("grep '' || true", text), lines, text[:20])
        check.equal(feed("sed ''", text), lines, text[:20])
        check.equal(feed('sort -s -k9,9', text), lines, text[:20])
    check.equal(feed('(echo one; (echo -n tw; cat) ) | grep w', 'o\n'), ['two'])


def test_string_functions_at_the_edges():
    check.equal(feed('''awk 'BEGIN {
        for (n = 0; n < 200; n++) { s = s "a"; if (index(s "b", "b") != n + 2) print n }
        print index("abc", ""), index("", "a"), index("aab", "ab"), length(""), substr("hello", 2, 3)
    }' ''', ''), ['0 0 2 0 ell'])


# (as grep -E has it, as Python has it): what both say must agree.
PATTERNS = [(p, p) for p in (
    'a', '^a', 'a$', '^$', 'ab*c', '(ab|ba)+', 'a.c', '[abc][^abc]', '[^a]$', 'a{2,3}', '^(a|b)*$', 'x*', '(a|^b)c',
    'c(a|b$)', '(^a)?b', 'a|b|c', '(a+|b+)c?', '..$', '^.{3}$', '(abc){2}', 'a(b(c|$)|$)')] + [
    ('[[:alpha:]][[:digit:]]', '[A-Za-z][0-9]'), ('[^[:alpha:]]', '[^A-Za-z]'), ('[[:space:]]$', '[ \t]$'),
    ('\\<ab', '\\bab'), ('ab\\>', 'ab\\b'), ('\\bb\\b', '\\bb\\b')]


def test_regular_expressions_agree_with_python():
    rng = random.Random(SEED)
    lines = [''] + [''.join(rng.choice('aaabbbccx1 ') for _ in range(rng.randrange(9))) for _ in range(1500)]
    text = ''.join(f'{line}\n' for line in lines)
    for ours, python in PATTERNS:
        want = [line for line in lines if re.search(python, line)]
        check.equal(feed(f"grep -E '{ours}' || true", text), want, ours)
        if '\\' not in ours:
            check.equal(feed(f"awk '/{ours}/'", text), want, f'awk {ours}')
    want = [line for line in lines if re.search(r'(a|b)\1', line)]
    check.equal(feed("grep '\\(a\\|b\\)\\1'", text), want, 'a back reference')


def test_regular_expressions_ignoring_case():
    lines = ['Straight', 'sTRAIGHT', 'other', 'X9', 'x9', '99']
    text = ''.join(f'{line}\n' for line in lines)
    check.equal(feed("grep -i straight", text), lines[:2])
    check.equal(feed("grep -i '[[:upper:]]9'", text), ['X9', 'x9'])
    check.equal(feed("grep -i '^[^a-w]9'", text), ['X9', 'x9', '99'])


def test_more_sets_of_states_than_fit():
    """(a|b)*a(a|b){9} has 2^10 sets of states: the table is built anew again and again."""
    rng = random.Random(SEED)
    lines = [''.join(rng.choice('ab') for _ in range(200)) + '!' for _ in range(300)]
    want = [line for line in lines if re.search('a[ab]{9}!', line)]
    check.equal(feed("grep -E '(a|b)*a(a|b){9}!'", ''.join(f'{line}\n' for line in lines)), want)


def test_bytes_that_are_not_ascii():
    result = box.sh("printf 'a\\303\\244b\\n\\377\\nplain\\n' | grep -c '[^ -~]'; printf '\\303\\244x\\n' | sed 's/./-/3'")
    check.equal((result.status, result.out), (0, '2\nä-\n'))
