/*
 * json.c: what a list of 1,000 containers costs to write, and a create body to read, in CPU time.
 *
 * The best of many rounds is shown, since neighbours on the machine only ever make a round slower.
 */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/attr.h"
#include "cpu.h"
#include "docker/container_types.h"
#include "json/read.h"
#include "json/write.h"
#include "summary.h"

#include <stdio.h>

#define CONTAINERS 1000
#define ROUNDS 60

static int
discard(void *arg, const void *data, size_t n)
{
	size_t *total = arg;

	(void)data;
	*total += n;
	return 0;
}

static double
write_round(const struct container_summary *c, size_t *ret_bytes)
{
	double start = cpu_ns();
	scoped_json_writer w;

	*ret_bytes = 0;
	json_writer_init(&w, discard, ret_bytes, 144);
	json_array_begin(&w);
	for (int i = 0; i < CONTAINERS; i++)
		json_write(&w, &container_summary_type, &c[i]);
	json_array_end(&w);
	bug_if(json_finish(&w) < 0);
	return (cpu_ns() - start) / 1e6;
}

static double
read_round(const char *text, size_t n)
{
	double start = cpu_ns();
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct container_create_request request = {0};

	if (json_read(arena, text, n, &container_create_request_type, &request, &e) < 0)
		bug(__FILE__, __LINE__, error_message(&e));
	return (cpu_ns() - start) / 1e6;
}

/* A create body of about 16 KB: mostly environment, as from a CI system. */
static char *
create_body(void)
{
	scoped_json_writer w;

	json_writer_init(&w, NULL, NULL, 0);
	json_object_begin(&w);
	json_key(&w, "Image");
	json_string(&w, "alpine:latest");
	json_key(&w, "Env");
	json_array_begin(&w);
	for (int i = 0; i < 250; i++) {
		char text[80];

		snprintf(text, sizeof(text),
			"CI_VARIABLE_NUMBER_%d=some value that is of middling length", i);
		json_string(&w, text);
	}
	json_array_end(&w);
	json_key(&w, "HostConfig");
	json_raw(&w, "{\"Memory\":67108864,\"Binds\":[\"/a:/b\",\"/c:/"
		     "d:ro\"],\"RestartPolicy\":{\"Name\":\"no\"},"
		     "\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"8080\"}]}}");
	json_object_end(&w);
	bug_if(json_finish(&w) < 0);
	return buf_take(&w.buf);
}

static double
smallest(double a, double b)
{
	return a < b ? a : b;
}

int
main(void)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct container_summary *c = ARENA_ARRAY(arena, struct container_summary, CONTAINERS);
	scoped_free char *body = create_body();
	double write_ms = 1e9, read_ms = 1e9;
	size_t bytes = 0;

	for (int i = 0; i < CONTAINERS; i++)
		if (json_read(arena, container_summary_json, sizeof(container_summary_json) - 1,
			    &container_summary_type, &c[i], &e) < 0)
			bug(__FILE__, __LINE__, error_message(&e));
	for (int i = 0; i < ROUNDS; i++) {
		write_ms = smallest(write_ms, write_round(c, &bytes));
		read_ms = smallest(read_ms, read_round(body, strlen(body)));
	}
	printf("write 1000 container summaries: %.3f MB in %.2f ms, %.2f GB/s\n",
		(double)bytes / 1e6, write_ms, (double)bytes / 1e6 / write_ms);
	printf("read a create body:             %.1f KB in %.0f us\n", (double)strlen(body) / 1e3,
		read_ms * 1e3);
	return 0;
}
