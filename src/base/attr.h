/* attr.h: the compiler attributes the house uses, under short names. */
#pragma once

#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define PURE __attribute__((pure))
#define UNUSED __attribute__((unused))
#define CHECKED __attribute__((warn_unused_result))

/* Marks a function that may suspend the calling task. For readers; the compiler does not check it. */
#define SUSPENDS

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
