"""Four threads on one MemoryBIO, then four threads on one connection: nothing crashes and no byte is lost or damaged.

The first part is guard G2: ctypes.CDLL would let go of the GIL around BIO_read and BIO_write, which are not thread safe. The second
is G3: _ssl lets go of the GIL in SSL_read and SSL_write, so a BIO must not be fed at that time. CPython itself got such a lock only in
2025 (gh-134698): older native versions damage the stream or die here, and their figure is only for comparison.
"""
from __future__ import absolute_import, division, print_function

import struct
import threading
import time

from tests.reliability import child

BLOCK = struct.Struct("!Q1016x")  # a numbered block of 1 KiB
Y = b"y" * 100000
AHEAD = 64  # blocks on their way: bounded, else the writer wins every race and memory is the only limit


class Workers(object):
    """Threads that run until `seconds` are over or one of them fails; `errors` are the exceptions."""

    def __init__(self, seconds):
        self.deadline, self.errors = time.time() + seconds, []

    def going_on(self):
        return not self.errors and time.time() < self.deadline

    def run(self, *functions):
        threads = [threading.Thread(target=self._guarded, args=(function,)) for function in functions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _guarded(self, function):
        try:
            while self.going_on():
                function()
        except Exception as error:
            self.errors.append(error)


def share_a_bio(seconds):
    """Two writers and two readers of one BIO; returns (bytes carried, errors)."""
    import ssl
    bio = ssl.MemoryBIO()
    written, read = [0, 0], [0, 0]

    def writer(index):
        def write():
            if bio.pending < 1 << 23:
                written[index] += bio.write(Y[:1 + written[index] % 60000])
        return write

    def reader(index):
        def take():
            data = bio.read(1 + read[index] % 70000)
            if data != Y[:len(data)]:
                raise AssertionError("foreign bytes in the BIO")
            read[index] += len(data)
        return take

    workers = Workers(seconds).run(writer(0), writer(1), reader(0), reader(1))
    errors = workers.errors
    if not errors and sum(written) != sum(read) + bio.pending:
        errors = [AssertionError("%d bytes written, %d read, %d pending" % (sum(written), sum(read), bio.pending))]
    return sum(read), errors


def share_a_connection(seconds):
    """A writer, a carrier, a reader and one who asks questions; returns (blocks received in order, errors)."""
    import ssl
    from tests.reliability import sessions
    session = sessions.Session(*sessions.contexts()).handshake()
    sent, received, rest = [0], [0], [bytearray()]

    def write():
        if sent[0] - received[0] < AHEAD:
            session.server.write(BLOCK.pack(sent[0]))
            sent[0] += 1

    def carry():
        session.client_in.write(session.server_out.read(4096))

    def read():
        try:
            rest[0] += session.client.read(4000)
        except ssl.SSLWantReadError:
            return
        while len(rest[0]) >= BLOCK.size:
            number, = BLOCK.unpack(bytes(rest[0][:BLOCK.size]))
            if number != received[0]:
                raise AssertionError("block %d came as %d" % (received[0], number))
            del rest[0][:BLOCK.size]
            received[0] += 1

    def ask():
        session.client.pending(), session.client.cipher(), session.client.version(), session.client_in.pending
        session.client.write(b"?")
        session.client_out.read()

    return received, Workers(seconds).run(write, carry, read, ask).errors


def measure(options):
    carried, bio_errors = share_a_bio(options.seconds / 2)
    received, connection_errors = share_a_connection(options.seconds / 2)
    errors = bio_errors + connection_errors
    return child.Result(not errors and carried and received[0],
                        "one BIO: %.0f MB through it; one connection: %d blocks of 1 KiB in order; %s"
                        % (carried / 1e6, received[0], "errors: %r" % errors if errors else "no error"))


if __name__ == "__main__":
    child.main(measure, __doc__, seconds=10.0)
