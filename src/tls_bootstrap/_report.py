"""What is shown: facts, plan and ledger as data and as text. Finds nothing out by itself."""
from __future__ import absolute_import, division, print_function

import sys

from ._repairs import POLICY, REPAIR


class Report(object):
    """The state of the upgrade, as monkeypatch_ssl() and status() return it. `str()` of it is for people.

    patched   True while `ssl` is upgraded
    engine    the name of the engine that does the work: "native" if it is the interpreter's own, None while nothing is upgraded
    openssl   the text of the OpenSSL that does the work, None without `ssl`
    python    implementation and version
    added     the names that were added or replaced, in order; not those that equal what they were (numbers, as members of an enumeration)
    repairs   the names of the repairs that were done
    policies  the names of the policies that are in force
    asked_by  [(file, line)] of the calls that asked for the upgrade
    left_out  {name: why it could not be given} of what `ssl` lacks still, and of repairs and policies that were wanted
    why       lines that tell how it came to this
    """

    def __init__(self, ledger, why=()):
        self.patched = ledger is not None
        self.engine = ledger.engine.name if ledger else None
        self.openssl = ledger.engine.openssl_version() if ledger else getattr(sys.modules.get("ssl"), "OPENSSL_VERSION", None)
        self.python = "%s %d.%d.%d" % ((_implementation(),) + sys.version_info[:3])
        self.added = _each_once(_dotted(owner, name) for owner, name, existed, original in ledger.replaced()
                                if not existed or vars(owner).get(name) != original) if ledger else []
        self.repairs = [name for switch, name in ledger.remedies if switch == REPAIR] if ledger else []
        self.policies = [name for switch, name in ledger.remedies if switch == POLICY] if ledger else []
        self.asked_by = sorted(ledger.holders.values()) if ledger else []
        self.left_out = dict(ledger.left_out) if ledger else {}
        self.why = (list(ledger.notes) if ledger else []) + list(why)

    def as_dict(self):
        """The same as plain data, for json."""
        return dict(vars(self), asked_by=["%s:%s" % place for place in self.asked_by])

    def __str__(self):
        lines = ["ssl is upgraded" if self.patched else "ssl is as the interpreter has it"]
        lines += ["  " + line for line in self.why]
        rows = (
            ("added", ", ".join(self.added)),
            ("repaired", ", ".join(self.repairs)),
            ("policies in force", ", ".join(self.policies)),
            ("asked by", ", ".join("%s:%s" % place for place in self.asked_by)),
            ("OpenSSL", self.openssl),
            ("Python", self.python),
        )
        rows += tuple(("without " + name, reason) for name, reason in sorted(self.left_out.items()))
        return "\n".join(lines + ["  %s: %s" % row for row in rows if row[1]])

    def __repr__(self):
        return "<tls_bootstrap.Report: %s>" % (self.engine or "nothing changed")


def _implementation():
    from ._facts import _implementation

    return _implementation()


def _each_once(names):
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found


def _dotted(owner, name):
    return name if getattr(owner, "__name__", "ssl") == "ssl" else "%s.%s" % (owner.__name__, name)
