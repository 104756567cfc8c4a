/*
 * init.h: `docker run --init`: a pid 1 of ours, whose child is the command.
 */
#pragma once

struct program;

/* Called in the process that is pid 1, with all signals blocked. Forks: returns in the child, which is
 * to run the program; pid 1 itself forwards signals, reaps, and ends as the child ends. */
void init_run(const struct program *program);
