/* time_calls.c: clocks and sleep. (Setting them is refused in system.c.) */
#include "sandbox/host.h"
#include "sandbox/syscall.h"

#include <sys/syscall.h>
#include <sys/times.h>
#include <time.h>

/* Negative numbers are the processor clocks of other processes, of the whole host. */
static bool
clock_ok(uint64_t clock)
{
	return (int)clock >= 0;
}

static int64_t
call_clock_gettime(const uint64_t *a)
{
	if (!clock_ok(a[0]))
		return -EINVAL;
	return SYS_RESULT(clock_gettime((clockid_t)a[0], guest_ptr(a[1])));
}

static int64_t
call_clock_getres(const uint64_t *a)
{
	if (!clock_ok(a[0]))
		return -EINVAL;
	return SYS_RESULT(clock_getres((clockid_t)a[0], guest_ptr(a[1])));
}

static int64_t
call_gettimeofday(const uint64_t *a)
{
	return SYS_RESULT(syscall(SYS_gettimeofday, guest_ptr(a[0]), NULL));
}

static int64_t
call_time(const uint64_t *a)
{
	int64_t now = time(NULL), *out = guest_ptr(a[0]);

	if (out)
		*out = now;
	return now;
}

static int64_t
call_nanosleep(const uint64_t *a)
{
	struct timespec t;

	if (!guest_timespec(a[0], &t))
		return -EFAULT;
	return SYS_RESULT(syscall(SYS_nanosleep, &t, guest_ptr(a[1])));
}

static int64_t
call_clock_nanosleep(const uint64_t *a)
{
	struct timespec t;

	if (!guest_timespec(a[2], &t))
		return -EFAULT;
	if (!clock_ok(a[0]))
		return -EINVAL;
	return SYS_RESULT(
		syscall(SYS_clock_nanosleep, (clockid_t)a[0], (int)a[1], &t, guest_ptr(a[3])));
}

/* x32's clock_t has 32 bits; the result may wrap but not look like an error. */
static int64_t
call_times(const uint64_t *a)
{
	uint32_t *out = guest_ptr(a[0]);
	struct tms t;
	clock_t now = times(&t);

	if (out) {
		out[0] = (uint32_t)t.tms_utime;
		out[1] = (uint32_t)t.tms_stime;
		out[2] = (uint32_t)t.tms_cutime;
		out[3] = (uint32_t)t.tms_cstime;
	}
	return now & INT32_MAX;
}

const struct syscall time_calls[] = {
	{SYS_clock_gettime, call_clock_gettime},
	{SYS_clock_getres, call_clock_getres},
	{SYS_gettimeofday, call_gettimeofday},
	{SYS_time, call_time},
	{SYS_nanosleep, call_nanosleep, CALL_BLOCKS},
	{SYS_clock_nanosleep, call_clock_nanosleep, CALL_BLOCKS},
	{SYS_times, call_times},
	{0},
};
