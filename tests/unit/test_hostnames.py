"""Names against certificates in Python: the rules of OpenSSL's X509_check_host, which is the oracle where ctypes reaches it."""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import certs
from tls_bootstrap.formats.certificates import identities
from tls_bootstrap.formats.handshake import CertificateWatch
from tls_bootstrap.formats.hostnames import address_bytes, fits

PATTERNS = ("localhost", "www.example.org", "*.example.org", "*.www.example.org", "f*.example.org", "*.org", "*", "xn--*.example.org",
            "*.xn--p1ai.org", "a.*.example.org", "*.example.org.", "-x.example.org", "www.exam_ple.org", "*.*.org", "*a.example.org",
            "WWW.Example.ORG", "", ".", "a..b", "*..example.org", "www.example.org\0.evil.test", "127.0.0.1")
NAMES = ("localhost", "www.example.org", "a.www.example.org", "foo.example.org", "example.org", "xn--abc.example.org", "a.xn--p1ai.org",
         "WWW.EXAMPLE.ORG", "a_b.example.org", "www.example.org.", "org", "*.example.org", "-x.example.org", "www.exam_ple.org")


def test_rules():
    assert fits("www.example.org", ["other.test", "WWW.example.ORG"], [], [])
    assert fits("foo.example.org", ["*.example.org"], [], [])
    for pattern in ("*.org", "f*.example.org", "*", "a.*.example.org", "*.example.org.", "xn--*.example.org"):
        assert not fits("foo.example.org", [pattern], [], []), pattern
    assert not fits("a.foo.example.org", ["*.example.org"], [], [])
    assert not fits("example.org", ["*.example.org"], [], [])
    assert not fits("www.example.org", ["www.example.org\0.evil.test"], [], [])


def test_common_names_count_only_without_dns_names():
    assert fits("a.test", [], [], ["a.test"])
    assert not fits("a.test", ["b.test"], [], ["a.test"])
    assert fits("a.test", [], [b"\x7f\0\0\1"], ["a.test"])


@pytest.mark.parametrize("text, number", [("127.0.0.1", b"\x7f\0\0\1"), ("::1", b"\0" * 15 + b"\1")])
def test_addresses_are_compared_as_numbers(text, number):
    assert address_bytes(text) == number
    assert fits(text, [], [number], []) and not fits(text, [text], [], [text])


@pytest.mark.parametrize("text", ["localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "", "1.2.3.4\n", "1.2.3.4 "])
def test_what_is_no_address(text):
    assert address_bytes(text) is None


def is_for(certificate, name):
    """The same for the dict of getpeercert()."""
    alternatives = certificate.get("subjectAltName", ())
    return fits(name, [value for kind, value in alternatives if kind == "DNS"],
                [address_bytes(value.strip()) for kind, value in alternatives if kind == "IP Address"],
                [value for rdn in certificate.get("subject", ()) for kind, value in rdn if kind == "commonName"])


def test_dict_and_der_say_the_same():
    import ssl

    with open(certs.SERVER) as file:
        pem = file.read()
    end = "-----END CERTIFICATE-----"
    der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE"):pem.index(end)] + end)
    dns, addresses, commons = identities(der)
    assert "localhost" in dns and address_bytes("127.0.0.1") in addresses and address_bytes("::1") in addresses
    decoded = ssl._ssl._test_decode_cert(certs.SERVER)
    for name in dns + ["127.0.0.1", "::1", "a.wild.test", "other", "127.0.0.2"]:
        assert is_for(decoded, name) == fits(name, dns, addresses, commons), name


def test_as_openssl_sees_it():
    """Every pattern against every name: X509_check_host of the OpenSSL that `_ssl` has loaded gives the same verdicts."""
    try:
        from tests.support.openssl_hostnames import check_host as check
    except ImportError as error:
        pytest.skip("no OpenSSL to ask: %s" % error)
    for pattern in PATTERNS:
        for name in NAMES:
            assert fits(name, [pattern], [], []) == check(pattern, name), (pattern, name)


def record(content_type, body):
    return bytes(bytearray([content_type, 3, 3, len(body) >> 8, len(body) & 255])) + body


def message(kind, body):
    return bytes(bytearray([kind, len(body) >> 16, len(body) >> 8 & 255, len(body) & 255])) + body


@pytest.mark.parametrize("piece", [1, 2, 5, 100, 10**6])
@pytest.mark.parametrize("length", [1, 100, 16384])
def test_a_certificate_is_seen_however_it_is_cut(piece, length):
    leaf = b"\x30" + b"c" * 40000
    entry = bytes(bytearray([len(leaf) >> 16, len(leaf) >> 8 & 255, len(leaf) & 255])) + leaf
    listed = entry * 2
    messages = message(2, b"hello" * 20) + message(11, bytes(bytearray([len(listed) >> 16, len(listed) >> 8 & 255, len(listed) & 255])) + listed)
    if length == 1:
        messages, piece = messages[:500], max(piece, 100)
    wire = b"".join(record(22, messages[at:at + length]) for at in range(0, len(messages), length)) + record(23, b"data")
    watch = CertificateWatch()
    for at in range(0, len(wire), piece):
        watch.see(wire[at:at + piece])
    assert watch.leaf == (leaf if length > 1 else None)


def test_no_certificate_in_what_is_encrypted_or_empty():
    watch = CertificateWatch()
    watch.see(record(22, message(2, b"hello")) + record(23, message(11, b"x" * 50)) + record(22, message(11, b"\0\0\0")))
    assert watch.leaf is None
