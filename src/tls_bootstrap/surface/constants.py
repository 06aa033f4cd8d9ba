"""Constants of newer Pythons: bits of `options` and `verify_flags`, which the setters of every `_ssl` take, and what OpenSSL can do.

The bits are OpenSSL's and stand in its headers. Those of an option that not every OpenSSL means by it have a version in the table
of _features.py: 0x8 and 0x80 were workarounds for bugs of Netscape and of an old SSLeay before they got their meaning of today.
"""
from __future__ import absolute_import, division, print_function

from .additions import Placement
from .enums import Member

OPTIONS = {  # openssl/ssl.h
    "OP_LEGACY_SERVER_CONNECT": 0x4,
    "OP_ENABLE_KTLS": 0x8,  # [3.0]
    "OP_IGNORE_UNEXPECTED_EOF": 0x80,  # [3.0]
    "OP_NO_TICKET": 0x4000,
    "OP_NO_RENEGOTIATION": 1 << 30,  # [1.1.0h]
}
VERIFY_FLAGS = {  # openssl/x509_vfy.h
    "VERIFY_ALLOW_PROXY_CERTS": 0x40,
    "VERIFY_X509_PARTIAL_CHAIN": 0x80000,
}
# `_ssl` has a PROTOCOL_ for each version of its own for which OpenSSL has a method that it calls: with a library without that
# method, it could not have been loaded.
VERSIONS = {
    "HAS_SSLv2": "PROTOCOL_SSLv2",
    "HAS_SSLv3": "PROTOCOL_SSLv3",
    "HAS_TLSv1": "PROTOCOL_TLSv1",
    "HAS_TLSv1_1": "PROTOCOL_TLSv1_1",
    "HAS_TLSv1_2": "PROTOCOL_TLSv1_2",
}


class Ability(Placement):
    """Whether OpenSSL can do something: `ours` of the one of `_ssl`; an engine that brings another knows about that."""

    def __init__(self, ours):
        self._ours = ours

    def put(self, ledger, owner, name):
        ledger.set(owner, name, ledger.engine.openssl_facts().get(name, self._ours))


def make(reach):
    """{name: Placement} of this file's constants."""
    import ssl

    made = dict((name, Member("Options", bit)) for name, bit in OPTIONS.items())
    made.update((name, Member("VerifyFlags", bit)) for name, bit in VERIFY_FLAGS.items())
    made.update((name, Ability(hasattr(ssl, protocol))) for name, protocol in VERSIONS.items())
    return made
