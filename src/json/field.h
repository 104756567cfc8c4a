/*
 * field.h: what a JSON object looks like in memory.
 *
 * One `static const struct json_field` table per type drives both reading and writing, so the two
 * cannot disagree:
 *
 *	static const struct json_field port_fields[] = {
 *		JSON_FIELD(struct port, "IP", JSON_STRING, ip, JSON_OMIT_EMPTY),
 *		JSON_FIELD(struct port, "PrivatePort", JSON_INT, private_port, 0),
 *		JSON_END,
 *	};
 *	const struct json_type port_type = {"Port", sizeof(struct port), port_fields};
 *
 * Member types by kind (checked by the compiler where it can be):
 *	JSON_BOOL         bool                    JSON_BOOL_PTR     bool * (NULL writes null)
 *	JSON_INT          int64_t                 JSON_INT_PTR      int64_t *
 *	JSON_UINT         uint64_t                JSON_DOUBLE       double
 *	JSON_UINT_PAIR    uint64_t[2], as [a,b]   JSON_UINT_LIST    struct json_list of uint64_t
 *	JSON_STRING       char * (NULL writes "") JSON_STRING_PTR   char * (NULL writes null)
 *	JSON_TIME         int64_t ns since the epoch, as RFC 3339 with nanoseconds; 0 is Go's zero
 * time JSON_STRINGS      char ** NULL-terminated (a NULL pointer writes null, see JSON_EMPTY_LIST)
 *	JSON_STRING_ROWS  char *** NULL-terminated, of such lists (a process table)
 *	JSON_OBJECT       struct inline           JSON_OBJECT_PTR   struct * (NULL writes null)
 *	JSON_EMBED        struct inline whose fields are the object's own, as with Go's embedded
 * structs; see JSON_FIELDS_OF JSON_LIST         struct json_list: array of structs JSON_STRING_MAP
 * struct json_map: values char * JSON_UINT_MAP     struct json_map: values uint64_t *
 *	JSON_OBJECT_MAP   struct json_map: values struct *, described by `type`
 *	JSON_LIST_MAP     struct json_map: values struct json_list *, items described by `type`
 * (port bindings); NULL is null JSON_SET          struct json_map: keys only, written as {"key": {}}
 *	JSON_RAW          char * with JSON text, passed through as it is (NULL writes null)
 *
 * Strings read are in the arena given to the reader.  Records that outlive a request copy with
 * json_copy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_kind {
	JSON_NONE,
	JSON_BOOL,
	JSON_BOOL_PTR,
	JSON_INT,
	JSON_INT_PTR,
	JSON_UINT,
	JSON_UINT_PAIR,
	JSON_UINT_LIST,
	JSON_DOUBLE,
	JSON_STRING,
	JSON_STRING_PTR,
	JSON_TIME,
	JSON_STRINGS,
	JSON_STRING_ROWS,
	JSON_OBJECT,
	JSON_OBJECT_PTR,
	JSON_EMBED,
	JSON_LIST,
	JSON_STRING_MAP,
	JSON_UINT_MAP,
	JSON_OBJECT_MAP,
	JSON_LIST_MAP,
	JSON_SET,
	JSON_RAW,
};

enum json_flag {
	JSON_OMIT_EMPTY =
		1, /* as Go's omitempty: false, 0, "", NULL, empty list or map are left out */
	JSON_EMPTY_LIST = 2, /* a NULL list or map is written as [] or {}, not null */
	JSON_WRITE_ONLY = 4, /* ignored on input */
	JSON_OR_STRING = 8,  /* JSON_STRINGS: a lone string is a list of one (Cmd, Entrypoint) */
	JSON_OR_NUMBER = 16, /* JSON_STRING: a number is accepted and kept as its text */
};

struct json_type;

struct json_field {
	const char *name;
	enum json_kind kind;
	unsigned flags;
	size_t offset;
	const struct json_type *type; /* of objects, list items and map values */
	/* API versions ×100+minor (1.44 is 144) in which it is written; 0 is no bound; until is
	 * exclusive */
	uint16_t since, until;
	uint16_t name_size; /* strlen(name) */
};

struct json_type {
	const char *name;
	size_t size;
	const struct json_field *fields; /* ends with JSON_END */
};

struct json_list {
	void *items; /* n structs, one after another */
	size_t n;
	bool present; /* an empty list was given, as against null or nothing: written as [] */
};

struct json_member {
	char *key;
	void *value;
};

struct json_map {
	struct json_member *items; /* in the order given; sorted by key when written, as Go does */
	size_t n;
	bool present; /* as in json_list: written as {} though empty */
};

/* A field of struct T. The forms differ in what they leave at its default: type, since, until. */
#define JSON_FIELD(T, name, kind, member, flags) \
	JSON_FIELD_FULL(T, name, kind, member, flags, NULL, 0, 0)
#define JSON_FIELD_OF(T, name, kind, member, flags, type) \
	JSON_FIELD_FULL(T, name, kind, member, flags, &type, 0, 0)
#define JSON_FIELD_SINCE(T, name, kind, member, flags, since, until) \
	JSON_FIELD_FULL(T, name, kind, member, flags, NULL, since, until)
#define JSON_FIELD_OF_SINCE(T, name, kind, member, flags, type, since, until) \
	JSON_FIELD_FULL(T, name, kind, member, flags, &type, since, until)
#define JSON_FIELDS_OF(T, member, type) JSON_FIELD_FULL(T, "", JSON_EMBED, member, 0, &type, 0, 0)
#define JSON_END                                     \
	{                                            \
		NULL, JSON_NONE, 0, 0, NULL, 0, 0, 0 \
	}

#define JSON_FIELD_FULL(T, name, kind, member, flags, type, since, until)                          \
	{                                                                                          \
		name, kind, flags, offsetof(T, member) + JSON_CHECK(kind, T, member), type, since, \
			until, sizeof(name) - 1                                                    \
	}

/* 0, or a compile error when the member's C type is not the one of its kind. */
#define JSON_CHECK(kind, T, member) \
	(0 * sizeof(char[CHECK_##kind(__typeof__(((T *)0)->member)) ? 1 : -1]))
#define JSON_SAME(M, C) __builtin_types_compatible_p(M, C)
#define CHECK_JSON_BOOL(M) JSON_SAME(M, bool)
#define CHECK_JSON_BOOL_PTR(M) JSON_SAME(M, bool *)
#define CHECK_JSON_INT(M) JSON_SAME(M, int64_t)
#define CHECK_JSON_INT_PTR(M) JSON_SAME(M, int64_t *)
#define CHECK_JSON_UINT(M) JSON_SAME(M, uint64_t)
#define CHECK_JSON_UINT_PAIR(M) JSON_SAME(M, uint64_t[2])
#define CHECK_JSON_UINT_LIST(M) JSON_SAME(M, struct json_list)
#define CHECK_JSON_DOUBLE(M) JSON_SAME(M, double)
#define CHECK_JSON_STRING(M) (JSON_SAME(M, char *) || JSON_SAME(M, const char *))
#define CHECK_JSON_STRING_PTR(M) CHECK_JSON_STRING(M)
#define CHECK_JSON_TIME(M) JSON_SAME(M, int64_t)
#define CHECK_JSON_STRINGS(M) JSON_SAME(M, char **)
#define CHECK_JSON_STRING_ROWS(M) JSON_SAME(M, char ***)
#define CHECK_JSON_OBJECT(M) 1
#define CHECK_JSON_OBJECT_PTR(M) (sizeof(M) == sizeof(void *))
#define CHECK_JSON_EMBED(M) 1
#define CHECK_JSON_LIST(M) JSON_SAME(M, struct json_list)
#define CHECK_JSON_STRING_MAP(M) JSON_SAME(M, struct json_map)
#define CHECK_JSON_UINT_MAP(M) JSON_SAME(M, struct json_map)
#define CHECK_JSON_OBJECT_MAP(M) JSON_SAME(M, struct json_map)
#define CHECK_JSON_LIST_MAP(M) JSON_SAME(M, struct json_map)
#define CHECK_JSON_SET(M) JSON_SAME(M, struct json_map)
#define CHECK_JSON_RAW(M) CHECK_JSON_STRING(M)

void *json_map_get(const struct json_map *map, const char *key); /* NULL when absent */
bool json_map_has(const struct json_map *map, const char *key);
