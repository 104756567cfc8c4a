#include "runtime/runtime.h"

#include "base/alloc.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "runtime/channel.h"
#include "runtime/command.h"
#include "runtime/cpu.h"
#include "runtime/stdio.h"
#include "task/child.h"
#include "task/clock.h"
#include "task/cond.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define READY_TIMEOUT (30 * USEC_PER_SEC)
#define REQUEST_TIMEOUT (30 * USEC_PER_SEC)
#define ADOPT_LOOKS 10
#define END_TIMEOUT \
	(5 * USEC_PER_SEC) /* for a sandbox whose control socket has closed to end by itself */

struct workload {
	int refs; /* the owner's, one per process, and one per question on its way */
	struct child *child;
	struct channel *channel;
	struct cpu_group group;
	int *kept;
	size_t n_kept;
	struct task_group *tasks;
	struct list processes; /* struct workload_process.link */
	struct list requests;  /* struct request.link */
	uint32_t next_serial, next_process;
	bool ready, ended;
	char **confinement;
	char *fatal;  /* what the sandbox said before it gave up */
	char *packet; /* the receiver's */
	struct cond changed;
};

/* A question on its way. The answer's payload is copied, as the packet is read over. */
struct request {
	struct list link;
	struct workload *workload;
	uint32_t serial;
	bool answered;
	struct sandbox_header answer;
	char *payload;
	struct cond done;
};

struct workload_process {
	struct process process;
	struct list link;
	struct workload *workload;
	uint32_t number;
	bool ended;
	struct process_end end;
	struct cond changed;
};

/* -- messages in
 * --------------------------------------------------------------------------------------------- */

static struct workload_process *
find_process(struct workload *w, uint32_t number)
{
	list_each (&w->processes, it) {
		struct workload_process *p = list_entry(it, struct workload_process, link);

		if (p->number == number)
			return p;
	}
	return NULL;
}

static struct request *
find_request(struct workload *w, uint32_t serial)
{
	list_each (&w->requests, it) {
		struct request *q = list_entry(it, struct request, link);

		if (q->serial == serial)
			return q;
	}
	return NULL;
}

static void
on_exited(struct workload *w, const struct sandbox_header *h)
{
	struct workload_process *p = find_process(w, h->process);
	int status = (int)h->a;

	if (!p)
		return;
	p->end.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	p->end.out_of_memory = h->b == 1;
	p->end.at_ns = clock_wall_ns();
	p->ended = true;
	cond_broadcast(&p->changed);
}

static void
on_ready(struct workload *w, struct sandbox_reader *reader)
{
	const char *text;

	while (sandbox_message_next(reader, &text) == 0)
		strv_push(&w->confinement, text);
	w->ready = true;
	cond_broadcast(&w->changed);
}

static void
on_answer(struct workload *w, const struct sandbox_reader *reader)
{
	struct request *q = find_request(w, reader->header.serial);

	if (!q)
		return;
	q->answer = reader->header;
	q->payload = xmalloc(reader->header.payload + 1u);
	memcpy(q->payload, reader->at, reader->header.payload);
	q->payload[reader->header.payload] = '\0';
	q->answered = true;
	cond_broadcast(&q->done);
}

static void
dispatch(struct workload *w, struct sandbox_reader *reader)
{
	const char *text;

	switch (reader->header.type) {
	case SANDBOX_READY:
		on_ready(w, reader);
		break;
	case SANDBOX_EXITED:
		on_exited(w, &reader->header);
		break;
	case SANDBOX_FATAL:
		if (sandbox_message_next(reader, &text) == 0 && !w->fatal)
			w->fatal = xstrdup(text);
		break;
	case SANDBOX_OOM:
	case SANDBOX_EMPTY:
		break;
	default:
		on_answer(w, reader);
	}
}

static void
workload_ended(struct workload *w)
{
	w->ended = true;
	cond_broadcast(&w->changed);
	list_each (&w->processes, it)
		cond_broadcast(&list_entry(it, struct workload_process, link)->changed);
	list_each (&w->requests, it)
		cond_broadcast(&list_entry(it, struct request, link)->done);
}

static void
receive_run(void *arg)
{
	struct workload *w = arg;
	struct sandbox_reader reader;
	ssize_t n;

	while ((n = channel_receive(w->channel, w->packet, SANDBOX_MESSAGE_MAX, USEC_INFINITY)) >
		0) {
		if (sandbox_message_open(w->packet, (size_t)n, &reader) < 0) {
			log_error(
				"sandbox %ld sent nonsense; ending it", (long)child_pid(w->child));
			break;
		}
		dispatch(w, &reader);
	}
	workload_ended(w);
}

/* -- questions out
 * -------------------------------------------------------------------------------------------- */

static void
workload_unref(struct workload *w)
{
	if (--w->refs > 0)
		return;
	if (w->channel)
		channel_free(w->channel);
	strv_free(w->confinement);
	free(w->fatal);
	for (size_t i = 0; i < w->n_kept; i++)
		close(w->kept[i]);
	free(w->kept);
	free(w->group.name);
	free(w->packet);
	free(w);
}

static int
gone(const struct workload *w, struct error *e)
{
	return error_set(e, ERROR_INTERNAL, -EPIPE, "the sandbox has ended%s%s",
		w->fatal ? ": " : "", w->fatal ? w->fatal : "");
}

static void
request_end(struct request *q)
{
	list_del(&q->link);
	free(q->payload);
	workload_unref(q->workload);
}
#define scoped_request __attribute__((cleanup(request_end))) struct request

static void
request_begin(struct workload *w, struct request *q)
{
	*q = (struct request){.workload = w, .serial = w->next_serial++};
	w->refs++;
	cond_init(&q->done);
	list_add(&w->requests, &q->link);
}

static int
ask(struct workload *w, struct request *q, struct buf *packet, const int *fds, size_t n_fds,
	struct error *e)
{
	usec_t until = clock_after(REQUEST_TIMEOUT);
	int r = sandbox_message_end(packet);

	if (r < 0)
		return error_errno(e, r, "arguments and environment are too long");
	r = w->ended ? -EPIPE : channel_send(w->channel, packet, fds, n_fds, until);
	while (r >= 0 && !q->answered && !w->ended)
		r = cond_wait(&q->done, until);
	if (r == -EPIPE || (r >= 0 && !q->answered))
		return gone(w, e);
	return r < 0 ? error_errno(e, r, "the sandbox does not answer") : 0;
}

/* A question whose answer is RESULT. */
static int
ask_simple(struct workload *w, enum sandbox_message_type type, uint32_t process, uint64_t a,
	uint64_t b, struct error *e)
{
	scoped_buf packet;
	scoped_request q;
	int r;

	buf_init(&packet, SANDBOX_MESSAGE_MAX);
	request_begin(w, &q);
	sandbox_message_begin(&packet, type, process, q.serial, a, b);
	r = ask(w, &q, &packet, NULL, 0, e);
	if (r < 0 || q.answer.a == 0)
		return r;
	r = -(int)q.answer.a;
	return q.payload[0] ? error_set(e, ERROR_INTERNAL, r, "%s", q.payload)
			    : error_errno(e, r, "sandbox");
}

/* A question whose answer is an array. */
static int
ask_array(struct workload *w, enum sandbox_message_type type, size_t item, char **ret,
	size_t *ret_n, struct error *e)
{
	scoped_buf packet;
	scoped_request q;
	int r;

	buf_init(&packet, SANDBOX_MESSAGE_MAX);
	request_begin(w, &q);
	sandbox_message_begin(&packet, type, 0, q.serial, 0, 0);
	r = ask(w, &q, &packet, NULL, 0, e);
	if (r < 0)
		return r;
	*ret_n = q.answer.payload / item;
	*ret = take_ptr(q.payload);
	return 0;
}

int
workload_pause(struct workload *w, bool paused, struct error *e)
{
	return ask_simple(w, paused ? SANDBOX_PAUSE : SANDBOX_RESUME, 0, 0, 0, e);
}

int
workload_usage(struct workload *w, struct sandbox_usage *ret, struct error *e)
{
	scoped_free char *data = NULL;
	size_t n;
	int r = ask_array(w, SANDBOX_STATS, sizeof(*ret), &data, &n, e);

	if (r < 0)
		return r;
	if (n != 1)
		return error_set(e, ERROR_INTERNAL, -EPROTO, "the sandbox did not tell its usage");
	memcpy(ret, data, sizeof(*ret));
	return 0;
}

int
workload_processes(struct workload *w, struct sandbox_process **ret, size_t *ret_n, struct error *e)
{
	return ask_array(w, SANDBOX_PS, sizeof(**ret), (char **)ret, ret_n, e);
}

/* -- limits
 * ------------------------------------------------------------------------------------------------ */

static bool
same_processes(
	const struct sandbox_process *a, size_t n_a, const struct sandbox_process *b, size_t n_b)
{
	for (size_t i = 0; i < n_a && n_a == n_b; i++) {
		if (a[i].host_pid != b[i].host_pid)
			return false;
	}
	return n_a == n_b;
}

static int
adopt_listed(struct workload *w, const struct sandbox_process *list, size_t n, struct error *e)
{
	scoped_free pid_t *pids = xcalloc(n + 1, sizeof(*pids));

	for (size_t i = 0; i < n; i++)
		pids[i] = list[i].host_pid;
	return cpu_group_adopt(&w->group, pids, n, e);
}

/* Processes that run already are moved one by one, until a look finds none that was forked in between by one still outside. */
static int
adopt_running(struct workload *w, struct error *e)
{
	scoped_free struct sandbox_process *before = NULL;
	size_t n_before = 0;

	for (int looks = 0; looks < ADOPT_LOOKS; looks++) {
		scoped_free struct sandbox_process *now = NULL;
		size_t n = 0;
		int r = workload_processes(w, &now, &n, e);

		if (r < 0 || (looks && same_processes(before, n_before, now, n)))
			return r;
		r = adopt_listed(w, now, n, e);
		if (r < 0)
			return r;
		free(before);
		before = take_ptr(now);
		n_before = n;
	}
	return 0;
}

/* The supervisor first: what it starts from then on is born in the group. */
static int
limit_cpu(struct workload *w, const struct cpu_limits *limits, struct error *e)
{
	bool new = !w->group.made;
	pid_t supervisor = child_pid(w->child);
	int r = cpu_group_limit(&w->group, limits, e);

	if (r < 0 || !new || !w->group.made)
		return r;
	r = cpu_group_adopt(&w->group, &supervisor, 1, e);
	return r >= 0 && w->ready ? adopt_running(w, e) : r;
}

int
workload_limit(struct workload *w, const struct workload_spec *spec, struct error *e)
{
	int r = ask_simple(w, SANDBOX_LIMITS, 0, (uint64_t)spec->memory, (uint64_t)spec->pids, e);

	return r < 0 ? r : limit_cpu(w, &spec->cpu, e);
}

/* -- processes
 * ------------------------------------------------------------------------------------------------
 */

static int
on_wait(struct process *process, usec_t until, struct process_end *ret, struct error *e)
{
	struct workload_process *p = container_of(process, struct workload_process, process);

	while (!p->ended && !p->workload->ended) {
		int r = cond_wait(&p->changed, until);

		if (r < 0)
			return error_errno(e, r, "waiting for the process");
	}
	if (!p->ended) {
		gone(p->workload, e);
		return error_wrap(e, -EPIPE, "the exit status is unknown");
	}
	*ret = p->end;
	return 0;
}

static int
on_signal(struct process *process, int signo, struct error *e)
{
	struct workload_process *p = container_of(process, struct workload_process, process);
	scoped_error why = {0};
	int r = -EPIPE;

	if (!p->ended)
		r = ask_simple(p->workload, SANDBOX_SIGNAL, p->number, (uint64_t)signo, 0, &why);
	if (r == -EPIPE)
		return error_set(e, ERROR_CONFLICT, -ESRCH, "the process has ended");
	if (r < 0)
		error_move(e, &why);
	return r;
}

static int
on_resize(struct process *process, unsigned rows, unsigned columns, struct error *e)
{
	int r = stdio_resize(process, rows, columns);

	return r < 0 && r != -ENOTTY ? error_errno(e, r, "cannot resize the terminal") : 0;
}

static void
on_free(struct process *process)
{
	struct workload_process *p = container_of(process, struct workload_process, process);
	struct workload *w = p->workload;

	if (!p->ended && !w->ended) {
		task_shield();
		ask_simple(w, SANDBOX_SIGNAL, p->number, SIGKILL, 0, NULL);
		task_unshield();
	}
	list_del(&p->link);
	stdio_close(process);
	free(p);
	workload_unref(w);
}

static const struct process_ops process_ops = {
	.wait = on_wait,
	.signal = on_signal,
	.resize = on_resize,
	.free = on_free,
};

static struct workload_process *
process_new(struct workload *w)
{
	struct workload_process *p = NEW(workload_process);

	p->process.ops = &process_ops;
	p->workload = w;
	p->number = w->next_process++;
	cond_init(&p->changed);
	list_add(&w->processes, &p->link);
	w->refs++;
	return p;
}

static void
write_run(struct buf *packet, const struct request *q, const struct workload_process *p,
	const struct process_spec *spec, bool init)
{
	uint64_t flags = (spec->tty ? RUN_TTY : 0) | (init ? RUN_INIT_REAPER : 0);

	sandbox_message_begin(packet, SANDBOX_RUN, p->number, q->serial, flags,
		(uint64_t)spec->rows << 16 | spec->columns);
	sandbox_message_string(packet, str_or(spec->cwd, "/"));
	sandbox_message_string(packet, str_or(spec->user, ""));
	sandbox_message_strings(packet, spec->argv);
	sandbox_message_strings(packet, spec->env);
}

static int
start_process(struct workload_process *p, const struct process_spec *spec, bool init,
	struct process_failure *failure, struct error *e)
{
	scoped_stdio_peer peer = {.n = 0};
	scoped_buf packet;
	scoped_request q;
	int r;

	buf_init(&packet, SANDBOX_MESSAGE_MAX);
	request_begin(p->workload, &q);
	r = stdio_open(spec, &p->process, &peer, e);
	if (r < 0)
		return r;
	write_run(&packet, &q, p, spec, init);
	r = ask(p->workload, &q, &packet, peer.fds, peer.n, e);
	if (r < 0)
		return r;
	if (q.answer.type == SANDBOX_FAILED) {
		failure->exit_code = (int)q.answer.b;
		return error_set(
			e, ERROR_INVALID, q.answer.a ? -(int)q.answer.a : -EINVAL, "%s", q.payload);
	}
	p->process.pid = (int64_t)q.answer.b;
	p->process.started_ns = clock_wall_ns();
	return 0;
}

int
workload_run(struct workload *w, const struct process_spec *spec, bool init, struct process **ret,
	struct process_failure *failure, struct error *e)
{
	struct workload_process *p = process_new(w);
	int r;

	failure->exit_code = 128;
	r = start_process(p, spec, init, failure, e);
	if (r < 0) {
		p->ended = true; /* it never began: nothing to kill */
		on_free(&p->process);
		return r;
	}
	*ret = &p->process;
	return 0;
}

/* -- the sandbox's process
 * ------------------------------------------------------------------------------------- */

static int
await_ready(struct workload *w, struct error *e)
{
	usec_t until = clock_after(READY_TIMEOUT);

	while (!w->ready && !w->ended) {
		int r = cond_wait(&w->changed, until);

		if (r < 0)
			return error_errno(e, r, "the sandbox does not start");
	}
	return w->ready ? 0 : gone(w, e);
}

int
workload_open(const char *program, const struct workload_spec *spec, struct workload **ret,
	struct error *e)
{
	scoped(workload) *w = NEW(workload);
	scoped_strv argv = command_of(program, spec);
	scoped_fd int peer = -1;
	struct child_spec child = {.file = program, .argv = argv, .new_session = true};
	int r;

	w->refs = 1;
	w->next_serial = 1;
	w->next_process = SANDBOX_INIT;
	w->group.place = spec->cgroups;
	w->group.name = xstrdup(str_or(spec->name, ""));
	w->n_kept = spec->n_keep;
	w->kept = xcalloc(w->n_kept + 1, sizeof(*w->kept));
	for (size_t i = 0; i < w->n_kept; i++)
		w->kept[i] = take_fd(spec->keep[i]);
	w->packet = xmalloc(SANDBOX_MESSAGE_MAX);
	list_init(&w->processes);
	list_init(&w->requests);
	cond_init(&w->changed);
	r = channel_open(&w->channel, &peer, e);
	if (r < 0)
		return r;
	/* stdout and stderr are ours, for what the sandbox has to say in a bad moment. */
	child.fds = (const int[]){-1, STDERR_FILENO, STDERR_FILENO, peer};
	child.n_fds = 4;
	r = child_spawn(&child, &w->child, e);
	if (r < 0)
		return r;
	close(take_fd(peer));
	w->tasks = task_group_new();
	task_spawn(w->tasks, "workload.receive", receive_run, w);
	r = limit_cpu(w, &spec->cpu, e);
	if (r >= 0)
		r = await_ready(w, e);
	if (r < 0)
		return r;
	*ret = take_ptr(w);
	return 0;
}

bool
workload_end(struct workload *w)
{
	int status = -1;

	task_shield();
	if (w->tasks)
		task_group_end(take_ptr(w->tasks));
	workload_ended(w);
	if (w->channel)
		channel_close(w->channel);
	if (w->child) {
		/* It ends its processes when its control socket closes; if it cannot, it is killed.
		 */
		if (child_wait(w->child, clock_after(END_TIMEOUT), &status) < 0)
			status = -1;
		child_free(take_ptr(w->child));
	}
	cpu_group_remove(&w->group);
	task_unshield();
	return status == 0;
}

void
workload_free(struct workload *w)
{
	workload_end(w);
	workload_unref(w);
}

char *const *
workload_confinement(const struct workload *w)
{
	return w->confinement;
}
