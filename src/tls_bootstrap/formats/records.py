"""Where a TLS record ends, told by its header: pure counting, no I/O."""
from __future__ import absolute_import, division, print_function

import struct

__all__ = ["CONTENT_TYPES", "HEADER", "LONGEST", "RecordMeter", "fatal_alert"]

HEADER = struct.Struct(">BBxH")  # content type, major and minor version, length of the body: RFC 8446 section 5.1
CONTENT_TYPES = frozenset(range(20, 25))  # change_cipher_spec, alert, handshake, application_data, heartbeat
LONGEST = 16384 + 2048  # a body, RFC 5246 section 6.2.3, the most generous version


class RecordMeter(object):
    """Knows where the current TLS record ends, by its header.

    `wanted` is how many bytes to ask the socket for: never more than the record has.
    """

    __slots__ = ("wanted", "_header")

    def __init__(self):
        self.wanted, self._header = HEADER.size, b""

    def completed_by(self, data):
        """Count `data`, at most `wanted` bytes. True if something is complete that OpenSSL should look at."""
        self.wanted -= len(data)
        if self._header is not None:
            self._header += data
        if self.wanted:
            return False
        if self._header is not None:
            self.wanted = self._body_length(bytearray(self._header))
            self._header = None
            if self.wanted:
                return False
        self.wanted, self._header = HEADER.size, b""
        return True

    def is_between_records(self):
        """Whether the next byte is the first of a record."""
        return self._header == b""

    def mark(self):
        """What `rewind` takes to come back here."""
        return self.wanted, self._header

    def rewind(self, mark):
        """Forget what was counted since `mark`."""
        self.wanted, self._header = mark

    def expect_body(self, length):
        """The last `length` bytes of a record's body are yet to come, after all."""
        self.wanted, self._header = length, None

    def _body_length(self, header):
        if header[0] in CONTENT_TYPES and header[1] == 3:
            length = header[3] << 8 | header[4]
            return length if length <= LONGEST else 0
        if header[0] & 0x80 and header[2] == 1:  # ClientHello in the format of SSL 2.0, RFC 5246 appendix E.2
            return max((header[0] & 0x7f) << 8 | header[1], 3) - 3
        return 0  # no TLS ("GET /", "SSH-2"): waiting for more of it may take for ever; OpenSSL says at once what is wrong


def fatal_alert(description):
    """The record of a fatal alert that is not encrypted (RFC 8446 section 6), `description` its number."""
    return b"\x15\x03\x03\x00\x02\x02" + bytes(bytearray((description,)))
