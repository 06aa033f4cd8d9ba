"""The names of groups and signature algorithms that are known here, against those that an OpenSSL lists which can list them."""
from __future__ import absolute_import, division, print_function

import re

import pytest
from tls_bootstrap import _facts
from tls_bootstrap.formats import algorithms
from tls_bootstrap.openssl.reach import open_reach
from tls_bootstrap.surface import negotiation

SET_MIN, SET_MAX, TLS12, TLS13 = 123, 124, 0x303, 0x304
NEWER = re.compile("MLKEM|mldsa")  # than what is asked for the names that are known here


@pytest.fixture(scope="module")
def reach():
    try:
        return open_reach(_facts.read())
    except ImportError as error:
        pytest.skip("there is no way to OpenSSL: %s" % error)


@pytest.fixture
def pointer(reach):
    functions = reach.functions
    made = functions.SSL_CTX_new(functions.TLS_method())
    yield made
    functions.SSL_CTX_free(made)


@pytest.mark.parametrize("aliases", [False, True])
@pytest.mark.parametrize("lowest,highest", [(0, 0), (0, TLS12), (TLS12, TLS12), (TLS13, 0), (TLS13, TLS13)])
def test_known_groups_are_those_that_are_listed(reach, pointer, lowest, highest, aliases):
    reach.functions.SSL_CTX_ctrl(pointer, SET_MIN, lowest, None)
    reach.functions.SSL_CTX_ctrl(pointer, SET_MAX, highest, None)
    listed = negotiation.listed_groups(reach, pointer, aliases)
    if listed is None:
        pytest.skip("this OpenSSL cannot list its groups: 3.5 can")
    assert negotiation.known_groups(reach, pointer, aliases, {}) == [name for name in listed if not NEWER.search(name)]


def test_known_signatures_are_those_that_are_listed(reach):
    if not reach.functions.has("SSL_get1_builtin_sigalgs"):
        pytest.skip("this OpenSSL cannot list its signature algorithms: 3.4 can")
    listed = [name for name in negotiation.listed_signatures(reach) if not NEWER.search(name)]
    assert negotiation.known_signatures(reach, algorithms.SIGNATURE_SPELLINGS) == listed
    assert set(listed) == set(name for name, _, _ in algorithms.SIGNATURES)


def test_old_spellings():
    assert algorithms.respelled(b"x25519:P-256:secp256r1", algorithms.GROUP_SPELLINGS) == b"X25519:P-256:prime256v1"
    assert algorithms.respelled(b"ecdsa_sha1:ed25519", algorithms.SIGNATURE_SPELLINGS) == b"ECDSA+SHA1:ed25519"
    assert algorithms.respelled(b"", algorithms.GROUP_SPELLINGS) == b""
    assert algorithms.group_called(b"prime256v1") == b"secp256r1" and algorithms.group_called(b"secp384r1") == b"secp384r1"


@pytest.mark.parametrize("kind,digest,of_pss_key,name", [
    ("RSASSA-PSS", "SHA384", False, "rsa_pss_rsae_sha384"), ("RSASSA-PSS", "SHA384", True, "rsa_pss_pss_sha384"),
    ("id-ecPublicKey", "SHA1", False, "ecdsa_sha1"), ("rsaEncryption", "MD5-SHA1", False, "rsa_pkcs1_md5_sha1"),
    ("ED25519", "UNDEF", False, "ed25519"), ("gost2012_256", "md_gost12_256", False, "gost2012_256+md_gost12_256")])
def test_names_of_signatures(kind, digest, of_pss_key, name):
    assert algorithms.signature_called(kind, digest, of_pss_key) == name
