/*
 * http.c: a server to be loaded from outside (tests/bench/http-load does it, with wrk).
 *
 *	GET /_ping             as the Engine answers it    GET /events    a head, then nothing
 *	GET /containers/json   a list of 1,000             GET /zeros     1 GiB in chunks
 *	POST /upload           reads the body              POST /echo     takes over and echoes
 *
 * Listens on the loopback port given as argument (0: any), prints the port, and serves until its
 * input ends.
 */
#include "base/alloc.h"
#include "base/str.h"
#include "docker/container_types.h"
#include "http/server.h"
#include "json/read.h"
#include "summary.h"
#include "task/clock.h"

#include <stdio.h>

#define CONTAINERS 1000
#define PIECE (64 * 1024)
#define GIGABYTE (1ull << 30)

struct bench {
	struct router *router;
	struct container_summary *containers;
	uint16_t port;
};

static int
ping(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	http_set_header(call, "Api-Version", "1.44");
	http_set_header(call, "Builder-Version", "1");
	http_set_header(call, "Cache-Control", "no-cache, no-store, must-revalidate");
	http_set_header(call, "Docker-Experimental", "false");
	http_set_header(call, "Ostype", "linux");
	http_set_header(call, "Pragma", "no-cache");
	http_set_header(call, "Swarm", "inactive");
	return http_reply_text(call, 200, "text/plain; charset=utf-8", "OK");
}

static int
list(struct call *call, void *context, struct error *e UNUSED)
{
	struct bench *bench = context;
	scoped_json_writer w;
	int r;

	http_json_writer(call, &w);
	r = http_begin(call, 200, "application/json");
	json_array_begin(&w);
	for (size_t i = 0; i < CONTAINERS && r == 0; i++)
		json_write(&w, &container_summary_type, &bench->containers[i]);
	json_array_end(&w);
	json_newline(&w);
	r = json_finish(&w);
	return r < 0 ? r : http_end(call);
}

static int
events(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	int r;

	http_cancel_on_hangup(call);
	r = http_begin(call, 200, "application/json");
	return r < 0 ? r : task_sleep_until(USEC_INFINITY);
}

static int
upload(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	scoped_free char *piece = xmalloc(PIECE);
	ssize_t n;

	while ((n = http_read(call, piece, PIECE)) > 0)
		;
	return n < 0 ? (int)n : http_reply_empty(call, 204);
}

static int
zeros(struct call *call, void *context UNUSED, struct error *e UNUSED)
{
	scoped_free char *piece = xcalloc(1, PIECE);
	int r = http_begin(call, 200, "application/octet-stream");

	for (unsigned long long sent = 0; r == 0 && sent < GIGABYTE; sent += PIECE)
		r = http_write(call, piece, PIECE);
	return r;
}

static int
echo(struct call *call, void *context UNUSED, struct error *e)
{
	struct stream *s;
	int r = http_hijack(call, "application/vnd.docker.raw-stream", &s, e);

	if (r < 0)
		return r;
	stream_copy(s, s); /* until the client has gone, one way or the other */
	return 0;
}

static const struct http_route routes[] = {
	{"GET", "/_ping", ping},
	{"GET", "/containers/json", list},
	{"GET", "/events", events},
	{"GET", "/zeros", zeros},
	{"POST", "/upload", upload},
	{"POST", "/echo", echo},
	{NULL, NULL, NULL},
};

static int
handle(struct call *call, void *context, struct error *e)
{
	struct bench *bench = context;

	return router_handle(bench->router, call, call->request.path, bench, e);
}

static int
serve(void *arg)
{
	struct bench *bench = arg;
	struct address address = {.kind = ADDRESS_TCP, .host = "127.0.0.1", .port = bench->port};
	struct http_server_options options = {
		.handler = handle, .context = bench, .server_header = "Bench"};
	scoped(http_server) *server = http_server_new(&options);
	scoped(stream) *input = NULL;
	scoped(listener) *listener = NULL;
	scoped_error e = {0};
	char byte;

	if (listener_open(&address, &listener, &e) < 0)
		bug(__FILE__, __LINE__, error_message(&e));
	if (stream_from_fds(STDIN_FILENO, -1, &input) < 0 ||
		http_server_listen(server, listener) < 0)
		bug(__FILE__, __LINE__, "cannot serve");
	printf("%d\n", listener_address(listener)->port);
	fflush(stdout);
	while (stream_read(input, &byte, 1, USEC_INFINITY) > 0)
		;
	http_server_stop(server, clock_now());
	return 0;
}

int
main(int argc, char **argv)
{
	scoped(arena) *arena = arena_new(0);
	scoped(router) *router = router_new();
	struct bench bench = {router, ARENA_ARRAY(arena, struct container_summary, CONTAINERS), 0};
	scoped_error e = {0};
	int port = 0;

	if (argc > 1 && str_to_int(argv[1], 0, 65535, &port) < 0)
		bug(__FILE__, __LINE__, "the argument is not a port");
	bench.port = (uint16_t)port;
	router_add(router, routes);
	for (size_t i = 0; i < CONTAINERS; i++)
		if (json_read(arena, container_summary_json, sizeof(container_summary_json) - 1,
			    &container_summary_type, &bench.containers[i], &e) < 0)
			bug(__FILE__, __LINE__, error_message(&e));
	return task_run(serve, &bench);
}
