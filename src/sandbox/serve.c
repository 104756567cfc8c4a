#include "sandbox/serve.h"

#include "sandbox/freeze.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/run.h"
#include "sandbox/usage.h"

#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"
#include "wire/sandbox.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* One packet of processes. */
#define PROCESSES_MAX                                                  \
	((int)((SANDBOX_MESSAGE_MAX - sizeof(struct sandbox_header)) / \
		sizeof(struct sandbox_process)))

static int control = -1;
static struct buf out;
static char packet[SANDBOX_MESSAGE_MAX];
static bool init_ran;

struct request {
	struct sandbox_reader reader;
	int fds[SANDBOX_FDS_MAX];
	int n_fds;
};

/* ---- sending ---- */

/* If the daemon is gone, the next receive says so. */
static void
send_out(void)
{
	ssize_t n;

	bug_if(sandbox_message_end(&out) != 0);
	do {
		n = send(control, out.data, out.len, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
}

static void
begin(enum sandbox_message_type type, int32_t process, uint32_t serial, uint64_t a, uint64_t b)
{
	sandbox_message_begin(&out, type, (uint32_t)process, serial, a, b);
}

void
serve_start(int fd, char *const *confinement)
{
	control = fd;
	buf_init(&out, SANDBOX_MESSAGE_MAX);
	begin(SANDBOX_READY, 0, 0, 0, 0);
	for (; *confinement; confinement++)
		sandbox_message_string(&out, *confinement);
	send_out();
}

void
serve_exited(int32_t process, int status)
{
	bool oom = process == SANDBOX_INIT && usage_killed_for_memory(1) && WIFSIGNALED(status) &&
		   WTERMSIG(status) == SIGKILL;

	begin(SANDBOX_EXITED, process, 0, (uint64_t)status, oom);
	send_out();
}

void
serve_oom(int32_t pid)
{
	if (control < 0)
		return;
	begin(SANDBOX_OOM, 0, 0, (uint64_t)pid, 0);
	send_out();
}

void
serve_empty(void)
{
	begin(SANDBOX_EMPTY, 0, 0, 0, 0);
	send_out();
}

static void
answer(const struct sandbox_header *h, int error)
{
	begin(SANDBOX_RESULT, (int32_t)h->process, h->serial, (uint64_t)-error, 0);
	sandbox_message_string(&out, error ? strerror(-error) : "");
	send_out();
}

/* ---- requests ---- */

static int
read_run(struct request *q, struct run_request *run)
{
	const struct sandbox_header *h = &q->reader.header;
	int r = sandbox_message_next(&q->reader, &run->cwd);

	if (r == 0)
		r = sandbox_message_next(&q->reader, &run->user);
	if (r == 0)
		r = sandbox_message_next_strings(&q->reader, &run->argv);
	if (r == 0)
		r = sandbox_message_next_strings(&q->reader, &run->env);
	if (r != 0)
		return r;
	run->process = (int32_t)h->process;
	run->flags = (unsigned)h->a;
	run->rows = (unsigned)(h->b >> 16) & 0xffff;
	run->columns = (unsigned)h->b & 0xffff;
	if (q->n_fds != (run->flags & RUN_TTY ? 1 : RUN_FDS) || !run->argv[0] ||
		(run->process == SANDBOX_INIT) == init_ran || run->process < SANDBOX_INIT)
		return -EINVAL;
	for (int i = 0; i < RUN_FDS; i++)
		run->fds[i] = q->fds[run->flags & RUN_TTY ? 0 : i];
	return 0;
}

static void
serve_run(struct request *q)
{
	const struct sandbox_header *h = &q->reader.header;
	struct run_request run = {0};
	struct run_result result = {0};
	int r = read_run(q, &run);

	if (r == 0) {
		run_start(&run, &result);
	} else {
		result.error = -r;
		result.status = 128;
		str_format(result.message, sizeof result.message, "bad request: %s", strerror(-r));
	}
	free(run.argv);
	free(run.env);
	if (result.error) {
		begin(SANDBOX_FAILED, (int32_t)h->process, h->serial, (uint64_t)result.error,
			(uint64_t)result.status);
		sandbox_message_string(&out, result.message);
	} else {
		init_ran = true;
		begin(SANDBOX_STARTED, (int32_t)h->process, h->serial, (uint64_t)result.pid,
			(uint64_t)result.host_pid);
	}
	send_out();
}

/* Signals from outside reach pid 1 even where those from inside would not. */
static int
signal_run(uint32_t run, int sig)
{
	for (int i = 0, n = process_count(); i < n; i++) {
		const struct process *p = process_at(i);

		if (p->pid > 0 && (uint32_t)p->run == run)
			return kill(p->host_pid, sig) == 0 ? 0 : -errno;
	}
	return -ESRCH;
}

static void
serve_processes(const struct sandbox_header *h)
{
	static struct sandbox_process list[PROCESS_MAX < 512 ? PROCESS_MAX : 512];
	int n = usage_processes(
		list, (int)ARRAY_LEN(list) < PROCESSES_MAX ? (int)ARRAY_LEN(list) : PROCESSES_MAX);

	begin(SANDBOX_PROCESSES, 0, h->serial, 0, 0);
	sandbox_message_bytes(&out, list, (size_t)n * sizeof list[0]);
	send_out();
}

static void
serve_usage(const struct sandbox_header *h)
{
	struct sandbox_usage usage;

	usage_read(&usage);
	begin(SANDBOX_USAGE, 0, h->serial, 0, 0);
	sandbox_message_bytes(&out, &usage, sizeof usage);
	send_out();
}

static int
serve_limits(const struct sandbox_header *h)
{
	process_limit_memory(h->a);
	process_limit_count(h->b > INT32_MAX ? 0 : (int)h->b);
	return 0;
}

static void
serve_request(struct request *q)
{
	const struct sandbox_header *h = &q->reader.header;

	switch (h->type) {
	case SANDBOX_RUN:
		serve_run(q);
		return;
	case SANDBOX_SIGNAL:
		answer(h, signal_run(h->process, (int)h->a));
		return;
	case SANDBOX_PAUSE:
		answer(h, freeze_stop());
		return;
	case SANDBOX_RESUME:
		freeze_continue();
		answer(h, 0);
		return;
	case SANDBOX_PS:
		serve_processes(h);
		return;
	case SANDBOX_STATS:
		serve_usage(h);
		return;
	case SANDBOX_LIMITS:
		answer(h, serve_limits(h));
		return;
	default:
		answer(h, -ENOSYS);
	}
}

/* ---- receiving ---- */

static void
take_fds(struct msghdr *message, struct request *q)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(q->fds, CMSG_DATA(c), n * sizeof(int));
		q->n_fds = (int)n;
	}
}

bool
serve_one(void)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * SANDBOX_FDS_MAX)];
		struct cmsghdr align;
	} ancillary;
	struct iovec iov = {packet, sizeof packet};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = ancillary.bytes,
		.msg_controllen = sizeof ancillary.bytes,
	};
	struct request q = {.n_fds = 0};
	ssize_t n = recvmsg(control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	bool sound;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	take_fds(&message, &q);
	sound = !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
		sandbox_message_open(packet, (size_t)n, &q.reader) == 0;
	if (sound)
		serve_request(&q);
	for (int i = 0; i < q.n_fds; i++)
		close(q.fds[i]);
	return sound;
}
