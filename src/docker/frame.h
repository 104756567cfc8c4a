/*
 * frame.h: how stdout and stderr share one stream (Docker Engine API v1.44, operation ContainerAttach, "Stream format"):
 * each frame is a stream number, three zero bytes, a big-endian length and so many bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_SIZE 8

enum frame_stream {
	FRAME_STDIN,
	FRAME_STDOUT,
	FRAME_STDERR,
	FRAME_SYSTEM_ERROR, /* a message of the daemon's; ends the stream */
};

void frame_header(unsigned char out[FRAME_HEADER_SIZE], enum frame_stream stream, uint32_t size);

/* Reads frames from pieces of any size. Starts as {0}. */
struct frame_decoder {
	unsigned char header[FRAME_HEADER_SIZE];
	size_t have;   /* bytes of the header */
	uint32_t left; /* bytes of the frame still to come */
};

struct frame_piece {
	enum frame_stream stream;
	const char *data; /* within the input */
	size_t n;         /* at least 1 */
};

/* Takes the next piece of one frame from *data, *n and moves them on. 1 with a piece; 0 when the input is used up;
 * -EPROTO for an unknown stream number or non-zero padding. */
int frame_decode(struct frame_decoder *d, const char **data, size_t *n, struct frame_piece *ret);

/* Between two frames: the only place where a stream may end. */
bool frame_decoder_idle(const struct frame_decoder *d);
