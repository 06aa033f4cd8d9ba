"""The loopback engine: the interpreter's own `_ssl._SSLSocket` over a local pair of sockets, of which we hold the other end.

    pair         the two sockets, and what becomes of them in forks, daemons and signal handlers
    connection   the genuine object, driven record by record

It needs no ctypes and knows no layout: any `_ssl` of CPython 2.7.9 or newer will do, whatever TLS library it was built with,
a static one on Windows included. The price: each record goes through the kernel twice, and what an old `_ssl` does not
tell is not known here either (verify_code of an untrusted chain, shared_ciphers()).
"""
from __future__ import absolute_import, division, print_function

from .. import Engine, proof
from ..genuine import OTHER_ARGUMENTS
from .pair import Pair, Pool, TCPPair

NAME = "loopback"


def probe(facts):
    """The engine, proved to work here; ImportError with the reason otherwise."""
    if facts.implementation != "cpython":
        raise ImportError("it needs CPython, whose _ssl it knows the errors and the omissions of: this is %s" % facts.implementation)
    import _socket

    return Loopback(Pair if hasattr(_socket, "socketpair") else TCPPair)


class Loopback(Engine):
    """The engine with its pool of pairs; `kind` is the class of these."""

    name = NAME
    summary = "the interpreter's own _ssl over a local pair of sockets"

    def __init__(self, kind):
        import _ssl
        import ssl

        from ...surface.bytebio import make_memory_bio
        from .connection import make_raw

        if not hasattr(getattr(_ssl, "_SSLContext", None), "_wrap_socket"):
            raise ImportError("_ssl has no _SSLContext._wrap_socket: Python 2.7.9 or newer is needed")
        self._wrap_socket = _ssl._SSLContext._wrap_socket  # the genuine one: subclasses and patchers may override it
        self._ssl, self._pool, self._raw = ssl, Pool(kind), make_raw(ssl)
        self.MemoryBIO = make_memory_bio(ssl.SSLError)
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)  # whose ClientHello costs a key pair
        try:
            proof.passes_records(self, context)
            self._reports_unexpected_eof = proof.names_unexpected_eof(self, context)
        except EnvironmentError as error:
            raise ImportError("no pair of local sockets to be had (%s)" % error)
        except TypeError as error:
            raise ImportError(OTHER_ARGUMENTS % error)

    def make_memory_bio(self):
        return self.MemoryBIO

    def reports_unexpected_eof(self):
        return self._reports_unexpected_eof

    def openssl_version(self):
        return self._ssl.OPENSSL_VERSION

    def place(self, thread):
        return self._pool.choose(thread)

    def connect(self, context, incoming, outgoing, server_side, server_hostname, owner, place):
        from .connection import LoopbackConnection

        name = None if server_side else server_hostname  # with one, a server of OpenSSL 1.0.2 refuses each ClientHello that has any
        genuine = self._wrap_socket(context, place.inner, server_side, name, owner)
        raw = self._raw(genuine, place, incoming, outgoing, server_hostname, context.check_hostname,
                        getattr(context, "hostname_checks_common_name", True))
        return LoopbackConnection(raw, server_hostname)
