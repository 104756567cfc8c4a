/* names.h: what is in a directory, sorted by bytes; for this room alone. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct names {
	struct name {
		char *text;
		ino_t inode; /* as the directory has it: to be compared with its like only */
	} * v;
	size_t n;
};

/* dir must be readable (not O_PATH); its offset is left alone. "." and ".." are left out. 0 or -errno. */
int names_read(int dir, struct names *ret);
void names_clear(struct names *names);
#define scoped_names __attribute__((cleanup(names_clear))) struct names
