"""Whole TLS sessions in memory, as short as they can be: what the checks of this folder run thousands of.

    contexts = sessions.contexts()
    sessions.Session(*contexts).run(b"payload")

Unlike tests.support.pairs, which explains every step of one connection, a Session only has to be fast and to hold no reference that a
check does not know of.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.support.contexts import client_context, server_context


def contexts(**server_arguments):
    """A verifying client's context and the context of a server it trusts."""
    return client_context(), server_context(**server_arguments)


class Session(object):
    """A client and a server SSLObject, each between two memory BIOs of its own."""

    __slots__ = ("client", "server", "client_in", "client_out", "server_in", "server_out", "__weakref__")

    def __init__(self, client, server, hostname=u"localhost", session=None):
        self.client_in, self.client_out, self.server_in, self.server_out = (ssl.MemoryBIO() for _ in range(4))
        self.client = client.wrap_bio(self.client_in, self.client_out, server_hostname=hostname, session=session)
        self.server = server.wrap_bio(self.server_in, self.server_out, server_side=True)

    def carry(self):
        """Moves what each side has sent into the other's incoming BIO; tells how many bytes moved."""
        to_server, to_client = self.client_out.read(), self.server_out.read()
        self.server_in.write(to_server)
        self.client_in.write(to_client)
        return len(to_server) + len(to_client)

    def both(self, client_call, server_call):
        """Calls the two until neither wants to read; an SSLError of either side goes through."""
        waiting = [client_call, server_call]
        while waiting:
            waiting = [call for call in waiting if not _done(call)]
            moved = self.carry()
            if waiting and not moved:
                raise AssertionError("the two sides wait for each other")
        return self

    def handshake(self):
        """do_handshake() on both sides."""
        return self.both(self.client.do_handshake, self.server.do_handshake)

    def transfer(self, data):
        """`data` from the client to the server and back; AssertionError if it does not arrive whole."""
        for writer, reader in ((self.client, self.server), (self.server, self.client)):
            written = writer.write(data)
            self.carry()
            if written != len(data) or read_exactly(reader, len(data)) != data:
                raise AssertionError("%d bytes did not arrive as they were sent" % len(data))
        return self

    def close(self):
        """unwrap() on both sides."""
        return self.both(self.client.unwrap, self.server.unwrap)

    def run(self, data=b"x" * 1000):
        """A whole session: handshake, `data` there and back, close_notify both ways."""
        return self.handshake().transfer(data).close()


def read_exactly(reader, count):
    """`count` bytes from an SSLObject whose incoming BIO holds them already."""
    pieces = []
    while count:
        pieces.append(reader.read(count))
        count -= len(pieces[-1])
    return b"".join(pieces)


def _done(call):
    try:
        call()
    except ssl.SSLWantReadError:
        return False
    return True
