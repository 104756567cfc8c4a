#include "net/notify.h"

#include "base/str.h"
#include "test.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* An abstract address needs no clean-up. */
TEST(the_service_manager_gets_one_datagram)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char name[64], got[64] = "";

	ASSERT_OK(str_format(name, sizeof(name), "@sockerless-notify-%d", getpid()));
	memcpy(un.sun_path + 1, name + 1, strlen(name) - 1);
	ASSERT_OK(bind(fd, (struct sockaddr *)&un,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))));
	notify_service_manager("STATUS=nobody listens yet");
	setenv("NOTIFY_SOCKET", name, 1);
	notify_service_manager("READY=1");
	ASSERT_EQ(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), 7);
	ASSERT_STR(got, "READY=1");
	ASSERT_EQ(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT), -1);
	close(fd);
}
