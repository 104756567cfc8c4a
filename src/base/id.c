#include "base/id.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/str.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

#define SHORT_ID 12 /* what listings show */

static const char *const adjectives[] = {"agile", "amber", "ample", "azure", "balmy", "bold",
	"brave", "breezy", "bright", "brisk", "calm", "cheery", "clear", "clever", "cloudy",
	"copper", "cosy", "crisp", "curly", "dapper", "deft", "eager", "early", "fair", "fluffy",
	"fresh", "frosty", "gentle", "golden", "grand", "happy", "hardy", "hazel", "humble",
	"jolly", "keen", "kind", "lively", "lucid", "mellow", "merry", "mild", "misty", "neat",
	"nimble", "noble", "patient", "placid", "polite", "proud", "quick", "quiet", "rapid",
	"robust", "rosy", "silver", "snowy", "solid", "spry", "steady", "sunny", "swift", "tidy",
	"vivid", "warm", "witty"};

static const char *const nouns[] = {"acorn", "anchor", "anvil", "badger", "barrel", "basket",
	"beacon", "beaver", "birch", "bison", "breeze", "bridge", "brook", "bucket", "button",
	"cactus", "candle", "canoe", "canyon", "cedar", "chisel", "cloud", "clover", "comet",
	"compass", "coral", "cricket", "dolphin", "drizzle", "falcon", "feather", "fern", "ferry",
	"finch", "fjord", "forest", "fountain", "garden", "glacier", "granite", "hammer", "harbor",
	"heron", "hill", "island", "kettle", "kite", "ladder", "lagoon", "lantern", "lever", "lily",
	"lynx", "magnet", "maple", "marble", "meadow", "meteor", "mitten", "monsoon", "moss",
	"needle", "orchard", "otter", "owl", "paddle", "panda", "pebble", "pelican", "pepper",
	"pigeon", "pillow", "plum", "pond", "puffin", "pulley", "quartz", "rabbit", "rainbow",
	"river", "saddle", "sail", "salmon", "sparrow", "spoon", "spruce", "squirrel", "sunrise",
	"teapot", "thistle", "thunder", "timber", "trowel", "tulip", "turtle", "valley", "walnut",
	"walrus", "willow", "wrench", "yarrow", "zephyr"};

void
random_bytes(void *out, size_t n)
{
	char *at = out;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		bug_if(got < 0);
		at += got;
		n -= (size_t)got;
	}
}

void
id_generate(char out[ID_SIZE])
{
	unsigned char bytes[(ID_SIZE - 1) / 2];

	do {
		random_bytes(bytes, sizeof(bytes));
		hex_encode(bytes, sizeof(bytes), out);
	} while (strspn(out, "0123456789") >= SHORT_ID);
}

bool
id_valid_hex(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n > 0 && n < ID_SIZE && s[n] == '\0';
}

void
id_generate_name(char out[ID_NAME_SIZE], unsigned suffix)
{
	uint32_t dice[2];
	const char *adjective, *noun;

	random_bytes(dice, sizeof(dice));
	adjective = adjectives[dice[0] % ARRAY_LEN(adjectives)];
	noun = nouns[dice[1] % ARRAY_LEN(nouns)];
	if (suffix > 0)
		str_format(out, ID_NAME_SIZE, "%s_%s%u", adjective, noun, suffix);
	else
		str_format(out, ID_NAME_SIZE, "%s_%s", adjective, noun);
}

bool
id_valid_name(const char *s)
{
	size_t n = strspn(s, "0123456789"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz"
			     "_.-");

	return n >= 2 && s[n] == '\0' && isalnum((unsigned char)s[0]);
}
