#include "tar/tar.h"

#include "base/alloc.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

struct tar_reader {
	struct archive *archive;
	tar_source source;
	void *arg;
	bool source_failed;
};

static la_ssize_t
pull(struct archive *a, void *arg, const void **ret)
{
	struct tar_reader *r = arg;
	ssize_t n = r->source(r->arg, ret);

	if (n >= 0)
		return n;
	r->source_failed = true;
	archive_set_error(a, (int)-n, "reading the archive failed");
	return -1;
}

/* What the source says is passed on; all else that libarchive finds is wrong with the archive. */
static int
failed(struct tar_reader *r, struct error *e)
{
	int code = archive_errno(r->archive);
	const char *text = archive_error_string(r->archive);

	if (r->source_failed && code > 0)
		return error_errno(e, -code, "cannot read the archive");
	if (code == ENOMEM)
		return error_errno(e, -ENOMEM, "cannot read the archive");
	return error_set(e, ERROR_INVALID, -EBADMSG, "invalid tar archive: %s",
		text ? text : "unknown format");
}

int
tar_reader_open(tar_source source, void *arg, struct tar_reader **ret, struct error *e)
{
	scoped(tar_reader) *r = NEW(tar_reader);

	r->source = source;
	r->arg = arg;
	r->archive = archive_read_new();
	bug_if(!r->archive);
	archive_read_support_filter_gzip(r->archive);
	archive_read_support_filter_bzip2(r->archive);
	archive_read_support_filter_xz(r->archive);
	archive_read_support_filter_zstd(r->archive);
	archive_read_support_format_tar(r->archive);
	archive_read_support_format_empty(r->archive);
	if (archive_read_open(r->archive, r, NULL, pull, NULL) < ARCHIVE_WARN)
		return failed(r, e);
	*ret = take_ptr(r);
	return 0;
}

static enum tar_type
type_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry))
		return TAR_HARDLINK;
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return TAR_FILE;
	case AE_IFDIR:
		return TAR_DIRECTORY;
	case AE_IFLNK:
		return TAR_SYMLINK;
	case AE_IFIFO:
		return TAR_FIFO;
	case AE_IFCHR:
		return TAR_CHARACTER;
	case AE_IFBLK:
		return TAR_BLOCK;
	default:
		return TAR_OTHER;
	}
}

/* Ids beyond 32 bits are nobody's. */
static uint32_t
id_of(la_int64_t id)
{
	return id < 0 || id >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)id;
}

static int64_t
time_of(struct archive_entry *entry)
{
	int64_t seconds = archive_entry_mtime(entry), ns;

	if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &ns) ||
		__builtin_add_overflow(ns, archive_entry_mtime_nsec(entry), &ns))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

int
tar_reader_next(struct tar_reader *r, struct tar_entry *ret, struct error *e)
{
	struct archive_entry *entry;
	const char *hardlink;
	int status = archive_read_next_header(r->archive, &entry);

	if (status == ARCHIVE_EOF)
		return 0;
	/* A warning is about character sets: outside a locale libarchive leaves names as they are, which is what we want. */
	if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
		return failed(r, e);
	hardlink = archive_entry_hardlink(entry);
	*ret = (struct tar_entry){
		.type = type_of(entry),
		.path = archive_entry_pathname(entry),
		.link = hardlink ? hardlink : archive_entry_symlink(entry),
		.mode = (uint32_t)archive_entry_perm(entry) & 07777,
		.uid = id_of(archive_entry_uid(entry)),
		.gid = id_of(archive_entry_gid(entry)),
		.uname = archive_entry_uname(entry),
		.gname = archive_entry_gname(entry),
		.size = archive_entry_size(entry),
		.mtime_ns = time_of(entry),
		.major = (uint32_t)archive_entry_rdevmajor(entry),
		.minor = (uint32_t)archive_entry_rdevminor(entry),
	};
	if (!ret->path || !*ret->path)
		return error_set(
			e, ERROR_INVALID, -EBADMSG, "invalid tar archive: an entry has no name");
	if ((ret->type == TAR_SYMLINK || ret->type == TAR_HARDLINK) && !ret->link)
		return error_set(e, ERROR_INVALID, -EBADMSG,
			"invalid tar archive: link %s has no target", ret->path);
	if (ret->size < 0)
		return error_set(e, ERROR_INVALID, -EBADMSG,
			"invalid tar archive: %s has a negative size", ret->path);
	return 1;
}

ssize_t
tar_reader_data(struct tar_reader *r, const void **ret, int64_t *ret_offset, struct error *e)
{
	size_t n;
	int status;

	/* An empty piece only tells where a hole ends. */
	do
		status = archive_read_data_block(r->archive, ret, &n, ret_offset);
	while ((status == ARCHIVE_OK || status == ARCHIVE_WARN) && n == 0);
	if (status == ARCHIVE_EOF)
		return 0;
	if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
		return failed(r, e);
	return (ssize_t)n;
}

void
tar_reader_free(struct tar_reader *r)
{
	if (r->archive)
		archive_read_free(r->archive);
	free(r);
}
