"""The checks over a real OpenSSL 1.0.2 as tests: see run.py. The wheel that has it is fetched when there is none yet."""
from __future__ import absolute_import, division, print_function

import sys

import pytest
import tls_bootstrap

from tests.openssl102 import checks, wheel

RUNS = checks.runs([check.__name__ for check, _ in checks.CHECKS])
IN_PLACE = tls_bootstrap.is_patched() and tls_bootstrap.status().engine == "inplace"


@pytest.fixture(scope="module")
def libssl():
    if not IN_PLACE:
        pytest.skip("only the in-place engine shares BIOs by ctypes")
    try:
        return wheel.libssl()
    except wheel.Missing as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name, sabotage", RUNS)
def test_check(name, sabotage, libssl):
    good, figure = checks.run(name, sabotage, sys.executable, libssl)
    assert good, figure
