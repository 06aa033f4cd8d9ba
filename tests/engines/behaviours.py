"""The 58 behaviours by which engines are compared: what a program can see of MemoryBIO and SSLObject, a function for each.

A behaviour returns its outcomes, in order, on whatever `ssl` is running; `outcomes.tried` catches what an operation raises. Natively on
CPython 3.11 they are the oracle. Here are the first: memory BIOs, handshakes and data. `ALL` has those of the two other files, too.

Left to the conformance tests is the one difference that is wanted: an SSLObject whose context checks host names and that has no name to
check is refused by every engine, while CPython accepts any certificate (tests/conformance/test_verification.py, TestNoName).
"""
from __future__ import absolute_import, division, print_function

import binascii
import ssl

from tests.engines import closing, trust
from tests.engines.outcomes import tried
from tests.support import certs, feeding
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.pairs import End, Pair, records

MEBI = 1 << 20


def pattern(size):
    return (bytes(bytearray(range(251))) * (size // 251 + 1))[:size]


def checksum(pieces):
    """How many bytes they are, and a checksum of all of them."""
    data = b"".join(pieces)
    return len(data), binascii.crc32(data) & 0xFFFFFFFF


def read_all(tls, size=65536):
    """What can be read until SSLWantReadError, in pieces."""
    pieces = []
    while True:
        try:
            pieces.append(tls.read(size))
        except ssl.SSLWantReadError:
            return pieces


# Memory BIOs


def bio_basic():
    bio = ssl.MemoryBIO()
    return [bio.read(), bio.write(b"abcdef"), bio.read(2), bio.pending, bio.read(-1), bio.read(), bio.eof, tried(bio.read, None)]


def bio_eof():
    bio = ssl.MemoryBIO()
    bio.write(b"x")
    bio.write_eof()
    return [bio.eof, tried(bio.write, b"y"), bio.read(), bio.eof, bio.read(), bio.write_eof(), bio.eof]


def bio_types():
    bio = ssl.MemoryBIO()
    written = [tried(bio.write, value) for value in (bytearray(b"12"), memoryview(b"345"), b"", u"text", 7, None)]
    return written + [bio.read()]


# Before the handshake


def pre_handshake_attrs():
    context = client_context()
    tls = End(context, server_hostname=u"localhost").tls
    return [tls.cipher(), tls.version(), tls.compression(), tls.selected_alpn_protocol(), tls.pending(), tried(tls.getpeercert),
            tls.get_channel_binding(), tls.server_side, tls.server_hostname, tls.context is context]


def pre_handshake_ops():
    """read() and write() start the handshake; unwrap() has nothing to close, before it and while it is under way."""
    pair = Pair()
    other = Pair().client
    return [tried(pair.client.tls.read, 10), pair.client.outgoing.pending > 0, tried(other.tls.write, b"data"),
            tried(pair.server.tls.read, 10), tried(Pair().client.tls.unwrap), tried(pair.client.tls.unwrap)]


# The handshake


def handshake_13():
    """The server's tickets come after the client is done: they lie in its `incoming` until it reads."""
    pair = Pair(version=TLS13)
    outcomes = pair.outcomes()
    client, server = pair.client, pair.server
    return [outcomes, client.tls.version(), server.tls.version(), client.tls.cipher() == server.tls.cipher(), client.incoming.pending > 0,
            tried(client.tls.read, 1), client.incoming.pending, server.incoming.pending]


def handshake_12():
    pair = Pair(version=TLS12)
    outcomes = pair.outcomes()
    return [outcomes, pair.client.tls.version(), pair.client.tls.cipher(), pair.server.tls.cipher(), pair.client.tls.compression(),
            pair.client.incoming.pending, pair.server.incoming.pending]


def handshake_bytewise():
    found = []
    for version in (TLS13, TLS12):
        pair = Pair(version=version)
        found += [pair.outcomes(how=feeding.BYTEWISE), pair.client.tls.version(), pair.server.tls.version()]
    return found


def handshake_again():
    pair = Pair().handshake()
    return [tried(end.tls.do_handshake) for end in pair.ends] + [end.outgoing.pending for end in pair.ends]


def attrs_after():
    pair = Pair(client_context(alpn=["h9", "http/1.1"]), server_context(alpn=["http/1.1", "h8"])).handshake()
    client, server = pair.client.tls, pair.server.tls
    return [client.cipher(), client.compression(), client.selected_alpn_protocol(), server.selected_alpn_protocol(),
            client.server_hostname, server.server_hostname, client.server_side, server.server_side,
            client.context is pair.client_context, server.context is pair.server_context, client.pending()]


def alpn_none():
    pair = Pair(client_context(alpn=["h9"]), server_context(alpn=["h8"])).handshake()
    return [end.tls.selected_alpn_protocol() for end in pair.ends]


# Certificates as they are shown


def getpeercert():
    pair = Pair().handshake()
    found = pair.client.tls.getpeercert()
    with open(certs.SERVER) as file:
        pem = file.read().partition("-----END CERTIFICATE-----")
    unverified = Pair(client_context(cafile=None)).handshake().client.tls
    return [sorted(found), found["subject"], found["subjectAltName"], found["issuer"], found["serialNumber"], found["version"],
            found["notBefore"], found["notAfter"],
            pair.client.tls.getpeercert(True) == ssl.PEM_cert_to_DER_cert(pem[0][pem[0].index("-----BEGIN CERT"):] + pem[1]),
            pair.server.tls.getpeercert(), pair.server.tls.getpeercert(binary_form=True), unverified.getpeercert(),
            unverified.getpeercert(True) == pair.client.tls.getpeercert(True)]


def getpeercert_rich():
    """A certificate with names of every kind, with revocation lists, OCSP and more.

    One of its addresses has nine bytes. What stands for it is the wording of OpenSSL in some versions and of CPython in others, so it is
    left out (tests/unit/test_certificates.py has it).
    """
    pair = Pair(client_context(check_hostname=False), server_context(certfile=certs.path("all_names"))).handshake()
    found = pair.client.tls.getpeercert()
    found["subjectAltName"] = tuple(name for name in found["subjectAltName"] if name[1][:8] != "<invalid")
    return ["%08x" % (binascii.crc32(pair.client.tls.getpeercert(True)) & 0xFFFFFFFF)] + sorted(found.items())


# Data


def read_empty():
    tls = Pair().handshake().client.tls
    return [tried(tls.read, 10), tried(tls.read, 1), tried(tls.read, 0), tried(tls.read, -1), tls.pending(), tried(tls.read)]


def write_read():
    pair = Pair().handshake()
    wrote = pair.client.tls.write(b"hello world")
    tls = pair.server.tls
    pair.server.take(pair.client.sent())
    return [wrote, tls.pending(), tls.read(4), tls.pending(), tls.read(100), tls.pending(), tried(tls.read, 100)]


def read_into():
    """A short read leaves the rest of the buffer alone; longer than the buffer and 0 mean all of it."""
    pair = Pair().handshake()
    pair.client.tls.write(b"0123456789")
    pair.server.take(pair.client.sent())
    found, buffer = [], bytearray(4)
    for size in (3, 100, 0):
        found += [pair.server.tls.read(size, buffer), bytes(buffer)]
    return found + [tried(pair.server.tls.read, 4, buffer), tried(pair.server.tls.read, 4, b"read-only"), bytes(buffer)]


def write_types():
    pair = Pair().handshake()
    wrote = [tried(pair.client.tls.write, value) for value in (b"", bytearray(b"ab"), memoryview(b"cde"), u"x", 7)]
    pair.server.take(pair.client.sent())
    return wrote + [pair.server.tls.read(100), pair.server.tls.read(100), tried(pair.server.tls.read, 100)]


def write_1MiB():
    pair = Pair(version=TLS13).handshake()
    data = pattern(MEBI)
    wrote, pending = pair.client.tls.write(data), pair.client.outgoing.pending
    pair.server.take(pair.client.sent())
    pieces = read_all(pair.server.tls)
    return [wrote, pending, checksum(pieces) == checksum([data]), len(pieces), pair.server.incoming.pending]


def write_8MiB_both():
    """Both write before either reads."""
    pair = Pair(version=TLS13).handshake()
    data = pattern(8 * MEBI)
    found = [end.tls.write(data) for end in pair.ends]
    for source, target in (pair.ends, reversed(pair.ends)):
        target.take(source.sent())
    pieces = [read_all(end.tls) for end in pair.ends]
    return found + [checksum(each) for each in pieces] + [set(checksum(each) for each in pieces) == {checksum([data])}]


def incoming_pending():
    """Three records arrive together, and a read takes one of them from the BIO."""
    pair = Pair(version=TLS13).handshake()
    for _ in range(3):
        pair.client.tls.write(b"x" * 100)
    pair.server.take(pair.client.sent())
    found = []
    for _ in range(3):
        found += [pair.server.incoming.pending, len(pair.server.tls.read(16384))]
    return found + [pair.server.incoming.pending, tried(pair.server.tls.read, 1)]


def partial_record():
    pair = Pair(version=TLS13).handshake()
    pair.client.tls.write(b"y" * 500)
    data = pair.client.sent()
    found = []
    for piece in (data[:3], data[3:200]):
        pair.server.take(piece)
        found += [tried(pair.server.tls.read, 1000), pair.server.incoming.pending]
    pair.server.take(data[200:])
    return found + [len(pair.server.tls.read(1000)), len(records(data))]


ALL = (
    bio_basic, bio_eof, bio_types, pre_handshake_attrs, pre_handshake_ops, handshake_13, handshake_12, handshake_bytewise,
    handshake_again, attrs_after, alpn_none, getpeercert, getpeercert_rich, read_empty, write_read, read_into, write_types, write_1MiB,
    write_8MiB_both, incoming_pending, partial_record,
) + closing.ALL + trust.ALL
NAMES = tuple(behaviour.__name__ for behaviour in ALL)
