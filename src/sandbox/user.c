#include "sandbox/user.h"

#include "base/buf.h"
#include "base/scope.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (1u << 20)
#define ID_MAX INT32_MAX
#define FIELDS 7

/* A missing file is as good as an empty one; only plain files are read. */
static void
read_file(const char *path, struct buf *out)
{
	scoped_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	struct stat st;
	ssize_t n;
	char *at;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	while ((at = buf_reserve(out, 4096)) && (n = read(fd, at, 4096)) > 0)
		buf_commit(out, (size_t)n);
}

/* Cuts the next line off *text into at most FIELDS fields at colons; missing ones are "". False at the end. */
static bool
next_line(char **text, char *fields[FIELDS])
{
	char *line = *text, *end = strchr(line, '\n');

	if (!*line)
		return false;
	*text = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	for (int i = 0; i < FIELDS; i++) {
		char *colon = i < FIELDS - 1 ? strchr(line, ':') : NULL;

		fields[i] = line;
		if (colon)
			*colon = '\0';
		line = colon ? colon + 1 : line + strlen(line);
	}
	return true;
}

static bool
parse_id(const char *s, uint32_t *ret)
{
	int n;

	if (str_to_int(s, 0, ID_MAX, &n) != 0)
		return false;
	*ret = (uint32_t)n;
	return true;
}

/* Does `wanted`, a name or a number, mean the entry of this name and number? */
static bool
matches(const char *wanted, const char *name, const char *id)
{
	uint32_t a, b;

	return str_eq(wanted, name) || (parse_id(wanted, &a) && parse_id(id, &b) && a == b);
}

/* /etc/passwd: name:password:uid:gid:comment:home:shell. 1 if found, and its name in *ret_name. */
static int
find_user(char *passwd, const char *wanted, struct user *ret, const char **ret_name)
{
	char *f[FIELDS];

	while (next_line(&passwd, f)) {
		if (!matches(wanted, f[0], f[2]) || !parse_id(f[2], &ret->identity.uid) ||
			!parse_id(f[3], &ret->identity.gid))
			continue;
		if (*f[5])
			str_format(ret->home, sizeof ret->home, "%s", f[5]);
		*ret_name = f[0];
		return 1;
	}
	return 0;
}

/* /etc/group: name:password:gid:member,member. */
static int
find_group(char *group, const char *wanted, uint32_t *ret)
{
	char *f[FIELDS];

	while (next_line(&group, f))
		if (matches(wanted, f[0], f[2]) && parse_id(f[2], ret))
			return 1;
	return 0;
}

static void
add_groups_of(char *group, const char *name, struct identity *id)
{
	char *f[FIELDS];

	while (next_line(&group, f)) {
		scoped_strv members = strv_split(f[3], ',');
		uint32_t gid;

		if (strv_has(members, name) && parse_id(f[2], &gid) &&
			id->n_groups < IDENTITY_GROUPS_MAX)
			id->groups[id->n_groups++] = gid;
	}
}

static int
pick_group(char *groups, const char *wanted, struct identity *id, struct error *e)
{
	if (find_group(groups, wanted, &id->gid) || parse_id(wanted, &id->gid))
		return 0;
	return error_set(e, ERROR_INVALID, -EINVAL,
		"unable to find group %s: no matching entries in group file", wanted);
}

int
user_find(const char *spec, struct user *ret, struct error *e)
{
	scoped_buf passwd, groups;
	scoped_strv parts = strv_split(spec, ':');
	const char *user = parts[0] ? parts[0] : "", *name = NULL;
	const char *group = parts[0] && parts[1] ? parts[1] : "";

	*ret = (struct user){.home = "/"};
	buf_init(&passwd, FILE_MAX);
	buf_init(&groups, FILE_MAX);
	read_file("/etc/passwd", &passwd);
	read_file("/etc/group", &groups);
	if (!find_user(passwd.data, *user ? user : "0", ret, &name) && *user &&
		!parse_id(user, &ret->identity.uid))
		return error_set(e, ERROR_INVALID, -EINVAL,
			"unable to find user %s: no matching entries in passwd file", user);
	if (*group)
		return pick_group(groups.data, group, &ret->identity, e);
	if (name)
		add_groups_of(groups.data, name, &ret->identity);
	return 0;
}
