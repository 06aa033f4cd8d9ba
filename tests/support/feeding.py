"""The three ways in which bytes from the wire reach a connection. Each case of the conformance suite runs in all of them.

    whole      everything that is there arrives at once
    bytewise   one byte arrives, the operation is tried, the next byte arrives ...
    trailing   everything arrives at once, with bytes behind it that are none of this operation's business

An operation that needs `data` must ask for more (SSLWantReadError) as long as a byte of it is missing, succeed with the last
one, and must not touch what comes after: those bytes may belong to somebody else (plaintext after close_notify, RFC 8446
section 6.1), and `incoming.pending` is how the caller sees it.
"""
from __future__ import absolute_import, division, print_function

import ssl


class Feeding(object):
    """A way of feeding; ``Feeding.call(end, data, operation)`` is what tests use."""

    def __init__(self, name, piece_length=None, trailing=b""):
        self.name, self.piece_length, self.trailing = name, piece_length, trailing

    def __repr__(self):
        return self.name

    def pieces(self, data):
        """`data` cut into what arrives at a time."""
        length = self.piece_length or len(data) or 1
        return [data[start:start + length] for start in range(0, len(data), length)]

    def call(self, end, data, operation):
        """Feeds `data` to `end` and calls `operation` after each piece; returns what the call after the last byte returned.

        AssertionError if it returned before; an exception other than SSLWantReadError comes through as soon as it is raised.
        """
        pieces = self.pieces(data) or [data]
        for count, piece in enumerate(pieces[:-1], 1):
            end.incoming.write(piece)
            still_wanting(operation, "with %d of %d pieces" % (count, len(pieces)))
        end.incoming.write(pieces[-1] + self.trailing)
        result = operation()
        left = end.incoming.read()
        assert left == self.trailing, "left in incoming: %r, not %r" % (left, self.trailing)
        return result

    def push(self, end, data, operation):
        """The same for a flight after which `operation` still needs the peer: every call asks for more.

        Nothing may trail here, it would be read as the next record.
        """
        for piece in self.pieces(data):
            end.incoming.write(piece)
            still_wanting(operation, "after a flight that needs an answer")
        assert end.incoming.pending == 0


def still_wanting(operation, when):
    """Asserts that `operation` raises SSLWantReadError."""
    try:
        result = operation()
    except ssl.SSLWantReadError:
        return
    raise AssertionError("%r returned %s" % (result, when))


WHOLE = Feeding("whole")
BYTEWISE = Feeding("bytewise", piece_length=1)
# 0x00 is no content type, "P" (0x50) neither: read as a record these bytes would be an error, not a wait.
TRAILING = Feeding("trailing", trailing=b"PLAIN\x00\x00")
ALL = (WHOLE, BYTEWISE, TRAILING)
