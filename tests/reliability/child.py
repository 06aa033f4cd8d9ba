"""What all checks of this folder share: the command line, the upgrade, the sabotage, and one line of result.

A check is a module with a function `measure(options)` that returns a Result; tests/reliability/run.py starts it in a process of its
own, because much of what can go wrong here is the death of the process. By hand, from the root of the project:

    PYTHONPATH=src python2.7 -m tests.reliability.soak --count 4000
    PYTHONPATH=src python2.7 -m tests.reliability.soak --count 1500 --sabotage one_reference_too_many

Exit status: 0 as it should be, FAILED measured and bad, anything else (a signal, a traceback) speaks for itself.
"""
from __future__ import absolute_import, division, print_function

import argparse
import gc
import sys

ENGINE = "pypy" if hasattr(sys, "pypy_version_info") else "inplace"  # which one is examined
FAILED = 10  # not 1: that is what an uncaught exception gives, and a broken check must not look like a caught defect


class Result(object):
    """`good` or not, and the `figure` that says it to a reader."""

    def __init__(self, good, figure):
        self.good, self.figure = good, figure


def collect():
    """Until nothing is left that could go: a collector that is not about reference counts needs several rounds."""
    for _ in range(4 if ENGINE == "pypy" else 1):
        gc.collect()


def upgrade():
    """Gives this process ssl.MemoryBIO and tells who provides it. A Python that has it keeps it: that is the comparison."""
    import ssl
    if hasattr(ssl, "MemoryBIO"):
        return "native"
    import tls_bootstrap
    tls_bootstrap.monkeypatch_ssl(engine=ENGINE)  # by name: no other engine may stand in for the one that is examined
    return ENGINE


def prepare(options):
    """The upgrade, with the sabotage that `options` ask for."""
    if options.sabotage:
        from tests.reliability import sabotage
        sabotage.apply(options.sabotage, upgrade)
    else:
        upgrade()


def main(measure, description, before=prepare, **defaults):
    """Runs `measure` as a program; `defaults` are its options, each an int or a float, e.g. ``count=4000``."""
    parser = argparse.ArgumentParser(description=description)
    for name, value in sorted(defaults.items()):
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    parser.add_argument("--sabotage", metavar="NAME", help="break the engine in the way that tests/reliability/sabotage.py tells")
    options = parser.parse_args()
    before(options)
    result = measure(options)
    print(result.figure)
    sys.stdout.flush()
    sys.exit(0 if result.good else FAILED)
