/*
 * scratch.h: a directory of one test's own, removed when the test passes, with shorthands to fill and to look at it.
 *
 * The test's working directory is the scratch directory, so paths in tests are relative to it.
 */
#pragma once

#include "rootfs/mount.h"
#include "test.h"

#include <sys/types.h>

void scratch_enter(void);

void make_dir(const char *path);                      /* with its parents, 0755 */
void make_file(const char *path, const char *text);   /* with its parents, 0644 */
void make_link(const char *path, const char *target); /* with its parents */
char *read_text(const char *path); /* caller frees; fails the test if it cannot */
bool exists(const char *path);     /* not following */
mode_t mode_of(const char *path);  /* 07777, not following */

/* A table with ./root as "/", made if missing. */
struct mount_table *table_with_root(void);
void mount_ok(struct mount_table *t, const char *guest, const char *host, unsigned flags);

/* Everything below path: one line for each object, sorted: type, mode, path, and contents or target. Caller frees. */
char *snapshot(const char *path);
