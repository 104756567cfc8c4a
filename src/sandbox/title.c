#include "sandbox/title.h"

#include <string.h>
#include <sys/prctl.h>

static char *area;
static size_t area_size;

/* The kernel shows the area as a vector only while its last byte is a NUL, so the environment behind
 * it cannot be used to make it longer. */
void
title_setup(int argc, char **argv)
{
	char *end;

	if (argc < 1)
		return;
	area = end = argv[0];
	for (int i = 0; i < argc && argv[i] == end; i++)
		end += strlen(end) + 1;
	area_size = (size_t)(end - area);
}

void
title_set(const struct program *program)
{
	const char *from = program->block;
	size_t n = 0;

	if (area_size == 0)
		return;
	for (uint32_t i = 0; i < program->n_arguments; i++)
		n += strlen(from + n) + 1;
	if (n > area_size)
		n = area_size;
	memcpy(area, from, n);
	memset(area + n, 0, area_size - n);
	area[area_size - 1] = '\0';
}

void
title_set_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	prctl(PR_SET_NAME, slash ? slash + 1 : path);
}
