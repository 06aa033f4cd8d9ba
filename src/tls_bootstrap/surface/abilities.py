"""HAS_*: what the OpenSSL in use can do, by the presence of its functions."""
from __future__ import absolute_import, division, print_function

PSK_CALLBACK, PSK_SESSION_CALLBACK = "SSL_CTX_set_psk_client_callback", "SSL_CTX_set_psk_use_session_callback"
NEVER_CHECK_SUBJECT_IS_KNOWN = "X509_VERIFY_PARAM_get_hostflags"  # of the same line of OpenSSL, 1.1.0


def make(reach):
    """{name: bool} of this file's features, for a Reach."""
    has = reach.functions.has
    return {
        "HAS_PSK": has(PSK_CALLBACK),
        "HAS_PSK_TLS13": has(PSK_SESSION_CALLBACK) and bool(getattr(reach.ssl, "HAS_TLSv1_3", False)),
        "HAS_PHA": has("SSL_verify_client_post_handshake"),
        "HAS_NEVER_CHECK_COMMON_NAME": has(NEVER_CHECK_SUBJECT_IS_KNOWN),
    }
