#include "tls/layer.h"

#include "base/alloc.h"
#include "task/offload.h"
#include "tls/stream.h"

struct tls_layer {
	struct tls_options options; /* its strings are ours */
	struct tls_config *config;
};

static char *
copy(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

int
tls_layer_new(const struct tls_options *o, struct tls_layer **ret, struct error *e)
{
	struct tls_config *config;
	struct tls_layer *l;
	int r = tls_config_new(o, &config, e);

	if (r < 0)
		return r;
	l = NEW(tls_layer);
	l->config = config;
	l->options = *o;
	l->options.ca = copy(o->ca);
	l->options.cert = copy(o->cert);
	l->options.key = copy(o->key);
	l->options.name = copy(o->name);
	*ret = l;
	return 0;
}

void
tls_layer_free(struct tls_layer *l)
{
	tls_config_unref(l->config);
	free((char *)l->options.ca);
	free((char *)l->options.cert);
	free((char *)l->options.key);
	free((char *)l->options.name);
	free(l);
}

static struct stream *
wrap(struct stream *below, void *context)
{
	const struct tls_layer *l = context;

	return tls_stream_new(below, l->config, TLS_REQUIRED);
}

static struct stream *
wrap_optional(struct stream *below, void *context)
{
	const struct tls_layer *l = context;

	return tls_stream_new(below, l->config, TLS_OPTIONAL);
}

struct stream_layer
tls_layer_streams(struct tls_layer *l)
{
	return (struct stream_layer){wrap, l};
}

struct stream_layer
tls_layer_optional(struct tls_layer *l)
{
	return (struct stream_layer){wrap_optional, l};
}

struct reload {
	const struct tls_options *options;
	struct tls_config *config;
	struct error *error;
};

static int
run_reload(void *arg)
{
	struct reload *reload = arg;

	return tls_config_new(reload->options, &reload->config, reload->error);
}

int
tls_layer_reload(struct tls_layer *l, struct error *e)
{
	struct reload reload = {&l->options, NULL, e};
	int r = task_offload(run_reload, &reload);

	if (r < 0)
		return error_errno(e, r, "cannot read the TLS certificates again");
	tls_config_unref(l->config);
	l->config = reload.config;
	return 0;
}
