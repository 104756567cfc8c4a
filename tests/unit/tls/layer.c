#include "tls/layer.h"

#include "base/alloc.h"
#include "base/str.h"
#include "certificates.h"
#include "http/client.h"
#include "http/server.h"
#include "net/listener.h"
#include "task/clock.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* An HTTP server and clients with TLS between them. */

static usec_t
soon(void)
{
	return clock_after(20 * USEC_PER_SEC);
}

struct world {
	struct tls_layer *layer;
	struct listener *listener;
	struct http_server *server;
	struct address address;
	char cert[256], key[256]; /* the server's, which are replaced */
};

static int
answer(struct call *call, void *context, struct error *e)
{
	(void)context;
	(void)e;
	if (str_eq(call->request.path, "/forever")) {
		http_cancel_on_hangup(call);
		return task_sleep_until(USEC_INFINITY);
	}
	return http_reply_text(call, 200, "text/plain", call->request.path);
}

static void
copy_file(const char *from, const char *to)
{
	char command[600];

	ASSERT_OK(str_format(command, sizeof(command), "cp '%s' '%s'", from, to));
	ASSERT_EQ(system(command), 0);
}

static void
use_certificate(struct world *w, const char *cert, const char *key)
{
	copy_file(certificate_file(cert), w->cert);
	copy_file(certificate_file(key), w->key);
}

static void
open_world(struct world *w)
{
	struct http_server_options options = {.handler = answer};
	struct stream_layer layer;
	scoped_error e = {0};

	*w = (struct world){.address = {.kind = ADDRESS_TCP, .host = "127.0.0.1"}};
	ASSERT_OK(str_format(w->cert, sizeof(w->cert), "%s", certificate_file("current")));
	ASSERT_OK(str_format(w->key, sizeof(w->key), "%s", certificate_file("current-key")));
	use_certificate(w, "server", "server-key");
	ASSERT_OK(tls_layer_new(&(struct tls_options){.role = TLS_SERVER,
					.ca = certificate_file("ca"),
					.cert = w->cert,
					.key = w->key,
					.verify = true},
		&w->layer, &e));
	ASSERT_OK(listener_open(&w->address, &w->listener, &e));
	layer = tls_layer_streams(w->layer);
	listener_set_layer(w->listener, &layer);
	w->address = *listener_address(w->listener);
	w->server = http_server_new(&options);
	ASSERT_OK(http_server_listen(w->server, w->listener));
}

static void
close_world(struct world *w)
{
	http_server_stop(w->server, clock_after(USEC_PER_SEC));
	http_server_free(w->server);
	listener_free(w->listener);
	tls_layer_free(w->layer);
}

struct caller {
	struct tls_layer *layer;
	struct http_client *client;
};

static struct caller
caller(const struct world *w, const char *ca, const char *cert, const char *key)
{
	struct caller c = {.client = http_client_new(&w->address)};
	struct stream_layer layer;

	ASSERT_OK(tls_layer_new(&(struct tls_options){.role = TLS_CLIENT,
					.ca = certificate_file(ca),
					.cert = cert ? certificate_file(cert) : NULL,
					.key = key ? certificate_file(key) : NULL,
					.verify = true,
					.name = w->address.host},
		&c.layer, NULL));
	layer = tls_layer_streams(c.layer);
	http_client_set_layer(c.client, &layer);
	return c;
}

static void
hang_up(struct caller *c)
{
	http_client_free(c->client);
	tls_layer_free(c->layer);
}

static int
call(struct caller *c, const char *target, struct error *e)
{
	struct http_exchange_spec spec = {.method = "GET", .target = target};
	scoped(http_exchange) *x = NULL;
	scoped_free char *body = NULL;
	size_t n;
	int r = http_exchange_begin(c->client, &spec, soon(), &x, e);

	if (r == 0)
		r = http_exchange_head(x, soon(), e);
	if (r < 0)
		return r;
	ASSERT_EQ(http_exchange_status(x), 200);
	ASSERT_OK(http_exchange_read_all(x, 1000, &body, &n, soon(), NULL));
	ASSERT_STR(body, target);
	return 0;
}

static void
run(int (*fn)(void *))
{
	certificates_make();
	ASSERT_OK(task_run(fn, NULL));
}

static int
calls(void *arg)
{
	struct caller c;
	struct world w;

	(void)arg;
	open_world(&w);
	c = caller(&w, "ca", "client", "client-key");
	for (int i = 0; i < 20; i++) {
		ASSERT_OK(call(&c, i % 2 ? "/one" : "/two", NULL));
		ASSERT_EQ(http_server_connections(w.server), 1); /* parked and woken */
	}
	hang_up(&c);
	close_world(&w);
	return 0;
}

TEST(calls_share_a_connection)
{
	run(calls);
}

/* Requests that arrive at once, two of which are just what the server reads at a time: it parks the
 * connection while the next ones are in the TLS stream. */
static int
pipelined(void *arg)
{
	enum { REQUEST = 8 * 1024, FIXED = 38 };
	char request[REQUEST + 1];
	struct stream_layer layer;
	struct stream *s;
	struct caller c;
	struct world w;
	char got[2000] = "";
	size_t n = 0;

	(void)arg;
	ASSERT_OK(str_format(request, sizeof(request),
		"GET /a HTTP/1.1\r\nHost: x\r\nX-Long: %0*d\r\n\r\n", REQUEST - FIXED, 0));
	ASSERT_EQ(strlen(request), REQUEST);
	open_world(&w);
	c = caller(&w, "ca", "client", "client-key");
	layer = tls_layer_streams(c.layer);
	ASSERT_OK(stream_dial(&w.address, soon(), &s, NULL));
	s = layer.wrap(s, layer.context);
	for (int i = 0; i < 3; i++)
		ASSERT_OK(stream_write(s, request, strlen(request), soon()));
	for (int seen = 0; seen < 3;) {
		ssize_t r = stream_read(s, got + n, sizeof(got) - n - 1, soon());

		ASSERT(r > 0);
		n += (size_t)r;
		seen = 0;
		for (const char *p = got; (p = strstr(p, "\r\n\r\n/a")); p++)
			seen++;
	}
	stream_free(s);
	hang_up(&c);
	close_world(&w);
	return 0;
}

TEST(requests_that_come_at_once_are_all_answered)
{
	run(pipelined);
}

static int
refusals(void *arg)
{
	struct caller c;
	struct world w;

	(void)arg;
	open_world(&w);
	c = caller(&w, "ca", "other", "other-key");
	for (int i = 0; i < 2; i++) {
		scoped_error e = {0};

		ASSERT_EQ(call(&c, "/", &e), -EKEYREJECTED);
		ASSERT_EQ(e.kind, ERROR_UNAVAILABLE);
		ASSERT(strstr(error_message(&e), "the peer refused the connection: unknown ca"));
	}
	hang_up(&c);
	c = caller(&w, "other-ca", "client", "client-key");
	{
		scoped_error e = {0};

		ASSERT_EQ(call(&c, "/", &e), -EKEYREJECTED);
		ASSERT(strstr(error_message(&e), "the server's certificate is not accepted"));
	}
	hang_up(&c);
	while (http_server_connections(w.server) > 0)
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	close_world(&w);
	return 0;
}

TEST(a_client_says_why_there_is_no_connection)
{
	run(refusals);
}

/* Connections that began before a reload go on; those that begin after it see the new files. */
static int
reload(void *arg)
{
	struct caller old, new;
	scoped_error e = {0};
	struct world w;

	(void)arg;
	open_world(&w);
	old = caller(&w, "ca", "client", "client-key");
	ASSERT_OK(call(&old, "/before", NULL));

	ASSERT_OK(unlink(w.cert));
	ASSERT(tls_layer_reload(w.layer, &e) < 0);
	ASSERT(strstr(error_message(&e), w.cert));
	new = caller(&w, "ca", "client", "client-key"); /* what was loaded is still good */
	ASSERT_OK(call(&new, "/kept", NULL));
	hang_up(&new);

	use_certificate(&w, "expired-server", "expired-server-key");
	ASSERT_OK(tls_layer_reload(w.layer, NULL));
	ASSERT_OK(call(&old, "/after", NULL));
	new = caller(&w, "ca", "client", "client-key");
	ASSERT_EQ(call(&new, "/", NULL), -EKEYREJECTED);
	hang_up(&new);

	use_certificate(&w, "server", "server-key");
	ASSERT_OK(tls_layer_reload(w.layer, NULL));
	new = caller(&w, "ca", "client", "client-key");
	ASSERT_OK(call(&new, "/again", NULL));
	hang_up(&new);
	ASSERT_OK(call(&old, "/still", NULL));
	hang_up(&old);
	close_world(&w);
	return 0;
}

TEST(certificates_are_replaced_while_connections_live)
{
	run(reload);
}

/* Half a handshake at the door does not keep others out. */
static int
stalled(void *arg)
{
	struct stream *idle[20];
	unsigned long stalls;
	struct caller c;
	struct world w;

	(void)arg;
	open_world(&w);
	c = caller(&w, "ca", "client", "client-key");
	ASSERT_OK(task_yield());
	stalls = task_stalls(); /* reading files was one, perhaps */
	for (size_t i = 0; i < ARRAY_LEN(idle); i++) {
		ASSERT_OK(stream_dial(&w.address, soon(), &idle[i], NULL));
		ASSERT_OK(stream_write(idle[i], "\x16\x03\x01", 3, soon()));
	}
	ASSERT_OK(call(&c, "/meanwhile", NULL));
	hang_up(&c);
	for (size_t i = 0; i < ARRAY_LEN(idle); i++)
		stream_free(idle[i]);
	while (http_server_connections(w.server) > 0)
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	close_world(&w);
	ASSERT_EQ(task_stalls(), stalls);
	return 0;
}

TEST(stalled_handshakes_hold_up_nobody)
{
	run(stalled);
}

static int
given_up(void *arg)
{
	struct http_exchange_spec spec = {.method = "GET", .target = "/forever"};
	struct http_exchange *x = NULL;
	struct caller c;
	struct world w;

	(void)arg;
	open_world(&w);
	c = caller(&w, "ca", "client", "client-key");
	ASSERT_OK(http_exchange_begin(c.client, &spec, soon(), &x, NULL));
	ASSERT_EQ(http_exchange_head(x, clock_after(20 * USEC_PER_MSEC), NULL), -ETIMEDOUT);
	ASSERT_EQ(http_server_connections(w.server), 1);
	http_exchange_hang_up(x);
	while (http_server_connections(w.server) > 0)
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	http_exchange_free(x);
	hang_up(&c);
	close_world(&w);
	return 0;
}

TEST(a_call_that_is_given_up_ends_at_the_server)
{
	run(given_up);
}
