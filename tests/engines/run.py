"""Every engine by 58 behaviours, next to native CPython 3.11: ``python3 tests/engines/run.py [--all] [--verbose]``.

worker.py performs the behaviours natively on 3.11, whose outcomes are the oracle, and on trial: on 2.7 with each engine, on 3.11 with
pyopenssl; with --all on every other Python 3 with pyopenssl, too. Printed are how many behaviours are like native, and those that are
not, with the reason from known_gaps.py. The exit status is 1 if something differs that is not listed there, or is listed and does not
differ; 2 if an interpreter or its PyOpenSSL is missing, or failed altogether.
"""
from __future__ import absolute_import, division, print_function

import argparse
import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
if __name__ == "__main__":
    sys.path[0:1] = [ROOT]

from tests.engines import known_gaps  # noqa: E402  the path had to be set first
from tools import environments, interpreters  # noqa: E402  the path had to be set first

WORKER = os.path.join(HERE, "worker.py")
ORACLE = "3.11"
ON_TRIAL = (("inplace", "2.7"), ("loopback", "2.7"), ("pyopenssl", "2.7"), ("pyopenssl", "3.11"))
BRINGS_ITS_OWN = ("pyopenssl",)  # engines that need a package: they run in an environment
LISTED, NOT_LISTED, DOES_NOT_OCCUR = "listed", "NOT LISTED", "LISTED, BUT DOES NOT OCCUR"

Difference = collections.namedtuple("Difference", "name position native found")
Verdict = collections.namedtuple("Verdict", "name state reason differences")


class TrialFailed(Exception):
    """No outcomes could be had of an interpreter; the text says why."""


def interpreter_of(minor):
    found = interpreters.find((minor,))
    if not found:
        raise TrialFailed("no Python %s found; name one in %s" % (minor, interpreters.VARIABLE))
    return found[0]


def python_for(engine, minor):
    """The executable that has what the engine needs."""
    interpreter = interpreter_of(minor)
    if engine not in BRINGS_ITS_OWN:
        return interpreter.executable
    try:
        return environments.environment(interpreter)
    except environments.EnvironmentFailed as error:
        raise TrialFailed(str(error))


def perform(python, engine):
    """What worker.py tells: {"facts": ..., "outcomes": {behaviour: [text, ...]}}."""
    process = subprocess.Popen([python, WORKER, engine], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate()
    if process.returncode:
        last = err.decode("utf-8", "replace").strip().splitlines()[-8:]
        raise TrialFailed("the worker ended with status %d:\n    %s" % (process.returncode, "\n    ".join(last)))
    return json.loads(out.decode("ascii"))


def differences(name, native, found):
    """Where two lists of outcomes differ; lists of unlike lengths differ everywhere from where one has ended."""
    longest = max(len(native), len(found))
    native, found = (outcomes + ["(nothing)"] * (longest - len(outcomes)) for outcomes in (native, found))
    return [Difference(name, position, one, two) for position, (one, two) in enumerate(zip(native, found)) if one != two]


def compare(native, found):
    """A Verdict for each behaviour that differs or should: what is on trial against the oracle, both as worker.py tells them."""
    gaps, verdicts = known_gaps.gaps_of(found["facts"]), []
    for name in sorted(set(native["outcomes"]) | set(found["outcomes"])):
        unlike = differences(name, native["outcomes"].get(name, []), found["outcomes"].get(name, []))
        positions, reason = gaps.get(name, ((), None))
        if unlike and tuple(each.position for each in unlike) == tuple(positions):
            verdicts.append(Verdict(name, LISTED, reason, unlike))
        elif unlike:
            verdicts.append(Verdict(name, NOT_LISTED, reason and "listed at %s: %s" % (list(positions), reason), unlike))
        elif positions:
            verdicts.append(Verdict(name, DOES_NOT_OCCUR, reason, []))
    return verdicts


def good(verdicts):
    return all(verdict.state == LISTED for verdict in verdicts)


def like_native(native, verdicts):
    """How many behaviours are like native."""
    return len(native["outcomes"]) - len([verdict for verdict in verdicts if verdict.differences])


def lines_of(verdict):
    """The behaviour, each position with both outcomes, and the reason."""
    yield "%s, %s" % (verdict.name, verdict.state)
    for difference in verdict.differences:
        yield "    [%d] native %s" % (difference.position, difference.native)
        yield "    %s found  %s" % (" " * len("[%d]" % difference.position), difference.found)
    if verdict.reason:
        yield "    because: %s" % verdict.reason


def table(rows):
    """The rows as lines of columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def trials(all_others):
    """(engine, minor version) in order."""
    known = [minor for engine, minor in ON_TRIAL if engine == "pyopenssl"]
    others = [found.minor for found in interpreters.find() if found.version >= (3, 6) and found.minor not in known] if all_others else []
    return list(ON_TRIAL) + [("pyopenssl", minor) for minor in others]


def row(native, found, verdicts):
    facts = found["facts"]
    return facts["engine"], facts["python"], facts["openssl"], "%d of %d" % (like_native(native, verdicts), len(native["outcomes"])), (
        "" if good(verdicts) else "NOT as listed")


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="pyopenssl on all other Pythons, too")
    parser.add_argument("--verbose", action="store_true", help="print the oracle's outcomes")
    options = parser.parse_args(argv)
    status, rows, details = 0, [("engine", "Python", "OpenSSL", "like native", "")], []
    try:
        native = perform(python_for("native", ORACLE), "native")
    except TrialFailed as error:
        print(error)
        return 2
    for name, outcomes in sorted(native["outcomes"].items()) if options.verbose else ():
        print("%s: %s" % (name, " | ".join(outcomes)))
    for engine, minor in trials(options.all):
        try:
            found = perform(python_for(engine, minor), engine)
        except TrialFailed as error:
            details += ["", "%s on %s: %s" % (engine, minor, error)]
            status = 2
            continue
        verdicts = compare(native, found)
        rows.append(row(native, found, verdicts))
        details += ["", "%s on %s" % rows[-1][:2]] + ["  " + line for verdict in verdicts for line in lines_of(verdict)]
        status = status or int(not good(verdicts))
    print("\n".join(details[1:] + ["", "Like native CPython %(python)s, %(openssl)s:" % native["facts"]] + table(rows)))
    return status


if __name__ == "__main__":
    sys.exit(main())
