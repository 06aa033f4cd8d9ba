"""What was replaced, so that it can be put back. The one piece of state of the package, and it lives on `ssl` itself.

Two copies of this package may be in one process, say one in the application and one vendored in pip. Both find the one
ledger at `ssl._tls_bootstrap_ledger`, whichever wrote it, and speak to it through the methods below (their names and
meaning are the protocol between copies: `protocol` is raised if they ever change). The upgrade stays until every copy
that asked for it has taken that back. With nothing replaced there is no ledger, and `ssl` is as it was, to the byte.
"""
from __future__ import absolute_import, division, print_function

import sys
from contextlib import contextmanager

from ._compat import allocate_lock

LEDGER = "_tls_bootstrap_ledger"
LOCK = "_tls_bootstrap_lock"


class Ledger(object):
    """The list of replacements in the order they were made, and who asked for them."""

    protocol = 1

    def __init__(self, request, engine):
        self.request = request  # a _plan.Request, to tell the same call from another one
        self.engine = engine
        self.notes = []  # lines for status(), in order
        self.left_out = {}  # name of a feature, title of a repair or policy -> why it could not be given
        self.remedies = []  # (its switch, its name) of each repair and policy that was done
        self.holders = {}  # name of a copy of the package -> (file, line) that asked
        self._entries = []  # (owner, name, was there, original, replacement)
        self._at_undo = []

    def set(self, owner, name, value):
        """setattr(owner, name, value), recorded. The original is what stands in the owner's own `__dict__`."""
        existed, original = name in vars(owner), vars(owner).get(name)
        setattr(owner, name, value)
        self._entries.append((owner, name, existed, original, vars(owner)[name]))

    def replace(self, owner, name, value):
        """set() under every name that the owner has for what stands under this one, so that these stay names for one thing: `ssl` has two
        for create_default_context(), of which http.client calls the one that may be overridden (PEP 476)."""
        original = vars(owner).get(name)
        names = [other for other, found in vars(owner).items() if found is original]
        for alias in sorted(names) if original is not None else [name]:
            self.set(owner, alias, value)

    def update(self, table, entries):
        """table.update(entries) on a dict that others have, recorded."""
        before = dict((key, table[key]) for key in entries if key in table)

        def restore():
            table.update(before)
            for key in entries:
                if key not in before:
                    table.pop(key, None)

        self.at_undo(restore)
        table.update(entries)

    def at_undo(self, function):
        """Call `function()` when the upgrade is undone, the last one first, before attributes are put back."""
        self._at_undo.append(function)

    def note(self, text):
        """A line for status()."""
        self.notes.append(text)

    def replaced(self):
        """[(owner, name, whether it was there before, the original)] in the order of replacement."""
        return [entry[:4] for entry in self._entries]

    def overwritten(self):
        """The names "owner.name" that somebody else has replaced since: undoing would destroy their work."""
        latest = dict(((id(owner), name), (owner, name, value)) for owner, name, _, _, value in self._entries)
        return sorted(
            "%s.%s" % (getattr(owner, "__name__", owner), name)
            for owner, name, value in latest.values()
            if vars(owner).get(name) is not value
        )

    def undo(self):
        """Put everything back, the last replacement first."""
        while self._at_undo:
            self._at_undo.pop()()
        while self._entries:
            owner, name, existed, original, _ = self._entries.pop()
            if existed:
                setattr(owner, name, original)
            else:
                delattr(owner, name)


def current():
    """The ledger in force, None when nothing is replaced (also when nobody has imported `ssl` yet)."""
    ssl = sys.modules.get("ssl")
    return ssl and vars(ssl).get(LEDGER)


@contextmanager
def transaction(ssl):
    """One thread at a time changes `ssl`, of all copies of the package.

    The lock is put on `ssl` by dict.setdefault, which is atomic, and taken off when no ledger is left to guard; who has
    waited for a lock that was taken off meanwhile tries again with the new one.
    """
    names = vars(ssl)
    while True:
        lock = names.setdefault(LOCK, allocate_lock())
        with lock:
            if names.get(LOCK) is not lock:
                continue
            try:
                yield
            finally:
                if LEDGER not in names:
                    del names[LOCK]
            return
