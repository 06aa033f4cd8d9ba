"""One end of the conversations of pairs.py, on the interpreter that runs it: ``PYTHON peer.py ENGINE server`` or ``... client PORT``.

The server prints its port first. Each end then holds the CONVERSATIONS, one connection each, in order, and prints a line of JSON for
every one: what was negotiated, what was received and how it ended. The TLS is that of an SSLObject between two MemoryBIOs; records go
over a plain socket of this machine.
"""
from __future__ import absolute_import, division, print_function

import binascii
import json
import os
import socket
import sys
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 60  # without a byte: then something is stuck
SIZE = 100 * 1024  # bytes of data each way
# (name, version that the client insists on, name it asks for)
CONVERSATIONS = (("1.2", "TLSv1.2", u"localhost"), ("1.3", "TLSv1.3", u"localhost"), ("wrong name", "TLSv1.3", u"elsewhere.test"))
ALPN = {"client": ["h9", "pairs/1"], "server": ["pairs/1", "h8"]}


def data_of(role):
    """What this end sends: no two blocks of it are alike."""
    return b"".join(("%s %8d\n" % (role, number)).encode("ascii") for number in range(SIZE // 8))[:SIZE]


def summary(data):
    return [len(data), binascii.crc32(data) & 0xFFFFFFFF]


class Wire(object):
    """An SSLObject and a socket between which records are carried."""

    def __init__(self, end, connection):
        self.end, self.connection = end, connection

    def do(self, operation, *arguments):
        """What the operation returns, when all that it needed has arrived; what it wants sent is sent, whatever comes of it."""
        import ssl

        while True:
            try:
                return operation(*arguments)
            except ssl.SSLWantReadError:
                self.flush()
                data = self.connection.recv(65536)
                if data:
                    self.end.incoming.write(data)
                else:
                    self.end.incoming.write_eof()
            finally:
                self.flush()

    def flush(self):
        data = self.end.outgoing.read()
        if data:
            self.connection.sendall(data)

    def receive(self):
        pieces = []
        while sum(map(len, pieces)) < SIZE:
            pieces.append(self.do(self.end.tls.read, SIZE))
            if not pieces[-1]:
                break
        return summary(b"".join(pieces))


def converse(wire, role):
    """Handshake, the client's data, the server's data, the client's close_notify, the server's; what came of it."""
    tls = wire.end.tls
    wire.do(tls.do_handshake)
    said = {"version": tls.version(), "alpn": tls.selected_alpn_protocol(), "cipher": tls.cipher()[0]}
    if role == "client":
        said["server"] = [name for kind, name in tls.getpeercert()["subjectAltName"] if kind == "DNS"]
        wire.do(tls.write, data_of(role))
        said["received"] = wire.receive()
        wire.do(tls.unwrap)
        said["read after close"] = "'%s'" % wire.end.incoming.read().decode("latin-1")
    else:
        said["received"] = wire.receive()
        wire.do(tls.write, data_of(role))
        said["read after close"] = "'%s'" % wire.do(tls.read, 100).decode("latin-1")
        wire.do(tls.unwrap)
    return said


def hold(role, connection, version, name):
    """One conversation; what came of it, or how it failed."""
    from tests.engines.outcomes import as_text, raised
    from tests.support.contexts import client_context, server_context
    from tests.support.pairs import End

    connection.settimeout(SECONDS)
    if role == "client":
        end = End(client_context(version, alpn=ALPN[role]), server_hostname=name)
    else:
        end = End(server_context(alpn=ALPN[role]), server_side=True)
    try:
        return converse(Wire(end, connection), role)
    except Exception as error:
        return {"raised": as_text(raised(error)), "class": type(error).__name__}
    finally:
        connection.close()


def say(value):
    sys.stdout.write("%s\n" % json.dumps(value))
    sys.stdout.flush()


def serve():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(SECONDS)
    say(listener.getsockname()[1])
    for _, version, name in CONVERSATIONS:
        say(hold("server", listener.accept()[0], version, name))


def ask(port):
    for _, version, name in CONVERSATIONS:
        say(hold("client", socket.create_connection(("127.0.0.1", int(port)), SECONDS), version, name))


def main(engine, role, *arguments):
    warnings.simplefilter("ignore")  # cryptography says that Python 2 is old, pyOpenSSL that crypto is
    if engine != "native":
        import tls_bootstrap

        tls_bootstrap.monkeypatch_ssl(engine)
    {"server": serve, "client": ask}[role](*arguments)


if __name__ == "__main__":
    sys.path[0:1] = [ROOT, os.path.join(ROOT, "src")]  # in place of the folder of this file
    main(*sys.argv[1:])
