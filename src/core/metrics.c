#include "core/metrics.h"

#include "core/container.h"
#include "core/core.h"

static const struct metric_spec containers_spec = {METRIC_GAUGE, "sockerless_containers",
	"Containers by state, as docker ps -a lists them.", .labels = {"state"}};

static void
collect(void *context)
{
	const struct core *core = context;
	size_t in[CONTAINER_STATES];

	container_count_states(core, in);
	for (size_t i = 0; i < CONTAINER_STATES; i++)
		metric_set(core->state_metric,
			METRIC_VALUES(container_state_name((enum container_state)i)),
			(double)in[i]);
}

void
core_add_metrics(struct core *core, struct metrics *registry)
{
	core->state_metric = metrics_register(registry, &containers_spec);
	metrics_collect(registry, collect, core);
}
