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

from tests.foreign import outcomes, places  # noqa: E402
from tools.environments import EnvironmentFailed  # noqa: E402

RESULTS = os.path.join(HERE, "results.md")
SUITES = ("urllib3", "trollius", "cpython", "own")  # tests/foreign/suite_NAME.py

HEAD = """# Foreign test suites, before and after the upgrade

Written by `python3 tests/foreign/run.py`; a section is renewed when its suite runs. Nothing of these projects is kept here: each is
fetched with pip or taken from the interpreters of the machine when the command runs.
"""


def section(name, module, runs, good, lines, seconds):
    """The Markdown of a suite."""
    interpreter = places.interpreter("2.7")
    text = ["## %s" % name, "", module.__doc__.strip(), "", "| run | passed | failed | skipped | |", "| --- | ---: | ---: | ---: | --- |"]
    for run in runs:
        counts = tuple(run.count(outcome) for outcome in (outcomes.PASSED, outcomes.FAILED, outcomes.SKIPPED))
        text.append("| %s | %d | %d | %d | %s |" % ((run.label,) + counts + (getattr(run, "remark", ""),)))
    text += ["", "Verdict: %s. CPython %s, %s; %s, %d seconds." % (
        "as wanted" if good else "NOT as wanted", interpreter.name, interpreter.openssl, time.strftime("%Y-%m-%d"), seconds)]
    if lines:
        text += ["", "Differences:", ""] + ["- " + line.replace("\n", " ") for line in lines]
    return "\n".join(text) + "\n"


def write(sections):
    """Puts the sections into results.md; those of suites that did not run now stay."""
    known = collections.OrderedDict()
    if os.path.exists(RESULTS):
        with open(RESULTS) as file:
            for text in re.split(r"(?m)^(?=## )", file.read())[1:]:
                known[text.split("\n", 1)[0][3:]] = text
    known.update(sections)
    with open(RESULTS, "w") as file:
        file.write(HEAD + "".join("\n" + known[name].strip() + "\n" for name in SUITES if name in known))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of %s; default: all" % ", ".join(SUITES))
    parser.add_argument("--output", action="store_true", help="show what the runs print")
    options = parser.parse_args()
    sections, all_good = {}, True
    for name in options.names or SUITES:
        module = importlib.import_module("tests.foreign.suite_" + name)
        start, runs = time.time(), []
        try:
            for run in module.run(os.path.join(REPOSITORY, "src")):
                runs.append(run)
                print("%s: %-28s %s %s" % (name, run.label, run, getattr(run, "remark", "")), flush=True)
                if options.output:
                    print(run.output)
            good, lines = module.verdict(runs)
        except (places.Missing, EnvironmentFailed) as error:
            print("%s: not run: %s" % (name, error))
            all_good = False
            continue
        all_good = all_good and good
        print("\n".join(["%s: %s" % (name, "as wanted" if good else "NOT as wanted")] + ["  " + line for line in lines]), flush=True)
        sections[name] = section(name, module, runs, good, lines, time.time() - start)
    write(sections)
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
