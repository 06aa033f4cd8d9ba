"""trio's own test_ssl: SSLStream, which is written on MemoryBIO and SSLObject alone; its tests are in the wheel.

This proves that the most thorough SSLObject program there is (every state, cancellation, renegotiation, early ends, closing in each order,
against a PyOpenSSL peer and a blocking `ssl` one) finds the same objects on a Python 3 that was asked to upgrade: the newest trio that
runs on each. Both files of its tests that speak TLS are run whole, the slow tests, too.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

OLDEST = "trio==0.27.0\ntrustme==1.1.0\ncryptography==43.0.0\npyOpenSSL==24.2.1\npytest==8.3.2\nasync-generator==1.10\n"
OLD = "trio==0.31.0\ntrustme==1.2.1\ncryptography==46.0.3\npyOpenSSL==25.3.0\npytest==8.4.2\n"
NEW = "trio==0.35.0\ntrustme==1.2.1\ncryptography==50.0.2\npyOpenSSL==26.4.0\npytest==9.2.0\n"
PINS = dict(dict.fromkeys(("3.10", "3.11", "3.12", "3.13", "3.14"), NEW), **{"3.8": OLDEST, "3.9": OLD})
TESTS = ["-p", "trio._tests.pytest_plugin", "--run-slow", "--pyargs", "trio._tests.test_ssl", "trio._tests.test_highlevel_ssl_helpers"]
LEAST = 30  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return outcomes.of_each_release(PINS, TESTS, source, own_source=False)


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
