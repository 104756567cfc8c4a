/* What a peer answers through http_forward is what it answers without it. */
#include "world.h"

#include "base/alloc.h"
#include "base/str.h"
#include "http/forward.h"
#include "task/clock.h"
#include "task/poll.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define PATIENCE (60 * USEC_PER_SEC)

/* A server on a socket of its own. */
struct host {
	struct world world; /* as far as raw exchanges with it need one */
	struct http_server_options options;
	struct http_server *server;
	struct listener *listener;
	struct address address;
};

static void
host_start(struct host *h, const char *name, http_handler handler, void *context)
{
	scoped_error e = {0};

	h->address.kind = ADDRESS_UNIX;
	snprintf(h->address.path, sizeof(h->address.path), "/tmp/http-test-%s-%d.sock", name,
		(int)getpid());
	ASSERT_OK(listener_open(&h->address, &h->listener, &e));
	h->options = (struct http_server_options){
		.handler = handler, .context = context, .server_header = "Test"};
	h->server = http_server_new(&h->options);
	ASSERT_OK(http_server_listen(h->server, h->listener));
	h->world.address = &h->address;
}

static void
host_stop(struct host *h)
{
	http_server_stop(h->server, clock_after(PATIENCE));
	ASSERT_EQ(http_server_connections(h->server), 0);
	http_server_free(h->server);
	listener_free(h->listener);
}

/* One that forwards every call to an address. */
struct proxy {
	struct host host;
	struct http_client *client;
};

static int
forward(struct call *call, void *context, struct error *e)
{
	static const struct http_header headers[] = {
		{"X-Added", "yes"}, {"X-Dropped", NULL}, {NULL, NULL}};
	struct proxy *p = context;
	struct http_forward f = {.client = p->client,
		.peer = "the peer",
		.target = call->request.target,
		.headers = headers};

	return http_forward(call, &f, e);
}

static struct proxy *
proxy_new(const struct address *to)
{
	struct proxy *p = NEW(proxy);

	p->client = http_client_new(to);
	host_start(&p->host, "proxy", forward, p);
	return p;
}

static void
proxy_free(struct proxy *p)
{
	host_stop(&p->host);
	http_client_free(p->client);
	free(p);
}
SCOPED(proxy, proxy_free)

/* -- the same bytes ---------------------------------------------------------------------------- */

#define HOST "Host: test\r\n"

/* Where chunks begin is not kept, so none of these answers has several. */
static const char *const requests[] = {
	"GET /_ping HTTP/1.1\r\n" HOST "\r\n",
	"HEAD /_ping HTTP/1.1\r\n" HOST "\r\n",
	"GET /json HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
	"HEAD /pieces HTTP/1.1\r\n" HOST "\r\n",
	"GET /sized HTTP/1.1\r\n" HOST "\r\n",
	"GET /empty?status=204 HTTP/1.1\r\n" HOST "\r\n",
	"GET /empty?status=304 HTTP/1.1\r\n" HOST "\r\n",
	"HEAD /empty?status=200 HTTP/1.1\r\n" HOST "\r\n",
	"POST /empty?status=201 HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
	"GET /fail?kind=4 HTTP/1.1\r\n" HOST "\r\n",
	"GET /silent HTTP/1.1\r\n" HOST "\r\n",
	"GET /nonesuch HTTP/1.1\r\n" HOST "\r\n",
	"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello",
	"POST /length HTTP/1.1\r\n" HOST
	"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
	"POST /length HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
	"POST /length HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nzz",
	"POST /length HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n5\r\nab",
	"GET /_ping HTTP/1.1\r\n" HOST "\r\nGET /json HTTP/1.1\r\n" HOST "\r\n",
	"POST /attach HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly",
	"POST /attach HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}early",
	"POST /attach?missing=1 HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
	"POST /attach?deaf=1 HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
};

/* The peer of a proxy is asked in HTTP/1.1 and keeps its connection, whatever the client does. */
static int
give_the_same_bytes(struct world *w)
{
	scoped(proxy) *p = proxy_new(w->address);

	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		scoped_free char *direct = world_exchange(w, requests[i], strlen(requests[i]));
		scoped_free char *through = world_exchange(
			&p->host.world, requests[i], strlen(requests[i]));

		ASSERT_STR(through, direct);
	}
	return 0;
}

TEST(answers_are_the_same_bytes)
{
	world_run(give_the_same_bytes);
}

/* -- headers ----------------------------------------------------------------------------------- */

static int
tell_headers(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	scoped_buf text;

	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < call->request.headers.n; i++)
		buf_printf(&text, "%s=%s;", call->request.headers.items[i].name,
			call->request.headers.items[i].value);
	http_add_header(call, "X-Twice", "1");
	http_add_header(call, "X-Twice", "2");
	http_set_header(call, "Keep-Alive", "timeout=5");
	return http_reply_text(call, 200, "text/plain", text.data);
}

static int
pass_headers(struct world *w)
{
	static const char request[] =
		"GET /x HTTP/1.1\r\nHost: client\r\nX-A: 1\r\nX-Private: 2\r\nTE: trailers\r\n"
		"Connection: keep-alive, x-private\r\nX-Dropped: 3\r\nX-Added: no\r\nX-A: "
		"4\r\n\r\n";
	struct host peer = {0};
	scoped_free char *answer = NULL;
	struct proxy *p;

	(void)w;
	host_start(&peer, "peer", tell_headers, NULL);
	p = proxy_new(&peer.address);
	answer = world_exchange(&p->host.world, request, strlen(request));
	proxy_free(p);
	host_stop(&peer);
	ASSERT(str_ends(answer, "\r\n\r\nHost=localhost;X-A=1;X-A=4;X-Added=yes;"));
	ASSERT(strstr(answer, "X-Twice: 1\r\nX-Twice: 2\r\n"));
	ASSERT(!strstr(answer, "Keep-Alive"));
	return 0;
}

TEST(headers_of_one_connection_stay_on_it)
{
	world_run(pass_headers);
}

/* -- large bodies ------------------------------------------------------------------------------ */

enum { LARGE = 64 << 20 };

static void
send_large_body(void *arg)
{
	scoped_free char *chunk = xcalloc(1, 1 << 20);
	scoped_free char *head = xasprintf("POST /echo HTTP/1.1\r\n" HOST
					   "Content-Length: %d\r\nConnection: close\r\n\r\n",
		LARGE);

	ASSERT_OK(stream_write(arg, head, strlen(head), USEC_INFINITY));
	for (size_t sent = 0; sent < LARGE; sent += 1 << 20)
		ASSERT_OK(stream_write(arg, chunk, 1 << 20, clock_after(PATIENCE)));
}

/* The echo comes back while the body is still going out. */
static int
pass_large_bodies(struct world *w)
{
	scoped(proxy) *p = proxy_new(w->address);
	scoped(stream) *s = world_dial(&p->host.world);
	scoped(task_group) *group = task_group_new();
	scoped_free char *chunk = xmalloc(1 << 20);
	size_t got = 0;
	ssize_t n;

	task_spawn(group, "send", send_large_body, s);
	while ((n = stream_read(s, chunk, 1 << 20, clock_after(PATIENCE))) > 0)
		got += (size_t)n;
	ASSERT_EQ(n, 0);
	ASSERT(got > LARGE && got < LARGE + LARGE / 100); /* and the framing */
	return 0;
}

TEST(bodies_go_both_ways_at_once)
{
	world_run(pass_large_bodies);
}

/* -- clients and peers that go away ------------------------------------------------------------ */

static int
lose_the_client(struct world *w)
{
	static const char request[] = "GET /hold HTTP/1.1\r\n" HOST "\r\n";
	scoped(proxy) *p = proxy_new(w->address);
	struct stream *s = world_dial(&p->host.world);
	scoped_free char *head = NULL;

	ASSERT_OK(stream_write(s, request, strlen(request), USEC_INFINITY));
	head = world_read(s, "\r\n\r\n");
	ASSERT_EQ(w->cancelled, 0);
	stream_free(s);
	while (w->cancelled == 0)
		ASSERT_OK(task_sleep(USEC_PER_MSEC));
	return 0;
}

TEST(a_client_that_goes_is_gone_for_the_peer)
{
	world_run(lose_the_client);
}

static int
never_answer(struct call *call, void *context, struct error *e)
{
	volatile int *state = context;
	int r;

	http_cancel_on_hangup(call);
	*state = 1;
	r = task_sleep(USEC_INFINITY);
	*state = 2;
	return error_errno(e, r, "gone");
}

/* It may half-close, as the answer may become a stream; closing is another thing. */
static int
lose_the_client_of_a_post(struct world *w)
{
	static const char request[] = "POST /x HTTP/1.1\r\n" HOST "\r\n";
	struct host peer = {0};
	struct stream *s;
	struct proxy *p;
	volatile int state = 0; /* another task changes it */

	(void)w;
	host_start(&peer, "peer", never_answer, (void *)&state);
	p = proxy_new(&peer.address);
	s = world_dial(&p->host.world);
	ASSERT_OK(stream_write(s, request, strlen(request), USEC_INFINITY));
	EVENTUALLY(state == 1);
	stream_free(s);
	EVENTUALLY(state == 2);
	proxy_free(p);
	host_stop(&peer);
	return 0;
}

TEST(a_client_of_a_post_that_closes_is_gone_for_the_peer)
{
	world_run(lose_the_client_of_a_post);
}

/* Gone, it is an error that says so; back, it is asked again. */
static int
lose_the_peer(struct world *w)
{
	static const char request[] = "GET /x HTTP/1.1\r\n" HOST "\r\n";
	struct address address = {.kind = ADDRESS_UNIX};
	struct proxy *p;

	(void)w;
	snprintf(address.path, sizeof(address.path), "/tmp/http-test-peer-%d.sock", (int)getpid());
	p = proxy_new(&address);
	for (int round = 0; round < 2; round++) {
		scoped_free char *away = world_exchange(&p->host.world, request, strlen(request));
		struct host peer = {0};

		ASSERT(str_starts(away, "HTTP/1.1 503 "));
		ASSERT(strstr(away, "{\"message\":\"the peer cannot be reached: cannot connect to "
				    "unix:///tmp/"));
		host_start(&peer, "peer", tell_headers, NULL);
		for (int i = 0; i < 3; i++) {
			scoped_free char *there = world_exchange(
				&p->host.world, request, strlen(request));

			ASSERT(str_starts(there, "HTTP/1.1 200 "));
		}
		host_stop(&peer);
	}
	proxy_free(p);
	return 0;
}

TEST(a_peer_that_is_away_is_unavailable)
{
	world_run(lose_the_peer);
}

static int
broken_answer(struct world *w)
{
	static const char request[] = "GET /broken HTTP/1.1\r\n" HOST "\r\n";
	scoped(proxy) *p = proxy_new(w->address);
	scoped_free char *answer = world_exchange(&p->host.world, request, strlen(request));

	/* It begins, and has no end. */
	ASSERT(str_starts(answer, "HTTP/1.1 200 "));
	ASSERT(str_ends(answer, "3\r\none\r\n"));
	return 0;
}

TEST(an_answer_that_breaks_off_does_so_for_the_client)
{
	world_run(broken_answer);
}

static void
serve_nonsense(void *arg)
{
	struct listener *l = arg;
	struct stream *s;

	while (listener_accept(l, USEC_INFINITY, &s) == 0) {
		stream_write(s, "220 smtp.example ESMTP\r\n", 24, USEC_INFINITY);
		stream_free(s);
	}
}

static int
meet_nonsense(struct world *w)
{
	static const char request[] = "GET /x HTTP/1.1\r\n" HOST "\r\n";
	struct task_group *group = task_group_new();
	struct proxy *p = proxy_new(listener_address(w->listener_2));

	task_spawn(group, "nonsense", serve_nonsense, w->listener_2);
	for (int i = 0; i < 2; i++) {
		scoped_free char *answer = world_exchange(&p->host.world, request, strlen(request));

		ASSERT(str_starts(answer, "HTTP/1.1 502 Bad Gateway\r\n"));
		ASSERT(strstr(answer, "{\"message\":\"the peer did not answer properly: "));
	}
	proxy_free(p);
	task_group_end(group);
	return 0;
}

TEST(what_is_not_http_is_a_bad_gateway)
{
	world_run(meet_nonsense);
}

/* Takes connections and never says anything. */
static void
be_mute(void *arg)
{
	struct stream *held[4];
	size_t n = 0;

	while (n < ARRAY_LEN(held) && listener_accept(arg, USEC_INFINITY, &held[n]) == 0)
		n++;
	while (n > 0)
		stream_free(held[--n]);
}

static int
outwait_a_mute_peer(struct world *w)
{
	static const char *const heads[] = {
		"GET /x HTTP/1.1\r\n" HOST "\r\n", "POST /x HTTP/1.1\r\n" HOST "\r\n"};
	struct task_group *group = task_group_new();
	struct proxy *p = proxy_new(listener_address(w->listener_2));

	task_spawn(group, "mute", be_mute, w->listener_2);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		usec_t began = clock_now();
		scoped_free char *answer = world_exchange(
			&p->host.world, heads[i], strlen(heads[i]));

		ASSERT(str_starts(answer, "HTTP/1.1 502 Bad Gateway\r\n"));
		ASSERT(clock_now() - began >= FORWARD_PATIENCE);
	}
	proxy_free(p);
	task_group_end(group);
	return 0;
}

TEST(a_mute_peer_does_not_hold_a_half_closed_client_for_ever)
{
	world_run_virtual(outwait_a_mute_peer);
}
