"""Runs the test suite on every Python of this machine: ``python3 tools/test_all.py [--only 2.7,3.11] [-k EXPRESSION]``.

On each, the whole suite with the engine that the package takes by itself, and what is said of a TLS connection again with
every other engine that can be had there. Two run at a time. The output of a run is shown when something failed in it. At the end come a table, every reason for which
a test was skipped, and in the last line the sums. The exit status is 0 only if tests ran and none failed.
"""
from __future__ import absolute_import, division, print_function

import argparse
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the repository: `tools` is a package in it
from tools import interpreters, suite  # noqa: E402
from tools.environments import EnvironmentFailed, environment  # noqa: E402

AT_ONCE = 2
ENGINES = ("auto", "loopback", "pyopenssl")
OF_CONNECTIONS = ["tests/conformance", "tests/property"]  # what is tested again with another engine
MINUTES_EACH = 18
PRINTING = threading.Lock()
STOPPING = threading.Event()  # set by Ctrl-C


def say(text):
    with PRINTING:
        print(text, flush=True)


def test(interpreter, arguments, engine):
    """Makes the environment of an interpreter and runs the suite in it; whatever goes wrong is a failure in the Result."""
    name = interpreter.name if engine == "auto" else "%s with %s" % (interpreter.name, engine)
    try:
        python = environment(interpreter, say)
    except EnvironmentFailed as error:
        result = suite.Result(interpreter, "%s: %s" % (name, error), engine=engine)
        result.failed = 1
    else:
        say("%s: testing" % name)
        began = time.time()
        result = suite.run(interpreter, python, arguments, MINUTES_EACH * 60, STOPPING, engine)
        say("%s: %d passed, %d failed, %d seconds" % (name, result.passed, result.failed, time.time() - began))
    if result.failed:
        say("\n===== %s =====\n%s\n===== end of %s =====\n" % (name, result.output.strip(), name))
    return result


def jobs(found, engines, paths, options):
    """(interpreter, arguments for pytest, engine) for each run. An interpreter that has all needs no second engine but one with
    an OpenSSL of its own."""
    for interpreter in found:
        for engine in engines:
            if engine == "auto":
                yield interpreter, paths + options, engine
            elif engine == "pyopenssl" or interpreter.version < (3, 5):
                yield interpreter, (paths or OF_CONNECTIONS) + options, engine


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
    rows = [("interpreter", "engine", "OpenSSL", "passed", "failed", "expected failures", "skipped")]
    for result in results:
        numbers = (result.passed, result.failed, result.expected, len(result.skips))
        openssl = "PyOpenSSL's" if result.engine == "pyopenssl" else result.interpreter.openssl or "none"
        rows.append((result.interpreter.name, result.engine, openssl) + tuple(str(number) for number in numbers))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join([cell.ljust(width) for cell, width in zip(row[:3], widths)]
                      + [cell.rjust(width) for cell, width in zip(row[3:], widths[3:])]) for row in rows]


def skip_reasons(results):
    """Lines: each reason once, with how often it was given on which interpreters."""
    counts = {}
    for result in results:
        for reason in result.skips:
            by_name = counts.setdefault(reason, {})
            name = result.interpreter.name if result.engine == "auto" else "%s %s" % (result.interpreter.name, result.engine)
            by_name[name] = by_name.get(name, 0) + 1
    return ["%s (%s)" % (reason, ", ".join("%s: %d" % each for each in by_name.items()))
            for reason, by_name in sorted(counts.items())]


def arguments_of(command_line):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="2.7,3.11", help="the minor versions to run on; default: all found")
    parser.add_argument("--engines", default=",".join(ENGINES), metavar="auto,loopback", help="default: %(default)s")
    parser.add_argument("-k", metavar="EXPRESSION", help="passed to pytest: which tests to run")
    parser.add_argument("paths", nargs="*", help="passed to pytest: test files or folders; default: all")
    return parser.parse_args(command_line)


def main(command_line=None):
    options = arguments_of(command_line)
    only = [minor for minor in options.only.split(",") if minor]
    try:
        found = interpreters.find(only)
    except ValueError as error:
        sys.exit(str(error))
    if "2.7" not in [interpreter.minor for interpreter in found] and (not only or "2.7" in only):
        say(interpreters.NO_PYTHON_2_7 + "\n")
    engines = [engine for engine in options.engines.split(",") if engine]
    results = test_each(jobs(found, engines, options.paths, ["-k", options.k] if options.k else []))

    passed, failed = (sum(getattr(result, name) for result in results) for name in ("passed", "failed"))
    skipped = sum(len(result.skips) for result in results)
    reasons = skip_reasons(results)
    say("\n" + "\n".join(table(results)) + "\n")
    if reasons:
        say("Skipped:\n  " + "\n  ".join(reasons) + "\n")
    if not passed and not failed:
        say("No test ran: an interpreter or a test that fits the options is missing.")
    say("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
