"""A certificate in DER as the dict that `SSLSocket.getpeercert()` gives on the running interpreter.

DER (X.690) is elements in elements: a tag, a length, that many bytes. A certificate (RFC 5280 section 4.1) is read from
the outside in, by a short function for each of its parts. None calls itself, so nesting gains a hostile one nothing.

The dict is `_ssl`'s own to the type, oddities included: on Python 2 text of both kinds stands side by side (notBefore
is unicode, notAfter is str), and a serial number beyond 35 bytes is cut. For two things the interpreter is asked:

- The names of OIDs: `ssl._ASN1Object` looks into its OpenSSL's table.
- Alternative names that are neither text nor IPv4. How they show depends on both versions: OpenSSL 1.1.1 ends an IPv6
  address with a newline, 3.0 shows some otherNames, CPython prints addresses since https://bugs.python.org/issue38820.
  They are put into a root made for this, and get_ca_certs() gives them decoded, by the very code of getpeercert().

ValueError, and nothing else, says that the bytes are no certificate. We are stricter than `_ssl` where it matters:
alternative names that are not well-formed or there twice are refused, since a certificate that seems to have none is
matched by its common name. The other extensions only inform: as with `_ssl`, one that cannot be read is left out.
What the dict does not show (key, signature, what else is in a name that has no URI) is not looked into.
"""
from __future__ import absolute_import, division, print_function

from binascii import hexlify
from datetime import datetime

from .._compat import as_bytes, integer_types, text_type

__all__ = ["decode", "identities"]

# tags of X.680; a number in brackets in RFC 5280 is 0x80 and up, or 0xA0 and up if it holds elements
BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 1, 2, 3, 4, 6, 0x17, 0x18, 0x30, 0x31
ANY = None
EXTENSIONS, POINT_NAME, FULL_NAME, RELATIVE_NAME, REASONS, CRL_ISSUER = 0xA3, 0xA0, 0xA0, 0xA1, 0x81, 0xA2

# GeneralName, RFC 5280 section 4.2.1.6; the last five are otherName, x400Address, directoryName, ediPartyName and registeredID
URI, IP = 0x86, 0x87
TEXTS = {0x81: "email", 0x82: "DNS", URI: "URI"}
GENERAL_NAMES = frozenset(TEXTS) | frozenset((IP, 0xA0, 0xA3, 0xA4, 0xA5, 0x88))

# The strings of names, as OpenSSL reads them (tag2nbyte in a_mbstr.c): it takes Teletex for Latin-1, and does not ask whether a
# PrintableString is printable. BMPString is UCS-2.
BMP_STRING = 0x1E
CODECS = {0x0C: "utf-8", 0x12: "latin-1", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1C: "utf-32-be", BMP_STRING: "utf-16-be"}

BASIC_CONSTRAINTS, SUBJECT_ALT_NAME, CRL_DISTRIBUTION_POINTS = b"\x55\x1d\x13", b"\x55\x1d\x11", b"\x55\x1d\x1f"  # 2.5.29.19, .17, .31
AUTHORITY_INFO_ACCESS = b"\x2b\x06\x01\x05\x05\x07\x01\x01"  # 1.3.6.1.5.5.7.1.1
OCSP, CA_ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SERIAL_LINE = 70  # digits after which i2a_ASN1_INTEGER breaks the line; `_ssl` reads one line
LONGEST_OID = 586  # bytes; OBJ_obj2txt has the same limit, since the work is quadratic (CVE-2023-2650)
LONGEST_VERSION = 4  # bytes; what does not fit a C long, `_ssl` cannot show

_labels = {}  # the content of an OID -> its name, of those only that OpenSSL has a name for


def decode(der):
    """The dict of getpeercert() for the bytes of a certificate. ValueError if they are not one."""
    certificate = _only(SEQUENCE, bytearray(as_bytes(der)))
    signed, _, _ = _contents(_elements(certificate), SEQUENCE, SEQUENCE, BIT_STRING)
    fields = _elements(signed)
    version = _version(fields.pop(0)[1]) if fields and fields[0][0] == 0xA0 else 1
    serial, _, issuer, validity, subject, _ = _contents(fields[:6], INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE)
    begin, end = [_time(tag, bytes(content)) for tag, content in _contents(_elements(validity), ANY, ANY)]
    decoded = {"subject": _name(subject), "issuer": _name(issuer), "version": integer_types[-1](version),
               "serialNumber": text_type(_serial(serial)), "notBefore": text_type(begin), "notAfter": end}
    extensions = _extensions(fields[6:])
    if SUBJECT_ALT_NAME in extensions:
        decoded["subjectAltName"] = _alternative_names(extensions[SUBJECT_ALT_NAME])
    access = dict(_informative(_access, extensions.get(AUTHORITY_INFO_ACCESS)))
    points = _informative(_distribution_points, extensions.get(CRL_DISTRIBUTION_POINTS))
    informative = (("OCSP", access.get(OCSP)), ("caIssuers", access.get(CA_ISSUERS)), ("crlDistributionPoints", points))
    decoded.update((key, tuple(uris)) for key, uris in informative if uris)
    return decoded


def identities(der):
    """Whom a certificate is for: ([DNS name], [IP address as bytes], [common name of the subject]). ValueError if it is none.

    The names as str, undecoded on Python 2 if they are not ASCII. Much cheaper than decode() where that has to ask.
    """
    certificate = _only(SEQUENCE, bytearray(as_bytes(der)))
    signed, _, _ = _contents(_elements(certificate), SEQUENCE, SEQUENCE, BIT_STRING)
    fields = [field for field in _elements(signed) if field[0] != 0xA0]
    extensions = _extensions(fields[6:])
    names = []
    if SUBJECT_ALT_NAME in extensions:
        (value,) = extensions[SUBJECT_ALT_NAME]
        names = [(tag, bytes(name)) for tag, name in _elements(_only(SEQUENCE, value))]
    dns = [_shown(tag, name)[1] for tag, name in names if TEXTS.get(tag) == "DNS"]
    commons = [value for rdn in _name(fields[4][1]) for kind, value in rdn if kind == "commonName"]
    return dns, [name for tag, name in names if tag == IP], commons


def _malformed(why):
    return ValueError("not a certificate in DER: " + why)


# Elements, X.690


def _elements(data):
    """What a bytearray is a run of: [(tag, content)]."""
    found, at, end = [], 0, len(data)
    while at < end:
        tag, length = data[at], data[at + 1] if at + 1 < end else end
        at += 2
        if length >= 0x80:
            width, length = length & 0x7F, 0
            if not 1 <= width <= 4:
                raise _malformed("an element has no definite length")  # X.690 section 10.1
            for byte in data[at:at + width]:
                length = length << 8 | byte
            at += width
        if at + length > end:
            raise _malformed("an element is longer than what holds it")
        found.append((tag, data[at:at + length]))
        at += length
    return found


def _contents(elements, *tags):
    """The contents of elements that must have these tags; where ANY stands, the element with the tag it has."""
    if len(elements) != len(tags) or [tag for tag, (found, _) in zip(tags, elements) if tag not in (found, ANY)]:
        raise _malformed("an element is missing or out of place")
    return [element if tag is ANY else element[1] for tag, element in zip(tags, elements)]


def _all(tag, data):
    """The contents of the elements in `data`, which must all have this tag."""
    elements = _elements(data)
    return _contents(elements, *[tag] * len(elements))


def _optional(elements, *tags):
    """{tag: content} of elements that come in this order, if they are there at all."""
    there = [tag for tag, _ in elements]
    if there != [tag for tag in tags if tag in there]:
        raise _malformed("an element is missing or out of place")
    return dict(elements)


def _only(tag, data):
    """The content of the one element that `data` must be."""
    (content,) = _contents(_elements(data), tag)
    return content


def _integer(content):
    if not content or (len(content) > 1 and content[0] == (0xFF if content[1] > 0x7F else 0)):
        raise _malformed("an INTEGER is not as short as it can be")  # X.690 section 8.3.2
    number = int(hexlify(content), 16)
    return number - (1 << 8 * len(content)) if content[0] > 0x7F else number


def _dotted(content):
    if not content or content[-1] > 0x7F or len(content) > LONGEST_OID:
        raise _malformed("an OBJECT IDENTIFIER does not end, or not soon enough")
    numbers, number = [], 0
    for byte in content:
        if byte == 0x80 and not number:
            raise _malformed("a number in an OBJECT IDENTIFIER is not as short as it can be")  # X.690 section 8.19.2
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join("%d" % number for number in [first, numbers[0] - 40 * first] + numbers[1:])


def _bits(content):
    unused = content[0] if content else 8
    if unused > 7 or content[-1] & (1 << unused) - 1:
        raise _malformed("a BIT STRING has bits beyond its end")  # X.690 section 11.2
    return bytes(content[1:])


def _text(content, codec="utf-8"):
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        raise _malformed("a text is not in " + codec.upper())


# Fields, RFC 5280 section 4.1.2


def _version(data):
    number = _only(INTEGER, data)
    if len(number) > LONGEST_VERSION:
        raise _malformed("the version is beyond measure")
    return _integer(number) + 1


def _serial(content):
    number = _integer(content)
    digits = "%X" % abs(number)
    digits = "0" * (len(digits) % 2) + digits
    cut = digits[:SERIAL_LINE] + "\\\n" if len(digits) > SERIAL_LINE else digits
    return "-" + cut if number < 0 else cut


def _time(tag, digits):
    """A time as ASN1_TIME_print shows it. Each kind has but one way to be written, RFC 5280 section 4.1.2.5."""
    if tag == UTC_TIME:
        digits = (b"19" if digits[:2] >= b"50" else b"20") + digits
    try:
        if tag not in (UTC_TIME, GENERALIZED_TIME) or len(digits) != 15 or not digits[:14].isdigit() or digits[14:] != b"Z":
            raise ValueError
        time = datetime(int(digits[:4]), *[int(digits[at:at + 2]) for at in range(4, 14, 2)])
    except ValueError:
        raise _malformed("a time is not one of the calendar, to the second, in GMT")
    return "%s %2d %02d:%02d:%02d %d GMT" % (MONTHS[time.month - 1], time.day, time.hour, time.minute, time.second, time.year)


def _name(content):
    """A tuple of RDNs, which are tuples of pairs. OpenSSL has but a list of pairs, so an RDN of none does not show."""
    names = (tuple(_attribute(pair) for pair in _all(SEQUENCE, rdn)) for rdn in _all(SET, content))
    return tuple(rdn for rdn in names if rdn)


def _attribute(pair):
    kind, (tag, value) = _contents(_elements(pair), OID, ANY)
    if tag == BIT_STRING:
        return _label(kind), _bits(value)  # https://bugs.python.org/issue46232; before, `_ssl` raised an error
    if tag not in CODECS or (tag == BMP_STRING and any(0xD8 <= byte <= 0xDF for byte in value[::2])):
        raise _malformed("a name has a text of no kind for names")
    return _label(kind), _text(value, CODECS[tag])


def _label(oid):
    """OpenSSL's name of an OID, or its numbers with dots: OBJ_obj2txt."""
    oid = bytes(oid)
    if oid in _labels:
        return _labels[oid]
    from ssl import _ASN1Object

    dotted = _dotted(bytearray(oid))
    try:
        known = _ASN1Object(dotted)
    except ValueError:
        return dotted
    return _labels.setdefault(oid, known.longname or known.shortname)


# Extensions, RFC 5280 section 4.2


def _extensions(fields):
    """{OID: [value, ...]}, given the fields after the six: two unique identifiers, which nobody asks for, and the extensions."""
    found = {}
    optional = _optional(fields, 0x81, 0x82, EXTENSIONS)
    for extension in _all(SEQUENCE, _only(SEQUENCE, optional[EXTENSIONS])) if EXTENSIONS in optional else ():
        elements = _elements(extension)
        if [tag for tag, _ in elements[1:2]] == [BOOLEAN]:
            del elements[1]  # whether it is critical
        oid, value = _contents(elements, OID, OCTET_STRING)
        found.setdefault(bytes(oid), []).append(value)
    return found


def _informative(read, values):
    """What `read` makes of an extension; () if it is not there just once or cannot be read, as with X509_get_ext_d2i."""
    try:
        (value,) = values or ()
        return read(_only(SEQUENCE, value))
    except ValueError:
        return ()


def _access(content):
    """{method: [URI, ...]} of the authority information access, section 4.2.2.1."""
    found = {}
    for description in _all(SEQUENCE, content):
        method, location = _contents(_elements(description), OID, ANY)
        found.setdefault(_dotted(method), []).extend(_uris([location]))
    return found


def _distribution_points(content):
    """[URI, ...] of the CRL distribution points, section 4.2.1.13. A point need not have a name (CVE-2019-5010)."""
    found = []
    for point in _all(SEQUENCE, content):
        name = _optional(_elements(point), POINT_NAME, REASONS, CRL_ISSUER).get(POINT_NAME)
        parts = _optional(_elements(name), FULL_NAME, RELATIVE_NAME) if name else {}
        found += _uris(_elements(parts.get(FULL_NAME, b"")))
    return found


def _uris(names):
    if not GENERAL_NAMES.issuperset(tag for tag, _ in names):
        raise _malformed("a name is of no known kind")
    return [_text(content) for tag, content in names if tag == URI]


# Alternative names, RFC 5280 section 4.2.1.6


def _alternative_names(values):
    if len(values) != 1:
        raise _malformed("it has alternative names more than once")
    content = _only(SEQUENCE, values[0])
    names = _elements(content)
    shown = [_shown(tag, bytes(name)) for tag, name in names]
    return _as_the_interpreter_shows(content, len(names)) if None in shown else tuple(shown)


def _shown(tag, name):
    """A name as `_ssl` shows it, None if that has to be asked. NULs in a text stay (CVE-2013-4238)."""
    if tag in TEXTS:
        return TEXTS[tag], name if isinstance(name, str) else _text(name)
    return ("IP Address", "%d.%d.%d.%d" % tuple(bytearray(name))) if tag == IP and len(name) == 4 else None


def _as_the_interpreter_shows(names, count):
    """What the interpreter makes of `count` alternative names: those of a root, in a store that is thrown away."""
    import _ssl
    import ssl

    context = _ssl._SSLContext(getattr(_ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23))
    try:
        context.load_verify_locations(cadata=_root(names))
    except ssl.SSLError:
        pass  # the root is in; an `_ssl` older than OpenSSL 3 does not know its way to say that the data is at its end
    try:
        shown = [root["subjectAltName"] for root in context.get_ca_certs()]
    except (KeyError, ValueError, SystemError, ssl.SSLError, TypeError):  # PyPy decodes what it cannot read to None
        shown = []
    try:  # OpenSSL 1.1.1 looks at the key of the root, which is none, and leaves an error for whatever is done next in this thread
        context.set_ciphers("no cipher of this name")
    except ssl.SSLError:
        pass  # before it raises this, `_ssl` empties the queue of errors: no other method of it does
    if [len(names) for names in shown] != [count]:
        raise _malformed("an alternative name cannot be read")
    return shown[0]


def _root(names):
    """A root with these alternative names. It has neither key nor signature: who only decodes it asks for none."""
    nobody, algorithm, bits = _element(SEQUENCE), _element(SEQUENCE, _element(OID, b"\x2a")), _element(BIT_STRING, b"\0")
    serial, version, ever = _element(INTEGER, b"\1"), _element(0xA0, _element(INTEGER, b"\2")), _element(UTC_TIME, b"200101000000Z")
    is_root = _element(SEQUENCE, _element(BOOLEAN, b"\xff"))
    extensions = [_element(SEQUENCE, _element(OID, oid), _element(OCTET_STRING, value))
                  for oid, value in ((BASIC_CONSTRAINTS, is_root), (SUBJECT_ALT_NAME, _element(SEQUENCE, bytes(names))))]
    signed = _element(SEQUENCE, version, serial, algorithm, nobody, _element(SEQUENCE, ever, ever), nobody,
                      _element(SEQUENCE, algorithm, bits), _element(EXTENSIONS, _element(SEQUENCE, *extensions)))
    return _element(SEQUENCE, signed, algorithm, bits)


def _element(tag, *contents):
    content = b"".join(contents)
    length = bytearray.fromhex(u"%08x" % len(content)).lstrip(b"\0")
    size = bytearray([len(content)]) if len(content) < 0x80 else bytearray([0x80 | len(length)]) + length
    return bytes(bytearray([tag]) + size) + content
