"""``python -m unittest_json [-k TEXT] NAME...`` runs unittest tests and says on the last line, in JSON, what came of each.

With -k only those tests are run whose whole name has the text in it, in upper or lower case (unittest's own -k came with 3.7).
"""
from __future__ import absolute_import, division, print_function

import json
import sys
import unittest

import say_state


class Outcomes(unittest.TestResult):
    """Keeps [outcome, message] by test id; a test that ends in two ways (test and teardown) is failed if one of them is."""

    def __init__(self):
        unittest.TestResult.__init__(self)
        self.found = {}

    def keep(self, test, outcome, message=""):
        if self.found.get(test.id(), [""])[0] != "failed":
            self.found[test.id()] = [outcome, message]

    def startTest(self, test):
        unittest.TestResult.startTest(self, test)
        print("\nRUNNING " + test.id())  # where a process that dies was
        sys.stdout.flush()

    def addSuccess(self, test):
        self.keep(test, "passed")

    def addSkip(self, test, reason):
        self.keep(test, "skipped", reason)

    def addExpectedFailure(self, test, error):
        self.keep(test, "passed")

    def addUnexpectedSuccess(self, test):
        self.keep(test, "failed", "unexpected success")

    def addFailure(self, test, error):
        self.keep(test, "failed", "%s: %s" % (error[0].__name__, error[1]))

    addError = addFailure

    def addSubTest(self, test, _subtest, error):
        if error is not None:
            self.addFailure(test, error)


def without_network():
    """CPython's tests ask for the resource "network" before they go there; None means that all resources may be used. And they talk."""
    try:
        from test import support
    except ImportError:
        return
    support.use_resources, support.verbose = [], 0


def selected(suite, text):
    """The suite without the tests that have no `text` in their name; what could not be imported stays, to fail."""
    kept = [selected(one, text) if isinstance(one, unittest.TestSuite) else one for one in suite
            if isinstance(one, unittest.TestSuite) or text in one.id().lower() or "_FailedTest" in one.id()]
    return type(suite)(kept)


if __name__ == "__main__":
    without_network()
    names, text = sys.argv[1:], ""
    if names[0] == "-k":
        text, names = names[1], names[2:]
    result = Outcomes()
    selected(unittest.defaultTestLoader.loadTestsFromNames(names), text).run(result)
    print("\ntls_bootstrap: " + say_state.state())
    print("OUTCOMES " + json.dumps(result.found))
