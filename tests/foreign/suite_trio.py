"""trio's own test_ssl: SSLStream, which is written on MemoryBIO and SSLObject alone; its tests are in the wheel.

This proves that the most thorough SSLObject program there is (every state, cancellation, renegotiation, early ends, closing in each order,
against a PyOpenSSL peer and a blocking `ssl` one) finds the same objects on a Python 3 that was asked to upgrade. trio needs Python 3:
the oldest interpreter that its line serves, and the newest one, run it.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes, places

OLD = "trio==0.27.0\ntrustme==1.1.0\ncryptography==43.0.0\npyOpenSSL==24.2.1\npytest==8.3.2\nasync-generator==1.10\n"
NEW = "trio==0.35.0\ntrustme==1.2.1\ncryptography==50.0.2\npyOpenSSL==26.4.0\npytest==9.2.0\n"
PINS = {"3.8": OLD, "3.13": NEW, "3.14": NEW}
TESTS = ["-p", "trio._tests.pytest_plugin", "--run-slow", "--pyargs", "trio._tests.test_ssl", "trio._tests.test_highlevel_ssl_helpers"]
LEAST = 30  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    for one, pins in places.having(PINS):
        python = [places.environment(one, "trio", pins)]
        label = "%s on %s" % (pins.split()[0].replace("==", " "), places.described(one))
        yield outcomes.pytest(label, python, TESTS, places.INSIDE)
        yield outcomes.pytest(label + outcomes.UPGRADED, python + ["-m", "tls_bootstrap", "run"], TESTS, places.INSIDE, [source])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
