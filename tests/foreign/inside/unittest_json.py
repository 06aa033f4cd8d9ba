"""``python -m unittest_json NAME...`` runs unittest tests and says on the last line, in JSON, what came of each."""
from __future__ import absolute_import, division, print_function

import json
import sys
import unittest


class Outcomes(unittest.TestResult):
    """Keeps [outcome, message] by test id; a test that ends in two ways (test and teardown) is failed if one of them is."""

    def __init__(self):
        unittest.TestResult.__init__(self)
        self.found = {}

    def keep(self, test, outcome, message=""):
        if self.found.get(test.id(), [""])[0] != "failed":
            self.found[test.id()] = [outcome, message]

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


if __name__ == "__main__":
    without_network()
    result = Outcomes()
    unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:]).run(result)
    print("\nOUTCOMES " + json.dumps(result.found))
