#include "sample.h"
#include "test.h"

#include "base/scope.h"
#include "json/write.h"

#include <stdio.h>

#define NOTHING                                                                                 \
	"{\"Memory\":0,\"OOM\":null,\"Flag\":false,\"Number\":0,\"NumberPtr\":null,\"Size\":0," \
	"\"Uints\":null,\"Ratio\":0,\"Text\":\"\",\"TextPtr\":null,"                            \
	"\"Time\":\"0001-01-01T00:00:00Z\",\"Strings\":null,\"Rows\":null,"                     \
	"\"Leaf\":{\"Name\":\"\"},\"LeafPtr\":null,\"Leaves\":[],\"Labels\":{},"                \
	"\"Counts\":null,\"Objects\":null,\"Lists\":null,\"Set\":null,\"Raw\":null}"

TEST(zero_values_are_written_as_go_does)
{
	struct sample s = {0};
	scoped_free char *text = json_text(&sample_type, &s, 0);

	ASSERT_STR(text, NOTHING);
}

TEST(values_of_every_kind)
{
	bool yes = true;
	int64_t seven = 7;
	uint64_t uints[] = {1, 2}, count = 3;
	char *strings[] = {"a", "b", NULL}, *none[] = {NULL};
	char **rows[] = {strings, none, NULL};
	struct leaf leaves[] = {{"x", 1}, {"y", 0}};
	struct json_list bindings = {leaves, 1, true};
	struct json_member labels[] = {{"z", "1"}, {"a", "2"}}, counts[] = {{"c", &count}};
	struct json_member objects[] = {{"o", &leaves[1]}, {"n", NULL}};
	struct json_member lists[] = {{"80/tcp", &bindings}, {"81/tcp", NULL}},
			   set[] = {{"k", NULL}};
	struct sample s = {
		.common = {64, &yes},
		.flag = true,
		.flag_ptr = &yes,
		.number = -1,
		.number_ptr = &seven,
		.size = 9,
		.pair = {24, 80},
		.uints = {uints, 2, true},
		.ratio = 0.5,
		.text = "t",
		.text_ptr = "p",
		.time = 1000000000500000000,
		.strings = strings,
		.rows = rows,
		.leaf = {"l", 5},
		.leaf_ptr = &leaves[0],
		.leaves = {leaves, 2, true},
		.labels = {labels, 2, true},
		.counts = {counts, 1, true},
		.objects = {objects, 2, true},
		.lists = {lists, 2, true},
		.set = {set, 1, true},
		.raw = "[1, 2]",
	};
	scoped_free char *text = json_text(&sample_type, &s, 0);

	ASSERT_STR(text,
		"{\"Memory\":64,\"OOM\":true,\"Flag\":true,\"FlagPtr\":true,\"Number\":-1,"
		"\"NumberPtr\":7,"
		"\"Size\":9,\"Pair\":[24,80],\"Uints\":[1,2],\"Ratio\":0.5,\"Text\":\"t\","
		"\"TextPtr\":\"p\","
		"\"Time\":\"2001-09-09T01:46:40.5Z\",\"Strings\":[\"a\",\"b\"],\"Rows\":[[\"a\","
		"\"b\"],[]],"
		"\"Leaf\":{\"Name\":\"l\",\"Size\":5},\"LeafPtr\":{\"Name\":\"x\",\"Size\":1},"
		"\"Leaves\":[{\"Name\":\"x\",\"Size\":1},{\"Name\":\"y\"}],"
		"\"Labels\":{\"a\":\"2\",\"z\":\"1\"},\"Counts\":{\"c\":3},"
		"\"Objects\":{\"n\":null,\"o\":{\"Name\":\"y\"}},"
		"\"Lists\":{\"80/tcp\":[{\"Name\":\"x\",\"Size\":1}],\"81/tcp\":null},"
		"\"Set\":{\"k\":{}},\"Raw\":[1, 2]}");
}

TEST(present_but_empty_lists_are_not_null)
{
	char *none[] = {NULL};
	char **no_rows[] = {NULL};
	struct sample s = {
		.uints = {.present = true},
		.strings = none,
		.rows = no_rows,
		.counts = {.present = true},
		.objects = {.present = true},
		.lists = {.present = true},
		.set = {.present = true},
	};
	scoped_free char *text = json_text(&sample_type, &s, 0);

	ASSERT(strstr(text, "\"Uints\":[],"));
	ASSERT(strstr(text, "\"Strings\":[],\"Rows\":[],"));
	ASSERT(strstr(text, "\"Counts\":{},\"Objects\":{},\"Lists\":{},\"Set\":{},"));
}

TEST(many_labels_are_sorted)
{
	static char keys[100][8];
	struct json_member labels[100];
	struct sample s = {.labels = {labels, 100, true}};
	scoped_free char *text = NULL;
	const char *at;

	for (int i = 0; i < 100; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%02d", (i * 37) % 100);
		labels[i] = (struct json_member){keys[i], "v"};
	}
	text = json_text(&sample_type, &s, 0);
	at = strstr(text, "\"Labels\":{");
	for (int i = 0; i < 100; i++) {
		char want[16];
		const char *next;

		snprintf(want, sizeof(want), "\"k%02d\":", i);
		next = strstr(at, want);
		ASSERT(next && next > at);
		at = next;
	}
}

struct versioned {
	int64_t always, old, new;
};
static const struct json_field versioned_fields[] = {
	JSON_FIELD(struct versioned, "Always", JSON_INT, always, 0),
	JSON_FIELD_SINCE(struct versioned, "Old", JSON_INT, old, 0, 0, 144),
	JSON_FIELD_SINCE(struct versioned, "New", JSON_INT, new, 0, 142, 0),
	JSON_END,
};
static const struct json_type versioned_type = {
	"Versioned", sizeof(struct versioned), versioned_fields};

static void
assert_version(int version, const char *expected)
{
	struct versioned v = {1, 2, 3};
	scoped_free char *text = json_text(&versioned_type, &v, version);

	ASSERT_STR(text, expected);
}

TEST(fields_follow_the_api_version)
{
	assert_version(124, "{\"Always\":1,\"Old\":2}");
	assert_version(142, "{\"Always\":1,\"Old\":2,\"New\":3}");
	assert_version(143, "{\"Always\":1,\"Old\":2,\"New\":3}");
	assert_version(144, "{\"Always\":1,\"New\":3}");
	assert_version(0, "{\"Always\":1,\"Old\":2,\"New\":3}");
}
