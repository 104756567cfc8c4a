#include "docker/signame.h"

#include "base/attr.h"
#include "base/str.h"

#include <errno.h>
#include <signal.h>

/* The C library keeps two real-time signals to itself, so programs count from 34. */
#define FIRST_REALTIME 34

/* In the order of preference: where a number has two names, the first is shown. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"IOT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"POLL", SIGIO},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
};

static int
parse_realtime(const char *name)
{
	int offset;

	if (str_ieq(name, "RTMIN"))
		return FIRST_REALTIME;
	if (str_ieq(name, "RTMAX"))
		return SIGNAME_MAX;
	if (!strncasecmp(name, "RTMIN+", 6) && str_to_int(name + 6, 1, 15, &offset) == 0)
		return FIRST_REALTIME + offset;
	if (!strncasecmp(name, "RTMAX-", 6) && str_to_int(name + 6, 1, 14, &offset) == 0)
		return SIGNAME_MAX - offset;
	return 0;
}

int
signame_parse(const char *text, int *ret, struct error *e)
{
	const char *name = strncasecmp(text, "SIG", 3) ? text : text + 3;
	int number;

	if (str_to_int(text, 1, SIGNAME_MAX, ret) == 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (str_ieq(name, signals[i].name)) {
			*ret = signals[i].number;
			return 0;
		}
	number = parse_realtime(name);
	if (!number)
		return error_set(e, ERROR_INVALID, -EINVAL, "invalid signal: %s", text);
	*ret = number;
	return 0;
}

void
signame_format(int signal, char out[SIGNAME_SIZE])
{
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i].number == signal) {
			snprintf(out, SIGNAME_SIZE, "SIG%s", signals[i].name);
			return;
		}
	if (signal == FIRST_REALTIME)
		snprintf(out, SIGNAME_SIZE, "SIGRTMIN");
	else if (signal > FIRST_REALTIME && signal <= FIRST_REALTIME + 15)
		snprintf(out, SIGNAME_SIZE, "SIGRTMIN+%d", signal - FIRST_REALTIME);
	else if (signal == SIGNAME_MAX)
		snprintf(out, SIGNAME_SIZE, "SIGRTMAX");
	else if (signal > FIRST_REALTIME && signal < SIGNAME_MAX)
		snprintf(out, SIGNAME_SIZE, "SIGRTMAX-%d", SIGNAME_MAX - signal);
	else
		snprintf(out, SIGNAME_SIZE, "%d", signal);
}
