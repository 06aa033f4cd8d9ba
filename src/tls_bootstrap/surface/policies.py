"""Stricter defaults of newer Pythons, for new contexts: those that exist stay as they are, and each new one may be told otherwise."""
from __future__ import absolute_import, division, print_function

import functools

from ..openssl import functions as openssl
from .repairs import Builder, for_new_contexts
from .repairs.trial import new_context

TLS_1_2 = 0x303
OF_ONE_VERSION = ("PROTOCOL_SSLv2", "PROTOCOL_SSLv3", "PROTOCOL_TLSv1", "PROTOCOL_TLSv1_1", "PROTOCOL_TLSv1_2")
# PY_SSL_DEFAULT_CIPHER_STRING of Modules/_ssl.c, Python 3.10 and newer
CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
SECURITY_LEVEL = 2  # what that says: no keys of less than 112 bits
X509_STRICT, PARTIAL_CHAIN = 0x20, 0x80000  # X509_V_FLAG_*, openssl/x509_vfy.h


class TLS12(Builder):
    """TLS 1.2 is the lowest version of a new context; of one for a single version nothing changes."""

    def is_needed(self):
        return self.reach is None or self._lowest(new_context(self.ssl)) < TLS_1_2

    def make(self):
        return {"SSLContext.__new__": for_new_contexts(self._raise_lowest)}

    def _lowest(self, context):
        return self.reach.functions.SSL_CTX_ctrl(self.reach.context(context), openssl.GET_MIN_PROTO_VERSION, 0, None)

    def _raise_lowest(self, context, protocol):
        of_one_version = [getattr(self.ssl, name, None) for name in OF_ONE_VERSION]  # PyPy makes such a context of one for all of them
        if (protocol is None or protocol not in of_one_version) and self._lowest(context) < TLS_1_2:
            self.reach.functions.SSL_CTX_ctrl(self.reach.context(context), openssl.SET_MIN_PROTO_VERSION, TLS_1_2, None)


class Ciphers(Builder):
    """The cipher suites of a new context are those that Python 3.10 has, and so is its security level."""

    def is_needed(self):
        if self.reach is None or not self.reach.functions.has("SSL_CTX_get_ciphers", "SSL_CTX_get_security_level"):
            return True
        context, wanted = new_context(self.ssl), new_context(self.ssl)
        wanted.set_ciphers(CIPHERS)
        level = self.reach.functions.SSL_CTX_get_security_level(self.reach.context(context))
        return level < SECURITY_LEVEL or not self._suites(context) <= self._suites(wanted)

    def make(self):
        return {"SSLContext.__new__": for_new_contexts(self._set), "create_default_context": then(self._set)}

    def _suites(self, context):
        functions = self.reach.functions
        ciphers = self.reach.library.items(functions.SSL_CTX_get_ciphers(self.reach.context(context)))
        return set(functions.SSL_CIPHER_get_name(cipher) for cipher in ciphers)

    def _set(self, context, protocol=None):
        import _ssl

        level = self.reach.functions.SSL_CTX_get_security_level(self.reach.context(context))  # the system may want more
        _ssl._SSLContext.set_ciphers(context, CIPHERS.replace("=2", "=%d" % max(level, SECURITY_LEVEL), 1))


class X509Strict(Builder):
    """create_default_context() wants certificates as RFC 5280 has them, and ends a chain at what is trusted, a root or not."""

    FLAGS = X509_STRICT | PARTIAL_CHAIN

    def is_needed(self):
        return self.ssl.create_default_context(self.ssl.Purpose.CLIENT_AUTH).verify_flags & self.FLAGS != self.FLAGS

    def make(self):
        return {"create_default_context": then(self._set)}

    def _set(self, context):
        context.verify_flags |= self.FLAGS


def then(change):
    """Makes what makes a create_default_context that calls `change(context)` in the end."""
    def remake(original):
        @functools.wraps(original)
        def create_default_context(*arguments, **options):
            context = original(*arguments, **options)
            change(context)
            return context

        return create_default_context

    return remake
