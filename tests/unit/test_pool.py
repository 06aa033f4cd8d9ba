"""Which pair of sockets a new connection of the engine loopback gets."""
from __future__ import absolute_import, division, print_function

import pytest
from tls_bootstrap._compat import get_ident
from tls_bootstrap.engines import gate
from tls_bootstrap.engines.gate import Gate, alone
from tls_bootstrap.engines.loopback import pair
from tls_bootstrap.engines.loopback.pair import Pool

ME, ANOTHER, A_THIRD = get_ident(), -1, -2


class Pair(object):
    """In place of one of sockets: what a Pool asks of it."""

    can_be_shared = True

    def __init__(self):
        Gate(self)
        self.user, self.lost = None, False

    def is_lost(self):
        return self.lost

    @alone
    def operate(self, body):
        self.user = self
        try:
            return body()
        finally:
            self.user = None


@pytest.fixture
def pool():
    """With a pair of this thread and one of another."""
    pool = Pool(Pair, most=2)
    pool.choose(ME)
    pool.choose(ANOTHER)._thread = ANOTHER
    return pool


def test_a_thread_gets_the_pair_that_it_has_used_last(pool):
    assert [pool.choose(thread) for thread in (ME, ANOTHER, ME)] == [pool.pairs[0], pool.pairs[1], pool.pairs[0]]


def test_what_is_full_is_shared(pool):
    pool.pairs[0]._gate.add(Pair(), ME)
    assert pool.choose(A_THIRD) is pool.pairs[1] and len(pool.pairs) == 2


def test_what_is_lost_is_nobodys(pool):
    pool.pairs[0].lost = True
    chosen = pool.choose(ME)
    assert chosen is pool.pairs[2] and pool.choose(ME) is chosen


@pytest.mark.skipif(not gate.OTHER_STACKS_CAN_BE_READ, reason="the engine loopback is for CPython")
def test_in_the_middle_of_an_operation_it_is_that_of_the_operation(pool):
    """Another thread that wants to use this pair has said that nobody owns it, and this thread owns the other pair."""
    def callback():
        pool.pairs[0]._thread, pool.pairs[1]._thread = None, ME
        return pool.choose(ME)

    assert pool.pairs[0].operate(callback) is pool.pairs[0]


def test_the_operation_of_another_thread_is_no_reason(pool):
    pool.pairs[1].user = pool.pairs[1]
    assert pool.choose(ME) is pool.pairs[0]


def test_without_an_operation_no_stack_is_looked_at(pool, monkeypatch):
    monkeypatch.setattr(pair, "is_inside", None)
    assert pool.choose(ME) is pool.pairs[0]


def test_one_each_where_they_cannot_be_shared():
    class Windows(Pair):
        can_be_shared = False
    pool = Pool(Windows)
    assert len(set([pool.choose(ME), pool.choose(ME)])) == 2 and pool.pairs == []
