"""anyio's tests of its TLSStream, which is written on MemoryBIO and SSLObject, over asyncio, uvloop and trio; from its source distribution.

This proves that a second SSLObject program, another than trio's and under httpx, Starlette and many more, finds the same objects on a
Python 3 that was asked to upgrade: the oldest interpreter that its line serves, and the newest one, run it.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

OLD = ("anyio==4.5.2\ntrio==0.27.0\nuvloop==0.21.0\ntrustme==1.1.0\ncryptography==43.0.0\npsutil==6.0.0\npytest==8.3.2\n"
       "pytest-mock==3.14.0\n")
NEW = ("anyio==4.16.0\ntrio==0.35.0\nuvloop==0.22.1\ntruststore==0.10.5\ntrustme==1.2.1\ncryptography==50.0.2\npsutil==7.2.2\n"
       "pytest==9.2.0\npytest-mock==3.16.0\npytest-timeout==2.4.0\n")
PINS = {"3.8": OLD, "3.13": NEW, "3.14": NEW}
TESTS = ["tests/streams/test_tls.py"]
LEAST = 30  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return outcomes.of_each_release(PINS, TESTS, source)


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
