#include "test.h"

#include "docker/check.h"
#include "json/read.h"

static void
assert_says(int r, struct error *e, const char *message)
{
	if (!message) {
		if (r < 0)
			test_fail(__FILE__, __LINE__, "%s", error_message(e));
		return;
	}
	ASSERT(r < 0);
	ASSERT_STR(error_message(e), message);
	ASSERT_EQ(e->kind, ERROR_INVALID);
}

/* What the checks say about a create body; NULL for nothing. */
static void
assert_create(const char *text, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct host_config none = {0};
	struct container_create_request c = {0};
	int r;

	ASSERT_OK(json_read(arena, text, strlen(text), &container_create_request_type, &c, &e));
	if (!c.host_config)
		c.host_config = &none;
	r = check_config(&c.config, &e);
	if (r == 0)
		r = check_host_config(c.host_config, &e);
	if (r == 0)
		r = check_resources(&c.host_config->resources, 2, &e);
	assert_says(r, &e, message);
}

TEST(an_empty_request_passes)
{
	assert_create("{}", NULL);
}

TEST(another_containers_network_needs_its_name)
{
	assert_create("{\"HostConfig\":{\"NetworkMode\":\"container:\"}}",
		"Invalid network mode: invalid container format container:<name|id>");
	assert_create("{\"HostConfig\":{\"NetworkMode\":\"container:x\"}}", NULL);
}

TEST(configurations)
{
	assert_create("{\"WorkingDir\":\"tmp\"}",
		"the working directory 'tmp' is invalid, it needs to be an absolute path");
	assert_create("{\"StopSignal\":\"NOPE\"}", "invalid signal: NOPE");
	assert_create("{\"StopSignal\":\"SIGRTMIN+3\"}", NULL);
	assert_create("{\"Env\":[\"A=b\",\"=x\"]}", "invalid environment variable: =x");
	assert_create("{\"Env\":[\"\"]}", "invalid environment variable: ");
	assert_create("{\"Env\":[\"ONLY\"]}", NULL);
	assert_create("{\"ExposedPorts\":{\"x\":{}}}", "invalid port specification: \"x\"");
	assert_create("{\"Healthcheck\":{\"Interval\":999999}}",
		"Interval in Healthcheck cannot be less than 1ms");
	assert_create("{\"Healthcheck\":{\"Timeout\":-1}}",
		"Timeout in Healthcheck cannot be less than 1ms");
	assert_create(
		"{\"Healthcheck\":{\"Retries\":-1}}", "Retries in Healthcheck cannot be negative");
	assert_create("{\"Healthcheck\":{\"Interval\":1000000,\"Retries\":3}}", NULL);
}

TEST(restart_policies)
{
	assert_create("{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\"}}}", NULL);
	assert_create("{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"on-failure\","
		      "\"MaximumRetryCount\":2}}}",
		NULL);
	assert_create("{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"sometimes\"}}}",
		"invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', "
		"'on-failure', or 'unless-stopped'");
	assert_create("{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\","
		      "\"MaximumRetryCount\":1}}}",
		"invalid restart policy: maximum retry count can only be used with 'on-failure'");
	assert_create(
		"{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"no\",\"MaximumRetryCount\":-1}}}",
		"invalid restart policy: maximum retry count can only be used with 'on-failure' "
		"and "
		"cannot be negative");
	assert_create("{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"on-failure\","
		      "\"MaximumRetryCount\":-1}}}",
		"invalid restart policy: maximum retry count cannot be negative");
	assert_create(
		"{\"HostConfig\":{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}}",
		"can't create 'AutoRemove' container with restart policy");
	assert_create(
		"{\"HostConfig\":{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"no\"}}}", NULL);
}

TEST(host_settings)
{
	assert_create("{\"HostConfig\":{\"ExtraHosts\":[\"a:1.2.3.4\",\"b:::1\"]}}", NULL);
	assert_create(
		"{\"HostConfig\":{\"ExtraHosts\":[\"a\"]}}", "bad format for add-host: \"a\"");
	assert_create(
		"{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":10,\"Hard\":20}]}}",
		NULL);
	assert_create("{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"core\",\"Soft\":0,\"Hard\":-1}]}}",
		NULL);
	assert_create("{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nope\",\"Soft\":1,\"Hard\":1}]}}",
		"invalid ulimit type: nope");
	assert_create(
		"{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":30,\"Hard\":20}]}}",
		"ulimit soft limit must be less than or equal to hard limit: 30 > 20");
}

TEST(memory_limits)
{
	assert_create("{\"HostConfig\":{\"Memory\":6291456,\"MemorySwap\":-1}}", NULL);
	assert_create(
		"{\"HostConfig\":{\"Memory\":6291455}}", "Minimum memory limit allowed is 6MB");
	assert_create("{\"HostConfig\":{\"Memory\":-1}}", "Minimum memory limit allowed is 6MB");
	assert_create("{\"HostConfig\":{\"Memory\":10000000,\"MemorySwap\":9000000}}",
		"Minimum memoryswap limit should be larger than memory limit, see usage");
	assert_create("{\"HostConfig\":{\"MemorySwap\":9000000}}",
		"You should always set the Memory limit when using Memoryswap limit, see usage");
	assert_create("{\"HostConfig\":{\"MemorySwappiness\":101}}",
		"invalid value: 101, valid memory swappiness range is 0-100");
	assert_create("{\"HostConfig\":{\"Memory\":10000000,\"MemoryReservation\":20000000}}",
		"Minimum memory limit can not be less than memory reservation limit, see usage");
}

TEST(processor_limits)
{
	assert_create("{\"HostConfig\":{\"NanoCpus\":2000000000}}", NULL);
	assert_create("{\"HostConfig\":{\"NanoCpus\":2500000000}}",
		"range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available");
	assert_create("{\"HostConfig\":{\"NanoCpus\":1,\"CpuPeriod\":5000}}",
		"Conflicting options: Nano CPUs and CPU Period cannot both be set");
	assert_create("{\"HostConfig\":{\"CpuPeriod\":5}}",
		"CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. "
		"1000000)");
	assert_create("{\"HostConfig\":{\"CpuQuota\":5}}",
		"CPU cfs quota can not be less than 1ms (i.e. 1000)");
}
