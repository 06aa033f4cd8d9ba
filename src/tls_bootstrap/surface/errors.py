"""The errors of an old `_ssl`, made those that a new one raises.

Rule: the classes are the standard library's own, so no `except` clause misses. What an old `_ssl` gets wrong and why:

- Its table of reason names is older than the OpenSSL it runs on. OpenSSL reuses numbers, so with OpenSSL 3 an unexpected
  end of file is called KRB5_S_TKT_NYV. The *text* comes from OpenSSL itself and is right, and the names are made of the
  texts by rule (util/mkerr.pl): so the name is made of the text again. Exceptions to the rule stand in a table.
- An end of file without close_notify is an SSLError with OpenSSL 3, a socket.error with errno 0 in the handshake with
  1.1.1: `_ssl` asks the dummy socket what went wrong. Newer Pythons say SSLEOFError (bpo-11183, bpo-31122).
- A connection that has failed answers SSL_ERROR_SYSCALL with an empty error queue, which is again socket.error(0) there;
  Python 3 says SSLEOFError for reads and writes, SSLSyscallError for the rest (PySSL_SetError, a BIO has no socket).
- A certificate that is refused is a plain SSLError; since 3.7 it is an SSLCertVerificationError (bpo-31399).
"""
from __future__ import absolute_import, division, print_function

import re

from ..formats.reasons import reason_name
from . import once

SSL_ERROR_SSL, SSL_ERROR_SYSCALL, SSL_ERROR_EOF = 1, 5, 8

UNEXPECTED_EOF, VERIFY_FAILED = "UNEXPECTED_EOF_WHILE_READING", "CERTIFICATE_VERIFY_FAILED"  # reasons
ENDED = "EOF occurred in violation of protocol"

HANDSHAKE, DATA, SHUTDOWN = "handshake", "data", "shutdown"  # what was being done when it failed

# Compiled when the first error is translated, by re itself.
MESSAGE = r"(?s)^(?:\[[^]]*\] )?(?P<text>.*?)(?P<where> \(_ssl\.c:\d+\))?$"


def make_verification_error():
    """SSLCertVerificationError for an `ssl` that has none: it is caught by `except` of SSLError, CertificateError and
    ValueError, by clauses that were bound before the upgrade as well."""
    import ssl

    class SSLCertVerificationError(ssl.SSLError, ssl.CertificateError):
        """The peer's certificate was refused. Since Python 3.7 (bpo-31399).

        `verify_code` is OpenSSL's X509_V_ERR_* number, `verify_message` its text.
        """

        verify_code = None
        verify_message = None

        def __str__(self):
            return str(self.strerror) if self.strerror is not None else str(self.args)

    SSLCertVerificationError.__module__, SSLCertVerificationError.__qualname__ = "ssl", "SSLCertVerificationError"
    return SSLCertVerificationError


def verification_error():
    """That class, or the one that `ssl` has of itself."""
    import _ssl

    return getattr(_ssl, "SSLCertVerificationError", None) or once("SSLCertVerificationError", make_verification_error)


def read(error):
    """(OpenSSL's text, " (_ssl.c:N)" or nothing, the name of the reason or None) of an SSLError with a library."""
    found = re.match(MESSAGE, str(error.strerror))
    text = found.group("text")
    return text, found.group("where") or "", reason_name(text, error.library)


def make(reach):
    """{name: value} of the row of this file."""
    return {"SSLCertVerificationError": verification_error()}


class Translator(object):
    """Called with what a genuine `_ssl._SSLSocket` raised; gives the exception to raise in its place.

    `reports_unexpected_eof`: whether the library puts an end of file without close_notify on its error queue (OpenSSL 3).
    """

    def __init__(self, SSLCertVerificationError, reports_unexpected_eof):
        import ssl

        self._ssl = ssl
        self._verification_error = SSLCertVerificationError
        self._reports_unexpected_eof = reports_unexpected_eof

    def __call__(self, error, doing, connection):
        """`doing` is one of UNEXPECTED_EOF, VERIFY_FAILED = "UNEXPECTED_EOF_WHILE_READING", "CERTIFICATE_VERIFY_FAILED"  # reasons
ENDED = "EOF occurred in violation of protocol"

HANDSHAKE, DATA, SHUTDOWN; `connection` the engine's, to ask for the verify result."""
        if not isinstance(error, self._ssl.SSLError):
            return self._from_empty_queue(doing, connection)
        if getattr(error, "library", None) is None:
            return error
        text, where, reason = read(error)
        if error.library == "SSL" and reason == UNEXPECTED_EOF:
            return self.unexpected_eof(where)
        if error.library == "SSL" and reason == VERIFY_FAILED:
            return self.refused_certificate(connection.refusal(), where)
        return self._make(type(error), error.errno, error.library, reason, text + where)

    def unexpected_eof(self, where=""):
        """The SSLEOFError of OpenSSL 3, which has a reason."""
        return self._make(self._ssl.SSLEOFError, SSL_ERROR_EOF, "SSL", UNEXPECTED_EOF, ENDED + where)

    def end(self):
        """The SSLEOFError of a connection that has failed before, and of an older OpenSSL."""
        return self._plain(self._ssl.SSLEOFError, SSL_ERROR_EOF, ENDED)

    def refused_certificate(self, refusal, where=""):
        """The SSLCertVerificationError for (verify_code, verify_message)."""
        code, message = refusal
        text = "certificate verify failed: %s%s" % (message, where)
        error = self._make(self._verification_error, SSL_ERROR_SSL, "SSL", VERIFY_FAILED, text)
        error.verify_code, error.verify_message = code, message
        return error

    def _from_empty_queue(self, doing, connection):
        """`_ssl` had nothing but SSL_ERROR_SYSCALL: the end of the file, or a connection that has failed before."""
        ended = connection.is_at_eof() and not self._reports_unexpected_eof
        if doing == DATA or ended:
            return self.end()
        return self._plain(self._ssl.SSLSyscallError, SSL_ERROR_SYSCALL, "Some I/O error occurred")

    def _make(self, cls, number, library, reason, text):
        names = "%s: %s" % (library, reason) if reason else library
        error = self._plain(cls, number, "[%s] %s" % (names, text))
        error.library, error.reason = library, reason
        return error

    def _plain(self, cls, number, text):
        error = cls(number, str(text))
        error.library = error.reason = None
        return error
