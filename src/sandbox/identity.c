#include "sandbox/identity.h"

#include "base/buf.h"
#include "rootfs/owner.h"
#include "sandbox/files.h"
#include "sandbox/host.h"
#include "sandbox/process.h"
#include "sandbox/syscall.h"

#include <string.h>
#include <sys/syscall.h>

enum { REAL, EFFECTIVE, SAVED, IDS };

static uint32_t uids[IDS], gids[IDS];
static uint32_t groups[IDENTITY_GROUPS_MAX];
static int n_groups;

#define UNCHANGED UINT32_MAX

bool
identity_is_root(void)
{
	return uids[EFFECTIVE] == 0;
}

uint32_t
identity_uid(void)
{
	return uids[EFFECTIVE];
}

uint32_t
identity_gid(void)
{
	return gids[EFFECTIVE];
}

int
identity_access(const struct stat *st, int mode)
{
	return owner_access(st, uids[EFFECTIVE], gids[EFFECTIVE], groups, n_groups, mode);
}

int
identity_access_real(const struct stat *st, int mode)
{
	return owner_access(st, uids[REAL], gids[REAL], groups, n_groups, mode);
}

bool
identity_owns(const struct stat *st)
{
	return identity_is_root() || st->st_uid == uids[EFFECTIVE];
}

bool
identity_in_group(uint32_t gid)
{
	if (gid == gids[EFFECTIVE])
		return true;
	for (int i = 0; i < n_groups; i++)
		if (groups[i] == gid)
			return true;
	return false;
}

static void
publish(void)
{
	if (process_self)
		process_self->uid = uids[EFFECTIVE];
}

void
identity_become(const struct identity *id)
{
	for (int i = 0; i < IDS; i++) {
		uids[i] = id->uid;
		gids[i] = id->gid;
	}
	n_groups = id->n_groups;
	memcpy(groups, id->groups, sizeof(groups));
	publish();
}

void
identity_describe(struct buf *out)
{
	buf_printf(out, "Uid:\t%u\t%u\t%u\t%u\n", uids[REAL], uids[EFFECTIVE], uids[SAVED],
		uids[EFFECTIVE]);
	buf_printf(out, "Gid:\t%u\t%u\t%u\t%u\n", gids[REAL], gids[EFFECTIVE], gids[SAVED],
		gids[EFFECTIVE]);
	buf_puts(out, "Groups:\t");
	for (int i = 0; i < n_groups; i++)
		buf_printf(out, "%u ", groups[i]);
	buf_putc(out, '\n');
}

/* ---- the calls; every set… is a setres… with its own idea of what the other ids become ---- */

static bool
one_of(uint32_t id, const uint32_t *ids)
{
	return id == UNCHANGED || id == ids[REAL] || id == ids[EFFECTIVE] || id == ids[SAVED];
}

static int64_t
set_ids(uint32_t *ids, uint32_t real, uint32_t effective, uint32_t saved)
{
	if (!identity_is_root() &&
		(!one_of(real, ids) || !one_of(effective, ids) || !one_of(saved, ids)))
		return -EPERM;
	if (real != UNCHANGED)
		ids[REAL] = real;
	if (effective != UNCHANGED)
		ids[EFFECTIVE] = effective;
	if (saved != UNCHANGED)
		ids[SAVED] = saved;
	publish();
	return 0;
}

static int64_t
set_id(uint32_t *ids, uint32_t id)
{
	if (id == UNCHANGED)
		return -EINVAL;
	return identity_is_root() ? set_ids(ids, id, id, id)
				  : set_ids(ids, UNCHANGED, id, UNCHANGED);
}

/* The saved id follows the effective one when the real id is set, or the effective one to something else than the real. */
static int64_t
set_real_effective(uint32_t *ids, uint32_t real, uint32_t effective)
{
	bool saves = real != UNCHANGED || (effective != UNCHANGED && effective != ids[REAL]);
	int64_t r;

	if (!identity_is_root() && real != UNCHANGED && real != ids[REAL] && real != ids[EFFECTIVE])
		return -EPERM;
	r = set_ids(ids, real, effective, UNCHANGED);
	if (r == 0 && saves)
		ids[SAVED] = ids[EFFECTIVE];
	return r;
}

static int64_t
get_ids(const uint32_t *ids, const uint64_t *a)
{
	for (int i = 0; i < IDS; i++) {
		uint32_t *out = guest_ptr(a[i]);

		if (!out)
			return -EFAULT;
		*out = ids[i];
	}
	return 0;
}

/* setfsuid only answers the old value: no call of ours looks at file system ids. */
static int64_t
call_setfsuid(const uint64_t *a UNUSED)
{
	return uids[EFFECTIVE];
}

static int64_t
call_setfsgid(const uint64_t *a UNUSED)
{
	return gids[EFFECTIVE];
}

static int64_t
call_getuid(const uint64_t *a UNUSED)
{
	return uids[REAL];
}

static int64_t
call_geteuid(const uint64_t *a UNUSED)
{
	return uids[EFFECTIVE];
}

static int64_t
call_getgid(const uint64_t *a UNUSED)
{
	return gids[REAL];
}

static int64_t
call_getegid(const uint64_t *a UNUSED)
{
	return gids[EFFECTIVE];
}

static int64_t
call_setuid(const uint64_t *a)
{
	return set_id(uids, (uint32_t)a[0]);
}

static int64_t
call_setgid(const uint64_t *a)
{
	return set_id(gids, (uint32_t)a[0]);
}

static int64_t
call_setreuid(const uint64_t *a)
{
	return set_real_effective(uids, (uint32_t)a[0], (uint32_t)a[1]);
}

static int64_t
call_setregid(const uint64_t *a)
{
	return set_real_effective(gids, (uint32_t)a[0], (uint32_t)a[1]);
}

static int64_t
call_setresuid(const uint64_t *a)
{
	return set_ids(uids, (uint32_t)a[0], (uint32_t)a[1], (uint32_t)a[2]);
}

static int64_t
call_setresgid(const uint64_t *a)
{
	return set_ids(gids, (uint32_t)a[0], (uint32_t)a[1], (uint32_t)a[2]);
}

static int64_t
call_getresuid(const uint64_t *a)
{
	return get_ids(uids, a);
}

static int64_t
call_getresgid(const uint64_t *a)
{
	return get_ids(gids, a);
}

static int64_t
call_getgroups(const uint64_t *a)
{
	uint32_t *out = guest_ptr(a[1]);

	if ((int)a[0] == 0)
		return n_groups;
	if ((int)a[0] < n_groups)
		return -EINVAL;
	if (!out)
		return -EFAULT;
	memcpy(out, groups, sizeof(groups[0]) * (size_t)n_groups);
	return n_groups;
}

static int64_t
call_setgroups(const uint64_t *a)
{
	const uint32_t *in = guest_ptr(a[1]);
	uint32_t n = (uint32_t)a[0];

	if (!identity_is_root())
		return -EPERM;
	if (n > IDENTITY_GROUPS_MAX)
		return -EINVAL;
	if (n && !in)
		return -EFAULT;
	if (n)
		memcpy(groups, in, sizeof(groups[0]) * n);
	n_groups = (int)n;
	return 0;
}

const struct syscall identity_calls[] = {
	{SYS_getuid, call_getuid},
	{SYS_geteuid, call_geteuid},
	{SYS_getgid, call_getgid},
	{SYS_getegid, call_getegid},
	{SYS_setuid, call_setuid},
	{SYS_setgid, call_setgid},
	{SYS_setreuid, call_setreuid},
	{SYS_setregid, call_setregid},
	{SYS_setresuid, call_setresuid},
	{SYS_setresgid, call_setresgid},
	{SYS_getresuid, call_getresuid},
	{SYS_getresgid, call_getresgid},
	{SYS_setfsuid, call_setfsuid},
	{SYS_setfsgid, call_setfsgid},
	{SYS_getgroups, call_getgroups},
	{SYS_setgroups, call_setgroups},
	{0},
};
