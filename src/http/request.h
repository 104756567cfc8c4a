/* request.h: what a request's head means, and what is wrong with it. */
#pragma once

#include "http/codec.h"

/* Why a head cannot be answered by any handler; the connection is closed after it. */
struct refusal {
	int status; /* 0: nothing is wrong */
	const char *why;
};

struct refusal request_refusal(const struct http_head *head);

/* Fills call->request. ERROR_INVALID: the target is not a proper one. */
int request_take(struct call *call, const struct http_head *head, struct error *e);

/* The client waits for "100 Continue" before it sends the body (RFC 9110 10.1.1). */
bool request_expects_continue(const struct http_head *head);
