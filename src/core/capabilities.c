#include "core/capabilities.h"

#include "core/core.h"
#include "docker/version.h"

/* JSON tables have `char *` members; what is written through them is not changed. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* Building, loading, saving and pushing images, and health checks, are nobody's yet. */
void
capabilities_of(const struct core *core, struct capabilities *ret)
{
	const struct backend_ops *ops = core->backend.ops;

	*ret = (struct capabilities){
		.backend = text(ops->name),
		.version = text(SOCKERLESS_VERSION),
		.api_version = text(API_VERSION_MAX_TEXT),
		.min_api_version = text(API_VERSION_MIN_TEXT),
		.missing = text(ops->missing),
		.set =
			{
				.attach = ops->start,
				.copy = ops->archive_get && ops->archive_put,
				.events = true,
				.exec = ops->exec,
				.export = ops->export,
				.image_pull = ops->pull,
				.limits = ops->limit,
				.logs = ops->start,
				.pause = ops->pause,
				.stats = ops->usage,
				.volumes = ops->volume_create,
			},
	};
}
