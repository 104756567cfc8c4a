/* Query strings and addresses from outside: what is accepted must survive being written and read again. */
#include "base/alloc.h"
#include "base/str.h"
#include "base/url.h"

#define TEXT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_query(const char *text)
{
	scoped(arena) *arena = arena_new(1 << 20);
	scoped_error e = {0};
	struct query first, second;
	scoped_buf again;

	buf_init(&again, 4 * TEXT_MAX);
	if (query_parse(arena, text, &first, &e) < 0) {
		bug_if(e.code == 0);
		return;
	}
	for (size_t i = 0; i < first.n; i++) {
		url_encode(&again, first.pairs[i].key);
		buf_putc(&again, '=');
		url_encode(&again, first.pairs[i].value);
		buf_putc(&again, '&');
	}
	bug_if(again.full);
	bug_if(query_parse(arena, again.data, &second, &e) < 0);
	bug_if(first.n != second.n);
	for (size_t i = 0; i < first.n; i++) {
		bug_if(!str_eq(first.pairs[i].key, second.pairs[i].key));
		bug_if(!str_eq(first.pairs[i].value, second.pairs[i].value));
	}
}

static void
check_address(const char *text)
{
	struct address first, second;
	scoped_error e = {0};
	char again[sizeof(first.host) + 32];

	if (address_parse(text, &first, &e) < 0) {
		bug_if(e.code == 0);
		return;
	}
	address_format(&first, again, sizeof(again));
	bug_if(address_parse(again, &second, &e) < 0);
	bug_if(first.kind != second.kind || first.port != second.port);
	bug_if(!str_eq(first.path, second.path) || !str_eq(first.host, second.host));
	bug_if(address_is_local(&first) != address_is_local(&second));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	scoped(arena) *arena = arena_new(TEXT_MAX);
	scoped_free char *text = NULL;

	if (n > TEXT_MAX)
		return 0;
	url_decode(arena, (const char *)data, n, true, NULL); /* may hold NUL bytes */
	text = xstrndup((const char *)data, n);
	check_query(text);
	check_address(text);
	return 0;
}
