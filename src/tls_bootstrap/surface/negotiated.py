"""What a handshake has chosen: the group of the key agreement and the signature algorithms (Python 3.15).

CPython 3.15 reads them only with an OpenSSL that has a function for exactly that (group 3.2, signatures 3.5), and raises
NotImplementedError with an older one. Here each is put together from what an older one has:

    group      3.0 and 3.1    the number of the group, and its name
               before         the peer's key of the key agreement; a server of TLS 1.2 has none any more, but knows what it chose from
    signature  1.1.1 to 3.4   the kind of key and the digest, which together have one name - but for PSS, where it depends on what the
                              certificate says of the key
"""
from __future__ import absolute_import, division, print_function

import struct

from ..formats import algorithms
from ..openssl import functions as openssl
from .questions import make_method

INT_SIZE, POINTER_SIZE = struct.calcsize("i"), struct.calcsize("P")

GROUP = """The name of the group of the key agreement, such as "x25519"; None before there is one, or where there was none.

Since Python 3.15 (gh-136306; SSL_get0_group_name of OpenSSL 3.2)."""
CLIENT_SIGALG = """The name of the algorithm by which the client proved that it has its key, such as "ecdsa_secp256r1_sha256"; None before
that, and if it did not.

Since Python 3.15 (gh-138252; SSL_get0_signature_name of OpenSSL 3.5)."""
SERVER_SIGALG = """The name of the algorithm by which the server proved that it has its key, such as "rsa_pss_rsae_sha256"; None before
that, and if it did not, as when a session is resumed.

Since Python 3.15 (gh-138252; SSL_get0_signature_name of OpenSSL 3.5)."""


def make(reach):
    """{name: method} of this file's features, bound to a Reach."""
    group_of, signatures = choose_group_of(reach), Signatures(reach)

    def group(connection, pointer):
        if not reach.functions.SSL_get_session(pointer):
            return None  # OpenSSL looks into the session without asking whether there is one
        name = group_of(connection, pointer)
        return openssl.as_text(name)

    def client_sigalg(connection, pointer):
        return signatures.of(pointer, of_peer=connection.server_side)

    def server_sigalg(connection, pointer):
        return signatures.of(pointer, of_peer=not connection.server_side)

    methods = ((group, GROUP), (client_sigalg, CLIENT_SIGALG), (server_sigalg, SERVER_SIGALG))
    return dict((ask.__name__, make_method(reach, ask, documentation)) for ask, documentation in methods)


def choose_group_of(reach):
    """The function of (connection, SSL*) that tells the name of the group as bytes with this OpenSSL."""
    functions = reach.functions
    if functions.has("SSL_get0_group_name"):
        return lambda connection, pointer: functions.SSL_get0_group_name(pointer)
    if functions.has("SSL_group_to_name"):
        return lambda connection, pointer: functions.SSL_group_to_name(
            pointer, functions.SSL_ctrl(pointer, openssl.GET_NEGOTIATED_GROUP, 0, None))
    return lambda connection, pointer: group_before_3(reach, connection, pointer)


def group_before_3(reach, connection, pointer):
    """The name of the group as bytes, of an OpenSSL that keeps no note of it."""
    functions, written = reach.functions, reach.library.new_memory(POINTER_SIZE)
    if functions.SSL_ctrl(pointer, openssl.GET_PEER_TMP_KEY, 0, written) == 1:
        key = reach.library.pointer_in(written)
        try:
            number = number_of_group(functions, key)
        finally:
            functions.EVP_PKEY_free(key)
    else:
        cipher = connection.cipher()
        chose = connection.server_side and cipher is not None and "ECDH" in cipher[0] and not functions.SSL_session_reused(pointer)
        number = functions.SSL_ctrl(pointer, openssl.GET_SHARED_GROUP, 0, None) if chose else 0
    functions.ERR_clear_error()
    return algorithms.group_called(functions.OBJ_nid2sn(number)) if number > 0 else None


def number_of_group(functions, key):
    """The number of the object that stands for the group of an EVP_PKEY*, 0 if it is of none."""
    curve = functions.EVP_PKEY_get1_EC_KEY(key)
    if not curve:
        number = functions.EVP_PKEY_id(key)
        return number if functions.OBJ_nid2sn(number) in algorithms.GROUP_SPELLINGS.values() else 0  # a number of DHE is of no group
    try:
        return functions.EC_GROUP_get_curve_name(functions.EC_KEY_get0_group(curve))
    finally:
        functions.EC_KEY_free(curve)


class Signatures(object):
    """Tells the names of signature algorithms that one end of a connection has used."""

    def __init__(self, reach):
        self._functions, self._library = reach.functions, reach.library

    def of(self, pointer, of_peer):
        """The name for an SSL*, None if that end has signed nothing."""
        name = self._listed(pointer, of_peer) or self._known(pointer, of_peer)
        self._functions.ERR_clear_error()
        return name

    def _listed(self, pointer, of_peer):
        written = self._library.new_memory(POINTER_SIZE)
        command = openssl.GET0_PEER_SIGNATURE_NAME if of_peer else openssl.GET0_SIGNATURE_NAME
        if self._functions.SSL_ctrl(pointer, command, 0, written) != 1:
            return None
        name = self._library.pointer_in(written)
        return openssl.as_text(self._library.read_memory(name)) if name else None

    def _known(self, pointer, of_peer):
        functions = self._functions
        type_of = functions.SSL_get_peer_signature_type_nid if of_peer else functions.SSL_get_signature_type_nid
        kind = self._number(lambda written: type_of(pointer, written))
        command = openssl.GET_PEER_SIGNATURE_NID if of_peer else openssl.GET_SIGNATURE_NID
        digest = self._number(lambda written: functions.SSL_ctrl(pointer, command, 0, written))
        if not kind or digest is None:
            return None
        kind, digest = [openssl.as_text(functions.OBJ_nid2sn(number)) for number in (kind, digest)]
        return algorithms.signature_called(kind, digest, kind == algorithms.PSS and self._has_pss_key(pointer, of_peer))

    def _number(self, write):
        """The int that OpenSSL writes, None if it has none."""
        written = self._library.new_memory(INT_SIZE)
        return struct.unpack("i", self._library.read_memory(written, INT_SIZE))[0] if write(written) == 1 else None

    def _has_pss_key(self, pointer, of_peer):
        """Whether the certificate of that end says that its key is for PSS only."""
        functions = self._functions
        certificate = self._library.peer_certificate(pointer) if of_peer else functions.SSL_get_certificate(pointer)
        key = functions.X509_get_pubkey(certificate) if certificate else None
        try:
            identify = functions.EVP_PKEY_get_id if functions.has("EVP_PKEY_get_id") else functions.EVP_PKEY_id
            return bool(key) and functions.OBJ_nid2sn(identify(key)) == algorithms.PSS.encode("ascii")
        finally:
            if key:
                functions.EVP_PKEY_free(key)
            if certificate and of_peer:
                functions.X509_free(certificate)
