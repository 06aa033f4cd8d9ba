"""Another patcher of `ssl` in the process, before us and after us: the runs of its suite, and what is demanded of them.

The theory
    gevent and eventlet put classes of their own in the place of `ssl.SSLContext` and `ssl.SSLSocket`. A program may call them before us
    or after us, so each order is a run, and the end of its label is the order: "gevent, upgraded" is gevent first, then us. It is
    compared with the run whose label lacks the word "upgraded" (outcomes.pairs). Two things are demanded:

    nothing is lost     what passes beside the other patcher alone passes in both orders, too. A loss must be known to the suite, with a
                        text of its message and the reason.
    ours is there       what CPython's newest tests of MemoryBIO pass at home (suite_cpython.py), they pass in both orders.

    Each list of names has a process of its own: one module patches by itself, another one spoils the event loop for all that follow.
"""
from __future__ import absolute_import, division, print_function

import ast

from tests.foreign import outcomes, places, suite_cpython

SECONDS = 100  # for one process: a test whose peer died may wait for ever
MEMORYBIO = "MemoryBIO tests"


def runs(patcher, pins, modules, source, paths=(), unpatched=(), beside=()):
    """Yields the Runs on each Interpreter that `pins` has requirements for; `source` is the folder of tls_bootstrap.

    `modules` are lists of names, for a process each. Those of `unpatched` do not want `patcher` to have patched before them, those of
    `beside` do not patch themselves: they are Python's own. `paths` are where all of them are, if not in the environment.
    """
    ported = newest_memorybio_tests()
    yield ported.at_home()
    theirs, both = "%s's tests" % patcher, ((patcher,), ("upgraded", patcher), (patcher, "upgraded"))
    for one, requirements in places.having(pins):
        python, where, folders = places.environment(one, patcher, requirements), places.described(one), list(paths) + places.tests_for(one)
        for what, orders, lists in (
            (theirs, ((), ("upgraded",)), list(modules) + list(unpatched)),
            (theirs, both, modules),
            ("Python's tests", both if beside else (), beside),
            ("%s %s" % (ported.name, MEMORYBIO), both, [["%s.%s" % (ported.module, name) for name in ported.names]]),
        ):
            for order in orders:
                yield run(python, "%s on %s" % (what, where), order, lists, folders + [ported.folder, source])


def newest_memorybio_tests():
    natives = [one for one in places.all_cpython((3, 6)) if suite_cpython.source_of(one)]
    if not natives or not hasattr(ast, "unparse"):
        raise places.Missing("CPython's tests of MemoryBIO are needed from a CPython 3 with its test package (Debian: "
                             "libpython3-testsuite), and Python 3.9 or newer (ast.unparse) to run this command")
    return suite_cpython.Ported(natives[-1])


def run(python, what, order, modules, paths):
    """The Run of some lists of names, in a process each, with the patchers in this order."""
    command = [python] + (["-m", "in_order", ",".join(order)] if order else [])
    parts = [outcomes.unittest(" ".join(names), command, names, paths, SECONDS) for names in modules]
    tests, messages = {}, {}
    for part in parts:
        for name, outcome in part.tests.items():
            full = part.label + " " + name if name == outcomes.ITSELF else name
            tests[full], messages[full] = outcome, part.messages.get(name, "")
    whole = outcomes.Run(", ".join((what,) + order), tests, messages, "\n".join(part.output for part in parts), parts[0].interpreter)
    return suite_cpython.short(whole) if MEMORYBIO in what else whole


def verdict(found, known, least):
    """(whether it is as wanted, lines: what was lost). In the first run of the patcher's tests at least `least` must pass.

    Where a process gave no report before the upgrade, there is nothing to compare with, which is as bad as a loss.
    """
    native, first = found[:2]
    good, lines = first.count(outcomes.PASSED) >= least, []
    for before, after in outcomes.pairs(found):
        silent = [name for name in before.tests if name.endswith(outcomes.ITSELF)]
        good = good and not silent
        lines += ["%s gave no report (%s), so nothing is proved by it: %s" % (name, before.label, before.messages[name].strip()[-300:])
                  for name in silent]
        base = native if MEMORYBIO in after.label else before
        for name in sorted(base.named(outcomes.PASSED) - after.named(outcomes.PASSED)):
            text, reason = known.get(name, (None, None))
            message = after.messages.get(name, "it is absent")
            if text is not None and text in message:
                lines.append("known: %s: %s" % (name, reason))
            else:
                good = False
                lines.append("%s: passed (%s), not so (%s): %s" % (name, base.label, after.label, message.strip()[-300:]))
    return good, list(dict.fromkeys(lines))
