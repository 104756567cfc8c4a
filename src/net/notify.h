/* notify.h: sd_notify(3)'s datagram, without the library. */
#pragma once

/* "READY=1", "STOPPING=1", … Does nothing unless NOTIFY_SOCKET is set. */

void notify_service_manager(const char *state);
