"""Runs a scenario in a process of its own: what is patched there is gone with it."""
from __future__ import absolute_import, division, print_function

import os
import subprocess
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = os.path.join(ROOT, "src")


def run(code, *arguments, **changes):
    """Run Python text in a new interpreter of the same kind with the package and the tests on its path.

    `changes` are environment variables, None removes one. (exit status, stdout, stderr) as int and text.
    """
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join((SOURCES, ROOT)), PYTHONIOENCODING="utf-8")
    environment.pop("TLS_BOOTSTRAP_DISABLE", None)
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)] + list(arguments),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
    )
    out, err = child.communicate()
    return child.returncode, out, err


def check(code, *arguments, **changes):
    """Run it; its stdout. AssertionError with its stderr unless it ends with status 0 and says nothing there."""
    status, out, err = run(code, *arguments, **changes)
    assert (status, err) == (0, ""), "status %d\n%s\n%s" % (status, out, err)
    return out
