/* sockerless-backend-docker: the pass-through back end behind the internal API. */
#include "bin/services.h"
#include "daemon/daemon.h"
#include "daemon/secret.h"

static const struct option_spec *const options[] = {docker_options, secret_options, NULL};

int
main(int argc, char **argv)
{
	static const struct daemon daemon = {
		.name = "sockerless-backend-docker",
		.about = "Passes every call on to a Docker daemon, for sockerless-frontend-docker.",
		.options = options,
		.address = "tcp://localhost:9100",
		.open = docker_service,
		.internal = true,
	};

	return daemon_main(&daemon, argc, argv);
}
