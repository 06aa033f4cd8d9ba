"""The rows of the table that are no part of an SSLObject of ours, made.

Each module of surface/ that is a `builder` of rows has a function `make(reach)`, which returns {name: what is to be put there}. The name
is that of the row or of `also`, or the last part of it where the same is for several owners (SSLSocket.group, SSLObject.group). It is
called once in a process, so that classes are the same after an undo and another upgrade.
"""
from __future__ import absolute_import, division, print_function

import sys

from ..engines.gate import alone
from . import once


def build(rows, reach, has_gate):
    """{dotted name: what is to be put there} for rows of _features.ADDITIONS; `reach` may be None if none of them needs OpenSSL.
    `has_gate`: whether ssl.SSLObject is one of ours, which lets in one thread at a time."""
    made = {}
    for row in rows:
        by_builder = _made_by(row.builder, reach)
        for name in (row.name,) + row.also:
            value = by_builder[name if name in by_builder else name.rpartition(".")[2]]
            made[name] = _guarded(value) if has_gate and name.startswith("SSLObject.") else value
    return made


def _guarded(value):
    """A method or property whose functions are operations; anything else as it is."""
    if isinstance(value, property):
        return property(*[function and alone(function) for function in (value.fget, value.fset, value.fdel)], doc=value.__doc__)
    return alone(value) if hasattr(value, "__code__") else value


def _made_by(builder, reach):
    name = "%s.%s" % (__name__.rpartition(".")[0], builder)
    __import__(name)
    return once(name, lambda: sys.modules[name].make(reach))
