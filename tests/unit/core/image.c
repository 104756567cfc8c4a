#include "core/image.h"

#include "base/str.h"
#include "world.h"

#include <errno.h>

static void
ignore(void *arg UNUSED, const char *id UNUSED, const char *text UNUSED)
{
}

static const struct pull_progress silent = {.status = ignore};

static int
pull(struct core *core, const char *name, bool *ret_new, struct error *e)
{
	scoped(image) *i = NULL;

	return image_pull(core, name, NULL, &silent, &i, ret_new, e);
}

static struct image *
found(struct core *core, const char *what)
{
	struct image *i;

	if (image_find(core, what, &i, NULL) < 0)
		test_fail(__FILE__, __LINE__, "%s is missing", what);
	image_unref(i);
	return i;
}

static char removed[1024];

static void
note(void *arg UNUSED, const char *untagged, const char *deleted)
{
	size_t n = strlen(removed);

	snprintf(removed + n, sizeof(removed) - n, "%s%s ", untagged ? "-" : "!",
		untagged ? untagged : deleted);
}

/* What was untagged (-) and deleted (!). */
static const char *
removal(struct core *core, const char *what, bool force)
{
	struct error e = {0};

	*removed = '\0';
	if (image_remove(core, what, force, true, note, NULL, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", what, error_message(&e));
	return removed;
}

static int
removing(struct core *core, const char *what, bool force, struct error *e)
{
	return image_remove(core, what, force, true, note, NULL, e);
}

static void
pulling(void)
{
	struct core *core = world_open();
	struct image *i;
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	ASSERT(new);
	ASSERT_OK(pull(core, "alpine:latest", &new, NULL));
	ASSERT(!new);
	ASSERT_OK(pull(core, "docker.io/library/alpine", &new, NULL));
	ASSERT(!new);
	ASSERT_OK(pull(core, "alpine:3", &new, NULL)); /* the same image by another name */
	ASSERT(new);
	i = found(core, "alpine");
	ASSERT(i == found(core, "alpine:3"));
	ASSERT_EQ(strv_len(i->tags), 2);
	ASSERT_OK(pull(core, "alpine:1", &new, NULL));
	ASSERT_STR(i->tags[0], "alpine:1"); /* in the order of the alphabet */
	ASSERT_STR(i->tags[1], "alpine:3");
	ASSERT_STR(i->tags[2], "alpine:latest");
	ASSERT_REFUSED(pull(core, "UPPER", &new, &e), -EINVAL, ERROR_INVALID,
		"invalid reference format: repository name (library/UPPER) must be lowercase");
	world_failure = -EIO;
	ASSERT_EQ(pull(core, "busybox", &new, NULL), -EIO);
	ASSERT_REFUSED(image_find(core, "busybox", &i, &e), -ENOENT, ERROR_NOT_FOUND,
		"No such image: busybox:latest");
	core_close(core);
	core = world_open();
	ASSERT_EQ(strv_len(found(core, "alpine")->tags), 3);
	core_close(core);
}

TEST(image_pull_and_its_names)
{
	world_run(pulling);
}

static void
finding(void)
{
	struct core *core = world_open();
	struct image *i, *a;
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	ASSERT_OK(pull(core, "busybox", &new, NULL));
	a = found(core, "alpine");
	ASSERT(found(core, a->id) == a);
	ASSERT(found(core, a->id + strlen("sha256:")) == a);
	ASSERT_EQ(image_find(core, "000000000000", &i, NULL), -ENOENT); /* both begin so */
	ASSERT_REFUSED(image_find(core, "nonesuch", &i, &e), -ENOENT, ERROR_NOT_FOUND,
		"No such image: nonesuch:latest");
	core_close(core);
}

TEST(image_found_by_name_id_and_prefix)
{
	world_run(finding);
}

static void
tagging(void)
{
	struct core *core = world_open();
	struct image *a, *b;
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	ASSERT_OK(pull(core, "busybox", &new, NULL));
	a = found(core, "alpine");
	b = found(core, "busybox");
	ASSERT_OK(image_tag(core, a, "mine", "1", NULL));
	ASSERT(found(core, "mine:1") == a);
	ASSERT_OK(image_tag(core, b, "mine", "1", NULL)); /* the name moves */
	ASSERT(found(core, "mine:1") == b);
	ASSERT_EQ(strv_len(a->tags), 1);
	ASSERT_OK(image_tag(core, b, "mine", NULL, NULL));
	ASSERT(found(core, "mine") == b);
	ASSERT_EQ(image_tag(core, a, "UPPER", NULL, NULL), -EINVAL);
	ASSERT_EQ(image_tag(core, a, "x", "!", NULL), -EINVAL);
	core_close(core);
	core = world_open();
	ASSERT(found(core, "mine:1") == found(core, "busybox"));
	core_close(core);
}

TEST(image_tag_moves)
{
	world_run(tagging);
}

static void
names_go_first(void)
{
	struct core *core = world_open();
	const char *id;
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	ASSERT_OK(image_tag(core, found(core, "alpine"), "mine", NULL, NULL));
	id = world_text("%s", found(core, "alpine")->id);
	ASSERT_STR(removal(core, "mine", false), "-mine:latest ");
	ASSERT_STR(removal(core, "alpine", false), world_text("-alpine:latest !%s ", id));
	core_close(core);
	core = world_open();
	ASSERT(list_empty(image_list(core)));
	core_close(core);
}

TEST(image_remove_by_name)
{
	world_run(names_go_first);
}

static void
by_id(void)
{
	struct core *core = world_open();
	const char *id;
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	ASSERT_OK(image_tag(core, found(core, "alpine"), "mine", NULL, NULL));
	id = world_text("%s", found(core, "alpine")->id);
	ASSERT_REFUSED(removing(core, id, false, &e), -EBUSY, ERROR_CONFLICT,
		world_text("conflict: unable to delete %.12s (must be forced) - image is "
			   "referenced in multiple repositories",
			id + strlen("sha256:")));
	ASSERT_STR(removal(core, id, true), world_text("-alpine:latest -mine:latest !%s ", id));
	core_close(core);
}

TEST(image_remove_by_id)
{
	world_run(by_id);
}

static void
used(void)
{
	struct core *core = world_open();
	struct container *c = world_container(core, "c");
	bool new;

	ASSERT_OK(pull(core, "alpine", &new, NULL));
	c->image_id = arena_strdup(c->arena, found(core, "alpine")->id);
	ASSERT_EQ(image_users(core, found(core, "alpine")), 1);
	ASSERT_REFUSED(removing(core, "alpine", false, &e), -EBUSY, ERROR_CONFLICT,
		world_text("conflict: unable to remove repository reference \"alpine\" (must "
			   "force) - container %.12s is "
			   "using its referenced image %.12s",
			c->id, c->image_id + strlen("sha256:")));
	world_start(c);
	ASSERT_EQ(removing(core, "alpine", true, NULL), -EBUSY);
	world_stop(c);
	ASSERT_STR(removal(core, "alpine", true), world_text("-alpine:latest !%s ", c->image_id));
	core_close(core);
}

TEST(image_in_use_stays)
{
	world_run(used);
}
