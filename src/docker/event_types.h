/*
 * event_types.h: one event of GET /events (Docker Engine API v1.44, schema EventMessage).
 */
#pragma once

#include "json/field.h"

struct event_actor {
	char *id;
	struct json_map attributes;
};
extern const struct json_type event_actor_type;

struct event_message {
	char *status; /* this and the next two repeat Action, Actor.ID and the image, for container and image events */
	char *id;
	char *from;
	char *type;
	char *action;
	struct event_actor actor;
	char *scope;
	int64_t time; /* seconds since the epoch */
	int64_t time_nano;
};
extern const struct json_type event_message_type;
