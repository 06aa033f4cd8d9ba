"""The in-place engine's library, BIOs and names over a real OpenSSL 1.0.2: ``python3 tests/openssl102/run.py [NAME...] [--python PATH]``.

Fetches one, if it is not there yet (wheel.py), and runs each check of checks.py on Python 2.7 in a process of its own, then once more with
each of its sabotages, which must be noticed. A line for each, the sums in the last one.
"""
from __future__ import absolute_import, division, print_function

import argparse
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:1] = [ROOT, os.path.join(ROOT, "src")]  # `tests` and `tools` are packages in the first

from tests.openssl102 import checks, wheel  # noqa: E402  the path had to be set first
from tools import interpreters  # noqa: E402  the path had to be set first


def line(name, sabotage, python, libssl):
    good, figure = checks.run(name, sabotage, python, libssl)
    print("%-36s %-8s %s" % ("  twin " + sabotage if sabotage else name, "ok" if good else "FAILED", figure), flush=True)
    return good


def main():
    known = [check.__name__ for check, _ in checks.CHECKS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="of: " + ", ".join(known))
    parser.add_argument("--python", metavar="PATH", help="the interpreter; default: the Python 2.7 of this machine")
    options = parser.parse_args()
    unknown = set(options.names) - set(known)
    if unknown:
        parser.error("no check %s" % ", ".join(sorted(unknown)))
    python = options.python or interpreters.executable("2.7")
    if python is None:
        sys.exit(interpreters.NO_PYTHON_2_7)
    try:
        libssl = wheel.libssl()
    except wheel.Missing as reason:
        sys.exit(str(reason))
    good = [line(name, sabotage, python, libssl) for name, sabotage in checks.runs(options.names or known)]
    print("%d passed, %d failed" % (good.count(True), good.count(False)))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
