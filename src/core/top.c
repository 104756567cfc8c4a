#include "core/top.h"

#include "base/str.h"
#include "core/core.h"
#include "task/clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define TASKS_MAX 10000
#define COLUMNS_MAX 32

/* One column: ps's name for it, its title, and its text for a process. */
struct column {
	const char *name, *title;
	char *(*text)(struct arena *arena, const struct backend_task *task, int64_t now_ns);
};

static char *
of_user(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_strdup(arena, task->user);
}

static char *
of_pid(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_printf(arena, "%lld", (long long)task->pid);
}

static char *
of_ppid(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_printf(arena, "%lld", (long long)task->ppid);
}

/* Whole per cents of one processor since the process began. */
static char *
of_c(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	int64_t age = now_ns - task->start_ns;

	return arena_printf(arena, "%llu",
		age > 0 ? (unsigned long long)(task->cpu_ns * 100 / (uint64_t)age) : 0ull);
}

static char *
of_pcpu(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	int64_t age = now_ns - task->start_ns;

	return arena_printf(arena, "%.1f", age > 0 ? (double)task->cpu_ns * 100 / (double)age : 0);
}

static char *
of_stime(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	time_t start = (time_t)(task->start_ns / NSEC_PER_SEC);
	char text[16];
	struct tm tm;

	localtime_r(&start, &tm);
	strftime(text, sizeof(text),
		now_ns - task->start_ns < 24 * 3600 * NSEC_PER_SEC ? "%H:%M" : "%b%d", &tm);
	return arena_strdup(arena, text);
}

static char *
of_tty(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_strdup(arena, task->tty);
}

static char *
clock_text(struct arena *arena, uint64_t seconds)
{
	return arena_printf(arena, "%02llu:%02llu:%02llu", (unsigned long long)seconds / 3600,
		(unsigned long long)seconds / 60 % 60, (unsigned long long)seconds % 60);
}

static char *
of_time(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return clock_text(arena, task->cpu_ns / (uint64_t)NSEC_PER_SEC);
}

static char *
of_etime(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	int64_t age = (now_ns - task->start_ns) / NSEC_PER_SEC;

	return age < 3600 ? arena_printf(arena, "%02d:%02d", (int)age / 60, (int)age % 60)
			  : clock_text(arena, (uint64_t)age);
}

static char *
of_command(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_strdup(arena, task->command);
}

static char *
of_comm(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_strdup(arena, task->comm);
}

static char *
of_rss(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_printf(arena, "%llu", (unsigned long long)task->rss / 1024);
}

static char *
of_state(struct arena *arena, const struct backend_task *task, int64_t now_ns)
{
	(void)now_ns;
	return arena_printf(arena, "%c", task->state);
}

static const struct column columns[] = {
	{"uid", "UID", of_user},
	{"user", "USER", of_user},
	{"euser", "EUSER", of_user},
	{"pid", "PID", of_pid},
	{"ppid", "PPID", of_ppid},
	{"c", "C", of_c},
	{"pcpu", "%CPU", of_pcpu},
	{"%cpu", "%CPU", of_pcpu},
	{"stime", "STIME", of_stime},
	{"start", "START", of_stime},
	{"tty", "TT", of_tty},
	{"tt", "TT", of_tty},
	{"tname", "TTY", of_tty},
	{"time", "TIME", of_time},
	{"cputime", "TIME", of_time},
	{"etime", "ELAPSED", of_etime},
	{"cmd", "CMD", of_command},
	{"args", "COMMAND", of_command},
	{"command", "COMMAND", of_command},
	{"comm", "COMMAND", of_comm},
	{"ucmd", "CMD", of_comm},
	{"rss", "RSS", of_rss},
	{"s", "S", of_state},
	{"stat", "STAT", of_state},
	{"state", "S", of_state},
};

struct table {
	struct arena *arena;
	const struct column *columns[COLUMNS_MAX];
	size_t n_columns;
	int64_t now_ns;
	char ***rows; /* TASKS_MAX + 1 pointers at most, grown by doubling */
	size_t n_rows, cap;
};

static int
add_column(struct table *t, const char *name, struct error *e)
{
	if (t->n_columns == COLUMNS_MAX)
		return error_set(e, ERROR_INVALID, -E2BIG, "ps: too many columns");
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		if (str_eq(columns[i].name, name)) {
			t->columns[t->n_columns++] = &columns[i];
			return 0;
		}
	}
	return error_set(e, ERROR_INVALID, -EINVAL, "ps: unknown column \"%s\"", name);
}

static int
add_columns(struct table *t, const char *names, struct error *e)
{
	scoped_strv list = strv_split(names, ',');
	int r = 0;

	for (char **name = list; *name && r >= 0; name++)
		r = **name ? add_column(t, *name, e) : 0;
	return r;
}

/* The words of ps_args: options without columns are passed over, as all processes of the container are shown anyway. */
static int
choose_columns(struct table *t, const char *ps_args, struct error *e)
{
	scoped_strv words = strv_split(str_or(ps_args, "-ef"), ' ');
	bool user_format = false;
	int r = 0;

	for (char **word = words; *word && r >= 0; word++) {
		size_t n = strlen(*word);

		if ((*word)[0] == '-' && n > 1 && (*word)[n - 1] == 'o' && word[1])
			r = add_columns(t, *++word, e);
		else if (str_starts(*word, "-o"))
			r = add_columns(t, *word + 2, e);
		else if (strspn(*word, "auxw") == n && strchr(*word, 'u'))
			user_format = true;
		else if (n && !((*word)[0] == '-' && strspn(*word + 1, "aAdefwxl") == n - 1) &&
			 strspn(*word, "axwe") != n)
			return error_set(
				e, ERROR_INVALID, -EINVAL, "ps: \"%s\" is not understood", *word);
	}
	if (r >= 0 && t->n_columns == 0)
		r = add_columns(t,
			user_format ? "user,pid,pcpu,rss,tname,stat,stime,time,args"
				    : "uid,pid,ppid,c,stime,tname,time,cmd",
			e);
	return r;
}

static int
add_row(void *arg, const struct backend_task *task)
{
	struct table *t = arg;
	char **row;

	if (t->n_rows == TASKS_MAX)
		return 0;
	if (t->n_rows + 1 >= t->cap) {
		char ***grown = ARENA_ARRAY(t->arena, char **, t->cap * 2);

		memcpy(grown, t->rows, t->n_rows * sizeof(*grown));
		t->rows = grown;
		t->cap *= 2;
	}
	row = ARENA_ARRAY(t->arena, char *, t->n_columns + 1);
	for (size_t i = 0; i < t->n_columns; i++)
		row[i] = t->columns[i]->text(t->arena, task, t->now_ns);
	t->rows[t->n_rows++] = row;
	return 0;
}

int
top_read(struct container *c, struct arena *arena, const char *ps_args, struct top_answer *ret,
	struct error *e)
{
	const struct backend *b = &c->core->backend;
	struct table t = {.arena = arena, .now_ns = clock_wall_ns(), .cap = 16};
	int r;

	if (!b->ops->tasks)
		return core_missing(c->core, "top", e);
	r = choose_columns(&t, ps_args, e);
	if (r < 0)
		return r;
	t.rows = ARENA_ARRAY(arena, char **, t.cap);
	r = b->ops->tasks(b->self, c, add_row, &t, e);
	if (r < 0)
		return r;
	ret->processes = t.rows;
	ret->titles = ARENA_ARRAY(arena, char *, t.n_columns + 1);
	for (size_t i = 0; i < t.n_columns; i++)
		ret->titles[i] = arena_strdup(arena, t.columns[i]->title);
	return 0;
}
