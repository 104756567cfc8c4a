#include "scratch.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/scope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char scratch[PATH_MAX];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
scratch_leave(void)
{
	if (chdir("/") == 0)
		nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
scratch_enter(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(scratch, sizeof scratch, "%s/sockerless-rootfs-XXXXXX", base ? base : "/tmp");
	ASSERT(mkdtemp(scratch));
	ASSERT_EQ(chdir(scratch), 0);
	umask(022);
	atexit(scratch_leave);
}

static void
make_parents(const char *path)
{
	scoped_free char *copy = xstrdup(path);

	for (char *p = strchr(copy + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		ASSERT(mkdir(copy, 0755) == 0 || errno == EEXIST);
		*p = '/';
	}
}

void
make_dir(const char *path)
{
	make_parents(path);
	ASSERT(mkdir(path, 0755) == 0 || errno == EEXIST);
}

void
make_file(const char *path, const char *text)
{
	FILE *f;

	make_parents(path);
	f = fopen(path, "we");
	ASSERT(f);
	ASSERT(fputs(text, f) >= 0);
	ASSERT_EQ(fclose(f), 0);
}

void
make_link(const char *path, const char *target)
{
	make_parents(path);
	ASSERT_EQ(symlink(target, path), 0);
}

char *
read_text(const char *path)
{
	char *text = xcalloc(1, 65536);
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		test_fail(__FILE__, __LINE__, "%s: %s", path, strerror(errno));
	n = fread(text, 1, 65535, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

mode_t
mode_of(const char *path)
{
	struct stat st;

	ASSERT_EQ(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

struct mount_table *
table_with_root(void)
{
	struct mount_table *t = mount_table_new();

	make_dir("root");
	mount_ok(t, "/", "root", 0);
	return t;
}

void
mount_ok(struct mount_table *t, const char *guest, const char *host, unsigned flags)
{
	scoped_error e = {0};

	if (mount_add(t, guest, host, mount_count(t) ? "bind" : "root", flags, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s", error_message(&e));
}

static void
describe(struct buf *out, const char *path)
{
	char target[PATH_MAX] = "";
	struct stat st;

	ASSERT_EQ(lstat(path, &st), 0);
	buf_printf(out, "%o %s", st.st_mode, path);
	if (S_ISLNK(st.st_mode)) {
		ASSERT(readlink(path, target, sizeof target - 1) >= 0);
		buf_printf(out, " -> %s", target);
	} else if (S_ISREG(st.st_mode) && st.st_size < 4096) {
		scoped_free char *text = read_text(path);

		buf_printf(out, ": %s", text);
	}
	buf_putc(out, '\n');
}

static void
collect(struct buf *out, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	ASSERT(n >= 0);
	for (int i = 0; i < n; i++) {
		scoped_free char *child = xasprintf("%s/%s", path, names[i]->d_name);

		if (strcmp(names[i]->d_name, ".") != 0 && strcmp(names[i]->d_name, "..") != 0) {
			describe(out, child);
			if (names[i]->d_type == DT_DIR)
				collect(out, child);
		}
		free(names[i]);
	}
	free(names);
}

char *
snapshot(const char *path)
{
	scoped_buf out;

	buf_init(&out, 1 << 20);
	collect(&out, path);
	ASSERT(!out.full);
	return buf_take(&out);
}
