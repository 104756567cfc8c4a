/* notify.h: sd_notify(3)'s datagram, without the library: "READY=1", "STOPPING=1". No-op unless NOTIFY_SOCKET is set. */
#pragma once

void notify_service_manager(const char *state);
