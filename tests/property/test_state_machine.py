"""Stateful properties: whatever the order of operations and however the wire is cut, bytes are neither lost nor changed nor invented.

Deterministic (hypothesis runs derandomized and keeps no database), so that a failure on one machine is a failure on all.
"""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

hypothesis = pytest.importorskip("hypothesis", reason="the stateful tests need hypothesis")

from hypothesis import settings  # noqa: E402  skipped before where it is absent
from hypothesis import strategies as st  # noqa: E402  skipped before where it is absent
from hypothesis.stateful import (  # noqa: E402  skipped before where it is absent
    RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test)

from tests.support.contexts import VERSIONS, client_context, server_context  # noqa: E402  skipped before where it is absent
from tests.support.pairs import Pair  # noqa: E402  skipped before where it is absent

MODEST = settings(max_examples=100, stateful_step_count=50, deadline=None, derandomize=True, database=None)
SMALL = st.binary(max_size=40)
# Layer the length of a record and of a BIO's first allocation, made of one byte to keep examples short.
LARGE = st.builds(lambda byte, size: byte * size, st.sampled_from([b"a", b"\0", b"\xff"]),
                  st.sampled_from([255, 256, 1024, 16383, 16384, 16385, 40000]))
PAYLOAD = st.one_of(SMALL, LARGE)
COUNT = st.one_of(st.integers(min_value=0, max_value=50), st.sampled_from([1000, 16384, 16385, 100000]))


class MemoryBIOMachine(RuleBasedStateMachine):
    """A MemoryBIO is a bytearray that is appended to at its end and taken from at its start, and that can be closed."""

    def __init__(self):
        super(MemoryBIOMachine, self).__init__()
        self.bio, self.model, self.closed = ssl.MemoryBIO(), bytearray(), False

    @precondition(lambda self: not self.closed)
    @rule(data=PAYLOAD, kind=st.sampled_from([bytes, bytearray, memoryview]))
    def write(self, data, kind):
        assert self.bio.write(kind(data)) == len(data)
        self.model += data

    @precondition(lambda self: self.closed)
    @rule(data=PAYLOAD)
    def write_too_late(self, data):
        with pytest.raises(ssl.SSLError):
            self.bio.write(data)

    @rule(count=COUNT)
    def read(self, count):
        self.expect(self.bio.read(count), count)

    @rule(count=st.sampled_from([None, -1, -1000]))
    def read_all(self, count):
        self.expect(self.bio.read() if count is None else self.bio.read(count), len(self.model))

    def expect(self, data, count):
        assert type(data) is bytes and data == bytes(self.model[:count])
        del self.model[:count]

    @rule()
    def write_eof(self):
        self.bio.write_eof()
        self.closed = True

    @invariant()
    def counts(self):
        assert self.bio.pending == len(self.model)
        assert self.bio.eof is (self.closed and not self.model)


class ForgetfulBIO(object):
    """The sabotage: a MemoryBIO that loses a byte when it is read in parts and holds many."""

    def __init__(self):
        self.bio = ssl.MemoryBIO()
        self.write, self.write_eof = self.bio.write, self.bio.write_eof

    pending = property(lambda self: self.bio.pending)
    eof = property(lambda self: self.bio.eof)

    def read(self, *count):
        many = self.bio.pending > 1000
        data = self.bio.read(*count)
        return data[:-1] if many and self.bio.pending else data


class ForgetfulMachine(MemoryBIOMachine):

    def __init__(self):
        super(ForgetfulMachine, self).__init__()
        self.bio = ForgetfulBIO()


def test_a_lost_byte_is_found():
    with pytest.raises(AssertionError):
        run_state_machine_as_test(ForgetfulMachine, settings=MODEST)


class Direction(object):
    """One direction of a connection: what was written into it, and what has been read from it so far."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.written, self.read = bytearray(), bytearray()


class ConnectionMachine(RuleBasedStateMachine):
    """Two ends, the wire between them cut at random places, and calls that come when they like, also during the handshake.

    Every call may want more bytes; no other error is allowed. What was read is always a prefix of what was written.
    """

    version = None

    def __init__(self):
        super(ConnectionMachine, self).__init__()
        client, server = Pair(*contexts(self.version)).ends
        self.directions = [Direction(client, server), Direction(server, client)]
        self.wanting = {}  # direction -> the data of a write that wanted more; it is repeated, as SSL_write() asks

    def call(self, operation, *arguments):
        """What `operation` returns, or None if it wants more bytes."""
        try:
            return operation(*arguments)
        except ssl.SSLWantReadError:
            return None

    directions_of = st.integers(min_value=0, max_value=1)

    @rule(which=directions_of)
    def handshake(self, which):
        self.call(self.directions[which].source.tls.do_handshake)

    @rule(which=directions_of, data=PAYLOAD.filter(len))  # write(b"") has tests of its own, and defects in old versions
    def write(self, which, data):
        direction = self.directions[which]
        data = self.wanting.pop(which, data)
        written = self.call(direction.source.tls.write, data)
        if written is None:
            self.wanting[which] = data
        else:
            assert written == len(data) and type(written) is int
            direction.written += data

    @rule(which=directions_of, count=COUNT)
    def carry(self, which, count):
        """The wire delivers as much as it likes, which may be the middle of a record."""
        direction = self.directions[which]
        direction.target.take(direction.source.outgoing.read(count))

    @rule(which=directions_of, count=COUNT)
    def read(self, which, count):
        direction = self.directions[which]
        data = self.call(direction.target.tls.read, count)
        if data is not None:
            assert type(data) is bytes and len(data) <= count
            self.received(direction, data, asked=count)

    @rule(which=directions_of, size=st.sampled_from([1, 7, 1000, 20000]))
    def read_into(self, which, size):
        direction, buffer = self.directions[which], bytearray(b"\xaa" * size)
        count = self.call(direction.target.tls.read, size, buffer)
        filled = 0 if count is None else count
        assert len(buffer) == size and buffer[filled:] == b"\xaa" * (size - filled)
        if count is not None:
            self.received(direction, bytes(buffer[:count]), asked=size)

    def received(self, direction, data, asked):
        direction.read += data
        assert bytes(direction.written).startswith(bytes(direction.read))
        assert data or not asked  # b"" would be the end of the stream, which comes in close()

    def teardown(self):
        """Whatever happened: once everything is carried, everything can be read, and then the end."""
        for _ in range(6):
            for which, direction in enumerate(self.directions):
                self.call(direction.source.tls.do_handshake)
                self.carry(which, 10 ** 7)
        for direction in self.directions:
            assert direction.source.tls.do_handshake() is None
        for which, direction in enumerate(self.directions):
            self.carry(which, 10 ** 7)
            while direction.read != direction.written:
                data = direction.target.tls.read(50000)
                assert data
                self.received(direction, data, asked=50000)
            assert self.call(direction.target.tls.read, 1) is None
        self.close()

    def close(self):
        first, second = self.directions
        assert self.call(first.source.tls.unwrap) is None
        self.carry(0, 10 ** 7)
        assert second.source.tls.read(10) == b""
        assert second.source.tls.unwrap() is None
        self.carry(1, 10 ** 7)
        assert first.source.tls.unwrap() is None
        assert [bio.pending for end in (first.source, second.source) for bio in (end.incoming, end.outgoing)] == [0, 0, 0, 0]


_contexts = {}


def contexts(version):
    """One pair of contexts for all examples: to load certificates each time would be most of the work."""
    if version not in _contexts:
        _contexts[version] = client_context(version), server_context(version)
    return _contexts[version]


TestMemoryBIO = MemoryBIOMachine.TestCase
TestMemoryBIO.settings = MODEST


def connection_test(version):
    machine = type(str("Connection_" + version.replace(".", "")), (ConnectionMachine,), {"version": version})
    machine.TestCase.settings = MODEST
    return machine.TestCase


TestConnection12 = connection_test(VERSIONS[0])
if len(VERSIONS) > 1:
    TestConnection13 = connection_test(VERSIONS[1])
