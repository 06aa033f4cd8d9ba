"""Names of what TLS negotiates, and how an OpenSSL spells them that is too old to list them itself.

The names are those of IANA's registry, as OpenSSL 3.5 has them and in its order (providers/common/capabilities.c; sigalg_lookup_tbl
in ssl/t1_lib.c). What is not here, of a provider or of a newer OpenSSL, an OpenSSL that old has not either, as a rule.
"""
from __future__ import absolute_import, division, print_function

__all__ = ["GROUPS", "GROUP_SPELLINGS", "SIGNATURES", "SIGNATURE_SPELLINGS", "group_called", "respelled", "signature_called"]

TLS12, TLS13 = 0x303, 0x304

# (name, another name or None, the first version of TLS and the last that has it, None for no limit)
GROUPS = tuple(
    [(name, alias, None, TLS12) for name, alias in (
        ("sect163k1", "K-163"), ("sect163r1", None), ("sect163r2", "B-163"), ("sect193r1", None), ("sect193r2", None),
        ("sect233k1", "K-233"), ("sect233r1", "B-233"), ("sect239k1", None), ("sect283k1", "K-283"), ("sect283r1", "B-283"),
        ("sect409k1", "K-409"), ("sect409r1", "B-409"), ("sect571k1", "K-571"), ("sect571r1", "B-571"), ("secp160k1", None),
        ("secp160r1", None), ("secp160r2", None), ("secp192k1", None), ("secp192r1", "P-192"), ("secp224k1", None),
        ("secp224r1", "P-224"), ("secp256k1", None))]
    + [("secp256r1", "P-256", None, None), ("secp384r1", "P-384", None, None), ("secp521r1", "P-521", None, None)]
    + [("brainpoolP%dr1" % bits, None, None, TLS12) for bits in (256, 384, 512)]
    + [("x25519", None, None, None), ("x448", None, None, None)]
    + [("brainpoolP%dr1tls13" % bits, None, TLS13, None) for bits in (256, 384, 512)]
    + [("ffdhe%d" % bits, None, TLS13, None) for bits in (2048, 3072, 4096, 6144, 8192)])

# Before 3.0 a group is called by the short name of its object, or as NIST calls it.
GROUP_SPELLINGS = {b"secp192r1": b"prime192v1", b"secp256r1": b"prime256v1", b"x25519": b"X25519", b"x448": b"X448"}
_GROUPS_BY_SPELLING = dict((spelling, name) for name, spelling in GROUP_SPELLINGS.items())

# (name, short names of the objects for the kind of signature and for its digest)
EC, PSS, RSA, DSA = "id-ecPublicKey", "RSASSA-PSS", "rsaEncryption", "DSA"
NO_DIGEST = "UNDEF"
SIGNATURES = (
    ("ecdsa_secp256r1_sha256", EC, "SHA256"), ("ecdsa_secp384r1_sha384", EC, "SHA384"), ("ecdsa_secp521r1_sha512", EC, "SHA512"),
    ("ed25519", "ED25519", NO_DIGEST), ("ed448", "ED448", NO_DIGEST),
    ("ecdsa_sha224", EC, "SHA224"), ("ecdsa_sha1", EC, "SHA1"),
    ("ecdsa_brainpoolP256r1tls13_sha256", None, None), ("ecdsa_brainpoolP384r1tls13_sha384", None, None),
    ("ecdsa_brainpoolP512r1tls13_sha512", None, None),
    ("rsa_pss_rsae_sha256", PSS, "SHA256"), ("rsa_pss_rsae_sha384", PSS, "SHA384"), ("rsa_pss_rsae_sha512", PSS, "SHA512"),
    ("rsa_pss_pss_sha256", None, None), ("rsa_pss_pss_sha384", None, None), ("rsa_pss_pss_sha512", None, None),
    ("rsa_pkcs1_sha256", RSA, "SHA256"), ("rsa_pkcs1_sha384", RSA, "SHA384"), ("rsa_pkcs1_sha512", RSA, "SHA512"),
    ("rsa_pkcs1_sha224", RSA, "SHA224"), ("rsa_pkcs1_sha1", RSA, "SHA1"),
    ("dsa_sha256", DSA, "SHA256"), ("dsa_sha384", DSA, "SHA384"), ("dsa_sha512", DSA, "SHA512"), ("dsa_sha224", DSA, "SHA224"),
    ("dsa_sha1", DSA, "SHA1"),
)
_SIGNATURES_BY_KIND = dict(((kind, digest), name) for name, kind, digest in SIGNATURES if kind)
_SIGNATURES_BY_KIND[RSA, "MD5-SHA1"] = "rsa_pkcs1_md5_sha1"  # of TLS 1.0 and 1.1, where nothing is chosen

# Before 3.4 these have no name of their own.
SIGNATURE_SPELLINGS = dict(
    [(b"ecdsa_" + digest, b"ECDSA+" + digest.upper()) for digest in (b"sha224", b"sha1")]
    + [(b"rsa_pkcs1_" + digest, b"RSA+" + digest.upper()) for digest in (b"sha224", b"sha1")]
    + [(b"dsa_" + digest, b"DSA+" + digest.upper()) for digest in (b"sha256", b"sha384", b"sha512", b"sha224", b"sha1")])


def respelled(names, spellings):
    """Bytes with names separated by colons, in an older spelling."""
    return b":".join(spellings.get(name, name) for name in names.split(b":"))


def group_called(spelling):
    """The name, as bytes, of a group that an OpenSSL before 3.0 calls so."""
    return _GROUPS_BY_SPELLING.get(spelling, spelling)


def signature_called(kind, digest, of_pss_key):
    """The name of a signature algorithm by the short names of its objects; a PSS signature may be `of_pss_key`, or of an ordinary RSA one.

    One that is not known here gets the other spelling that OpenSSL takes: KIND+DIGEST.
    """
    name = _SIGNATURES_BY_KIND.get((kind, digest), "%s+%s" % (kind, digest))
    return name.replace("rsae", "pss") if of_pss_key else name
