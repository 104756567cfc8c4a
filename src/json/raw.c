#include "json/raw.h"

static void
raw_write(struct json_writer *w, const struct json_node *node)
{
	switch (node->kind) {
	case NODE_NULL:
		json_null(w);
		break;
	case NODE_BOOL:
		json_bool(w, node->boolean);
		break;
	case NODE_NUMBER:
		json_raw(w, node->text);
		break;
	case NODE_STRING:
		json_string(w, node->text);
		break;
	case NODE_ARRAY:
		json_array_begin(w);
		for (size_t i = 0; i < node->n; i++)
			raw_write(w, &node->items[i]);
		json_array_end(w);
		break;
	case NODE_OBJECT:
		json_object_begin(w);
		for (size_t i = 0; i < node->n; i++) {
			json_key(w, node->keys[i]);
			raw_write(w, &node->items[i]);
		}
		json_object_end(w);
		break;
	}
}

char *
raw_text(struct arena *arena, const struct json_node *node)
{
	scoped_json_writer w;

	json_writer_init(&w, NULL, NULL, 0);
	raw_write(&w, node);
	return json_finish(&w) < 0 ? NULL : arena_strndup(arena, w.buf.data, w.buf.len);
}
