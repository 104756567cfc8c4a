/* Reading byte by byte, as BusyBox does, without a call for each byte. */
#include_next <stdio.h>

#ifndef STDIO_WASM_H
#define STDIO_WASM_H

/* How musl's struct _IO_FILE begins. */
struct __file_head {
	unsigned flags;
	unsigned char *read_position, *read_end;
};

int __uflow(FILE *);

static inline int
__getc_from_buffer(FILE *f)
{
	struct __file_head *head = (struct __file_head *)f;

	return head->read_position != head->read_end ? *head->read_position++ : __uflow(f);
}

#undef getc_unlocked
#undef fgetc_unlocked
#define getc_unlocked(f) __getc_from_buffer(f)
#define fgetc_unlocked(f) __getc_from_buffer(f)
#endif
