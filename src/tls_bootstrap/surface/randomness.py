"""Random bytes of OpenSSL."""
from __future__ import absolute_import, division, print_function

from .._compat import INT_MAX, as_index


def make(reach):
    """{name: function} of this file's features, bound to a Reach."""

    def RAND_bytes(num):
        """So many bytes from which keys can be made.

        TypeError for what is no integer, ValueError for a negative one, OverflowError for one beyond a C int, SSLError when OpenSSL has
        no random numbers to give. Since Python 3.3 (gh-56258; RAND_bytes).
        """
        num = as_index(num, INT_MAX)
        if num < 0:
            raise ValueError("num must be positive")
        if not num:
            return b""
        made = reach.library.new_memory(num)
        if reach.functions.RAND_bytes(made, num) != 1:
            raise reach.error()
        return reach.library.read_memory(made, num)

    return {"RAND_bytes": RAND_bytes}
