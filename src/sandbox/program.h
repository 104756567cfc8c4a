/*
 * program.h: which program a path means, and its arguments.
 *
 * There is one native program, the built-in userland, and scripts for it (`#!`).  In the container's
 * tree the userland is a marker file, usually /bin/busybox with symlinks to it: a WebAssembly module
 * without code that has one custom section named "sockerless-userland".  /proc/self/exe, by which
 * BusyBox calls itself, means it too.  Other programs (ELF, WebAssembly) are recognised to be told
 * about; they do not run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Magic, version, section 0 of 20 bytes, its name. */
#define PROGRAM_MARKER "\0asm\1\0\0\0\0\x14\x13sockerless-userland"
#define PROGRAM_MARKER_BYTES (sizeof PROGRAM_MARKER - 1)

#define PROGRAM_BYTES_MAX (2u << 20) /* of arguments and environment together, as Linux' ARG_MAX */
#define PROGRAM_STRINGS_MAX (1u << 17)

/* The strings one after the other, each with its NUL: all arguments, then the environment. */
struct program {
	char *block; /* mmap'ed, PROGRAM_BYTES_MAX long */
	size_t used;
	uint32_t n_arguments, n_environment;
};

int program_alloc(struct program *p); /* 0 or -ENOMEM */
void program_free(struct program *p);
#define scoped_program __attribute__((cleanup(program_free))) struct program
/* 0 or -E2BIG. Arguments come before variables. */
int program_argument(struct program *p, const char *s);
int program_variable(struct program *p, const char *s);

enum program_kind {
	PROGRAM_USERLAND,
	PROGRAM_SCRIPT,
	PROGRAM_NATIVE, /* ELF */
	PROGRAM_WASM,   /* somebody else's WebAssembly */
	PROGRAM_UNKNOWN,
};

struct script {
	char interpreter[256];
	char argument[256]; /* "" if there is none */
};

/* What kind of program is in this file. An enum program_kind or -errno. */
int program_kind(int fd, struct script *ret_script);
