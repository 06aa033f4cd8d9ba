"""Half a handshake: by it an engine proves, before it is used, that it passes records between MemoryBIOs.

A ClientHello comes out, an answer goes in and is understood, nothing of it is left over. The answer is an alert, which tells
of records that pass, or the end of the file, which tells what this OpenSSL says of that.
"""
from __future__ import absolute_import, division, print_function

HELLO = b"\x16\x03"  # how the record of a ClientHello begins
FATAL_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"  # a record: alert, fatal, handshake_failure (RFC 5246, 7.2)


class Owner(object):
    """What stands for the SSLObject: an engine keeps a weak reference to it."""

    __slots__ = ("__weakref__",)


def passes_records(engine, context):
    """ImportError, with what was said instead, if an alert is not understood."""
    text, left = _answered(engine, context, lambda incoming: incoming.write(FATAL_ALERT))
    if "alert handshake failure" not in text or left:
        raise ImportError("a connection over memory BIOs does not pass records as it should (%s)" % text)


def names_unexpected_eof(engine, context):
    """Whether OpenSSL has an error of its own for an end of file without close_notify (3.0 and newer)."""
    return "unexpected eof" in _answered(engine, context, lambda incoming: incoming.write_eof())[0]


def _answered(engine, context, answer):
    """(how the answer to a ClientHello ends the handshake, how much of it is left)"""
    import socket
    import ssl

    MemoryBIO = engine.make_memory_bio()
    incoming, outgoing, owner = MemoryBIO(), MemoryBIO(), Owner()
    raw = engine.connect(context, incoming, outgoing, False, None, owner, engine.place(None)).raw
    try:
        try:
            raw.do_handshake()
        except ssl.SSLWantReadError:
            if outgoing.read()[:2] != HELLO:
                return "no ClientHello", 0
        answer(incoming)
        raw.do_handshake()
    except socket.error as error:  # which ssl.SSLError is, too
        return str(error), incoming.pending
    return "no error", 0
