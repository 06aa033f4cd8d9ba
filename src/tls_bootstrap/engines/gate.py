"""One thread at a time inside a connection - for the price of one comparison.

Theory
------
A connection is an SSL and the two BIOs it reads from and writes to. libssl allows one thread at a time in it. The
interpreter's lock is no protection: `_ssl` releases it during SSL_read, SSL_write and SSL_do_handshake, and a
`MemoryBIO.write` from another thread at that moment moves the buffer under OpenSSL's feet. CPython 3.11 then corrupts
the stream, 3.13.0 crashes (it grew locks later: gh-124984, gh-134698).

A lock around every operation costs 0.15 us on Python 2, which takes the interpreter's lock anew for it; four of them and
a 64 byte round trip is a fifth slower. But nearly every connection is used by one thread at a time, so the lock can be
biased towards the thread that used the connection last (as the Java virtual machines did): *the connection belongs to a
thread*. Its members, the SSLObject and the BIOs, each know that thread, and every operation begins with

    if self._thread != get_ident(): claim(self)

The owner passes with that one comparison. There is nothing to release, so nothing can be left locked by a signal
handler that raises, and a callback or a signal handler that comes back in the same thread passes as well.

The work is on the side of the newcomer, who must not enter while another thread is inside. A thread does not say that it
is inside, but its stack does: while it is parked anywhere in an operation, the frame of that operation stands in
`sys._current_frames()`. So a newcomer, in `claim`,

    1. takes the members from their owner (_thread = None), so that the owner's next operation must claim, too;
    2. announces itself: its local `entered` becomes true, which others see on its stack;
    3. looks at the stacks of all threads that have ever come here, and then at the members. If a thread is inside, or has
       announced itself, or has become the owner, the newcomer takes its own announcement back, waits and begins anew;
       otherwise it enters and makes itself the owner - unless a second newcomer has begun with step 1 meanwhile: that must
       not be undone, so there is no owner then.

Why at most one is inside: of two newcomers the later one to announce itself looks after that, and sees the other (Dekker's
algorithm; the interpreter's lock orders what the threads do), or it finds that the other has become the owner between step 1
and step 2. An owner that passed its comparison before step 1 has its operation's frame on the stack in step 3; one that has
not will find that it is owner no more.

The stacks move while they are looked at. That errs on the safe side, because a frame that has returned keeps its caller;
only the frame of a generator or a coroutine loses it when it is suspended, so a stack that seems to begin with one is looked at
again.

Why nothing can be left locked: all that says "inside" is on a stack, and goes with it. A signal handler may raise at any
point, or use the connection itself in the middle of `claim`: it runs in the same thread, whose own stack is never asked.

Each BIO is made with a gate of its own. `join` brings the members of several gates together under one when a connection
does, so two connections that share a BIO share a gate; with the loopback engine, also those that share a pair of sockets.

Where the stacks of other threads cannot be read (PyPy), all this is done in another way: see monitor.py.
"""
from __future__ import absolute_import, division, print_function

import functools
import sys
import time
import weakref

from .._compat import OTHER_STACKS_CAN_BE_READ, get_ident

CAN_BE_SUSPENDED = 0x20 | 0x80 | 0x200  # Include/code.h: CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
PAUSE = 50e-6  # seconds between two looks at a thread that is inside; an operation on one record takes about ten

# The code of every operation that must not meet another one: filled with the methods of the classes that have a gate,
# when these classes are made. An operation's first argument is called `self` and has the gate.
OPERATIONS = set()


class Gate(object):
    """Who may use the members. `visitors` is {visit: identifier of the thread} of the threads that were ever let in or asked to be,
    `latest` stands for the latest attempt to come in, `crowd` is the number of members at which the dead are counted out. `members` is one
    list for ever, read as a copy: threads look at it while another one, or a signal handler, changes it. `into` is the gate that takes
    over."""

    __slots__ = ("visitors", "latest", "members", "crowd", "into")

    def __init__(self, member):
        member._gate, member._thread = self, get_ident()
        self.visitors, self.latest = {object(): member._thread}, None
        self.members, self.crowd, self.into = [weakref.ref(member)], 8, None

    def assign(self, thread):
        """Make a thread the owner of every member; None makes them all claim. An owner of what has come under another gate is none."""
        for reference in list(self.members):
            member = reference()
            if member is not None and (thread is None or member._gate is self):
                member._thread = thread

    def admit(self, thread, attempt, is_owner=False):
        """Make a thread the owner of every member (or leave it so), unless a later attempt has begun."""
        if not is_owner:
            self.assign(thread)
        if self.latest is not attempt:
            self.assign(None)

    def add(self, member, thread):
        """A new member, which nobody knows but this thread; from time to time those that have died are forgotten."""
        member._gate, member._thread = self, thread
        self.members.append(weakref.ref(member))
        if len(self.members) > self.crowd:
            self.crowd = 2 * len(self.members) + 8  # at once, so that a signal handler does not do the same
            for index in reversed(range(len(self.members))):
                if self.members[index]() is None:
                    del self.members[index]
            self.crowd = 2 * len(self.members) + 8

    def take_over(self, gate):
        """Make the members of another gate members of this one. They have no owner but the calling thread, so who has visited them only
        there has to claim them here.

        First they are listed here: a signal handler may raise in the middle, and a member of this gate that it does not know could
        never be taken from its owner. What a handler has brought under yet another gate stays there, but for the member that is just
        looked at; so the handler has to know of this gate, too.
        """
        self.into, gate.into, listed = None, self, None
        while listed is None or listed[-1:] != gate.members[-1:]:  # else a handler has added some
            listed = list(gate.members)
            self.members.extend(listed)
            for reference in listed:
                member = reference()
                if member is not None and member._gate is gate:
                    member._gate = self

    def is_taken(self, me):
        """Whether a thread other than `me` is inside, has announced itself or has become the owner.

        Asked after step 1. So a thread that has ended owns nothing here any more, and can be forgotten. The visits are read before
        the stacks: a thread that is born in between is not taken for one that has ended, and should it have the identifier of one,
        it has a visit of its own, which is not forgotten with that of the other.
        """
        visitors = self.visitors.copy()
        frames = sys._current_frames()
        del frames[get_ident()]  # that of this very function: a reference cycle, and never asked
        for visit, thread in visitors.items():
            if thread == me:
                continue
            if thread not in frames:
                self.visitors.pop(visit, None)
            elif _is_inside(frames[thread], self):
                return True
        members = [reference() for reference in list(self.members)]
        owners = set([member._thread for member in members if member is not None and member._gate is self])
        return bool(owners - set([None, me]))


def guarded(cls):
    """Class decorator: every function of `cls` that uses the gate is an operation."""
    for member in list(vars(cls).values()):
        for function in (member, getattr(member, "fget", None), getattr(member, "fset", None)):
            code = getattr(function, "__code__", None)
            if code is not None and code.co_varnames[:1] == ("self",):
                OPERATIONS.add(code)
    return cls


def alone(function):
    """An operation made of a function of a member that knows nothing of gates: no other thread is inside while it runs."""
    @functools.wraps(function)
    def operation(self, *arguments, **keywords):
        if self._thread != get_ident():
            claim(self)
        return function(self, *arguments, **keywords)
    OPERATIONS.add(operation.__code__)
    return operation


def claim(member):
    """Let the calling thread in to the connection of `member`; wait while another thread is inside."""
    me, visit = get_ident(), object()
    entered = False
    while True:
        gates = (member._gate,)
        entered = _approach(gates, me, visit)
        if not gates[0].is_taken(me) and member._gate is gates[0]:
            gates[0].admit(me, entered)
            return
        entered = False
        time.sleep(PAUSE)


def join(connection, *others):
    """Put a new connection under one gate with its BIOs and whatever it shares; waits until nobody else is inside.

    Of the others those count that have a gate: the native MemoryBIO of a newer Python has none, and needs none.
    """
    me, visit = get_ident(), object()
    others = [other for other in others if getattr(other, "_gate", None) is not None]
    if not others:
        return Gate(connection)
    gates = gates_of(others)
    entered = _announce(gates)
    is_known_here_only = not [True for gate in gates for thread in gate.visitors.copy().values() if thread != me]
    while not is_known_here_only:  # else nobody else can be inside
        gates = gates_of(others)
        entered = _approach(gates, me, visit)
        if not any([gate.is_taken(me) for gate in gates]) and gates == gates_of(others):
            break
        entered = False
        time.sleep(PAUSE)
    # alone in all of them, until this function returns
    kept = gates[0]
    for gate in gates[1:]:
        if len(gate.members) > len(kept.members):
            kept = gate
    merged = [gate for gate in gates if gate is not kept]
    for gate in merged:
        kept.take_over(gate)
    kept.add(connection, me)
    kept.admit(me, entered, is_known_here_only)
    everybody = [connection] + others + living(merged)
    if gates_of(everybody) != (kept,):
        join(connection, *everybody)  # a signal handler has joined some of them to a connection of its own meanwhile


def living(gates):
    """The members of gates that are alive."""
    members = [reference() for gate in gates for reference in list(gate.members)]
    return [member for member in members if member is not None]


def is_inside(gate):
    """Whether the calling thread comes from an operation on the connection of `gate`: a callback, or a signal handler. Where stacks can
    be read; a monitor knows it by itself."""
    return _is_inside(sys._getframe(1), gate)


def gates_of(members):
    """The gates of members, and those that are just taking them over, each once."""
    gates = []
    for member in members:
        gate = member._gate
        while gate is not None and gate not in gates:
            gates.append(gate)
            gate = gate.into
    return tuple(gates)


def _announce(gates):
    """What stands for a new attempt to come in, which is true."""
    attempt = object()
    for gate in gates:
        gate.latest = attempt
    return attempt


def _approach(gates, me, visit):
    """Step 1 and, by what it returns, step 2. Former visits of this thread are forgotten, but not one that begins while they are: then a
    signal handler has come in, and its visit stands for this thread as well as any."""
    for gate in gates:
        former = [other for other, thread in gate.visitors.copy().items() if thread == me and other is not visit]
        gate.visitors[visit] = me
        for other in former:
            gate.visitors.pop(other, None)
    attempt = _announce(gates)
    for gate in gates:
        gate.assign(None)
    return attempt


def _is_inside(frame, gate):
    """Whether a frame of this stack (None: no stack) is in the middle of an operation on the connection of `gate`."""
    waits = False
    while frame is not None:
        caller = frame.f_back  # read once: a generator may yield at any time, and has no caller then
        if frame.f_code in NEWCOMERS:
            has_entered = frame.f_locals.get("entered")
            if has_entered and gate in frame.f_locals["gates"]:
                return True
            waits = not has_entered and frame.f_code is CLAIM  # the operation that has called it has not begun yet
        elif frame.f_code in OPERATIONS:
            if not waits and getattr(frame.f_locals.get("self"), "_gate", None) is gate:
                return True
            waits = False
        elif caller is None and frame.f_code.co_flags & CAN_BE_SUSPENDED:
            return True
        frame = caller
    return False


CLAIM = claim.__code__
NEWCOMERS = (CLAIM, join.__code__)

if not OTHER_STACKS_CAN_BE_READ:
    from .monitor import Gate, alone, claim, guarded, join  # noqa: F811 - in place of those above
