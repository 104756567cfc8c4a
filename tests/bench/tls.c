/*
 * tls.c: what TLS costs: a stream's throughput plain and inside TLS, handshakes a second, and the
 * memory of an idle connection. The client is a process of its own, on loopback TCP.
 */
#include "base/alloc.h"
#include "certificates.h"
#include "net/listener.h"
#include "task/clock.h"
#include "tls/layer.h"

#include <stdio.h>
#include <sys/wait.h>

#define PIECE (64 * 1024)
#define GIGABYTE (1ull << 30)
enum { IDLE = 1000 };

struct bench {
	struct address address;
	int tell_port;
	struct listener *listener; /* the server's */
	struct stream_layer server, client;
	bool plain;
	struct stream *streams[IDLE];
};

static struct stream *
dial(const struct bench *b)
{
	struct stream *s = NULL;

	bug_if(stream_dial(&b->address, USEC_INFINITY, &s, NULL) < 0);
	return b->plain ? s : b->client.wrap(s, b->client.context);
}

static struct stream *
accept_one(const struct bench *b)
{
	struct stream *s = NULL;

	listener_set_layer(b->listener, b->plain ? NULL : &b->server);
	bug_if(listener_accept(b->listener, USEC_INFINITY, &s) < 0);
	return s;
}

/* -- the client's process ---------------------------------------------------------------------- */

static int
pour(void *arg)
{
	char *piece = xcalloc(1, PIECE);
	struct stream *s = dial(arg);

	for (unsigned long long sent = 0; sent < GIGABYTE; sent += PIECE)
		bug_if(stream_write(s, piece, PIECE, USEC_INFINITY) < 0);
	stream_shutdown(s, USEC_INFINITY);
	stream_read(s, piece, 1, USEC_INFINITY);
	stream_free(s);
	free(piece);
	return 0;
}

static int
connect_many(void *arg)
{
	struct bench *b = arg;
	char c;

	for (int i = 0; i < IDLE; i++) {
		b->streams[i] = dial(b);
		bug_if(stream_write(b->streams[i], "x", 1, USEC_INFINITY) < 0);
		bug_if(stream_read(b->streams[i], &c, 1, USEC_INFINITY) != 1);
	}
	while (stream_read(b->streams[0], &c, 1, USEC_INFINITY) > 0) /* until it has measured */
		;
	for (int i = 0; i < IDLE; i++)
		stream_free(b->streams[i]);
	return 0;
}

/* Forks before either loop runs; the port comes through a pipe when the server listens. */
static void
spawn_client(int (*fn)(void *), struct bench *b)
{
	int port[2];

	fflush(NULL);
	bug_if(pipe(port) < 0);
	if (fork() == 0) {
		bug_if(read(port[0], &b->address.port, 2) != 2);
		_exit(task_run(fn, b));
	}
	close(port[0]);
	b->tell_port = port[1];
}

/* -- the server's ------------------------------------------------------------------------------ */

static void
open_listener(struct bench *b)
{
	b->address = (struct address){.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	bug_if(listener_open(&b->address, &b->listener, NULL) < 0);
	bug_if(write(b->tell_port, &listener_address(b->listener)->port, 2) != 2);
	close(b->tell_port);
}

static int
swallow(void *arg)
{
	char *piece = xmalloc(PIECE);
	struct bench *b = arg;
	struct stream *s;
	usec_t began;

	open_listener(b);
	s = accept_one(b);
	began = clock_now();

	while (stream_read(s, piece, PIECE, USEC_INFINITY) > 0)
		;
	printf("%s stream: %.0f MB/s\n", b->plain ? "plain" : "TLS",
		(double)GIGABYTE / (double)(clock_now() - began));
	stream_free(s);
	listener_free(b->listener);
	free(piece);
	return 0;
}

static long
resident_kb(void)
{
	long pages = 0, ignored;
	FILE *f = fopen("/proc/self/statm", "r");

	bug_if(!f || fscanf(f, "%ld %ld", &ignored, &pages) != 2);
	fclose(f);
	return pages * 4;
}

static void
nothing(void *arg)
{
	(void)arg;
}

static int
hold_many(void *arg)
{
	struct bench *b = arg;
	long before = 0;
	usec_t began;
	char c;

	open_listener(b);
	began = clock_now();
	for (int i = 0; i < IDLE; i++) {
		if (i == 10)
			before = resident_kb();
		b->streams[i] = accept_one(b);
		bug_if(stream_read(b->streams[i], &c, 1, USEC_INFINITY) != 1);
		bug_if(stream_write(b->streams[i], "x", 1, USEC_INFINITY) < 0);
		stream_notify(b->streams[i], nothing, NULL);
	}
	printf("%s connections: %.0f a second, %.1f kB each\n", b->plain ? "plain" : "mutual TLS",
		IDLE * 1e6 / (double)(clock_now() - began),
		(double)(resident_kb() - before) / (IDLE - 10));
	for (int i = 0; i < IDLE; i++)
		stream_free(b->streams[i]);
	listener_free(b->listener);
	return 0;
}

/* -- both -------------------------------------------------------------------------------------- */

static struct tls_layer *
layer(enum tls_role role, const char *cert, const char *key)
{
	struct tls_options o = {.role = role, .ca = certificate_file("ca"), .verify = true};
	struct tls_layer *l = NULL;
	scoped_error e = {0};

	o.cert = certificate_file(cert);
	o.key = certificate_file(key);
	o.name = "localhost";
	if (tls_layer_new(&o, &l, &e) < 0)
		bug(__FILE__, __LINE__, error_message(&e));
	return l;
}

int
main(void)
{
	struct tls_layer *server, *client;
	static struct bench b;

	certificates_make();
	server = layer(TLS_SERVER, "server", "server-key");
	client = layer(TLS_CLIENT, "client", "client-key");
	b.server = tls_layer_streams(server);
	b.client = tls_layer_streams(client);
	b.address = (struct address){.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	for (int i = 0; i < 2; i++) {
		b.plain = i == 0;
		spawn_client(pour, &b);
		task_run(swallow, &b);
		spawn_client(connect_many, &b);
		task_run(hold_many, &b);
	}
	while (wait(NULL) > 0)
		;
	tls_layer_free(server);
	tls_layer_free(client);
	return 0;
}
