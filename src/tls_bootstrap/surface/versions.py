"""The lowest and the highest version of TLS that a context uses (Python 3.7).

OpenSSL has known such limits since 1.1.0. It says nothing when it is told them for a context that was made for a single version, and
forgets them: CPython refuses that by itself, and so it is done here.
"""
from __future__ import absolute_import, division, print_function

import warnings

from .._compat import INT_MAX, as_index
from ..openssl import functions as openssl
from .context import ContextProperty

MINIMUM_SUPPORTED, MAXIMUM_SUPPORTED = -2, -1
SSL3, TLS1, TLS1_1, TLS1_2, TLS1_3 = range(0x300, 0x305)
DEPRECATED = {SSL3: "SSLv3", TLS1: "TLSv1", TLS1_1: "TLSv1_1"}
ALL = (MINIMUM_SUPPORTED, MAXIMUM_SUPPORTED, SSL3, TLS1, TLS1_1, TLS1_2, TLS1_3)
ANY_VERSION = (2, 16, 17)  # PROTOCOL_TLS, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER


def make(reach):
    """{name: property of contexts}"""
    ssl, functions, context_pointer = reach.ssl, reach.functions, reach.context
    lowest = SSL3 if hasattr(ssl, "PROTOCOL_SSLv3") else TLS1
    highest = TLS1_3 if getattr(ssl, "HAS_TLSv1_3", False) else TLS1_2

    def get(context, command, unlimited):
        number = functions.SSL_CTX_ctrl(context_pointer(context), command, 0, None)
        return getattr(ssl, "TLSVersion", int)(number or unlimited)

    def put(context, command, value, for_openssl):
        """`for_openssl` are its numbers for MINIMUM_SUPPORTED and MAXIMUM_SUPPORTED; 0 lets it choose."""
        version = as_index(value)
        if version > INT_MAX:
            raise OverflowError("Option is too long")
        if getattr(context, "protocol", ANY_VERSION[0]) not in ANY_VERSION:
            raise ValueError("The context's protocol doesn't support modification of highest and lowest version.")
        if version not in ALL:
            raise ValueError("Unsupported TLS/SSL version 0x%x" % (version & 0xFFFFFFFF))
        if version in DEPRECATED:
            warnings.warn("ssl.TLSVersion.%s is deprecated" % DEPRECATED[version], DeprecationWarning, stacklevel=3)
        version = for_openssl.get(version, version)
        if functions.SSL_CTX_ctrl(context_pointer(context), command, version, None) != 1:
            functions.ERR_clear_error()
            raise ValueError("Unsupported protocol version 0x%x" % version)

    def get_minimum_version(self):
        """The lowest version of TLS, a TLSVersion: MINIMUM_SUPPORTED is whatever OpenSSL supports.

        Setting it raises ValueError for what is no version, and for a context that was made for a single one, TypeError for what is no
        number. Versions before TLS 1.2 are deprecated. Since Python 3.7 (gh-76790; SSL_CTX_set_min_proto_version).
        """
        return get(self, openssl.GET_MIN_PROTO_VERSION, MINIMUM_SUPPORTED)

    def set_minimum_version(self, value):
        put(self, openssl.SET_MIN_PROTO_VERSION, value, {MINIMUM_SUPPORTED: 0, MAXIMUM_SUPPORTED: highest})
        if value == SSL3:  # which every context is made without
            self.options &= ~ssl.OP_NO_SSLv3

    def get_maximum_version(self):
        """The highest version of TLS, a TLSVersion: MAXIMUM_SUPPORTED is whatever OpenSSL supports. See minimum_version.

        Since Python 3.7 (gh-76790; SSL_CTX_set_max_proto_version).
        """
        return get(self, openssl.GET_MAX_PROTO_VERSION, MAXIMUM_SUPPORTED)

    def set_maximum_version(self, value):
        put(self, openssl.SET_MAX_PROTO_VERSION, value, {MINIMUM_SUPPORTED: lowest, MAXIMUM_SUPPORTED: 0})

    return {
        "SSLContext.minimum_version": ContextProperty(get_minimum_version, set_minimum_version),
        "SSLContext.maximum_version": ContextProperty(get_maximum_version, set_maximum_version),
    }
