#include "net/notify.h"

#include "base/error.h"
#include "base/log.h"
#include "base/scope.h"
#include "base/str.h"
#include "net/fd.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

/* The protocol is in sd_notify(3): one datagram; an address that begins with '@' is abstract. */
void
notify_service_manager(const char *state)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	scoped_fd int fd = -1;
	size_t n;

	if (str_empty(name))
		return;
	if (str_format(address.sun_path, sizeof(address.sun_path), "%s", name) < 0) {
		log_warn("NOTIFY_SOCKET is too long");
		return;
	}
	n = strlen(name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		log_warn("cannot notify the service manager: %s", strerror(errno));
}
