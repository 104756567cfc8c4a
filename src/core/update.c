#include "core/lifecycle.h"

#include "base/str.h"
#include "core/core.h"
#include "core/events.h"
#include "docker/check.h"
#include "json/read.h"

#include <errno.h>
#include <string.h>

/* How many bytes a field takes, if it was given: one with its zero value was not. */
static size_t
given_size(const struct json_field *field, const void *value)
{
	switch (field->kind) {
	case JSON_INT:
	case JSON_UINT:
		return *(const uint64_t *)value != 0 ? sizeof(uint64_t) : 0;
	case JSON_STRING:
		return str_empty(*(char *const *)value) ? 0 : sizeof(char *);
	case JSON_BOOL_PTR:
	case JSON_INT_PTR:
	case JSON_STRINGS:
		return *(void *const *)value ? sizeof(void *) : 0;
	case JSON_LIST:
		return ((const struct json_list *)value)->n ? sizeof(struct json_list) : 0;
	default:
		return 0;
	}
}

static void
merge_resources(struct resources *into, const struct resources *from)
{
	for (const struct json_field *f = resources_type.fields; f->name; f++) {
		const char *source = (const char *)from + f->offset;

		memcpy((char *)into + f->offset, source, given_size(f, source));
	}
}

int
lifecycle_update(struct container *c, const struct container_update_request *request,
	char ***warnings, struct error *e)
{
	const struct backend *b = &c->core->backend;
	struct container_update_request *kept = ARENA_NEW(c->arena, container_update_request);
	struct backend_info info = {0};
	struct resources before = c->host_config->resources, resources = before;
	int r;

	json_copy(c->arena, &container_update_request_type, request, kept);
	merge_resources(&resources, &kept->resources);
	r = b->ops->info(b->self, &info, e);
	if (r >= 0)
		r = check_resources(&resources, info.cpus, e);
	if (r >= 0 && !str_empty(kept->restart_policy.name))
		r = check_restart_policy(&kept->restart_policy, e);
	if (r < 0)
		return r;
	if (c->host_config->auto_remove && !str_empty(kept->restart_policy.name) &&
		!str_eq(kept->restart_policy.name, "no"))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"Restart policy cannot be updated because AutoRemove is enabled for the "
			"container");
	c->host_config->resources = resources;
	if (b->ops->limit)
		r = b->ops->limit(b->self, c, warnings, e);
	if (r < 0) {
		c->host_config->resources = before;
		return r;
	}
	if (!str_empty(kept->restart_policy.name))
		c->host_config->restart_policy = kept->restart_policy;
	r = container_save(c, e);
	if (r >= 0)
		events_container(c, "update", NULL);
	return r;
}
