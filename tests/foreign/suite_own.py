"""Each CPython's own test.test_ssl: the upgrade changes nothing of what was there, so each test ends as it did before.

This proves that `ssl` is only added to: the file tests everything that `ssl` had before, contexts, sockets, servers, sessions, errors.
The upgrade is at work while it runs. What it makes behave as in newer Pythons is named in new_behaviour.py. (With PyOpenSSL, on
request, another OpenSSL would do the work, and the same outcomes are not what is wanted; tests/engines compares that.) Many tests fail before and after
where the file is older than its OpenSSL. What counts is that the sets are the same. Tests that want the internet are skipped.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes
from tests.foreign.new_behaviour import WANTED

LEAST = 60  # tests that pass on the worst of them, 2.7 on OpenSSL 3


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return outcomes.of_each_cpython((2, 7), lambda one, tests: ["test.test_ssl"], source)


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST, WANTED)
