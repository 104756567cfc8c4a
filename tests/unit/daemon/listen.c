#include "daemon/listen.h"

#include "test.h"

#include "base/alloc.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_own(const char *listening, const char *to)
{
	static const struct option_spec specs[] = {
		{"addr", "TEST_ADDR", "ADDR", "tcp://localhost:1", "where", true},
		{NULL, NULL, NULL, NULL, NULL, false},
	};
	char *argv[] = {
		"test", "--addr", (char *)listening, "--addr", "unix:///no/such/socket", NULL};
	scoped(options) *o = options_parse("test", "A test.", specs, 5, argv);
	struct address address;

	ASSERT_OK(address_parse(to, &address, NULL));
	return listen_is_own(o, &address);
}

TEST(a_tcp_address_of_our_own_is_known_by_any_name)
{
	ASSERT(is_own("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375"));
	ASSERT(is_own("tcp://127.0.0.1:2375", "tcp://localhost:2375"));
	ASSERT(is_own("tcp://localhost:2375", "tcp://[::1]:2375"));
	ASSERT(is_own(":2375", "tcp://127.0.0.1:2375"));
	ASSERT(is_own("tcp://0.0.0.0:2375", "http://localhost:2375"));
	ASSERT(is_own("tcp://127.0.0.1:2375", ":2375"));
	ASSERT(is_own("tcp://localhost:2376", "https://localhost:2376"));
	ASSERT(is_own("tcp://build.example:2375", "tcp://Build.example:2375"));
}

TEST(another_tcp_address_is_not_ours)
{
	ASSERT(!is_own("tcp://127.0.0.1:2375", "tcp://127.0.0.1:2376"));
	ASSERT(!is_own("tcp://127.0.0.1:2375", "tcp://127.0.0.2:2375"));
	ASSERT(!is_own("tcp://127.0.0.1:2375", "tcp://[::1]:2375"));
	ASSERT(!is_own("tcp://localhost:2375", "tcp://build.example:2375"));
	ASSERT(!is_own(":2375", "tcp://192.0.2.1:2375"));
	ASSERT(!is_own("tcp://localhost:2375", "unix:///run/docker.sock"));
}

static void
make_socket(const char *folder, const char *name, char out[96])
{
	snprintf(out, 96, "%s/%s", folder, name);
	ASSERT_EQ(mknod(out, S_IFSOCK | 0600, 0), 0);
}

/* As /run and /var/run are the same place. */
TEST(a_unix_socket_of_our_own_is_known_by_any_path)
{
	char folder[] = "/tmp/listen-test-XXXXXX", alias[64], socket[96], second[96], by_link[96];

	ASSERT(mkdtemp(folder));
	make_socket(folder, "a.sock", socket);
	make_socket(folder, "b.sock", second);
	snprintf(alias, sizeof(alias), "%s.link", folder);
	snprintf(by_link, sizeof(by_link), "%s/a.sock", alias);
	ASSERT_EQ(symlink(folder, alias), 0);

	ASSERT(is_own(socket, socket));
	ASSERT(is_own(socket, by_link));
	ASSERT(is_own(by_link, socket));
	ASSERT(!is_own(socket, second));
	ASSERT(is_own(socket, "unix:///no/such/socket"));
	ASSERT(!is_own(socket, "unix:///no/other/socket"));

	unlink(socket);
	unlink(second);
	unlink(alias);
	rmdir(folder);
}
