"""A client and a server of the running `ssl`, native or upgraded, in one thread and without sockets.

    pair = Pair(client_context(), server_context()).handshake()
    pair.client.tls.write(b"ping")
    assert pair.server.reads(pair.client.sent()) == b"ping"

Nothing moves by itself: a test says which bytes reach whom and when. `Pair.handshake` is for tests that need a good connection,
`Pair.outcomes` for those that ask how a handshake ends on both ends, each by its own result or error.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.support import feeding
from tests.support.contexts import client_context, server_context

HANDSHAKE, APPLICATION_DATA, ALERT = 22, 23, 21  # content types, RFC 8446 section 5.1


class End(object):
    """One end of a connection: an SSLObject `tls` between the memory BIOs `incoming` and `outgoing`."""

    def __init__(self, context, incoming=None, outgoing=None, **wrap_bio_arguments):
        self.incoming = ssl.MemoryBIO() if incoming is None else incoming
        self.outgoing = ssl.MemoryBIO() if outgoing is None else outgoing
        self.tls = context.wrap_bio(self.incoming, self.outgoing, **wrap_bio_arguments)

    def sent(self):
        """Takes what this end wants on the wire."""
        return self.outgoing.read()

    def take(self, data):
        """Puts `data` where this end reads from the wire."""
        assert self.incoming.write(data) == len(data)

    def reads(self, data, size=65536):
        """What read() returns after `data` arrived whole."""
        self.take(data)
        return self.tls.read(size)


class Pair(object):
    """Two ends that trust each other unless told otherwise. `server_hostname` None: the client expects no name."""

    def __init__(self, client=None, server=None, server_hostname=u"localhost", version=None):
        self.client_context = client or client_context(version)
        self.server_context = server or server_context(version)
        self.client = End(self.client_context, server_hostname=server_hostname)
        self.server = End(self.server_context, server_side=True)
        self.ends = (self.client, self.server)

    def handshake(self, how=feeding.WHOLE):
        """Both ends through do_handshake(), fed the way `how`. Afterwards all four BIOs are empty."""
        client, server = self.client, self.server
        feeding.still_wanting(client.tls.do_handshake, "before the server said anything")
        how.push(server, client.sent(), server.tls.do_handshake)
        flight = server.sent()
        if records(flight)[-1].content_type == APPLICATION_DATA:  # TLS 1.3: this is all that the client needs
            assert how.call(client, flight, client.tls.do_handshake) is None
            assert how.call(server, client.sent(), server.tls.do_handshake) is None
            how.push(client, server.sent(), lambda: client.tls.read(1))  # the session tickets
        else:
            how.push(client, flight, client.tls.do_handshake)
            assert how.call(server, client.sent(), server.tls.do_handshake) is None
            assert how.call(client, server.sent(), client.tls.do_handshake) is None
        assert [bio.pending for end in self.ends for bio in (end.incoming, end.outgoing)] == [0, 0, 0, 0]
        return self

    def outcomes(self, client_call=None, server_call=None, how=feeding.WHOLE):
        """Drives both ends until each has a result, an exception or nothing left to wait for; returns the two.

        `client_call` and `server_call` (do_handshake if not given) are called with the SSLObject. An SSLError is an outcome,
        returned and not raised; an end that still wants bytes when none are left has the outcome WAITING.
        """
        attempts = [Attempt(self.client, client_call), Attempt(self.server, server_call)]
        while True:
            for attempt in attempts:
                attempt.step()
            moved = self._exchange(attempts, how)
            if not moved:
                return tuple(attempt.outcome for attempt in attempts)

    def _exchange(self, attempts, how):
        moved = 0
        for source, target in (attempts, reversed(attempts)):
            data = source.end.sent()
            moved += len(data)
            for piece in how.pieces(data):
                target.end.take(piece)
                target.step()
        return moved


class _Waiting(object):
    def __repr__(self):
        return "WAITING"


WAITING = _Waiting()


class Attempt(object):
    """One operation of one end, tried again until it has an outcome."""

    def __init__(self, end, operation=None):
        self.end, self.outcome = end, WAITING
        self.operation = operation or (lambda tls: tls.do_handshake())

    def step(self):
        if self.outcome is not WAITING:
            return
        try:
            self.outcome = self.operation(self.end.tls)
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, EnvironmentError, ValueError) as error:
            self.outcome = error


class Record(object):
    """A TLS record on the wire: `content_type`, and `data` with its five bytes of header."""

    def __init__(self, data):
        self.content_type, self.data = bytearray(data)[0], data


def records(data):
    """`data` cut into its TLS records; AssertionError if the last one is incomplete."""
    found, view = [], bytearray(data)
    while view:
        length = 5 + (view[3] << 8) + view[4]
        assert len(view) >= length, "%d bytes are no whole record" % len(view)
        found.append(Record(bytes(view[:length])))
        view = view[length:]
    return found
