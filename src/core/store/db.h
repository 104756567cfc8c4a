/*
 * db.h: records on disk: SQLite (WAL) behind four calls. A record is a kind, an id and JSON text.
 *
 * Every write is in the database file when the call returns (the system's page cache: a killed
 * daemon loses nothing; a power cut may lose the last moments).  All work runs on the thread pool,
 * one call at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/scope.h"

#include <stddef.h>

struct db;

int db_open(const char *path, struct db **ret, struct error *e)
	SUSPENDS; /* ":memory:" keeps nothing */
void db_close(struct db *db) SUSPENDS;
SCOPED(db, db_close)
int db_put(struct db *db, const char *kind, const char *id, const char *body, struct error *e)
	SUSPENDS;
int db_delete(struct db *db, const char *kind, const char *id, struct error *e) SUSPENDS;
/* All records of a kind, oldest first; fn runs in the calling task, after the reading is done. */
int db_each(struct db *db, const char *kind,
	int (*fn)(void *arg, const char *id, const char *body, struct error *e), void *arg,
	struct error *e) SUSPENDS;
