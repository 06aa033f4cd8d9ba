"""One thread at a time inside a connection, where a thread cannot see what another one is doing: for PyPy.

Theory
------
The gate of gate.py asks the stacks of the other threads who is inside. Where that cannot be done, it has to be written down:
each operation writes its thread into the gate, waits until that succeeds, and takes it out at its end (a monitor, as Hoare has
it). The price is small there, since PyPy compiles it together with the operation.

What is written down could be left there when a signal handler raises. So
- the mark is one entry of a dict, made by one call of `setdefault`, which no other thread can divide, *inside* a `try`: there is
  no moment at which it exists and nobody would take it out, but the first instruction of the `finally`;
- its key is the process, so in the child of a fork the marks of threads that have stayed behind mean nothing;
- a thread that finds its own mark looks at its own stack, which it may, whether it is inside already: a callback or a signal
  handler that comes back, which must pass. If not, the mark was left behind in that moment, and the operation takes it over.

A thread that does one operation after the other would never let another one in, which looks only now and then: so who leaves
while others wait pauses longer than they do.
"""
from __future__ import absolute_import, division, print_function

import functools
import os
import sys
import time

from .._compat import get_ident
from .gate import PAUSE, Gate as BiasedGate, gates_of, living


class Gate(BiasedGate):
    """Who is inside: `inside` is {process: identifier of the thread}. The keys of `waiting` have been refused since the last leave()."""

    __slots__ = ("inside", "waiting")

    def __init__(self, member):
        super(Gate, self).__init__(member)
        self.inside, self.waiting = {}, {}

    def enter(self, process, me):
        """Whether the thread is inside now."""
        if self.inside.setdefault(process, me) == me:
            return True
        self.waiting[me] = True
        return False

    def leave(self, process, me):
        if self.inside.get(process) == me:
            del self.inside[process]
            if self.waiting:
                self.waiting.clear()
                time.sleep(2 * PAUSE)


def claim(member):
    """What the operations begin with is about owners, of which a monitor knows none."""
    member._thread = get_ident()


def guarded(cls):
    """Class decorator: every function of `cls` that uses the gate is an operation, and waits until no other one is under way."""
    for name, member in list(vars(cls).items()):
        if isinstance(member, property):
            setattr(cls, name, property(_exclusive(member.fget), _exclusive(member.fset), doc=member.__doc__))
        elif hasattr(member, "__code__"):
            setattr(cls, name, _exclusive(member))
    return cls


def _exclusive(function):
    """An operation made of the function, if it uses the gate."""
    return function if function is None or "claim" not in function.__code__.co_names else alone(function)


def alone(function):
    """An operation made of a function whose first argument is a member: no other thread is inside while it runs."""
    @functools.wraps(function)
    def operation(self, *arguments, **keywords):
        process, me = os.getpid(), get_ident()
        if self._gate.inside.get(process) == me and _is_inside(sys._getframe(1), self._gate):
            return function(self, *arguments, **keywords)
        gate = None
        try:
            gate = _enter(self, process, me)
            return function(self, *arguments, **keywords)
        finally:
            if gate is self._gate or not _is_inside(sys._getframe(1), self._gate):
                self._gate.leave(process, me)
    OPERATIONS.add(operation.__code__)
    return operation


OPERATIONS = set()  # one code object, of which all operations are made


def _enter(member, process, me):
    """Wait until nobody else is inside, and return the gate that the member has then: it may come under another one meanwhile."""
    while True:
        gate = member._gate
        if gate.enter(process, me):
            if member._gate is gate:
                return gate
            gate.leave(process, me)
        else:
            time.sleep(PAUSE)


def _is_inside(frame, gate):
    """Whether a frame of this thread's own stack is in the middle of an operation on the connection of `gate`, or of joining it."""
    while frame is not None:
        if frame.f_code in OPERATIONS:
            used = (frame.f_locals.get("self"),)
        else:
            used = frame.f_locals["others"] if frame.f_code is JOIN else ()
        if gate in [getattr(member, "_gate", None) for member in used]:
            return True
        frame = frame.f_back
    return False


def join(connection, *others):
    """Put a new connection under one gate with its BIOs and whatever it shares; waits until nobody else is inside.

    What this thread is inside of already, in an operation or in a join() that a signal handler has interrupted, is left by those: an
    operation leaves the gate that its member has at the end.
    """
    process, me = os.getpid(), get_ident()
    others = [other for other in others if getattr(other, "_gate", None) is not None]
    if not others:
        return Gate(connection)
    entered, inside, caller = [], None, sys._getframe(1)
    try:
        while True:
            gates = gates_of(others)
            inside = [gate for gate in gates if gate.inside.get(process) == me and _is_inside(caller, gate)]
            entered = [gate for gate in gates if gate not in inside]
            if all(gate.enter(process, me) for gate in entered) and gates == gates_of(others):
                break
            _leave(entered, others, inside, caller, process, me)
            time.sleep(PAUSE)
        kept = max(inside or gates, key=lambda gate: len(gate.members))
        if len(inside) > 1:  # a gate that no operation takes for the one it has entered, so that not the inner one leaves it
            kept = Gate(connection)
            kept.enter(process, me)
        merged = [gate for gate in gates if gate is not kept]
        for gate in merged:
            kept.take_over(gate)
        kept.add(connection, me)
        everybody = [connection] + others + living(merged)
        if gates_of(everybody) != (kept,):
            join(connection, *everybody)  # a signal handler has joined some of them to a connection of its own meanwhile
    finally:
        _leave(entered, others, inside, caller, process, me)


def _leave(entered, others, inside, caller, process, me):
    """Leave the gates that join() has entered; and what a signal handler has made of them, unless they are left by somebody else."""
    for gate in entered:
        gate.leave(process, me)
    for gate in gates_of(others) if inside == [] else ():
        if not _is_inside(caller, gate):
            gate.leave(process, me)


JOIN = join.__code__
