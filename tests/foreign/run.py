"""Runs tests of foreign projects before and after the upgrade: ``python3 tests/foreign/run.py [NAME...]``.

Fetches source distributions with pip into `.environments/foreign/` (nothing of it is committed), makes an environment for each and
runs its tests. The table in results.md beside this file is written by this command. Exit status 0 if all is as wanted.
"""
from __future__ import absolute_import, division, print_function

import argparse
import collections
import importlib
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
sys.path[0] = REPOSITORY  # `tests` and `tools` are packages in it

from tests.foreign import outcomes, places  # noqa: E402  the path had to be set first
from tools.environments import EnvironmentFailed  # noqa: E402  the path had to be set first

RESULTS = os.path.join(HERE, "results.md")
# tests/foreign/suite_NAME.py, in the order of results.md
SUITES = ("urllib3", "requests", "tornado", "gevent", "eventlet", "trollius", "cpython", "own", "features", "asyncio", "trio", "anyio",
          "truststore", "urllib3_2", "httpx")

HEAD = """# Foreign test suites, before and after the upgrade

Written by `python3 tests/foreign/run.py`; a section is renewed when its suite runs. Nothing of these projects is kept here: each is
fetched with pip or taken from the interpreters of the machine when the command runs.

The rule: nothing that passed before the upgrade fails after it. Where the interpreter lacks nothing the upgrade changes nothing, and both
runs must be equal.
"""
TABLE = """
| suite | CPython | passed before | passed after | verdict |
| --- | --- | ---: | ---: | --- |
"""


def section(name, module, runs, good, lines, seconds):
    """The Markdown of a suite."""
    text = ["## %s" % name, "", module.__doc__.strip(), "", "| run | passed | failed | skipped | |", "| --- | ---: | ---: | ---: | --- |"]
    for run in runs:
        counts = tuple(run.count(outcome) for outcome in (outcomes.PASSED, outcomes.FAILED, outcomes.SKIPPED))
        text.append("| %s | %s | %s |" % (run.label, "%d | %d | %d" % counts if run.tests else "| | ", run.remark))
    ran = sorted(set((run.interpreter.version, places.described(run.interpreter)) for run in runs if run.interpreter and run.tests))
    text += ["", "Verdict: %s. %s, in %d seconds, on %s." % (
        wanted(good), time.strftime("%Y-%m-%d"), seconds, "; ".join(description for _, description in ran))]
    if lines:
        text += ["", "Differences:", ""] + ["- " + line.replace("\n", " ") for line in lines]
    return "\n".join(text) + "\n"


def wanted(good):
    return "as wanted" if good else "NOT as wanted"


def overview(name, runs, good):
    """The rows of a suite in the first table: what passed before and after, summed up for each interpreter."""
    sums = collections.OrderedDict()
    for before, after in outcomes.pairs(runs):
        passed = sums.setdefault(places.described(after.interpreter), [0, 0])
        passed[0] += before.count(outcomes.PASSED)
        passed[1] += after.count(outcomes.PASSED)
    return ["| [%s](#%s) | %s | %d | %d | %s |" % (name, name, one, before, after, wanted(good))
            for one, (before, after) in sums.items()]


def write(rows, sections):
    """Puts rows and sections into results.md; those of suites that did not run now stay."""
    old_rows, old_sections = read()
    for name in sections:
        old_rows[name], old_sections[name] = rows[name], sections[name]
    # Another run of this command may have written meanwhile, also of a suite that SUITES did not have when this one began.
    names = SUITES + tuple(sorted(set(old_sections) - set(SUITES)))
    table = "".join(row + "\n" for name in names for row in old_rows.get(name, ()))
    with open(RESULTS, "w") as file:
        file.write(HEAD + TABLE + table + "".join("\n" + old_sections[name].strip() + "\n" for name in names if name in old_sections))


def read():
    """({suite: rows of the first table}, {suite: section}) of results.md as it is."""
    rows, sections = collections.defaultdict(list), {}
    if os.path.exists(RESULTS):
        with open(RESULTS) as file:
            parts = file.read().split("\n## ")
        for row in re.findall(r"(?m)^\| \[.*$", parts[0]):
            rows[re.match(r"\| \[(.*?)\]", row).group(1)].append(row)
        sections = dict((text.split("\n", 1)[0], "## " + text) for text in parts[1:])
    return rows, sections


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of %s; default: all" % ", ".join(SUITES))
    parser.add_argument("--output", action="store_true", help="show what the runs print")
    options = parser.parse_args()
    rows, sections, all_good = {}, {}, True
    for name in options.names or SUITES:
        module = importlib.import_module("tests.foreign.suite_" + name)
        start, runs = time.time(), []
        try:
            for run in module.run(os.path.join(REPOSITORY, "src")):
                runs.append(run)
                print("%s: %-28s %s %s" % (name, run.label, run, run.remark), flush=True)
                if options.output:
                    print(run.output)
            good, lines = module.verdict([run for run in runs if run.tests])
        except (places.Missing, EnvironmentFailed) as error:
            print("%s: not run: %s" % (name, error))
            all_good = False
            continue
        never_upgraded = outcomes.impostors(runs)
        good, lines = good and not never_upgraded, never_upgraded + lines
        all_good = all_good and good
        print("\n".join(["%s: %s" % (name, wanted(good))] + ["  " + line for line in lines]), flush=True)
        rows[name] = overview(name, runs, good)
        sections[name] = section(name, module, runs, good, lines, time.time() - start)
    write(rows, sections)
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
