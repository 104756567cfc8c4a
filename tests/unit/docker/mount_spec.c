#include "test.h"

#include "docker/mount_spec.h"

static struct mount_spec
bind(struct arena *arena, const char *text)
{
	scoped_error e = {0};
	struct mount_spec m;

	if (mount_spec_parse(arena, text, NULL, &m, &e) < 0)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error_message(&e));
	return m;
}

static void
assert_bind_refused(const char *text, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct mount_spec m;

	if (mount_spec_parse(arena, text, NULL, &m, &e) >= 0)
		test_fail(__FILE__, __LINE__, "%s was accepted", text);
	ASSERT_STR(error_message(&e), message);
	ASSERT_EQ(e.kind, ERROR_INVALID);
}

TEST(host_directories)
{
	scoped(arena) *arena = arena_new(0);
	struct mount_spec m = bind(arena, "/host//dir/../x:/dst/./a/:ro,rslave");

	ASSERT_EQ(m.type, MOUNT_BIND);
	ASSERT_STR(m.source, "/host/x");
	ASSERT_STR(m.destination, "/dst/a");
	ASSERT_STR(m.mode, "ro,rslave");
	ASSERT_STR(m.propagation, "rslave");
	ASSERT(m.read_only);
	ASSERT(m.create_source);
	m = bind(arena, "/:/host");
	ASSERT_STR(m.source, "/");
	ASSERT_STR(m.propagation, "rprivate");
	ASSERT(!m.read_only);
}

TEST(named_and_anonymous_volumes)
{
	scoped(arena) *arena = arena_new(0);
	struct mount_spec m = bind(arena, "data:/data");

	ASSERT_EQ(m.type, MOUNT_VOLUME);
	ASSERT_STR(m.name, "data");
	ASSERT_STR(m.source, "");
	ASSERT_STR(m.mode, "z");
	ASSERT_STR(m.propagation, "");
	m = bind(arena, "data:/data:ro,nocopy");
	ASSERT_STR(m.mode, "ro,nocopy");
	ASSERT(m.read_only);
	ASSERT(m.no_copy);
	m = bind(arena, "/data");
	ASSERT_EQ(m.type, MOUNT_VOLUME);
	ASSERT_STR(m.name, "");
	ASSERT_STR(m.destination, "/data");
}

TEST(a_driver_is_for_volumes_only)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct mount_spec m;

	ASSERT_OK(mount_spec_parse(arena, "data:/data", "nfs", &m, &e));
	ASSERT_STR(m.driver, "nfs");
	ASSERT_STR(m.mode, "");
	ASSERT_OK(mount_spec_parse(arena, "/a:/data", "nfs", &m, &e));
	ASSERT_STR(m.driver, "");
}

TEST(bad_binds_have_the_engines_words)
{
	assert_bind_refused("", "invalid volume specification: ''");
	assert_bind_refused(":/a", "invalid volume specification: ':/a'");
	assert_bind_refused("/a:", "invalid volume specification: '/a:'");
	assert_bind_refused("/a:ro", "invalid volume specification: '/a:ro'");
	assert_bind_refused("/a:/b:ro:x", "invalid volume specification: '/a:/b:ro:x'");
	assert_bind_refused("/a:/b:xx", "invalid mode: xx");
	assert_bind_refused("/a:/b:ro,rw", "invalid mode: ro,rw");
	assert_bind_refused("/a:/b:ro,", "invalid mode: ro,");
	assert_bind_refused("/a:/b:nocopy", "invalid mode: nocopy");
	assert_bind_refused("/a:/",
		"invalid volume specification: '/a:/': invalid mount config for "
		"type \"bind\": invalid specification: destination can't be '/'");
	assert_bind_refused("/a:/b/..", "invalid volume specification: '/a:/b/..': invalid mount "
					"config for type \"bind\": invalid specification: "
					"destination can't be '/'");
	assert_bind_refused("/a:b",
		"invalid volume specification: '/a:b': invalid mount config for "
		"type \"bind\": invalid mount path: 'b' mount path must be "
		"absolute");
	assert_bind_refused("x:/b",
		"create x: volume name is too short, names should be at least two "
		"alphanumeric characters");
	assert_bind_refused("./a:/b",
		"create ./a: \"./a\" includes invalid characters for a local volume name, only "
		"\"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host "
		"directory, "
		"use absolute path");
}

static void
assert_mount_refused(const struct mount_config *config, const char *message)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct mount_spec m;

	ASSERT(mount_spec_from_config(arena, config, &m, &e) < 0);
	ASSERT_STR(error_message(&e), message);
}

TEST(mounts_of_each_type)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct bind_options bind_options = {.propagation = "shared", .create_mountpoint = true};
	struct volume_driver driver = {.name = "local"};
	struct volume_options volume_options = {.no_copy = true, .driver_config = &driver};
	struct tmpfs_options tmpfs_options = {.size_bytes = 4096, .mode = 0700};
	struct mount_config b = {"bind", "/a", "/b", true, .bind_options = &bind_options};
	struct mount_config v = {"volume", "data", "/v", .volume_options = &volume_options};
	struct mount_config t = {"tmpfs", NULL, "/t", .tmpfs_options = &tmpfs_options};
	struct mount_spec m;

	ASSERT_OK(mount_spec_from_config(arena, &b, &m, &e));
	ASSERT(m.read_only && m.create_source);
	ASSERT_STR(m.propagation, "shared");
	ASSERT_OK(mount_spec_from_config(arena, &v, &m, &e));
	ASSERT(m.no_copy);
	ASSERT_STR(m.name, "data");
	ASSERT_STR(m.driver, "local");
	ASSERT_STR(m.mode, "z");
	ASSERT_OK(mount_spec_from_config(arena, &t, &m, &e));
	ASSERT_EQ(m.tmpfs_size, 4096);
	ASSERT_EQ(m.tmpfs_mode, 0700);
}

TEST(bad_mounts_have_the_engines_words)
{
	struct bind_options bind_options = {.propagation = "sideways"};
	struct volume_options volume_options = {.subpath = "x"};

	assert_mount_refused(&(struct mount_config){"bind", "/a"},
		"invalid mount config for type \"bind\": field Target must not be empty");
	assert_mount_refused(&(struct mount_config){"bind", NULL, "/b"},
		"invalid mount config for type \"bind\": field Source must not be empty");
	assert_mount_refused(&(struct mount_config){"bind", "a", "/b"},
		"invalid mount config for type \"bind\": invalid mount path: 'a' mount path must "
		"be "
		"absolute");
	assert_mount_refused(
		&(struct mount_config){"bind", "/a", "/b", .bind_options = &bind_options},
		"invalid mount config for type \"bind\": invalid propagation mode: sideways");
	assert_mount_refused(
		&(struct mount_config){"volume", "data", "/b", .bind_options = &bind_options},
		"invalid mount config for type \"volume\": field BindOptions must not be "
		"specified");
	assert_mount_refused(&(struct mount_config){"volume", NULL, "/b", true},
		"invalid mount config for type \"volume\": must not set ReadOnly mode when using "
		"anonymous volumes");
	assert_mount_refused(
		&(struct mount_config){"volume", "data", "/b", .volume_options = &volume_options},
		"VolumeOptions.Subpath needs API v1.45 or newer");
	assert_mount_refused(&(struct mount_config){"tmpfs", "/a", "/b"},
		"invalid mount config for type \"tmpfs\": field Source must not be specified");
	assert_mount_refused(&(struct mount_config){"nonesuch", "/a", "/b"},
		"invalid mount config for type \"nonesuch\": mount type unknown");
	assert_mount_refused(&(struct mount_config){NULL, "/a", "/b"},
		"invalid mount config for type \"\": mount type unknown");
}

TEST(tmpfs_options)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	struct mount_spec m;

	ASSERT_OK(mount_spec_tmpfs(arena, "/run", "size=64m,mode=755,ro,noexec,nosuid", &m, &e));
	ASSERT_EQ(m.tmpfs_size, 64 << 20);
	ASSERT_EQ(m.tmpfs_mode, 0755);
	ASSERT(m.read_only);
	ASSERT_OK(mount_spec_tmpfs(arena, "/run", "", &m, &e));
	ASSERT_EQ(m.tmpfs_mode, 01777);
	ASSERT(mount_spec_tmpfs(arena, "/run", "sized=64m", &m, &e) < 0);
	ASSERT_STR(error_message(&e), "Invalid tmpfs option \"sized=64m\"");
	ASSERT(mount_spec_tmpfs(arena, "/run", "mode=9", &m, NULL) < 0);
	ASSERT(mount_spec_tmpfs(arena, "run", "", &m, NULL) < 0);
}

static int
collect(struct arena *arena, struct host_config *host, struct mount_specs *ret, struct error *e)
{
	struct json_member volumes[] = {{"/cache", NULL}, {"/data/", NULL}};
	struct container_config config = {.volumes = {volumes, 2, true}};

	return mount_specs_collect(arena, &config, host, ret, e);
}

TEST(all_ways_together)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	char *binds[] = {"data:/data", NULL};
	struct mount_config mount = {"bind", "/a", "/b"};
	struct json_member tmpfs = {"/run", "size=1m"};
	struct host_config host = {
		.binds = binds, .mounts = {&mount, 1, true}, .tmpfs = {&tmpfs, 1, true}};
	struct mount_specs specs;

	ASSERT_OK(collect(arena, &host, &specs, &e));
	ASSERT_EQ(specs.n, 4);
	ASSERT_STR(specs.items[0].destination, "/data");
	ASSERT_STR(specs.items[1].destination, "/b");
	ASSERT_STR(specs.items[2].destination, "/run");
	ASSERT_STR(specs.items[3].destination, "/cache");
	ASSERT_STR(specs.items[3].name, "");
}

TEST(two_mounts_at_one_place_are_refused)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	char *binds[] = {"data:/x", NULL};
	struct mount_config mount = {"bind", "/a", "/x/"};
	struct host_config host = {.binds = binds, .mounts = {&mount, 1, true}};
	struct mount_specs specs;

	ASSERT(collect(arena, &host, &specs, &e) < 0);
	ASSERT_STR(error_message(&e), "Duplicate mount point: /x");
}

TEST(volumes_from)
{
	scoped(arena) *arena = arena_new(0);
	scoped_error e = {0};
	const char *container;
	bool read_only;

	ASSERT_OK(volumes_from_parse(arena, "web", &container, &read_only, &e));
	ASSERT_STR(container, "web");
	ASSERT(!read_only);
	ASSERT_OK(volumes_from_parse(arena, "web:ro", &container, &read_only, &e));
	ASSERT_STR(container, "web");
	ASSERT(read_only);
	ASSERT(volumes_from_parse(arena, "web:nocopy", &container, &read_only, &e) < 0);
	ASSERT_STR(error_message(&e), "invalid mode: nocopy");
	ASSERT(volumes_from_parse(arena, "", &container, &read_only, NULL) < 0);
}
