/*
 * port.h: port specifications: "80", "80/tcp", "8080-8090/udp" (Docker Engine API v1.44, schemas PortMap and
 * ContainerConfig.ExposedPorts, and the filters publish and expose).
 */
#pragma once

#include "base/error.h"
#include "json/field.h"

#include <stdint.h>

#define PORT_TEXT_SIZE 32

struct port {
	uint16_t first, last; /* equal for a single port; 0 for an empty host port */
	char protocol[8];     /* "tcp", "udp" or "sctp" */
};

/* invalid port specification: "x". A range must not run backwards; the protocol is folded to lower case. */
int port_parse(const char *text, struct port *ret, struct error *e);

/* "80/tcp", "8080-8090/udp" */
void port_format(const struct port *p, char out[PORT_TEXT_SIZE]);

/* The keys of a PortBindings map must be single ports, its host ports "", ports or ranges. */
int port_check_bindings(const struct json_map *bindings, struct error *e);
int port_check_exposed(const struct json_map *exposed, struct error *e);
