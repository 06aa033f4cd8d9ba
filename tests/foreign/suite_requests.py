"""requests 2.27.1, its own tests, against servers on loopback (pytest-httpbin) with and without TLS.

This proves that the connections of the most used client of 2.7 are what they were: requests and urllib3 choose their way by what `ssl`
has, so new names in it could lead them another way. Few of its tests use TLS: the remark counts the sockets. Left out are TestTimeout,
which wants an address from which nobody answers, and test_testserver.py: both wait for long, without TLS. Pins: the project's
own requirements-dev.txt, with the last Flask and Werkzeug for 2.7.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes, places

PINS = {"2.7": "pytest==4.6.11\npytest-httpbin==1.0.0\npytest-mock==2.0.0\nhttpbin==0.7.0\nFlask==1.1.4\nWerkzeug==1.0.1\ntrustme==0.9.0\n"
               "cryptography==3.3.2\nPySocks==1.7.1\nurllib3==1.26.20\ncertifi==2021.10.8\nchardet==4.0.0\nidna==2.10\n"}
TESTS = ["-p", "count_tls", "-p", "without_proxies", "tests", "--ignore=tests/test_testserver.py", "-k", "not TestTimeout"]
LEAST = 400  # tests that pass


def run(source):
    """Yields two runs for each 2.7; `source` is the folder of tls_bootstrap."""
    folder = places.sdist("requests", "2.27.1")
    for one, pins in places.having(PINS):
        label, python = places.described(one), [places.environment(one, "requests", pins)]
        yield outcomes.tls_counted(outcomes.pytest(label, python, TESTS, folder, [folder]))
        upgraded = python + ["-m", "tls_bootstrap", "run"]
        yield outcomes.tls_counted(outcomes.pytest(label + outcomes.UPGRADED, upgraded, TESTS, folder, [folder, source]))


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.nothing_lost(runs, LEAST)
