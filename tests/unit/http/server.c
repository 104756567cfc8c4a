/*
 * Raw requests and the raw responses to them. The Date header is checked and left out by world.c.
 */
#include "world.h"

#include "base/alloc.h"
#include "task/clock.h"

#include <errno.h>
#include <stdio.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\nHost: h\r\n"
#define SERVER "Server: Test\r\n"
#define TEXT "Content-Type: text/plain\r\n" SERVER
#define JSON "Content-Type: application/json\r\n" SERVER
#define PONG                                                                                  \
	"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nApi-Version: 1.44\r\n" \
	"X-Injected: a  b\r\n" SERVER "Content-Length: 2\r\n"
#define REFUSED(status, text) \
	"HTTP/1.1 " status "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " text

static const struct {
	const char *name, *request, *response;
} cases[] = {
	{"ping", GET("/_ping"), PONG "\r\nOK"},
	{"HEAD has the head alone", "HEAD /_ping HTTP/1.1\r\nHost: h\r\n\r\n" GET("/_ping"),
		PONG "\r\n" PONG "\r\nOK"},
	{"absolute target", GET("http://other/_ping?a=b"), PONG "\r\nOK"},
	{"three pipelined", GET("/_ping") GET("/pieces") GET("/_ping"),
		PONG "\r\nOK"
		     "HTTP/1.1 200 OK\r\n" TEXT "Transfer-Encoding: chunked\r\n\r\n"
		     "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n" PONG "\r\nOK"},
	{"close is obeyed",
		"GET /_ping HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" GET("/_ping"),
		PONG "Connection: close\r\n\r\nOK"},
	{"HTTP/1.0 closes", "GET /_ping HTTP/1.0\r\n\r\n" GET("/_ping"),
		PONG "Connection: close\r\n\r\nOK"},
	{"HTTP/1.0 keep-alive",
		"GET /_ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET("/_ping"),
		PONG "Connection: keep-alive\r\n\r\nOK" PONG "\r\nOK"},
	{"HTTP/1.0 gets no chunks", "GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" TEXT "Connection: close\r\n\r\nonetwothree"},
	{"HEAD of a stream", "HEAD /pieces HTTP/1.1\r\nHost: h\r\n\r\n" GET("/_ping"),
		"HTTP/1.1 200 OK\r\n" TEXT "\r\n" PONG "\r\nOK"},
	{"HEAD without body", "HEAD /empty?status=200 HTTP/1.1\r\nHost: h\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" SERVER "\r\n"},
	{"json", GET("/json"),
		"HTTP/1.1 201 Created\r\n" JSON
		"Content-Length: 28\r\n\r\n{\"Name\":\"a thing\",\"Size\":7}\n"},
	{"204 has no length", GET("/empty?status=204") GET("/_ping"),
		"HTTP/1.1 204 No Content\r\n" SERVER "\r\n" PONG "\r\nOK"},
	{"304 has no length", GET("/empty?status=304"),
		"HTTP/1.1 304 Not Modified\r\n" SERVER "\r\n"},
	{"200 without body", GET("/empty?status=200"),
		"HTTP/1.1 200 OK\r\n" SERVER "Content-Length: 0\r\n\r\n"},
	{"length set by the handler", GET("/sized") GET("/_ping"),
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n" SERVER
		"\r\nfives" PONG "\r\nOK"},
	{"no such route", GET("/nonesuch"),
		"HTTP/1.1 404 Not Found\r\n" JSON
		"Content-Length: 29\r\n\r\n{\"message\":\"page not found\"}\n"},
	{"HEAD of nothing", "HEAD /nonesuch HTTP/1.1\r\nHost: h\r\n\r\n" GET("/_ping"),
		"HTTP/1.1 404 Not Found\r\n" JSON "Content-Length: 29\r\n\r\n" PONG "\r\nOK"},
	{"wrong method", POST("/_ping") "\r\n",
		"HTTP/1.1 404 Not Found\r\n" JSON
		"Content-Length: 29\r\n\r\n{\"message\":\"page not found\"}\n"},
	{"error kind 0", GET("/fail?kind=0"),
		"HTTP/1.1 500 Internal Server Error\r\n" JSON
		"Content-Length: 31\r\n\r\n{\"message\":\"it is \\\"kind\\\" 0\"}\n"},
	{"error kind 5", GET("/fail?kind=5") GET("/_ping"),
		"HTTP/1.1 409 Conflict\r\n" JSON
		"Content-Length: 31\r\n\r\n{\"message\":\"it is \\\"kind\\\" 5\"}\n" PONG "\r\nOK"},
	{"error kind 6", GET("/fail?kind=6"), "HTTP/1.1 304 Not Modified\r\n" SERVER "\r\n"},
	{"failure in the middle", GET("/broken") GET("/_ping"),
		"HTTP/1.1 200 OK\r\n" TEXT "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n"},
	{"no reply from the handler", GET("/silent"),
		"HTTP/1.1 500 Internal Server Error\r\n" SERVER "Content-Length: 0\r\n\r\n"},

	{"body by length", POST("/length") "Content-Length: 5\r\n\r\nhello" GET("/_ping"),
		"HTTP/1.1 200 OK\r\n" TEXT "Content-Length: 1\r\n\r\n5" PONG "\r\nOK"},
	{"body in chunks",
		POST("/length") "Transfer-Encoding: "
				"chunked\r\n\r\n5\r\nhello\r\n1;x\r\n!\r\n0\r\nT: x\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" TEXT "Content-Length: 1\r\n\r\n6"},
	{"no body", POST("/length") "\r\n",
		"HTTP/1.1 200 OK\r\n" TEXT "Content-Length: 1\r\n\r\n0"},
	{"half-closed while the handler runs", GET("/slow"),
		"HTTP/1.1 200 OK\r\n" TEXT "Content-Length: 4\r\n\r\nslow"},
	{"unread body", POST("/unread") "Content-Length: 5\r\n\r\nhello" GET("/_ping"),
		"HTTP/1.1 200 OK\r\n" TEXT "Content-Length: 8\r\n\r\nnot read" PONG "\r\nOK"},
	{"unread body too long to wait for", POST("/unread") "Content-Length: 999999\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\n" TEXT
		"Content-Length: 8\r\nConnection: close\r\n\r\nnot read"},
	{"body too long by its length", POST("/length") "Content-Length: 99999999\r\n\r\n",
		"HTTP/1.1 413 Request Entity Too Large\r\n" JSON
		"Content-Length: 62\r\nConnection: close\r\n\r\n"
		"{\"message\":\"the request's body is larger than 1048576 bytes\"}\n"},
	{"truncated body", POST("/length") "Content-Length: 5\r\n\r\nhel",
		"HTTP/1.1 400 Bad Request\r\n" JSON
		"Content-Length: 61\r\nConnection: close\r\n\r\n"
		"{\"message\":\"cannot read the request's body: unexpected EOF\"}\n"},
	{"truncated chunk", POST("/length") "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
		"HTTP/1.1 400 Bad Request\r\n" JSON
		"Content-Length: 61\r\nConnection: close\r\n\r\n"
		"{\"message\":\"cannot read the request's body: unexpected EOF\"}\n"},
	{"bad chunk is not the handler's fault",
		POST("/count") "Transfer-Encoding: chunked\r\n\r\nx\r\n",
		"HTTP/1.1 400 Bad Request\r\n" JSON
		"Content-Length: 78\r\nConnection: close\r\n\r\n"
		"{\"message\":\"cannot read the request's body: Invalid character in chunk "
		"size\"}\n"},

	{"100-continue when the body is read",
		POST("/length") "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" TEXT
		"Content-Length: 1\r\n\r\n5"},
	{"no 100-continue when it is not",
		POST("/unread") "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" TEXT
		"Content-Length: 8\r\nConnection: close\r\n\r\nnot read"},
	{"another expectation", POST("/unread") "Expect: tea\r\n\r\n",
		REFUSED("417 Expectation Failed", "44\r\nConnection: close\r\n\r\n"
						  "417 Expectation Failed: unknown expectation\n")},

	{"upgrade", POST("/attach") "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly",
		"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
		"Connection: Upgrade\r\nUpgrade: tcp\r\nX-Stream: 1\r\n\r\nhello early bye"},
	{"hijack without upgrade", POST("/attach") "Content-Length: 2\r\n\r\n{}early",
		"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
		"X-Stream: 1\r\n\r\nhello early bye"},
	{"hijack after a chunked body",
		POST("/attach") "Connection: Upgrade\r\nUpgrade: tcp\r\nTransfer-Encoding: "
				"chunked\r\n\r\n"
				"2\r\n{}\r\n0\r\n\r\n\x01\x02",
		"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
		"Connection: Upgrade\r\nUpgrade: tcp\r\nX-Stream: 1\r\n\r\nhello \x01\x02 bye"},
	{"failure before a hijack",
		POST("/attach?missing=1") "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n" GET(
			"/_ping"),
		"HTTP/1.1 404 Not Found\r\n" JSON
		"Content-Length: 32\r\n\r\n{\"message\":\"no such container\"}\n" PONG "\r\nOK"},
	{"upgrade that nobody takes up",
		"GET /_ping HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" GET(
			"/_ping"),
		PONG "\r\nOK" PONG "\r\nOK"},

	{"not HTTP", "\x16\x03\x01\x02\x03 hello",
		REFUSED("400 Bad Request", "44\r\nConnection: close\r\n\r\n"
					   "400 Bad Request: Invalid method encountered\n")},
	{"half a head", "GET / HTTP/1.1\r\nHo",
		REFUSED("400 Bad Request", "32\r\nConnection: close\r\n\r\n"
					   "400 Bad Request: unexpected EOF\n")},
	{"no Host", "GET / HTTP/1.1\r\n\r\n",
		REFUSED("400 Bad Request", "46\r\nConnection: close\r\n\r\n"
					   "400 Bad Request: missing required Host header\n")},
	{"TE and CL",
		POST("/length") "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		REFUSED("400 Bad Request", "72\r\nConnection: close\r\n\r\n"
					   "400 Bad Request: Content-Length can't be present with "
					   "Transfer-Encoding\n")},
	{"other coding", POST("/length") "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		REFUSED("501 Not Implemented",
			"51\r\nConnection: close\r\n\r\n"
			"501 Not Implemented: unsupported transfer encoding\n")},
	{"other version", "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
		REFUSED("505 HTTP Version Not Supported",
			"61\r\nConnection: close\r\n\r\n"
			"505 HTTP Version Not Supported: unsupported protocol version\n")},
	{"fragment", GET("/a#b"),
		"HTTP/1.1 400 Bad Request\r\n" JSON
		"Content-Length: 50\r\n\r\n{\"message\":\"invalid character in request "
		"target\"}\n"},
	{"nothing", "", ""},
	{"blank lines", "\r\n\r\n",
		REFUSED("400 Bad Request", "32\r\nConnection: close\r\n\r\n"
					   "400 Bad Request: unexpected EOF\n")},
};

static int
check_cases(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped_free char *got = world_exchange(
			w, cases[i].request, strlen(cases[i].request));

		if (strcmp(got, cases[i].response) != 0)
			test_fail(__FILE__, __LINE__, "%s: got\n%s\n-- not\n%s", cases[i].name, got,
				cases[i].response);
	}
	return 0;
}

TEST(server_answers)
{
	world_run(check_cases);
}

/* The same, byte by byte: every byte is a wake-up of its own. */
static int
check_slowly(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		scoped(stream) *s = world_dial(w);
		scoped_free char *got = NULL;
		int r = 0;

		for (const char *at = cases[i].request; *at && r == 0; at++) {
			r = stream_write(s, at, 1, USEC_INFINITY);
			ASSERT_OK(task_yield());
			ASSERT_OK(task_yield());
		}
		stream_shutdown(s, USEC_INFINITY);
		got = world_read(s, NULL);
		if (strcmp(got, cases[i].response) != 0)
			test_fail(__FILE__, __LINE__, "%s: got\n%s\n-- not\n%s", cases[i].name, got,
				cases[i].response);
	}
	return 0;
}

TEST(server_answers_requests_that_trickle_in)
{
	world_run(check_slowly);
}
