/*
 * journal.h: a container's log: what its process wrote, in order, with stream and time, across
 * restarts.
 *
 * A file of chunks as they were read from the process; lines are found when reading.  Appending is
 * one write to the page cache, so a killed daemon loses nothing that a client has seen; a chunk
 * that did not get to its end (a full disk) is cut off when the file is opened again.  Any number
 * of readers may follow.  The file is open only while somebody writes or reads, so thousands of
 * stopped containers cost no descriptors.
 */
#pragma once

#include "base/error.h"
#include "base/scope.h"
#include "docker/frame.h"
#include "task/cond.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct journal;

struct journal *journal_new(const char *path); /* the file is made by the first append */
void journal_free(struct journal *j);          /* the file stays */
SCOPED(journal, journal_free)
const char *journal_path(const struct journal *j);

/* A process begins to write. Followers wait for more until journal_close. */
int journal_begin(struct journal *j, struct error *e);
int journal_append(
	struct journal *j, enum frame_stream stream, int64_t time_ns, const void *data, size_t n);
void journal_close(struct journal *j); /* it ended: followers stop after the last chunk */
/* Position after the last chunk. */
int journal_end(struct journal *j, uint64_t *ret, struct error *e);

struct journal_query {
	bool out, err; /* which streams */
	bool follow;
	int64_t since_ns, until_ns; /* 0: no bound */
	int64_t tail;               /* last lines only; negative: all */
	uint64_t end;               /* stop at this position even if not following; 0: none */
};

/* One line, or the part of one that is there, with the time of its first byte. Includes its
 * newline, if it has one. */
struct journal_line {
	enum frame_stream stream;
	int64_t time_ns;
	const char *data;
	size_t n;
	bool start; /* a line begins here (timestamps are written only then) */
};

/* Calls fn for each line in order; a negative return ends it with that. With follow: until the
 * writers close or the task is cancelled. */
int journal_read(struct journal *j, const struct journal_query *q,
	int (*fn)(void *arg, const struct journal_line *line), void *arg, struct error *e) SUSPENDS;
