/* signame.h: signals by name or number, as kill, stop and StopSignal take them. */
#pragma once

#include "base/error.h"

#define SIGNAME_SIZE 16
#define SIGNAME_MAX 64 /* the largest signal number of Linux */

/* "SIGTERM", "term", "15", "RTMIN+3". "invalid signal: X" for anything else, numbers outside 1 to 64 included. */
int signame_parse(const char *text, int *ret, struct error *e);

/* "SIGTERM", "SIGRTMIN+3"; a number where there is no name. */
void signame_format(int signal, char out[SIGNAME_SIZE]);
