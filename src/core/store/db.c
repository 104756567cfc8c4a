#include "core/store/db.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "task/cond.h"
#include "task/offload.h"

#include <errno.h>
#include <sqlite3.h>

static const char schema[] = "PRAGMA journal_mode=WAL;"
			     "PRAGMA synchronous=NORMAL;"
			     "CREATE TABLE IF NOT EXISTS record ("
			     " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,"
			     " UNIQUE (kind, id));";

enum statement { PUT, DELETE, EACH, STATEMENTS };

static const char *const statement_text[STATEMENTS] = {
	[PUT] = ("INSERT INTO record (kind, id, body) VALUES (?1, ?2, ?3)"
		 " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body"),
	[DELETE] = "DELETE FROM record WHERE kind = ?1 AND id = ?2",
	[EACH] = "SELECT id, body FROM record WHERE kind = ?1 ORDER BY seq",
};

struct db {
	sqlite3 *sql;
	sqlite3_stmt *statements[STATEMENTS];
	/* Calls run in the order they were made, so an older body never overwrites a newer one. */
	unsigned long next_ticket, serving;
	struct cond turn;
};

/* One call's arguments and results, as the pool thread sees them. */
struct db_call {
	struct db *db;
	int (*fn)(struct db_call *call);
	const char *path, *kind, *id, *body;
	struct row *rows, **rows_end;
	char *message; /* malloc'ed: what SQLite said */
};

struct row {
	struct row *next;
	char *id, *body;
};

static int
failed(struct db_call *call)
{
	int code = sqlite3_errcode(call->db->sql);

	call->message = xstrdup(sqlite3_errmsg(call->db->sql));
	return code == SQLITE_FULL ? -ENOSPC : -EIO;
}

static int
run_on_pool(void *arg)
{
	struct db_call *call = arg;

	return call->fn(call);
}

static int
perform(struct db_call *call, const char *what, struct error *e)
{
	struct db *db = call->db;
	unsigned long ticket = db->next_ticket++;
	int r;

	/* A change that was begun is carried through, even if its client has gone. */
	task_shield();
	while (ticket != db->serving)
		cond_wait(&db->turn, USEC_INFINITY);
	r = task_offload(run_on_pool, call);
	db->serving++;
	cond_broadcast(&db->turn);
	task_unshield();
	if (r < 0)
		error_set(e, ERROR_INTERNAL, r, "state database: %s: %s", what,
			call->message ? call->message : "unknown error");
	free(call->message);
	call->message = NULL;
	return r;
}

static int
do_open(struct db_call *call)
{
	struct db *db = call->db;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	if (sqlite3_open_v2(call->path, &db->sql, flags, NULL) != SQLITE_OK)
		return failed(call);
	sqlite3_busy_timeout(db->sql, 5000);
	if (sqlite3_exec(db->sql, schema, NULL, NULL, NULL) != SQLITE_OK)
		return failed(call);
	for (int i = 0; i < STATEMENTS; i++) {
		if (sqlite3_prepare_v3(db->sql, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT,
			    &db->statements[i], NULL) != SQLITE_OK)
			return failed(call);
	}
	return 0;
}

static int
do_close(struct db_call *call)
{
	struct db *db = call->db;

	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(db->statements[i]);
	sqlite3_close(db->sql);
	return 0;
}

static void
bind_text(sqlite3_stmt *s, int index, const char *text)
{
	sqlite3_bind_text(s, index, text, -1, SQLITE_STATIC);
}

static int
do_change(struct db_call *call)
{
	sqlite3_stmt *s = call->db->statements[call->body ? PUT : DELETE];
	int r = 0;

	bind_text(s, 1, call->kind);
	bind_text(s, 2, call->id);
	if (call->body)
		bind_text(s, 3, call->body);
	if (sqlite3_step(s) != SQLITE_DONE)
		r = failed(call);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return r;
}

static int
do_each(struct db_call *call)
{
	sqlite3_stmt *s = call->db->statements[EACH];
	int r;

	bind_text(s, 1, call->kind);
	while ((r = sqlite3_step(s)) == SQLITE_ROW) {
		struct row *row = NEW(row);

		row->id = xstrdup((const char *)sqlite3_column_text(s, 0));
		row->body = xstrdup((const char *)sqlite3_column_text(s, 1));
		*call->rows_end = row;
		call->rows_end = &row->next;
	}
	r = r == SQLITE_DONE ? 0 : failed(call);
	sqlite3_reset(s);
	sqlite3_clear_bindings(s);
	return r;
}

int
db_open(const char *path, struct db **ret, struct error *e)
{
	struct db *db = NEW(db);
	struct db_call call = {.db = db, .fn = do_open, .path = path};
	int r;

	cond_init(&db->turn);
	r = perform(&call, path, e);
	if (r < 0) {
		db_close(db);
		return r;
	}
	*ret = db;
	return 0;
}

void
db_close(struct db *db)
{
	struct db_call call = {.db = db, .fn = do_close};

	perform(&call, "close", NULL);
	free(db);
}

int
db_put(struct db *db, const char *kind, const char *id, const char *body, struct error *e)
{
	struct db_call call = {.db = db, .fn = do_change, .kind = kind, .id = id, .body = body};

	return perform(&call, kind, e);
}

int
db_delete(struct db *db, const char *kind, const char *id, struct error *e)
{
	struct db_call call = {.db = db, .fn = do_change, .kind = kind, .id = id};

	return perform(&call, kind, e);
}

static int
deliver_row(struct row *row, int (*fn)(void *, const char *, const char *, struct error *),
	void *arg, struct error *e)
{
	int r = fn ? fn(arg, row->id, row->body, e) : 0;

	free(row->id);
	free(row->body);
	free(row);
	return r;
}

int
db_each(struct db *db, const char *kind,
	int (*fn)(void *arg, const char *id, const char *body, struct error *e), void *arg,
	struct error *e)
{
	struct db_call call = {.db = db, .fn = do_each, .kind = kind};
	int r;

	call.rows_end = &call.rows;
	r = perform(&call, kind, e);
	for (struct row *row = call.rows, *next; row; row = next) {
		int row_result;

		next = row->next;
		row_result = deliver_row(row, r < 0 ? NULL : fn, arg, e);
		if (r >= 0 && row_result < 0)
			r = row_result;
	}
	return r;
}
