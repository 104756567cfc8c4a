#include "runtime/cgroup.h"

#include "base/alloc.h"
#include "base/id.h"
#include "base/str.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 4096

static const struct cgroup_source kernel = {"/proc/self/cgroup", "/proc/self/mountinfo"};

/* "cpu" in "cpu,cpuacct" or in "cpuset cpu io": a word between separators. */
static bool
has_word(const char *list, const char *word, const char *separators)
{
	size_t n = strlen(word);

	for (const char *at = list; *at; at += strspn(at, separators)) {
		size_t length = strcspn(at, separators);

		if (length == n && memcmp(at, word, n) == 0)
			return true;
		at += length;
	}
	return false;
}

/* The first line of a file; false if there is none. */
static bool
first_line(const char *path, char out[LINE_SIZE])
{
	FILE *f = fopen(path, "re");
	bool found = f && fgets(out, LINE_SIZE, f);

	if (f)
		fclose(f);
	return found;
}

/* Our group's path in one hierarchy, of a line "ID:CONTROLLERS:PATH"; v2 is "0::PATH". */
static bool
own_path(const struct cgroup_source *source, int version, char out[PATH_MAX])
{
	FILE *f = fopen(source->memberships, "re");
	char line[LINE_SIZE];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		char *controllers = strchr(line, ':');
		char *path = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		path[strcspn(path, "\n")] = '\0';
		found = version == 2 ? str_starts(line, "0:") && controllers[1] == '\0'
				     : has_word(controllers + 1, "cpu", ",");
		if (found && str_format(out, PATH_MAX, "%s", path) < 0)
			found = false;
	}
	if (f)
		fclose(f);
	return found;
}

/* Where that hierarchy is mounted, and which of its groups is the mount's top. */
static bool
mount_of(const struct cgroup_source *source, int version, char top[LINE_SIZE], char dir[LINE_SIZE])
{
	FILE *f = fopen(source->mounts, "re");
	char line[LINE_SIZE], type[64], options[LINE_SIZE];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		const char *rest = strstr(line, " - ");

		if (!rest || sscanf(rest, " - %63s %*s %4095s", type, options) != 2 ||
			sscanf(line, "%*s %*s %*s %4095s %4095s", top, dir) != 2)
			continue;
		found = version == 2 ? str_eq(type, "cgroup2")
				     : str_eq(type, "cgroup") && has_word(options, "cpu", ",");
	}
	if (f)
		fclose(f);
	return found;
}

/* The host directory of our own group, and the mount's. */
static int
own_group(const struct cgroup_source *source, int version, char own[PATH_MAX], char mount[PATH_MAX])
{
	char path[PATH_MAX], top[LINE_SIZE], dir[LINE_SIZE];
	const char *below = path;
	int r;

	if (!own_path(source, version, path) || !mount_of(source, version, top, dir))
		return -ENOENT;
	/* In a container without a cgroup namespace the mount begins at the container's group. */
	if (!str_eq(top, "/")) {
		if (!str_starts(path, top))
			return -ENOENT;
		below += strlen(top);
	}
	r = str_format(mount, PATH_MAX, "%s", dir);
	if (r < 0)
		return r;
	return str_format(own, PATH_MAX, "%s%s", dir, str_eq(below, "/") ? "" : below);
}

static bool
writable(const char *dir, const char *file)
{
	char path[PATH_MAX];

	return str_format(path, sizeof(path), "%s/%s", dir, file) == 0 && access(path, W_OK) == 0;
}

static int
write_line(const char *dir, const char *file, const char *text)
{
	scoped_free char *path = xasprintf("%s/%s", dir, file);

	return cgroup_write(path, text);
}

static bool
offers_cpu(const char *dir, const char *file)
{
	scoped_free char *path = xasprintf("%s/%s", dir, file);
	char line[LINE_SIZE];

	return first_line(path, line) && has_word(line, "cpu", " \n");
}

static bool
is_alone(const char *dir)
{
	scoped_free char *path = xasprintf("%s/cgroup.procs", dir);
	FILE *f = fopen(path, "re");
	long pid;
	int others = 0, n = 0;

	while (f && fscanf(f, "%ld", &pid) == 1) {
		n++;
		others += pid != (long)getpid();
	}
	if (f)
		fclose(f);
	return n == 1 && others == 0;
}

/* Gives our process a group of its own below `dir`, so that dir may have controllers for its children. */
static int
step_down(const struct cgroup_place *place, const char *dir)
{
	scoped_free char *own = xasprintf("%s/%s-%s-daemon", dir, place->owner, place->run);
	char pid[32];
	int r;

	if (mkdir(own, 0755) < 0)
		return -errno;
	str_format(pid, sizeof(pid), "%ld", (long)getpid());
	r = write_line(own, "cgroup.procs", pid);
	if (r < 0)
		rmdir(own);
	return r;
}

static bool
enable_v2(const char *dir)
{
	return offers_cpu(dir, "cgroup.subtree_control") ||
	       write_line(dir, "cgroup.subtree_control", "+cpu") == 0;
}

static bool
find_v2(struct cgroup_place *place, const struct cgroup_source *source)
{
	char own[PATH_MAX], mount[PATH_MAX];

	place->version = 2;
	if (own_group(source, 2, own, mount) < 0)
		return false;
	if (offers_cpu(own, "cgroup.controllers") && writable(own, "cgroup.subtree_control") &&
		is_alone(own) && step_down(place, own) == 0 && enable_v2(own)) {
		place->dir = xstrdup(own);
		return true;
	}
	if (geteuid() != 0 || !offers_cpu(mount, "cgroup.controllers") || !enable_v2(mount))
		return false;
	place->dir = xstrdup(mount);
	return true;
}

static bool
find_v1(struct cgroup_place *place, const struct cgroup_source *source)
{
	char own[PATH_MAX], mount[PATH_MAX];

	place->version = 1;
	if (own_group(source, 1, own, mount) < 0 || access(own, W_OK) < 0 ||
		!writable(own, "cgroup.procs"))
		return false;
	place->dir = xstrdup(own);
	return true;
}

/* What the directory promises is tried once. */
static int
try_out(const struct cgroup_place *place, struct error *e)
{
	static const struct cpu_limits half = {.quota = 50000, .period = 100000};
	scoped_error ignored = {0};
	int r = cgroup_set(place, "probe", &half, e);

	(void)cgroup_remove(place, "probe", &ignored);
	return r;
}

int
cgroup_find(const char *owner, const struct cgroup_source *source, struct cgroup_place **ret,
	struct error *e)
{
	scoped(cgroup_place) *place = NEW(cgroup_place);
	char id[ID_SIZE];

	id_generate(id);
	str_format(place->run, sizeof(place->run), "%.8s", id);
	place->owner = xstrdup(owner);
	if (!source)
		source = &kernel;
	if (!find_v2(place, source) && !find_v1(place, source))
		return error_set(e, ERROR_UNAVAILABLE, -ENOENT,
			"no cgroup with the controller cpu is delegated to this process");
	if (try_out(place, e) < 0)
		return -ENOENT;
	*ret = take_ptr(place);
	return 0;
}

void
cgroup_place_free(struct cgroup_place *place)
{
	free(place->dir);
	free(place->owner);
	free(place);
}
