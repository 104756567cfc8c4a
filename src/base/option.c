#include "base/option.h"

#include "base/alloc.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

#include <stdarg.h>

#define EXIT_USAGE 2

struct value {
	char **given;    /* one unless `many`; NULL when neither flag nor environment gave it */
	char **fallback; /* at most one */
};

struct options {
	const char *program, *about;
	const struct option_spec *specs;
	size_t n;
	struct value *values; /* one for each spec */
	char **operands;
};

static noreturn void usage(const struct options *o, const char *fmt, ...) PRINTF(2, 3);

static void
usage(const struct options *o, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", o->program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nSee %s --help.\n", o->program);
	exit(EXIT_USAGE);
}

static int
flag_width(const struct option_spec *spec)
{
	size_t width = strlen(spec->flag) + (spec->value ? 1 + strlen(spec->value) : 0);

	return (int)width;
}

static void
print_flag(const struct option_spec *spec, int column)
{
	printf("  --%s%s%s%*s  %s\n", spec->flag, spec->value ? " " : "",
		spec->value ? spec->value : "", column - flag_width(spec), "", spec->help);
	if (!spec->env && !spec->fallback && !spec->many)
		return;
	printf("    %*s  (", column, "");
	if (spec->env)
		printf("%s", spec->env);
	if (spec->fallback)
		printf("%sdefault %s", spec->env ? "; " : "", spec->fallback);
	if (spec->many)
		printf("%smay be repeated", spec->env || spec->fallback ? "; " : "");
	printf(")\n");
}

static noreturn void
help(const struct options *o)
{
	static const struct option_spec own[] = {
		{.flag = "help", .help = "Print this and end."},
		{.flag = "version", .help = "Print the version and end."},
	};
	int column = flag_width(&own[1]);

	for (size_t i = 0; i < o->n; i++)
		if (flag_width(&o->specs[i]) > column)
			column = flag_width(&o->specs[i]);
	printf("%s\n\nUsage: %s [FLAG…]\n\n", o->about, o->program);
	printf("Flags (the environment variable is in brackets; the flag wins):\n");
	for (size_t i = 0; i < o->n; i++)
		print_flag(&o->specs[i], column);
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		print_flag(&own[i], column);
	exit(EXIT_SUCCESS);
}

static noreturn void
version(const struct options *o)
{
	printf("%s %s\n", o->program, SOCKERLESS_VERSION);
	exit(EXIT_SUCCESS);
}

/* The index of the spec whose flag is the first n bytes of name, or o->n. */
static size_t
find(const struct options *o, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (strncmp(o->specs[i].flag, name, n) == 0 && o->specs[i].flag[n] == '\0')
			break;
	return i;
}

/* The value in its one form. */
static const char *
read_boolean(const struct options *o, int n, const char *name, const char *value)
{
	if (str_eq(value, "true") || str_eq(value, "1"))
		return "true";
	if (!str_eq(value, "false") && !str_eq(value, "0"))
		usage(o, "%.*s is true or false, not \"%s\"", n, name, value);
	return "false";
}

static void
add_value(const struct options *o, size_t i, const char *value)
{
	char ***given = &o->values[i].given;

	if (!o->specs[i].many) {
		strv_free(*given);
		*given = NULL;
	}
	strv_push(given, value);
}

/* Reads the flag at args[0], which begins with a dash, and its value; returns how many arguments
 * that were. */
static int
parse_flag(const struct options *o, char **args)
{
	const char *flag = args[0] + 1 + (args[0][1] == '-');
	size_t n = strcspn(flag, "="), i = find(o, flag, n);
	const char *value = flag[n] ? flag + n + 1 : NULL;

	if (i == o->n) {
		if (str_eq(flag, "help") || str_eq(flag, "h"))
			help(o);
		if (str_eq(flag, "version"))
			version(o);
		usage(o, "unknown flag %.*s", (int)(flag + n - args[0]), args[0]);
	}
	if (!o->specs[i].value) {
		value = read_boolean(o, (int)(flag + n - args[0]), args[0], value ? value : "true");
		add_value(o, i, value);
		return 1;
	}
	if (!value && !args[1])
		usage(o, "%s needs a value (%s)", args[0], o->specs[i].value);
	add_value(o, i, value ? value : args[1]);
	return value ? 1 : 2;
}

static void
read_environment(const struct options *o)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct option_spec *spec = &o->specs[i];
		const char *text = spec->env ? getenv(spec->env) : NULL;

		if (o->values[i].given || str_empty(text))
			continue;
		if (!spec->value)
			text = read_boolean(o, (int)strlen(spec->env), spec->env, text);
		if (spec->many)
			o->values[i].given = strv_split(text, ',');
		else
			add_value(o, i, text);
	}
}

struct options *
options_parse(const char *program, const char *about, const struct option_spec *specs, int argc,
	char **argv)
{
	struct options *o = NEW(options);
	int at = 1;

	o->program = program;
	o->about = about;
	o->specs = specs;
	while (specs[o->n].flag)
		o->n++;
	o->values = xcalloc(o->n, sizeof(*o->values));
	for (size_t i = 0; i < o->n; i++) {
		o->values[i].fallback = xcalloc(2, sizeof(char *));
		if (specs[i].fallback)
			o->values[i].fallback[0] = xstrdup(specs[i].fallback);
	}
	while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
		if (str_eq(argv[at], "--")) {
			at++;
			break;
		}
		at += parse_flag(o, argv + at);
	}
	o->operands = strv_copy(at < argc ? argv + at : (char *[]){NULL});
	read_environment(o);
	return o;
}

void
options_free(struct options *o)
{
	for (size_t i = 0; i < o->n; i++) {
		strv_free(o->values[i].given);
		strv_free(o->values[i].fallback);
	}
	free(o->values);
	strv_free(o->operands);
	free(o);
}

static const struct value *
value_of(const struct options *o, const char *flag)
{
	size_t i = find(o, flag, strlen(flag));

	bug_if(i == o->n);
	return &o->values[i];
}

char *const *
option_list(const struct options *o, const char *flag)
{
	const struct value *value = value_of(o, flag);

	return value->given ? value->given : value->fallback;
}

const char *
option_get(const struct options *o, const char *flag)
{
	char *const *list = option_list(o, flag);
	size_t n = strv_len(list);

	return n ? list[n - 1] : NULL;
}

bool
option_true(const struct options *o, const char *flag)
{
	return str_eq(option_get(o, flag), "true");
}

bool
option_given(const struct options *o, const char *flag)
{
	return value_of(o, flag)->given != NULL;
}

char **
option_operands(const struct options *o)
{
	return o->operands;
}
