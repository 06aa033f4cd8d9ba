"""Tests of suite_features.py that do not end as they do at home, and why: a table, and the verdict that believes nothing else.

A row is a test, the interpreters it is about, a text of its message and the reason. A row that no run needs is stale, and a difference
itself.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

LEAST = 60  # tests that pass on the upgraded interpreter


class Gap(object):
    """`where`: versions ("3.8") or parts of an interpreter's description ("OpenSSL 1.1.1"), separated by blanks; all if it is empty."""

    def __init__(self, test, where, text, reason):
        self.test, self.where, self.text, self.reason = test, where, text, reason

    def explains(self, name, interpreter, message):
        return name == self.test and self.is_about(interpreter) and self.text.lower() in message.lower()

    def is_about(self, interpreter):
        return not self.where or any(part == interpreter.minor or part in interpreter.openssl for part in self.where.split(" or "))


GAPS = ()


def verdict(runs):
    """(whether it is as wanted, lines: what was lost, what does not end as at home, and the explanations)."""
    native, good, lines, used = runs[0], len(runs) > 2, [], set()
    for before, after in outcomes.pairs(runs):
        lost = sorted(before.named(outcomes.PASSED) - after.named(outcomes.PASSED))
        lines += ["LOST: %s passed on %s, and not after the upgrade: %s" % (name, before.label, first_line(after, name)) for name in lost]
        good = good and not lost and after.count(outcomes.PASSED) >= LEAST
        for name in sorted(differing(native, after)):
            message = after.messages.get(name) or ""
            gap = next((gap for gap in GAPS if gap.explains(name, after.interpreter, message)), None)
            used.add(gap)
            good = good and gap is not None
            lines.append("known: %s: %s" % (name, gap.reason) if gap else "%s: %s (%s): %s" % (
                name, after.tests[name], after.label.replace(outcomes.UPGRADED, ""), first_line(after, name)))
    stale = [gap for gap in GAPS if gap not in used and any(gap.is_about(after.interpreter) for _, after in outcomes.pairs(runs))]
    lines += ["STALE: nothing needs the explanation of %s on %s any more" % (gap.test, gap.where or "all") for gap in stale]
    return good and not stale, list(dict.fromkeys(lines))


def differing(native, after):
    """The tests that end otherwise than at home; to pass is never a fault, and what the interpreter was not given is none."""
    return [name for name, outcome in after.tests.items() if outcome not in (outcomes.PASSED, native.tests.get(name))]


def first_line(run, name):
    return next(iter((run.messages.get(name) or "no message").strip().splitlines()), "an empty message")
