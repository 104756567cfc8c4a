#include "sandbox/program.h"
#include "base/attr.h"
#include "base/scope.h"
#include "test.h"

#include <errno.h>
#include <sys/mman.h>

static int
kind_of(const void *bytes, size_t n, struct script *script)
{
	scoped_fd int fd = memfd_create("program", MFD_CLOEXEC);

	ASSERT_EQ(write(fd, bytes, n), (ssize_t)n);
	return program_kind(fd, script);
}

#define KIND(text, script) kind_of(text, sizeof(text) - 1, script)

TEST(program_kinds)
{
	struct script s;

	ASSERT_EQ(KIND(PROGRAM_MARKER, &s), PROGRAM_USERLAND);
	ASSERT_EQ(KIND(PROGRAM_MARKER "and more", &s), PROGRAM_USERLAND);
	ASSERT_EQ(KIND("\0asm\1\0\0\0", &s), PROGRAM_WASM);
	ASSERT_EQ(KIND("\177ELF\2\1", &s), PROGRAM_NATIVE);
	ASSERT_EQ(KIND("echo hi\n", &s), PROGRAM_UNKNOWN);
	ASSERT_EQ(KIND("", &s), PROGRAM_UNKNOWN);
	ASSERT_EQ(KIND("#!", &s), PROGRAM_UNKNOWN);
	ASSERT_EQ(KIND("#! \t\n/bin/sh", &s), PROGRAM_UNKNOWN);
	ASSERT_EQ(program_kind(-1, &s), -EBADF);
}

TEST(program_scripts)
{
	static const struct {
		const char *line, *interpreter, *argument;
	} cases[] = {
		{"#!/bin/sh\necho", "/bin/sh", ""},
		{"#!/bin/sh", "/bin/sh", ""},
		{"#! \t/bin/sh -e \t\n", "/bin/sh", "-e"},
		{"#!/usr/bin/env  sh -x\n", "/usr/bin/env", "sh -x"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct script s;

		ASSERT_EQ(kind_of(cases[i].line, strlen(cases[i].line), &s), PROGRAM_SCRIPT);
		ASSERT_STR(s.interpreter, cases[i].interpreter);
		ASSERT_STR(s.argument, cases[i].argument);
	}
}

TEST(program_collects_strings)
{
	scoped_program p = {0};

	ASSERT_OK(program_alloc(&p));
	ASSERT_OK(program_argument(&p, "ls"));
	ASSERT_OK(program_argument(&p, ""));
	ASSERT_OK(program_variable(&p, "A=b"));
	ASSERT_EQ(p.n_arguments, 2);
	ASSERT_EQ(p.n_environment, 1);
	ASSERT_EQ(p.used, 8);
	ASSERT(memcmp(p.block, "ls\0\0A=b", 8) == 0);
}

TEST(program_strings_are_limited)
{
	scoped_program p = {0};
	static char big[PROGRAM_BYTES_MAX / 2];

	memset(big, 'x', sizeof big - 1);
	ASSERT_OK(program_alloc(&p));
	ASSERT_OK(program_argument(&p, big));
	ASSERT_OK(program_argument(&p, big));
	ASSERT_EQ(program_argument(&p, ""), -E2BIG);
	program_free(&p);
	ASSERT_OK(program_alloc(&p));
	for (unsigned i = 0; i < PROGRAM_STRINGS_MAX; i++)
		ASSERT_OK(program_variable(&p, ""));
	ASSERT_EQ(program_variable(&p, ""), -E2BIG);
}
