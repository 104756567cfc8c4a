/* stdio.h: the ends of a process's standard streams: pipes, or a pseudo-terminal. */
#pragma once

#include "base/error.h"
#include "net/process.h"
#include "wire/sandbox.h"

/* Our ends become p->in, out and err; the process's ends are fds[0..n), which stdio_close_peer
 * closes. */
struct stdio_peer {
	int fds[SANDBOX_FDS_MAX];
	size_t n;
};

int stdio_open(const struct process_spec *spec, struct process *p, struct stdio_peer *ret,
	struct error *e);
void stdio_close_peer(struct stdio_peer *peer);
#define scoped_stdio_peer __attribute__((cleanup(stdio_close_peer))) struct stdio_peer
/* Frees our ends. */
void stdio_close(struct process *p);
int stdio_resize(struct process *p, unsigned rows, unsigned columns);
