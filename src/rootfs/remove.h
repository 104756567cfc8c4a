/* remove.h: removing below a descriptor; for this room alone. */
#pragma once

/* Removes name in dir and all beneath it. 0, also if there is none, or -errno. */
int remove_in(int dir, const char *name);
