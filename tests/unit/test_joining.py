"""join() and a signal handler that makes a connection of its own at each line of it: for the gate and the monitor."""
from __future__ import absolute_import, division, print_function

import sys

import pytest
from tls_bootstrap.engines import gate, monitor

KINDS = pytest.mark.parametrize("kind", [gate, monitor], ids=["gate", "monitor"])
FILES = [gate.gates_of.__code__.co_filename, monitor.join.__code__.co_filename]


class AtLine(object):
    """A signal handler that runs before the line with this number, counted from 0, that the modules of FILES execute."""

    def __init__(self, line, handler):
        self._line, self._handler, self.has_run = line, handler, False

    def during(self, function):
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            function()
        finally:
            sys.settrace(before)

    def _trace(self, frame, event, _):
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            self._line -= 1
            if self._line < 0 and not self.has_run:
                self.has_run = True
                self._handler()  # is not traced itself
        return self._trace


class House(object):
    """Members of a kind of gate."""

    def __init__(self, kind):
        class Member(object):
            def __init__(self):
                kind.Gate(self)

        self.join, self.new = kind.join, Member

    def group(self, first, count):
        """`first` and as many more under one gate."""
        members = [self.new() for _ in range(count)]
        self.join(*[first] + members)
        return [first] + members


@KINDS
@pytest.mark.parametrize("in_use", [0, 2], ids=["new", "in use"])  # other connections of the BIO
@pytest.mark.parametrize("shared", ["bio", "both"])  # with the handler's connection
@pytest.mark.parametrize("size", [1, 12], ids=["small", "large"])  # of the handler's own group
def test_all_come_under_one_gate(kind, in_use, shared, size):
    house = House(kind)
    for line in range(1000):
        pair, bio, connection, of_handler = house.new(), house.new(), house.new(), house.new()
        everybody = house.group(pair, 4) + house.group(bio, in_use) + house.group(of_handler, size) + [connection, of_handler]
        handler = AtLine(line, lambda: house.join(house.new(), of_handler, *{"bio": [bio], "both": [pair, bio]}[shared]))
        handler.during(lambda: house.join(connection, pair, bio))
        if not handler.has_run:
            break
        one, = gate.gates_of(everybody)
        known = [reference() for reference in one.members]
        assert [member for member in everybody if member not in known] == [], "a member that could not be taken from its owner"
        assert not getattr(one, "inside", None), "a mark is left"
    assert line > 50


@KINDS
def test_a_handler_that_raises_leaves_nothing_locked(kind):
    house = House(kind)
    for line in range(1000):
        pair, bio = house.new(), house.new()
        handler = AtLine(line, lambda: {}["no key"])
        try:
            handler.during(lambda: house.join(house.new(), pair, bio))
        except KeyError:
            pass
        if not handler.has_run:
            break
        house.join(house.new(), pair, bio)
        one, = gate.gates_of([pair, bio])
        assert not getattr(one, "inside", None), line
    assert line > 20
