/* What is left to a process that has escaped everything else. Each test locks a child of its own. */
#include "base/attr.h"
#include "base/error.h"
#include "base/scope.h"
#include "base/str.h"
#include "rootfs/mount.h"
#include "sandbox/host.h"
#include "sandbox/lockdown.h"
#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char root[] = "/tmp/lockdown-XXXXXX";
static char writable[64], readonly[64];

static void
make_mounts(void)
{
	scoped_error e = {0};

	ASSERT(mkdtemp(root) != NULL);
	str_format(writable, sizeof writable, "%s/root", root);
	str_format(readonly, sizeof readonly, "%s/ro", root);
	ASSERT_EQ(mkdir(writable, 0755), 0);
	ASSERT_EQ(mkdir(readonly, 0755), 0);
	container.mounts = mount_table_new();
	ASSERT_OK(mount_add(container.mounts, "/", writable, "root", 0, &e));
	ASSERT_OK(mount_add(container.mounts, "/ro", readonly, "bind", MOUNT_READONLY, &e));
}

static void
remove_mounts(void)
{
	char command[128];

	str_format(command, sizeof command, "rm -rf %s", root);
	ASSERT_EQ(system(command), 0);
}

static bool
has(char **list, const char *prefix)
{
	for (; *list; list++)
		if (str_starts(*list, prefix))
			return true;
	return false;
}

/* In a locked child; it tells by its exit status. 77: the kernel does not have the wall. */
static int
locked(const char *needs, int (*fn)(void))
{
	pid_t pid;
	int status;

	make_mounts();
	pid = fork();
	if (pid == 0) {
		char **walls = lockdown();

		_exit(has(walls, needs) ? fn() : 77);
	}
	waitpid(pid, &status, 0);
	remove_mounts();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define ASSERT_LOCKED(needs, fn)                                   \
	do {                                                       \
		int status_ = locked(needs, fn);                   \
		if (status_ == 77)                                 \
			test_skip("this kernel has no %s", needs); \
		ASSERT_EQ(status_, 0);                             \
	} while (0)

/* The number of the first refusal that did not come. */
#define MUST_FAIL(n, call, error)                     \
	do {                                          \
		errno = 0;                            \
		if ((call) != -1 || errno != (error)) \
			return n;                     \
	} while (0)

static int
try_system_calls(void)
{
	char name[] = "true", *argv[] = {name, NULL};

	MUST_FAIL(1, execv("/bin/true", argv), ENOSYS);
	MUST_FAIL(2, ptrace(PTRACE_TRACEME, 0, NULL, NULL), ENOSYS);
	MUST_FAIL(3, unshare(CLONE_NEWUSER), ENOSYS);
	MUST_FAIL(4, (int)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0), EPERM);
	MUST_FAIL(5, socket(AF_INET, SOCK_STREAM, 0), EPERM);
	MUST_FAIL(6, socket(AF_NETLINK, SOCK_RAW, 0), EPERM);
	MUST_FAIL(7, prctl(PR_SET_DUMPABLE, 1), EPERM);
	MUST_FAIL(8, (int)syscall(SYS_bpf, 0, 0, 0), ENOSYS);
	MUST_FAIL(9, (int)syscall(SYS_io_uring_setup, 1, 0), ENOSYS);
	MUST_FAIL(10, (int)syscall(SYS_process_vm_readv, 1, 0, 0, 0, 0, 0), ENOSYS);
	MUST_FAIL(11, ioctl(0, TIOCSTI, "x"), EPERM);
	MUST_FAIL(12, (int)syscall(SYS_mount, 0, 0, 0, 0, 0), ENOSYS);
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
		MAP_FAILED)
		return 13;
	return 0;
}

TEST(lockdown_system_calls)
{
	ASSERT_LOCKED("seccomp=", try_system_calls);
}

static int
try_what_is_needed(void)
{
	int ends[2], status;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	if (page == MAP_FAILED || mprotect(page, 4096, PROT_NONE) != 0)
		return 1;
	if (pipe(ends) != 0 || write(ends[1], "x", 1) != 1)
		return 2;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return 3;
	pid = fork();
	if (pid == 0)
		_exit(9);
	if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 9)
		return 4;
	return 0;
}

TEST(lockdown_leaves_what_is_needed)
{
	ASSERT_LOCKED("seccomp=", try_what_is_needed);
}

static int
try_files(void)
{
	char path[96];
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		return 1;
	MUST_FAIL(2, open("/etc/passwd", O_RDONLY), EACCES);
	MUST_FAIL(3, open("/", O_RDONLY | O_DIRECTORY), EACCES);
	str_format(path, sizeof path, "%s/escape", root);
	MUST_FAIL(5, open(path, O_CREAT | O_WRONLY, 0600), EACCES);
	str_format(path, sizeof path, "%s/new", readonly);
	MUST_FAIL(6, open(path, O_CREAT | O_WRONLY, 0600), EACCES);
	str_format(path, sizeof path, "%s/new", writable);
	fd = open(path, O_CREAT | O_RDWR, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || unlink(path) != 0)
		return 7;
	return 0;
}

TEST(lockdown_files)
{
	ASSERT_LOCKED("landlock=", try_files);
}

static int
try_signals(void)
{
	pid_t child = fork();

	if (child == 0) {
		pause();
		_exit(0);
	}
	MUST_FAIL(1, kill(getppid(), 0), EPERM);
	if (kill(child, SIGKILL) != 0)
		return 2;
	return waitpid(child, NULL, 0) == child ? 0 : 3;
}

/* The sixth version has it. */
TEST(lockdown_signals)
{
	int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	if (abi < 6)
		test_skip("this kernel's Landlock has version %d, signals need 6", abi);
	ASSERT_LOCKED("landlock=", try_signals);
}

TEST(lockdown_can_be_left_out)
{
	char **walls;

	setenv(LOCKDOWN_VARIABLE, "off", 1);
	walls = lockdown();
	ASSERT_STR(walls[0], "lockdown=off");
	strv_free(walls);
}
