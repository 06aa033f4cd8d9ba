"""A TLS conversation over a wire on which one thing goes wrong, and how it ends for both ends.

The conversation: handshake, one request, one response, close_notify both ways. Client and server are SSLObjects of the running
`ssl` between memory BIOs; the wire is ours. With the same certificate (RSA: the signatures of one length) and the same
ciphers, each conversation of one TLS version has the same bytes at the same places, but for random numbers, keys and what they encrypt.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.support import certs
from tests.support.contexts import client_context, server_context
from tests.support.pairs import End

IGNORE_UNEXPECTED_EOF = 0x80  # SSL_OP_IGNORE_UNEXPECTED_EOF of OpenSSL 3; ssl has a name for it since 3.10
REQUEST, RESPONSE = b"request of the client", b"response of the server, of another length"
TO_SERVER, TO_CLIENT = "to server", "to client"


class Wire(object):
    """Carries the bytes of one direction, and does its `fault` to them: a function (offset in the stream, bytes) -> bytes, eof."""

    def __init__(self, source, target, fault):
        self.source, self.target, self.fault = source, target, fault
        self.carried, self.cut = 0, False

    def carry(self):
        """Moves what is there; returns whether anything was, including the end of the stream."""
        data = self.source.sent()
        if self.cut or not data:
            return False
        data, self.cut = self.fault(self.carried, data)
        self.carried += len(data)
        self.target.take(data)
        if self.cut:
            self.target.incoming.write_eof()
        return True


def intact(offset, data):
    return data, False


def flip(position, mask):
    """The byte at `position` has its bits `mask` inverted."""
    def fault(offset, data):
        index = position - offset
        if 0 <= index < len(data):
            data = bytearray(data)
            data[index] ^= mask
        return bytes(data), False
    return fault


def cut(position):
    """The stream ends before the byte at `position`."""
    def fault(offset, data):
        rest = position - offset
        return (data[:rest], True) if rest < len(data) else (data, False)
    return fault


class Talker(object):
    """One end and what it still has to do: a list of (name, operation); it stops at the first one that fails."""

    def __init__(self, end, operations):
        self.end, self.tls = end, end.tls
        self.operations = [(name, getattr(self, name), argument) for name, argument in operations]
        self.received, self.outcome = b"", None

    def step(self):
        """Does what can be done now; returns whether anything could."""
        progress = False
        while self.outcome is None and self.operations:
            name, operation, argument = self.operations[0]
            try:
                operation(argument)
            except ssl.SSLWantReadError:
                return progress
            except Exception as error:  # whatever it is, it is what is compared
                # the alert that it sends: 7 bytes if it is not encrypted
                self.outcome = "%s in %s, %d bytes more to say" % (described(error), name, self.end.outgoing.pending)
            else:
                del self.operations[0]
            progress = True
        if self.outcome is None:
            self.outcome = "done"
        return progress

    def handshake(self, _):
        self.tls.do_handshake()

    def send(self, data):
        assert self.tls.write(data) == len(data)

    def receive(self, length):
        while len(self.received) < length:
            data = self.tls.read(length - len(self.received))
            if not data:
                raise EOFError("b''")
            self.received += data

    def end_of_data(self, _):
        data = self.tls.read(1)
        self.received += data
        if data:
            raise ValueError("data after the end")

    def unwrap(self, _):
        assert self.tls.unwrap() is None

    def verdict(self, expected):
        """How it ended, in one line: the outcome, and how much of the `expected` data has arrived."""
        outcome = self.outcome or "waiting in %s" % self.operations[0][0]
        if self.received == expected:
            return outcome + ", data whole"
        if not self.received:
            return outcome + ", data none"
        return outcome + (", data partly" if expected.startswith(self.received) else ", data WRONG")


def described(error):
    """The class of an exception with what programs look at."""
    details = [str(getattr(error, name)) for name in ("errno", "reason", "verify_code") if getattr(error, name, None) is not None]
    return "%s(%s)" % (type(error).__name__, " ".join(details))


class Conversation(object):
    """Contexts of one TLS version, for any number of conversations."""

    def __init__(self, version):
        self.client_context = client_context(version)
        self.server_context = server_context(version, certfile=certs.SERVER_RSA)
        for context in (self.client_context, self.server_context):  # Python 3.8 and 3.9 set it, and see no truncation then
            context.options &= ~IGNORE_UNEXPECTED_EOF

    def hold(self, direction=None, fault=intact):
        """One conversation with `fault` in one direction. Returns the verdicts of client and server, and the bytes carried
        to the server and to the client."""
        client = Talker(End(self.client_context, server_hostname=u"localhost"), (
            ("handshake", None), ("send", REQUEST), ("receive", len(RESPONSE)), ("unwrap", None)))
        server = Talker(End(self.server_context, server_side=True), (
            ("handshake", None), ("receive", len(REQUEST)), ("send", RESPONSE), ("end_of_data", None), ("unwrap", None)))
        wires = (Wire(client.end, server.end, fault if direction == TO_SERVER else intact),
                 Wire(server.end, client.end, fault if direction == TO_CLIENT else intact))
        moving = True
        while moving:
            moving = False
            for talker, wire in zip((client, server), wires):
                stepped = talker.step()
                carried = wire.carry()
                moving = moving or stepped or carried
        return (client.verdict(RESPONSE), server.verdict(REQUEST)) + tuple(wire.carried for wire in wires)
