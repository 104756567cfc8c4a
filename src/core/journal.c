#include "core/journal.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHUNK_MAX \
	(1u << 20) /* of one read from a process; anything larger in the file is damage \
		    */
#define YIELD_EVERY (256 * 1024)

/* On disk: header, data, and the data's length again, so that the file can be walked backwards. */
struct chunk {
	uint32_t n;
	uint32_t stream;
	int64_t time_ns;
};
#define CHUNK_EXTRA (sizeof(struct chunk) + sizeof(uint32_t))

struct journal {
	char *path;
	int fd; /* -1 while nobody writes or reads */
	uint64_t end;
	unsigned users; /* the writer and the readers */
	bool writing;
	struct cond grown; /* new chunks, or the writer closed */
};

struct journal *
journal_new(const char *path)
{
	struct journal *j = NEW(journal);

	j->path = xstrdup(path);
	j->fd = -1;
	cond_init(&j->grown);
	return j;
}

void
journal_free(struct journal *j)
{
	bug_if(j->users > 0);
	free(j->path);
	free(j);
}

const char *
journal_path(const struct journal *j)
{
	return j->path;
}

static int
read_chunk(const struct journal *j, uint64_t at, struct chunk *ret)
{
	if (pread(j->fd, ret, sizeof(*ret), (off_t)at) != (ssize_t)sizeof(*ret))
		return -EIO;
	if (ret->n > CHUNK_MAX || (ret->stream != FRAME_STDOUT && ret->stream != FRAME_STDERR))
		return -EIO;
	return 0;
}

/* The chunk that ends at `at`; *ret_at is where it begins. */
static int
read_chunk_before(const struct journal *j, uint64_t at, struct chunk *ret, uint64_t *ret_at)
{
	uint32_t n;

	if (at < CHUNK_EXTRA ||
		pread(j->fd, &n, sizeof(n), (off_t)(at - sizeof(n))) != (ssize_t)sizeof(n))
		return -EIO;
	if (n > CHUNK_MAX || at < CHUNK_EXTRA + n)
		return -EIO;
	*ret_at = at - CHUNK_EXTRA - n;
	if (read_chunk(j, *ret_at, ret) < 0 || ret->n != n)
		return -EIO;
	return 0;
}

/* Finds the end of the last whole chunk, and cuts off what is behind it. */
static int
find_end(struct journal *j, uint64_t size)
{
	struct chunk chunk;
	uint64_t at;

	if (size == 0 || read_chunk_before(j, size, &chunk, &at) == 0) {
		j->end = size;
		return 0;
	}
	at = 0;
	while (at + CHUNK_EXTRA <= size && read_chunk(j, at, &chunk) == 0 &&
		at + CHUNK_EXTRA + chunk.n <= size)
		at += CHUNK_EXTRA + chunk.n;
	j->end = at;
	return ftruncate(j->fd, (off_t)at) < 0 ? -errno : 0;
}

static int
acquire(struct journal *j, struct error *e)
{
	struct stat st;
	int r;

	if (j->fd >= 0) {
		j->users++;
		return 0;
	}
	j->fd = open(j->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (j->fd < 0)
		return error_errno(e, -errno, "cannot open the log %s", j->path);
	r = fstat(j->fd, &st) < 0 ? -errno : find_end(j, (uint64_t)st.st_size);
	if (r < 0) {
		close(take_fd(j->fd));
		return error_errno(e, r, "cannot read the log %s", j->path);
	}
	j->users++;
	return 0;
}

static void
release(struct journal *j)
{
	if (--j->users == 0)
		close(take_fd(j->fd));
}

int
journal_begin(struct journal *j, struct error *e)
{
	int r;

	bug_if(j->writing);
	r = acquire(j, e);
	if (r < 0)
		return r;
	j->writing = true;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (!j->writing)
		return;
	j->writing = false;
	cond_broadcast(&j->grown);
	release(j);
}

int
journal_append(
	struct journal *j, enum frame_stream stream, int64_t time_ns, const void *data, size_t n)
{
	struct chunk chunk = {.n = (uint32_t)n, .stream = stream, .time_ns = time_ns};
	struct iovec v[] = {
		{&chunk, sizeof(chunk)}, {(void *)(uintptr_t)data, n}, {&chunk.n, sizeof(chunk.n)}};
	ssize_t written;

	bug_if(!j->writing || n > CHUNK_MAX);
	written = pwritev(j->fd, v, ARRAY_LEN(v), (off_t)j->end);
	if (written != (ssize_t)(CHUNK_EXTRA + n)) {
		int r = written < 0 ? -errno : -ENOSPC;

		if (ftruncate(j->fd, (off_t)j->end) < 0)
			return r;
		return r;
	}
	j->end += CHUNK_EXTRA + n;
	cond_broadcast(&j->grown);
	return 0;
}

int
journal_end(struct journal *j, uint64_t *ret, struct error *e)
{
	int r = acquire(j, e);

	if (r < 0)
		return r;
	*ret = j->end;
	release(j);
	return 0;
}

/* -- reading
 * -----------------------------------------------------------------------------------------------
 */

struct reading {
	struct journal *j;
	const struct journal_query *q;
	int (*fn)(void *arg, const struct journal_line *line);
	void *arg;
	uint64_t at;
	char *data; /* CHUNK_MAX */
	struct {
		bool open;       /* within a line */
		bool skipped;    /* which is passed over */
		int64_t time_ns; /* of its beginning */
	} line[FRAME_STDERR + 1];
	uint64_t skip; /* lines still to be passed over */
	bool past_until;
	size_t since_yield;
};

static bool
wanted(const struct journal_query *q, uint32_t stream)
{
	return stream == FRAME_STDOUT ? q->out : q->err;
}

static int
load(struct reading *rd, uint64_t at, struct chunk *ret)
{
	int r = read_chunk(rd->j, at, ret);

	if (r < 0)
		return r;
	if (pread(rd->j->fd, rd->data, ret->n, (off_t)(at + sizeof(*ret))) != (ssize_t)ret->n)
		return -EIO;
	rd->since_yield += ret->n;
	if (rd->since_yield < YIELD_EVERY)
		return 0;
	rd->since_yield = 0;
	return task_yield();
}

static uint64_t
count_newlines(const char *data, size_t n)
{
	uint64_t count = 0;

	for (const char *p = data; (p = memchr(p, '\n', n - (size_t)(p - data))); p++)
		count++;
	return count;
}

static int
deliver(struct reading *rd, enum frame_stream stream, int64_t time_ns, const char *data, size_t n)
{
	struct journal_line line = {
		.stream = stream, .data = data, .n = n, .start = !rd->line[stream].open};

	if (line.start)
		rd->line[stream].time_ns = time_ns;
	rd->line[stream].open = data[n - 1] != '\n';
	line.time_ns = rd->line[stream].time_ns;
	if (line.start) {
		rd->line[stream].skipped = rd->skip > 0;
		rd->skip -= rd->skip > 0;
	}
	if (rd->line[stream].skipped)
		return 0;
	if (rd->q->since_ns && line.time_ns < rd->q->since_ns)
		return 0;
	if (rd->q->until_ns && line.time_ns > rd->q->until_ns) {
		rd->past_until = true;
		return 0;
	}
	return rd->fn(rd->arg, &line);
}

static int
deliver_chunk(struct reading *rd, const struct chunk *chunk)
{
	const char *p = rd->data, *end = rd->data + chunk->n;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *next = newline ? newline + 1 : end;
		int r = deliver(rd, chunk->stream, chunk->time_ns, p, (size_t)(next - p));

		if (r < 0)
			return r;
		p = next;
	}
	return 0;
}

/* Counts the lines that begin in [rd->at, end). */
static int
count_lines(struct reading *rd, uint64_t end, uint64_t *ret)
{
	bool open[FRAME_STDERR + 1] = {false};
	struct chunk chunk;

	*ret = 0;
	for (uint64_t at = rd->at; at < end; at += CHUNK_EXTRA + chunk.n) {
		int r = load(rd, at, &chunk);

		if (r < 0)
			return r;
		if (!wanted(rd->q, chunk.stream) || chunk.n == 0)
			continue;
		*ret += count_newlines(rd->data, chunk.n);
		if (open[chunk.stream])
			(*ret)--;
		open[chunk.stream] = rd->data[chunk.n - 1] != '\n';
		if (open[chunk.stream])
			(*ret)++;
	}
	return 0;
}

/*
 * Walks back from the end until the last q->tail lines must begin behind rd->at, then sets how many
 * of those are to be skipped.  Two more newlines than lines are wanted: either stream may be in the
 * middle of a line there.
 */
static int
seek_tail(struct reading *rd, uint64_t end)
{
	uint64_t newlines = 0, lines, want = (uint64_t)rd->q->tail;
	struct chunk chunk;
	int r;

	rd->at = end;
	while (rd->at > 0 && newlines < want + 2) {
		r = read_chunk_before(rd->j, rd->at, &chunk, &rd->at);
		if (r >= 0)
			r = load(rd, rd->at, &chunk);
		if (r < 0)
			return r;
		if (wanted(rd->q, chunk.stream))
			newlines += count_newlines(rd->data, chunk.n);
	}
	r = count_lines(rd, end, &lines);
	if (r < 0)
		return r;
	rd->skip = lines > want ? lines - want : 0;
	return 0;
}

static int
read_on(struct reading *rd)
{
	const struct journal_query *q = rd->q;
	struct chunk chunk;
	int r;

	for (;;) {
		uint64_t end = q->end && q->end < rd->j->end ? q->end : rd->j->end;

		while (rd->at < end && !rd->past_until) {
			r = load(rd, rd->at, &chunk);
			if (r < 0)
				return r;
			rd->at += CHUNK_EXTRA + chunk.n;
			if (!wanted(q, chunk.stream))
				continue;
			r = deliver_chunk(rd, &chunk);
			if (r < 0)
				return r;
		}
		if (!q->follow || rd->past_until || !rd->j->writing)
			return 0;
		if (rd->at < rd->j->end)
			continue;
		r = cond_wait(&rd->j->grown, USEC_INFINITY);
		if (r < 0)
			return r;
	}
}

int
journal_read(struct journal *j, const struct journal_query *q,
	int (*fn)(void *arg, const struct journal_line *line), void *arg, struct error *e)
{
	struct reading rd = {.j = j, .q = q, .fn = fn, .arg = arg};
	uint64_t end;
	int r;

	r = acquire(j, e);
	if (r < 0)
		return r;
	rd.data = xmalloc(CHUNK_MAX);
	end = q->end && q->end < j->end ? q->end : j->end;
	r = q->tail >= 0 ? seek_tail(&rd, end) : 0;
	if (r >= 0)
		r = read_on(&rd);
	free(rd.data);
	release(j);
	if (r == -EIO)
		error_set(e, ERROR_INTERNAL, r, "the log %s is damaged", j->path);
	return r;
}
