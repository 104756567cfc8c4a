/*
 * The module's two entries from outside: _start, and the way into a signal handler.
 */

__attribute__((import_module("sys"), import_name("args"))) long *__wasm_args(void);

int __main_argc_argv(int, char **);
int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
	void (*)(void));

extern unsigned long __THREW__;
extern int __threwValue;
unsigned getTempRet0(void);
void setTempRet0(unsigned);

static int
main_with_environment(int argc, char **argv, char **envp)
{
	(void)envp;
	return __main_argc_argv(argc, argv);
}

/* The host lays out argc, argv, envp and the auxiliary vector as the kernel does on a new stack. */
__attribute__((export_name("_start"))) void
_start(void)
{
	long *args = __wasm_args();

	__libc_start_main(main_with_environment, (int)args[0], (char **)(args + 1), 0, 0, 0);
}

/* A handler may run between the setting of the longjmp state and the look at it: keep that. */
__attribute__((export_name("__wasm_sighandler"))) void
__wasm_sighandler(void *handler, int signal, void *info, void *context, int wants_info)
{
	unsigned long threw = __THREW__;
	int value = __threwValue;
	unsigned ret0 = getTempRet0();

	if (wants_info)
		((void (*)(int, void *, void *))handler)(signal, info, context);
	else
		((void (*)(int))handler)(signal);
	__THREW__ = threw;
	__threwValue = value;
	setTempRet0(ret0);
}
