#include "http/server.h"

#include "base/alloc.h"
#include "base/log.h"
#include "http/connection.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>
#include <time.h>

#define MAX_CONNECTIONS 20000
#define ACCEPTS_IN_A_ROW 64

struct http_server {
	struct http_server_options options;
	struct task_group *accepting, *serving;
	struct list connections;
	size_t n_connections;
	struct cond room; /* n_connections went down, or stopping */
	bool stopping;
	int64_t date_s; /* the second that `date` is the text of */
	char date[32];
};

/* -- connections ------------------------------------------------------------------------------- */

bool
server_stopping(const struct http_server *s)
{
	return s->stopping;
}

const struct http_server_options *
server_options(const struct http_server *s)
{
	return &s->options;
}

/* IMF-fixdate, RFC 9110 5.6.7. */
const char *
server_date(struct http_server *s)
{
	int64_t now = clock_wall_ns() / NSEC_PER_SEC;
	time_t seconds = (time_t)now;
	struct tm tm;

	if (now != s->date_s) {
		strftime(s->date, sizeof(s->date), "%a, %d %b %Y %H:%M:%S GMT",
			gmtime_r(&seconds, &tm));
		s->date_s = now;
	}
	return s->date;
}

void
server_drop(struct http_connection *c)
{
	struct http_server *s = c->server;

	list_del(&c->link);
	s->n_connections--;
	cond_broadcast(&s->room); /* any listener may have the next one */
	reader_free(&c->reader);
	stream_free(c->stream);
	free(c);
}

static void
wake(void *arg)
{
	struct http_connection *c = arg;

	c->task = task_spawn(c->server->serving, "http", connection_serve, c);
}

void
server_park(struct http_connection *c)
{
	if (c->server->stopping) {
		server_drop(c);
		return;
	}
	reader_rest(&c->reader);
	stream_notify(c->stream, wake, c);
}

static void
add_connection(struct http_server *s, struct stream *stream)
{
	struct http_connection *c = NEW(http_connection);

	c->server = s;
	c->stream = stream;
	c->framer.stream = stream;
	reader_init(&c->reader, stream);
	list_add(&s->connections, &c->link);
	s->n_connections++;
	server_park(c);
}

/* -- accepting --------------------------------------------------------------------------------- */

struct accepter {
	struct http_server *server;
	struct listener *listener;
};

static int
accept_one(struct accepter *a)
{
	struct http_server *s = a->server;
	struct stream *stream;
	int r;

	while (s->n_connections >= s->options.max_connections) {
		r = cond_wait(&s->room, USEC_INFINITY);
		if (r < 0)
			return r;
	}
	r = listener_accept(a->listener, USEC_INFINITY, &stream);
	if (r < 0)
		return r;
	add_connection(s, stream);
	return 0;
}

static void
accept_all(void *arg)
{
	struct accepter *a = arg;
	int r = 0;

	for (unsigned i = 1; r == 0; i++) {
		r = accept_one(a);
		if (r == 0 && i % ACCEPTS_IN_A_ROW == 0)
			r = task_yield();
	}
	if (r != -ECANCELED)
		log_error("no more connections are accepted: %s", strerror(-r));
	free(a);
}

int
http_server_listen(struct http_server *s, struct listener *l)
{
	struct accepter *a;

	if (s->stopping)
		return -ESHUTDOWN;
	a = NEW(accepter);
	*a = (struct accepter){s, l};
	task_spawn(s->accepting, "http-accept", accept_all, a);
	return 0;
}

/* -- the server -------------------------------------------------------------------------------- */

struct http_server *
http_server_new(const struct http_server_options *options)
{
	struct http_server *s = NEW(http_server);

	s->options = *options;
	if (s->options.max_connections == 0)
		s->options.max_connections = MAX_CONNECTIONS;
	s->accepting = task_group_new();
	s->serving = task_group_new();
	list_init(&s->connections);
	cond_init(&s->room);
	return s;
}

size_t
http_server_connections(const struct http_server *s)
{
	return s->n_connections;
}

static void
drop_parked(struct http_server *s)
{
	list_each_safe (&s->connections, it) {
		struct http_connection *c = list_entry(it, struct http_connection, link);

		if (!c->task)
			server_drop(c);
	}
}

void
http_server_stop(struct http_server *s, usec_t until)
{
	s->stopping = true;
	task_group_cancel(s->accepting);
	task_shield();
	task_group_join(s->accepting, USEC_INFINITY);
	drop_parked(s);
	if (task_group_join(s->serving, until) < 0) {
		task_group_cancel(s->serving);
		task_group_join(s->serving, USEC_INFINITY);
	}
	task_unshield();
}

void
http_server_free(struct http_server *s)
{
	http_server_stop(s, 0);
	task_group_end(s->accepting);
	task_group_end(s->serving);
	bug_if(!list_empty(&s->connections));
	free(s);
}
