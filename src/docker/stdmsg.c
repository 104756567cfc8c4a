#include "docker/stdmsg.h"

#include <errno.h>

int
no_such_container(struct error *e, const char *name)
{
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "No such container: %s", name);
}

int
no_such_exec(struct error *e, const char *id)
{
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "No such exec instance: %s", id);
}

int
no_such_image(struct error *e, const char *reference)
{
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "No such image: %s", reference);
}

int
no_such_network(struct error *e, const char *name)
{
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "network %s not found", name);
}

int
no_such_volume(struct error *e, const char *name)
{
	return error_set(e, ERROR_NOT_FOUND, -ENOENT, "get %s: no such volume", name);
}

int
container_not_running(struct error *e, const char *id)
{
	return error_set(e, ERROR_CONFLICT, -ESRCH, "container %s is not running", id);
}

int
container_is_paused(struct error *e, const char *id)
{
	return error_set(e, ERROR_CONFLICT, -EBUSY,
		"Container %s is paused, unpause the container before exec", id);
}

int
container_name_taken(struct error *e, const char *name, const char *id)
{
	return error_set(e, ERROR_CONFLICT, -EEXIST,
		"Conflict. The container name \"/%s\" is already in use by container \"%s\". "
		"You have to remove (or rename) that container to be able to reuse that name.",
		name, id);
}

int
container_name_invalid(struct error *e, const char *name)
{
	return error_set(e, ERROR_INVALID, -EINVAL,
		"Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name);
}

int
not_a_number(struct error *e, enum error_kind kind, const char *function, const char *text)
{
	return error_set(
		e, kind, -EINVAL, "strconv.%s: parsing \"%s\": invalid syntax", function, text);
}
