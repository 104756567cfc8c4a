#include "task/clock.h"

#include "base/error.h"
#include "task/scheduler.h"

#include <time.h>

static struct {
	bool on;
	usec_t now;      /* while on */
	int64_t wall_ns; /* the wall clock at `began` */
	usec_t began;
} virtual;

usec_t
clock_now(void)
{
	return virtual.on ? virtual.now : (usec_t)(time_read_ns(CLOCK_MONOTONIC) / 1000);
}

usec_t
clock_after(usec_t duration)
{
	return duration == USEC_INFINITY ? USEC_INFINITY : usec_add(clock_now(), duration);
}

int64_t
clock_wall_ns(void)
{
	if (virtual.on)
		return virtual.wall_ns + (int64_t)(virtual.now - virtual.began) * 1000;
	return time_read_ns(CLOCK_REALTIME);
}

usec_t
clock_coarse(void)
{
	return (usec_t)(time_read_ns(CLOCK_MONOTONIC_COARSE) / 1000);
}

void
clock_set_virtual(bool on)
{
	virtual.on = false;
	virtual.now = virtual.began = clock_now();
	virtual.wall_ns = clock_wall_ns();
	virtual.on = on;
}

bool
clock_is_virtual(void)
{
	return virtual.on;
}

void
clock_advance(usec_t to)
{
	bug_if(!virtual.on || to < virtual.now);
	virtual.now = to;
}
