/* clock.h: the loop's time, real or virtual. */
#pragma once

#include "base/time.h"

#include <stdint.h>

usec_t clock_now(void);              /* monotonic; virtual under task_run_virtual */
usec_t clock_after(usec_t duration); /* now + duration, saturating */
int64_t clock_wall_ns(void);         /* since the epoch; moves with the virtual clock */
