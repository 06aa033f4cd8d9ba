"""What `doctor` says: facts, the table of features and the verdict on each engine, as data and as text.

Never a traceback: whatever goes wrong while an engine is asked is its reason for not working here.
"""
from __future__ import absolute_import, division, print_function

import os
import sys
import warnings

from . import __version__, _facts, _patch, _plan, engines
from ._features import CORE, FEATURES
from ._ledger import current
from ._repairs import REMEDIES, REPAIR

GOOD, FAIR, BAD = "32", "33", "31"  # green, yellow, red (ECMA-48, SGR)


def make():
    """The Diagnosis of this interpreter. Asks every engine; changes nothing."""
    facts, reach, remedies = _facts.read(), None, []
    if facts.ssl_error is not None:
        verdicts = []
    elif _plan.is_complete(facts):
        verdicts = [_ask_engine(name, facts) if name in _plan.OWN_OPENSSL else _plan.Verdict(name, None, "not needed")
                    for name in engines.ORDER]
    else:
        verdicts = [_ask_engine(name, facts) for name in engines.ORDER]
    if facts.ssl_error is None:
        rows = _plan.missing_additions(facts, _plan.Request()) + list(REMEDIES)
        reach = _ask("reach", lambda: _patch.ask_reach(facts, rows))
        remedies = [verdict for row in REMEDIES for verdict in _ask_remedy(row, reach)]
    return Diagnosis(facts, verdicts, reach, remedies, os.environ.get(_patch.VETO), current() is not None)


def _ask_engine(name, facts):
    return _ask(name, lambda: _patch.ask_engines((name,), facts)[0])


def _ask_remedy(row, reach):
    """The Verdict on a repair or policy in a list, none where it is not needed."""
    asked = _ask(row.title, lambda: _patch.ask_remedies([row], reach))
    return asked if isinstance(asked, list) else [asked]


def _ask(name, probe):
    """The Verdict that `probe()` returns."""
    try:
        with warnings.catch_warnings():  # of packages that an engine imports: they are no matter of the patient's
            warnings.simplefilter("ignore")
            return probe()
    except Exception as error:  # a doctor reports what it meets
        return _plan.Verdict(name, None, "it failed unexpectedly (%s: %s); please report this" % (type(error).__name__, error))


class Diagnosis(object):
    """Made of Facts, Verdicts on the engines, on the way to OpenSSL and on what needs repair, the value of the veto variable (None if
    unset) and whether `ssl` is upgraded right now."""

    def __init__(self, facts, verdicts, reach, remedies, veto, patched):
        self.facts = facts
        self.verdicts = verdicts
        self.veto = veto if veto not in (None, "", "0") else None
        self.patched = patched
        self.is_complete = facts.ssl_error is None and _plan.is_complete(facts)
        working = [verdict.name for verdict in verdicts if verdict.engine is not None]
        self.engine = working[0] if working and not self.is_complete else None
        self.is_well = self.is_complete or (self.engine is not None and self.veto is None)
        self.additions, self.left_out = _plan.divide(facts, _plan.Request(), None, reach) if reach else ([], {})
        remedies, self.not_remedied = _plan.divide_remedies(remedies, facts, _plan.Request(), None, reach) if reach else ([], {})
        self.remedies = [row for row, _ in remedies]

    def as_dict(self):
        """Plain data, for json."""
        facts = self.facts
        return {
            "tls_bootstrap": __version__,
            "implementation": facts.implementation,
            "python": facts.python,
            "executable": sys.executable,
            "openssl": facts.openssl,
            "ssl_error": facts.ssl_error,
            "ssl_file": facts.ssl_file,
            "features": dict((row.name, row.name in facts.native) for row in FEATURES),
            "additions": [row.name for row in self.additions],
            "left_out": dict(self.left_out, **self.not_remedied),
            "repairs": [row.name for row in self.remedies if row.switch == REPAIR],
            "policies": [row.name for row in self.remedies if row.switch != REPAIR],
            "engines": dict((verdict.name, self._on_engine(verdict)) for verdict in self.verdicts),
            "engine": self.engine,
            "veto": self.veto,
            "patched": self.patched,
            "result": self.result()[1],
        }

    def as_text(self, colour=False):
        """One line each, in colour if wanted."""
        facts = self.facts
        lines = [
            (None, "tls_bootstrap %s on %s %s (%s)" % (__version__, facts.implementation, facts.python, sys.executable)),
            (BAD, "no ssl to upgrade: " + facts.ssl_error) if facts.ssl_error else
            (None, "%s, by %s" % (facts.openssl, facts.ssl_file or "a built-in _ssl")),
        ]
        lines += [self._feature_line(row) for row in FEATURES] if facts.ssl_error is None else []
        lines += [self._engine_line(verdict) for verdict in self.verdicts]
        lines += [self._remedy_line(row) for row in REMEDIES if row in self.remedies or row.title in self.not_remedied]
        lines.append(self.result())
        return "\n".join(_painted(text, shade if colour else None) for shade, text in lines)

    def result(self):
        """(colour, the sentence in which it all ends)."""
        if self.facts.ssl_error is not None:
            return BAD, "nothing can be done: there is no ssl module to upgrade"
        if self.is_complete and not self.additions:
            return GOOD, "nothing is missing that could be added here: monkeypatch_ssl() would change nothing"
        if self.patched:
            return GOOD, "ssl is upgraded in this process"
        if self.veto is not None:
            return BAD, "monkeypatch_ssl() would refuse: the environment has %s=%s" % (_patch.VETO, self.veto)
        if self.is_complete:
            return GOOD, "monkeypatch_ssl() would add %d names" % len(self.additions)
        if self.engine is None:
            return BAD, "monkeypatch_ssl() would raise ImportError: no engine works here"
        return GOOD, "monkeypatch_ssl() would add what is missing, with engine %s" % self.engine

    def _feature_line(self, row):
        if row.name in self.facts.native:
            return GOOD, "has    ssl.%s" % row.name
        shade, fate = self._fate_of(row)
        return shade, "lacks  ssl.%s (Python %s): %s" % (row.name, row.since, fate)

    def _fate_of(self, row):
        if row in CORE:
            return (FAIR, "would be added") if self.engine else (BAD, "cannot be added")
        if row.name in self.left_out:
            return BAD, "cannot be added: " + self.left_out[row.name]
        return FAIR, "would be added" + (", but " + row.differs if row.differs else "")

    def _remedy_line(self, row):
        """A defect or an old default of this interpreter, and the switch for it."""
        fate = self.not_remedied.get(row.title)
        fate = "on request, by %s=[%r]" % (row.switch, row.name) if fate is None else "cannot be changed: " + fate
        return FAIR, "%s (Python %s): %s; %s" % (row.title, row.since, row.without, fate)

    def _on_engine(self, verdict):
        works = verdict.engine is not None
        return {"works": works, "reason": verdict.reason, "groups": verdict.engine.offered_groups() if works else []}

    def _engine_line(self, verdict):
        """An engine that brings its own OpenSSL works only on request, unless it is the last rung."""
        if verdict.engine is None:
            needed = not self.is_complete or verdict.name in _plan.OWN_OPENSSL
            return (None if self.is_complete or verdict.name in _plan.OWN_OPENSSL else BAD), "engine %s: %s%s" % (
                verdict.name, "no, " if needed else "", verdict.reason)
        works = "works" if verdict.name == self.engine else "on request"
        groups = verdict.engine.offered_groups()
        offers = "; a client offers keys for %s" % ", ".join(groups) if groups else ""
        return GOOD, "engine %s: %s, %s%s" % (verdict.name, works, verdict.reason, offers)


def _painted(text, shade):
    return "\033[%sm%s\033[0m" % (shade, text) if shade else text
