"""What this interpreter is and has. Reads, never writes; `ssl` is imported when facts are asked for, not before."""
from __future__ import absolute_import, division, print_function

import sys

from ._features import FEATURES, resolve

WITHOUT__SSL = "this interpreter's ssl has no _ssl, which every engine works with (Jython's is made of Java's JSSE); use CPython or PyPy"
FOREIGN_CONTEXT = "ssl.SSLContext is that of %s now, which is not made of the interpreter's own; undo that first"  # truststore's on PyPy


class Facts(object):
    """The interpreter, its `ssl`, and which features that has of itself.

    implementation  "cpython", "pypy", ...
    python          its version, such as "2.7.18"
    ssl_error       None, or why there is no `ssl` to build upon
    ssl_file        the file of `_ssl`, None if it is built in
    openssl         the text of ssl.OPENSSL_VERSION
    native          the names of features that are there without us
    openssl_info    ssl.OPENSSL_VERSION_INFO
    """

    def __init__(self, implementation, python, ssl_error=None, ssl_file=None, openssl=None, native=(), openssl_info=()):
        self.implementation = implementation
        self.python = python
        self.ssl_error = ssl_error
        self.ssl_file = ssl_file
        self.openssl = openssl
        self.native = frozenset(native)
        self.openssl_info = openssl_info


def read():
    """The Facts of the running interpreter. What an upgrade has added does not count as native."""
    implementation, python = _implementation(), "%d.%d.%d" % sys.version_info[:3]
    try:
        import ssl
    except ImportError as error:
        return Facts(implementation, python, ssl_error=str(error))
    try:
        import _ssl
    except ImportError:
        return Facts(implementation, python, WITHOUT__SSL, None, ssl.OPENSSL_VERSION)
    if own_context(ssl) is None:
        return Facts(implementation, python, FOREIGN_CONTEXT % ssl.SSLContext.__module__, None, ssl.OPENSSL_VERSION)
    added = vars(ssl).get("_tls_bootstrap_ledger")
    added = set((id(owner), name) for owner, name, existed, _ in added.replaced() if not existed) if added else ()
    native = [feature.name for feature in FEATURES if _has(ssl, feature.came_with or feature.name, added)]
    return Facts(implementation, python, None, getattr(_ssl, "__file__", None), ssl.OPENSSL_VERSION, native, _ssl.OPENSSL_VERSION_INFO)


def _implementation():
    named = getattr(sys, "implementation", None)  # PEP 421, since 3.3
    return named.name if named else getattr(sys, "subversion", ("unknown",))[0].lower()


def _has(ssl, name, added):
    try:
        owner, last = place(ssl, name)
    except AttributeError:  # of a class that is missing itself
        return False
    return hasattr(owner, last) and (id(owner), last) not in added


def place(ssl, name):
    """(the object that holds it, its last name) for a dotted name, where `SSLContext` means the interpreter's own.

    gevent, eventlet and truststore put subclasses in its place. What is added to the class below them is there for all of its contexts,
    whether they were made before or after, and in whatever order the patchers came.
    """
    owner, last = resolve(ssl, name)
    if owner is ssl.SSLContext:
        owner = own_context(ssl) or owner
    return owner, last


def own_context(ssl):
    """The interpreter's own ssl.SSLContext, also below what stands in its place: the class that `ssl` has made of `_ssl._SSLContext`.
    None if what stands there is not made of that."""
    genuine = getattr(getattr(ssl, "_ssl", None), "_SSLContext", None)
    own = [cls for cls in ssl.SSLContext.__mro__ if genuine in cls.__bases__]
    return own[0] if own else None


def main_path_is_absolute():
    """Whether the interpreter shows a script it was given by its absolute path (https://bugs.python.org/issue20443, 3.9)."""
    return sys.version_info >= (3, 9)


def starts_like_pypy():
    """Whether programs are started by PyPy's app_main.py, which stands in for CPython's Modules/main.c."""
    return _implementation() == "pypy"
