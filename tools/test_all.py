"""Runs the test suite on every Python of this machine: ``python3 tools/test_all.py [--only 2.7,3.11] [-k EXPRESSION]``.

On each, the whole suite with the engine that the package takes by itself, and what is said of a TLS connection again with
every other engine that can be had there; with PyOpenSSL, of the Pythons 3 only on the oldest and the newest. Two run at a time.
The output of a run is shown when something failed in it. At the end come a table, every reason for which a test was skipped,
failed as expected or was not run at all, and in the last line the sums. The exit status is 0 only if tests ran and none failed.

Where there is no Python 2.7, one is unpacked. ``--all`` tests on PyPy and on every Python that was unpacked before, too, and with
every engine; ``--unpack all`` unpacks first what there is to be had: see tools/interpreters.py.
"""
from __future__ import absolute_import, division, print_function

import argparse
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the repository: `tools` is a package in it
from tools import interpreters, suite  # noqa: E402  the path had to be set first
from tools.environments import EnvironmentFailed, environment, requires  # noqa: E402  the path had to be set first

AT_ONCE = 2
ENGINES = ("auto", "loopback", "pyopenssl")
OF_CONNECTIONS = ["tests/conformance", "tests/property"]  # what is tested again with another engine
MINUTES_EACH = 18
MINUTES_PYPY = 30  # it has much to compile, and collections take their time
PRINTING = threading.Lock()
STOPPING = threading.Event()  # set by Ctrl-C


def say(text):
    with PRINTING:
        print(text, flush=True)


def test(interpreter, arguments, engine):
    """Makes the environment of an interpreter and runs the suite in it; whatever goes wrong is a failure in the Result."""
    result = suite.Result(interpreter, engine=engine)
    try:
        python = environment(interpreter, say)
    except EnvironmentFailed as error:
        result.failed, result.output = 1, "%s: %s" % (result.name, error)
    else:
        say("%s: testing" % result.name)
        began = time.time()
        minutes = MINUTES_PYPY if interpreter.implementation == "PyPy" else MINUTES_EACH
        result = suite.run(interpreter, python, arguments, minutes * 60, STOPPING, engine)
        say("%s: %d passed, %d failed, %d seconds" % (result.name, result.passed, result.failed, time.time() - began))
    if result.failed:
        say("\n===== %s =====\n%s\n===== end of %s =====\n" % (result.name, result.output.strip(), result.name))
    return result


def jobs(found, engines, paths, options, for_pyopenssl):
    """(interpreter, arguments for pytest, engine) for each run. An interpreter that has an SSLObject needs no second engine but one with
    an OpenSSL of its own; that is tested on those `for_pyopenssl`."""
    for interpreter in found:
        for engine in engines:
            if engine == "auto":
                yield interpreter, paths + options, engine
            elif interpreter in for_pyopenssl if engine == "pyopenssl" else is_for_loopback(interpreter):
                yield interpreter, (paths or OF_CONNECTIONS) + options, engine


def is_for_loopback(interpreter):
    return interpreter.implementation == "CPython" and interpreter.version < (3, 5)


def with_pyopenssl(found, everything):
    """The interpreters on which PyOpenSSL is tested, of those where it can be installed: unless everything is, Python 2, the oldest and the
    newest Python 3, since only its own version differs in between."""
    able = [one for one in found if requires(one, "pyOpenSSL")]
    of_python_3 = sorted([one for one in able if one.version >= (3,)], key=lambda one: one.version)
    return able if everything else [one for one in able if one.version < (3,) or one in of_python_3[:1] + of_python_3[-1:]]


def not_tested(found, engines, only, everything, reasons, for_pyopenssl):
    """Lines: what was asked for and cannot be had, and why. `reasons`: {recipe: why it could not be unpacked}."""
    lines = ["%s: %s" % each for each in sorted(reasons.items())]
    for name in interpreters.to_be_unpacked():
        if name not in reasons and (everything or name in only):
            lines.append("%s: not unpacked yet (`python3 tools/test_all.py --unpack %s`)" % (name, name))
    for word in only:
        if not any(one.answers_to(word) for one in found) and word not in interpreters.to_be_unpacked():
            lines.append("%s: no such Python here (`python3 tools/interpreters.py` lists what is)" % word)
    if everything and interpreters.jython():
        lines.append("Jython: has no pip, so the suite cannot run on it; the tests that are about Jython start it themselves")
    for one in found:
        if "pyopenssl" in engines and not requires(one, "pyOpenSSL"):
            lines.append("%s with pyopenssl: tools/requirements-*.txt have no PyOpenSSL for it" % one.name)
        elif "pyopenssl" in engines and one not in for_pyopenssl:
            lines.append("%s with pyopenssl: only with --all or --only" % one.name)
    return lines


def test_each(all_jobs):
    """The Results of all jobs, AT_ONCE done at the same time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(test, *job) for job in all_jobs]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            STOPPING.set()
            for future in futures:
                future.cancel()
            raise


def table(results):
    """Lines: a header, and a row for each result."""
    rows = [("interpreter", "OpenSSL", "engine", "passed", "failed", "expected failures", "skipped")]
    for result in results:
        numbers = (result.passed, result.failed, len(result.expected), len(result.skips))
        openssl = "PyOpenSSL's" if result.engine == "pyopenssl" else result.interpreter.openssl or "none"
        rows.append((result.interpreter.name, openssl, result.engine) + tuple(str(number) for number in numbers))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join([cell.ljust(width) for cell, width in zip(row[:3], widths)]
                      + [cell.rjust(width) for cell, width in zip(row[3:], widths[3:])]) for row in rows]


def reasons_of(results, kind):
    """Lines: each reason of a `kind` ("skips", "expected") once, with how often it was given on which interpreters."""
    counts = {}
    for result in results:
        for reason in getattr(result, kind):
            by_name = counts.setdefault(reason, {})
            by_name[result.name] = by_name.get(result.name, 0) + 1
    return ["%s (%s)" % (reason, ", ".join("%s: %d" % each for each in by_name.items()))
            for reason, by_name in sorted(counts.items())]


def arguments_of(command_line):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="2.7,3.11", help="versions or names (pypy2.7) to run on; default: all found")
    parser.add_argument("--all", action="store_true", help="also on PyPy and on the Pythons that were unpacked")
    parser.add_argument("--unpack", default="", metavar="all|NAME,NAME", help="unpack these first, then as --all")
    parser.add_argument("--engines", default=",".join(ENGINES), metavar="auto,loopback", help="default: %(default)s")
    parser.add_argument("-k", metavar="EXPRESSION", help="passed to pytest: which tests to run")
    parser.add_argument("paths", nargs="*", help="passed to pytest: test files or folders; default: all")
    return parser.parse_args(command_line)


def words(text):
    return [word.strip() for word in text.split(",") if word.strip()]


def interpreters_for(only, everything):
    """The interpreters to test on. Where a Python 2.7 is missing and not left out on purpose, it is got, or said why it cannot be."""
    found = interpreters.find(only, everything)
    if any(one.minor == "2.7" for one in found) or (only and "2.7" not in only):
        return found
    reason = interpreters.get_python_2_7(say)
    if reason:
        say(reason + "\n")
    return interpreters.find(only, everything)


def report(results, untested):
    """Prints what came of it; returns the exit status."""
    passed, failed = (sum(getattr(result, name) for result in results) for name in ("passed", "failed"))
    say("\n" + "\n".join(table(results)) + "\n")
    for title, lines in (("Failed as expected", reasons_of(results, "expected")), ("Skipped", reasons_of(results, "skips")),
                         ("Not tested", untested)):
        if lines:
            say("%s:\n  %s\n" % (title, "\n  ".join(lines)))
    if not passed and not failed:
        say("No test ran: an interpreter or a test that fits the options is missing.")
    say("%d passed, %d failed, %d skipped" % (passed, failed, sum(len(result.skips) for result in results)))
    return 0 if passed and not failed else 1


def main(command_line=None):
    options = arguments_of(command_line)
    only, engines, recipes = words(options.only), words(options.engines), words(options.unpack)
    everything = options.all or bool(recipes)
    try:
        reasons = interpreters.get(recipes, say)
        found = interpreters_for(only, everything)
    except ValueError as error:
        sys.exit(str(error))
    for_pyopenssl = with_pyopenssl(found, everything or bool(only))
    results = test_each(jobs(found, engines, options.paths, ["-k", options.k] if options.k else [], for_pyopenssl))
    return report(results, not_tested(found, engines, only, everything, reasons, for_pyopenssl))


if __name__ == "__main__":
    sys.exit(main())
