"""The monitor, which takes the gate's place on PyPy: it is the same Python everywhere, so it is tested everywhere."""
from __future__ import absolute_import, division, print_function

import os
import threading
import time

import pytest
from tls_bootstrap._compat import get_ident
from tls_bootstrap.engines import gate as _gate_comes_first  # noqa: F401 - one half of the two imports the other
from tls_bootstrap.engines import monitor
from tls_bootstrap.engines.monitor import Gate, claim, guarded, join


@guarded
class Member(object):
    """Something with a gate, which is spoiled when two threads are inside."""

    def __init__(self):
        Gate(self)
        self.inside, self.most, self.entered = 0, 0, threading.Event()

    def work(self, seconds=0.0, then=None):
        if self._thread != get_ident():
            claim(self)
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.entered.set()
        try:
            time.sleep(seconds)
            return then() if then is not None else self.inside
        finally:
            self.inside -= 1

    @property
    def depth(self):
        if self._thread != get_ident():
            claim(self)
        return self.inside

    def just_asks(self):
        return self.inside


class Connection(object):
    """What comes to BIOs by join()."""


def mark_of(member):
    return member._gate.inside.get(os.getpid())


def in_thread(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.daemon = True
    thread.start()
    return thread


def test_one_at_a_time():
    member = Member()
    threads = [in_thread(lambda: [member.work(0.0005) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.join(30)
    assert (member.most, member.inside, mark_of(member)) == (1, 0, None)


def test_without_the_monitor_they_meet():
    """The test above can fail."""
    member = Member()
    unguarded = Member.work.__wrapped__ if hasattr(Member.work, "__wrapped__") else Member.__dict__["work"].__closure__[0].cell_contents
    threads = [in_thread(lambda: [unguarded(member, 0.005) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.join(30)
    assert member.most > 1


def test_who_waits_gets_in_although_another_one_never_pauses():
    member, stop, rounds = Member(), [], [0]

    def greedy():
        while not stop:
            member.work()
            rounds[0] += 1
    thread = in_thread(greedy)
    assert member.entered.wait(30)
    began, before = time.time(), rounds[0]
    for _ in range(20):
        member.work()
    stop.append(True)
    thread.join(30)
    assert time.time() - began < 20 and rounds[0] >= before


def test_a_callback_comes_back_in():
    member = Member()
    assert member.work(then=member.work) == 2
    assert member.work(then=lambda: member.depth) == 1
    assert mark_of(member) is None


def test_an_exception_takes_the_mark_out():
    member = Member()
    with pytest.raises(ZeroDivisionError):
        member.work(then=lambda: 1 // 0)
    assert mark_of(member) is None


def test_a_mark_that_was_left_behind_is_taken_over():
    """By a signal handler that raised in the one moment in which that is possible."""
    member = Member()
    member._gate.inside[os.getpid()] = get_ident()
    assert member.work() == 1 and mark_of(member) is None


def test_the_mark_of_another_process_means_nothing():
    member = Member()
    member._gate.inside[os.getpid() + 1] = get_ident() + 1
    assert member.work() == 1


def test_what_only_asks_does_not_wait():
    member = Member()
    thread = in_thread(member.work, 0.5)
    assert member.entered.wait(30) and member.just_asks() == 1
    thread.join(30)


def test_names_and_docs_are_kept():
    assert Member.work.__name__ == "work" and isinstance(Member.depth, property)


class TestJoin(object):

    def test_members_have_one_gate(self):
        incoming, outgoing, connection = Member(), Member(), Connection()
        join(connection, incoming, outgoing)
        assert incoming._gate is outgoing._gate is connection._gate
        assert mark_of(connection) is None

    def test_connections_that_share_a_bio_share_a_gate(self):
        first, shared, second = Member(), Member(), Member()
        one, other = Connection(), Connection()
        join(one, first, shared)
        join(other, shared, second)
        assert len(set([first._gate, shared._gate, second._gate, one._gate, other._gate])) == 1

    def test_alone(self):
        connection = Connection()
        join(connection, object())
        assert isinstance(connection._gate, Gate)

    def test_waits_until_nobody_is_inside(self):
        member, connection = Member(), Connection()
        thread = in_thread(member.work, 0.3)
        assert member.entered.wait(30)
        join(connection, member)
        assert member.inside == 0
        thread.join(30)

    def test_from_within_an_operation(self):
        """A callback that makes another connection over the same BIO: the operation is still alone afterwards."""
        member, other, connection = Member(), Member(), Connection()
        marks = []

        def callback():
            join(connection, member, other)
            marks.append(mark_of(member))
        member.work(then=callback)
        assert marks == [get_ident()] and mark_of(member) is None

    def test_from_within_one_operation_in_another(self):
        """The end of the inner one does not let another thread in to the outer one."""
        outer, inner, connection, order = Member(), Member(), Connection(), []
        threads = []

        def body():
            inner.work(then=lambda: join(connection, outer, inner))
            threads.append(in_thread(lambda: outer.work(then=lambda: order.append("the other"))))
            time.sleep(0.05)
            order.append("the end")

        outer.work(then=body)
        threads[0].join()
        assert order == ["the end", "the other"] and mark_of(outer) is None

    def test_who_waits_finds_the_new_gate(self):
        member, other, connection = Member(), Member(), Connection()
        waiting = []

        def callback():
            waiting.append(in_thread(member.work, 0.0))
            time.sleep(0.1)
            join(connection, other, member)
        member.work(then=callback)
        waiting[0].join(30)
        assert (member.most, mark_of(member)) == (1, None) and not waiting[0].is_alive()

    def test_two_at_once_in_opposite_order(self):
        for _ in range(50):
            a, b = Member(), Member()
            threads = [in_thread(join, Connection(), *pair) for pair in ((a, b), (b, a))]
            for thread in threads:
                thread.join(30)
            assert a._gate is b._gate and mark_of(a) is None


def test_is_what_an_interpreter_gets_whose_stacks_cannot_be_read():
    from tls_bootstrap import _compat
    from tls_bootstrap.engines import gate
    assert (gate.guarded is monitor.guarded) == (not _compat.OTHER_STACKS_CAN_BE_READ)
