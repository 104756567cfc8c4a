#include "backend/docker/docker.h"

#include "base/alloc.h"
#include "base/metric.h"
#include "base/str.h"
#include "docker/system_types.h"
#include "docker/version.h"
#include "http/forward.h"
#include "json/read.h"
#include "task/clock.h"
#include "wire/internal.h"

#include <errno.h>
#include <math.h>

#define ASK_TIMEOUT (5 * USEC_PER_SEC)
#define MAX_ANSWER (1 << 20)

static const struct metric_spec containers_spec = {METRIC_GAUGE, "sockerless_containers",
	"Containers by state, as the Docker daemon counts them.", .labels = {"state"}};

struct docker {
	struct http_client *client;
	char *name;
	struct metric *containers; /* NULL while nobody asked for it */
};

struct docker *
docker_new(const struct address *host)
{
	struct docker *d = NEW(docker);
	char text[sizeof(host->host) + 32];

	address_format(host, text, sizeof(text));
	d->client = http_client_new(host);
	d->name = xasprintf("the Docker daemon at %s", text);
	return d;
}

void
docker_free(struct docker *d)
{
	http_client_free(d->client);
	free(d->name);
	free(d);
}

struct http_client *
docker_client(struct docker *d)
{
	return d->client;
}

/* -- our own questions ------------------------------------------------------------------------- */

/* The daemon's answer, which must be a 200. */
static int
expect(struct docker *d, const char *method, const char *target, struct http_exchange **ret,
	struct error *e)
{
	int r = http_ask(d->client, method, target, clock_after(ASK_TIMEOUT), ret, e);

	if (r >= 0 && http_exchange_status(*ret) != 200)
		r = error_set(e, ERROR_BAD_GATEWAY, -EIO, "%s %s answers %d", method, target,
			http_exchange_status(*ret));
	return r < 0 ? error_wrap(e, r, "%s does not answer", d->name) : 0;
}

/* The object that a GET of the daemon's answers with, in the arena. */
static int
ask(struct docker *d, const char *target, const struct json_type *type, struct arena *arena,
	void *ret, struct error *e)
{
	scoped(http_exchange) *x = NULL;
	scoped_free char *text = NULL;
	size_t n;
	int r = expect(d, "GET", target, &x, e);

	if (r >= 0)
		r = http_exchange_read_all(x, MAX_ANSWER, &text, &n, clock_after(ASK_TIMEOUT), e);
	return r < 0 ? r : json_read(arena, text, n, type, ret, e);
}

static int
capabilities(struct docker *d, struct call *call, struct error *e)
{
	struct version_answer version = {0};
	int r = ask(d, "/version", &version_answer_type, call->arena, &version, e);
	struct capabilities answer = {
		.backend = (char[]){"docker"},
		.version = (char[]){SOCKERLESS_VERSION},
		.api_version = version.api_version,
		.min_api_version = version.min_api_version,
		.set = {true, true, true, true, true, true, true, true, true, true, true, true,
			true, true, true, true, true, true, true, true},
	};

	return r < 0 ? r : http_reply_json(call, 200, &capabilities_type, &answer);
}

/* NAN while the daemon is away: a number that nobody can vouch for is none. */
static void
collect(void *context)
{
	struct docker *d = context;
	scoped(arena) *arena = arena_new(MAX_ANSWER);
	struct system_info info = {0};
	bool known = ask(d, "/info", &system_info_type, arena, &info, NULL) == 0;
	const struct {
		const char *state;
		int64_t n;
	} counts[] = {{"running", info.containers_running}, {"paused", info.containers_paused},
		{"stopped", info.containers_stopped}};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		metric_set(d->containers, METRIC_VALUES(counts[i].state),
			known ? (double)counts[i].n : NAN);
}

void
docker_add_metrics(struct docker *d, struct metrics *registry)
{
	d->containers = metrics_register(registry, &containers_spec);
	metrics_collect(registry, collect, d);
}

int
docker_check(void *context, struct error *e)
{
	scoped(http_exchange) *x = NULL;

	return expect(context, "HEAD", "/_ping", &x, e);
}

/* -- everybody else's -------------------------------------------------------------------------- */

/* "/containers" of "/containers/ID/json": the parts of the API as its reference has them, for metrics
 * only; what a client makes up must not become a label. */
static const char *
route_of(const char *path)
{
	static const char *const parts[] = {"/_ping", "/auth", "/build", "/commit", "/configs",
		"/containers", "/distribution", "/events", "/exec", "/grpc", "/images", "/info",
		"/networks", "/nodes", "/plugins", "/secrets", "/services", "/session", "/swarm",
		"/system", "/tasks", "/version", "/volumes"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t n = strlen(parts[i]);

		if (strncmp(path, parts[i], n) == 0 && (path[n] == '/' || path[n] == '\0'))
			return parts[i];
	}
	return "";
}

/* The daemon judges the version; but what is none must not become a part of the path. */
static int
daemon_path(struct call *call, const char *path, const char **ret, struct error *e)
{
	const char *version = http_header(call, INTERNAL_VERSION_HEADER), *end;
	int number;

	*ret = path;
	if (str_empty(version))
		return 0;
	end = api_version_scan(version, &number);
	if (!end || *end)
		return error_set(e, ERROR_INVALID, -EINVAL, "\"%s\" is no API version", version);
	*ret = arena_printf(call->arena, "/v%s%s", version, path);
	return 0;
}

static int
pass_on(struct docker *d, struct call *call, const char *path, struct error *e)
{
	static const struct http_header headers[] = {
		{INTERNAL_VERSION_HEADER, NULL}, {INTERNAL_SECRET_HEADER, NULL}, {NULL, NULL}};
	struct http_forward f = {.client = d->client, .peer = d->name, .headers = headers};
	const char *target;
	int r = daemon_path(call, path, &target, e);

	if (r < 0)
		return r;
	f.target = http_target(call, target);
	call->route = route_of(path);
	return http_forward(call, &f, e);
}

int
docker_handle(struct call *call, void *context, struct error *e)
{
	const char *path = call->request.path;

	if (!str_starts(path, INTERNAL_PREFIX))
		return error_set(e, ERROR_NOT_FOUND, -ENOENT, "page not found");
	path += strlen(INTERNAL_PREFIX);
	if (*path != '/' && !str_eq(path, "*")) /* "OPTIONS *" has no path */
		return error_set(e, ERROR_NOT_FOUND, -ENOENT, "page not found");
	if (str_eq(path, "/capabilities") && str_eq(call->request.method, "GET"))
		return capabilities(context, call, e);
	return pass_on(context, call, path, e);
}
