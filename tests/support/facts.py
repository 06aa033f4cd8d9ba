"""What the running `ssl` is. Needs nothing but the standard library, so that child processes can ask too."""
from __future__ import absolute_import, division, print_function

import platform
import ssl
import sys


def is_upgraded():
    """Whether the SSLObject that ``SSLContext.wrap_bio`` makes is the project's."""
    return engine() != "native"


def engine():
    """The name of the engine that does the work, "native" without the upgrade."""
    ledger = vars(ssl).get("_tls_bootstrap_ledger")
    return ledger.engine.name if ledger else "native"


def first_engine():
    """The name of the engine that "auto" takes where `ssl` lacks MemoryBIO and nothing is in the way."""
    return "pypy" if is_pypy() else "inplace"


def engines_over_own_ssl():
    """The names of the engines over the interpreter's own `_ssl` that work on it where it lacks MemoryBIO."""
    return ["pypy"] if is_pypy() else ["inplace", "loopback"]


def loaded_openssl():
    """The text of the OpenSSL that `_ssl` works with. PyPy's ssl.OPENSSL_VERSION is that of its headers."""
    if not is_pypy():
        return ssl.OPENSSL_VERSION
    from _pypy_openssl import ffi, lib
    return ffi.string(lib.SSLeay_version(lib.SSLEAY_VERSION)).decode("ascii")


def openssl(first, before=(99,)):
    """Whether the OpenSSL that does the work has a version from `first` up to but without `before`. (While ssl is upgraded by
    PyOpenSSL, ssl.OPENSSL_VERSION_INFO tells of that one.)"""
    return first <= ssl.OPENSSL_VERSION_INFO < before


def is_pypy():
    """Whether `ssl` stands on PyPy's `_ssl`, which is written in Python."""
    return platform.python_implementation() == "PyPy"


def ignores_ragged_ends():
    """Whether this Python's own contexts set SSL_OP_IGNORE_UNEXPECTED_EOF (0x80 in OpenSSL 3): 3.8, 3.9 and Debian's 3.11.2 do."""
    import _ssl
    if sys.version_info < (3, 8) or _ssl.OPENSSL_VERSION_INFO < (3,):
        return False
    genuine = type("Context", (_ssl._SSLContext,), {})  # a subclass, as PyPy's has __slots__, and not for all that it sets
    return bool(genuine(_ssl.PROTOCOL_TLS).options & 0x80)
