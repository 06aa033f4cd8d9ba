"""httpx 0.28.1, its own tests, from its source distribution, with its test server (uvicorn) speaking TLS.

This proves that the other great client of Python 3, with asyncio's and anyio's TLS below it, sees the same `ssl`: how it makes contexts
from certificates and from the environment (SSLKEYLOGFILE among it), and connections of both kinds, whose number the remark tells. The
project's tests use a plain server; inside/httpx_over_tls.py gives it a certificate, so some that want "http://" fail before and after.
Left out are the tests of the command line and of decompression, which want more packages.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

COMMON = ("httpx==0.28.1\nhttpcore==1.0.9\nh11==0.16.0\nh2==4.3.0\nsocksio==1.0.0\ncertifi==2025.11.12\nidna==3.11\nuvicorn==0.38.0\n"
          "chardet==5.2.0\ntrustme==1.2.1\n")
OLD = COMMON + "anyio==4.12.0\ntrio==0.31.0\npytest==8.4.2\ncryptography==46.0.3\n"
NEW = COMMON + "anyio==4.13.0\ntrio==0.33.0\npytest==9.1.1\ncryptography==49.0.0\n"
PINS = dict(dict.fromkeys(("3.10", "3.11", "3.12", "3.13", "3.14"), NEW), **{"3.9": OLD})
# On 3.9 and 3.10 the collector finds closed transports of asyncio, at any moment, and pytest would blame the test of that moment.
TESTS = ["-p", "no:unraisableexception", "-p", "count_tls", "-p", "httpx_over_tls", "tests",
         "--ignore=tests/test_main.py", "--ignore=tests/test_decoders.py"]
LEAST = 1000  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return (outcomes.tls_counted(run) for run in outcomes.of_each_release(PINS, TESTS, source))


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
