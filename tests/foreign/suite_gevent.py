"""gevent 22.10.2, the last for 2.7: its tests of what has TLS in it, and Python's own test_ssl beside it, with us before it and after it.

This proves that two patchers of `ssl` in one process do not disturb each other, whichever comes first: gevent replaces SSLContext and
SSLSocket by cooperative ones of its own, we add to the class that is there. And MemoryBIO works beside it: CPython's tests of that pass.
gevent's tests are in its wheel. The end of a label is the order of the patchers.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import patchers, suite_cpython

PINS = {"2.7": "gevent==22.10.2\ngreenlet==2.0.2\nzope.event==4.6\nzope.interface==5.5.2\ndnspython==1.16.0\n"
               "selectors2==2.0.2\npsutil==6.1.1\n"}
TESTS = [["gevent.tests.test__" + name] for name in ("ssl", "server", "pywsgi", "makefile_ref", "socket", "monkey", "all__")]
# It counts the warnings of the first call of patch_all(), which therefore must be its own.
UNPATCHED_TESTS = [["gevent.tests.test__monkey_ssl_warning"]]
LEAST = 350  # tests that pass
# test: what its message says, and why it fails there
KNOWN = dict(suite_cpython.KNOWN, **{
    "gevent.tests.test__all__.Test_gevent_ssl.test_completeness": (
        "'MemoryBIO'",
        "with gevent first, the module gevent.ssl was made before `ssl` had MemoryBIO, so it has no such name; `ssl` itself has it."),
})


def run(source):
    """Yields the runs; `source` is the folder of tls_bootstrap."""
    return patchers.runs("gevent", PINS, TESTS, source, unpatched=UNPATCHED_TESTS, beside=[["test.test_ssl"]])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return patchers.verdict(runs, KNOWN, LEAST)
