#include "tar/tar.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <sys/sysmacros.h>

#define HEADERS_MAX \
	(256 * 1024) /* of one entry; names are shorter than PATH_MAX, so this is never met */

struct tar_writer {
	struct archive *archive;
	tar_sink sink;
	void *arg;
	int sink_error; /* 0 or what it said */
	bool given_up;
	locale_t utf8; /* or (locale_t)0 */
	bool in_header;
	struct buf header; /* held back while in_header */
	int64_t left;      /* data still to come for the entry */
};

/* After a failure libarchive would neither finish nor free everything, so it hears of none: what comes after the sink's error
 * is thrown away, and the error is ours to remember. Only when an archive is given up it is told, to make it stop. */
static la_ssize_t
push(struct archive *a, void *arg, const void *data, size_t n)
{
	struct tar_writer *w = arg;

	if (w->given_up) {
		archive_set_error(a, ECANCELED, "given up");
		return -1;
	}
	if (w->sink_error == 0)
		w->sink_error = w->in_header ? buf_append(&w->header, data, n)
					     : w->sink(w->arg, data, n);
	return (la_ssize_t)n;
}

static int
failed(struct tar_writer *w, struct error *e)
{
	if (w->sink_error < 0)
		return error_errno(e, w->sink_error, "cannot write the archive");
	return error_set(e, ERROR_INTERNAL, -EIO, "cannot write the archive: %s",
		archive_error_string(w->archive));
}

int
tar_writer_open(tar_sink sink, void *arg, struct tar_writer **ret, struct error *e)
{
	scoped(tar_writer) *w = NEW(tar_writer);

	w->sink = sink;
	w->arg = arg;
	buf_init(&w->header, HEADERS_MAX);
	w->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	w->archive = archive_write_new();
	bug_if(!w->archive);
	archive_write_set_format_pax_restricted(w->archive);
	archive_write_add_filter_none(w->archive);
	archive_write_set_bytes_per_block(
		w->archive, 0); /* no buffer of its own: a reader gets what there is */
	if (archive_write_open(w->archive, w, NULL, push, NULL) != ARCHIVE_OK)
		return failed(w, e);
	*ret = take_ptr(w);
	return 0;
}

static void
fill(struct archive_entry *out, const struct tar_entry *entry)
{
	static const mode_t types[] = {
		[TAR_FILE] = AE_IFREG,
		[TAR_DIRECTORY] = AE_IFDIR,
		[TAR_SYMLINK] = AE_IFLNK,
		[TAR_HARDLINK] = AE_IFREG,
		[TAR_FIFO] = AE_IFIFO,
		[TAR_CHARACTER] = AE_IFCHR,
		[TAR_BLOCK] = AE_IFBLK,
	};
	int64_t seconds = entry->mtime_ns / 1000000000 - (entry->mtime_ns % 1000000000 < 0);

	bug_if(entry->type >= TAR_OTHER);
	archive_entry_set_pathname(out, entry->path);
	archive_entry_set_filetype(out, types[entry->type]);
	archive_entry_set_perm(out, entry->mode & 07777);
	archive_entry_set_uid(out, entry->uid);
	archive_entry_set_gid(out, entry->gid);
	archive_entry_set_uname(out, entry->uname);
	archive_entry_set_gname(out, entry->gname);
	archive_entry_set_mtime(out, seconds, 0);
	archive_entry_set_size(out, entry->type == TAR_FILE ? entry->size : 0);
	if (entry->type == TAR_SYMLINK)
		archive_entry_set_symlink(out, entry->link);
	if (entry->type == TAR_HARDLINK)
		archive_entry_set_hardlink(out, entry->link);
	if (entry->type == TAR_CHARACTER || entry->type == TAR_BLOCK) {
		archive_entry_set_rdevmajor(out, entry->major);
		archive_entry_set_rdevminor(out, entry->minor);
	}
}

int
tar_writer_entry(struct tar_writer *w, const struct tar_entry *entry, struct error *e)
{
	struct archive_entry *out = archive_entry_new();
	locale_t before = (locale_t)0;
	int status;

	bug_if(!out || w->left > 0);
	fill(out, entry);
	/* libarchive converts names from the locale's character set. In a UTF-8 locale they stay as they are; in any other it
	 * marks them as binary, which tar(1) complains of. The sink may suspend the task, so it does not run in here. */
	if (w->utf8)
		before = uselocale(w->utf8);
	w->in_header = true;
	status = archive_write_header(w->archive, out);
	w->in_header = false;
	if (w->utf8)
		uselocale(before);
	archive_entry_free(out);
	if (w->sink_error == 0)
		w->sink_error = w->sink(w->arg, w->header.data, w->header.len);
	buf_clear(&w->header);
	if ((status != ARCHIVE_OK && status != ARCHIVE_WARN) || w->sink_error < 0)
		return failed(w, e);
	w->left = entry->type == TAR_FILE ? entry->size : 0;
	return 0;
}

int
tar_writer_data(struct tar_writer *w, const void *data, size_t n, struct error *e)
{
	bug_if(n > (uint64_t)w->left);
	if (archive_write_data(w->archive, data, n) != (la_ssize_t)n || w->sink_error < 0)
		return failed(w, e);
	w->left -= (int64_t)n;
	return 0;
}

int
tar_writer_close(struct tar_writer *w, struct error *e)
{
	bug_if(w->left > 0);
	if (archive_write_close(w->archive) != ARCHIVE_OK || w->sink_error < 0)
		return failed(w, e);
	return 0;
}

void
tar_writer_free(struct tar_writer *w)
{
	/* Freeing else fills up the entry and writes the end marks: an unfinished archive must not look complete. */
	w->given_up = true;
	archive_write_free(w->archive);
	if (w->utf8)
		freelocale(w->utf8);
	buf_free(&w->header);
	free(w);
}
