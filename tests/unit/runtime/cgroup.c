/* Plain files stand for the kernel's: where a group is looked for, and what is written to it. */
#include "runtime/cgroup.h"

#include "base/alloc.h"
#include "base/str.h"
#include "scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cgroup_source source = {"cgroup", "mountinfo"};

static void
describe(const char *memberships, const char *top, const char *type, const char *options)
{
	scoped_free char *here = getcwd(NULL, 0);
	scoped_free char *mount = xasprintf(
		"22 18 0:20 / /proc rw - proc proc rw\n"
		"30 24 0:26 %s %s/fs rw,nosuid shared:4 - %s cgroup %s\n",
		top, here, type, options);

	make_file("cgroup", memberships);
	make_file("mountinfo", mount);
}

static void
expect_none(const char *reason)
{
	scoped_error e = {0};
	struct cgroup_place *place = NULL;

	ASSERT_EQ(cgroup_find("owner", &source, &place, &e), -ENOENT);
	ASSERT(place == NULL);
	if (!strstr(error_message(&e), reason))
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
}

TEST(no_place_without_a_cpu_controller)
{
	scratch_enter();
	make_dir("fs/our");
	describe("3:memory:/our\n0::/our\n", "/", "cgroup2", "rw");
	make_file("fs/cgroup.controllers", "memory pids\n");
	make_file("fs/our/cgroup.controllers", "memory pids\n");
	make_file("fs/our/cgroup.subtree_control", "");
	expect_none("no cgroup with the controller cpu");
}

TEST(no_place_in_a_hierarchy_mounted_elsewhere)
{
	scratch_enter();
	make_dir("fs/our");
	make_file("fs/our/cgroup.procs", "");
	describe("5:cpu,cpuacct:/our\n", "/another", "cgroup", "rw,cpu,cpuacct");
	expect_none("no cgroup with the controller cpu");
}

/* cpuset is another controller than cpu, and a name is one word of several. */
TEST(no_place_for_a_controller_of_similar_name)
{
	scratch_enter();
	make_file("fs/our/cgroup.procs", "");
	describe("5:cpuset:/our\n", "/", "cgroup", "rw,cpuset");
	expect_none("no cgroup with the controller cpu");
}

/* The kernel would make the files of a new group, which here do not appear: the place is found and tried, and refused. */
TEST(what_a_place_promises_is_tried)
{
	scratch_enter();
	make_file("fs/docker/1/cgroup.procs", "");
	describe("5:cpu,cpuacct:/docker/1\n", "/docker", "cgroup", "rw,cpu,cpuacct");
	rename("fs/docker/1", "fs/1");
	expect_none("cannot limit the processor time of");
	ASSERT_EQ(unlink("fs/1/cgroup.procs"), 0);
	ASSERT_EQ(rmdir("fs/1"), 0); /* nothing is left of the trial */
}

static void
make_group(struct cgroup_place *place, int version)
{
	*place = (struct cgroup_place){
		.version = version, .dir = (char *)"fs", .owner = (char *)"o", .run = "run1"};
	make_file("fs/o-run1-name/cgroup.procs", "");
}

static void
expect_text(const char *path, const char *wanted)
{
	scoped_free char *text = read_text(path);

	ASSERT_STR(text, wanted);
}

TEST(limits_of_a_v2_group)
{
	struct cpu_limits limits = {.quota = 30000, .period = 50000, .shares = 2};
	struct cgroup_place place;
	scoped_error e = {0};

	scratch_enter();
	make_group(&place, 2);
	make_file("fs/o-run1-name/cpu.max", "");
	make_file("fs/o-run1-name/cpu.weight", "");
	ASSERT_OK(cgroup_set(&place, "name", &limits, &e));
	expect_text("fs/o-run1-name/cpu.max", "30000 50000");
	expect_text("fs/o-run1-name/cpu.weight", "1");
	ASSERT_OK(cgroup_attach(&place, "name", 4321, &e));
	expect_text("fs/o-run1-name/cgroup.procs", "4321");
}

TEST(no_limits_of_a_v2_group)
{
	struct cpu_limits none = {0};
	struct cgroup_place place;
	scoped_error e = {0};

	scratch_enter();
	make_group(&place, 2);
	make_file("fs/o-run1-name/cpu.max", "");
	make_file("fs/o-run1-name/cpu.weight", "");
	ASSERT_OK(cgroup_set(&place, "name", &none, &e));
	expect_text("fs/o-run1-name/cpu.max", "max 100000");
	expect_text("fs/o-run1-name/cpu.weight", "100");
}

TEST(limits_of_a_v1_group)
{
	struct cpu_limits limits = {.quota = 30000, .shares = 512};
	struct cgroup_place place;
	scoped_error e = {0};

	scratch_enter();
	make_group(&place, 1);
	make_file("fs/o-run1-name/cpu.cfs_quota_us", "");
	make_file("fs/o-run1-name/cpu.cfs_period_us", "");
	make_file("fs/o-run1-name/cpu.shares", "");
	ASSERT_OK(cgroup_set(&place, "name", &limits, &e));
	expect_text("fs/o-run1-name/cpu.cfs_quota_us", "30000");
	expect_text("fs/o-run1-name/cpu.cfs_period_us", "100000");
	expect_text("fs/o-run1-name/cpu.shares", "512");
}

/* Another owner's groups and this run's stay. */
TEST(a_sweep_takes_what_earlier_runs_left)
{
	struct cgroup_place place;

	scratch_enter();
	make_group(&place, 1);
	make_dir("fs/o-run0-name");
	make_dir("fs/o-run0-other");
	make_dir("fs/p-run0-name");
	make_dir("fs/our");
	ASSERT_EQ(cgroup_sweep(&place), 0);
	ASSERT(!exists("fs/o-run0-name"));
	ASSERT(!exists("fs/o-run0-other"));
	ASSERT(exists("fs/p-run0-name"));
	ASSERT(exists("fs/o-run1-name"));
	ASSERT(exists("fs/our"));
}

/* Where the kernel lets us: in it the group is real. */
TEST(a_group_holds_a_process)
{
	struct cpu_limits limits = {.quota = 50000, .period = 100000};
	scoped(cgroup_place) *place = NULL;
	scoped_free char *name = xasprintf("sockerless-test-%ld", (long)getpid());
	scoped_error e = {0};

	if (cgroup_find(name, NULL, &place, &e) < 0)
		SKIP("%s", error_message(&e));
	ASSERT_OK(cgroup_set(place, "held", &limits, &e));
	ASSERT_EQ(cgroup_attach(place, "held", 0x3fffffff, &e), -ESRCH);
	ASSERT_OK(cgroup_remove(place, "held", &e));
	ASSERT_OK(cgroup_remove(place, "held", &e));
}
