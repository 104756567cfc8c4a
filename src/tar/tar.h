/*
 * tar.h: tar streams in and out (libarchive): ustar, pax, GNU; gzip, bzip2, xz, zstd recognised on input.
 *
 * Source and sink are functions that may suspend: libarchive allows that (each object is used by one task).  Names are
 * passed through as they stand in the archive; who unpacks them confines them (rootfs/archive.h).  Sizes are not
 * trusted: sparse entries are delivered as (offset, data) pieces, so a 10 GB hole costs nothing.
 */
#pragma once

#include "base/attr.h"
#include "base/error.h"
#include "base/scope.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum tar_type {
	TAR_FILE,
	TAR_DIRECTORY,
	TAR_SYMLINK,
	TAR_HARDLINK,
	TAR_FIFO,
	TAR_CHARACTER,
	TAR_BLOCK,
	TAR_OTHER
};

struct tar_entry {
	enum tar_type type;
	const char *path;
	const char *link; /* target of a symlink or hard link, else NULL */
	uint32_t mode;    /* permission bits and suid, sgid, sticky */
	uint32_t uid, gid;
	const char *uname, *gname; /* or NULL */
	int64_t size;
	int64_t mtime_ns;
	uint32_t major, minor; /* of devices */
};

/* > 0 bytes, 0 end, negative errno. *ret points at the bytes, valid until the next call. */
typedef ssize_t (*tar_source)(void *arg, const void **ret);
/* 0 or negative errno; takes all of it. */
typedef int (*tar_sink)(void *arg, const void *data, size_t n);

struct tar_reader;
int tar_reader_open(tar_source source, void *arg, struct tar_reader **ret, struct error *e)
	SUSPENDS;
/* 1 and *ret (valid until the next tar_reader_next), 0 at the end, negative with *e. Not a tar at all, or a damaged one:
 * -EBADMSG and ERROR_INVALID; what the source returned comes through. What follows the end marks is not read. */
int tar_reader_next(struct tar_reader *r, struct tar_entry *ret, struct error *e) SUSPENDS;
/* The entry's data: > 0 bytes at *ret_offset, valid until the next call; 0 at its end. What is not read is skipped. */
ssize_t tar_reader_data(
	struct tar_reader *r, const void **ret, int64_t *ret_offset, struct error *e) SUSPENDS;
void tar_reader_free(struct tar_reader *r);
SCOPED(tar_reader, tar_reader_free)

/* pax, restricted to ustar where that suffices; times to the second. */
struct tar_writer;
int tar_writer_open(tar_sink sink, void *arg, struct tar_writer **ret, struct error *e);
int tar_writer_entry(struct tar_writer *w, const struct tar_entry *entry, struct error *e) SUSPENDS;
/* Of a file, in as many pieces as it likes, exactly its size in all. */
int tar_writer_data(struct tar_writer *w, const void *data, size_t n, struct error *e) SUSPENDS;
int tar_writer_close(struct tar_writer *w, struct error *e) SUSPENDS;
/* The end marks come with tar_writer_close; without it the archive stays cut off. */
void tar_writer_free(struct tar_writer *w);
SCOPED(tar_writer, tar_writer_free)
