/* The one call whose result is wider than a long. */
#include <unistd.h>
#include "syscall.h"

off_t
__lseek(int fd, off_t offset, int whence)
{
	off_t position = __wasm_syscall(SYS_lseek, fd, offset, whence, 0, 0, 0);

	return position < 0 ? __syscall_ret((unsigned long)position) : position;
}

weak_alias(__lseek, lseek);
weak_alias(__lseek, lseek64);
