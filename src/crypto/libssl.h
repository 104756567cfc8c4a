/*
 * libssl.h: <openssl/ssl.h>, with libssl loaded when TLS is first wanted.  Private to the room.
 *
 * Its symbols are bound when it is loaded, which touches 2 MB of libcrypto's tables; a daemon on a Unix
 * socket needs none of that.  The functions have their own names, which are macros for pointers.
 */
#pragma once

#include <openssl/ssl.h>

#define LIBSSL_FUNCTIONS(F)                   \
	F(SSL_CTX_ctrl)                       \
	F(SSL_CTX_free)                       \
	F(SSL_CTX_get0_param)                 \
	F(SSL_CTX_load_verify_file)           \
	F(SSL_CTX_new)                        \
	F(SSL_CTX_set_cipher_list)            \
	F(SSL_CTX_set_client_CA_list)         \
	F(SSL_CTX_set_default_passwd_cb)      \
	F(SSL_CTX_set_default_verify_paths)   \
	F(SSL_CTX_set_num_tickets)            \
	F(SSL_CTX_set_options)                \
	F(SSL_CTX_set_verify)                 \
	F(SSL_CTX_use_PrivateKey_file)        \
	F(SSL_CTX_use_certificate_chain_file) \
	F(SSL_ctrl)                           \
	F(SSL_do_handshake)                   \
	F(SSL_free)                           \
	F(SSL_get0_peer_certificate)          \
	F(SSL_get_error)                      \
	F(SSL_get_shutdown)                   \
	F(SSL_get_verify_result)              \
	F(SSL_has_pending)                    \
	F(SSL_load_client_CA_file)            \
	F(SSL_new)                            \
	F(SSL_read_ex)                        \
	F(SSL_set_accept_state)               \
	F(SSL_set_bio)                        \
	F(SSL_set_connect_state)              \
	F(SSL_shutdown)                       \
	F(SSL_write_ex)                       \
	F(TLS_client_method)                  \
	F(TLS_server_method)

struct libssl {
#define POINTER(name) __typeof__(name) *name;
	LIBSSL_FUNCTIONS(POINTER)
#undef POINTER
};

/* Filled by libssl_load, which may be called again and from any thread. */
extern struct libssl libssl;

/* Blocks. -ENOENT with the reason in *ret_reason (a static string) when libssl cannot be had. */
int libssl_load(const char **ret_reason);

#define SSL_CTX_ctrl libssl.SSL_CTX_ctrl
#define SSL_CTX_free libssl.SSL_CTX_free
#define SSL_CTX_get0_param libssl.SSL_CTX_get0_param
#define SSL_CTX_load_verify_file libssl.SSL_CTX_load_verify_file
#define SSL_CTX_new libssl.SSL_CTX_new
#define SSL_CTX_set_cipher_list libssl.SSL_CTX_set_cipher_list
#define SSL_CTX_set_client_CA_list libssl.SSL_CTX_set_client_CA_list
#define SSL_CTX_set_default_passwd_cb libssl.SSL_CTX_set_default_passwd_cb
#define SSL_CTX_set_default_verify_paths libssl.SSL_CTX_set_default_verify_paths
#define SSL_CTX_set_num_tickets libssl.SSL_CTX_set_num_tickets
#define SSL_CTX_set_options libssl.SSL_CTX_set_options
#define SSL_CTX_set_verify libssl.SSL_CTX_set_verify
#define SSL_CTX_use_PrivateKey_file libssl.SSL_CTX_use_PrivateKey_file
#define SSL_CTX_use_certificate_chain_file libssl.SSL_CTX_use_certificate_chain_file
#define SSL_ctrl libssl.SSL_ctrl
#define SSL_do_handshake libssl.SSL_do_handshake
#define SSL_free libssl.SSL_free
#define SSL_get0_peer_certificate libssl.SSL_get0_peer_certificate
#define SSL_get_error libssl.SSL_get_error
#define SSL_get_shutdown libssl.SSL_get_shutdown
#define SSL_get_verify_result libssl.SSL_get_verify_result
#define SSL_has_pending libssl.SSL_has_pending
#define SSL_load_client_CA_file libssl.SSL_load_client_CA_file
#define SSL_new libssl.SSL_new
#define SSL_read_ex libssl.SSL_read_ex
#define SSL_set_accept_state libssl.SSL_set_accept_state
#define SSL_set_bio libssl.SSL_set_bio
#define SSL_set_connect_state libssl.SSL_set_connect_state
#define SSL_shutdown libssl.SSL_shutdown
#define SSL_write_ex libssl.SSL_write_ex
#define TLS_client_method libssl.TLS_client_method
#define TLS_server_method libssl.TLS_server_method
