"""eventlet 0.33.3, the last for 2.7: its tests of TLS, with us before it and after it.

This proves that two patchers of `ssl` in one process do not disturb each other, whichever comes first: the module eventlet.green.ssl takes
all names that `ssl` has when it is imported, and chooses its way by them. And MemoryBIO works beside it: CPython's tests of that pass.
eventlet's tests are in its source distribution; of wsgi_test those over TLS are run. Python's own test_ssl is not run beside it, as it is
beside gevent: with OpenSSL 1.1.1 it gave no report there within 100 seconds, without us. The end of a label is the order of the patchers.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import patchers, places, suite_cpython

PINS = {"2.7": "dnspython==1.16.0\ngreenlet==2.0.2\nmonotonic==1.6\nsix==1.17.0\nnose==1.3.7\nsubprocess32==3.5.4\n"}
OVER_TLS = ("test_012_ssl_server", "test_013_empty_return", "test_017_ssl_zeroreturnerror", "test_028_ssl_handshake_errors")
TESTS = [["tests.%s_test" % name] for name in ("ssl", "api", "convenience", "greenio", "patcher")] + [
    ["tests.wsgi_test.TestHttpd." + name] for name in OVER_TLS]
LEAST = 80  # tests that pass


def run(source):
    """Yields the runs; `source` is the folder of tls_bootstrap."""
    return patchers.runs("eventlet", PINS, TESTS, source, paths=[places.sdist("eventlet", "0.33.3")])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return patchers.verdict(runs, suite_cpython.KNOWN, LEAST)
