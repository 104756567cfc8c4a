/* serve.h: the supervisor's side of wire/sandbox.h: requests and reports over the control socket. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

void serve_start(int control, char *const *confinement); /* sends READY */

/* Receives a request and answers it. False when the daemon has gone away or talks nonsense. */
bool serve_one(void);

void serve_exited(int32_t process, int status);
void serve_oom(int32_t pid);
void serve_empty(void);
