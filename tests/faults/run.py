"""Each byte of a TLS conversation is damaged in turn: does an upgraded Python 2.7 notice it as a native Python 3.11 does?

    python3 tests/faults/run.py [--left PYTHON2.7] [--right PYTHON3.11] [--mask BITS ...] [--every N]

For TLS 1.2 and 1.3 and for each byte of both directions (handshake, a request, a response, close_notify): the byte is flipped,
or the stream is cut before it. Both interpreters hold all these conversations (worker.py) with the same OpenSSL; for each
one must say the same of both ends: whether it goes well, waits or fails, in which operation, with which class of exception,
errno, reason and verify code - for the end that is told by an alert, too -, how many bytes of alert follow, and what of
the data was delivered. A verdict that depends on random bytes of the conversation must be found on the other side as well when
the same fault is tried again. What may differ for a known reason stands in DIFFERENCES.

Apart from being alike, on each interpreter: no wrong data is ever delivered, and a receiver to whom all seems well
although a byte was flipped must stand in UNDETECTABLE. Exit status: 0 if all that holds, 1 if not, 2 if an interpreter failed.
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
sys.path.insert(0, ROOT)

from tools import interpreters  # noqa: E402  the path had to be set first

# Position of a byte whose change a receiver rightly ignores -> why.
UNDETECTABLE = {
    2: "legacy_record_version of the first record, whose minor number a receiver ignores (RFC 8446 section 5.1, RFC 5246 appendix E.1)",
}

# What may differ: how the left side describes an error -> (how the right side does, why). Nothing does.
DIFFERENCES = {}

# Verdicts that differ are looked for again, each on the other side: this often, and for this many bytes of a series.
TRIES, MOST_TRIED = 5000, 10

KINDS = ("fails", "waits", "undetected", "wrong data")


class Failure(Exception):
    """An interpreter could not hold the conversations."""


class Worker(object):
    """worker.py on one interpreter."""

    def __init__(self, python, *arguments):
        self.python = python
        self.process = subprocess.Popen([python, os.path.join(HERE, "worker.py")] + [str(each) for each in arguments],
                                        stdout=subprocess.PIPE, universal_newlines=True)

    def answers(self):
        """Its answers as they come: the facts first."""
        for line in self.process.stdout:
            yield json.loads(line)
        if self.process.wait():
            raise Failure("%s ended with status %d; its error is above" % (self.python, self.process.returncode))


def compare(left, right, every, masks):
    """Runs everything and prints the table; returns the exit status. `left` and `right` are executables."""
    workers = [Worker(python, "all", every, *("0x%02x" % mask for mask in masks)) for python in (left, right)]
    pairs = zip(*(worker.answers() for worker in workers))
    all_facts = next(pairs)
    for side, facts in zip(("left ", "right"), all_facts):
        print("%s  Python %s, %s, %s" % (side, facts["python"], facts["openssl"], facts["ssl"]))
    if all_facts[0]["openssl"] != all_facts[1]["openssl"]:
        raise Failure("the two interpreters use different OpenSSLs: their verdicts cannot be compared")
    table = Table()
    for answers in pairs:
        table.add(Series(answers, every, (left, right)))
    return table.conclude()


class Series(object):
    """The verdicts of both interpreters on one kind of fault at each byte of one direction of one TLS version."""

    def __init__(self, answers, every, pythons):
        assert answers[0]["series"] == answers[1]["series"], answers
        self.name, self.pythons = answers[0]["series"], pythons
        self.receiver = 1 if self.name[1] == "to server" else 0  # the end to which the damaged bytes go
        self.left, self.right = [dict((index * every, pair) for index, pair in enumerate(answer["verdicts"])) for answer in answers]
        self.counts = collections.Counter(self.kind(pair) for pair in self.left.values())
        self.known, self.by_chance, self.complaints = collections.Counter(), 0, []
        self._check(self.left)
        self._check(self.right)
        self._compare()

    def kind(self, pair):
        """What became of a conversation: one of KINDS."""
        if any("data WRONG" in verdict for verdict in pair):
            return "wrong data"
        verdict = pair[self.receiver]
        return "undetected" if verdict.startswith("done") else "waits" if verdict.startswith("waiting") else "fails"

    def _check(self, verdicts):
        """Complains about what must not be on any interpreter."""
        for position, pair in sorted(verdicts.items()):
            kind = self.kind(pair)
            is_undetectable = self.name[2].startswith("flip") and position in UNDETECTABLE
            if kind == "wrong data" or (kind == "undetected") != is_undetectable:
                self._complain(position, kind + (", although it is in UNDETECTABLE" if is_undetectable else ""), " / ".join(pair))

    def _compare(self):
        """Finds the bytes for which the two sides differ, and tries them again."""
        if len(self.left) != len(self.right):
            self.complaints.append("%d faults on the left, %d on the right" % (len(self.left), len(self.right)))
        unlike = []
        for position in sorted(set(self.left) & set(self.right)):
            explanations = [explained(*verdicts) for verdicts in zip(self.left[position], self.right[position])]
            self.known.update(each for each in explanations if each)
            if None in explanations:
                unlike.append(position)
        for count, position in enumerate(unlike):
            if count < MOST_TRIED and self._is_chance(position):
                self.by_chance += 1
            else:
                self._complain(position, "unlike", " / ".join(self.left[position]), " / ".join(self.right[position]))

    def _is_chance(self, position):
        """Does each side also know the verdicts of the other, for this fault?"""
        workers = [Worker(python, "until", TRIES, json.dumps(self.name), position, json.dumps(pair))
                   for python, pair in zip(self.pythons, (self.right[position], self.left[position]))]
        return all([list(worker.answers())[1] for worker in workers])

    def _complain(self, position, what, *verdicts):
        self.complaints.append("\n        ".join(("byte %d: %s" % (position, what),) + verdicts))


def explained(left, right):
    """Which entry of DIFFERENCES makes the verdicts equal; an empty text if they are, None if nothing does."""
    if left == right:
        return ""
    for description, (other, _) in DIFFERENCES.items():
        if left.replace(description, other) == right:
            return description
    return None


class Table(object):
    """A line for each series, its complaints below, and the sums."""

    LAYOUT = "%-30s %6s  %6s %6s %11s %11s  %6s %10s %8s"

    def __init__(self):
        self.faults, self.complaints, self.known = 0, 0, collections.Counter()
        print(self.LAYOUT % (("series", "faults") + KINDS + ("known", "by chance", "unlike")))

    def add(self, series):
        print(self.LAYOUT % ((" ".join(series.name), len(series.left)) + tuple(series.counts[kind] for kind in KINDS)
                             + (sum(series.known.values()), series.by_chance, len(series.complaints))))
        for complaint in series.complaints:
            print("    " + complaint)
        sys.stdout.flush()
        self.faults += len(series.left)
        self.known.update(series.known)
        self.complaints += len(series.complaints)

    def conclude(self):
        """Prints the sums; returns the exit status."""
        print()
        for description, count in sorted(self.known.items()):
            print("%d times %s for %s: %s" % ((count, description) + DIFFERENCES[description]))
        print("%d faults on each side, %d verdicts unlike or not allowed" % (self.faults, self.complaints))
        return 1 if self.complaints else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--left", metavar="PYTHON", help="the upgraded one; default: a Python 2.7")
    parser.add_argument("--right", metavar="PYTHON", help="the native one; default: a Python 3.11")
    parser.add_argument("--mask", metavar="BITS", nargs="+", type=lambda text: int(text, 0), default=[0x01, 0x10, 0x80, 0xff],
                        help="the bits that are flipped in a byte, a series for each; default: 0x01 0x10 0x80 0xff")
    parser.add_argument("--every", metavar="N", type=int, default=1, help="only every N-th byte; default: 1")
    options = parser.parse_args(arguments)
    if options.every < 1 or not all(1 <= mask <= 255 for mask in options.mask):
        parser.error("--every is 1 or more, --mask between 1 and 255")
    options.left = options.left or interpreters.executable("2.7")
    options.right = options.right or interpreters.executable("3.11")
    for name, wanted in (("left", "2.7"), ("right", "3.11")):
        if getattr(options, name) is None:
            parser.error("no Python %s found; give its path with --%s or in %s" % (wanted, name, interpreters.VARIABLE))
    return options


def main(arguments=None):
    options = parse(arguments)
    try:
        return compare(options.left, options.right, options.every, options.mask)
    except Failure as failure:
        print("stopped: %s" % failure, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
