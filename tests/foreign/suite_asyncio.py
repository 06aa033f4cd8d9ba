"""asyncio's TLS tests of each CPython 3: SSLProtocol, start_tls, streams, servers and sendfile over TLS, from its own test.test_asyncio.

asyncio is the first user of MemoryBIO and SSLObject, and what trio, anyio and uvloop learned from. This proves that what it does with
them, and with the contexts that it makes, is the same on a Python 3 that was asked to upgrade. (trollius is this suite for 2.7.)
"""
from __future__ import absolute_import, division, print_function

import os

from tests.foreign import outcomes, places

FILES = ("test_ssl", "test_sslproto", "test_streams", "test_events", "test_base_events", "test_selector_events", "test_sendfile")
SELECTED = ["-k", "ssl"]
LEAST = 60  # tests that pass on the oldest


def modules(tests):
    """Those of FILES that the package `test` in the folder `tests` has: test_ssl came with 3.11, test_sendfile with 3.7."""
    folder = os.path.join(tests, "test_asyncio")
    return ["test.test_asyncio." + name for name in FILES if os.path.exists(os.path.join(folder, name + ".py"))]


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    def arguments(one, tests):
        return SELECTED + modules(os.path.join(tests[0], "test") if tests else places.own_tests(one))
    return outcomes.of_each_cpython((3, 6), arguments, source)


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
