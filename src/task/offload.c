#include "task/offload.h"

#include "base/error.h"
#include "task/scheduler.h"

#include <errno.h>
#include <stdlib.h>

/* Not libuv's four: a few threads are kept by clients that are slow to send or to take an archive, and records must still be
 * saved meanwhile. */
#define POOL_THREADS "16"

struct job {
	uv_work_t request;
	int (*fn)(void *arg);
	void *arg;
	int result;
	bool done;
	struct task *task;
};

/* On a thread of the pool. */
static void
run_job(uv_work_t *request)
{
	struct job *job = request->data;

	job->result = job->fn(job->arg);
}

static void
end_job(uv_work_t *request, int status)
{
	struct job *job = request->data;

	if (status == UV_ECANCELED)
		job->result = -ECANCELED;
	job->done = true;
	task_wake(job->task);
}

/* libuv makes its threads when the first work comes, as many as the environment says. */
static void
size_pool(void)
{
	static bool done;

	if (!done)
		setenv("UV_THREADPOOL_SIZE", POOL_THREADS, 0);
	done = true;
}

int
task_offload(int (*fn)(void *arg), void *arg)
{
	struct job job = {.fn = fn, .arg = arg, .task = task_self()};

	if (task_cancelled())
		return -ECANCELED;
	size_pool();
	job.request.data = &job;
	bug_if(uv_queue_work(loop_uv(), &job.request, run_job, end_job) < 0);
	loop_hold();
	task_wait(USEC_INFINITY, "the thread pool");
	if (!job.done) {
		uv_cancel((uv_req_t *)&job.request); /* fails once fn has begun */
		task_shield();
		while (!job.done)
			task_wait(USEC_INFINITY, "the thread pool, to let go");
		task_unshield();
	}
	loop_release();
	return job.result;
}
