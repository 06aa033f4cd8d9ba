"""The errors of pyOpenSSL, told as errors of `ssl`.

pyOpenSSL empties OpenSSL's error queue into its exception, oldest entry first: [(library, function, reason), ...]. `ssl`
looks at the newest entry only (ERR_peek_last_error in _ssl.c), so what counts here is the last - but for one: OpenSSL 3.2 and
newer add "record layer failure" to whatever went wrong there. The entry before it is what older ones say, and what helps.
"""
from __future__ import absolute_import, division, print_function

__all__ = ["answers_of", "latest", "raised_here", "refused_by"]

RECORD_LAYER_FAILURE = "record layer failure"  # SSL_R_RECORD_LAYER_FAILURE

# ERR_lib_error_string() -> the names that `ssl` uses: lib_codes_to_names in _ssl_data.h
LIBRARIES = {
    "BIO routines": "BIO", "DH routines": "DH", "PEM routines": "PEM", "Provider routines": "PROV", "SSL routines": "SSL",
    "asn1 encoding routines": "ASN1", "bignum routines": "BN", "common libcrypto routines": "CRYPTO",
    "configuration file routines": "CONF", "digital envelope routines": "EVP", "elliptic curve routines": "EC",
    "object identifier routines": "OBJ", "random number generator": "RAND", "rsa routines": "RSA", "system library": "SYS",
    "x509 certificate routines": "X509",
}


def answers_of(ssl, SSL):
    """{class of pyOpenSSL: (class of `ssl`, number, text)} for what needs no look at the queue."""
    return {  # numbers are plain, as `_ssl` has them: those of `ssl` are members of an enumeration
        SSL.WantReadError: (ssl.SSLWantReadError, int(ssl.SSL_ERROR_WANT_READ), "The operation did not complete (read)"),
        SSL.WantWriteError: (ssl.SSLWantWriteError, int(ssl.SSL_ERROR_WANT_WRITE), "The operation did not complete (write)"),
        SSL.WantX509LookupError: (ssl.SSLError, int(ssl.SSL_ERROR_WANT_X509_LOOKUP), "The operation did not complete (X509 lookup)"),
        SSL.ZeroReturnError: (ssl.SSLZeroReturnError, int(ssl.SSL_ERROR_ZERO_RETURN), "TLS/SSL connection has been closed (EOF)"),
    }


def latest(error):
    """(library, text) of what OpenSSL said last; None if it said nothing, as for SSL_ERROR_SYSCALL."""
    entries = error.args[0] if error.args else None
    if not isinstance(entries, list) or not entries:
        return None
    said = [entry for entry in entries if entry[2] != RECORD_LAYER_FAILURE] or entries
    library, _, text = said[-1]
    return LIBRARIES.get(library, str(library.upper())), str(text)


def raised_here(SSLError, number, library, text):
    """The SSLError that `_ssl` would have raised, with `library` and `reason`."""
    reason = text.upper().replace(" ", "_")  # surface/errors.py knows the exceptions to this rule
    error = SSLError(number, "[%s: %s] %s" % (library, reason, text))
    error.library, error.reason = library, reason
    return error


def refused_by(SSLError, what, error):
    """The SSLError for something that this Python's OpenSSL takes and pyOpenSSL's does not."""
    library, text = latest(error) or ("SSL", str(error))
    found = SSLError(1, "pyOpenSSL's OpenSSL refuses %s (%s: %s); use what both accept, or another engine" % (what, library, text))
    found.library, found.reason = library, text.upper().replace(" ", "_")
    return found
