"""trollius 2.2.1, asyncio for Python 2.7: its TLS over ssl.MemoryBIO (sslproto), which it switches on when it finds MemoryBIO.

Without it the same tests go over `wrap_socket` on a selector, its "legacy" way, and on Windows five of them are skipped ("need
python 3.5 (ssl.MemoryBIO)"). So besides the outcomes the number of connections of each kind tells before from after.

The certificates of the source (1024 bit, SHA-1, expired in 2020) are refused by OpenSSL 3. They are CPython's test certificates of
2014, so the interpreter's own newer ones of the same names (Lib/test) take their place in the unpacked copy.
"""
from __future__ import absolute_import, division, print_function

import glob
import os
import shutil

from tests.foreign import outcomes, places

PINS = "mock==3.0.5\nsix==1.17.0\nfutures==3.4.0\nunittest2==1.1.0\npytest==4.6.11\n"
CERTIFICATES = ("ssl_cert.pem", "ssl_key.pem", "keycert3.pem", "pycacert.pem")
TESTS = ["-p", "count_sslproto", "tests/test_events.py", "tests/test_sslproto.py", "tests/test_selector_events.py", "tests/test_streams.py",
         "-k", "ssl or Ssl or SSL"]


def renew_certificates(folder, interpreter):
    for name in CERTIFICATES:
        newer, = glob.glob(os.path.join(interpreter.prefix, "lib", "python2.7", "test", name))
        shutil.copy(newer, os.path.join(folder, "tests", name))


def run(source):
    """Yields the runs; `source` is the folder of tls_bootstrap."""
    interpreter = places.interpreter("2.7")
    folder, python = places.sdist("trollius", "2.2.1"), [places.environment(interpreter, "trollius", PINS)]
    renew_certificates(folder, interpreter)
    open(os.path.join(folder, "pytest.ini"), "w").close()  # else pytest looks for one further up and finds ours
    upgraded = python + ["-m", "tls_bootstrap", "run"]
    yield labelled(outcomes.pytest("2.7", python, TESTS, folder, [folder, places.INSIDE]))
    yield labelled(outcomes.pytest("2.7, upgraded", upgraded, TESTS, folder, [folder, source, places.INSIDE]))


def labelled(run):
    run.connections = outcomes.note(run.output, r"connections: (\d+ over MemoryBIO, \d+ legacy)", "0 over MemoryBIO: it did not run")
    run.remark = run.connections
    return run


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    before, after = runs
    _, lines = outcomes.differences(before, after)
    lost = before.named(outcomes.PASSED) - after.named(outcomes.PASSED)
    over_bio = [int(run.connections.split()[0]) for run in runs]
    return not lost and over_bio[1] > over_bio[0] + 50, lines
