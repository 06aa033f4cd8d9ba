"""Says in one line what the process that ran the tests knows of the upgrade. A pytest plugin; unittest_json prints it, too.

Without it a run "after the upgrade" that never was upgraded could not be told from a good one.
"""
from __future__ import absolute_import, division, print_function

import sys


def state():
    package = sys.modules.get("tls_bootstrap")
    if package is None:
        return "not imported"
    return "upgraded" if package.is_patched() else "asked, nothing to add"


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line("")
    terminalreporter.write_line("tls_bootstrap: " + state())
