#include "daemon/peer_tls.h"

#include "base/str.h"

int
peer_tls_open(struct http_client *client, const struct address *to,
	const struct peer_tls_files *files, struct tls_layer **ret, struct error *e)
{
	bool named = to->kind == ADDRESS_TCP && *to->host;
	struct tls_options options = {.role = TLS_CLIENT,
		.ca = files->ca,
		.cert = files->cert,
		.key = files->key,
		.verify = true,
		.name = named ? to->host : "localhost"};
	struct stream_layer layer;
	int r = tls_layer_new(&options, ret, e);

	if (r < 0)
		return r;
	layer = tls_layer_streams(*ret);
	http_client_set_layer(client, &layer);
	return 0;
}
