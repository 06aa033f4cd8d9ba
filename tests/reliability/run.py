"""Memory, threads, signals, descriptors: ``python3 tests/reliability/run.py [NAME...] [--python PATH]``.

Runs the checks of this folder on Python 2.7 with the upgrade, each as a process of its own, and each again with the part of the engine
broken that it watches over (its twins, which must fail). A line for each, the sums in the last one. With another Python, which has
MemoryBIO of its own, native code is measured and there are no twins: that is for comparison, and some of it is bad.
"""
from __future__ import absolute_import, division, print_function

import argparse
import os
import sys
import time

sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # `tests` and `tools` are packages in it

from tests.reliability import checks  # noqa: E402  the path had to be set first
from tools import interpreters  # noqa: E402  the path had to be set first


class Sums(object):
    passed = failed = skipped = 0

    def line(self, name, verdict, start, figure):
        print("%-36s %-8s %5.1f s  %s" % (name, verdict, time.time() - start, figure), flush=True)


def report(sums, name, call, is_good):
    """Runs one check or twin and prints its line."""
    start = time.time()
    try:
        outcome = call()
    except checks.Skipped as reason:
        sums.skipped += 1
        return sums.line(name, "skipped", start, reason)
    good = is_good(outcome)
    sums.passed, sums.failed = sums.passed + good, sums.failed + (not good)
    sums.line(name, "ok" if good else "FAILED", start, outcome.figure)


def skip(sums, name, reason):
    sums.skipped += 1
    print("%-36s skipped  %s" % (name, reason))


def run(check, python, engine, twins, sums):
    reason = checks.why_not(check, engine)
    if reason:
        return skip(sums, check.name, reason)
    report(sums, check.name, lambda: check.run(python), lambda outcome: outcome.good)
    for twin in check.twins if twins else ():
        reason = checks.why_no_twin(twin, engine)
        if reason:
            skip(sums, "  twin " + twin, reason)
        else:
            report(sums, "  twin " + twin, lambda: check.run(python, twin), checks.twin_caught)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of: " + ", ".join(check.name for check in checks.CHECKS))
    parser.add_argument("--python", metavar="PATH", help="the interpreter; default: the Python 2.7 of this machine")
    parser.add_argument("--no-twins", action="store_true", help="without the sabotaged runs")
    options = parser.parse_args()
    unknown = set(options.names) - set(check.name for check in checks.CHECKS)
    if unknown:
        parser.error("no check %s" % ", ".join(sorted(unknown)))
    found = [options.python] if options.python else [one.executable for one in interpreters.find(["2.7"])]
    if not found:
        sys.exit(interpreters.NO_PYTHON_2_7)
    engine, sums = checks.engine_of(found[0]), Sums()
    for check in checks.CHECKS:
        if options.names and check.name not in options.names:
            continue
        run(check, found[0], engine, engine != "native" and not options.no_twins, sums)
    print("%d passed, %d failed, %d skipped" % (sums.passed, sums.failed, sums.skipped))
    return 1 if sums.failed or not sums.passed else 0


if __name__ == "__main__":
    sys.exit(main())
