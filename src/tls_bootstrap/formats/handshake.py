"""The server's certificate, read off the records of a handshake as they pass: up to TLS 1.2 it is not encrypted."""
from __future__ import absolute_import, division, print_function

from .records import HEADER

__all__ = ["CertificateWatch"]

HANDSHAKE = 22  # content type of a record, RFC 8446 section 5.1
CERTIFICATE = 11  # type of a handshake message, RFC 5246 section 7.4
LONGEST = 1 << 20  # bytes of messages that are kept while one is not complete


class CertificateWatch(object):
    """Shown what a client receives, knows the server's own certificate as soon as it has passed.

    `leaf` is it in DER, None before. With TLS 1.3 it never passes: what follows the ServerHello is encrypted, in records of
    another type. The first encrypted handshake record of TLS 1.2 comes behind the certificate.
    """

    __slots__ = ("leaf", "_bytes", "_messages")

    def __init__(self):
        self.leaf, self._bytes, self._messages = None, b"", b""

    def see(self, data):
        """The next bytes on the wire, cut in any way."""
        if self.leaf is not None:
            return
        self._bytes += data
        while len(self._bytes) >= HEADER.size:
            content_type, _, length = HEADER.unpack_from(self._bytes)
            end = HEADER.size + length
            if len(self._bytes) < end:
                return
            if content_type == HANDSHAKE and len(self._messages) < LONGEST:
                self._messages += self._bytes[HEADER.size:end]
                self._read_messages()
            self._bytes = self._bytes[end:]

    def _read_messages(self):
        """A message: type, length (3 bytes), body. A certificate's body: lengths (3 bytes) of the list and of the first, the first."""
        while len(self._messages) >= 4:
            head = bytearray(self._messages[:10])
            end = 4 + number(head[1:4])
            if len(self._messages) < end:
                return
            if head[0] == CERTIFICATE and end >= 10:
                self.leaf = self._messages[10:10 + number(head[7:10])]
                return
            self._messages = self._messages[end:]


def number(three_bytes):
    """What three bytes say, the most significant first."""
    return three_bytes[0] << 16 | three_bytes[1] << 8 | three_bytes[2]
