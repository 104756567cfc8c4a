/* system.c: what the guest is told about the machine, and what only the machine's owner may do. */
#include "sandbox/host.h"
#include "sandbox/syscall.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

static int64_t
call_uname(const uint64_t *a)
{
	struct utsname *out = guest_ptr(a[0]);
	struct utsname u;

	if (!out)
		return -EFAULT;
	if (uname(&u) < 0)
		return -errno;
	memset(u.nodename, 0, sizeof(u.nodename));
	memcpy(u.nodename, container.hostname, strnlen(container.hostname, sizeof(u.nodename) - 1));
	memcpy(out, &u, sizeof(u));
	return 0;
}

/* Root in a container without extra capabilities is told the same by Docker. */
static int64_t
call_refused(const uint64_t *a UNUSED)
{
	return -EPERM;
}

const struct syscall system_calls[] = {
	{SYS_uname, call_uname},
	{SYS_sethostname, call_refused},
	{SYS_setdomainname, call_refused},
	{SYS_mount, call_refused},
	{SYS_umount2, call_refused},
	{SYS_pivot_root, call_refused},
	{SYS_chroot, call_refused},
	{SYS_reboot, call_refused},
	{SYS_swapon, call_refused},
	{SYS_swapoff, call_refused},
	{SYS_settimeofday, call_refused},
	{SYS_clock_settime, call_refused},
	{SYS_adjtimex, call_refused},
	{SYS_clock_adjtime, call_refused},
	{SYS_syslog, call_refused},
	{SYS_acct, call_refused},
	{SYS_quotactl, call_refused},
	{SYS_init_module, call_refused},
	{SYS_finit_module, call_refused},
	{SYS_delete_module, call_refused},
	{SYS_iopl, call_refused},
	{SYS_ioperm, call_refused},
	{SYS_vhangup, call_refused},
	{SYS_ptrace, call_refused},
	{SYS_bpf, call_refused},
	{SYS_unshare, call_refused},
	{SYS_setns, call_refused},
	{0},
};
