"""The functions of OpenSSL that additions to `ssl` call beside those of library.py, looked up when they are first asked for.

Most additions of newer Pythons are thin: one call on an SSL_CTX or an SSL. So this is a table again, and a capability is the
presence of a symbol. Commands of SSL_ctrl() and SSL_CTX_ctrl() are macros in OpenSSL's headers; they have their numbers here.
"""
from __future__ import absolute_import, division, print_function

from .library import INT, LONG, OPTIONAL, POINTER, REQUIRED, SIZE, TEXT, UINT, ULONG

PROTOTYPES = {
    "CRYPTO_free": (None, (POINTER, TEXT, INT)),
    "EC_GROUP_get_curve_name": (INT, (POINTER,)),
    "EC_KEY_free": (None, (POINTER,)),
    "EC_KEY_get0_group": (POINTER, (POINTER,)),
    "ERR_lib_error_string": (TEXT, (ULONG,)),
    "EVP_PKEY_free": (None, (POINTER,)),
    "EVP_PKEY_get1_EC_KEY": (POINTER, (POINTER,)),
    "EVP_PKEY_get_id": (INT, (POINTER,)),
    "EVP_PKEY_id": (INT, (POINTER,)),
    "OBJ_nid2ln": (TEXT, (INT,)),
    "OBJ_nid2sn": (TEXT, (INT,)),
    "OPENSSL_sk_free": (None, (POINTER,)),
    "OPENSSL_sk_new_null": (POINTER, ()),
    "RAND_bytes": (INT, (POINTER, INT)),
    "SSL_CIPHER_description": (POINTER, (POINTER, POINTER, INT)),
    "SSL_CIPHER_get_auth_nid": (INT, (POINTER,)),
    "SSL_CIPHER_get_cipher_nid": (INT, (POINTER,)),
    "SSL_CIPHER_get_digest_nid": (INT, (POINTER,)),
    "SSL_CIPHER_get_id": (ULONG, (POINTER,)),
    "SSL_CIPHER_get_kx_nid": (INT, (POINTER,)),
    "SSL_CIPHER_is_aead": (INT, (POINTER,)),
    "SSL_CTX_ctrl": (LONG, (POINTER, INT, LONG, POINTER)),
    "SSL_CTX_free": (None, (POINTER,)),
    "SSL_CTX_get0_param": (POINTER, (POINTER,)),
    "SSL_CTX_get_ciphers": (POINTER, (POINTER,)),
    "SSL_CTX_get_num_tickets": (SIZE, (POINTER,)),
    "SSL_CTX_get_security_level": (INT, (POINTER,)),
    "SSL_CTX_new": (POINTER, (POINTER,)),
    "SSL_CTX_set_ciphersuites": (INT, (POINTER, TEXT)),
    "SSL_CTX_set_keylog_callback": (None, (POINTER, POINTER)),
    "SSL_CTX_set_msg_callback": (None, (POINTER, POINTER)),
    "SSL_CTX_set_num_tickets": (INT, (POINTER, SIZE)),
    "SSL_CTX_set_psk_client_callback": (None, (POINTER, POINTER)),
    "SSL_CTX_set_psk_server_callback": (None, (POINTER, POINTER)),
    "SSL_CTX_set_psk_use_session_callback": (None, (POINTER, POINTER)),
    "SSL_CTX_set_session_id_context": (INT, (POINTER, TEXT, UINT)),
    "SSL_CTX_use_psk_identity_hint": (INT, (POINTER, TEXT)),
    "SSL_SESSION_dup": (POINTER, (POINTER,)),
    "SSL_SESSION_free": (None, (POINTER,)),
    "SSL_SESSION_get_id": (POINTER, (POINTER, POINTER)),
    "SSL_SESSION_get_ticket_lifetime_hint": (ULONG, (POINTER,)),
    "SSL_SESSION_get_time": (LONG, (POINTER,)),
    "SSL_SESSION_get_timeout": (LONG, (POINTER,)),
    "SSL_SESSION_has_ticket": (INT, (POINTER,)),
    "SSL_free": (None, (POINTER,)),
    "SSL_get0_group_name": (TEXT, (POINTER,)),
    "SSL_get0_verified_chain": (POINTER, (POINTER,)),
    "SSL_get1_builtin_sigalgs": (POINTER, (POINTER,)),
    "SSL_get_certificate": (POINTER, (POINTER,)),
    "SSL_get_peer_cert_chain": (POINTER, (POINTER,)),
    "SSL_get_peer_signature_type_nid": (INT, (POINTER, POINTER)),
    "SSL_get_session": (POINTER, (POINTER,)),
    "SSL_get_signature_type_nid": (INT, (POINTER, POINTER)),
    "SSL_get_verify_callback": (POINTER, (POINTER,)),
    "SSL_get_verify_mode": (INT, (POINTER,)),
    "SSL_group_to_name": (TEXT, (POINTER, INT)),
    "SSL_in_before": (INT, (POINTER,)),
    "SSL_is_init_finished": (INT, (POINTER,)),
    "SSL_new": (POINTER, (POINTER,)),
    "SSL_session_reused": (INT, (POINTER,)),
    "SSL_set_post_handshake_auth": (None, (POINTER, INT)),
    "SSL_set_session": (INT, (POINTER, POINTER)),
    "SSL_set_session_id_context": (INT, (POINTER, TEXT, UINT)),
    "SSL_set_verify": (None, (POINTER, INT, POINTER)),
    "SSL_verify_client_post_handshake": (INT, (POINTER,)),
    "TLS_method": (POINTER, ()),
    "X509_VERIFY_PARAM_get_hostflags": (UINT, (POINTER,)),
    "X509_get_pubkey": (POINTER, (POINTER,)),
    "i2d_X509": (INT, (POINTER, POINTER)),
}

# SSL_CTX_ctrl() and SSL_ctrl() commands (openssl/ssl.h); the oldest OpenSSL that knows each is in brackets
SET_SERVERNAME_ARGUMENT = 54  # [0.9.8]
SET_GROUPS_LIST = 92  # [1.0.2]
GET_SHARED_GROUP = 93  # [1.0.2]
SET_SIGALGS_LIST = 98  # [1.0.2]
SET_CLIENT_SIGALGS_LIST = 102  # [1.0.2]
GET_PEER_SIGNATURE_NID = 108  # [1.0.2]
GET_PEER_TMP_KEY = 109  # [1.0.2]
SET_MIN_PROTO_VERSION = 123  # [1.1.0]
SET_MAX_PROTO_VERSION = 124  # [1.1.0]
GET_MIN_PROTO_VERSION = 130  # [1.1.0g]
GET_MAX_PROTO_VERSION = 131  # [1.1.0g]
GET_SIGNATURE_NID = 132  # [1.1.1]
GET_NEGOTIATED_GROUP = 134  # [3.0]
GET0_IMPLEMENTED_GROUPS = 139  # [3.5]
GET0_SIGNATURE_NAME = 140  # [3.5]
GET0_PEER_SIGNATURE_NAME = 141  # [3.5]


class Functions(object):
    """The functions of one library (a Library or a CffiLibrary) as attributes: those of the table above, and those that it has itself.
    AttributeError for one that its OpenSSL has not, KeyError for one that is in no table."""

    def __init__(self, library):
        self._library = library

    def __getattr__(self, name):
        if name in REQUIRED or name in OPTIONAL:
            function = getattr(self._library, name)
            if function is None:
                raise AttributeError(name)
        else:
            result, arguments = PROTOTYPES[name]
            function = self._library._look_up(name, result, arguments)
        setattr(self, name, function)
        return function

    def has(self, *names):
        """Whether the library has all of these functions."""
        return all(hasattr(self, name) for name in names)


def as_text(said):
    """A text of OpenSSL as str, None for NULL."""
    return None if said is None else str(said.decode("ascii", "replace"))
