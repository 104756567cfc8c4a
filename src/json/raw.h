/* raw.h: a tree back into text, for members that are passed through (JSON_RAW). Private to the
 * room. */
#pragma once

#include "json/read.h"
#include "json/write.h"

/* In the arena; NULL when it is full or the text is larger than JSON_MAX_DOCUMENT. */
char *raw_text(struct arena *arena, const struct json_node *node);
