"""The way from the objects of `ssl` to OpenSSL and back: functions, pointers, errors. What is added to an `ssl` goes it.

    SSLContext ------------------------------> SSL_CTX*  \\
    SSLSocket, SSLObject --> _ssl._SSLSocket --> SSL*     --> a function of OpenSSL --> its result, or its error queue as an SSLError

Each step is proved on throw-away objects before it is ever gone (pointers.py).
"""
from __future__ import absolute_import, division, print_function

import sys

from ..formats.reasons import library_name, reason_name
from .functions import Functions, as_text
from .thunks import Thunks


def open_reach(facts):
    """The Reach of this interpreter; ImportError with the reason why there is none."""
    import ssl

    if facts.implementation == "pypy":
        return Reach(ssl, *_of_pypy())
    if facts.implementation != "cpython":
        raise ImportError("the objects of %s's ssl are not known here" % facts.implementation)
    if facts.ssl_file is None:
        raise ImportError("_ssl is built into the interpreter, so its OpenSSL cannot be reached")
    return Reach(ssl, *_of_cpython(ssl, facts.ssl_file))


def _of_pypy():
    import _pypy_openssl

    from .library_cffi import CffiLibrary
    from .pointers import CffiPointers

    try:
        library = CffiLibrary(_pypy_openssl.__file__, _pypy_openssl.ffi)
    except OSError as error:
        raise ImportError("cffi cannot open %s (%s)" % (_pypy_openssl.__file__, error))
    return library, CffiPointers(Functions(library), _pypy_openssl.ffi.from_handle)


def _of_cpython(ssl, ssl_file):
    try:
        from .library import Library
        from .pointers import Pointers

        library = Library(ssl_file)
    except OSError as error:
        raise ImportError("ctypes cannot open %s (%s)" % (ssl_file, error))
    except MemoryError as error:  # of ctypes, under a hardened kernel that forbids writable and executable pages
        raise ImportError("ctypes cannot be imported (%s)" % error)
    if library.version() != ssl.OPENSSL_VERSION:
        raise ImportError("%s is loaded but _ssl was started with %s: two OpenSSL in one process"
                          % (library.version(), ssl.OPENSSL_VERSION))
    context = ssl.SSLContext(getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23))  # the latter is deprecated since 3.10
    owner = Owner()
    return library, Pointers(Functions(library), context, _genuine_socket(context, owner), owner)


class Owner(object):
    """Something that can be referred to weakly."""


def _genuine_socket(context, owner):
    """A `_ssl._SSLSocket` that nobody uses."""
    import _ssl

    genuine = _ssl._SSLContext
    if hasattr(genuine, "_wrap_bio"):
        return genuine._wrap_bio(context, _ssl.MemoryBIO(), _ssl.MemoryBIO(), False)
    import _socket

    return genuine._wrap_socket(context, _socket.socket(), False, None, owner)


def genuine_class():
    """`_SSLSocket`, which PyPy's `_ssl` does not show."""
    import _ssl

    return sys.modules[_ssl._SSLContext.__module__]._SSLSocket


class Reach(object):
    """What the modules of surface/ are built with.

    ssl        the module
    functions  those of its OpenSSL, see functions.py
    context    gives the SSL_CTX* of an SSLContext, which lives as long as that does
    argument   gives what is passed to the SNI callback of an SSLContext, None for nothing
    library    the Library or CffiLibrary, for memory, stacks and what is to be freed
    owner      gives the SSLSocket or SSLObject around a `_ssl._SSLSocket`, None if it is gone
    thunks     gives the C functions by which OpenSSL calls Python, see thunks.py
    """

    def __init__(self, ssl, library, pointers):
        self.ssl, self.library, self._genuine = ssl, library, genuine_class()
        self.functions, self.context = Functions(library), pointers.of_context
        self._pointer, self.owner, self.argument = pointers.of_connection, pointers.owner_of, pointers.argument_of
        self.thunks = Thunks(library, pointers.connection_at)

    def certificate(self, pointer):
        """The DER of an X509*; the SSLError of OpenSSL if it has no memory for that."""
        encoded = self.library.encoded(self.functions.i2d_X509, pointer)
        if encoded is None:
            raise self.error()
        return encoded

    def peer_certificate(self, pointer):
        """The DER of the certificate that the peer of an SSL* has shown last, None if it has shown none."""
        certificate = self.library.peer_certificate(pointer)
        if not certificate:
            return None
        try:
            return self.certificate(certificate)
        finally:
            self.library.X509_free(certificate)

    def genuine(self, connection):
        """The `_ssl._SSLSocket` inside an SSLSocket or SSLObject, None before there is one.

        On 3.6 an SSLSocket holds an SSLObject, which holds it; over the engines loopback and pypy a wrapper does.
        """
        while not isinstance(connection, self._genuine):
            inner = getattr(connection, "_sslobj", None)
            connection = inner if inner is not None else getattr(connection, "genuine", None)
            if connection is None:
                return None
        return connection

    def connection(self, connection):
        """The SSL* of an SSLSocket or SSLObject, which lives as long as that is connected; None before and after."""
        genuine = self.genuine(connection)
        return None if genuine is None else self._pointer(genuine)

    def error(self, text=None):
        """The SSLError of what has just failed, as `_ssl` makes it of OpenSSL's queue, or one with a `text` of ours as `_ssl` has for a
        few. The queue is empty afterwards: a genuine call would take what it finds there for an error of its own."""
        functions = self.functions
        code = functions.ERR_peek_last_error()
        said, where = functions.ERR_reason_error_string(code), functions.ERR_lib_error_string(code)
        functions.ERR_clear_error()
        if text is not None or not code:
            return self._ssl_error(0, text or "unknown error", None, None)
        said, library = as_text(said) or "unknown error", library_name(as_text(where))
        reason = reason_name(said, library)
        names = ": ".join(name for name in (library, reason) if name)
        return self._ssl_error(code, "[%s] %s" % (names, said) if names else said, library, reason)

    def _ssl_error(self, number, text, library, reason):
        error = self.ssl.SSLError(number, text)
        error.library, error.reason = library, reason
        return error
