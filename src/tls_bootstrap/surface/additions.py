"""The rows of the table that are no part of an SSLObject of ours, made.

Each module of surface/ that is a `builder` of rows has a function `make(reach)`, which returns {name: what is to be put there}. The name
is that of the row or of `also`, or the last part of it where the same is for several owners (SSLSocket.group, SSLObject.group). It is
called once in a process, so that classes are the same after an undo and another upgrade.

All rows of a module need OpenSSL or none does: `reach` is None where none was needed the first time, and the next time it is not asked.
What depends on what is there at the moment of the upgrade is a Placement: it puts itself in place, through the ledger.
"""
from __future__ import absolute_import, division, print_function

import sys

from ..engines.gate import alone
from . import once


class Placement(object):
    """What is not simply set."""

    def put(self, ledger, owner, name):
        """Put it in place as `owner.name`. Everything that this changes has to be put back by the ledger's undo."""
        raise NotImplementedError("a Placement has to know how it is put in place")


class Layer(Placement):
    """A function, property ... over the one that is there, which it calls: the interpreter's own, an engine's, or another Layer.
    `make(what is there)` makes it. Where there is nothing nothing is put. `over_engines`: whether what an engine with an OpenSSL of its own
    has put there gets it, too."""

    def __init__(self, make, over_engines=False):
        self.make, self.over_engines = make, over_engines

    def put(self, ledger, owner, name):
        if hasattr(owner, name):
            original = vars(owner).get(name)
            if original is None or isinstance(original, staticmethod):  # inherited, or a __new__
                original = getattr(owner, name)
            ledger.replace(owner, name, self.make(original))


def build(rows, reach, has_gate):
    """[(dotted name, what is to be put there)] for rows of _features.ADDITIONS; `reach` may be None if none of them needs OpenSSL.
    What several rows have in `also` is there once; a name for which several builders have something is there for each.
    `has_gate`: whether ssl.SSLObject is one of ours, which lets in one thread at a time."""
    made, seen = [], set()
    for row in rows:
        by_builder = _made_by(row.builder, reach)
        for name in (row.name,) + row.also:
            value = by_builder[name if name in by_builder else name.rpartition(".")[2]]
            if (name, id(value)) not in seen:
                seen.add((name, id(value)))
                made.append((name, _guarded(value) if has_gate and name.startswith("SSLObject.") else value))
    return made


def _guarded(value):
    """A method or property whose functions are operations, also one that a Layer makes; anything else as it is."""
    if isinstance(value, Layer):
        return Layer(lambda original: _guarded(value.make(original)))
    if isinstance(value, property):
        return property(*[function and alone(function) for function in (value.fget, value.fset, value.fdel)], doc=value.__doc__)
    return alone(value) if hasattr(value, "__code__") else value


def _made_by(builder, reach):
    name = "%s.%s" % (__name__.rpartition(".")[0], builder)
    __import__(name)
    return once(name, lambda: sys.modules[name].make(reach))
