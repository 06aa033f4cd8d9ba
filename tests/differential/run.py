"""The differential run: the same random operations on two interpreters, and every difference between what they say.

    python3 tests/differential/run.py --seed 1 --count 300 [--left PYTHON2.7] [--right PYTHON3.11]

Left is the interpreter on trial, right the oracle. The driver makes the sequences (scenarios.py), each interpreter performs
them in a process of its own (actor.py) and the transcripts are compared here. The exit status is 0 if they agree but for the
differences that expected_differences.py explains, 1 if not, 2 if an interpreter failed altogether. Needs Python 3, and two
interpreters with the same OpenSSL: the driver says so if theirs differ.
"""
from __future__ import absolute_import, division, print_function

import argparse
import collections
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
if __name__ == "__main__":
    sys.path[0:1] = [ROOT]

from tests.differential import expected_differences, scenarios, transcript  # noqa: E402  the path had to be set first
from tools import interpreters  # noqa: E402  the path had to be set first

ACTOR = os.path.join(HERE, "actor.py")
Finding = collections.namedtuple("Finding", "scenario number step left right reason")


class ActorFailed(Exception):
    """An interpreter did not write its transcript."""


def perform(python, sequences, folder, name):
    """Facts and transcripts of `sequences` on the interpreter `python`."""
    paths = os.path.join(folder, "scenarios.json"), os.path.join(folder, name + ".json")
    with open(paths[0], "w") as file:
        json.dump(sequences, file)
    process = subprocess.Popen([python, ACTOR] + list(paths), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0]
    if process.returncode:
        raise ActorFailed("%s ended with status %d:\n%s" % (python, process.returncode, output.decode("utf-8", "replace")))
    with io.open(paths[1], encoding="utf-8") as file:
        return json.load(file)


def compare(sequences, left, right):
    """Every difference as a Finding, in a scenario up to the first one after which the BIOs differ too: the rest would be its consequence.

    Findings that are expected have a `reason`.
    """
    for scenario, mine, yours in zip(sequences, left["transcripts"], right["transcripts"]):
        for number, (step, one, two) in enumerate(zip(scenario["steps"], mine, yours)):
            if transcript.same(one, two):
                continue
            reason = expected_differences.reason(left["facts"], right["facts"], step, one, two)
            yield Finding(scenario, number, step, one, two, reason)
            if not transcript.same(one[1], two[1]):
                break


def lines_of(finding):
    return (tuple(transcript.differences(finding.left[0], finding.right[0], "result"))
            + tuple(transcript.differences(finding.left[1], finding.right[1], "state")))


def describe(findings):
    """Findings that look alike: the first in full, and how many there are."""
    first = findings[0]
    head = "%d times, first in scenario %d (%s), step %d: %s" % (
        len(findings), first.scenario["number"], first.scenario.get("version", "bio"), first.number, json.dumps(first.step))
    return "\n    ".join((head,) + lines_of(first))


def report(sequences, left, right, show=20):
    """Prints what was compared and what differs; returns the number of unexpected differences."""
    for side in left, right:
        print("%(python)s, %(openssl)s, upgraded: %(upgraded)s, engine: %(engine)s" % side["facts"])
    if left["facts"]["openssl"] != right["facts"]["openssl"]:
        print("WARNING: not the same OpenSSL, differences may be its own")
    findings = list(compare(sequences, left, right))
    expected = collections.Counter(finding.reason for finding in findings if finding.reason)
    unexpected = [finding for finding in findings if not finding.reason]
    alike = collections.OrderedDict()
    for finding in unexpected:
        alike.setdefault((finding.step[0], str(finding.step[2:3]), lines_of(finding)), []).append(finding)
    for findings in sorted(alike.values(), key=len, reverse=True)[:show]:
        print(describe(findings))
    for reason, count in sorted(expected.items()):
        print("expected, %d times: %s" % (count, reason))
    print("%d scenarios, %d steps: %d unexpected differences" % (
        len(sequences), sum(len(scenario["steps"]) for scenario in sequences), len(unexpected)))
    return len(unexpected)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="which sequences (default: %(default)s)")
    parser.add_argument("--count", type=int, default=300, help="how many (default: %(default)s)")
    parser.add_argument("--only", type=int, metavar="N", help="nothing but the N-th, with its whole transcript")
    parser.add_argument("--left", metavar="PYTHON", help="the interpreter on trial (default: a Python 2.7)")
    parser.add_argument("--right", metavar="PYTHON", help="the oracle (default: a Python 3.11)")
    parser.add_argument("--show", type=int, default=20, help="how many kinds of differences to print (default: %(default)s)")
    options = parser.parse_args(argv)
    options.left = options.left or interpreters.executable("2.7")
    options.right = options.right or interpreters.executable("3.11")
    if not options.left or not options.right:
        parser.error("no Python 2.7 or no 3.11 found; give the paths with --left and --right or in %s" % interpreters.VARIABLE)
    sequences = scenarios.generate(options.seed, options.count if options.only is None else options.only + 1)
    if options.only is not None:
        sequences = sequences[options.only:]
    folder = tempfile.mkdtemp(prefix="differential")
    try:
        left = perform(options.left, sequences, folder, "left")
        right = perform(options.right, sequences, folder, "right")
    except ActorFailed as error:
        print(error)
        return 2
    finally:
        shutil.rmtree(folder)
    if options.only is not None:
        show_all(sequences[0], left, right)
    return 1 if report(sequences, left, right, options.show) else 0


def show_all(scenario, left, right):
    for key in sorted(set(scenario) - {"steps"}):
        print("%s: %s" % (key, json.dumps(scenario[key], sort_keys=True)))
    for number, (step, one, two) in enumerate(zip(scenario["steps"], left["transcripts"][0], right["transcripts"][0])):
        print("%3d %s\n    %s" % (number, json.dumps(step), json.dumps(one)))
        if not transcript.same(one, two):
            print("  ! %s" % json.dumps(two))


if __name__ == "__main__":
    sys.exit(main())
