"""What this interpreter is and has. Reads, never writes; `ssl` is imported when facts are asked for, not before."""
from __future__ import absolute_import, division, print_function

import sys

from ._features import FEATURES, resolve


class Facts(object):
    """The interpreter, its `ssl`, and which features that has of itself.

    implementation  "cpython", "pypy", ...
    python          its version, such as "2.7.18"
    ssl_error       None, or why `ssl` cannot be imported
    ssl_file        the file of `_ssl`, None if it is built in
    openssl         the text of ssl.OPENSSL_VERSION
    native          the names of features that are there without us
    """

    def __init__(self, implementation, python, ssl_error=None, ssl_file=None, openssl=None, native=()):
        self.implementation = implementation
        self.python = python
        self.ssl_error = ssl_error
        self.ssl_file = ssl_file
        self.openssl = openssl
        self.native = frozenset(native)


def read():
    """The Facts of the running interpreter. What an upgrade has added does not count as native."""
    implementation, python = _implementation(), "%d.%d.%d" % sys.version_info[:3]
    try:
        import _ssl
        import ssl
    except ImportError as error:
        return Facts(implementation, python, ssl_error=str(error))
    added = vars(ssl).get("_tls_bootstrap_ledger")
    added = set((id(owner), name) for owner, name, existed, _ in added.replaced() if not existed) if added else ()
    native = [feature.name for feature in FEATURES if _has(ssl, feature.name, added)]
    return Facts(implementation, python, None, getattr(_ssl, "__file__", None), ssl.OPENSSL_VERSION, native)


def _implementation():
    named = getattr(sys, "implementation", None)  # PEP 421, since 3.3
    return named.name if named else getattr(sys, "subversion", ("unknown",))[0].lower()


def _has(ssl, name, added):
    owner, last = resolve(ssl, name)
    return hasattr(owner, last) and (id(owner), last) not in added


def main_path_is_absolute():
    """Whether the interpreter shows a script it was given by its absolute path (https://bugs.python.org/issue20443, 3.9)."""
    return sys.version_info >= (3, 9)
