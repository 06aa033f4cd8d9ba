"""The quick checks of tests/reliability as tests, and their twins: see checks.py. The long ones are tests/reliability/run.py."""
from __future__ import absolute_import, division, print_function

import sys

import pytest

from tests.reliability import checks

QUICK = [check for check in checks.CHECKS if check.quick is not None]
TWINS = [(check, twin) for check in QUICK for twin in check.twins]
# What native code of a Python with MemoryBIO of its own is known to get wrong, so that it is no test there.
KNOWN_NATIVE = {
    "context switch in SNI": "the first context is freed too early there (F12 of the reliability notes)",
    "threads": "connections had no lock before 2024 (gh-124984, gh-134698)",
    "threads and signals": "connections had no lock before 2024 (gh-124984, gh-134698)",
    "None's references": "None is immortal from 3.12 on, and 3.13.0 dies of a dead owner",
}
posix = pytest.mark.skipif(sys.platform == "win32" or not hasattr(__import__("os"), "fork"), reason="fork, /proc and signals are needed")


@posix
@pytest.mark.parametrize("check", QUICK, ids=lambda check: check.name)
def test_check(check):
    if check.name in KNOWN_NATIVE and not checks.is_upgradable(sys.executable):
        pytest.skip("native code: " + KNOWN_NATIVE[check.name])
    outcome = check.run(sys.executable, quick=True)
    assert outcome.good, "%s: %s" % (outcome.way, outcome.figure)


@posix
@pytest.mark.parametrize("check, twin", TWINS, ids=lambda value: getattr(value, "name", value))
def test_a_broken_engine_is_noticed(check, twin):
    if not checks.is_upgradable(sys.executable):
        pytest.skip("native code cannot be sabotaged")
    outcome = check.run(sys.executable, twin, quick=True)
    assert checks.twin_caught(outcome), "%s: %s" % (outcome.way, outcome.figure)
