"""Which cipher suites a context allows and which ones both ends of a connection know, and the security level that limits them."""
from __future__ import absolute_import, division, print_function

import struct

from ..engines import genuine
from ..openssl.functions import as_text
from .questions import make_method

INT_SIZE = struct.calcsize("i")
LONGEST_DESCRIPTION = 512

SHARED_CIPHERS = """A list of (name, protocol, secret bits): the cipher suites that the client has offered and this server knows; None on a
client, and before a ClientHello has come.

Since Python 3.5 (bpo-23186; SSL_get_client_ciphers)."""


def make(reach):
    """{name: function or property} of this file's features, bound to a Reach."""
    functions, context_pointer = reach.functions, reach.context

    def get_ciphers(self):
        """A list of dicts, one for each cipher suite that this context allows, the preferred one first.

        Keys: id, name, protocol, description, strength_bits, alg_bits, aead, symmetric, digest, kea, auth.
        Since Python 3.6 (gh-72053; SSL_CTX_get_ciphers).
        """
        return [describe(reach, cipher) for cipher in reach.library.items(functions.SSL_CTX_get_ciphers(context_pointer(self)))]

    def security_level(self):
        """The security level, a number from 0 to 5: below which strength keys and algorithms are refused (SSL_CTX_set_security_level(3)).

        Since Python 3.10 (gh-85367; SSL_CTX_get_security_level).
        """
        return int(functions.SSL_CTX_get_security_level(context_pointer(self)))

    def shared_ciphers(connection, pointer):
        return genuine.shared_ciphers(reach.library, pointer)

    return {
        "get_ciphers": get_ciphers,
        "security_level": property(security_level),
        "shared_ciphers": make_method(reach, shared_ciphers, SHARED_CIPHERS),
    }


def describe(reach, cipher):
    """The dict of get_ciphers() for an SSL_CIPHER*."""
    functions, library = reach.functions, reach.library
    name, protocol, strength = genuine.summary(library, cipher)
    bits, description = library.new_memory(INT_SIZE), library.new_memory(LONGEST_DESCRIPTION)
    functions.SSL_CIPHER_get_bits(cipher, bits)
    functions.SSL_CIPHER_description(cipher, description, LONGEST_DESCRIPTION)
    found = {
        "id": int(functions.SSL_CIPHER_get_id(cipher)),
        "name": name,
        "protocol": protocol,
        "description": as_text(library.read_memory(description)).rstrip("\n"),
        "strength_bits": strength,
        "alg_bits": struct.unpack("i", library.read_memory(bits, INT_SIZE))[0],
        "aead": bool(functions.SSL_CIPHER_is_aead(cipher)),
    }
    for key, number_of in (
        ("symmetric", functions.SSL_CIPHER_get_cipher_nid),
        ("digest", functions.SSL_CIPHER_get_digest_nid),
        ("kea", functions.SSL_CIPHER_get_kx_nid),
        ("auth", functions.SSL_CIPHER_get_auth_nid),
    ):
        number = number_of(cipher)
        found[key] = as_text(functions.OBJ_nid2ln(number)) if number else None
    return found
