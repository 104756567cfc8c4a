#include "web/web.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/str.h"
#include "task/clock.h"
#include "task/cond.h"
#include "task/offload.h"
#include "web/library.h"

#include <ctype.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 15000L

struct web {
	CURL *curl;
	struct buf body;
	atomic_bool cancelled; /* the request's task no longer wants it */
	bool too_large;
	char reason[CURL_ERROR_SIZE]; /* of the last failure, in curl's words */
};

/* -- opening ----------------------------------------------------------------------------------- */

static int
open_curl(void *arg)
{
	return library_load(arg);
}

int
web_open(struct web **ret, struct error *e)
{
	const char *reason = "";
	int r = task_offload(open_curl, &reason);
	struct web *w;

	if (r == -ENOENT)
		return error_set(e, ERROR_NOT_IMPLEMENTED, r,
			"asking a registry needs libcurl (Debian package libcurl4): %s", reason);
	if (r < 0)
		return error_errno(e, r, "loading libcurl");
	w = NEW(web);
	buf_init(&w->body, 0);
	w->curl = library.easy_init();
	bug_if(!w->curl);
	*ret = w;
	return 0;
}

void
web_close(struct web *w)
{
	library.easy_cleanup(w->curl);
	buf_free(&w->body);
	free(w);
}

/* -- on the thread pool ------------------------------------------------------------------------ */

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct web *w = arg;

	if (buf_append(&w->body, data, size * n) == 0)
		return size * n;
	w->too_large = true;
	return 0;
}

/* curl asks about once a second, and whenever something came: not 0 ends the request. */
static int
on_progress(void *arg, curl_off_t all, curl_off_t now, curl_off_t up_all, curl_off_t up_now)
{
	struct web *w = arg;

	(void)all, (void)now, (void)up_all, (void)up_now;
	return atomic_load(&w->cancelled);
}

static int
perform(void *arg)
{
	struct web *w = arg;

	return (int)library.easy_perform(w->curl);
}

/* -- the request ------------------------------------------------------------------------------- */

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
	scoped_free char *line = value ? xasprintf("%s: %s", name, value) : NULL;
	struct curl_slist *longer = value ? library.slist_append(list, line) : list;

	bug_if(value && !longer);
	return longer;
}

/* HTTP/1.1 is enough for a few small documents and keeps the connections plain. */
static void
set_options(struct web *w, const struct web_request *request, struct curl_slist *headers)
{
	__typeof__(library.easy_setopt) set = library.easy_setopt;
	bool secure = str_starts(request->url, "https:");

	library.easy_reset(w->curl); /* keeps connections and certificates */
	set(w->curl, CURLOPT_URL, request->url);
	set(w->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	set(w->curl, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
	set(w->curl, CURLOPT_FOLLOWLOCATION, 1L);
	set(w->curl, CURLOPT_MAXREDIRS, (long)WEB_REDIRECTS);
	set(w->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	set(w->curl, CURLOPT_HTTPHEADER, headers);
	set(w->curl, CURLOPT_USERAGENT, "sockerless/" SOCKERLESS_VERSION);
	if (request->form)
		set(w->curl, CURLOPT_COPYPOSTFIELDS, request->form);
	if (request->direct)
		set(w->curl, CURLOPT_PROXY, "");
	set(w->curl, CURLOPT_NOSIGNAL, 1L);
	set(w->curl, CURLOPT_QUICK_EXIT, 1L); /* a name server that hangs is not waited for */
	set(w->curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	set(w->curl, CURLOPT_TIMEOUT_MS, (long)(request->timeout / USEC_PER_MSEC));
	set(w->curl, CURLOPT_WRITEFUNCTION, take_body);
	set(w->curl, CURLOPT_WRITEDATA, w);
	set(w->curl, CURLOPT_NOPROGRESS, 0L);
	set(w->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	set(w->curl, CURLOPT_XFERINFODATA, w);
	set(w->curl, CURLOPT_ERRORBUFFER, w->reason);
}

/* -- the error in Go's words ------------------------------------------------------------------- */

/* "Connection refused" as Go has it: in small letters. */
static char *
lower(const char *text)
{
	char *copy = xstrdup(text);

	*copy = (char)tolower((unsigned char)*copy);
	return copy;
}

/* The host, and the port also where it is the scheme's. */
static char *
authority(const char *url, bool with_port)
{
	const char *start = strstr(url, "://") + 3;
	size_t n = strcspn(start, "/?"), host = n;
	const char *bracket = memchr(start, ']', n);
	const char *colon = memchr(
		bracket ? bracket : start, ':', n - (size_t)((bracket ? bracket : start) - start));

	if (colon)
		host = (size_t)(colon - start);
	if (!with_port)
		return xstrndup(start, host);
	if (colon)
		return xstrndup(start, n);
	return xasprintf("%.*s:%d", (int)n, start, str_starts(url, "https:") ? 443 : 80);
}

static char *
explain(struct web *w, CURLcode code, const char *url)
{
	scoped_free char *host = authority(url, code == CURLE_COULDNT_CONNECT), *why = NULL;
	const char *words = *w->reason ? w->reason : library.easy_strerror(code);
	long number = 0;

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return xasprintf("dial tcp: lookup %s: no such host", host);
	case CURLE_COULDNT_CONNECT:
		library.easy_getinfo(w->curl, CURLINFO_OS_ERRNO, &number);
		why = lower(number ? strerrordesc_np((int)number) : words);
		return xasprintf("dial tcp %s: connect: %s", host, why);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return xasprintf("proxyconnect tcp: %s", words);
	case CURLE_PEER_FAILED_VERIFICATION:
		return xasprintf("tls: failed to verify certificate: x509: %s", words);
	case CURLE_OPERATION_TIMEDOUT:
		return xasprintf("context deadline exceeded (%s)", words);
	case CURLE_GOT_NOTHING:
		return xstrdup("EOF");
	default:
		return xstrdup(words);
	}
}

static int
fail(struct web *w, CURLcode code, const struct web_request *request, struct error *e)
{
	const char *verb = request->form ? "Post" : "Get";
	scoped_free char *why = NULL;

	if (w->too_large)
		return error_set(e, ERROR_INTERNAL, -EFBIG,
			"%s \"%s\": the answer is larger than %zu bytes", verb, request->url,
			request->max);
	why = explain(w, code, request->url);
	return error_set(
		e, ERROR_INTERNAL, -EHOSTUNREACH, "%s \"%s\": %s", verb, request->url, why);
}

/* -- a turn on the pool ------------------------------------------------------------------------ */

static unsigned running;
static struct cond turn;

static int
take_turn(void)
{
	if (!turn.waiters.next)
		cond_init(&turn);
	while (running >= WEB_PARALLEL) {
		int r = cond_wait(&turn, USEC_INFINITY);

		if (r < 0)
			return r;
	}
	running++;
	return 0;
}

static void
give_turn(void)
{
	running--;
	cond_broadcast(&turn); /* one that was cancelled meanwhile would swallow a single signal */
}

struct job {
	struct web *web;
	int result;
};

static void
run_job(void *arg)
{
	struct job *job = arg;

	job->result = task_offload(perform, job->web);
}

/* The wait for the pool is deaf to cancellation, so a second task does it, and this one tells curl.
 */
static int
perform_in_task(struct web *w)
{
	struct job job = {.web = w, .result = -ECANCELED};
	struct task_group *group = task_group_new();
	int r;

	atomic_store(&w->cancelled, false);
	task_spawn(group, "web request", run_job, &job);
	r = task_group_join(group, USEC_INFINITY);
	if (r < 0)
		atomic_store(&w->cancelled, true);
	task_group_end(group);
	return r < 0 ? r : job.result;
}

int
web_ask(struct web *w, const struct web_request *request, struct web_answer *ret, struct error *e)
{
	struct curl_slist *headers = add_header(NULL, "Accept", request->accept);
	long status = 0;
	int r;

	headers = add_header(headers, "Authorization", request->authorization);
	buf_free(&w->body);
	buf_init(&w->body, request->max);
	w->too_large = false;
	*w->reason = '\0';
	set_options(w, request, headers);
	r = take_turn();
	if (r >= 0) {
		r = perform_in_task(w);
		give_turn();
	}
	library.slist_free_all(headers);
	if (r < 0)
		return error_errno(e, r, "Get \"%s\"", request->url);
	if (r != CURLE_OK)
		return fail(w, (CURLcode)r, request, e);
	library.easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	*ret = (struct web_answer){
		.status = (int)status, .body = w->body.data, .size = w->body.len};
	return 0;
}

const char *
web_header(struct web *w, const char *name, size_t index)
{
	struct curl_header *found;

	if (library.easy_header(w->curl, name, index, CURLH_HEADER, -1, &found) != CURLHE_OK)
		return NULL;
	return found->value;
}
