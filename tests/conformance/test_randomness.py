"""ssl.RAND_bytes (3.3)."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import needs
from tests.support.connected import assert_no_error_is_left
from tests.support.failures import raises
from tests.support.pairs import Pair

pytestmark = needs.name("RAND_bytes")


@pytest.mark.parametrize("size", [0, 1, 16, 1000, True])
def test_so_many_bytes(size):
    made = ssl.RAND_bytes(size)
    assert type(made) is bytes and len(made) == size


def test_are_others_each_time():
    assert len(set(ssl.RAND_bytes(16) for _ in range(100))) == 100
    assert len(set(bytearray(ssl.RAND_bytes(10000)))) == 256


def test_negative():
    with raises(ValueError, "num must be positive"):
        ssl.RAND_bytes(-1)


@pytest.mark.parametrize("value", [2**31, -2**31 - 1, 2**70])
def test_beyond_a_c_int(value):
    with pytest.raises(OverflowError):
        ssl.RAND_bytes(value)


@pytest.mark.parametrize("value", [None, "1", 1.0, b"1"])
def test_no_integer(value):
    with pytest.raises(TypeError):
        ssl.RAND_bytes(value)


def test_arguments():
    for arguments in ((), (1, 2)):
        with pytest.raises(TypeError):
            ssl.RAND_bytes(*arguments)


def test_leaves_no_error(version):
    pair = Pair(version=version).handshake()
    with pytest.raises(ValueError):
        ssl.RAND_bytes(-1)
    ssl.RAND_bytes(1)
    assert_no_error_is_left(pair.client.tls, pair.server.tls)
