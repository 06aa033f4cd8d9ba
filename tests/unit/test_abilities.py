"""HAS_* for an OpenSSL of which we say what it has."""
from __future__ import absolute_import, division, print_function

import pytest
from tls_bootstrap.surface import abilities

ALL = {"HAS_PSK": "SSL_CTX_set_psk_client_callback", "HAS_PSK_TLS13": "SSL_CTX_set_psk_use_session_callback",
       "HAS_PHA": "SSL_verify_client_post_handshake", "HAS_NEVER_CHECK_COMMON_NAME": "X509_VERIFY_PARAM_get_hostflags"}


def flags(functions, has_tls13=True):
    has = type("Functions", (), {"has": lambda self, *names: set(names) <= set(functions)})()
    return abilities.make(type("Reach", (), {"functions": has, "ssl": type("ssl", (), {"HAS_TLSv1_3": has_tls13})}))


def test_all():
    assert flags(ALL.values()) == dict((name, True) for name in ALL)


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_by_its_function(name):
    assert flags([ALL[name]]) == dict((other, other == name) for other in ALL)
    assert flags([function for function in ALL.values() if function != ALL[name]]) == dict((other, other != name) for other in ALL)


def test_psk_of_tls13_needs_tls13():
    assert flags(ALL.values(), has_tls13=False)["HAS_PSK_TLS13"] is False
