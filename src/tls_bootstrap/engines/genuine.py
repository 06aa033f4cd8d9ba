"""What engines have in common that work with genuine `_ssl._SSLSocket`s.

    Around                             for whatever stands around one (pypy, loopback)
    GenuineEngine, GenuineConnection   for the engines that exchange its BIOs and so have its SSL* (inplace, pypy): what is asked
                                       of OpenSSL past `_ssl`, with the functions of openssl/library.py
"""
from __future__ import absolute_import, division, print_function

from . import Connection, Engine
from ..openssl.functions import as_text

SSL_RECEIVED_SHUTDOWN = 2
SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS = 33, 0x10
X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT = 4, 0x20
OTHER_ARGUMENTS = "_ssl._SSLContext._wrap_socket takes other arguments than that of Python 2.7 (%s)"
UNMATCHABLE = b"\xff"  # no DNS name of a certificate: these are ASCII (RFC 5280, 4.2.1.6)


def host_flags(context):
    """How OpenSSL is to compare names for a context."""
    checks_common_name = getattr(context, "hostname_checks_common_name", True)
    return X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | (0 if checks_common_name else X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)


def is_certified(library, ssl_pointer, name, flags):
    """Whether the peer of an SSL* showed a certificate for this A-label or IP address, as bytes."""
    certificate = library.peer_certificate(ssl_pointer)
    if not certificate:
        return False
    try:
        answer = library.X509_check_ip_asc(certificate, name, flags)
        if answer == -2:  # not an IP address
            answer = library.X509_check_host(certificate, name, len(name), flags, None)
        return answer == 1
    finally:
        library.X509_free(certificate)
        library.ERR_clear_error()


class Around(object):
    """Has a `genuine` object of `_ssl`, and is in all that it does not do itself what that is."""

    __slots__ = ()

    def __getattr__(self, name):
        """cipher(), version(), compression() and what else only asks."""
        return getattr(self.genuine, name)

    @property
    def context(self):
        return self.genuine.context

    @context.setter
    def context(self, context):
        self.genuine.context = context


class GenuineEngine(Engine):
    """An engine with the `_library` that `_ssl` has loaded and a `MemoryBIO` over its BIOs."""

    def make_memory_bio(self):
        return self.MemoryBIO

    def reports_unexpected_eof(self):
        return self._library.reports_unexpected_eof()

    def openssl_version(self):
        return self._library.version()


class GenuineConnection(Connection):
    """A genuine `_SSLSocket` and its SSL*, which lives as long as `raw` does."""

    __slots__ = ("ssl", "_library", "_incoming", "_flags")

    def __init__(self, raw, ssl_pointer, name, incoming, library):
        self.raw, self.ssl, self.name, self._incoming, self._library = raw, ssl_pointer, name, incoming, library
        self._flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS

    def require_name(self, name, context=None):
        """Have OpenSSL check the certificate for this name or IP address as the context wants it; for None, have it refuse every
        certificate."""
        library = self._library
        param = library.SSL_get0_param(self.ssl)
        self._flags = host_flags(context)
        library.X509_VERIFY_PARAM_set_hostflags(param, self._flags)
        name = UNMATCHABLE if name is None else name.encode("ascii")
        if library.X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1:
            return
        library.ERR_clear_error()  # "not an IP address"
        if library.X509_VERIFY_PARAM_set1_host(param, name, len(name)) != 1:
            library.ERR_clear_error()
            raise MemoryError("X509_VERIFY_PARAM_set1_host failed: the name of the peer could not be set")

    def release_buffers(self):
        """Have OpenSSL keep no buffers between records, which halves the memory of an idle connection. Python 3.10 and newer
        say that to every context; it is said to the connection here, so that contexts stay as they are."""
        self._library.SSL_ctrl(self.ssl, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, None)

    def is_handshake_finished(self):
        return self._library.is_handshake_finished(self.ssl)

    def is_closed_by_peer(self):
        return bool(self._library.SSL_get_shutdown(self.ssl) & SSL_RECEIVED_SHUTDOWN)

    def takes_nothing(self):
        """SSL_write has no success of length 0; SSL_write_ex, which Python 3.10 and newer ask, has one (bpo-42854)."""
        library = self._library
        if library.SSL_write_ex is None:
            return not library.SSL_get_shutdown(self.ssl)
        taken = library.SSL_write_ex(self.ssl, b"", 0, library.new_size())
        library.ERR_clear_error()
        return taken == 1

    def is_at_eof(self):
        return self._incoming.eof

    def verify_result(self):
        code = self._library.SSL_get_verify_result(self.ssl)
        return int(code), as_text(self._library.X509_verify_cert_error_string(code))

    def is_certified_for(self, name):
        return is_certified(self._library, self.ssl, name.encode("ascii"), self._flags)

    def shared_ciphers(self):
        return None if self._library.SSL_get_client_ciphers is None else shared_ciphers(self._library, self.ssl)


def shared_ciphers(library, ssl_pointer):
    """[summary] of the cipher suites that the client has offered and this server knows; None on a client, and before a ClientHello."""
    offered = set(library.items(library.SSL_get_client_ciphers(ssl_pointer)))
    if not offered:
        return None
    return [summary(library, cipher) for cipher in library.items(library.SSL_get_ciphers(ssl_pointer)) if cipher in offered]


def summary(library, cipher):
    """(name, protocol, secret bits) of an SSL_CIPHER*."""
    return (as_text(library.SSL_CIPHER_get_name(cipher)), as_text(library.SSL_CIPHER_get_version(cipher)),
            int(library.SSL_CIPHER_get_bits(cipher, None)))
