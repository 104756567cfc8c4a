/*
 * regexec with a quick answer to the question that is asked most: does the string match at all?
 *
 * musl's matcher (TRE) follows all states of its automaton in parallel and allocates for every
 * call. Here the sets of states that occur are kept as states of a deterministic automaton, which
 * is built as far as strings need it and lives with the compiled expression: one table lookup per
 * character. TRE itself is asked when the caller wants positions, or when the expression has
 * something that a set of states does not decide: back references, word boundaries, REG_NEWLINE.
 */
#define regexec __tre_regexec
#include "../regexec.c"
#include "atomic.h"
#undef regexec

#define SET_WORDS 4
#define MAX_POSITIONS (SET_WORDS * 64) /* states of TRE's automaton */
#define MAX_STATES 64                  /* of ours; when they are used up we start again */

/* Entries of next[] that are not the number of a state. */
#define UNKNOWN 0
#define ACCEPT 255 /* a match ends here */
#define DEAD 254   /* no match any more */

#define DECIDABLE (ASSERT_AT_BOL | ASSERT_AT_EOL | ASSERT_CHAR_CLASS | ASSERT_CHAR_CLASS_NEG)

struct set {
	uint64_t words[SET_WORDS];
};

struct dfa_state {
	struct set set;
	unsigned char next[256];
};

/*
 * Hangs in tnfa->firstpos_chars, which TRE frees with the expression but does not use. One block
 * for that reason. states[0] stands for UNKNOWN.
 */
struct dfa {
	int decidable;
	int has_eol; /* $ occurs: the last character needs to know that it is the last */
	unsigned count;
	unsigned char start[2]; /* at the beginning of a line, and with REG_NOTBOL */
	tre_tnfa_transition_t *rows[MAX_POSITIONS]; /* TRE's transitions by state */
	struct dfa_state states[MAX_STATES];
};

struct step {
	int at_start; /* before the first character of a line */
	int at_end;   /* the string ends here */
};

static int
is_decidable(const tre_tnfa_transition_t *t)
{
	return !(t->assertions & ~DECIDABLE);
}

static void
inspect(struct dfa *d, const tre_tnfa_t *tnfa)
{
	d->decidable = !tnfa->have_backrefs && !(tnfa->cflags & REG_NEWLINE) &&
		       tnfa->num_states <= MAX_POSITIONS;
	for (unsigned i = 0; i < tnfa->num_transitions; i++) {
		if (!tnfa->transitions[i].state)
			continue;
		d->decidable &= is_decidable(&tnfa->transitions[i]);
		d->has_eol |= tnfa->transitions[i].assertions & ASSERT_AT_EOL;
	}
	for (tre_tnfa_transition_t *t = tnfa->initial; t->state; t++) {
		d->decidable &= is_decidable(t);
		d->has_eol |= t->assertions & ASSERT_AT_EOL;
	}
}

static void
forget_states(struct dfa *d)
{
	d->count = 1;
	d->start[0] = d->start[1] = UNKNOWN;
}

static struct dfa *
dfa_of(tre_tnfa_t *tnfa)
{
	struct dfa *d = (struct dfa *)tnfa->firstpos_chars;

	if (!d) {
		d = malloc(sizeof *d);
		if (!d)
			return NULL;
		d->has_eol = 0;
		inspect(d, tnfa);
		forget_states(d);
		tnfa->firstpos_chars = (char *)d;
	}
	return d->decidable ? d : NULL;
}

static void
reach(struct dfa *d, struct set *set, const tre_tnfa_transition_t *t)
{
	d->rows[t->state_id] = t->state;
	set->words[t->state_id / 64] |= 1ull << t->state_id % 64;
}

static int
assertions_hold(const tre_tnfa_transition_t *t, struct step step)
{
	return !(t->assertions & ASSERT_AT_BOL && !step.at_start) &&
	       !(t->assertions & ASSERT_AT_EOL && !step.at_end);
}

/* A match may begin anywhere. */
static void
reach_initial(struct dfa *d, struct set *set, const tre_tnfa_t *tnfa, struct step step)
{
	for (const tre_tnfa_transition_t *t = tnfa->initial; t->state; t++)
		if (assertions_hold(t, step))
			reach(d, set, t);
}

static int
in_class(tre_cint_t c, tre_ctype_t class, int icase)
{
	if (icase)
		return tre_isctype(tre_tolower(c), class) || tre_isctype(tre_toupper(c), class);
	return tre_isctype(c, class);
}

static int
takes(const tre_tnfa_transition_t *t, tre_cint_t c, int icase)
{
	if (c < t->code_min || c > t->code_max)
		return 0;
	if (t->assertions & ASSERT_CHAR_CLASS && !in_class(c, t->u.class, icase))
		return 0;
	return !(t->assertions & ASSERT_CHAR_CLASS_NEG &&
		 tre_neg_char_classes_match(t->neg_classes, c, icase));
}

/* What is reached from `from` over the character c. */
static void
reach_over(struct dfa *d, struct set *set, const struct set *from, const tre_tnfa_t *tnfa,
	tre_cint_t c, struct step step)
{
	int icase = tnfa->cflags & REG_ICASE;

	for (unsigned i = 0; i < SET_WORDS; i++) {
		for (uint64_t left = from->words[i]; left; left &= left - 1) {
			const tre_tnfa_transition_t *t = d->rows[i * 64 + (unsigned)a_ctz_64(left)];

			for (; t->state; t++)
				if (takes(t, c, icase) && assertions_hold(t, step))
					reach(d, set, t);
		}
	}
}

/* The number of the state with this set. */
static unsigned char
number_of(struct dfa *d, const struct set *set, const tre_tnfa_t *tnfa)
{
	int empty = 1;

	for (unsigned i = 0; i < SET_WORDS; i++) {
		for (uint64_t left = set->words[i]; left; left &= left - 1)
			if (d->rows[i * 64 + (unsigned)a_ctz_64(left)] == tnfa->final)
				return ACCEPT;
		empty &= !set->words[i];
	}
	if (empty) {
		const tre_tnfa_transition_t *t = tnfa->initial;

		while (t->state && t->assertions & ASSERT_AT_BOL)
			t++;
		if (!t->state)
			return DEAD;
	}
	for (unsigned i = 1; i < d->count; i++)
		if (!memcmp(&d->states[i].set, set, sizeof *set))
			return (unsigned char)i;
	if (d->count == MAX_STATES)
		forget_states(d);
	d->states[d->count].set = *set;
	memset(d->states[d->count].next, UNKNOWN, sizeof d->states->next);
	return (unsigned char)d->count++;
}

static unsigned char
start_state(struct dfa *d, const tre_tnfa_t *tnfa, struct step step)
{
	struct set set = {{0}};

	reach_initial(d, &set, tnfa, step);
	return number_of(d, &set, tnfa);
}

/* The state after c in the given one. UNKNOWN when c is part of a multibyte character. */
static unsigned char
next_state(struct dfa *d, unsigned char from, const tre_tnfa_t *tnfa, unsigned char c,
	struct step step)
{
	struct set old = d->states[from].set, set = {{0}};
	unsigned char next;
	wchar_t wide;

	if (c >= 0x80 && MB_CUR_MAX > 1)
		return UNKNOWN;
	mbtowc(&wide, (const char *)&c, 1);
	reach_over(d, &set, &old, tnfa, (tre_cint_t)wide, step);
	reach_initial(d, &set, tnfa, step);
	next = number_of(d, &set, tnfa);
	/* If there was no room for another state, `from` is gone. */
	if (!step.at_end && !memcmp(&d->states[from].set, &old, sizeof old) && from < d->count)
		d->states[from].next[c] = next;
	return next;
}

/* Says whether there is a match: ACCEPT, DEAD or UNKNOWN. */
static unsigned char
decide(struct dfa *d, const tre_tnfa_t *tnfa, const unsigned char *s, int eflags)
{
	int notbol = !!(eflags & REG_NOTBOL);
	struct step step = {!notbol, !*s};
	unsigned char state, next;

	if (step.at_end && d->has_eol)
		return start_state(d, tnfa, step) == ACCEPT ? ACCEPT : DEAD;
	step.at_end = 0;
	if (!d->start[notbol]) {
		state = start_state(d, tnfa, step);
		d->start[notbol] = state;
	}
	state = d->start[notbol];
	step.at_start = 0;
	for (; state < DEAD && *s; s++) {
		step.at_end = d->has_eol && !s[1];
		next = step.at_end ? UNKNOWN : d->states[state].next[*s];
		if (next == UNKNOWN)
			next = next_state(d, state, tnfa, *s, step);
		if (next == UNKNOWN)
			return UNKNOWN;
		state = next;
	}
	return state == ACCEPT ? ACCEPT : DEAD;
}

int
regexec(const regex_t *restrict preg, const char *restrict string, size_t nmatch,
	regmatch_t pmatch[restrict], int eflags)
{
	tre_tnfa_t *tnfa = (tre_tnfa_t *)preg->TRE_REGEX_T_FIELD;
	struct dfa *d = dfa_of(tnfa);

	if (d && !(eflags & REG_NOTEOL)) {
		unsigned char decision = decide(d, tnfa, (const unsigned char *)string, eflags);

		if (decision == DEAD)
			return REG_NOMATCH;
		if (decision == ACCEPT && (nmatch == 0 || tnfa->cflags & REG_NOSUB))
			return REG_OK;
	}
	return __tre_regexec(preg, string, nmatch, pmatch, eflags);
}
