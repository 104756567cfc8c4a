#include "http/metrics.h"

#include "base/alloc.h"
#include "exposition.h"
#include "http/forward.h"
#include "world.h"

#include <stdio.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\nHost: h\r\n"
#define PATIENCE (3600 * USEC_PER_SEC)
#define SERIES "sockerless_http_requests_total"
#define DURATION "sockerless_http_request_duration_seconds"

/* The world's handlers behind a counting one, on the world's second listener. */
struct counted {
	struct metrics *registry;
	struct http_metrics *metrics;
	struct http_server *server;
};

static struct counted
begin(struct world *w)
{
	struct counted c = {.registry = metrics_new()};
	struct http_server_options options = {.handler = http_metrics_handle};

	c.metrics = http_metrics_new(c.registry, w->options.handler, w->options.context);
	options.context = c.metrics;
	c.server = http_server_new(&options);
	ASSERT_OK(http_server_listen(c.server, w->listener_2));
	w->address = listener_address(w->listener_2);
	return c;
}

static void
end(struct counted *c)
{
	http_server_free(c->server);
	http_metrics_free(c->metrics);
	metrics_free(c->registry);
}

/* The caller frees. */
static char *
rendered(const struct counted *c)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	ASSERT_OK(metrics_render(c->registry, &out));
	exposition_check(out.data);
	return buf_take(&out);
}

static double
value_of(const struct counted *c, const char *series)
{
	scoped_free char *text = rendered(c);

	return exposition_has(text, series) ? exposition_value(text, series) : -1;
}

static double
in_flight(const struct counted *c)
{
	return value_of(c, "sockerless_http_requests_in_flight");
}

static double
streams(const struct counted *c)
{
	return value_of(c, "sockerless_http_streams_open");
}

static void
send_text(struct stream *s, const char *text)
{
	ASSERT_OK(stream_write(s, text, strlen(text), clock_after(PATIENCE)));
}

/* -- requests ---------------------------------------------------------------------------------- */

/* Each request, sent twice, and the one series in which both are found. */
static const struct {
	const char *request, *labels;
} cases[] = {
	{GET("/_ping"), "method=\"GET\",route=\"/_ping\",status=\"200\""},
	{GET("/_ping?a=b"), "method=\"GET\",route=\"/_ping\",status=\"200\""},
	{"HEAD /_ping HTTP/1.1\r\nHost: h\r\n\r\n",
		"method=\"HEAD\",route=\"/_ping\",status=\"200\""},
	{GET("/json"), "method=\"GET\",route=\"/json\",status=\"201\""},
	{GET("/pieces"), "method=\"GET\",route=\"/pieces\",status=\"200\""},
	{POST("/empty?status=204") "\r\n", "method=\"POST\",route=\"/empty\",status=\"204\""},
	{GET("/empty?status=599"), "method=\"GET\",route=\"/empty\",status=\"599\""},
	{GET("/nonesuch"), "method=\"GET\",route=\"other\",status=\"404\""},
	{"DELETE /_ping HTTP/1.1\r\nHost: h\r\n\r\n",
		"method=\"DELETE\",route=\"other\",status=\"404\""},
	{"PROPFIND /_ping HTTP/1.1\r\nHost: h\r\n\r\n",
		"method=\"other\",route=\"other\",status=\"404\""},
	{GET("/fail?kind=0"), "method=\"GET\",route=\"/fail\",status=\"500\""},
	{GET("/fail?kind=1"), "method=\"GET\",route=\"/fail\",status=\"400\""},
	{GET("/fail?kind=5"), "method=\"GET\",route=\"/fail\",status=\"409\""},
	{GET("/fail?kind=6"), "method=\"GET\",route=\"/fail\",status=\"304\""},
	{GET("/fail?kind=10"), "method=\"GET\",route=\"/fail\",status=\"502\""},
	{GET("/fail?kind=11"), "method=\"GET\",route=\"/fail\",status=\"504\""},
	{GET("/silent"), "method=\"GET\",route=\"/silent\",status=\"500\""},
	{GET("/broken"), "method=\"GET\",route=\"/broken\",status=\"200\""},
	{POST("/count") "Content-Length: 5\r\n\r\nhel",
		"method=\"POST\",route=\"/count\",status=\"400\""},
	{POST("/length") "Content-Length: 99999999\r\n\r\n",
		"method=\"POST\",route=\"/length\",status=\"413\""},
	{POST("/attach?missing=1") "\r\n", "method=\"POST\",route=\"/attach\",status=\"404\""},
	{POST("/attach") "\r\n", "method=\"POST\",route=\"/attach\",status=\"200\""},
	{POST("/attach") "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
		"method=\"POST\",route=\"/attach\",status=\"101\""},
};

static int
send_cases(struct world *w)
{
	struct counted c = begin(w);

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *request = cases[i].request;
		char series[256], line[16];
		double before;

		snprintf(series, sizeof(series), SERIES "{%s}", cases[i].labels);
		before = value_of(&c, series) > 0 ? value_of(&c, series) : 0;
		for (int time = 0; time < 2; time++) {
			scoped_free char *got = world_exchange(w, request, strlen(request));

			/* The client and the series were told the same. */
			snprintf(line, sizeof(line), "HTTP/1.1 %.3s ",
				strstr(series, "status=\"") + 8);
			if (strncmp(got, line, strlen(line)) != 0)
				test_fail(__FILE__, __LINE__, "%s: got %s", request, got);
		}
		if (value_of(&c, series) != before + 2)
			test_fail(__FILE__, __LINE__, "%s: %g of %s", request, value_of(&c, series),
				series);
	}
	ASSERT_EQ(in_flight(&c), 0);
	ASSERT_EQ(streams(&c), 0);
	end(&c);
	return 0;
}

TEST(http_metrics_requests)
{
	world_run(send_cases);
}

static int
send_late_body(struct world *w)
{
	struct counted c = begin(w);
	scoped(stream) *s = world_dial(w);
	scoped_free char *got = NULL;

	send_text(s, POST("/length") "Content-Length: 5\r\n\r\nhel");
	got = world_read(s, "\r\n\r\n");
	ASSERT(strncmp(got, "HTTP/1.1 408 ", 13) == 0);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"POST\",route=\"/length\",status=\"408\"}"), 1);
	end(&c);
	return 0;
}

TEST(http_metrics_late_body)
{
	world_run_virtual(send_late_body);
}

static int
send_many_names(struct world *w)
{
	struct counted c = begin(w);
	scoped_free char *text = NULL;
	size_t lines = 0;

	for (int i = 0; i < 500; i++) {
		scoped_free char *request = xasprintf(GET("/path-%d?query=%d"), i, i);

		free(world_exchange(w, request, strlen(request)));
	}
	text = rendered(&c);
	ASSERT_EQ(exposition_value(text, SERIES "{method=\"GET\",route=\"other\",status=\"404\"}"),
		500);
	ASSERT_EQ(exposition_value(text, DURATION "_count{route=\"other\"}"), 500);
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	ASSERT(lines < 50);
	end(&c);
	return 0;
}

TEST(http_metrics_clients_choose_no_labels)
{
	world_run(send_many_names);
}

/* -- routes of a peer -------------------------------------------------------------------------- */

/* A peer that tells its routes, and who passes calls on to it. */
struct way {
	http_handler handler;
	void *context;
	struct http_client *client;
};

static int
tell(struct call *call, void *context, struct error *e)
{
	const struct way *way = context;

	call->route_header = "Route";
	return way->handler(call, way->context, e);
}

static int
pass_on(struct call *call, void *context, struct error *e)
{
	const struct way *way = context;
	const struct http_forward f = {.client = way->client,
		.peer = "the peer",
		.target = call->request.target,
		.route_header = "Route"};

	return http_forward(call, &f, e);
}

static int
take_routes_of_a_peer(struct world *w)
{
	static const struct address any = {.kind = ADDRESS_TCP, .host = "127.0.0.1"};
	struct way way = {w->options.handler, w->options.context, NULL};
	struct http_server_options options = {.handler = tell, .context = &way};
	struct http_server *peer = http_server_new(&options);
	struct listener *listener;
	struct counted c;

	ASSERT_OK(listener_open(&any, &listener, NULL));
	ASSERT_OK(http_server_listen(peer, listener));
	way.client = http_client_new(listener_address(listener));
	w->options.handler = pass_on;
	w->options.context = &way;
	c = begin(w);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_free char *got = world_exchange(
			w, cases[i].request, strlen(cases[i].request));

		ASSERT(!strstr(got, "\r\nRoute: "));
	}
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"/_ping\",status=\"200\"}"), 2);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"/pieces\",status=\"200\"}"), 1);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"/fail\",status=\"409\"}"), 1);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"other\",status=\"404\"}"), 1);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"POST\",route=\"/attach\",status=\"101\"}"), 1);
	end(&c);
	http_client_free(way.client);
	http_server_free(peer);
	listener_free(listener);
	return 0;
}

TEST(http_metrics_routes_of_a_peer)
{
	world_run(take_routes_of_a_peer);
}

/* -- time -------------------------------------------------------------------------------------- */

static int
take_ten_ms(struct world *w)
{
	struct counted c = begin(w);

	for (int i = 0; i < 3; i++) {
		scoped_free char *got = world_exchange(w, GET("/slow"), strlen(GET("/slow")));

		ASSERT(strncmp(got, "HTTP/1.1 200 ", 13) == 0);
	}
	ASSERT_EQ(value_of(&c, DURATION "_bucket{route=\"/slow\",le=\"0.005\"}"), 0);
	ASSERT_EQ(value_of(&c, DURATION "_bucket{route=\"/slow\",le=\"0.01\"}"), 3);
	ASSERT(value_of(&c, DURATION "_sum{route=\"/slow\"}") == 0.01 + 0.01 + 0.01);
	end(&c);
	return 0;
}

TEST(http_metrics_durations)
{
	world_run_virtual(take_ten_ms);
}

/* -- streams ----------------------------------------------------------------------------------- */

static int
open_streams(struct world *w)
{
	struct counted c = begin(w);
	struct stream *waiting = world_dial(w), *attached = world_dial(w), *held = world_dial(w);
	scoped_free char *hello = NULL, *head = NULL;

	send_text(waiting, POST("/length") "Content-Length: 5\r\n\r\nhel"); /* no answer yet */
	EVENTUALLY(in_flight(&c) == 1);
	ASSERT_EQ(streams(&c), 0);
	send_text(attached, POST("/attach") "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
	hello = world_read(attached, "hello ");
	ASSERT_EQ(in_flight(&c), 2);
	ASSERT_EQ(streams(&c), 1);
	send_text(held, GET("/hold"));
	head = world_read(held, "\r\n\r\n");
	ASSERT_EQ(in_flight(&c), 3);
	ASSERT_EQ(streams(&c), 2);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"/hold\",status=\"200\"}"), -1);

	stream_free(held); /* /hold is cancelled, and its answer has begun with 200 */
	EVENTUALLY(streams(&c) == 1);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"GET\",route=\"/hold\",status=\"200\"}"), 1);
	ASSERT_OK(stream_shutdown(attached, USEC_INFINITY));
	EVENTUALLY(streams(&c) == 0);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"POST\",route=\"/attach\",status=\"101\"}"), 1);
	ASSERT_EQ(in_flight(&c), 1);
	send_text(waiting, "lo");
	EVENTUALLY(in_flight(&c) == 0);
	ASSERT_EQ(value_of(&c, SERIES "{method=\"POST\",route=\"/length\",status=\"200\"}"), 1);
	stream_free(attached);
	stream_free(waiting);
	end(&c);
	return 0;
}

TEST(http_metrics_streams)
{
	world_run(open_streams);
}
