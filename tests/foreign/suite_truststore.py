"""truststore 0.10, which puts a class of its own in the place of ssl.SSLContext; its tests of that, from its source distribution.

This proves that the other patcher of `ssl` that Python 3 programs have (pip itself among them) works on, in a process that was asked to
upgrade first: its context wraps the real one, its `wrap_bio` is called from many threads, and requests, urllib3, httpx and aiohttp speak
TLS through it. Left out are the tests marked "internet" (example.com, badssl.com). mkcert, which writes into the system's store, is
stood for by inside/local_mkcert.py.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

PINS = dict.fromkeys(
    ("3.10", "3.13", "3.14"),
    "truststore==0.10.5\npytest==9.2.0\npytest-asyncio==1.5.0\npytest-httpserver==1.2.0\nflaky==3.8.1\ntrustme==1.2.1\n"
    "cryptography==50.0.2\npyOpenSSL==26.4.0\naiohttp==3.14.5\nrequests==2.34.2\nhttpx==0.28.1\nurllib3==2.8.0\n")
TESTS = ["tests", "-p", "local_mkcert", "-m", "not internet"]
LEAST = 20  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return (counted(run) for run in outcomes.of_each_release(PINS, TESTS, source))


def counted(run):
    run.remark = outcomes.note(run.output, r"(\d+) deselected", "0") + " left out: they need the internet"
    return run


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
