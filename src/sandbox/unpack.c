#include "sandbox/unpack.h"

#include "base/attr.h"
#include "base/str.h"
#include "sandbox/dev.h"
#include "sandbox/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_TIME 1767225600 /* 2026-01-01 */

static const char *const applets[] = {
#include "sandbox/applets.inc"
};

static const struct {
	const char *path;
	mode_t mode;
} directories[] = {
	{"bin", 0755},
	{"dev", 0755},
	{"dev/shm", 01777},
	{"etc", 0755},
	{"home", 0755},
	{"mnt", 0755},
	{"opt", 0755},
	{"proc", 0555},
	{"root", 0700},
	{"run", 0755},
	{"sbin", 0755},
	{"sys", 0555},
	{"tmp", 01777},
	{"usr", 0755},
	{"usr/bin", 0755},
	{"usr/sbin", 0755},
	{"usr/local", 0755},
	{"usr/local/bin", 0755},
	{"var", 0755},
	{"var/log", 0755},
	{"var/spool", 0755},
	{"var/tmp", 01777},
};

static const struct {
	const char *path;
	mode_t mode;
	const char *text;
} files[] = {
	{"etc/passwd", 0644,
		"root:x:0:0:root:/root:/bin/sh\n"
		"daemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
		"bin:x:2:2:bin:/bin:/bin/false\n"
		"sys:x:3:3:sys:/dev:/bin/false\n"
		"mail:x:8:8:mail:/var/mail:/bin/false\n"
		"www-data:x:33:33:www-data:/var/www:/bin/false\n"
		"nobody:x:65534:65534:nobody:/home:/bin/false\n"},
	{"etc/group", 0644,
		"root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nmail:x:"
		"8:\n"
		"wheel:x:10:root\nwww-data:x:33:\nusers:x:100:\nnogroup:x:65534:\n"},
	{"etc/shadow", 0640, "root:*:::::::\nnobody:*:::::::\n"},
	{"etc/shells", 0644, "/bin/sh\n/bin/ash\n"},
	{"etc/profile", 0644,
		"export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
		"export PAGER=less\numask 022\n"},
	{"etc/os-release", 0644,
		"NAME=\"Sockerless built-in "
		"userland\"\nID=sockerless\nVERSION_ID=" SOCKERLESS_VERSION
		"\nPRETTY_NAME=\"Sockerless built-in userland " SOCKERLESS_VERSION
		" (BusyBox as WebAssembly)\"\n"},
	/* The daemon mounts the container's own over these. */
	{"etc/hosts", 0644, ""},
	{"etc/hostname", 0644, ""},
	{"etc/resolv.conf", 0644, ""},
};

static int
make_directories(int root)
{
	for (size_t i = 0; i < ARRAY_LEN(directories); i++) {
		if (mkdirat(root, directories[i].path, 0755) < 0 ||
			fchmodat(root, directories[i].path, directories[i].mode, 0) < 0)
			return -errno;
	}
	return 0;
}

static int
make_file(int root, const char *path, mode_t mode, const char *data, size_t n)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, data, n) != (ssize_t)n)
		r = -EIO;
	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int
make_files(int root)
{
	int r = make_file(root, "bin/busybox", 0755, PROGRAM_MARKER, sizeof(PROGRAM_MARKER) - 1);

	for (size_t i = 0; i < ARRAY_LEN(files) && r == 0; i++)
		r = make_file(
			root, files[i].path, files[i].mode, files[i].text, strlen(files[i].text));
	return r;
}

/* An applet's directory may be one that nothing else needs. */
static int
make_parent(int root, const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	if (!slash)
		return 0;
	if (str_format(parent, sizeof(parent), "%.*s", (int)(slash - path), path) < 0)
		return -ENAMETOOLONG;
	return mkdirat(root, parent, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/* Hard links: they are cloned faster than symlinks, and found with one call. */
static int
make_links(int root)
{
	for (size_t i = 0; i < ARRAY_LEN(applets); i++) {
		const char *path = applets[i] + 1; /* without the leading slash */
		int r = make_parent(root, path);

		if (r < 0)
			return r;
		if (linkat(root, "bin/busybox", root, path, 0) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static const struct timespec times[2] = {{TREE_TIME, 0}, {TREE_TIME, 0}};

/* Parents after their children, as making an entry changes its parent's time. */
static int
set_times(int root)
{
	int r = utimensat(root, "bin/busybox", times, 0);

	for (size_t i = 0; i < ARRAY_LEN(applets) && r == 0; i++)
		r = utimensat(root, applets[i] + 1, times, AT_SYMLINK_NOFOLLOW);
	for (size_t i = 0; i < ARRAY_LEN(files) && r == 0; i++)
		r = utimensat(root, files[i].path, times, 0);
	for (size_t i = ARRAY_LEN(directories); i-- > 0 && r == 0;)
		r = utimensat(root, directories[i].path, times, 0);
	if (r == 0)
		r = futimens(root, times);
	return r < 0 ? -errno : 0;
}

int
unpack_userland(const char *dir, struct error *e)
{
	int root, r;

	if (mkdir(dir, 0755) < 0)
		return error_errno(e, -errno, "cannot make %s", dir);
	root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_errno(e, -errno, "cannot open %s", dir);
	r = make_directories(root);
	if (r == 0)
		r = make_files(root);
	if (r == 0)
		r = make_links(root);
	/* What every sandbox mounts its devices on: it finds them instead of making them at each start. */
	if (r == 0)
		r = dev_unpack(root, times);
	if (r == 0)
		r = set_times(root);
	close(root);
	return r < 0 ? error_errno(e, r, "cannot unpack to %s", dir) : 0;
}
