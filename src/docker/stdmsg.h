/* stdmsg.h: errors that several callers report, worded and classed as the Engine does. Each returns a negative errno. */
#pragma once

#include "base/error.h"

int no_such_container(struct error *e, const char *name);
int no_such_exec(struct error *e, const char *id);
int no_such_image(struct error *e, const char *reference);
int no_such_network(struct error *e, const char *name);
int no_such_volume(struct error *e, const char *name);

int container_not_running(struct error *e, const char *id);
int container_is_paused(
	struct error *e, const char *id); /* "… is paused, unpause the container before exec" */
int container_name_taken(
	struct error *e, const char *name, const char *id); /* name without the slash */
int container_name_invalid(struct error *e, const char *name);

/* What Go says about a query value that should be a number: strconv.Atoi: parsing "x": invalid syntax. The Engine answers
 * some of these with 500, so the caller says the kind. */
int not_a_number(struct error *e, enum error_kind kind, const char *function, const char *text);
