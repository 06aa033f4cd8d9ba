"""HAS_PSK (3.13), HAS_PHA (3.14), HAS_PSK_TLS13 (3.15), HAS_NEVER_CHECK_COMMON_NAME (3.7): what the OpenSSL in use can do."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import facts, needs

FIRST = {"HAS_NEVER_CHECK_COMMON_NAME": (1, 1), "HAS_PSK": (1, 0), "HAS_PHA": (1, 1, 1), "HAS_PSK_TLS13": (1, 1, 1)}


@pytest.mark.parametrize("name", sorted(FIRST))
def test_is_true_since(name):
    if not hasattr(ssl, name):
        pytest.skip("this interpreter has no ssl.%s" % name)
    assert getattr(ssl, name) is facts.openssl(FIRST[name])


@needs.name("HAS_PSK_TLS13")
def test_of_tls13_only_with_tls13():
    assert not ssl.HAS_PSK_TLS13 or ssl.HAS_TLSv1_3
