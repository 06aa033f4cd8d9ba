"""The SSLContexts that the conformance tests start from, spelled so that Python 2.7 and 3.13 mean the same by them.

Nothing here uses what the upgrade adds to a context (TLSVersion, PROTOCOL_TLS_CLIENT on 2.7 ...): those have tests of their own, and a
defect in them must not colour the tests of the TLS connection. Versions are pinned with the OP_NO_* bits, on every Python alike.
"""
from __future__ import absolute_import, division, print_function

import ssl
import warnings

from tests.support import certs

TLS12, TLS13 = "TLSv1.2", "TLSv1.3"  # what SSLObject.version() calls them
VERSIONS = (TLS12, TLS13) if getattr(ssl, "HAS_TLSv1_3", False) else (TLS12,)

_OTHER_VERSIONS = {
    TLS12: ("OP_NO_SSLv3", "OP_NO_TLSv1", "OP_NO_TLSv1_1", "OP_NO_TLSv1_3"),
    TLS13: ("OP_NO_SSLv3", "OP_NO_TLSv1", "OP_NO_TLSv1_1", "OP_NO_TLSv1_2"),
}
# The default cipher list differs from Python to Python and with it the length of a ClientHello. This one has what both
# kinds of certificates need (TLS 1.3 suites are not affected).
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


def pin_version(context, version):
    """Leaves `context` nothing but `version` ("TLSv1.2" or "TLSv1.3")."""
    with warnings.catch_warnings():  # 3.10+ deprecates these bits; they are the spelling that every Python has
        warnings.simplefilter("ignore", DeprecationWarning)
        for name in _OTHER_VERSIONS[version]:
            context.options |= getattr(ssl, name, 0)


def _bare_context(version):
    with warnings.catch_warnings():  # 3.10+ deprecates PROTOCOL_TLS, of which PROTOCOL_SSLv23 is the oldest name
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if version is not None:
        pin_version(context, version)
    context.set_ciphers(CIPHERS)
    return context


def client_context(version=None, cafile=certs.CA, check_hostname=True, certfile=None, alpn=None):
    """A client that verifies against `cafile`, or verifies nothing when that is None."""
    context = _bare_context(version)
    if cafile is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cafile)
        context.check_hostname = check_hostname
    _equip(context, certfile, alpn)
    return context


def server_context(version=None, certfile=certs.SERVER, client_ca=None, alpn=None):
    """A server with the certificate of `certfile`; with `client_ca` it demands a certificate of the client."""
    context = _bare_context(version)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    _equip(context, certfile, alpn)
    return context


def _equip(context, certfile, alpn):
    if certfile is not None:
        context.load_cert_chain(certfile)
    if alpn is not None:
        context.set_alpn_protocols(alpn)
