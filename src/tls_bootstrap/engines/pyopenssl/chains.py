"""The certificates that a peer has sent, and the chain that was verified: what get_unverified_chain() and get_verified_chain() of
`_ssl` give, which ssl.SSLObject of Python 3.13 and newer asks (https://github.com/python/cpython/issues/109109)."""
from __future__ import absolute_import, division, print_function

__all__ = ["unverified", "verified"]

ENCODING_PEM = 1  # X509_FILETYPE_PEM; `_ssl` has 2 for DER


class Certificate(object):
    """As much of an `_ssl.Certificate` as is asked for."""

    __slots__ = ("_der",)

    def __init__(self, der):
        self._der = der

    def public_bytes(self, encoding=ENCODING_PEM):
        """The certificate in DER, as bytes, or in PEM, as text."""
        if encoding != ENCODING_PEM:
            return self._der
        import ssl

        return ssl.DER_cert_to_PEM_cert(self._der)


def unverified(connection, is_server):
    """What the peer sent, None if nothing. OpenSSL leaves the peer's own certificate out on a server (SSL_get_peer_cert_chain)."""
    leaf = connection.get_peer_certificate()
    if leaf is None:
        return None
    issuers = connection.get_peer_cert_chain() or []
    return _shown([leaf] + issuers if is_server else issuers)


def verified(connection):
    """The chain up to the trusted root, None if there is none."""
    chain = connection.get_verified_chain()
    return None if chain is None else _shown(chain)


def _shown(certificates):
    from OpenSSL import crypto

    return [Certificate(crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)) for certificate in certificates]
