"""Writes DER (X.690), for certificates that no library would make: functions from bytes to bytes."""
from __future__ import absolute_import, division, print_function

import base64

INTEGER, BIT_STRING, OCTET_STRING, UTF8, PRINTABLE, IA5, UTC_TIME, GENERALIZED_TIME = 0x02, 0x03, 0x04, 0x0C, 0x13, 0x16, 0x17, 0x18
COMMON_NAME = "2.5.4.3"


def element(tag, *contents):
    """One element: its tag, the length of its contents together, the contents."""
    content = b"".join(contents)
    length = bytearray.fromhex(u"%08x" % len(content)).lstrip(b"\0")
    size = bytearray([len(content)]) if len(content) < 0x80 else bytearray([0x80 | len(length)]) + length
    return bytes(bytearray([tag]) + size) + content


def sequence(*contents):
    return element(0x30, *contents)


def oid(dotted):
    """``"2.5.29.17"`` -> an OBJECT IDENTIFIER."""
    numbers = [int(number) for number in dotted.split(".")]
    content = bytearray()
    for number in [40 * numbers[0] + numbers[1]] + numbers[2:]:
        groups = bytearray([number & 0x7F])
        while number > 0x7F:
            number >>= 7
            groups.insert(0, 0x80 | number & 0x7F)
        content += groups
    return element(0x06, bytes(content))


def name(*attributes):
    """A Name, each attribute in an RDN of its own; an attribute is (dotted OID, tag, content)."""
    return sequence(*[element(0x31, sequence(oid(kind), element(tag, content))) for kind, tag, content in attributes])


def extension(dotted, value, *critical):
    return sequence(oid(dotted), *critical + (element(OCTET_STRING, value),))


V3, SERIAL, SOMEBODY = element(0xA0, element(INTEGER, b"\2")), element(INTEGER, b"\1"), name((COMMON_NAME, UTF8, b"somebody"))
BEGIN, END = element(UTC_TIME, b"200101000000Z"), element(GENERALIZED_TIME, b"21200101000000Z")
ALGORITHM, NO_BITS = sequence(oid("1.2.840.10045.4.3.2")), element(BIT_STRING, b"\0")
NO_KEY = sequence(sequence(oid("1.2.840.10045.2.1")), NO_BITS)


def certificate(version=V3, serial=SERIAL, issuer=SOMEBODY, validity=BEGIN + END, subject=SOMEBODY, identifiers=b"", extensions=()):
    """A certificate without key and signature, the parts given as they are: `_ssl` decodes it as any other."""
    optional = element(0xA3, sequence(*extensions)) if extensions else b""
    signed = sequence(version, serial, ALGORITHM, issuer, sequence(validity), subject, NO_KEY, identifiers, optional)
    return sequence(signed, ALGORITHM, NO_BITS)


def pem(der):
    text = base64.b64encode(der)
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN CERTIFICATE-----"] + lines + [b"-----END CERTIFICATE-----", b""])
