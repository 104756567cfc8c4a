#include "tls/stream.h"

#include "base/alloc.h"
#include "base/log.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>
#include <sys/socket.h>

#define MAX_DRAIN (256 * 1024) /* of what a peer still sends after a handshake that failed */
#define DRAIN_PIECE 4096

/*
 * The reading and the writing task meet at the engine, whose calls never wait, and at the stream
 * below, where each direction is one task's at a time (filling, flushing).  Either may need both:
 * a read gives rise to output, and a write can need input first.
 *
 * What is being sent has left the engine, as a task that waits in the middle of it must find it
 * where it was.
 */
struct tls_stream {
	struct stream base;
	struct stream *below;
	struct tls *tls;
	bool server;
	struct buf sending; /* ciphertext, of which `sent` bytes are gone */
	size_t sent;
	bool filling, flushing; /* some task reads below, writes below */
	struct cond changed;    /* one of them has come back */
	bool shaken, refused;   /* the handshake is over, well or badly */
	usec_t shake_until;     /* 0: it has not begun */
	bool undecided, plain;  /* TLS is optional; it turned out that there is none */
};

static struct tls_stream *
tls_stream(const struct stream *s)
{
	return container_of(s, struct tls_stream, base);
}

/* -- the stream below -------------------------------------------------------------------------- */

/* Brings input, or waits for another task to have tried. */
static int
fill(struct tls_stream *t, usec_t until)
{
	size_t room;
	void *data;
	ssize_t n;

	if (t->filling)
		return cond_wait(&t->changed, until);
	data = tls_input(t->tls, &room);
	t->filling = true;
	n = stream_read(t->below, data, room, until);
	t->filling = false;
	cond_broadcast(&t->changed);
	if (n > 0)
		tls_input_add(t->tls, (size_t)n);
	else if (n == 0)
		tls_input_end(t->tls);
	return n < 0 ? (int)n : 0;
}

static bool
has_output(const struct tls_stream *t)
{
	return t->sending.len > 0 || tls_has_output(t->tls);
}

static int
send_some(struct tls_stream *t, usec_t until)
{
	struct iovec v;
	ssize_t n;

	if (t->sending.len == 0)
		tls_take_output(t->tls, &t->sending);
	v = (struct iovec){t->sending.data + t->sent, t->sending.len - t->sent};
	t->flushing = true;
	n = t->below->ops->writev(t->below, &v, 1, until);
	t->flushing = false;
	cond_broadcast(&t->changed);
	if (n < 0)
		return (int)n;
	t->sent += (size_t)n;
	if (t->sent == t->sending.len) {
		buf_free(&t->sending);
		t->sent = 0;
	}
	return 0;
}

/* Sends all of the output, or waits until another task has. */
static int
flush(struct tls_stream *t, usec_t until)
{
	int r = 0;

	while (r == 0 && has_output(t))
		r = t->flushing ? cond_wait(&t->changed, until) : send_some(t, until);
	return r;
}

/* What reading has given rise to (the answer to a change of keys) goes out if it can at once; else
 * with what is written next. */
static void
nudge(struct tls_stream *t)
{
	if (!t->flushing)
		flush(t, clock_now());
}

/* -- the handshake ----------------------------------------------------------------------------- */

/* Lets the peer take our alert, see stream.h. */
static void
part(struct tls_stream *t)
{
	usec_t until = clock_after(TLS_GOODBYE_TIMEOUT);
	char scratch[DRAIN_PIECE];
	size_t dropped = 0;
	ssize_t n = 1;

	if (flush(t, until) < 0 || stream_shutdown(t->below, until) < 0)
		return;
	while (n > 0 && dropped < MAX_DRAIN) {
		n = stream_read(t->below, scratch, sizeof(scratch), until);
		dropped += n > 0 ? (size_t)n : 0;
	}
}

static int
refuse(struct tls_stream *t, int r)
{
	if (t->refused)
		return r;
	t->refused = true;
	if (t->server && r != -ECONNRESET) /* a look whether the port is open */
		log_info("TLS handshake failed: %s", tls_reason(t->tls));
	if (r != -ECONNRESET && !t->filling)
		part(t);
	return r;
}

static bool
is_for_good(int r)
{
	return r < 0 && r != -EAGAIN && r != -ENOBUFS;
}

/* Lets the first byte tell whether there is TLS at all. */
static int
decide(struct tls_stream *t, usec_t until)
{
	int r = 0;

	while (r == 0 && t->undecided && !tls_readable(t->tls))
		r = fill(t, until);
	if (r == 0 && t->undecided) {
		t->undecided = false;
		t->plain = !tls_begins(t->tls);
	}
	return r;
}

static int
handshake(struct tls_stream *t, usec_t until)
{
	int r = decide(t, until), step;

	if (r < 0 || t->shaken || t->plain)
		return r;
	if (t->shake_until == 0)
		t->shake_until = clock_after(TLS_HANDSHAKE_TIMEOUT);
	if (until > t->shake_until)
		until = t->shake_until;
	while (r == 0 && !t->shaken) {
		step = tls_handshake(t->tls);
		if (is_for_good(step))
			return refuse(t, step);
		r = flush(t, until);
		if (r == 0 && step == -EAGAIN)
			r = fill(t, until);
		else if (r == 0 && step == 0)
			t->shaken = true;
	}
	return r;
}

/* -- reading ----------------------------------------------------------------------------------- */

static ssize_t
read_plain(struct tls_stream *t, void *data, size_t n, usec_t until)
{
	size_t got = tls_take_input(t->tls, data, n);

	tls_rest(t->tls);
	return got > 0 ? (ssize_t)got : stream_read(t->below, data, n, until);
}

static ssize_t
read_tls(struct stream *s, void *data, size_t n, usec_t until)
{
	struct tls_stream *t = tls_stream(s);
	int r = handshake(t, until);
	ssize_t got = r;

	if (r == 0 && t->plain)
		return read_plain(t, data, n, until);
	while (r == 0) {
		got = tls_read(t->tls, data, n);
		if (got == -ENOBUFS) {
			r = flush(t, until);
			continue;
		}
		nudge(t);
		if (got != -EAGAIN)
			break;
		r = fill(t, until);
	}
	if (!t->filling)
		tls_rest(t->tls);
	return r < 0 ? r : got;
}

/* -- writing ----------------------------------------------------------------------------------- */

/* How far a gathered write has come. */
struct cursor {
	const struct iovec *v;
	int n;
	size_t at; /* in v[0] */
};

static void
move_on(struct cursor *c, size_t n)
{
	while (n > 0 || (c->n > 0 && c->at == c->v->iov_len)) {
		size_t left = c->v->iov_len - c->at, step = n < left ? n : left;

		c->at += step;
		n -= step;
		if (c->at == c->v->iov_len) {
			c->v++;
			c->n--;
			c->at = 0;
		}
	}
}

/* The next record's content: where it is, or small pieces gathered in scratch (allocated here). */
static const void *
next_piece(const struct cursor *from, char **scratch, size_t *ret_n)
{
	struct cursor c = *from;
	size_t left = c.v->iov_len - c.at, n = 0;

	if (c.n == 1 || left >= TLS_RECORD) {
		*ret_n = left < TLS_RECORD ? left : TLS_RECORD;
		return (const char *)c.v->iov_base + c.at;
	}
	if (!*scratch)
		*scratch = xmalloc(TLS_RECORD);
	while (c.n > 0 && n < TLS_RECORD) {
		size_t room = TLS_RECORD - n;

		left = c.v->iov_len - c.at;
		if (left > room)
			left = room;
		memcpy(*scratch + n, (const char *)c.v->iov_base + c.at, left);
		n += left;
		move_on(&c, left);
	}
	*ret_n = n;
	return *scratch;
}

/* As much as the engine has room for; 0 if that is nothing yet. */
static ssize_t
encrypt(struct tls_stream *t, struct cursor *c, usec_t until)
{
	scoped_free char *scratch = NULL;
	ssize_t total = 0;
	int r = 0;

	move_on(c, 0);
	while (r == 0 && c->n > 0) {
		size_t n;
		const void *piece = next_piece(c, &scratch, &n);

		r = tls_write(t->tls, piece, n);
		if (r == 0) {
			move_on(c, n);
			total += (ssize_t)n;
		}
	}
	if (total > 0 || r == -ENOBUFS)
		return total;
	return r == -EAGAIN ? fill(t, until) : r;
}

static ssize_t
writev_tls(struct stream *s, const struct iovec *v, int n, usec_t until)
{
	struct tls_stream *t = tls_stream(s);
	struct cursor c = {v, n, 0};
	int r = handshake(t, until);
	ssize_t taken = 0;

	if (r == 0 && t->plain)
		return t->below->ops->writev(t->below, v, n, until);
	while (r == 0 && taken == 0) {
		r = flush(t, until); /* of a write before that failed */
		if (r == 0)
			taken = encrypt(t, &c, until);
	}
	if (r == 0 && taken > 0)
		r = flush(t, until);
	return r < 0 ? r : taken;
}

static int
say_goodbye(struct tls_stream *t, usec_t until)
{
	int r = flush(t, until);

	if (r == 0)
		r = tls_close(t->tls);
	return r == 0 ? flush(t, until) : r;
}

static int
shutdown_tls(struct stream *s, usec_t until)
{
	struct tls_stream *t = tls_stream(s);
	int r = handshake(t, until), below;

	if (r < 0)
		return r;
	if (!t->plain)
		r = say_goodbye(t, until);
	below = stream_shutdown(t->below, until);
	return r < 0 ? r : below;
}

/* -- the rest ---------------------------------------------------------------------------------- */

static void
notify_tls(struct stream *s, void (*fn)(void *), void *arg)
{
	struct tls_stream *t = tls_stream(s);

	if (fn && (t->plain ? tls_input_left(t->tls) > 0 : tls_readable(t->tls))) {
		fn(arg);
		return;
	}
	tls_rest(t->tls);
	stream_notify(t->below, fn, arg);
}

static void
notify_hangup_tls(struct stream *s, void (*fn)(void *), void *arg)
{
	stream_notify_hangup(tls_stream(s)->below, fn, arg);
}

static int
fd_tls(const struct stream *s)
{
	(void)s;
	return -1;
}

static void
cut_tls(struct stream *s)
{
	stream_cut(tls_stream(s)->below);
}

static bool
closed_tls(const struct stream *s)
{
	return stream_closed(tls_stream(s)->below);
}

static const char *
identity_tls(const struct stream *s)
{
	return tls_identity(tls_stream(s)->tls);
}

static const char *
reason_tls(const struct stream *s)
{
	return tls_reason(tls_stream(s)->tls);
}

/* Before a stream is dropped, and if it needs no waiting. */
static void
say_goodbye_in_passing(struct tls_stream *t)
{
	if (has_output(t) || tls_close(t->tls) < 0 || !tls_has_output(t->tls))
		return;
	tls_take_output(t->tls, &t->sending);
	send(stream_fd(t->below), t->sending.data, t->sending.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
free_tls(struct stream *s)
{
	struct tls_stream *t = tls_stream(s);

	bug_if(t->filling || t->flushing || !list_empty(&t->changed.waiters));
	say_goodbye_in_passing(t);
	stream_free(t->below);
	tls_free(t->tls);
	buf_free(&t->sending);
	free(t);
}

static const struct stream_ops tls_ops = {
	.name = "tls",
	.read = read_tls,
	.writev = writev_tls,
	.shutdown = shutdown_tls,
	.notify = notify_tls,
	.notify_hangup = notify_hangup_tls,
	.fd = fd_tls,
	.free = free_tls,
	.cut = cut_tls,
	.closed = closed_tls,
	.identity = identity_tls,
	.reason = reason_tls,
};

struct stream *
tls_stream_new(struct stream *below, struct tls_config *config, enum tls_need need)
{
	struct tls_stream *t = NEW(tls_stream);

	t->base.ops = &tls_ops;
	t->below = below;
	t->tls = tls_new(config);
	t->undecided = need == TLS_OPTIONAL;
	t->server = tls_config_role(config) == TLS_SERVER;
	cond_init(&t->changed);
	return &t->base;
}
