"""One connection of a TLS implementation that wants its records handed over, between two MemoryBIOs.

The engines that cannot put our BIOs under OpenSSL's connection have a *wire* instead: they push into it what the peer has
sent, and pull out of it what is meant for the peer. A pump does that around each operation.

Theory: one record at a time
----------------------------
An operation is tried; when it wants to read, the next TLS record is taken out of `incoming` and pushed, and it is tried
again. Never more than a record: so `incoming.pending` counts down record by record as natively, what follows the peer's
close_notify stays in `incoming`, a record always fits the wire, and between two operations the wire is empty. What is no
record is handed over five bytes at a time, as much as OpenSSL looks at before it says what is wrong.

What comes out is pulled whenever the operation stops, for whatever reason: what it says while it fails is the alert.
"""
from __future__ import absolute_import, division, print_function

from ..formats.records import CONTENT_TYPES, HEADER, LONGEST, RecordMeter

BETWEEN = RecordMeter().mark()


class Pump(object):
    """Runs operations. A subclass has the wire: push(data), push_eof(), pull(size) -> bytes, take_back() -> bytes.

    want_read, want_write   the classes of exceptions by which an operation asks for records, or for room
    """

    __slots__ = ("incoming", "outgoing", "_meter", "_mark", "_pushed", "_take_record", "_put")

    want_read = want_write = None

    def __init__(self, incoming, outgoing):
        self.incoming, self.outgoing, self._meter = incoming, outgoing, RecordMeter()
        self._mark, self._pushed = BETWEEN, 0
        self._take_record = getattr(incoming, "_take_record", None)  # only the BIOs of surface/bytebio.py have these
        self._put = getattr(outgoing, "_append", outgoing.write)

    def run(self, operation, *arguments):
        """The result of an operation, after as many records as it takes; what it wrote goes to `outgoing`."""
        while True:
            try:
                result = operation(*arguments)
            except self.want_read:
                self.drain()
                if not self.feed():
                    raise
            except self.want_write:
                self.drain()
            except BaseException as error:
                self.fail(error)
                raise
            else:
                self.drain()
                return result

    def fail(self, error):
        """What is said about an error goes out, what was not looked at goes back."""
        self.drain()
        self.give_back()

    def feed(self):
        """Push the next record, or what there is of it, or the end; False if there is nothing."""
        record = self.next_record()
        if record:
            self.push(record)
            return True
        return self.incoming.eof and self.push_eof()

    def next_record(self):
        """What there is of the next record, b"" for nothing."""
        if self._take_record is not None and self._meter.is_between_records() and self.incoming._chunks:
            record = self._take_record()
            if record is not None:
                self._mark, self._pushed = BETWEEN, len(record)
                return record
        return self._next_by_pieces()

    def _next_by_pieces(self):
        """From a MemoryBIO that has nothing but its public methods, or of a record that is not there as a whole."""
        incoming, meter = self.incoming, self._meter
        self._mark = meter.mark()
        piece = incoming.read(meter.wanted)
        if self._mark == BETWEEN and len(piece) == HEADER.size:
            content_type, version, length = HEADER.unpack(piece)
            if content_type in CONTENT_TYPES and version == 3 and 0 < length <= LONGEST:
                body = incoming.read(length)
                self._pushed = HEADER.size + len(body)
                if len(body) < length:
                    meter.expect_body(length - len(body))
                return piece + body
        pieces = []
        while piece:
            pieces.append(piece)
            if meter.completed_by(piece):
                break
            piece = incoming.read(meter.wanted)
        record = b"".join(pieces)
        self._pushed = len(record)
        return record

    def drain(self, size=65536):
        """Bring what was written to `outgoing`; `size` is how much it may be, as far as that is known."""
        data = self.pull(size)
        if data:
            self._put(data)

    def give_back(self):
        """Put what was pushed and not read back into `incoming`."""
        left = self.take_back()
        if left:
            self.incoming._unread(left)
            if len(left) == self._pushed:
                self._meter.rewind(self._mark)
            else:
                self._meter.expect_body(len(left))

    def push(self, data):
        raise NotImplementedError("a pump has to know its wire")

    def push_eof(self):
        raise NotImplementedError("a pump has to know its wire")

    def pull(self, size):
        raise NotImplementedError("a pump has to know its wire")

    def take_back(self):
        """What was pushed and not read, where the wire can tell."""
        return b""
