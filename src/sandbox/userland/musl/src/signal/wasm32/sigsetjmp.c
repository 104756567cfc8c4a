/* sigsetjmp is a macro (include/setjmp.h): this saves the mask, then it calls setjmp. */
#include <setjmp.h>
#include <signal.h>

void
__sigsetjmp_save(struct __jmp_buf_tag *env, int save)
{
	env->__fl = (unsigned long)save;
	if (save)
		sigprocmask(SIG_BLOCK, 0, (sigset_t *)env->__ss);
}
