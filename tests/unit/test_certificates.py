"""The decoder of certificates gives what `_ssl` gives, to the type; the oracle is the code behind getpeercert()."""
from __future__ import absolute_import, division, print_function

import os
import re
import ssl

import pytest
from tls_bootstrap.formats.certificates import decode

from tests.certs import der
from tests.certs.der import BIT_STRING, COMMON_NAME, GENERALIZED_TIME, IA5, INTEGER, PRINTABLE, UTC_TIME, UTF8
from tests.certs.der import certificate, element, extension, name, oid, sequence
from tests.support import certs, facts

_ssl = pytest.importorskip("_ssl")
if not hasattr(_ssl, "_test_decode_cert"):
    pytest.skip("this interpreter has no oracle", allow_module_level=True)
if facts.is_pypy():
    pytest.skip("PyPy's _ssl is no oracle: its decoder stumbles over rare names, and for Python 3 its _SSLContext cannot be made",
                allow_module_level=True)

ARMOUR = re.compile(br"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\r?\n?", re.DOTALL)
SUBJECT_ALT_NAME, ACCESS, POINTS = "2.5.29.17", "1.3.6.1.5.5.7.1.1", "2.5.29.31"


@pytest.fixture
def native(tmpdir):
    """A function from PEM or DER to the dict that `_ssl` makes of it; None if `_ssl` refuses it."""
    path = str(tmpdir.join("certificate.pem"))

    def decode_natively(data):
        with open(path, "wb") as file:
            file.write(data if data.startswith(b"-----") else der.pem(data))
        try:
            return _ssl._test_decode_cert(path)
        except (ssl.SSLError, SystemError, ValueError):  # SystemError: an OID that OpenSSL does not print
            return None

    return decode_natively


def typed(value):
    """A value with the types of all that is in it: what must be equal."""
    if isinstance(value, dict):
        return "dict", sorted((typed(key), typed(each)) for key, each in value.items())
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [typed(each) for each in value]
    return type(value).__name__, value


def content(path):
    with open(path, "rb") as file:
        return file.read()


def pems(path):
    return ARMOUR.findall(content(path))


def to_der(pem):
    return ssl.PEM_cert_to_DER_cert(pem.decode("ascii").strip())


RICH = to_der(pems(certs.path("all_names"))[0])


# Certificates that there are


def of_this_project():
    return [path for path in map(certs.path, sorted(os.listdir(certs.DIRECTORY))) if os.path.isfile(path)]


def of_cpython():
    """Those of CPython's own test suite, if it came with the interpreter."""
    try:
        import test as package
    except ImportError:
        return []
    suite = os.path.dirname(package.__file__)
    folders = [os.path.join(suite, *below) for below in ((), ("capath",), ("certdata",), ("certdata", "capath"))]
    return [os.path.join(folder, each) for folder in folders if os.path.isdir(folder) for each in sorted(os.listdir(folder))
            if each.endswith((".pem", ".0"))]


def of_the_system():
    """The bundle of the roots that this machine trusts."""
    paths = ssl.get_default_verify_paths()
    return [path for path in (paths.cafile, paths.openssl_cafile) if path and os.path.isfile(path)][:1]


@pytest.mark.parametrize("find, at_least", [(of_this_project, 20), (of_cpython, 10), (of_the_system, 50)])
def test_certificates_that_there_are(find, at_least, native):
    paths = find()
    if not paths:
        pytest.skip("there are no certificates %s" % find.__name__.replace("_", " "))
    compared = 0
    for path in paths:
        for pem in pems(path):
            expected = native(pem)
            if expected is not None:  # else a file that is broken on purpose
                assert typed(decode(to_der(pem))) == typed(expected), path
                compared += 1
    print("%d certificates %s are the same" % (compared, find.__name__.replace("_", " ")))
    assert compared >= at_least


def test_the_rich_certificate_has_all_there_is():
    """Else the comparisons would say nothing of what is missing from it."""
    decoded = decode(RICH)
    assert set(decoded) == set(("subject", "issuer", "version", "serialNumber", "notBefore", "notAfter",
                                "subjectAltName", "OCSP", "caIssuers", "crlDistributionPoints"))
    assert set(kind for kind, _ in decoded["subjectAltName"]) == set((
        "othername", "email", "DNS", "X400Name", "DirName", "EdiPartyName", "URI", "IP Address", "Registered ID"))
    assert dict(rdn[0] for rdn in decoded["subject"])["commonName"] == u"\u4f8b\u3048.test"
    assert ("DNS", "names.test\0.evil.test") in decoded["subjectAltName"]


def test_the_comparison_sees_types():
    assert typed((u"a",)) != typed((b"a",)) and typed([1]) != typed((1,)) and typed(True) != typed(1)
    decoded = decode(RICH)
    assert typed(decoded) == typed(dict(decoded)) != typed(dict(decoded, version=float(decoded["version"])))


# Certificates that one could make


def named(tag, text, kind=COMMON_NAME):
    return certificate(subject=name((kind, tag, text)))


def alternatives(*names):
    return certificate(extensions=[extension(SUBJECT_ALT_NAME, sequence(*names))])


def other(kind, tag, text):
    return element(0xA0, oid(kind), element(0xA0, element(tag, text)))


def access(*descriptions):
    return certificate(extensions=[extension(ACCESS, sequence(*[sequence(oid(kind), where) for kind, where in descriptions]))])


def points(*contents):
    return certificate(extensions=[extension(POINTS, sequence(*[sequence(*each) for each in contents]))])


OCSP, CA_ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"
HOST, PLACE = element(0x82, b"a.test"), element(0x86, b"http://a.test/")
HERE = element(0xA0, element(0xA0, PLACE, HOST, PLACE))
NO_SUCH_NAME = element(0x89, b"a")
CRITICAL = element(0x01, b"\xff")
REST_OF_OID = ".".join(["4294967295"] * 100)

ALIKE = {
    "plain": certificate(),
    "no version": certificate(version=b""),
    "version 6": certificate(version=element(0xA0, element(INTEGER, b"\5"))),
    "version 0": certificate(version=element(0xA0, element(INTEGER, b"\xff"))),
    "version of 4 bytes": certificate(version=element(0xA0, element(INTEGER, b"\1\2\3\4"))),
    "unique identifiers": certificate(identifiers=element(0x81, b"\0a") + element(0x82, b"\0b")),
    "a critical extension": certificate(extensions=[extension(SUBJECT_ALT_NAME, sequence(HOST), CRITICAL)]),
    "an unknown extension, twice": certificate(extensions=2 * [extension("1.2.3.4", b"\5\0")]),
    "serial 0": certificate(serial=element(INTEGER, b"\0")),
    "serial 128": certificate(serial=element(INTEGER, b"\0\x80")),
    "serial -1": certificate(serial=element(INTEGER, b"\xff")),
    "serial -128": certificate(serial=element(INTEGER, b"\x80")),
    "serial -129": certificate(serial=element(INTEGER, b"\xff\x7f")),
    "serial of 35 bytes": certificate(serial=element(INTEGER, b"\1" * 35)),
    "serial of 36 bytes": certificate(serial=element(INTEGER, b"\1" * 36)),
    "negative serial of 36 bytes": certificate(serial=element(INTEGER, b"\x80" + b"\0" * 35)),
    "1950": certificate(validity=element(UTC_TIME, b"500101000000Z") + der.END),
    "2049": certificate(validity=element(UTC_TIME, b"491231235959Z") + der.END),
    "a leap day": certificate(validity=element(UTC_TIME, b"200229010203Z") + der.END),
    "the year 9999": certificate(validity=der.BEGIN + element(GENERALIZED_TIME, b"99991231235959Z")),
    "the year 1": certificate(validity=element(GENERALIZED_TIME, b"00010101000000Z") + der.END),
    "nobody": certificate(subject=name(), issuer=name()),
    "an RDN of nothing": certificate(subject=sequence(element(0x31), element(0x31, sequence(oid(COMMON_NAME), element(UTF8, b"a"))))),
    "an RDN of two": certificate(subject=sequence(element(0x31, *2 * [sequence(oid(COMMON_NAME), element(UTF8, b"a"))]))),
    "UTF8String": named(UTF8, u"\u4f8b\U0001f600".encode("utf-8")),
    "UTF8String with NUL": named(UTF8, b"a\0b"),
    "an empty string": named(UTF8, b""),
    "PrintableString": named(PRINTABLE, b"not printable: \xe9*"),
    "NumericString": named(0x12, b"12"),
    "IA5String": named(IA5, b"a@b\0"),
    "TeletexString": named(0x14, b"\xe9"),
    "UniversalString": named(0x1C, b"\0\0\0a\0\1\xf6\0"),
    "BMPString": named(0x1E, b"\0a\x4f\x8b"),
    "an OID without a name": named(UTF8, b"a", "1.3.6.1.4.1.32473.1"),
    "an OID in arc 0": named(UTF8, b"a", "0.39.1"),
    "an OID in arc 2": named(UTF8, b"a", "2.999.1"),
    "a long OID": named(UTF8, b"a", "1.2." + REST_OF_OID),
    "no alternative name": alternatives(),
    "texts": alternatives(element(0x81, b"a@b"), HOST, element(0x82, b"a\0b"), element(0x86, b""), element(0x82, b"\xc3\xa9")),
    "a text of two elements, which is not DER": alternatives(HOST, element(0xA2, element(IA5, b"a"), element(IA5, b".test"))),
    "IPv4": alternatives(element(0x87, b"\0\x7f\x80\xff")),
    "IPv6": alternatives(element(0x87, b"\0" * 15 + b"\1"), element(0x87, b"\xff" * 16)),
    "addresses of other lengths": alternatives(element(0x87, b""), element(0x87, b"\1"), element(0x87, b"192.0.2.1")),
    "a directory name": alternatives(element(0xA4, name((COMMON_NAME, 0x1E, b"\0a"), ("1.2.3.4", IA5, b"b")))),
    "registered IDs": alternatives(element(0x88, oid(COMMON_NAME)[2:]), element(0x88, oid("1.2.3.4")[2:])),
    "X.400 and EDI": alternatives(element(0xA3, sequence()), element(0xA5, element(0xA1, element(UTF8, b"a")))),
    "UPN": alternatives(other("1.3.6.1.4.1.311.20.2.3", UTF8, b"a\xc3\xa9:b")),
    "UPN of another type": alternatives(other("1.3.6.1.4.1.311.20.2.3", IA5, b"a")),
    "UPN with NUL, with a line end, long": alternatives(*[other("1.3.6.1.4.1.311.20.2.3", UTF8, text)
                                                          for text in (b"a\0b", b"a\nb", b"a" * 5000)]),
    "other names": alternatives(*[other("1.3.6.1.5.5.7.8.%d" % number, tag, b"a") for number in range(1, 12) for tag in (UTF8, IA5)]),
    "all kinds of URIs": access((OCSP, PLACE), (CA_ISSUERS, PLACE), ("1.2.3", PLACE), (OCSP, element(0x86, b"\xc3\xa9\0"))),
    "no URI": access((OCSP, HOST), (CA_ISSUERS, element(0xA4, der.SOMEBODY))),
    "no access": access(),
    "access twice": certificate(extensions=2 * [extension(ACCESS, sequence(sequence(oid(OCSP), PLACE)))]),
    "access cut short": certificate(extensions=[extension(ACCESS, b"\x30\5a")]),
    "access to an unknown kind of name": access((OCSP, PLACE), (OCSP, NO_SUCH_NAME)),
    "distribution points": points((HERE,), (HERE, element(0x81, b"\6\x40")), (HERE, element(0xA2, HOST))),
    "a distribution point without a name": points((element(0xA2, HOST),), (), (HERE,)),
    "a distribution point relative to its issuer": points(
        (HERE,), (element(0xA0, element(0xA1, sequence(oid(COMMON_NAME), element(UTF8, b"a")))),)),
    "no distribution point": points(),
    "distribution points twice": certificate(extensions=2 * [extension(POINTS, sequence(sequence(HERE)))]),
    "distribution points cut short": certificate(extensions=[extension(POINTS, b"\x30\5a")]),
    "a distribution point of an unknown kind": points((HERE,), (element(0xA0, element(0xA0, NO_SUCH_NAME)),)),
}


@pytest.mark.parametrize("kind", sorted(ALIKE))
def test_certificates_that_one_could_make(kind, native):
    expected = native(ALIKE[kind])
    assert expected is not None
    assert typed(decode(ALIKE[kind])) == typed(expected)


def test_a_bit_string_in_a_name(native):
    """CPython before 3.10.3 raises SSLError (bpo-46232); there we give what newer ones give."""
    unique = named(BIT_STRING, b"\0ab", "2.5.4.45")
    decoded, expected = decode(unique), native(unique)
    assert typed(decoded["subject"]) == typed(((("x500UniqueIdentifier", b"ab"),),))
    assert expected is None or typed(decoded) == typed(expected)


@pytest.mark.parametrize("data", [bytearray(RICH), memoryview(RICH)], ids=["bytearray", "memoryview"])
def test_what_is_like_bytes(data):
    assert decode(data) == decode(RICH)


@pytest.mark.parametrize("data", [u"0", None, 0])
def test_what_is_not_like_bytes(data):
    with pytest.raises(TypeError):
        decode(data)


# What is no certificate


def dated(tag, time):
    return certificate(validity=element(tag, time) + der.END)


def nested(depth):
    data = b""
    for _ in range(depth):
        data = element(0xA4, sequence(data))
    return data


REFUSED = {
    "nothing": b"",
    "one byte": b"\x30",
    "an empty sequence": sequence(),
    "another element behind": certificate() + b"\5\0",
    "no definite length": b"\x30\x80" + certificate()[4:] + b"\0\0",
    "a length of five bytes": b"\x30\x85\0\0\0\0\0",
    "a length that is cut": b"\x30\x84\0",
    "a field too few": certificate(subject=b""),
    "a field too many": certificate(identifiers=element(0x83, b"")),
    "identifiers out of order": certificate(identifiers=element(0x82, b"\0a") + element(0x81, b"\0b")),
    "extensions twice": certificate(identifiers=element(0xA3, sequence(extension("1.2.3", b""))), extensions=[extension("1.2.4", b"")]),
    "an extension without a value": certificate(extensions=[sequence(oid("1.2.3"))]),
    "an empty version": certificate(version=element(0xA0)),
    "a version beyond a long": certificate(version=element(0xA0, element(INTEGER, b"\1" * 9))),
    "an empty serial": certificate(serial=element(INTEGER)),
    "a padded serial": certificate(serial=element(INTEGER, b"\0\1")),
    "a padded negative serial": certificate(serial=element(INTEGER, b"\xff\x80")),
    "one time": certificate(validity=der.BEGIN),
    "a time that is a text": dated(UTF8, b"20200101000000Z"),
    "no seconds": dated(UTC_TIME, b"2001010000Z"),
    "parts of seconds": dated(GENERALIZED_TIME, b"20200101000000.5Z"),
    "a time zone": dated(UTC_TIME, b"200101000000+0100"),
    "local time": dated(UTC_TIME, b"200101000000"),
    "signs in a time": dated(UTC_TIME, b"20+1+1+0+0+0Z"),
    "the thirtieth of February": dated(UTC_TIME, b"200230000000Z"),
    "the hour 24": dated(UTC_TIME, b"200101240000Z"),
    "an empty time": dated(UTC_TIME, b""),
    "a name of one element": certificate(subject=sequence(element(0x31, sequence(oid(COMMON_NAME))))),
    "a name of three elements": certificate(subject=sequence(element(0x31, sequence(oid(COMMON_NAME), der.SERIAL, der.SERIAL)))),
    "a name without an OID": certificate(subject=sequence(element(0x31, sequence(der.SERIAL, element(UTF8, b"a"))))),
    "a name of an empty OID": certificate(subject=sequence(element(0x31, sequence(element(6), element(UTF8, b"a"))))),
    "an OID that does not end": certificate(subject=sequence(element(0x31, sequence(element(6, b"\x55\x84"), element(UTF8, b"a"))))),
    "an OID with padding": certificate(subject=sequence(element(0x31, sequence(element(6, b"\x55\x80\4"), element(UTF8, b"a"))))),
    "an OID of 64 KiB": certificate(subject=sequence(element(0x31, sequence(element(6, b"\x81" * 65536 + b"\1"), element(UTF8, b"a"))))),
    "a name that is a number": named(INTEGER, b"\1"),
    "a name in no UTF-8": named(UTF8, b"\xff"),
    "half a BMPString": named(0x1E, b"\0"),
    "surrogates in a BMPString": named(0x1E, b"\xd8\x3d\xde\0"),
    "bits beyond the end": named(BIT_STRING, b"\3a"),
    "no bits": named(BIT_STRING, b""),
    "alternative names cut short": certificate(extensions=[extension(SUBJECT_ALT_NAME, b"\x30\5a")]),
    "alternative names with a rest": certificate(extensions=[extension(SUBJECT_ALT_NAME, sequence(HOST) + b"\5\0")]),
    "alternative names twice": certificate(extensions=2 * [extension(SUBJECT_ALT_NAME, sequence(HOST))]),
    "alternative names of an unknown kind": alternatives(HOST, NO_SUCH_NAME),
    "a text of no definite length": alternatives(HOST, b"\x82\x80"),
    "an OID beyond printing in an alternative name": alternatives(element(0xA4, name(("1.2." + REST_OF_OID + "." + REST_OF_OID, UTF8, b"a")))),
    "another name of nothing": alternatives(HOST, element(0xA0)),
    "a directory name of nothing": alternatives(element(0xA4)),
    "a nest": alternatives(nested(5000)),
}


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_what_is_no_certificate(kind):
    with pytest.raises(ValueError) as caught:
        decode(REFUSED[kind])
    assert type(caught.value) is ValueError
    assert re.match(r"not a certificate in DER: [^\n]+\Z", str(caught.value))


# Certificates that something happened to


def outcome(data):
    """The dict, or None if the certificate was refused in the one way there is."""
    try:
        return decode(data)
    except ValueError as error:
        assert type(error) is ValueError
        return None


def test_a_certificate_that_ends_early():
    assert [end for end in range(len(RICH)) if outcome(RICH[:end]) is not None] == []


@pytest.mark.parametrize("kind", (SUBJECT_ALT_NAME, ACCESS, POINTS))
def test_an_extension_that_ends_early(kind, native):
    """With the lengths of all around it right: names are refused, URIs left out, as natively."""
    value = {SUBJECT_ALT_NAME: sequence(HOST, element(0xA4, der.SOMEBODY), other("1.2.3", UTF8, b"a"), element(0x87, b"\1" * 16)),
             ACCESS: sequence(sequence(oid(OCSP), PLACE), sequence(oid(CA_ISSUERS), PLACE)),
             POINTS: sequence(sequence(HERE), sequence(HERE, element(0xA2, HOST)))}[kind]
    assert len(decode(certificate(extensions=[extension(kind, value)]))) > 6
    for end in range(len(value)):
        cut = certificate(extensions=[extension(kind, value[:end])])
        assert outcome(cut) is None if kind == SUBJECT_ALT_NAME else typed(outcome(cut)) == typed(native(cut)), end


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_a_flipped_bit(mask, native):
    """In any byte: refused, or the same as natively. Of an extension that only informs, one of both may read more than the other."""
    decoded = 0
    for at in range(len(RICH)):
        flipped = bytearray(RICH)
        flipped[at] ^= mask
        ours, expected = outcome(bytes(flipped)), native(bytes(flipped))
        if ours is not None and expected is not None:
            for key in ("OCSP", "caIssuers", "crlDistributionPoints"):
                if key not in ours or key not in expected:
                    ours.pop(key, None), expected.pop(key, None)
            assert typed(ours) == typed(expected), at
            decoded += 1
    assert len(RICH) // 4 < decoded < len(RICH)
