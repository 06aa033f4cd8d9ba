"""The names of OpenSSL's errors, as `library` and `reason` of an ssl.SSLError have them, from the number and text of an error.

Python has a table of them that is as old as itself, and OpenSSL reuses numbers. The *text* comes from OpenSSL, and names and texts
are made of each other by rule (util/mkerr.pl); exceptions to the rule stand in a table.
"""
from __future__ import absolute_import, division, print_function

import re

# texts whose reason name is not made of them by rule (err/openssl.txt and ssl_err.c of OpenSSL 1.0.2 to 3.x)
IRREGULAR_REASONS = {
    "at least (D)TLS 1.2 needed in Suite B mode": "AT_LEAST_TLS_1_2_NEEDED_IN_SUITEB_MODE",
    "can't find SRP server param": "MISSING_SRP_PARAM",
    "error with the srp params": "SRP_A_CALC",
    "heartbeat request already pending": "TLS_HEARTBEAT_PENDING",
    "expecting an ec key": "EXPECTING_A_EC_KEY",
    "expecting an ecx key": "EXPECTING_A_ECX_KEY",
    "illegal Suite B digest": "ILLEGAL_SUITEB_DIGEST",
    "invalid public key": "INVALID_PUBKEY",
    "partially overlapping buffers": "PARTIALLY_OVERLAPPING",
    "peer does not accept heartbeats": "TLS_HEARTBEAT_PEER_DOESNT_ACCEPT",
    "Peer haven't sent GOST certificate, required for selected ciphersuite": "NO_GOST_CERTIFICATE_SENT_BY_PEER",
    "salt length check failed": "SLEN_CHECK_FAILED",
    "salt length recovery failed": "SLEN_RECOVERY_FAILED",
}

# the libraries whose names are made of their texts by rule; in all others together 20 more texts are irregular
LIBRARIES_BY_RULE = ("SSL", "X509", "PEM", "RSA", "DH", "EC", "EVP", "X509V3", "ASN1", "BIO", "BUF")

# reasons that are not libssl's own (ERR_R_*, openssl/err.h): Python's table has no names for them with library SSL
GENERAL_REASONS = frozenset((
    "called a function that was disabled at compile-time", "called a function you should not call", "fetch failed", "init fail",
    "internal error", "interrupted or cancelled", "invalid property definition", "invalid provider functions", "malloc failure",
    "missing asn1 eos", "nested asn1 error", "operation fail", "passed a null parameter", "passed invalid argument",
    "unable to get read lock", "unable to get write lock", "unsupported",
))

# Compiled when the first error is translated, by re itself.
TLS_ALERT = r"^(?:ssl/)?tls alert (?=bad|certificate|close|decompression|handshake|illegal|no cert|unexpected|unsupported)"

LIBRARIES = {  # by the texts of ERR_lib_error_string() (crypto/err/err.c), the same since 1.0.2
    "SSL routines": "SSL", "x509 certificate routines": "X509", "X509 V3 routines": "X509V3", "PEM routines": "PEM",
    "asn1 encoding routines": "ASN1", "digital envelope routines": "EVP", "rsa routines": "RSA", "elliptic curve routines": "EC",
    "Diffie-Hellman routines": "DH", "bignum routines": "BN", "BIO routines": "BIO", "common libcrypto routines": "CRYPTO",
    "random number generator": "RAND", "PKCS12 routines": "PKCS12", "system library": "SYS",
}


def library_name(text):
    """The name of a library of OpenSSL, as an SSLError's `library` has it, from OpenSSL's text for it; None if it has none."""
    return LIBRARIES.get(text)


def reason_name(text, library="SSL"):
    """The name of an OpenSSL reason, as Python 3.11's `reason` has it, from OpenSSL's text for it; None if it has none."""
    if library == "SSL" and (text in GENERAL_REASONS or text.endswith(" lib")) and text not in ("bn lib", "x509 lib"):
        return None
    if text in IRREGULAR_REASONS:
        return IRREGULAR_REASONS[text]
    text = re.sub(TLS_ALERT, "sslv3 alert ", text)  # OpenSSL 3.2 reworded these texts and kept the names
    return re.sub("[- /.]", "_", re.sub("[()']", "", text)).upper()
