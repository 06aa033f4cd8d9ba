"""Where a TLS record ends, told by its header: pure counting, no I/O."""
from __future__ import absolute_import, division, print_function

__all__ = ["RecordMeter"]


class RecordMeter(object):
    """Knows where the current TLS record ends, by its header: type, version (2 bytes), length (2) - RFC 8446 section 5.1.

    `wanted` is how many bytes to ask the socket for: never more than the record has.
    """

    __slots__ = ("wanted", "_header")

    HEADER = 5
    LONGEST = 16384 + 2048  # RFC 5246 section 6.2.3, the most generous version

    def __init__(self):
        self.wanted, self._header = self.HEADER, b""

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
        self.wanted, self._header = self.HEADER, b""
        return True

    def _body_length(self, header):
        if 20 <= header[0] <= 24 and header[1] == 3:
            length = header[3] << 8 | header[4]
            return length if length <= self.LONGEST else 0
        if header[0] & 0x80 and header[2] == 1:  # ClientHello in the format of SSL 2.0, RFC 5246 appendix E.2
            return max((header[0] & 0x7f) << 8 | header[1], 3) - 3
        return 0  # no TLS ("GET /", "SSH-2"): waiting for more of it may take for ever; OpenSSL says at once what is wrong
