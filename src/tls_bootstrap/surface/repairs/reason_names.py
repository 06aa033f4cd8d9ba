"""The names of OpenSSL's errors, as `library` and `reason` of an SSLError and its text have them, for the OpenSSL that is in use.

`_ssl` has a dict of them, {(library, reason): name}, that was made when Python was built, from the headers of an OpenSSL which may be
years older than the library it runs with. Numbers are used again: 294 was a matter of Kerberos and is the unexpected end of file today. The
dict is the very one that the C code looks into, so it is brought up to date in place. The texts come from OpenSSL itself, and names are
made of texts by rule (formats/reasons.py). Python 3.12 has no such dict any more (gh-100062), and 3.10 began with a table for each OpenSSL
(bpo-43788).
"""
from __future__ import absolute_import, division, print_function

import sys

from ...formats.reasons import LIBRARIES_BY_RULE, reason_name
from . import Builder

REASONS = tuple(range(100, 500)) + tuple(range(1000, 1300))  # SSL_R_* and the like, and those that come of alerts; err.h
VERIFY_FAILED = 134, b"certificate verify failed"  # SSL_R_CERTIFICATE_VERIFY_FAILED, in all of OpenSSL
SSL_LIBRARY = 20  # ERR_LIB_SSL
SHIFTS = (23, 24)  # of the library in an error code: OpenSSL 3, and those before it


class ReasonNames(Builder):
    """Where `_ssl` has a table that says something else."""

    def __init__(self, ssl, reach):
        super(ReasonNames, self).__init__(ssl, reach)
        self._table, self._libraries = tables()
        self._wrong = self._find_wrong() if reach is not None and self._table else {}

    def is_needed(self):
        return bool(self._wrong) or self.reach is None and self._table is not None

    def entries(self):
        return [(self._table, self._wrong)]

    def _find_wrong(self):
        text_of = self.reach.functions.ERR_reason_error_string
        shift = [shift for shift in SHIFTS if text_of(SSL_LIBRARY << shift | VERIFY_FAILED[0]) == VERIFY_FAILED[1]]
        wrong = {}
        for number, library in self._libraries.items():
            for reason in REASONS if shift and library in LIBRARIES_BY_RULE else ():
                text = text_of(number << shift[0] | reason)
                name = reason_name(str(text.decode("ascii")), library) if text else None
                if name is not None and name != self._table.get((number, reason)):
                    wrong[number, reason] = name
        return wrong


def tables():
    """(the dict of names, the dict {number: name} of libraries) that `_ssl` uses, None and nothing where there is none."""
    import _ssl

    of_pypy = sys.modules.get(_ssl._SSLContext.__module__ + ".error")
    if of_pypy is not None:
        return getattr(of_pypy, "ERR_CODES_TO_NAMES", None), getattr(of_pypy, "LIB_CODES_TO_NAMES", {})
    return getattr(_ssl, "err_codes_to_names", None), getattr(_ssl, "lib_codes_to_names", {})
