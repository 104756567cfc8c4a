/* Any bytes as an archive: the reader may refuse them, nothing else. */
#include "tar/tar.h"

#include <stdint.h>

#define ENTRIES_MAX 1000
#define DATA_MAX (16 << 20) /* a small compressed input may hold much */

struct input {
	const uint8_t *data;
	size_t n;
};

/* In pieces, so that headers are cut in two. */
static ssize_t
source(void *arg, const void **ret)
{
	struct input *in = arg;
	size_t n = in->n < 700 ? in->n : 700;

	*ret = in->data;
	in->data += n;
	in->n -= n;
	return (ssize_t)n;
}

static void
read_entries(struct tar_reader *r)
{
	struct tar_entry entry;
	size_t total = 0;

	for (int i = 0; i < ENTRIES_MAX && tar_reader_next(r, &entry, NULL) > 0; i++) {
		const void *data;
		int64_t offset;
		ssize_t n;

		bug_if(!entry.path || !*entry.path || entry.size < 0 || entry.mode > 07777);
		bug_if((entry.type == TAR_SYMLINK || entry.type == TAR_HARDLINK) && !entry.link);
		while ((n = tar_reader_data(r, &data, &offset, NULL)) > 0) {
			bug_if(offset < 0);
			total += (size_t)n;
			if (total > DATA_MAX)
				return;
		}
		if (n < 0)
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = {data, n};
	scoped(tar_reader) *r = NULL;

	if (tar_reader_open(source, &in, &r, NULL) == 0)
		read_entries(r);
	return 0;
}
