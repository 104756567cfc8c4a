/*
 * world.h: a core of a test's own, over a back end that only pretends, with its records in a scratch directory.
 *
 * Test bodies run in a task.  A core may be closed and opened again: what was saved is then there.
 */
#pragma once

#include "core/container.h"
#include "core/core.h"
#include "task/task.h"
#include "test.h"

/* The next call of the back end that makes or removes something fails with this; 0: none does. */
extern int world_failure;

/* Runs fn in a task, in a scratch directory. */
void world_run(void (*fn)(void));
void world_run_virtual(void (*fn)(void)); /* on a virtual clock */

struct core *world_open(void);

/* Registered and created, in the default bridge network unless changed. The registry has the reference. */
struct container *world_container(struct core *core, const char *name);
void world_add_endpoint(
	struct container *c, const char *network, struct endpoint_settings *settings);
/* As a start and an end would: addresses and state, no process. */
void world_start(struct container *c);
void world_stop(struct container *c);

/* Formatted, and valid until eight more were asked for. */
const char *world_text(const char *fmt, ...) PRINTF(1, 2);

/* The API's structs are not const. */
#define TEXT(literal) ((char *)(uintptr_t)(literal))

/* Fails with this errno, kind and message; clears the error. */
#define ASSERT_REFUSED(call, number, kind_, text)    \
	do {                                         \
		struct error e = {0};                \
		int refused_ = (call);               \
		ASSERT_EQ(refused_, number);         \
		ASSERT_STR(error_message(&e), text); \
		ASSERT_EQ(e.kind, kind_);            \
		error_clear(&e);                     \
	} while (0)
