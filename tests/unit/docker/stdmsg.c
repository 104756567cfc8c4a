/* stdmsg.c: the texts are those that Docker Engine 26.1 was recorded with. */
#include "test.h"

#include "docker/stdmsg.h"

#define SAYS(kind_, text, call)                      \
	do {                                         \
		scoped_error e = {0};                \
		ASSERT((call) < 0);                  \
		ASSERT_STR(error_message(&e), text); \
		ASSERT_EQ(e.kind, kind_);            \
	} while (0)

TEST(missing_objects)
{
	SAYS(ERROR_NOT_FOUND, "No such container: x", no_such_container(&e, "x"));
	SAYS(ERROR_NOT_FOUND, "No such exec instance: x", no_such_exec(&e, "x"));
	SAYS(ERROR_NOT_FOUND, "No such image: x:latest", no_such_image(&e, "x:latest"));
	SAYS(ERROR_NOT_FOUND, "network x not found", no_such_network(&e, "x"));
	SAYS(ERROR_NOT_FOUND, "get x: no such volume", no_such_volume(&e, "x"));
}

TEST(states_and_names)
{
	SAYS(ERROR_CONFLICT, "container 71b3 is not running", container_not_running(&e, "71b3"));
	SAYS(ERROR_CONFLICT, "Container 71b3 is paused, unpause the container before exec",
		container_is_paused(&e, "71b3"));
	SAYS(ERROR_CONFLICT,
		"Conflict. The container name \"/orc-a\" is already in use by container \"71b3\". "
		"You "
		"have to remove (or rename) that container to be able to reuse that name.",
		container_name_taken(&e, "orc-a", "71b3"));
	SAYS(ERROR_INVALID,
		"Invalid container name (-bad-), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
		container_name_invalid(&e, "-bad-"));
}

TEST(numbers)
{
	SAYS(ERROR_INVALID, "strconv.Atoi: parsing \"x\": invalid syntax",
		not_a_number(&e, ERROR_INVALID, "Atoi", "x"));
	SAYS(ERROR_INTERNAL, "strconv.ParseInt: parsing \"x\": invalid syntax",
		not_a_number(&e, ERROR_INTERNAL, "ParseInt", "x"));
}
