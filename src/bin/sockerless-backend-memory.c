/* sockerless-backend-memory: the memory back end behind the internal API. */
#include "bin/services.h"
#include "daemon/daemon.h"
#include "daemon/secret.h"

static const struct option_spec *const options[] = {memory_options, secret_options, NULL};

int
main(int argc, char **argv)
{
	static const struct daemon daemon = {
		.name = "sockerless-backend-memory",
		.about = "Runs containers in WebAssembly sandboxes on this machine, for "
			 "sockerless-frontend-docker.",
		.options = options,
		.address = "tcp://localhost:9100",
		.open = memory_service,
		.internal = true,
	};

	return daemon_main(&daemon, argc, argv);
}
