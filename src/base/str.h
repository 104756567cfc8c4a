/* str.h: questions about strings, parsing of numbers, and lists of strings. */
#pragma once

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_eq(const char *a, const char *b);  /* NULL equals only NULL */
bool str_ieq(const char *a, const char *b); /* ASCII case folded */
bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
const char *str_or(const char *s, const char *otherwise); /* s unless empty */

/* Whether it is NULL or "". */
static inline bool
str_empty(const char *s)
{
	return !s || !*s;
}

/* Whole-string decimal numbers: 0, or -EINVAL (not a number, junk after it), -ERANGE. */
int str_to_i64(const char *s, int64_t *ret);
int str_to_u64(const char *s, uint64_t *ret);
int str_to_int(const char *s, int min, int max, int *ret);
int str_to_double(const char *s, double *ret);

/* Docker's boolean query values: "", "0", "no", "false", "none" (any case) are false, all else true; NULL gives otherwise. */
bool str_to_bool(const char *s, bool otherwise);

/* "64m", "1g", "10k", "512b", "100": bytes, base 1024. 0 or -EINVAL/-ERANGE. */
int str_to_bytes(const char *s, int64_t *ret);

/* A NULL-terminated, owned vector of owned strings. */
void strv_free(char **v);
static inline void
strv_drop(char ***v)
{
	strv_free(*v);
}
#define scoped_strv __attribute__((cleanup(strv_drop))) char **
size_t strv_len(char *const *v);         /* NULL counts as empty */
char **strv_copy(char *const *v);        /* NULL stays NULL */
int strv_push(char ***v, const char *s); /* appends a copy; always 0 */
bool strv_has(char *const *v, const char *s);
char **strv_split(const char *s, char separator); /* "a,b" → {"a","b",NULL}; "" → {NULL} */
char *strv_join(char *const *v, const char *separator);

/* Safe printf to a fixed array: returns 0, or -ENAMETOOLONG when it did not fit (the array then holds ""). */
int str_format(char *out, size_t size, const char *fmt, ...) PRINTF(3, 4);
