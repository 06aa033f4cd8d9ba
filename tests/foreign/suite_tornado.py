"""tornado 5.1.1, all of its own tests: an event loop that drives `ssl.SSLSocket` by hand and never blocks (SSLIOStream).

This proves that genuine TLS sockets, with each SSL_ERROR_WANT_READ on the way, with their early ends and certificate errors, are what they
were. The certificate of the source (1024 bit, SHA-1, expired in 2020) is refused by OpenSSL 3; one of this repository, self-signed as well,
takes its place in the unpacked copy. test_source_port_fail is left out: it fails if root runs it.
"""
from __future__ import absolute_import, division, print_function

import glob
import os
import shutil

from tests.foreign import outcomes, places

PINS = {"2.7": "futures==3.4.0\nsingledispatch==3.7.0\nbackports_abc==0.5\nmock==3.0.5\npytest==4.6.11\n"}
CERTIFICATE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "certs", "selfsigned.pem")  # with its key
# Many tests expect log messages of level INFO. What is called Test and is no TestCase is a mixin.
OPTIONS = ["-p", "count_tls", "-p", "no:warnings", "--log-level=INFO", "-o", "python_classes=", "-k", "not source_port_fail"]
LEAST = 1200  # tests that pass


def unpacked():
    """The folder of the source, with a certificate that OpenSSL 3 accepts."""
    folder = places.sdist("tornado", "5.1.1")
    for name in ("test.crt", "test.key"):
        shutil.copy(CERTIFICATE, os.path.join(folder, "tornado", "test", name))
    open(os.path.join(folder, "pytest.ini"), "w").close()  # else pytest looks for one further up and finds ours
    return folder


def run(source):
    """Yields two runs for each 2.7; `source` is the folder of tls_bootstrap."""
    folder = unpacked()
    tests = OPTIONS + sorted(glob.glob(os.path.join(folder, "tornado", "test", "*_test.py")))
    for one, pins in places.having(PINS):
        label, python = places.described(one), [places.environment(one, "tornado", pins)]
        yield outcomes.tls_counted(outcomes.pytest(label, python, tests, folder, [folder]))
        upgraded = python + ["-m", "tls_bootstrap", "run"]
        yield outcomes.tls_counted(outcomes.pytest(label + outcomes.UPGRADED, upgraded, tests, folder, [folder, source]))


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.nothing_lost(runs, LEAST)
