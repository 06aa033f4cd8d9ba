"""The rows of the table that are no part of an SSLObject of ours, made.

Each module of surface/ that is a `builder` of rows has a function `make(reach)`, which returns {last name of the row: what is to be put
there}. It is called once in a process, so that classes are the same after an undo and another upgrade.
"""
from __future__ import absolute_import, division, print_function

import sys

from . import once


def build(rows, reach):
    """{row: what is to be put under its name} for rows of _features.ADDITIONS; `reach` may be None if none of them needs OpenSSL."""
    return dict((row, _made_by(row.builder, reach)[row.last_name]) for row in rows)


def _made_by(builder, reach):
    name = "%s.%s" % (__name__.rpartition(".")[0], builder)
    __import__(name)
    return once(name, lambda: sys.modules[name].make(reach))
