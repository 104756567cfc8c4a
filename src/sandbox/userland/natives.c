/*
 * Functions of the guest that are native instead of generated; native.py leaves the generated ones
 * out. String functions are the host's C library's: these have been tuned for the processor, and
 * they walk through guest memory just as safely (userland.h). At the end BusyBox's line reader.
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

/* The start of musl's FILE: where the unread bytes of its buffer begin and end. */
enum { READ_POSITION = 4, READ_END = 8 };

struct line {
	u32 bytes, size;
};

static void
resize(struct line *line, u32 size)
{
	line->bytes = w2c_realloc(line->bytes, size);
	if (!line->bytes)
		w2c_bb_die_memory_exhausted();
}

static void
append(struct line *line, u32 from, u32 size)
{
	resize(line, line->size + size + 1);
	memory_copy(line->bytes + line->size, from, size);
	line->size += size;
}

/* Moves buffered bytes to the line, up to and with the one that ends it. Says whether it came. */
static bool
take_buffered(struct line *line, u32 file, bool to_newline)
{
	u32 from = i32_load(file + READ_POSITION);
	u32 size = i32_load(file + READ_END) - from;
	const char *newline = to_newline ? memchr(at(from), '\n', size) : NULL;
	const char *nul;

	if (newline)
		size = address_of(newline) + 1 - from;
	nul = memchr(at(from), 0, size);
	if (nul)
		size = address_of(nul) + 1 - from;
	append(line, from, size);
	i32_store(file + READ_POSITION, from + size);
	return newline || nul;
}

/* Fills the buffer, if the file has one, and takes the byte that this gives. */
static bool
take_next(struct line *line, u32 file, bool to_newline)
{
	u32 c = w2c___uflow(file);

	if (c == UINT32_MAX)
		return true;
	resize(line, line->size + 2);
	i32_store8(line->bytes + line->size++, c);
	return c == 0 || (to_newline && c == '\n');
}

/*
 * Reads up to a newline, if *end is wanted, or a NUL. BusyBox does this byte by byte, which is half
 * of the work of grep and much of that of sed and sort.
 */
u32
w2c_bb_get_chunk_from_file(u32 file, u32 end)
{
	struct line line = {0, 0};
	bool ended = false;

	while (!ended) {
		if (i32_load(file + READ_POSITION) == i32_load(file + READ_END))
			ended = take_next(&line, file, end != 0);
		else
			ended = take_buffered(&line, file, end != 0);
	}
	if (end)
		i32_store(end, line.size);
	if (line.bytes)
		i32_store8(line.bytes + line.size, 0);
	return line.bytes;
}
