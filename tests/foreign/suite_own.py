"""Python 2.7's own test.test_ssl: the upgrade changes nothing of what was there, so each test ends as it did before.

Many fail before and after: the file is older than OpenSSL 3. What counts is that the sets are the same.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes, places


def run(source):
    """Yields two runs; `source` is the folder of tls_bootstrap."""
    python = [places.interpreter("2.7").executable]
    yield outcomes.unittest("2.7", python, ["test.test_ssl"])
    yield outcomes.unittest("2.7, upgraded", python + ["-m", "tls_bootstrap", "run"], ["test.test_ssl"], [source])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    agree, lines = outcomes.differences(*runs)
    return agree and runs[0].count(outcomes.PASSED) > 60, lines
