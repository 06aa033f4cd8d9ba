"""The quick checks of tests/reliability as tests, and their twins: see checks.py. The long ones are tests/reliability/run.py."""
from __future__ import absolute_import, division, print_function

import os
import sys

import pytest

from tests.reliability import checks

QUICK = [check for check in checks.CHECKS if check.quick is not None]
TWINS = [(check, twin) for check in QUICK for twin in check.twins]
# What native code of a Python with MemoryBIO of its own is known to get wrong, so that it is no test there.
KNOWN_NATIVE = {
    "sessions resumed": "native code of 3.10 to 3.13.0 leaks each session that is read (gh-116810)",
    "context switch in SNI": "native code frees the first context too early; 3.13.0 crashes",
    "threads": "native connections had no lock before 2025 (gh-134698; gh-124984 without the GIL); 3.11, 3.13.0 spoil it or crash",
    "threads and signals": "native connections had no lock before 2025 (gh-134698; gh-124984 without the GIL); 3.11 and 3.13.0 crash",
}


ENGINE = checks.engine_of(sys.executable)


def reason_to_skip(check):
    """Why a check is no test on this interpreter, or None."""
    if check.module.startswith("callback") and hasattr(sys, "pypy_version_info"):
        return "a collection at every step takes PyPy five minutes: tests/reliability/run.py is for that"
    if ENGINE != "native":
        return checks.why_not(check, ENGINE)
    if check.name == "None's references" and not references_of_none_are_counted():
        return "no references of None are counted here (PyPy), or it is immortal (PEP 683, Python 3.12)"
    if check.module.startswith("callback"):
        return reason_to_skip_callbacks()
    return KNOWN_NATIVE.get(check.name)


def references_of_none_are_counted():
    if not hasattr(sys, "getrefcount"):
        return False
    before, many = sys.getrefcount(None), [None] * 1000
    return sys.getrefcount(None) - before >= len(many)


def reason_to_skip_callbacks():
    """The same for callbacks, which only the newest have natively."""
    if sys.version_info[:3] == (3, 13, 0):
        return "3.13.0 does not show its PSK callbacks to the collector"
    return None


posix = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="Linux is needed: /proc, fork and interval timers")


@posix
@pytest.mark.parametrize("check", QUICK, ids=lambda check: check.name)
def test_check(check):
    reason = reason_to_skip(check)
    if reason:
        pytest.skip(reason)
    outcome = check.run(sys.executable, quick=True)
    assert outcome.good, "%s: %s" % (outcome.way, outcome.figure)


@posix
@pytest.mark.parametrize("check, twin", TWINS, ids=lambda value: getattr(value, "name", value))
def test_a_broken_engine_is_noticed(check, twin):
    reason = checks.why_no_twin(twin, ENGINE) or reason_to_skip(check)
    if reason:
        pytest.skip(reason)
    outcome = check.run(sys.executable, twin, quick=True)
    assert checks.twin_caught(outcome), "%s: %s" % (outcome.way, outcome.figure)
