"""Makes the test PKI of this directory: ``python3 make.py`` (all), ``python3 make.py server.pem other.pem`` (only these).

The PEM files are committed, so running the tests needs neither this program nor the ``cryptography`` package it uses.
The key of the root is kept beside it, so that one certificate can be added without changing all the others.
None of these keys protects anything: they are public by being in this repository.

Every certificate carries the extensions that RFC 5280 asks for (key identifiers, key usage, critical basic constraints):
``ssl.create_default_context()`` of Python 3.13 verifies with VERIFY_X509_STRICT and refuses certificates without them.
"""
from __future__ import absolute_import, division, print_function

import datetime
import ipaddress
import os
import sys

import der
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

HERE = os.path.dirname(os.path.abspath(__file__))
BEGIN, END = datetime.datetime(2020, 1, 1), datetime.datetime(2120, 1, 1)

# OpenSSL refuses to *receive* a Certificate message above SSL_CTX_set_max_cert_list, 100 KiB by default. We stay just below:
# the message then needs several records and many reads, which is what big_chain.pem is for.
BIG_CHAIN_BYTES = 98 * 1024
BIG_CHAIN_LENGTH = 4
# An unknown, uncritical extension is legal ballast. 32473 is the enterprise number that RFC 5612 reserves for examples.
BALLAST = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1")


class Entity(object):
    """A certificate with its private key and, above it, the intermediates that lead to the root (nearest first)."""

    def __init__(self, certificate, key, intermediates=()):
        self.certificate, self.key, self.intermediates = certificate, key, tuple(intermediates)

    def certificate_pem(self):
        chain = (self.certificate,) + self.intermediates
        return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain)

    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption())


def new_p256():
    return ec.generate_private_key(ec.SECP256R1())


def new_rsa():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_usage(**chosen):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**dict((name, chosen.get(name, False)) for name in names))


def general_name(text):
    """``"localhost"`` -> a DNS name, ``"IP:::1"`` -> an address: the spelling of ``getpeercert()`` and ``openssl x509 -text``."""
    if text.startswith("IP:"):
        return x509.IPAddress(ipaddress.ip_address(text[3:]))
    return x509.DNSName(text)


def certify(common_name, issuer=None, ca=False, names=(), usage=ExtendedKeyUsageOID.SERVER_AUTH, new_key=new_p256,
            valid=(BEGIN, END), ballast=0, more_subject=(), more_extensions=()):
    """Makes a key and its certificate, signed by `issuer` (an Entity), or by itself when there is none."""
    key = new_key()
    subject = x509.Name([one_rdn((NameOID.ORGANIZATION_NAME, u"tls_bootstrap tests")), one_rdn((NameOID.COMMON_NAME, common_name))]
                        + list(more_subject))
    signer_key = issuer.key if issuer else key
    builder = (x509.CertificateBuilder().subject_name(subject)
               .issuer_name(issuer.certificate.subject if issuer else subject)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(valid[0]).not_valid_after(valid[1])
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False)
               .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
    if ca:
        builder = builder.add_extension(key_usage(key_cert_sign=True, crl_sign=True, digital_signature=True), critical=True)
    else:
        is_rsa = isinstance(key, rsa.RSAPrivateKey)
        builder = (builder.add_extension(key_usage(digital_signature=True, key_encipherment=is_rsa), critical=True)
                   .add_extension(x509.ExtendedKeyUsage([usage]), critical=False))
    if names:
        alternatives = x509.SubjectAlternativeName([general_name(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    if ballast:
        builder = builder.add_extension(x509.UnrecognizedExtension(BALLAST, octet_string(ballast)), critical=False)
    for extension in more_extensions:
        builder = builder.add_extension(extension, critical=False)
    above = (issuer.certificate,) + issuer.intermediates if issuer and not is_root(issuer) else ()
    return Entity(builder.sign(signer_key, hashes.SHA256()), key, above)


def is_root(entity):
    return entity.certificate.subject == entity.certificate.issuer


def one_rdn(*attributes):
    return x509.RelativeDistinguishedName([x509.NameAttribute(kind, text) for kind, text in attributes])


def all_names(root):
    """A certificate with all that getpeercert() shows: texts that are not ASCII, the nine kinds of alternative names, URIs.

    ``cryptography`` does not write two of the kinds, nor wrong addresses, nor NULs: the names are written here.
    """
    nobody = der.name((der.COMMON_NAME, der.UTF8, u"J\u00fcrgen".encode("utf-8")), ("2.5.4.6", der.PRINTABLE, b"CH"))
    user = der.element(0xA0, der.element(der.UTF8, u"j\u00fcrgen@names.test".encode("utf-8")))
    names = der.sequence(
        der.element(0xA0, der.oid("1.3.6.1.4.1.311.20.2.3"), user),  # a UPN
        der.element(0xA0, der.oid("1.3.6.1.4.1.32473.2"), user),
        der.element(0x81, b"somebody@names.test"),
        der.element(0x82, b"names.test"), der.element(0x82, b"names.test\0.evil.test"),
        der.element(0xA3, der.sequence(der.sequence())),
        der.element(0xA4, nobody),
        der.element(0xA5, der.element(0xA1, der.element(der.UTF8, b"a party"))),
        der.element(0x86, b"https://names.test/?a=b"),
        der.element(0x87, bytes(bytearray([192, 0, 2, 1]))), der.element(0x87, bytes(bytearray([0x20, 1, 0xD, 0xB8] + 11 * [0] + [0x1F]))),
        der.element(0x87, b"192.0.2.1"),  # a frequent mistake
        der.element(0x88, der.oid("2.5.4.3")[2:]), der.element(0x88, der.oid("1.3.6.1.4.1.32473.3")[2:]))

    def access(kind, uri):
        return x509.AccessDescription(kind, x509.UniformResourceIdentifier(uri))

    def point(*uris):
        return x509.DistributionPoint([x509.UniformResourceIdentifier(uri) for uri in uris], None, None, None)

    return certify(u"\u4f8b\u3048.test", root, more_subject=[
        one_rdn((NameOID.ORGANIZATIONAL_UNIT_NAME, u"one"), (NameOID.ORGANIZATIONAL_UNIT_NAME, u"two")),
        one_rdn((NameOID.EMAIL_ADDRESS, u"somebody@names.test")),
        one_rdn((x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), u"an OID without a name")),
    ], more_extensions=[
        x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), names),
        x509.AuthorityInformationAccess([
            access(AuthorityInformationAccessOID.OCSP, u"http://names.test/ocsp"),
            access(AuthorityInformationAccessOID.CA_ISSUERS, u"http://names.test/ca.crt"),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.DNSName(u"names.test")),
            access(AuthorityInformationAccessOID.OCSP, u"http://other.test/ocsp")]),
        x509.CRLDistributionPoints([
            point(u"http://names.test/a.crl", u"ldap://names.test/b"),
            x509.DistributionPoint(None, None, None, [x509.DirectoryName(root.certificate.subject)]),
            point(u"http://names.test/c.crl")]),
    ])


def octet_string(length):
    """DER of an OCTET STRING of `length` zero bytes (256 < length < 65536): what git stores well."""
    return b"\x04\x82" + bytes(bytearray([length >> 8, length & 0xFF])) + b"\0" * length


def chained(root):
    return certify(u"server.test", certify(u"intermediate", root, ca=True), names=[u"server.test"])


def big_chained(root):
    """A leaf under BIG_CHAIN_LENGTH intermediates, all on the verified path, BIG_CHAIN_BYTES together."""
    issuer = root
    for number in range(BIG_CHAIN_LENGTH):
        # About 600 bytes of each certificate are not ballast; neither is the leaf.
        ballast = BIG_CHAIN_BYTES // BIG_CHAIN_LENGTH - 600 - 600 // BIG_CHAIN_LENGTH
        issuer = certify(u"big intermediate %d" % number, issuer, ca=True, ballast=ballast)
    return certify(u"server.test", issuer, names=[u"server.test", u"localhost"])


LOCALHOST = [u"localhost", u"server.test", u"*.wild.test", u"IP:127.0.0.1", u"IP:::1"]
LEAVES = {  # file name -> what is in it, given the root
    "server.pem": lambda root: certify(u"localhost", root, names=LOCALHOST),
    "server_rsa.pem": lambda root: certify(u"localhost", root, names=LOCALHOST, new_key=new_rsa),
    "other.pem": lambda root: certify(u"other.test", root, names=[u"other.test"]),
    "wronghost.pem": lambda root: certify(u"wrong.test", root, names=[u"wrong.test"]),
    "expired.pem": lambda root: certify(u"localhost", root, names=LOCALHOST, valid=(BEGIN, datetime.datetime(2021, 1, 1))),
    "selfsigned.pem": lambda root: certify(u"localhost", names=LOCALHOST),
    "client.pem": lambda root: certify(u"client cert", root, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
    "ip_only.pem": lambda root: certify(u"nobody", root, names=[u"IP:127.0.0.1"]),
    "cn_only.pem": lambda root: certify(u"localhost", root),
    "partial_wildcard.pem": lambda root: certify(u"nobody", root, names=[u"f*.partial.test"]),
    "chain.pem": chained,
    "big_chain.pem": big_chained,
    "all_names.pem": all_names,
}
STRANGER = "stranger.pem"  # like server.pem, under the other root


def write(name, *parts):
    path = os.path.join(HERE, name)
    with open(path, "wb") as file:
        file.write(b"".join(parts))
    print("%s: %d bytes" % (name, os.path.getsize(path)))


def read_root():
    def content(name):
        with open(os.path.join(HERE, name), "rb") as file:
            return file.read()
    return Entity(x509.load_pem_x509_certificate(content("ca.pem")),
                  serialization.load_pem_private_key(content("ca_key.pem"), None))


def make_roots():
    root = certify(u"tls_bootstrap test root", ca=True)
    write("ca.pem", root.certificate_pem())
    write("ca_key.pem", root.key_pem())
    other = certify(u"another test root", ca=True)
    write("other_ca.pem", other.certificate_pem())
    stranger = certify(u"localhost", other, names=LOCALHOST)
    write(STRANGER, stranger.certificate_pem(), stranger.key_pem())
    return root


def main(wanted):
    unknown = set(wanted) - set(LEAVES)
    if unknown:
        sys.exit("cannot make %s alone; choose from: %s" % (", ".join(sorted(unknown)), ", ".join(sorted(LEAVES))))
    root = read_root() if wanted else make_roots()
    for name in sorted(wanted or LEAVES):
        entity = LEAVES[name](root)
        write(name, entity.certificate_pem(), entity.key_pem())


if __name__ == "__main__":
    main(sys.argv[1:])
