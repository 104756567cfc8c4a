/*
 * String functions of the guest's C library that the host's C library does instead: these have
 * been tuned for the processor, and they walk through guest memory just as safely (userland.h).
 * native.py leaves the generated ones out.
 */
#define _GNU_SOURCE
#include "module.h"

static char *
at(u32 address)
{
	return (char *)userland_memory + address;
}

static u32
address_of(const void *p)
{
	return p ? (u32)((const u8 *)p - userland_memory) : 0;
}

u32
w2c_memchr(u32 s, u32 c, u32 n)
{
	return address_of(memchr(at(s), (int)c, n));
}

u32
w2c___memrchr(u32 s, u32 c, u32 n)
{
	return address_of(memrchr(at(s), (int)c, n));
}

u32
w2c_memcmp(u32 a, u32 b, u32 n)
{
	return (u32)memcmp(at(a), at(b), n);
}

u32
w2c_strlen(u32 s)
{
	return (u32)strlen(at(s));
}

u32
w2c_strnlen(u32 s, u32 n)
{
	return (u32)strnlen(at(s), n);
}

u32
w2c_strcmp(u32 a, u32 b)
{
	return (u32)strcmp(at(a), at(b));
}

u32
w2c_strncmp(u32 a, u32 b, u32 n)
{
	return (u32)strncmp(at(a), at(b), n);
}

u32
w2c_strchr(u32 s, u32 c)
{
	return address_of(strchr(at(s), (int)c));
}

u32
w2c___strchrnul(u32 s, u32 c)
{
	return address_of(strchrnul(at(s), (int)c));
}

u32
w2c_strrchr(u32 s, u32 c)
{
	return address_of(strrchr(at(s), (int)c));
}

u32
w2c_strspn(u32 s, u32 accept)
{
	return (u32)strspn(at(s), at(accept));
}

u32
w2c_strcspn(u32 s, u32 reject)
{
	return (u32)strcspn(at(s), at(reject));
}

u32
w2c_strstr(u32 s, u32 part)
{
	return address_of(strstr(at(s), at(part)));
}
