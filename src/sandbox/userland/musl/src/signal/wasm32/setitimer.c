/* As in x32 the kernel's itimerval is musl's; the generic file would pass 32-bit longs. */
#include <sys/time.h>
#include "syscall.h"

int
setitimer(int which, const struct itimerval *restrict new, struct itimerval *restrict old)
{
	return syscall(SYS_setitimer, which, new, old);
}
