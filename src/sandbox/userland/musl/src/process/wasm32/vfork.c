/* The host forks with copy-on-write memory; sharing it would only add danger. */
#include <unistd.h>

pid_t
vfork(void)
{
	return fork();
}
