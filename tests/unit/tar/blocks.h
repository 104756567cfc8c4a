/* blocks.h: tar headers made by hand, for what no honest writer makes. */
#pragma once

#include "base/buf.h"

#include <stdint.h>

#define BLOCK 512

/* Appends a ustar header (GNU magic for type 'S'). name is cut at 100 bytes. */
void block_header(struct buf *out, const char *name, char type, const char *link, int64_t size);
/* Appends data and fills up to the block. */
void block_data(struct buf *out, const void *data, size_t n);
/* Appends a GNU sparse file: `real` bytes, all a hole but the n at its start. */
void block_sparse(struct buf *out, const char *name, int64_t real, const void *data, size_t n);
/* A pax record for the entry that follows. */
void block_pax(struct buf *out, const char *key, const char *value);
/* The two empty blocks at the end. */
void block_end(struct buf *out);
