"""What came of a run of a foreign suite: an outcome for each test, and the comparison of two runs."""
from __future__ import absolute_import, division, print_function

import collections
import json
import os
import re
import xml.etree.ElementTree as ElementTree

from tests.foreign import places

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
ITSELF = "(the run itself)"  # stands for the tests of a run that gave no report
MARK = "OUTCOMES "  # begins the line in which inside/unittest_json.py reports


class Run(object):
    """A run with its `label`, the `tests` (dict of name -> outcome), the `messages` of those not passed and the raw `output`."""

    def __init__(self, label, tests, messages, output):
        self.label, self.tests, self.messages, self.output = label, tests, messages, output

    def count(self, outcome):
        return sum(found == outcome for found in self.tests.values())

    def named(self, outcome):
        return set(name for name, found in self.tests.items() if found == outcome)

    def __str__(self):
        return "%d passed, %d failed, %d skipped" % tuple(self.count(outcome) for outcome in (PASSED, FAILED, SKIPPED))


def note(output, pattern, default="none"):
    """The text that the regular expression's group finds in the output of a run."""
    found = re.search(pattern, output)
    return found.group(1) if found else default


def pytest(label, python, arguments, folder, paths=(), seconds=900):
    """Runs ``python -m pytest arguments`` (`python` is a list, so it may be the upgrading runner); returns a Run."""
    report = os.path.join(places.FOLDER, "report-%d.xml" % os.getpid())
    if os.path.exists(report):
        os.remove(report)
    command = python + ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=" + report] + arguments
    output = places.run(command, folder, seconds, paths)
    tests, messages = collections.OrderedDict(), {}
    for case in ElementTree.parse(report).iter("testcase") if os.path.exists(report) else ():
        name = "%s.%s" % (case.get("classname"), case.get("name"))
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        skipped = case.find("skipped")
        tests[name] = FAILED if bad is not None else SKIPPED if skipped is not None else PASSED
        if tests[name] != PASSED:
            messages[name] = (bad if bad is not None else skipped).get("message")
    if not tests:
        tests[ITSELF], messages[ITSELF] = FAILED, output[-2000:]
    return Run(label, tests, messages, output)


def unittest(label, python, arguments, paths=(), seconds=300):
    """Runs inside/unittest_json.py with `arguments`; returns a Run."""
    command = python + ["-m", "unittest_json"] + arguments
    output = places.run(command, places.FOLDER, seconds, [places.INSIDE] + list(paths))
    line = [line for line in output.splitlines() if line.startswith(MARK)]
    found = json.loads(line[-1][len(MARK):]) if line else {ITSELF: [FAILED, output[-2000:]]}
    return Run(label, dict((name, outcome) for name, (outcome, _) in found.items()),
               dict((name, message) for name, (outcome, message) in found.items() if outcome != PASSED), output)


def differences(one, other, known=None):
    """(whether two runs agree, lines: each test that they disagree about, with the messages).

    `known` is a dict of test -> (text, reason): a failure of the second run whose message has this text is shown with the reason,
    and does not count.
    """
    broken = [run for run in (one, other) if ITSELF in run.tests]
    if broken:
        return False, ["%s did not run: %s" % (run.label, run.messages[ITSELF]) for run in broken]
    agree, lines = True, []
    for name in sorted(set(one.tests) | set(other.tests)):
        pair = [run.tests.get(name, "absent") for run in (one, other)]
        if pair[0] == pair[1]:
            continue
        text, reason = (known or {}).get(name, (None, None))
        if text is not None and text in other.messages.get(name, ""):
            lines.append("known: %s: %s" % (name, reason))
            continue
        agree = False
        messages = ["%s: %s" % (run.label, run.messages[name].splitlines()[0]) for run in (one, other) if run.messages.get(name)]
        lines.append("%s: %s (%s), %s (%s). %s" % (name, pair[0], one.label, pair[1], other.label, " ".join(messages)))
    return agree, lines
