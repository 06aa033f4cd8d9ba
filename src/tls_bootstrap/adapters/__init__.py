"""Repairs for programs that have `wrap_bio` now and still stumble: over refusals of their own, written for a Python without it.

    tls_bootstrap.monkeypatch_ssl()
    tls_bootstrap.adapters.enable()       # all of them; or by name: enable("urllib3")

Nothing here is done unless it is asked for, only what is needed on this interpreter is done, and unpatch_ssl() undoes it.
An adapter is a module of this folder, named after the package it repairs; it is applied to each copy of the package that is
imported or will be, wherever somebody has vendored it (``urllib3``, ``pip._vendor.urllib3``). The contract:

    repair(package, ledger)     `package` is the dotted name of a copy that was just imported. Changes what must be changed, with
                                ledger.set() only, and returns a sentence on what it did or why nothing; None if this only has the
                                name of the package that it is meant for.

Where the state is: the finder on ``sys.meta_path`` knows what is enabled (`_imports.py`), a Ledger for each adapter what it changed.
"""
from __future__ import absolute_import, division, print_function

import importlib
import sys

from ..engines.native import Native
from .._ledger import Ledger, current
from ._imports import Finder

__all__ = ["ADAPTERS", "disable", "enable"]

ADAPTERS = ("urllib3",)


def enable(*names):
    """Switch on the adapters of these names (default: all), for what is imported already and for what will be.

    Returns text, a line for each thing that was done or needs not be done. Again: no-op. ValueError for an unknown name,
    RuntimeError if `ssl` was not upgraded but must be: call monkeypatch_ssl() first.
    """
    names = _known(names)
    ledger = current()
    if ledger is None or ledger.engine.name == Native.name:
        _require_native_wrap_bio()
        return "adapters are not needed: this interpreter has SSLContext.wrap_bio itself, and nobody refuses to use it"
    finder = _installed() or _install(ledger)
    lines = []
    for name in names:
        if name not in finder.adapters:
            finder.adapters[name] = Adapter(name, ledger)
        for package in _loaded(name):
            finder.adapters[name].apply(package)
        lines += finder.adapters[name].lines or ["%s: not imported yet; it will be repaired when it is" % name]
    return "\n".join(lines)


def disable(*names):
    """Undo what these adapters (default: all) did, and let them do no more. RuntimeError if somebody changed the same since."""
    names = _known(names)
    finder = _installed()
    for name in names if finder else ():
        if name in finder.adapters:
            finder.adapters[name].undo()
            del finder.adapters[name]
    if finder and not finder.adapters:
        sys.meta_path.remove(finder)


class Adapter(object):
    """An adapter that is switched on: what it was applied to, what it changed, and what it has to say."""

    def __init__(self, name, ledger):
        self.repair = importlib.import_module("." + name, __name__).repair
        self.name, self.lines = name, []
        self._main = ledger
        self._changes = Ledger("adapters", None)
        self._seen = {}

    def apply(self, package):
        """Repair this copy of the package, once."""
        token = object()
        if self._seen.setdefault(package, token) is not token:  # atomic: an import in another thread may be as far as this one
            return
        line = self.repair(package, self._changes)
        if line:
            self.lines.append(line)
            self._main.note(line)

    def undo(self):
        overwritten = self._changes.overwritten()
        if overwritten:
            raise RuntimeError("cannot undo the adapter for %s: %s was replaced since, by another patcher; undo that one first"
                               % (self.name, ", ".join(overwritten)))
        self.undo_at_any_rate()

    def undo_at_any_rate(self):
        self._changes.undo()
        for line in self.lines:
            self._main.notes.remove(line)
        del self.lines[:]


def _known(names):
    unknown = sorted(set(names) - set(ADAPTERS))
    if unknown:
        raise ValueError("there is no adapter %s; there are %s" % (", ".join(map(repr, unknown)), ", ".join(map(repr, ADAPTERS))))
    return names or ADAPTERS


def _require_native_wrap_bio():
    import ssl

    if not hasattr(ssl.SSLContext, "wrap_bio"):
        raise RuntimeError("adapters need SSLContext.wrap_bio: call tls_bootstrap.monkeypatch_ssl() first")


def _installed():
    for finder in sys.meta_path:
        if isinstance(finder, Finder):
            return finder
    return None


def _install(ledger):
    """Put a finder on sys.meta_path, until the ledger is undone."""
    adapters = {}

    def arrived(package):
        adapters[_last(package)].apply(package)

    def undo():
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)
        for adapter in adapters.values():
            adapter.undo_at_any_rate()
        adapters.clear()

    finder = Finder(adapters, arrived)
    sys.meta_path.insert(0, finder)
    ledger.at_undo(undo)
    return finder


def _loaded(name):
    """The copies of the package `name` that are imported. Aliases of one module are one copy."""
    copies = {}
    for package, module in sorted(sys.modules.items()):
        if module is not None and _last(package) == name:
            copies.setdefault(id(module), getattr(module, "__name__", package))
    return copies.values()


def _last(package):
    return package.rpartition(".")[2]
