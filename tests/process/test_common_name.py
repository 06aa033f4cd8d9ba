"""SSLContext.hostname_checks_common_name alone, without what else the upgrade adds: it works, and the undo restores what it stands around."""
from __future__ import absolute_import, division, print_function

import sys

import pytest
from tests.support import child

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 7), reason="this interpreter has hostname_checks_common_name of its own")


def test_alone():
    child.check("""
    import ssl, tls_bootstrap
    from tests.support import certs
    from tests.support.contexts import client_context, server_context
    from tests.support.connected import connected

    before = dict(vars(ssl.SSLSocket)), dict(vars(ssl.SSLContext)), dict(vars(getattr(ssl, "SSLObject", object)))
    names = ["SSLContext.hostname_checks_common_name"]
    tls_bootstrap.monkeypatch_ssl(features=names)
    assert vars(ssl.SSLSocket)["do_handshake"] is not before[0]["do_handshake"]
    client = client_context()
    for checks in True, False:
        client.hostname_checks_common_name = checks
        try:
            with connected("SSLSocket", client, server_context(certfile=certs.CN_ONLY)):
                assert checks
        except ssl.CertificateError as error:
            assert not checks and "commonName is not checked" in str(error), error
    tls_bootstrap.unpatch_ssl()
    assert before == (dict(vars(ssl.SSLSocket)), dict(vars(ssl.SSLContext)), dict(vars(getattr(ssl, "SSLObject", object))))
    with connected("SSLSocket", client, server_context(certfile=certs.CN_ONLY)):
        pass
    """)
