"""The certificates of the peer, as it has sent them and as they were verified."""
from __future__ import absolute_import, division, print_function

from .questions import make_method

VERIFIED = """A list with the chain of certificates that was built to verify the peer's, as DER bytes: its own first, a root that is trusted
last. Without verification they are those that it has sent. Empty if there is none.

Since Python 3.13 (gh-109109; SSL_get0_verified_chain)."""
UNVERIFIED = """A list with the certificates that the peer has sent, as DER bytes, its own first. Empty if there is none.

Since Python 3.13 (gh-109109; SSL_get_peer_cert_chain)."""


class DER(bytes):
    """A certificate as DER bytes, and to the eye of truststore what it was in Python 3.10 to 3.12.

    There `_ssl._SSLSocket` has methods of these names already, which give `_ssl.Certificate`s. truststore, and so pip, takes whichever it
    finds first on its way inwards from an SSLSocket, and calls public_bytes() of what that gives (truststore/_api.py).
    """

    __slots__ = ()

    def public_bytes(self, format=None):
        """The certificate as `_ssl.ENCODING_DER` or `_ssl.ENCODING_PEM`, which is the default there."""
        import _ssl
        import ssl

        return bytes(self) if format == _ssl.ENCODING_DER else ssl.DER_cert_to_PEM_cert(bytes(self))


def make(reach):
    """{name: method} of this file's features, bound to a Reach."""
    import _ssl

    functions, items = reach.functions, reach.library.items
    as_certificate = DER if hasattr(_ssl, "ENCODING_DER") else bytes

    def certificates_of(stack):
        return [as_certificate(reach.certificate(certificate)) for certificate in items(stack)]

    def get_verified_chain(connection, pointer):
        return certificates_of(functions.SSL_get0_verified_chain(pointer))

    def get_unverified_chain(connection, pointer):
        own = reach.peer_certificate(pointer) if connection.server_side else None  # which a server has beside the chain
        return ([] if own is None else [as_certificate(own)]) + certificates_of(functions.SSL_get_peer_cert_chain(pointer))

    return dict((ask.__name__, make_method(reach, ask, documentation, as_of_none(ask.__name__)))
                for ask, documentation in ((get_verified_chain, VERIFIED), (get_unverified_chain, UNVERIFIED)))


def as_of_none(name):
    """What the method `name` of an SSLSocket without TLS does: in the standard library it asks its `_sslobj`, which is None then, and so
    raises AttributeError."""
    return lambda connection: getattr(None, name)
