"""trollius 2.2.1, asyncio for Python 2.7: its TLS over ssl.MemoryBIO (sslproto), which it switches on when it finds MemoryBIO.

Without it the same tests go over `wrap_socket` on a selector, its "legacy" way, and on Windows five of them are skipped ("need
python 3.5 (ssl.MemoryBIO)"). So besides the outcomes the number of connections of each kind tells before from after.

The certificates of the source (1024 bit, SHA-1, expired in 2020) are refused by OpenSSL 3. They are CPython's test certificates of
2014, so the interpreter's own newer ones of the same names (Lib/test) take their place in the unpacked copy.
"""
from __future__ import absolute_import, division, print_function

import os
import shutil

from tests.foreign import outcomes, places

PINS = {"2.7": "mock==3.0.5\nsix==1.17.0\nfutures==3.4.0\nunittest2==1.1.0\npytest==4.6.11\n"}
CERTIFICATES = ("ssl_cert.pem", "ssl_key.pem", "keycert3.pem", "pycacert.pem")
TESTS = ["-p", "count_sslproto", "tests/test_events.py", "tests/test_sslproto.py", "tests/test_selector_events.py", "tests/test_streams.py",
         "-k", "ssl or Ssl or SSL"]
LEAST = 80  # tests that pass


def renew_certificates(folder):
    found = [places.own_tests(one) for one in places.all_cpython() if one.minor == "2.7" and places.own_tests(one)]
    if not found:
        raise places.Missing("no CPython 2.7 on this machine has its test package, whose certificates are needed")
    for name in CERTIFICATES:
        shutil.copy(os.path.join(found[0], name), os.path.join(folder, "tests", name))


def run(source):
    """Yields two runs for each 2.7; `source` is the folder of tls_bootstrap."""
    folder = places.sdist("trollius", "2.2.1")
    renew_certificates(folder)
    open(os.path.join(folder, "pytest.ini"), "w").close()  # else pytest looks for one further up and finds ours
    for one, pins in places.having(PINS):
        label, python = places.described(one), [places.environment(one, "trollius", pins)]
        yield labelled(outcomes.pytest(label, python, TESTS, folder, [folder]))
        yield labelled(outcomes.pytest(label + outcomes.UPGRADED, python + ["-m", "tls_bootstrap", "run"], TESTS, folder, [folder, source]))


def labelled(run):
    run.connections = outcomes.note(run.output, r"connections: (\d+ over MemoryBIO, \d+ legacy)", "0 over MemoryBIO: it did not run")
    run.remark = run.connections
    return run


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    good, lines = outcomes.nothing_lost(runs, LEAST)
    over_bio = dict((run.label, int(run.connections.split()[0])) for run in runs)
    return good and all(over_bio[after.label] > over_bio[before.label] + 50 for before, after in outcomes.pairs(runs)), lines
