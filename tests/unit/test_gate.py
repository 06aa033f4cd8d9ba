"""One thread at a time inside a connection, and what happens when several want to be."""
from __future__ import absolute_import, division, print_function

import sys
import threading
import time

import pytest
from tls_bootstrap._compat import get_ident
from tls_bootstrap.engines import gate
from tls_bootstrap.engines.gate import Gate, alone, claim, guarded, join

stacks = pytest.mark.skipif(not gate.OTHER_STACKS_CAN_BE_READ,
                            reason="this interpreter cannot read the stacks of other threads: its gate is another one, see test_monitor.py")


@guarded
class Member(object):
    """Something with a gate, whose operation takes as long as it is told to."""

    def __init__(self):
        Gate(self)
        self.inside = 0
        self.most = 0

    def operate(self, body):
        if self._thread != get_ident():
            claim(self)
        return body()


class Shared(object):
    """Counts how many threads are in it."""

    def __init__(self):
        self.inside = self.most = 0
        self.entries = []  # append is atomic, += is not

    def __call__(self):
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(0.0005)  # lets other threads run
        self.entries.append(1)
        self.inside -= 1


@pytest.fixture(autouse=True)
def threads_change_often():
    """The interpreter looks after each instruction whether another thread wants to run."""
    if hasattr(sys, "setswitchinterval"):
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(before)
    else:
        before = sys.getcheckinterval()
        sys.setcheckinterval(1)
        yield
        sys.setcheckinterval(before)


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def hammer(members, rounds=40):
    shared = Shared()

    def work(member):
        for _ in range(rounds):
            member.operate(shared)

    threads = [in_thread(lambda member=member: work(member)) for member in members]
    for thread in threads:
        thread.join()
    assert len(shared.entries) == rounds * len(members)
    return shared


def test_threads_take_turns_on_one_member():
    for _ in range(5):
        assert hammer([Member()] * 4).most == 1


class Extended(Member):
    """A member with a method that somebody has added, who knows nothing of gates."""

    def plain(self, body):
        return body()

    operate = alone(plain)


def test_threads_take_turns_in_a_function_that_was_made_an_operation():
    for _ in range(5):
        assert hammer([Extended()] * 4).most == 1


def test_without_being_made_one_they_meet():
    Extended.operate, operation = Extended.plain, Extended.operate
    try:
        assert hammer([Extended()] * 4).most > 1
    finally:
        Extended.operate = operation


def test_threads_take_turns_when_a_generator_is_inside():
    """A generator that yields loses its caller: a stack that is looked at just then seems to be that of nobody."""
    member, shared = Member(), Shared()

    def body():
        shared.inside += 1
        shared.most = max(shared.most, shared.inside)
        for _ in (time.sleep(0.0001) for _ in range(20)):
            pass
        shared.inside -= 1

    threads = [in_thread(lambda: [member.operate(body) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert shared.most == 1


def test_threads_take_turns_on_members_of_one_gate():
    connection, incoming, outgoing = Member(), Member(), Member()
    join(connection, incoming, outgoing)
    assert connection._gate is incoming._gate is outgoing._gate
    assert hammer([connection, incoming, outgoing]).most == 1


def test_members_of_two_gates_do_not_wait_for_each_other():
    assert hammer([Member(), Member(), Member()]).most > 1


def test_connections_that_share_a_bio_share_a_gate():
    first, second, a, b, c = [Member() for _ in range(5)]
    join(first, a, b)
    join(second, b, c)
    assert len(set(map(id, (member._gate for member in (first, second, a, b, c))))) == 1
    assert hammer([first, second, a, c]).most == 1


@stacks
def test_sabotage_without_the_look_at_stacks_two_are_inside(monkeypatch):
    monkeypatch.setattr(gate, "_is_inside", lambda frame, its_gate: False)
    assert hammer([Member()] * 4).most > 1


@stacks
@pytest.mark.parametrize("enter", [claim, lambda member: join(Member(), member, member)], ids=["claim", "join"])
def test_who_enters_while_another_asks_does_not_become_the_owner(monkeypatch, enter):
    """The other has taken the members from their owner and now looks for who is inside: nobody may enter unseen after that."""
    member, looked = Member(), Gate.is_taken

    def look_and_meet_another(its_gate, me):
        taken = looked(its_gate, me)
        gate._approach((its_gate,), me + 1, None)
        return taken

    enter(member)
    assert member._thread == get_ident()
    member._gate.visitors["another"] = get_ident() + 1  # a gate that only one thread has ever used needs no look
    monkeypatch.setattr(Gate, "is_taken", look_and_meet_another)
    enter(member)
    assert member._thread is None
    monkeypatch.undo()
    enter(member)
    assert member._thread == get_ident()


def test_the_same_thread_comes_back_in():
    member = Member()
    other = Member()
    assert member.operate(lambda: member.operate(lambda: other.operate(lambda: "inside"))) == "inside"


def test_the_owner_comes_back_in_while_another_waits():
    member, entered = Member(), threading.Event()
    order = []

    def outer():
        entered.set()
        time.sleep(0.05)  # the other thread asks now
        member.operate(lambda: order.append("again"))

    waiting = in_thread(lambda: (entered.wait(), member.operate(lambda: order.append("other"))))
    member.operate(outer)
    waiting.join()
    assert order == ["again", "other"]


def test_an_exception_in_the_middle_leaves_nothing_locked():
    member = Member()
    with pytest.raises(ZeroDivisionError):
        member.operate(lambda: 1 // 0)
    in_thread(lambda: member.operate(lambda: None)).join()
    member.operate(lambda: None)


def test_a_thread_that_ended_owns_nothing():
    member = Member()
    in_thread(lambda: member.operate(lambda: None)).join()
    assert member._thread != get_ident()
    member.operate(lambda: None)
    assert member._thread == get_ident()


def test_threads_that_ended_are_forgotten():
    member = Member()
    for _ in range(20):
        in_thread(lambda: member.operate(lambda: None)).join()
    member.operate(lambda: None)
    assert len(member._gate.visitors) <= 2


@stacks
def test_a_thread_that_is_born_while_another_looks_is_seen_later(monkeypatch):
    """It is not among the stacks that the other has fetched before, and must not be taken for one that has ended."""
    member, me, stacks_now = Member(), get_ident(), sys._current_frames
    born, look, entered, leave, threads = threading.Event(), threading.Event(), threading.Event(), threading.Event(), []

    def in_between():
        if get_ident() != me:  # the newcomer, on the way in
            born.set(), look.wait()
        elif not threads:
            fetched = stacks_now()
            threads.append(in_thread(lambda: member.operate(lambda: (entered.set(), leave.wait()))))
            born.wait()
            return fetched
        return stacks_now()

    monkeypatch.setattr(sys, "_current_frames", in_between)
    try:
        gate._approach((member._gate,), me, None)
        assert not member._gate.is_taken(me)  # and then it waits, as if for somebody else
        look.set(), entered.wait(5)
        gate._approach((member._gate,), me, None)
        assert member._gate.is_taken(me)
    finally:
        look.set(), leave.set(), threads[0].join()


@stacks
def test_joining_inside_an_operation_does_not_leave_it():
    """A callback that makes a connection of BIOs which are in use waits for these, inside the operation that called it."""
    member, bio, occupied, joining, order = Member(), Member(), threading.Event(), threading.Event(), []

    def occupy():
        occupied.set(), joining.wait()
        time.sleep(0.05)
        order.append("bio is free")

    def callback():
        join(Member(), bio)
        order.append("joined")

    holder = in_thread(lambda: bio.operate(occupy))
    occupied.wait()
    caller = in_thread(lambda: member.operate(lambda: (joining.set(), callback())))
    joining.wait()
    member.operate(lambda: order.append("the other"))
    holder.join(), caller.join()
    assert order == ["bio is free", "joined", "the other"]


def test_joining_waits_for_who_is_inside():
    connection, incoming, outgoing = Member(), Member(), Member()
    entered, order = threading.Event(), []

    def stay():
        entered.set()
        time.sleep(0.05)
        order.append("left")

    thread = in_thread(lambda: outgoing.operate(stay))
    entered.wait()
    join(connection, incoming, outgoing)
    order.append("joined")
    thread.join()
    assert order == ["left", "joined"]


@stacks
def test_dead_members_are_forgotten():
    incoming, outgoing = Member(), Member()
    for _ in range(100):
        join(Member(), incoming, outgoing)
    assert len(incoming._gate.members) <= 16


@stacks
def test_visits_of_dead_connections_are_forgotten():
    incoming, outgoing = Member(), Member()
    for _ in range(100):
        join(Member(), Member(), incoming, outgoing)
    assert len(incoming._gate.visitors) <= 2


@stacks
def test_who_has_come_and_gone_between_the_steps_is_no_owner(monkeypatch):
    """A newcomer has done step 1; another one goes in and out, and is the owner; then the first one announces itself and looks."""
    member, approach, me = Member(), gate._approach, get_ident()
    first, others = [], []

    def approach_slowly(gates, who, visit):
        attempt = approach(gates, who, visit)
        if who == me and not first:
            first.append(1)
            in_thread(lambda: member.operate(lambda: others.append(member._thread))).join()
        return attempt

    def admit(its_gate, thread, *arguments):
        if thread == me:
            assert member._thread is None, "it would pass its comparison now"
        return admit_now(its_gate, thread, *arguments)

    in_thread(lambda: member.operate(lambda: None)).join()
    admit_now = Gate.admit
    monkeypatch.setattr(gate, "_approach", approach_slowly)
    monkeypatch.setattr(Gate, "admit", admit)
    member.operate(lambda: None)
    assert len(others) == 1 and member._thread == me


@stacks
def test_a_handler_that_comes_back_in_does_not_hide_its_thread(monkeypatch):
    member, approach, handled = Member(), gate._approach, []

    def approach_and_be_interrupted(*arguments):
        attempt = approach(*arguments)
        if not handled:
            handled.append(1)
            member.operate(lambda: None)  # as a signal handler does
        return attempt

    monkeypatch.setattr(gate, "_approach", approach_and_be_interrupted)
    thread = in_thread(lambda: member.operate(lambda: handled.append(get_ident() in member._gate.visitors.values())))
    thread.join()
    assert handled == [1, True]


@stacks
def test_bios_of_another_thread_leave_no_visits():
    pair, made, leave, done = Member(), [], threading.Event(), threading.Event()
    maker = in_thread(lambda: (made.extend((Member(), Member()) for _ in range(100)), done.set(), leave.wait()))
    done.wait()
    for incoming, outgoing in made:
        join(Member(), incoming, outgoing, pair)
    leave.set(), maker.join()
    assert len(pair._gate.visitors) <= 2
