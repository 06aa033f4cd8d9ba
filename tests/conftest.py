"""What every test run needs: the package on the path, the upgrade where the interpreter lacks MemoryBIO, and a header.

The conformance tests are one text for all: natively they run on the interpreter's own `ssl` (the oracle), elsewhere
through the upgrade, which is made here once for the process. What tests patching itself runs in child processes.
"""
from __future__ import absolute_import, division, print_function

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
try:
    import tls_bootstrap
except ImportError:
    sys.path.insert(0, os.path.join(ROOT, "src"))
    import tls_bootstrap

REPORT = tls_bootstrap.monkeypatch_ssl(os.environ.get("TLS_BOOTSTRAP_TEST_ENGINE", "auto"))


def pytest_report_header(config):
    """The facts of this run, as status() has them."""
    return str(REPORT).splitlines()
