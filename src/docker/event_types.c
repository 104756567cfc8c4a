#include "docker/event_types.h"

#define T struct event_actor
static const struct json_field event_actor_fields[] = {
	JSON_FIELD(T, "ID", JSON_STRING, id, 0),
	JSON_FIELD(T, "Attributes", JSON_STRING_MAP, attributes, JSON_EMPTY_LIST),
	JSON_END,
};
#undef T
const struct json_type event_actor_type = {
	"EventActor", sizeof(struct event_actor), event_actor_fields};

#define T struct event_message
static const struct json_field event_message_fields[] = {
	JSON_FIELD(T, "status", JSON_STRING, status, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "id", JSON_STRING, id, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "from", JSON_STRING, from, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "Type", JSON_STRING, type, 0),
	JSON_FIELD(T, "Action", JSON_STRING, action, 0),
	JSON_FIELD_OF(T, "Actor", JSON_OBJECT, actor, 0, event_actor_type),
	JSON_FIELD(T, "scope", JSON_STRING, scope, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "time", JSON_INT, time, JSON_OMIT_EMPTY),
	JSON_FIELD(T, "timeNano", JSON_INT, time_nano, JSON_OMIT_EMPTY),
	JSON_END,
};
#undef T
const struct json_type event_message_type = {
	"EventMessage", sizeof(struct event_message), event_message_fields};
