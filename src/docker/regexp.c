#include "docker/regexp.h"

#include "base/alloc.h"
#include "base/attr.h"
#include "base/scope.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_DEPTH 50   /* of groups in groups */
#define MAX_COUNT 1000 /* in {n,m}, as in RE2 */
#define NO_LIMIT (-1)

/* Steps refer to each other by distance, so that a piece of program can be moved and copied as it is. */
enum op { OP_SET, OP_BEGIN, OP_END, OP_WORD_EDGE, OP_FORK, OP_JUMP, OP_MATCH };

struct step {
	enum op op;
	int a, b; /* distances: OP_FORK goes to both, OP_JUMP to a; OP_SET: a is the index of its set */
};

struct set {
	uint8_t bits[32];
};

struct compiler {
	const char *p; /* what is left of the pattern */
	int depth;
	struct step *program;
	int n;
	struct set *sets;
	int n_sets;
};

static int parse_alternatives(struct compiler *c);

/* Emitting */

static int
emit(struct compiler *c, enum op op, int a, int b)
{
	if (c->n >= REGEXP_MAX_PROGRAM)
		return -EINVAL;
	c->program[c->n++] = (struct step){op, a, b};
	return 0;
}

/* Puts one step before the piece that starts at `at`. */
static int
emit_before(struct compiler *c, int at, enum op op, int a, int b)
{
	int r = emit(c, op, a, b);

	if (r < 0)
		return r;
	memmove(&c->program[at + 1], &c->program[at],
		(size_t)(c->n - 1 - at) * sizeof(struct step));
	c->program[at] = (struct step){op, a, b};
	return 0;
}

static int
emit_copy(struct compiler *c, const struct step *piece, int size)
{
	if (size > REGEXP_MAX_PROGRAM - c->n)
		return -EINVAL;
	memcpy(&c->program[c->n], piece, (size_t)size * sizeof(*piece));
	c->n += size;
	return 0;
}

static int
make_optional(struct compiler *c, int at)
{
	return emit_before(c, at, OP_FORK, 1, c->n - at + 1);
}

static int
make_star(struct compiler *c, int at)
{
	int size = c->n - at;
	int r = emit_before(c, at, OP_FORK, 1, size + 2);

	return r < 0 ? r : emit(c, OP_JUMP, -(size + 1), 0);
}

static int
make_plus(struct compiler *c, int at)
{
	return emit(c, OP_FORK, -(c->n - at), 1);
}

/* The piece at `at`, min to max times. */
static int
make_counted(struct compiler *c, int at, int min, int max)
{
	int size = c->n - at, r = 0;
	scoped_free struct step *piece = xmalloc(((size_t)size + 1) * sizeof(*piece));

	memcpy(piece, &c->program[at], (size_t)size * sizeof(*piece));
	c->n = at;
	for (int i = 0; r == 0 && i < min; i++)
		r = emit_copy(c, piece, size);
	if (r == 0 && max == NO_LIMIT) {
		at = c->n;
		r = emit_copy(c, piece, size);
		return r < 0 ? r : make_star(c, at);
	}
	for (int i = min; r == 0 && i < max; i++) {
		at = c->n;
		r = emit_copy(c, piece, size);
		if (r == 0)
			r = make_optional(c, at);
	}
	return r;
}

/* Sets of bytes */

static void
set_add(struct set *s, int first, int last)
{
	for (int i = first; i <= last; i++)
		s->bits[i / 8] |= (uint8_t)(1 << i % 8);
}

static void
set_invert(struct set *s)
{
	for (size_t i = 0; i < sizeof(s->bits); i++)
		s->bits[i] = (uint8_t)~s->bits[i];
}

static bool
set_has(const struct set *s, unsigned char c)
{
	return s->bits[c / 8] >> c % 8 & 1;
}

static void
set_add_set(struct set *s, const struct set *more)
{
	for (size_t i = 0; i < sizeof(s->bits); i++)
		s->bits[i] |= more->bits[i];
}

static int
emit_set(struct compiler *c, const struct set *s)
{
	if (c->n_sets >= REGEXP_MAX_PROGRAM)
		return -EINVAL;
	c->sets[c->n_sets] = *s;
	return emit(c, OP_SET, c->n_sets++, 0);
}

/* \d, \w, \s and their opposites. False if the letter is none of them. */
static bool
named_escape(char letter, struct set *ret)
{
	struct set s = {{0}};

	switch (tolower((unsigned char)letter)) {
	case 'd':
		set_add(&s, '0', '9');
		break;
	case 'w':
		set_add(&s, '0', '9');
		set_add(&s, 'A', 'Z');
		set_add(&s, 'a', 'z');
		set_add(&s, '_', '_');
		break;
	case 's':
		set_add(&s, '\t', '\n');
		set_add(&s, '\f', '\r');
		set_add(&s, ' ', ' ');
		break;
	default:
		return false;
	}
	if (isupper((unsigned char)letter))
		set_invert(&s);
	*ret = s;
	return true;
}

/* What a backslash before this character stands for as a single byte, or -1: punctuation for itself. */
static int
byte_escape(char c)
{
	static const char letters[] = "ntrfva", bytes[] = "\n\t\r\f\v\a";
	const char *hit = c ? strchr(letters, c) : NULL;

	if (hit)
		return bytes[hit - letters];
	return ispunct((unsigned char)c) ? c : -1;
}

/* Classes: c->p is behind '[' */

static bool
named_class(struct compiler *c, struct set *s)
{
	static const struct {
		const char *name;
		int (*has)(int);
	} classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
		{"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph}, {"lower", islower},
		{"print", isprint}, {"punct", ispunct}, {"space", isspace}, {"upper", isupper},
		{"xdigit", isxdigit}};

	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		size_t n = strlen(classes[i].name);

		if (strncmp(c->p + 2, classes[i].name, n) != 0 ||
			strncmp(c->p + 2 + n, ":]", 2) != 0)
			continue;
		for (int byte = 0; byte < 0x80; byte++)
			if (classes[i].has(byte))
				set_add(s, byte, byte);
		c->p += n + 4;
		return true;
	}
	return false;
}

/* One member of a class: a byte, or -1. */
static int
class_byte(struct compiler *c)
{
	int byte;

	if (!*c->p)
		return -1;
	if (*c->p != '\\')
		return (unsigned char)*c->p++;
	byte = byte_escape(c->p[1]);
	if (byte >= 0)
		c->p += 2;
	return byte;
}

static int
class_member(struct compiler *c, struct set *s)
{
	struct set more;
	int first, last;

	if (c->p[0] == '[' && c->p[1] == ':')
		return named_class(c, s) ? 0 : -EINVAL;
	if (c->p[0] == '\\' && named_escape(c->p[1], &more)) {
		set_add_set(s, &more);
		c->p += 2;
		return 0;
	}
	first = last = class_byte(c);
	if (first >= 0 && c->p[0] == '-' && c->p[1] && c->p[1] != ']') {
		c->p++;
		last = class_byte(c);
	}
	if (first < 0 || last < first)
		return -EINVAL;
	set_add(s, first, last);
	return 0;
}

static int
parse_class(struct compiler *c)
{
	bool inverted = *c->p == '^', first = true;
	struct set s = {{0}};

	c->p += inverted;
	for (; first || *c->p != ']'; first = false) {
		int r = class_member(c, &s);

		if (r < 0)
			return r;
	}
	c->p++;
	if (inverted)
		set_invert(&s);
	return emit_set(c, &s);
}

/* The grammar */

static int
parse_group(struct compiler *c)
{
	int r;

	if (c->p[0] == '?') {
		if (c->p[1] != ':')
			return -EINVAL;
		c->p += 2;
	}
	if (++c->depth > MAX_DEPTH)
		return -EINVAL;
	r = parse_alternatives(c);
	if (r < 0 || *c->p != ')')
		return -EINVAL;
	c->p++;
	c->depth--;
	return 0;
}

static int
parse_escape(struct compiler *c)
{
	char letter = *c->p++;
	struct set s = {{0}};
	int byte = byte_escape(letter);

	if (letter == 'b')
		return emit(c, OP_WORD_EDGE, 0, 0);
	if (named_escape(letter, &s))
		return emit_set(c, &s);
	if (byte < 0)
		return -EINVAL;
	set_add(&s, byte, byte);
	return emit_set(c, &s);
}

static int
parse_atom(struct compiler *c)
{
	unsigned char byte = (unsigned char)*c->p++;
	struct set s = {{0}};

	switch (byte) {
	case '(':
		return parse_group(c);
	case '[':
		return parse_class(c);
	case '\\':
		return parse_escape(c);
	case '^':
		return emit(c, OP_BEGIN, 0, 0);
	case '$':
		return emit(c, OP_END, 0, 0);
	case '*':
	case '+':
	case '?':
		return -EINVAL; /* nothing to repeat */
	case '.':
		set_add(&s, '\n', '\n');
		set_invert(&s);
		return emit_set(c, &s);
	default:
		set_add(&s, byte, byte);
		return emit_set(c, &s);
	}
}

/* Up to MAX_COUNT; -1 if there is no number. */
static int
parse_number(const char **p)
{
	int v = isdigit((unsigned char)**p) ? 0 : -1;

	for (; isdigit((unsigned char)**p); (*p)++)
		v = v > MAX_COUNT ? v : v * 10 + (**p - '0');
	return v;
}

/* "{n}", "{n,}", "{n,m}" behind the brace; anything else is no count, and the brace is a literal one. */
static bool
parse_count(struct compiler *c, int *ret_min, int *ret_max)
{
	const char *p = c->p + 1;
	int min = parse_number(&p), max = min;

	if (min < 0)
		return false;
	if (*p == ',') {
		p++;
		max = *p == '}' ? NO_LIMIT : parse_number(&p);
		if (max < 0 && *p != '}')
			return false;
	}
	if (*p != '}')
		return false;
	c->p = p + 1;
	*ret_min = min;
	*ret_max = max;
	return true;
}

/* Go refuses a repetition of a repetition, so one is all there is. A following '?' only says which match is preferred. */
static int
parse_repetition(struct compiler *c, int at)
{
	int min, max, r;

	switch (*c->p) {
	case '*':
		c->p++;
		r = make_star(c, at);
		break;
	case '+':
		c->p++;
		r = make_plus(c, at);
		break;
	case '?':
		c->p++;
		r = make_optional(c, at);
		break;
	case '{':
		if (!parse_count(c, &min, &max))
			return 0;
		if (min > MAX_COUNT || max > MAX_COUNT || (max != NO_LIMIT && max < min))
			return -EINVAL;
		r = make_counted(c, at, min, max);
		break;
	default:
		return 0;
	}
	if (*c->p == '?')
		c->p++;
	if (*c->p == '*' || *c->p == '+' || *c->p == '?')
		return -EINVAL;
	return r;
}

static int
parse_sequence(struct compiler *c)
{
	while (*c->p && *c->p != '|' && *c->p != ')') {
		int at = c->n;
		int r = parse_atom(c);

		if (r == 0)
			r = parse_repetition(c, at);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
parse_alternatives(struct compiler *c)
{
	int at = c->n, r = parse_sequence(c), jump;

	if (r < 0 || *c->p != '|')
		return r;
	c->p++;
	r = emit_before(c, at, OP_FORK, 1, c->n - at + 2);
	jump = c->n;
	if (r == 0)
		r = emit(c, OP_JUMP, 0, 0);
	if (r == 0)
		r = parse_alternatives(c);
	if (r == 0)
		c->program[jump].a = c->n - jump;
	return r;
}

/* Running */

struct machine {
	const struct compiler *c;
	const char *text, *at;
	int *now, *next; /* steps to try on the current and on the next byte */
	int n_now, n_next;
	int *stack;
	unsigned *seen; /* the mark of the last byte at which the step was added */
	unsigned mark;
};

static bool
is_word(unsigned char c)
{
	return c == '_' || (c < 0x80 && isalnum(c));
}

static bool
condition_holds(const struct machine *m, enum op op)
{
	bool before = m->at > m->text && is_word((unsigned char)m->at[-1]);

	switch (op) {
	case OP_BEGIN:
		return m->at == m->text;
	case OP_END:
		return !*m->at;
	default:
		return before != is_word((unsigned char)*m->at);
	}
}

/* Follows steps that take no byte from pc, and adds those that do to `now`. True when that reaches the end. */
static bool
follow(struct machine *m, int pc)
{
	int n = 0;

	m->stack[n++] = pc;
	while (n > 0) {
		const struct step *s = &m->c->program[pc = m->stack[--n]];

		if (m->seen[pc] == m->mark)
			continue;
		m->seen[pc] = m->mark;
		switch (s->op) {
		case OP_MATCH:
			return true;
		case OP_SET:
			m->now[m->n_now++] = pc;
			break;
		case OP_JUMP:
			m->stack[n++] = pc + s->a;
			break;
		case OP_FORK:
			m->stack[n++] = pc + s->a;
			m->stack[n++] = pc + s->b;
			break;
		default:
			if (condition_holds(m, s->op))
				m->stack[n++] = pc + 1;
		}
	}
	return false;
}

/* A match may begin at every byte, so the first step is added anew each time. */
static bool
run(struct machine *m)
{
	for (m->at = m->text;; m->at++) {
		m->mark++;
		m->n_now = 0;
		for (int i = 0; i < m->n_next; i++)
			if (follow(m, m->next[i]))
				return true;
		if (follow(m, 0))
			return true;
		if (!*m->at)
			return false;
		m->n_next = 0;
		for (int i = 0; i < m->n_now; i++) {
			const struct step *s = &m->c->program[m->now[i]];

			if (set_has(&m->c->sets[s->a], (unsigned char)*m->at))
				m->next[m->n_next++] = m->now[i] + 1;
		}
	}
}

int
regexp_search(const char *pattern, const char *text)
{
	scoped_free struct step *program = xmalloc(REGEXP_MAX_PROGRAM * sizeof(*program));
	scoped_free struct set *sets = xmalloc(REGEXP_MAX_PROGRAM * sizeof(*sets));
	scoped_free unsigned *seen = NULL;
	scoped_free int *lists = NULL;
	struct compiler c = {.p = pattern, .program = program, .sets = sets};
	int r = parse_alternatives(&c);
	size_t n;

	if (r == 0 && *c.p)
		r = -EINVAL; /* a closing parenthesis too many */
	if (r == 0)
		r = emit(&c, OP_MATCH, 0, 0);
	if (r < 0)
		return r;
	n = (size_t)c.n;
	seen = xcalloc(n, sizeof(*seen));
	/* The stack grows by at most one for each step that was not seen yet. */
	lists = xmalloc((3 * n + 2) * sizeof(*lists));
	return run(&(struct machine){
		.c = &c,
		.text = text,
		.now = lists,
		.next = lists + n,
		.stack = lists + 2 * n,
		.seen = seen,
	});
}
