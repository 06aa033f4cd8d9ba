"""The pyopenssl engine: the TLS of pyOpenSSL, with the OpenSSL that its `cryptography` has brought along.

    recipe       what an ssl.SSLContext was told and does not tell again
    context      the OpenSSL.SSL.Context that means the same
    callbacks    what OpenSSL calls back
    chains       the certificates of a peer
    connection   an OpenSSL.SSL.Connection between two MemoryBIOs
    failures, verify_texts   errors in the words of `ssl`
    hello        what a client offers

On a current Python it brings a newer TLS than the interpreter's: with cryptography 46 and newer the hybrid key exchange
X25519MLKEM768, without a word of configuration. On Python 2.7 the last pyOpenSSL has OpenSSL 1.1.1, which is out of support
since 2023: there it is the last resort. Only its public names are used, and it is taken only when asked for.
"""
from __future__ import absolute_import, division, print_function

from ..._facts import own_context
from .. import Connection, Engine, proof

NAME = "pyopenssl"

# What pyOpenSSL must have, the newest first: (class or module, name). 21.0 has all of it.
NEEDED = (
    ("Context", "set_min_proto_version"), ("Context", "set_keylog_callback"), ("Context", "set_alpn_select_callback"),
    ("Connection", "get_protocol_version_name"), ("Connection", "get_state_string"), (None, "TLS_METHOD"),
    (None, "NO_OVERLAPPING_PROTOCOLS"), (None, "OP_NO_TLSv1_3"), (None, "OP_NO_TLSv1_2"), (None, "OP_NO_TLSv1_1"),
)

VERSIONS = (("HAS_SSLv3", "SSL3_VERSION"), ("HAS_TLSv1", "TLS1_VERSION"), ("HAS_TLSv1_1", "TLS1_1_VERSION"),
            ("HAS_TLSv1_2", "TLS1_2_VERSION"), ("HAS_TLSv1_3", "TLS1_3_VERSION"))


def probe(facts):
    """The engine, proved to work here; ImportError with the reason otherwise."""
    try:
        import OpenSSL
        from OpenSSL import SSL, crypto  # noqa: F401 - all that is used later
    except Exception as error:  # a cryptography that does not fit raises AttributeError, TypeError and others
        raise ImportError(_why_not(error))
    for owner, name in NEEDED:
        if not hasattr(getattr(SSL, owner, None) if owner else SSL, name):
            raise ImportError("pyOpenSSL %s has no %s: 21.0 or newer is needed"
                              % (OpenSSL.__version__, ".".join(filter(None, ("SSL", owner, name)))))
    if "SSLContext.set_groups" in facts.native:
        raise ImportError("the SSLContext of this Python is told of groups and more in C, of which pyOpenSSL would know nothing")
    return PyOpenSSL(OpenSSL.__version__, "MemoryBIO" in facts.native)


def _why_not(error):
    if isinstance(error, ImportError) and str(error).rstrip("'").endswith((" OpenSSL", " 'OpenSSL")):
        return "pyOpenSSL is not installed"
    return "pyOpenSSL cannot be imported (%s: %s)" % (type(error).__name__, error)


class PyOpenSSL(Engine):
    """The engine; `has_native_bio` says whether the interpreter's own MemoryBIO is to be used."""

    name = NAME

    def __init__(self, version, has_native_bio):
        import ssl

        from ...surface.bytebio import make_memory_bio
        from .connection import make_raw

        self._context_class, self._raw = own_context(ssl), make_raw(ssl)
        self.MemoryBIO = ssl.MemoryBIO if has_native_bio else make_memory_bio(ssl.SSLError)
        self.summary = "pyOpenSSL %s with %s" % (version, self.openssl_version())
        context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23))
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # which Python 3.8 and 3.9 set
        try:
            proof.passes_records(self, context)
            self._reports_unexpected_eof = proof.names_unexpected_eof(self, context)
        except EnvironmentError as error:  # which ssl.SSLError is, too
            raise ImportError("a connection of pyOpenSSL cannot be made (%s)" % error)

    def make_memory_bio(self):
        return self.MemoryBIO

    def reports_unexpected_eof(self):
        return self._reports_unexpected_eof

    def openssl_version(self):
        from OpenSSL import SSL

        return str(SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii", "replace"))

    def openssl_facts(self):
        """{name: value} of the constants of `ssl` that tell what its OpenSSL is and can do, for this one."""
        from OpenSSL import SSL

        number = int(SSL.OPENSSL_VERSION_NUMBER)
        info = tuple(number >> shift & 0xFF for shift in (28, 20, 12, 4)) + (number & 0xF,)
        facts = dict(OPENSSL_VERSION=self.openssl_version(), OPENSSL_VERSION_NUMBER=number, OPENSSL_VERSION_INFO=info)
        facts.update((name, _speaks(SSL, getattr(SSL, version))) for name, version in VERSIONS)
        facts.update(HAS_SNI=True, HAS_ECDH=True, HAS_ALPN=True, HAS_NEVER_CHECK_COMMON_NAME=True)
        facts.update(HAS_SSLv2=False, HAS_NPN=False, HAS_PSK=False, HAS_PHA=False)  # not in pyOpenSSL
        return facts

    def offered_groups(self):
        """The names of the groups that a client with default settings offers keys for, in its order of preference."""
        from OpenSSL import SSL

        from .hello import key_share_groups

        connection = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
        connection.set_connect_state()
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            return key_share_groups(connection.bio_read(16384))
        return []

    def recorders(self, base):
        from .recipe import recorders

        return recorders(base)

    def forget(self):
        from .recipe import forget

        forget(self._context_class)

    def connect(self, context, incoming, outgoing, server_side, server_hostname, owner, place=None):
        from .context import require_chain

        if server_side:
            require_chain(context)
        raw = self._raw(context, incoming, outgoing, server_side, server_hostname, owner)
        return PyOpenSSLConnection(raw, server_hostname)


class PyOpenSSLConnection(Connection):
    """The connection of the contract; what it is asked, `raw` knows."""

    __slots__ = ()

    def __init__(self, raw, name):
        self.raw, self.name = raw, name

    def is_handshake_finished(self):
        return self.raw.is_finished()

    def is_closed_by_peer(self):
        return self.raw.is_closed_by_peer()

    def takes_nothing(self):
        return self.raw.takes_nothing()

    def is_at_eof(self):
        return self.raw.incoming.eof

    def verify_result(self):
        from .verify_texts import text_of

        return self.raw.refusal, text_of(self.raw.refusal)

    def is_certified_for(self, name):
        certificate = self.raw.conn.get_peer_certificate()
        return certificate is not None and self.raw.is_certified(certificate, name)


def _speaks(SSL, version):
    """Whether this OpenSSL was built with a version of TLS."""
    context = SSL.Context(SSL.TLS_METHOD)
    try:
        context.set_min_proto_version(version)
        context.set_max_proto_version(version)
    except SSL.Error:
        return False
    return True
