/*
 * x32.h: the structures of the guest's ABI that hold pointers or longs and so differ from
 * x86-64's. (The numbers of the calls do not: userland/guest.py gives musl x86-64's table, so a
 * table here says SYS_readv, never x32's own 515.)
 */
#pragma once

#include <stdint.h>

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
