"""The in-place engine: a genuine `_ssl._SSLSocket` whose two BIOs are exchanged for memory BIOs.

How it works
------------
`SSLContext._wrap_socket` of the interpreter makes a `_SSLSocket` over a dummy socket, with the certificates, options and
callbacks of its context. One `SSL_set_bio` then replaces the socket BIO that it reads and writes through. What comes out
*is* the SSLObject of Python 3: the same OpenSSL, the same SSL_CTX, the same C code for read and write.

What makes it safe (the letters and numbers are those of the tests in tests/reliability):

- The dummy socket has timeout 0, so `_ssl` never waits on it nor looks at its descriptor; it has no descriptor: that was
  closed, and the number in it replaced by one that no process has. Nothing to leak, to inherit, or to close twice. (G7)
- The owner, our SSLObject, is always given to `_wrap_socket`. Without one, each ClientHello with an SNI callback takes a
  reference from None that nobody has given: 2,100 handshakes later the interpreter aborts. (G1)
- SSL_set_bio takes over one reference of each BIO, one in all when both are the same: they are added just before. (G13)
- The name is set on the SSL's own verify parameters: OpenSSL checks it inside the handshake. When the context wants a
  check and there is no name, a name is set that no certificate has: it fails in OpenSSL, and behind it once more. (G5)
- Nothing of this is tried before `probe` has proved, on throw-away objects, that all is as described. (G14)
"""
from __future__ import absolute_import, division, print_function

import os

from . import proof
from .genuine import GenuineConnection, GenuineEngine
from ..openssl import bio, layout
from ..openssl.library import Library

NAME = "inplace"
NO_DESCRIPTOR = 0x7FFFFFFF  # larger than any limit on descriptors, positive as `_ssl` wants it


def probe(facts):
    """The engine, proved to work here; ImportError with the reason otherwise."""
    if facts.implementation != "cpython":
        raise ImportError("it needs CPython, this is %s" % facts.implementation)
    if facts.ssl_file is None:
        raise ImportError("_ssl is built into the interpreter, so its OpenSSL cannot be reached")
    try:
        import ctypes
    except Exception as error:  # MemoryError under a hardened kernel that forbids writable and executable pages
        raise ImportError("ctypes cannot be imported (%s: %s)" % (type(error).__name__, error))
    try:
        library = Library(facts.ssl_file)
        python = ctypes.PyDLL(None)
    except OSError as error:
        raise ImportError("ctypes cannot open %s (%s)" % (facts.ssl_file, error))
    return InPlace(library, python)


class InPlace(GenuineEngine):
    """The engine with its library, dummy socket and proofs."""

    name = NAME
    summary = "the interpreter's own _ssl over memory BIOs"

    def __init__(self, library, python):
        import ctypes

        import _ssl
        import ssl

        self._library, self._python, self._ctypes = library, python, ctypes
        if library.version() != ssl.OPENSSL_VERSION:
            raise ImportError(
                "%s is loaded but _ssl was started with %s: two OpenSSL in one process" % (library.version(), ssl.OPENSSL_VERSION)
            )
        if not hasattr(_ssl, "_SSLSocket") or not hasattr(_ssl._SSLContext, "_wrap_socket"):
            raise ImportError("_ssl has no _SSLContext._wrap_socket: Python 2.7.9 or newer is needed")
        self._wrap_socket = _ssl._SSLContext._wrap_socket  # the genuine one: subclasses and patchers may override it
        self._bios = bio.BIOs(library, python)
        self._bios.prove()
        self._layout = layout.Layout()
        self._dummy = make_dummy(self._layout)
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        self._prove_layout(context)
        self.MemoryBIO = self._make_memory_bio(ssl)
        context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)  # whose ClientHello costs a key pair
        proof.passes_records(self, context)

    def connect(self, context, incoming, outgoing, server_side, server_hostname, owner, place=None):
        if self._dummy.gettimeout() != 0.0:
            raise RuntimeError("the dummy socket was made blocking: with it a handshake would spin for ever")
        # The name is for the ClientHello. A server of 1.0.2 that has one takes the client's for a second one, which is a fatal error
        # (ssl_get_new_session(), ssl_scan_clienthello_tlsext()).
        raw = self._wrap_socket(context, self._dummy, server_side, None if server_side else server_hostname, owner)
        words = self._layout.words_of(raw)
        if words[layout.SOCKET] != id(self._dummy) or words[layout.CONTEXT] != id(context):
            raise RuntimeError("a _ssl._SSLSocket is not laid out as it was when the upgrade was made")
        connection = GenuineConnection(raw, self._ctypes.c_void_p(words[layout.SSL]), server_hostname, incoming, self._library)
        if context.check_hostname:
            connection.require_name(server_hostname, context)
        self._exchange_bios(connection, incoming, outgoing)
        return connection

    def _exchange_bios(self, connection, incoming, outgoing):
        library = self._library
        # In 1.0.2 the buffers go to and fro between the connection and a list of its SSL_CTX, twice a record, under a lock of the whole
        # process (freelist_insert(), ssl/s3_both.c). Who forks while another thread holds it leaves a child that hangs in its SSL_new().
        if not library.locks_by_callback():
            connection.release_buffers()
        self._bios.add_reference(incoming._own)
        if outgoing is not incoming:
            self._bios.add_reference(outgoing._own)
        library.SSL_set_bio(connection.ssl, incoming._bio, outgoing._bio)

    def _make_memory_bio(self, ssl):
        from ..surface.membio import make_memory_bio

        new_bytes = self._python.PyString_FromStringAndSize
        new_bytes.restype = self._ctypes.py_object
        new_bytes.argtypes = (self._ctypes.c_void_p, self._ctypes.c_ssize_t)
        return make_memory_bio(self._bios, self._library, new_bytes, ssl.SSLError)

    # -- proofs ------------------------------------------------------------------------------------------------------

    def _prove_layout(self, context):
        owner = proof.Owner()
        for server_side in (False, True):
            raw = self._wrap_socket(context, self._dummy, server_side, None, owner)
            self._layout.prove(self._library, raw, self._dummy, owner, context)
            if self._library.SSL_get_fd(self._layout.words_of(raw)[layout.SSL]) != NO_DESCRIPTOR:
                raise ImportError("the SSL* of a _ssl._SSLSocket does not read from the dummy socket")


def make_dummy(layout):
    """A socket of the C type that `_wrap_socket` wants, non-blocking and without a descriptor."""
    import _socket

    family = getattr(_socket, "AF_UNIX", _socket.AF_INET)  # AF_UNIX is there in a sandbox without a network, too
    dummy = _socket.socket(family)
    dummy.settimeout(0)
    descriptor = dummy.fileno()
    field = layout.descriptor_of(dummy)
    if field.value != descriptor:
        raise ImportError("the descriptor of a _socket.socket is not where CPython has it: an unknown layout")
    field.value = NO_DESCRIPTOR
    os.close(descriptor)
    if dummy.fileno() != NO_DESCRIPTOR or dummy.gettimeout() != 0.0:
        raise ImportError("the descriptor of a _socket.socket cannot be replaced: an unknown layout")
    return dummy
