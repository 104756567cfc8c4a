#include "docker/file_mode.h"

#include "base/attr.h"

#include <stddef.h>
#include <sys/stat.h>

static const struct {
	mode_t type;
	uint64_t bits;
} file_types[] = {
	{S_IFDIR, 1ull << 31},
	{S_IFLNK, 1ull << 27},
	{S_IFBLK, 1ull << 26},
	{S_IFIFO, 1ull << 25},
	{S_IFSOCK, 1ull << 24},
	{S_IFCHR, 1ull << 26 | 1ull << 21},
};

uint64_t
file_mode_to_api(mode_t mode)
{
	uint64_t bits = mode & 0777;

	for (size_t i = 0; i < ARRAY_LEN(file_types); i++)
		if ((mode & S_IFMT) == file_types[i].type)
			bits |= file_types[i].bits;
	if (mode & S_ISUID)
		bits |= 1ull << 23;
	if (mode & S_ISGID)
		bits |= 1ull << 22;
	if (mode & S_ISVTX)
		bits |= 1ull << 20;
	return bits;
}
