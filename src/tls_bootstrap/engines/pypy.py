"""The engine of PyPy: a genuine `_ssl._SSLSocket` of PyPy's, whose two BIOs are exchanged for memory BIOs.

How it works
------------
PyPy's `_ssl` is Python over cffi, so nothing of it is hidden: a `_SSLSocket` has its SSL* as `ssl` and its socket as
`socket`. One is made by the interpreter's own `SSLContext._wrap_socket` over a dummy, then the socket is taken away from it
and `SSL_set_bio` gives it two memory BIOs. What comes out is what PyPy 3 makes for `wrap_bio`: without a socket it never
waits and asks for no descriptor. (PyPy 2.7 has a `_wrap_bio`, too, which is unfinished: it raises TypeError.)

Functions that PyPy's cffi module lacks are taken from the library it is linked with, through its own handle, by cffi, too.

What makes it safe
------------------
- A BIO belongs to a cffi object, which gives the reference back when it is collected, as those of `_ssl` do.
- PyPy does not see how much memory a pointer stands for. It is told, so that it collects in time.
- PyPy, as CPython, lets other threads run while OpenSSL works: the gate is needed, in a form of its own (monitor.py).
- OpenSSL's queue of errors is empty before each operation and after it. PyPy's `_ssl` leaves there what it has reported, and
  SSL_get_error() then takes the old error of one connection for a new one of the next.
"""
from __future__ import absolute_import, division, print_function

from .._compat import INT_MAX, as_index
from ..formats.hostnames import address_bytes
from ..openssl.library_cffi import CffiLibrary
from . import proof
from .genuine import OTHER_ARGUMENTS, Around, GenuineConnection, GenuineEngine

NAME = "pypy"
BYTES_OF_AN_SSL = 32768  # about what an SSL of OpenSSL 1.1.1 has allocated after its handshake
LONGEST_READ = 16384  # bytes: SSL_read() gives no more than a record holds (RFC 8446, 5.1), and room for them is zeroed each time


def probe(facts):
    """The engine, proved to work here; ImportError with the reason otherwise."""
    if facts.implementation != "pypy":
        raise ImportError("it needs PyPy, this is %s" % facts.implementation)
    import _pypy_openssl

    try:
        library = CffiLibrary(_pypy_openssl.__file__, _pypy_openssl.ffi)
    except OSError as error:
        raise ImportError("cffi cannot open %s (%s)" % (_pypy_openssl.__file__, error))
    return PyPy(library, _pypy_openssl.lib, _pypy_openssl.ffi)


class PyPy(GenuineEngine):
    """The engine with its OpenSSL, twice: `lib` and `ffi` of PyPy's cffi module, `library` with what these lack."""

    name = NAME
    summary = "PyPy's own _ssl over memory BIOs"

    def __init__(self, library, lib, ffi):
        import _ssl
        import ssl
        from __pypy__ import add_memory_pressure

        from ..surface.cffibio import make_memory_bio

        self._library, self._lib, self._ffi = library, lib, ffi
        self._add_memory_pressure = add_memory_pressure
        if not hasattr(_ssl._SSLContext, "_wrap_socket"):
            raise ImportError("_ssl has no _SSLContext._wrap_socket: a PyPy with the ssl of Python 2.7.9 or newer is needed")
        self._wrap_socket = _ssl._SSLContext._wrap_socket  # the genuine one: subclasses and patchers may override it
        self._dummy, self._raw = Dummy(), make_raw(ssl, lib, ffi)
        self.MemoryBIO = make_memory_bio(lib, ffi, ssl.SSLError)
        context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
        self._prove(context)
        context.options |= getattr(ssl, "OP_NO_TLSv1_3", 0)  # whose ClientHello costs a key pair
        proof.passes_records(self, context)

    def connect(self, context, incoming, outgoing, server_side, server_hostname, owner, place=None):
        name = name_to_send(server_hostname)
        genuine = self._wrap_socket(context, self._dummy, server_side, None if server_side else name, owner)
        genuine.socket = None
        connection = GenuineConnection(self._raw(genuine), genuine.ssl, server_hostname, incoming, self._library)
        if context.check_hostname:
            connection.require_name(server_hostname, context)
        connection.release_buffers()
        self._exchange_bios(genuine.ssl, incoming._bio, outgoing._bio)
        self._add_memory_pressure(BYTES_OF_AN_SSL)
        return connection

    def _exchange_bios(self, ssl_pointer, incoming, outgoing):
        """SSL_set_bio takes over a reference of each BIO, and one in all when both are the same."""
        self._lib.BIO_up_ref(incoming)
        if outgoing != incoming:
            self._lib.BIO_up_ref(outgoing)
        self._lib.SSL_set_bio(ssl_pointer, incoming, outgoing)

    def _prove(self, context):
        """ImportError unless a `_SSLSocket` has what is used of it, and both ways to OpenSSL lead to the same one."""
        try:
            genuine = self._wrap_socket(context, self._dummy, False, None, proof.Owner())
        except TypeError as error:
            raise ImportError(OTHER_ARGUMENTS % error)
        pointer = getattr(genuine, "ssl", None)
        for name, proved in (
            ("SSL", isinstance(pointer, self._ffi.CData) and self._ffi.typeof(pointer) is self._ffi.typeof("SSL *")),
            ("socket", getattr(genuine, "socket", None) is not None and genuine.socket() is self._dummy),
            ("context", getattr(genuine, "context", None) is context),
        ):
            if not proved:
                raise ImportError("a _ssl._SSLSocket of this PyPy does not show its %s: another _ssl than those known here" % name)
        if self._library.SSL_get_fd(pointer) != Dummy.DESCRIPTOR:
            raise ImportError("the SSL* of a _ssl._SSLSocket does not read from the dummy socket: two OpenSSL in one process")


class Dummy(object):
    """All that PyPy's `_ssl` wants of a socket, and less than any real one has."""

    DESCRIPTOR = 0x7FFFFFFF  # larger than any limit on descriptors

    def fileno(self):
        return self.DESCRIPTOR

    def gettimeout(self):
        return 0.0


def name_to_send(name):
    """What goes into the ClientHello: the name, if it is one of a host (RFC 6066, 3; CPython asks a2i_IPADDRESS, bpo-32185)."""
    if name is not None and "\0" in name:
        raise TypeError("embedded null character in server_hostname")  # as 2.7 and 3.x; PyPy would send what is before it
    return None if name is None or address_bytes(name) else name


def make_raw(ssl, lib, ffi):
    """Make the class, bound to the classes of exceptions of `ssl` and to PyPy's cffi module."""
    from socket import error as SocketError

    class Raw(Around):
        """A genuine `_SSLSocket`, which leaves no errors behind and knows the words of CPython for them."""

        __slots__ = ("genuine", "pending", "__weakref__")

        def __init__(self, genuine):
            self.genuine, self.pending = genuine, genuine.pending

        @property
        def owner(self):
            return self.genuine.owner

        @owner.setter
        def owner(self, owner):
            self.genuine.owner = owner

        def do_handshake(self):
            self._run(self.genuine.do_handshake)

        def read(self, size, buffer=None):
            if type(size) is not int:
                size = as_index(size, INT_MAX)
            if buffer is None:
                return self._run(self.genuine.read, min(size, LONGEST_READ))
            data = self._run(self.genuine.read, min(size, LONGEST_READ))  # with a buffer it would count items, not bytes
            ffi.memmove(ffi.from_buffer(buffer), data, len(data))
            return len(data)

        def write(self, data):
            return self._run(self.genuine.write, data)

        def shutdown(self):
            self._run(self.genuine.shutdown)

        def _run(self, operation, *arguments):
            lib.ERR_clear_error()
            try:
                return operation(*arguments)
            except ssl.SSLEOFError:  # so PyPy calls SSL_ERROR_SYSCALL with an empty queue; see surface/errors.py for what it means
                raise SocketError(0, "Error")
            except ssl.SSLZeroReturnError:
                raise ssl.SSLZeroReturnError(ssl.SSL_ERROR_ZERO_RETURN, "TLS/SSL connection has been closed (EOF)")
            except RuntimeError as problem:
                if "NULL" not in str(problem):  # so cffi says of a text that OpenSSL has none of; PyPy's `_ssl` wants one for each error
                    raise
                error = ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL] unknown error")
                error.library, error.reason = "SSL", None
                raise error
            finally:
                lib.ERR_clear_error()

    return Raw
