/* services.h: the back ends as services, each with the options it has; shared by the programs. */
#pragma once

#include "base/option.h"
#include "daemon/service.h"

extern const struct option_spec memory_options[], docker_options[];

int memory_service(const struct options *o, struct service *ret, struct error *e) SUSPENDS;
int docker_service(const struct options *o, struct service *ret, struct error *e) SUSPENDS;
