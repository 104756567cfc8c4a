/* See setitimer.c. */
#include <sys/time.h>
#include "syscall.h"

int
getitimer(int which, struct itimerval *current)
{
	return syscall(SYS_getitimer, which, current);
}
