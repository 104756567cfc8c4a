#include "sandbox/program.h"

#include "base/str.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD_BYTES 256 /* what the kernel looks at of a script's first line */

int
program_alloc(struct program *p)
{
	void *block = mmap(NULL, PROGRAM_BYTES_MAX, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (block == MAP_FAILED)
		return -ENOMEM;
	*p = (struct program){.block = block};
	return 0;
}

void
program_free(struct program *p)
{
	if (p->block)
		munmap(p->block, PROGRAM_BYTES_MAX);
	*p = (struct program){0};
}

static int
add(struct program *p, const char *s)
{
	size_t n = strnlen(s, PROGRAM_BYTES_MAX - p->used) + 1;

	if (n > PROGRAM_BYTES_MAX - p->used ||
		p->n_arguments + p->n_environment >= PROGRAM_STRINGS_MAX)
		return -E2BIG;
	memcpy(p->block + p->used, s, n - 1);
	p->block[p->used + n - 1] = '\0';
	p->used += n;
	return 0;
}

int
program_argument(struct program *p, const char *s)
{
	int r = add(p, s);

	if (r == 0)
		p->n_arguments++;
	return r;
}

int
program_variable(struct program *p, const char *s)
{
	int r = add(p, s);

	if (r == 0)
		p->n_environment++;
	return r;
}

/* "#! interpreter argument", the argument being all that is left of the line. */
static enum program_kind
parse_script(char *line, struct script *ret)
{
	char *end = strchr(line, '\n'), *word, *rest;

	if (end)
		*end = '\0';
	word = line + strspn(line, " \t");
	rest = word + strcspn(word, " \t");
	if (*rest) {
		*rest++ = '\0';
		rest += strspn(rest, " \t");
	}
	for (end = rest + strlen(rest); end > rest && strchr(" \t", end[-1]); end--)
		end[-1] = '\0';
	if (!*word)
		return PROGRAM_UNKNOWN;
	str_format(ret->interpreter, sizeof ret->interpreter, "%s", word);
	str_format(ret->argument, sizeof ret->argument, "%s", rest);
	return PROGRAM_SCRIPT;
}

int
program_kind(int fd, struct script *ret_script)
{
	char head[HEAD_BYTES + 1];
	ssize_t n = pread(fd, head, HEAD_BYTES, 0);

	if (n < 0)
		return -errno;
	head[n] = '\0';
	if (n >= (ssize_t)PROGRAM_MARKER_BYTES &&
		memcmp(head, PROGRAM_MARKER, PROGRAM_MARKER_BYTES) == 0)
		return PROGRAM_USERLAND;
	if (str_starts(head, "\177ELF"))
		return PROGRAM_NATIVE;
	if (n >= 4 && memcmp(head, "\0asm", 4) == 0)
		return PROGRAM_WASM;
	if (str_starts(head, "#!"))
		return (int)parse_script(head + 2, ret_script);
	return PROGRAM_UNKNOWN;
}
