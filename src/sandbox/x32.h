/*
 * x32.h: what the guest's ABI has of its own: the numbers of the calls whose structures hold
 * pointers or longs (from the kernel's arch/x86/entry/syscalls/syscall_64.tbl, "x32", without bit
 * 30) and those structures.
 */
#pragma once

#include <stdint.h>

enum x32_call {
	X32_RT_SIGACTION = 512,
	X32_RT_SIGRETURN,
	X32_IOCTL,
	X32_READV,
	X32_WRITEV,
	X32_RECVFROM,
	X32_SENDMSG,
	X32_RECVMSG,
	X32_EXECVE,
	X32_PTRACE,
	X32_RT_SIGPENDING,
	X32_RT_SIGTIMEDWAIT,
	X32_RT_SIGQUEUEINFO,
	X32_SIGALTSTACK,
	X32_TIMER_CREATE,
	X32_MQ_NOTIFY,
	X32_KEXEC_LOAD,
	X32_WAITID,
	X32_SET_ROBUST_LIST,
	X32_GET_ROBUST_LIST,
	X32_VMSPLICE,
	X32_MOVE_PAGES,
	X32_PREADV,
	X32_PWRITEV,
	X32_RT_TGSIGQUEUEINFO,
	X32_RECVMMSG,
	X32_SENDMMSG,
	X32_PROCESS_VM_READV,
	X32_PROCESS_VM_WRITEV,
	X32_SETSOCKOPT,
	X32_GETSOCKOPT,
	X32_IO_SETUP,
	X32_IO_SUBMIT,
	X32_EXECVEAT,
	X32_PREADV2,
	X32_PWRITEV2,
};

struct x32_iovec {
	uint32_t base, len;
};

struct x32_msghdr {
	uint32_t name, name_len;
	uint32_t iov, iov_len;
	uint32_t control, control_len;
	uint32_t flags;
};

/* Control messages are aligned to 4 bytes. */
struct x32_cmsghdr {
	uint32_t len;
	int32_t level, type;
};

/* The sixth argument of pselect6. */
struct x32_sigset_arg {
	uint32_t set, len;
};

struct x32_ifconf {
	int32_t len;
	uint32_t buf;
};

struct x32_ifreq {
	char name[16];
	union {
		struct {
			uint16_t family;
			uint8_t data[14];
		} address;
		int16_t flags;
		int32_t value;
		uint8_t pad[16];
	};
};
