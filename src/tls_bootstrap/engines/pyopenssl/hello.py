"""Which groups a ClientHello offers keys for (RFC 8446, 4.1.2 and 4.2.8): read from its bytes, since pyOpenSSL does not tell."""
from __future__ import absolute_import, division, print_function

import struct

__all__ = ["key_share_groups"]

KEY_SHARE = 51  # the extension's number

# https://www.iana.org/assignments/tls-parameters, TLS Supported Groups, as OpenSSL spells them
GROUPS = {
    0x0017: "secp256r1", 0x0018: "secp384r1", 0x0019: "secp521r1", 0x001D: "x25519", 0x001E: "x448", 0x0100: "ffdhe2048",
    0x0101: "ffdhe3072", 0x0200: "MLKEM512", 0x0201: "MLKEM768", 0x0202: "MLKEM1024", 0x11EB: "SecP256r1MLKEM768",
    0x11EC: "X25519MLKEM768", 0x11ED: "SecP384r1MLKEM1024",
}


def key_share_groups(record):
    """The names of the groups in the key shares of the ClientHello in a TLS record, in the client's order of preference."""
    position = 5 + 4 + 2 + 32  # headers of record and message, version, random
    for width in ("B", "H", "B"):  # session id, cipher suites, compression methods
        position += struct.calcsize(">" + width) + struct.unpack_from(">" + width, record, position)[0]
    extensions = dict(_extensions(record, position + 2))
    start, end = extensions.get(KEY_SHARE, (0, 0))
    found, position = [], start + 2
    while position < end:
        group, length = struct.unpack_from(">HH", record, position)
        found.append(GROUPS.get(group, "0x%04x" % group))
        position += 4 + length
    return found


def _extensions(record, position):
    """(number, (start, end)) of each."""
    while position < len(record):
        number, length = struct.unpack_from(">HH", record, position)
        position += 4 + length
        yield number, (position - length, position)
