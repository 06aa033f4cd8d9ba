"""What came of a run of a foreign suite: an outcome for each test, and the comparison of two runs.

A label tells which runs belong together: "3.8, upgraded" is the "after" of "3.8". What the interpreter is, and whether it really was
upgraded, is not believed but asked: of the interpreter itself, and of the process that ran the tests (inside/say_state.py).
"""
from __future__ import absolute_import, division, print_function

import collections
import json
import os
import re
import xml.etree.ElementTree as ElementTree

from tests.foreign import places
from tools import interpreters

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
ITSELF = "(the run itself)"  # stands for the tests of a run that gave no report
MARK = "OUTCOMES "  # begins the line in which inside/unittest_json.py reports
AGAIN = 40  # times that a test which differs is run again
UPGRADED = ", upgraded"  # in the label of a run that has a twin without


class Run(object):
    """A run with its `label`, the `tests` (dict of name -> outcome), the `messages` of those not passed and the raw `output`.

    `interpreter` is the Interpreter that ran, `state` what its process said of the upgrade (None if it said nothing), `remark` is shown
    behind the counts. `again`, of a run by unittest(), takes names of tests and gives another Run, of these alone.
    """

    again = None

    def __init__(self, label, tests, messages, output, interpreter=None):
        self.label, self.tests, self.messages, self.output, self.interpreter = label, tests, messages, output, interpreter
        self.state, self.remark = note(output, r"(?m)^tls_bootstrap: (.*)$", None), ""

    def count(self, outcome):
        return sum(found == outcome for found in self.tests.values())

    def named(self, outcome):
        return set(name for name, found in self.tests.items() if found == outcome)

    def __str__(self):
        return "%d passed, %d failed, %d skipped" % tuple(self.count(outcome) for outcome in (PASSED, FAILED, SKIPPED))


def absent(interpreter, reason):
    """Stands for the runs of an Interpreter that cannot be had; the reason is printed and written."""
    run = Run(places.described(interpreter), {}, {}, "", interpreter)
    run.remark = "not run: " + reason
    return run


def interpreter_of(executable, known={}):
    """The Interpreter that an executable is; asked once, as it does not change meanwhile."""
    if executable not in known:
        known[executable] = interpreters.ask(executable)
    return known[executable]


def note(output, pattern, default="none"):
    """The text that the regular expression's group finds in the output of a run."""
    found = re.search(pattern, output)
    return found.group(1) if found else default


def pytest(label, python, arguments, folder, paths=(), seconds=900):
    """Runs ``python -m pytest arguments`` (`python` is a list, so it may be the upgrading runner); returns a Run."""
    report = os.path.join(places.FOLDER, "report-%d.xml" % os.getpid())
    if os.path.exists(report):
        os.remove(report)
    command = python + ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "say_state", "--junitxml=" + report] + arguments
    output = places.run(command, folder, seconds, list(paths) + [places.INSIDE])
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
    return Run(label, tests, messages, output, interpreter_of(python[0]))


def unittest(label, python, arguments, paths=(), seconds=300):
    """Runs inside/unittest_json.py with `arguments`; returns a Run."""
    command = python + ["-m", "unittest_json"] + arguments
    output = places.run(command, places.FOLDER, seconds, [places.INSIDE] + list(paths))
    line = [line for line in output.splitlines() if line.startswith(MARK)]
    # A thread that the tests left behind may have written into the same line, behind it.
    found = json.JSONDecoder().raw_decode(line[-1][len(MARK):])[0] if line else {ITSELF: [FAILED, output[-2000:]]}
    run = Run(label, dict((name, outcome) for name, (outcome, _) in found.items()),
              dict((name, message) for name, (outcome, message) in found.items() if outcome != PASSED), output, interpreter_of(python[0]))
    run.again = lambda names: unittest(label, python, names, paths, seconds)
    return run


def unittest_survivors(label, python, names, paths=(), seconds=100):
    """Like unittest() of the tests `names`, of which some may end their process or never end: these fail, the rest is run again."""
    dead = {}
    while True:
        run = unittest(label, python, [name for name in names if name not in dead], paths, seconds)
        last = re.findall(r"(?m)^RUNNING (\S+)", run.output)
        if ITSELF not in run.tests or not last or last[-1] in dead:
            break
        dead[last[-1]] = run.output.strip().splitlines()[-1]
    run.tests.update(dict.fromkeys(dead, FAILED))
    run.messages.update(dead)
    return run


def of_each_cpython(least, arguments, source):
    """Yields two Runs for each CPython from version `least` on, without and with the upgrade, of its own tests.

    ``arguments(interpreter, paths of tests that are lent to it)`` are those of unittest; `source` is the folder of tls_bootstrap.
    """
    for one in places.all_cpython(least):
        try:
            tests = places.tests_for(one)
        except places.Missing as error:
            yield absent(one, str(error))
            continue
        label, python, given = places.described(one), [one.executable], arguments(one, tests)
        yield unittest(label, python, given, tests)
        yield unittest(label + UPGRADED, python + ["-m", "tls_bootstrap", "run"], given, tests + [source])


def of_each_release(pins, tests, source, own_source=True):
    """Yields two Runs for each CPython in `pins`, without and with the upgrade, of the project that its pins begin with.

    `tests` are pytest's arguments. They are in the source distribution, or, without `own_source`, in what pip installs; `source` is the
    folder of tls_bootstrap.
    """
    for one, requirements in places.having(pins):
        name, _, version = requirements.split()[0].partition("==")
        folder, python = places.sdist(name, version) if own_source else places.INSIDE, [places.environment(one, name, requirements)]
        label = "%s %s on %s" % (name, version, places.described(one))
        yield pytest(label, python, tests, folder)
        yield pytest(label + UPGRADED, python + ["-m", "tls_bootstrap", "run"], tests, folder, [source])


def tls_counted(run):
    """The Run with the remark of inside/count_tls.py: over how many TLS connections its tests went."""
    run.remark = note(run.output, r"(?m)^(\d+ TLS sockets.*)$", "0 TLS sockets")
    return run


def pairs(runs):
    """The pairs (before, after) among the runs, by their labels."""
    by_label = dict((run.label, run) for run in runs)
    return [(by_label[run.label.replace(UPGRADED, "")], run) for run in runs
            if UPGRADED in run.label and run.label.replace(UPGRADED, "") in by_label]


def impostors(runs):
    """A line for each run that is labelled as upgraded and said that nobody had asked for it: what it shows is worth nothing."""
    return ["%s: its process never imported tls_bootstrap" % run.label for run in runs
            if "upgraded" in run.label and run.state == "not imported"]


def nothing_lost(runs, least):
    """A verdict: whether of each pair all that passed before passes after, and at least `least` tests do; lines: each difference."""
    found, good, lines = pairs(runs), True, []
    for before, after in found:
        lines += differences(before, after)[1]
        lost = before.named(PASSED) - after.named(PASSED)
        good = good and not lost and after.count(PASSED) >= least
    return good and bool(found), lines


def no_change(runs, least, wanted=None):
    """A verdict: whether each pair has the same outcome for each test, and at least `least` passed; lines: each difference.
    `wanted` are failures that an upgrade is to bring, as `known` of differences().

    Some tests have a race in them and end now so, now otherwise, also without us. A test that differs is therefore run again by itself
    until both sides have shown the same *set* of outcomes; one whose sets are still different after AGAIN runs is a difference.
    """
    found = pairs(runs)
    good, lines = bool(found) and all(before.count(PASSED) >= least for before, _ in found), []
    for before, after in found:
        reason = "it ends now so, now otherwise, before the upgrade and after it alike (seen when run %d times more)"
        known = dict((name, ("", reason % count)) for name, count in wavering(before, after, wanted or {}).items())
        known.update(wanted or {})
        agree, differing = differences(before, after, known)
        good, lines = good and agree, lines + differing
    return good, lines


def wavering(before, after, wanted):
    """{test: how often it was run again until both sides had shown the same outcomes}, of the tests that differ and are not `wanted` to."""
    found = {}
    for name in sorted((set(before.tests) & set(after.tests)) - set(wanted)) if before.again else ():
        shown, count = ({before.tests[name]}, {after.tests[name]}), 0
        while shown[0] != shown[1] and count < AGAIN:
            count += 1
            for run, outcomes in zip((before, after), shown):
                outcomes.add(run.again([name]).tests.get(name, "absent"))
        if count and shown[0] == shown[1]:
            found[name] = count
    return found


def differences(one, other, known=None):
    """(whether two runs agree, lines: each test that they disagree about, with the messages).

    `known` is a dict of test -> (text, reason): a failure of the second run whose message has this text, in upper or lower case, is
    shown with the reason, and does not count.
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
        if text is not None and text.lower() in other.messages.get(name, "").lower():
            lines.append("known: %s: %s" % (name, reason))
            continue
        agree = False
        messages = ["%s: %s" % (run.label, run.messages[name].splitlines()[0]) for run in (one, other) if run.messages.get(name)]
        lines.append("%s: %s (%s), %s (%s). %s" % (name, pair[0], one.label, pair[1], other.label, " ".join(messages)))
    return agree, lines
