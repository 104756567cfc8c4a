#include "docker/check.h"

#include "base/str.h"
#include "docker/port.h"
#include "docker/signame.h"

#include <errno.h>
#include <inttypes.h>

#define MIN_MEMORY (6ll << 20)
#define MIN_HEALTH_NS 1000000ll
#define NANO 1000000000ll

static int
invalid(struct error *e, const char *message)
{
	return error_set(e, ERROR_INVALID, -EINVAL, "%s", message);
}

/* The configuration */

static int
check_env(char *const *env, struct error *e)
{
	for (; env && *env; env++)
		if (!**env || **env == '=')
			return error_set(e, ERROR_INVALID, -EINVAL,
				"invalid environment variable: %.200s", *env);
	return 0;
}

static int
check_health_time(const char *name, int64_t ns, struct error *e)
{
	if (ns == 0 || ns >= MIN_HEALTH_NS)
		return 0;
	return error_set(
		e, ERROR_INVALID, -EINVAL, "%s in Healthcheck cannot be less than 1ms", name);
}

static int
check_health(const struct health_config *h, struct error *e)
{
	int r;

	if (!h)
		return 0;
	r = check_health_time("Interval", h->interval, e);
	if (r == 0)
		r = check_health_time("Timeout", h->timeout, e);
	if (r == 0 && h->retries < 0)
		r = invalid(e, "Retries in Healthcheck cannot be negative");
	if (r == 0)
		r = check_health_time("StartPeriod", h->start_period, e);
	if (r == 0)
		r = check_health_time("StartInterval", h->start_interval, e);
	return r;
}

int
check_config(const struct container_config *config, struct error *e)
{
	int signal, r;

	if (!str_empty(config->working_dir) && *config->working_dir != '/')
		return error_set(e, ERROR_INVALID, -EINVAL,
			"the working directory '%.200s' is invalid, it needs to be an absolute "
			"path",
			config->working_dir);
	r = str_empty(config->stop_signal) ? 0 : signame_parse(config->stop_signal, &signal, e);
	if (r == 0)
		r = check_env(config->env, e);
	if (r == 0)
		r = check_health(config->healthcheck, e);
	if (r == 0)
		r = port_check_exposed(&config->exposed_ports, e);
	return r;
}

/* The host's part */

int
check_restart_policy(const struct restart_policy *policy, struct error *e)
{
	const char *name = str_or(policy->name, "");

	if (!*name)
		return 0;
	if (str_eq(name, "on-failure"))
		return policy->maximum_retry_count >= 0
			       ? 0
			       : invalid(e, "invalid restart policy: maximum retry count cannot be "
					    "negative");
	if (!str_eq(name, "no") && !str_eq(name, "always") && !str_eq(name, "unless-stopped"))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"invalid restart policy: unknown policy '%.200s'; use one of 'no', "
			"'always', "
			"'on-failure', or 'unless-stopped'",
			name);
	if (policy->maximum_retry_count == 0)
		return 0;
	return error_set(e, ERROR_INVALID, -EINVAL,
		"invalid restart policy: maximum retry count can only be used with 'on-failure'%s",
		policy->maximum_retry_count < 0 ? " and cannot be negative" : "");
}

static int
check_auto_remove(const struct host_config *host, struct error *e)
{
	const char *policy = str_or(host->restart_policy.name, "no");

	if (!host->auto_remove || str_eq(policy, "no"))
		return 0;
	return invalid(e, "can't create 'AutoRemove' container with restart policy");
}

/* "name:address" with nothing empty; the address may have colons of its own. */
static int
check_extra_hosts(char *const *hosts, struct error *e)
{
	for (; hosts && *hosts; hosts++) {
		const char *colon = strchr(*hosts, ':');

		if (!colon || colon == *hosts || !colon[1])
			return error_set(e, ERROR_INVALID, -EINVAL,
				"bad format for add-host: \"%.200s\"", *hosts);
	}
	return 0;
}

static int
check_ulimits(const struct json_list *ulimits, struct error *e)
{
	static const char *const names[] = {"core", "cpu", "data", "fsize", "locks", "memlock",
		"msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending",
		"stack", NULL};
	const struct ulimit_config *u = ulimits->items;

	for (size_t i = 0; i < ulimits->n; i++) {
		const char *name = str_or(u[i].name, "");
		size_t known = 0;

		while (names[known] && strcmp(names[known], name) != 0)
			known++;
		if (!names[known])
			return error_set(
				e, ERROR_INVALID, -EINVAL, "invalid ulimit type: %.200s", name);
		if (u[i].hard != -1 && (u[i].soft > u[i].hard || u[i].soft == -1))
			return error_set(e, ERROR_INVALID, -EINVAL,
				"ulimit soft limit must be less than or equal to hard limit: "
				"%" PRId64 " > %" PRId64,
				u[i].soft, u[i].hard);
	}
	return 0;
}

int
check_host_config(const struct host_config *host, struct error *e)
{
	int r = check_auto_remove(host, e);

	if (r == 0 && str_eq(host->network_mode, "container:"))
		r = invalid(
			e, "Invalid network mode: invalid container format container:<name|id>");
	if (r == 0)
		r = check_extra_hosts(host->extra_hosts, e);
	if (r == 0)
		r = port_check_bindings(&host->port_bindings, e);
	if (r == 0)
		r = check_restart_policy(&host->restart_policy, e);
	if (r == 0)
		r = check_ulimits(&host->resources.ulimits, e);
	if (r == 0 && host->shm_size < 0)
		r = invalid(e, "SHM size can not be less than 0");
	return r;
}

/* Resources */

static int
check_memory(const struct resources *r, struct error *e)
{
	if (r->memory != 0 && r->memory < MIN_MEMORY)
		return invalid(e, "Minimum memory limit allowed is 6MB");
	if (r->memory > 0 && r->memory_swap > 0 && r->memory_swap < r->memory)
		return invalid(e,
			"Minimum memoryswap limit should be larger than memory limit, see "
			"usage");
	if (r->memory == 0 && r->memory_swap > 0)
		return invalid(e, "You should always set the Memory limit when using Memoryswap "
				  "limit, see usage");
	if (r->memory_swappiness && (*r->memory_swappiness < -1 || *r->memory_swappiness > 100))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"invalid value: %" PRId64 ", valid memory swappiness range is 0-100",
			*r->memory_swappiness);
	if (r->memory_reservation != 0 && r->memory_reservation < MIN_MEMORY)
		return invalid(e, "Minimum memory reservation allowed is 6MB");
	if (r->memory > 0 && r->memory_reservation > 0 && r->memory < r->memory_reservation)
		return invalid(e, "Minimum memory limit can not be less than memory reservation "
				  "limit, see usage");
	return 0;
}

static int
check_cpu(const struct resources *r, int64_t cpus, struct error *e)
{
	if (r->nano_cpus > 0 && r->cpu_period > 0)
		return invalid(
			e, "Conflicting options: Nano CPUs and CPU Period cannot both be set");
	if (r->nano_cpus > 0 && r->cpu_quota > 0)
		return invalid(
			e, "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
	if (r->nano_cpus < 0 || r->nano_cpus > cpus * NANO)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"range of CPUs is from 0.01 to %" PRId64 ".00, as there are only %" PRId64
			" CPUs available",
			cpus, cpus);
	if (r->cpu_period != 0 && (r->cpu_period < 1000 || r->cpu_period > 1000000))
		return invalid(e,
			"CPU cfs period can not be less than 1ms (i.e. 1000) or larger than "
			"1s (i.e. 1000000)");
	if (r->cpu_quota > 0 && r->cpu_quota < 1000)
		return invalid(e, "CPU cfs quota can not be less than 1ms (i.e. 1000)");
	return 0;
}

int
check_resources(const struct resources *r, int64_t cpus, struct error *e)
{
	int status = check_memory(r, e);

	return status == 0 ? check_cpu(r, cpus, e) : status;
}
