"""The in-place engine over an OpenSSL that no `_ssl` has loaded: the functions of `_ssl` that are needed are called here instead.

All that is not in the class OpenSSL is the product's own: Library, BIOs, MemoryBIO, GenuineConnection, and the engine that puts the
BIOs of a connection in their place. For the process of a test alone: it must not import `ssl`, which would bring a second OpenSSL.
"""
from __future__ import absolute_import, division, print_function

import ctypes
import glob
import os
import sys

from tests.support import certs
from tls_bootstrap.engines.genuine import GenuineConnection
from tls_bootstrap.engines.inplace import InPlace
from tls_bootstrap.openssl.bio import BIOs
from tls_bootstrap.openssl.library import Library

WANT_READ, SYSCALL, ZERO_RETURN = 2, 5, 6  # SSL_get_error(3)
SSL_ERROR_SSL = 1
PEM, VERIFY_PEER, SET_ECDH_AUTO = 1, 1, 94
P, I, T = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p

# name -> (result, arguments)
FUNCTIONS = {
    "SSL_library_init": (I, ()), "SSL_load_error_strings": (None, ()), "SSLv23_method": (P, ()),
    "SSL_CTX_new": (P, (P,)), "SSL_CTX_ctrl": (ctypes.c_long, (P, I, ctypes.c_long, P)),
    "SSL_CTX_use_certificate_chain_file": (I, (P, T)), "SSL_CTX_use_PrivateKey_file": (I, (P, T, I)),
    "SSL_CTX_load_verify_locations": (I, (P, T, T)), "SSL_CTX_set_verify": (None, (P, I, P)),
    "SSL_new": (P, (P,)), "SSL_free": (None, (P,)), "SSL_set_connect_state": (None, (P,)), "SSL_set_accept_state": (None, (P,)),
    "SSL_do_handshake": (I, (P,)), "SSL_read": (I, (P, P, I)), "SSL_write": (I, (P, T, I)), "SSL_shutdown": (I, (P,)),
    "SSL_get_error": (I, (P, I)),
}


class Failed(Exception):
    """What SSL_get_error() says of a call that did not succeed, and the text of the last error."""

    def __init__(self, kind, text):
        Exception.__init__(self, "%d %s" % (kind, text))
        self.kind, self.text = kind, text


class Ssl(object):
    SSLError = ValueError  # the only name of `ssl` that a MemoryBIO asks for


class Engine(InPlace):
    """The engine, without the proofs for which it takes an `_ssl`."""

    def __init__(self, library, python):
        self._library, self._python, self._ctypes = library, python, ctypes
        self._bios = BIOs(library, python)
        self._bios.prove()
        self.MemoryBIO = self._make_memory_bio(Ssl)


class OpenSSL(object):
    """A library, with the functions of FUNCTIONS as attributes of its own, and what is made with them."""

    def __init__(self, path):
        assert "_ssl" not in sys.modules, "a second OpenSSL in this process"
        handle = opened(path)
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(handle, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        self.SSL_library_init()
        self.SSL_load_error_strings()
        self.library = Library(path)
        self.engine = Engine(self.library, ctypes.PyDLL(None))

    def client_context(self):
        """Trusts the CA of the tests. Contexts are never freed: a process makes a handful."""
        context = self.SSL_CTX_new(self.SSLv23_method())
        assert self.SSL_CTX_load_verify_locations(context, certs.CA.encode(), None) == 1
        self.SSL_CTX_set_verify(context, VERIFY_PEER, None)
        return context

    def server_context(self, certfile=certs.SERVER):
        context = self.SSL_CTX_new(self.SSLv23_method())
        self.SSL_CTX_ctrl(context, SET_ECDH_AUTO, 1, None)
        assert self.SSL_CTX_use_certificate_chain_file(context, certfile.encode()) == 1
        assert self.SSL_CTX_use_PrivateKey_file(context, certfile.encode(), PEM) == 1
        return context

    def pair(self, server_context, client_context, name=u"localhost"):
        """(client, server), not connected yet; `name` as for require_name()."""
        client, server = End(self, client_context, self.SSL_set_connect_state), End(self, server_context, self.SSL_set_accept_state)
        client.connection.require_name(name)
        return client, server


def opened(path):
    """A library of the wheel. The loader does not look for what it needs beside it, but takes what has been loaded under that name."""
    others = sorted(glob.glob(os.path.join(os.path.dirname(path), "*.so*")))
    while others:
        left = [other for other in others if not can_be_opened(other)]
        if len(left) == len(others):
            break  # no progress: those need what is not there, and `path`, if it is one of them, says what
        others = left
    return ctypes.PyDLL(path)


def can_be_opened(path):
    try:
        return bool(ctypes.PyDLL(path))
    except OSError:
        return False


class End(object):
    """One end: an SSL* with two MemoryBIOs. The SSL* is freed by `free`, the BIOs when nobody refers to them any more."""

    def __init__(self, openssl, context, set_state, one_bio=False):
        self.openssl = openssl
        self.ssl = openssl.SSL_new(context)
        set_state(self.ssl)
        self.incoming = openssl.engine.make_memory_bio()()
        self.outgoing = self.incoming if one_bio else openssl.engine.make_memory_bio()()
        self.connection = GenuineConnection(None, self.ssl, None, self.incoming, openssl.library)
        openssl.engine._exchange_bios(self.connection, self.incoming, self.outgoing)

    def handshake(self):
        self._done(self.openssl.SSL_do_handshake(self.ssl))

    def write(self, data):
        return self._done(self.openssl.SSL_write(self.ssl, data, len(data)))

    def read(self, size=16384):
        buffer = ctypes.create_string_buffer(size)
        got = self._done(self.openssl.SSL_read(self.ssl, buffer, size))
        return buffer.raw[:got]

    def shutdown(self):
        self.openssl.SSL_shutdown(self.ssl)

    def _done(self, result):
        if result > 0:
            return result
        library = self.openssl.library
        kind = self.openssl.SSL_get_error(self.ssl, result)
        text = library.ERR_reason_error_string(library.ERR_peek_last_error())
        library.ERR_clear_error()
        raise Failed(kind, (text or b"").decode("ascii"))

    def free(self):
        self.openssl.SSL_free(self.ssl)


def carry(source, target):
    """What `source` wants on the wire goes to `target`; its size."""
    return target.incoming.write(source.outgoing.read())


def handshake(client, server):
    """Both ends through the handshake. Raises Failed for the first end that fails."""
    ends, waiting = [(client, server), (server, client)], 2
    while waiting:
        waiting = 0
        for end, other in ends:
            try:
                end.handshake()
            except Failed as failure:
                if failure.kind != WANT_READ:
                    raise
                waiting += 1
            carry(end, other)
