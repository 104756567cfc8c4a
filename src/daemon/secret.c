#include "daemon/secret.h"

#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "crypto/equal.h"
#include "wire/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const struct option_spec secret_options[] = {
	{"secret-file", "SOCKERLESS_SECRET_FILE", "FILE", NULL,
		"a file with the secret that front end and back end share", false},
	{NULL, NULL, NULL, NULL, NULL, false},
};

static int
check_text(const char *path, const char *text, size_t n, struct error *e)
{
	if (n > SECRET_MAX)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"the secret in %s is longer than %d bytes", path, SECRET_MAX);
	if (n < SECRET_MIN)
		return error_set(e, ERROR_INVALID, -EINVAL,
			"the secret in %s is shorter than %d bytes: make one with, for example, "
			"head -c 32 /dev/urandom | base64",
			path, SECRET_MIN);
	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return error_set(e, ERROR_INVALID, -EINVAL,
				"the secret in %s is not one line of printable characters", path);
	return 0;
}

int
secret_read(const char *path, char **ret, struct error *e)
{
	scoped_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[SECRET_MAX + 2];
	struct stat st;
	ssize_t n;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(e, -errno, "cannot open the secret file %s", path);
	if (st.st_mode & S_IROTH)
		log_warn("every user of this machine can read the secret in %s", path);
	n = read(fd, text, sizeof(text));
	if (n < 0)
		return error_errno(e, -errno, "cannot read the secret file %s", path);
	if (n > 0 && text[n - 1] == '\n')
		n--;
	r = check_text(path, text, (size_t)n, e);
	if (r < 0)
		return r;
	*ret = xstrndup(text, (size_t)n);
	return 0;
}

int
secret_check(const struct call *call, const char *secret, struct error *e)
{
	const char *given = http_header(call, INTERNAL_SECRET_HEADER);

	if (!secret || (given && crypto_equal(given, secret)))
		return 0;
	return error_set(e, ERROR_UNAUTHORIZED, -EACCES,
		given ? "the secret is not the back end's: both sides need the same --secret-file"
		      : "the back end wants a secret: give the front end its --secret-file");
}
