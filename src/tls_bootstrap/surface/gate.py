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

The work is on the side of the newcomer, who must not enter while the owner is inside. The owner does not say that it is
inside, but its stack does: while a thread is parked anywhere in an operation, the frame of that operation stands in
`sys._current_frames()`, and since we hold the interpreter's lock when we look, nobody moves while we look. So `claim`

    1. takes the members from their owner (_thread = None), so that the owner's next operation must claim, too;
    2. looks at the stack of the thread that was let in last; if one of its frames is an operation on a member, it waits
       and looks again;
    3. otherwise makes the calling thread the owner.

Step 1 before step 2 is what makes it safe: an owner that passed its comparison before step 1 has its operation's frame
on the stack in step 2; one that has not will see that it is owner no more. Of several newcomers one at a time takes the
steps 1 to 3, and a newcomer that has been let in has a local `entered` that is true, which tells its frame from that of
one that waits.

"One at a time" is no lock either: a signal handler that uses the connection may interrupt its own thread in the middle of
`claim`, and would wait for itself for ever (Python 2's RLock has the same hole). It is `dict.setdefault`, which is atomic
and remembers who was first: the same thread may come again.

Each BIO is made with a gate of its own. `join` brings the members of two gates together under one when a connection
does, so two connections that share a BIO share a gate.
"""
from __future__ import absolute_import, division, print_function

import sys
import time
import weakref

from .._compat import get_ident

PAUSE = 50e-6  # seconds between two looks at a thread that is inside; an operation on one record takes about ten

# The code of every operation that must not meet another one: filled with the methods of the classes that have a gate,
# when these classes are made. An operation's first argument is called `self` and has the gate.
OPERATIONS = set()


class Gate(object):
    """Who may use the members. `inside` is the identifier of the thread that was let in last."""

    __slots__ = ("inside", "decider", "members")

    def __init__(self, member):
        self.decider = {}  # None -> (thread,) while a thread decides who may come in
        self.members = [weakref.ref(member)]
        self.inside = member._thread = get_ident()
        member._gate = self

    def assign(self, thread):
        """Make a thread the owner of every member; None makes them all claim."""
        for reference in self.members:
            member = reference()
            if member is not None:
                member._thread = thread

    def admit(self, members, thread):
        """Take in further members; the caller is the decider."""
        self.members = [reference for reference in self.members if reference() is not None] + members
        for reference in members:
            member = reference()
            if member is not None:
                member._gate, member._thread = self, thread


def guarded(cls):
    """Class decorator: every function of `cls` that uses the gate is an operation."""
    for member in list(vars(cls).values()):
        for function in (member, getattr(member, "fget", None), getattr(member, "fset", None)):
            code = getattr(function, "__code__", None)
            if code is not None and code.co_varnames[:1] == ("self",):
                OPERATIONS.add(code)
    return cls


def claim(member):
    """Let the calling thread in to the connection of `member`; wait while another thread is inside."""
    me = get_ident()
    mine = (me,)
    entered = False
    while not entered:
        gate = member._gate
        try:
            if gate.decider.setdefault(None, mine)[0] == me and member._gate is gate:
                gate.assign(None)
                if gate.inside == me or not _is_inside(gate.inside, gate):
                    entered = True
                    gate.inside = me
                    gate.assign(me)
        finally:
            _decided(gate, mine)
        if not entered:
            time.sleep(PAUSE)


def join(connection, incoming, outgoing):
    """Put a new connection and its two BIOs under one gate; waits until nobody else is inside either BIO."""
    me = get_ident()

    def merge():
        if closing.inside != me or outgoing._gate is not closing or incoming._gate is not kept:
            return False
        moved, closing.members = closing.members, []
        kept.admit(moved, None)
        return True

    def admit():
        if not incoming._gate is kept is outgoing._gate:
            return False
        kept.admit([weakref.ref(connection)], None)
        return True

    while True:
        claim(incoming)
        claim(outgoing)
        kept, closing = incoming._gate, outgoing._gate
        if closing is kept or _alone(closing, lambda: _alone(kept, merge)):
            if _alone(kept, admit):
                return


def _alone(gate, action):
    """action() as the one thread that decides on this gate; False if another thread does."""
    mine = (get_ident(),)
    try:
        return gate.decider.setdefault(None, mine)[0] == mine[0] and action()
    finally:
        _decided(gate, mine)


def _decided(gate, mine):
    if gate.decider.get(None) is mine:
        del gate.decider[None]


def _is_inside(thread, gate):
    """Whether a frame of `thread` is in the middle of an operation on the connection of `gate`."""
    frame = sys._current_frames().get(thread)
    waits = False
    while frame is not None:
        if frame.f_code is claim.__code__:
            waits = not frame.f_locals.get("entered")
        elif frame.f_code in OPERATIONS:
            if not waits and getattr(frame.f_locals.get("self"), "_gate", None) is gate:
                return True
            waits = False
        frame = frame.f_back
    return False
