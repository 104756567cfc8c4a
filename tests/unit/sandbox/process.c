#include "sandbox/process.h"
#include "base/attr.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct process *
born(bool first, pid_t host)
{
	struct process *p = process_claim(first);

	ASSERT(p != NULL);
	p->group = p->session = p->number;
	p->host_group = p->host_session = host;
	process_born(p, host);
	return p;
}

TEST(process_numbers_follow_each_other)
{
	struct process *one, *two, *three;

	process_setup();
	one = born(true, 1001);
	two = born(false, 1002);
	three = born(false, 1003);
	ASSERT_EQ(one->pid, 1);
	ASSERT_EQ(two->pid, 2);
	ASSERT_EQ(three->pid, 3);
	process_release(two);
	ASSERT_EQ(born(false, 1004)->pid, 4);
	ASSERT_EQ(process_count(), 3);
}

TEST(process_numbers_translate)
{
	struct process *p;

	process_setup();
	born(true, 1001);
	p = born(false, 1002);
	p->group = 1;
	p->host_group = 1001;
	ASSERT_EQ(process_guest_pid(1002), 2);
	ASSERT_EQ(process_guest_pid(999), 0);
	ASSERT_EQ(process_guest_pid(0), 0);
	ASSERT_EQ(process_guest_group(1001), 1);
	ASSERT_EQ(process_guest_session(1002), 2);
	ASSERT_EQ(process_host_group(1), 1001);
	ASSERT_EQ(process_host_group(7), -ESRCH);
	ASSERT_EQ(process_guest_parent(p, 1001), 1);
	ASSERT_EQ(process_guest_parent(p, 55), 1);
	p->run = 2;
	ASSERT_EQ(process_guest_parent(p, 55), 0);
}

/* A group outlives its founder: its number is not given to anyone else meanwhile. */
TEST(process_numbers_in_use_as_groups_are_not_given_out)
{
	struct process *founder, *member;

	process_setup();
	born(true, 1001);
	founder = born(false, 1002);
	member = born(false, 1003);
	member->group = founder->pid;
	process_release(founder);
	for (int i = 4; i <= GUEST_PID_MAX; i++)
		process_release(born(false, 2000));
	ASSERT_EQ(born(false, 1004)->pid, 4);
}

TEST(process_unborn_are_not_found)
{
	struct process *p;

	process_setup();
	p = process_claim(true);
	ASSERT(p->pid < 0);
	ASSERT(process_find(1) == NULL);
	ASSERT(process_find(-getpid()) == NULL);
	process_born(p, 1001);
	ASSERT(process_find(1) == p);
}

TEST(process_limits)
{
	process_setup();
	process_limit_count(2);
	ASSERT(process_claim(true) != NULL);
	ASSERT(process_claim(false) != NULL);
	ASSERT(process_claim(false) == NULL);
	process_limit_count(0);
	for (int i = 2; i < PROCESS_MAX; i++)
		ASSERT(process_claim(false) != NULL);
	ASSERT(process_claim(false) == NULL);
}

TEST(process_claims_of_the_dead_are_void)
{
	pid_t pid;

	process_setup();
	process_limit_count(1);
	pid = fork();
	if (pid == 0) {
		process_claim(true);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	ASSERT(process_claim(true) != NULL);
}

/* Several processes claim and release at once: no slot is ever two's. */
TEST(process_claims_race)
{
	enum { RACERS = 4, ROUNDS = 5000 };
	pid_t racers[RACERS];
	int status;

	process_setup();
	for (int i = 0; i < RACERS; i++) {
		racers[i] = fork();
		if (racers[i] != 0)
			continue;
		for (int n = 0; n < ROUNDS; n++) {
			struct process *p = process_claim(false);

			process_born(p, getpid());
			if (p->host_pid != getpid() || process_find(p->number) != p)
				_exit(1);
			process_release(p);
		}
		_exit(0);
	}
	for (int i = 0; i < RACERS; i++) {
		waitpid(racers[i], &status, 0);
		ASSERT_EQ(status, 0);
	}
	ASSERT(process_count() <= RACERS);
}

TEST(process_memory_is_the_sum)
{
	process_setup();
	born(true, 1001)->memory = 100;
	born(false, 1002)->memory = 23;
	ASSERT_EQ(process_memory_charged(), 123);
	process_limit_memory(1000);
	ASSERT_EQ(process_memory_limit(), 1000);
}
