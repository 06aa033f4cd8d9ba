"""The matrix of the conformance suite: a test that names `version` runs on TLS 1.2 and 1.3, one that names `how` is fed in three ways.

Tests of handshakes that may fail say `arrival` instead of `how`: there is no last flight that foreign bytes could follow.
"""
from __future__ import absolute_import, division, print_function

import pytest

from tests import expected_failures
from tests.support import contexts, feeding
from tests.support.pairs import Pair


def pytest_generate_tests(metafunc):
    if "version" in metafunc.fixturenames:
        metafunc.parametrize("version", contexts.VERSIONS)
    if "how" in metafunc.fixturenames:
        metafunc.parametrize("how", feeding.ALL, ids=repr)
    if "arrival" in metafunc.fixturenames:
        metafunc.parametrize("arrival", (feeding.WHOLE, feeding.BYTEWISE), ids=repr)


def pytest_collection_modifyitems(items):
    expected_failures.mark(items)


@pytest.fixture
def pair(version):
    """A client and a server after their handshake, all BIOs empty."""
    return Pair(version=version).handshake()
