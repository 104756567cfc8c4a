/*
 * lockdown.h: the walls around the whole container, for the case that the inner one breaks.
 *
 * The inner wall is WebAssembly and the paths' confinement.  Whatever gets past it still runs under what
 * the supervisor has put on itself before the first guest process: no new privileges; Landlock, as much
 * of it as the kernel has (files: the mounts, a few device nodes, /proc for reading; no TCP; no signals
 * or abstract sockets to the outside); a seccomp allowlist without exec; all inherited by every fork.
 * Each is used where it is available, and missing ones are reported, not fatal.
 */
#pragma once

/* For tests: "off" leaves all of it out. */
#define LOCKDOWN_VARIABLE "SOCKERLESS_SANDBOX_LOCKDOWN"

/* Puts up what there is and names it: "no-new-privileges", "landlock=7", "seccomp=1"; with strv_free. */
char **lockdown(void);

int landlock_apply(void); /* its ABI version, or -errno */
int seccomp_apply(void);  /* 0 or -errno */
