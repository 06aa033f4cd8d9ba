"""Behaviours at the end of a connection: close_notify, an end of file without it, and bytes that are no TLS at all.

See behaviours.py. "Failed" below is what OpenSSL calls an SSL after a fatal error: from then on it does nothing for anybody.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.engines.outcomes import tried
from tests.support.contexts import TLS12, TLS13, client_context
from tests.support.pairs import End, Pair


def unwrap_13():
    return _unwrap(TLS13)


def unwrap_12():
    return _unwrap(TLS12)


def _unwrap(version):
    """The client closes, the server reads of it and closes too; both may ask again."""
    pair = Pair(version=version).handshake()
    client, server = pair.client, pair.server
    found = [tried(client.tls.unwrap), client.outgoing.pending > 0]
    server.take(client.sent())
    found += [tried(server.tls.read, 10), tried(server.tls.read, 10), server.tls.pending(), tried(server.tls.unwrap),
              server.outgoing.pending > 0]
    client.take(server.sent())
    return found + [tried(client.tls.unwrap), tried(client.tls.unwrap), tried(server.tls.unwrap)]


def read_after_own_unwrap():
    """The peer still sends data after our close_notify: unwrap() refuses it, and the object has failed."""
    pair = Pair(version=TLS13).handshake()
    client, server = pair.client, pair.server
    found = [tried(client.tls.unwrap)]
    server.tls.write(b"late")
    client.take(server.sent())
    found += [tried(client.tls.unwrap), tried(client.tls.read, 10), tried(client.tls.write, b"x")]
    server.take(client.sent())
    found.append(tried(server.tls.unwrap))
    client.take(server.sent())
    return found + [tried(client.tls.read, 10), tried(client.tls.unwrap)]


def write_after_peer_close():
    """Half closed: what has read the peer's close_notify may write until it closes, too."""
    pair = Pair(version=TLS13).handshake()
    client, server = pair.client, pair.server
    tried(server.tls.unwrap)
    client.take(server.sent())
    found = [tried(client.tls.read, 10), tried(client.tls.write, b"bye")]
    found += [tried(server.reads, client.sent()), tried(client.tls.unwrap), tried(client.tls.write, b"x"), tried(client.tls.read, 10)]
    return found


def data_then_close():
    pair = Pair().handshake()
    pair.server.tls.write(b"data")
    tried(pair.server.tls.unwrap)
    pair.client.take(pair.server.sent())
    return [tried(pair.client.tls.read, 100) for _ in range(3)]


def leftover_plaintext():
    """Whoever leaves TLS (STARTTLS and back) finds what follows close_notify where it is."""
    pair = Pair().handshake()
    tried(pair.client.tls.unwrap)
    pair.server.take(pair.client.sent())
    found = [tried(pair.server.tls.unwrap)]
    pair.client.take(pair.server.sent() + b"PLAIN")
    return found + [tried(pair.client.tls.unwrap), pair.client.incoming.read()]


def unwrap_with_data_pending():
    pair = Pair(version=TLS13).handshake()
    pair.server.tls.write(b"unread")
    pair.client.take(pair.server.sent())
    return [tried(pair.client.tls.unwrap), tried(pair.client.tls.unwrap), tried(pair.client.tls.read, 10)]


# The end of file


def eof_read():
    return _eof_read(TLS13, b"abc")


def eof_read_12():
    return _eof_read(TLS12, b"")


def _eof_read(version, data):
    """`data` and the end; OpenSSL 3 answers with an alert, whose size is told."""
    pair = Pair(version=version).handshake()
    found = []
    if data:
        pair.server.tls.write(data)
        found.append(pair.client.reads(pair.server.sent()))
    pair.client.incoming.write_eof()
    tls = pair.client.tls
    return found + [tried(tls.read, 10), pair.client.outgoing.pending, tried(tls.read, 10), tried(tls.write, b"x"), tried(tls.unwrap)]


def eof_midrecord():
    pair = Pair().handshake()
    pair.server.tls.write(b"never whole")
    pair.client.take(pair.server.sent()[:-3])
    pair.client.incoming.write_eof()
    return [tried(pair.client.tls.read, 100), tried(pair.client.tls.read, 100)]


def eof_handshake():
    """The end in place of the server's flight, and in the middle of it."""
    early, late = End(client_context(), server_hostname=u"localhost"), Pair()
    early.incoming.write_eof()
    found = [tried(early.tls.do_handshake), tried(early.tls.do_handshake)]
    tried(late.client.tls.do_handshake)
    late.server.take(late.client.sent())
    tried(late.server.tls.do_handshake)
    late.client.take(late.server.sent()[:150])
    late.client.incoming.write_eof()
    return found + [tried(late.client.tls.do_handshake)]


def eof_write_first():
    """Only reading notices the end: a write before succeeds."""
    pair = Pair().handshake()
    pair.client.incoming.write_eof()
    tls = pair.client.tls
    return [tried(tls.write, b"hi"), pair.client.outgoing.pending > 0, tried(tls.read, 10), tried(tls.unwrap)]


def eof_after_close_notify():
    pair = Pair().handshake()
    tried(pair.server.tls.unwrap)
    pair.client.take(pair.server.sent())
    pair.client.incoming.write_eof()
    return [tried(pair.client.tls.read, 10), tried(pair.client.tls.unwrap)]


def unwrap_eof():
    """We closed, the peer has just gone."""
    pair = Pair().handshake()
    found = [tried(pair.client.tls.unwrap)]
    pair.client.incoming.write_eof()
    return found + [tried(pair.client.tls.unwrap), tried(pair.client.tls.read, 10)]


# Bytes that are no TLS, or not any more


def garbage():
    """HTTP, to a server and to a client; and how much of it is left, since only a record's header was looked at."""
    server, client = Pair().server, Pair().client
    server.take(b"GET / HTTP/1.1\r\n\r\n")
    found = [tried(server.tls.do_handshake), server.incoming.pending, server.outgoing.read()]
    tried(client.tls.do_handshake)
    client.take(b"HTTP/1.0 400 No\r\n\r\n.")
    return found + [tried(client.tls.do_handshake), client.incoming.pending]


def garbage2():
    server = Pair().server
    server.take(bytes(bytearray(0x9E3779B97F4A7C15 * number >> 32 & 0xFF for number in range(1, 19))))
    return [tried(server.tls.do_handshake), server.incoming.pending, server.outgoing.pending]


def tampered():
    """A bit is flipped: the reader says so and tells its peer, and neither goes on."""
    pair = Pair(version=TLS13).handshake()
    pair.client.tls.write(b"ten pounds")
    record = bytearray(pair.client.sent())
    record[-1] ^= 1
    pair.server.take(bytes(record))
    found = [tried(pair.server.tls.read, 100), pair.server.outgoing.pending > 0]
    pair.client.take(pair.server.sent())
    return found + [tried(pair.client.tls.read, 100), tried(pair.server.tls.read, 100)]


ALL = (
    unwrap_13, unwrap_12, read_after_own_unwrap, write_after_peer_close, data_then_close, leftover_plaintext, unwrap_with_data_pending,
    eof_read, eof_read_12, eof_midrecord, eof_handshake, eof_write_first, eof_after_close_notify, unwrap_eof, garbage, garbage2, tampered,
)
