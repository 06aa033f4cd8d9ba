"""Connections for tests that ask the same of an SSLObject and of an SSLSocket: with KINDS, `kind` is the name of either."""
from __future__ import absolute_import, division, print_function

import contextlib
import ssl

import pytest

from tests.support.failures import raises
from tests.support.pairs import Pair
from tests.support.peers_stream import Task, tcp_pair

KINDS = pytest.mark.parametrize("kind", ["SSLObject", "SSLSocket"])


@contextlib.contextmanager
def connected(kind, client, server, server_hostname=u"localhost"):
    """(the client's end, the server's end) of two contexts, after the handshake. What the client raises in it comes through."""
    if kind == "SSLObject":
        pair = Pair(client, server, server_hostname)
        for outcome in pair.outcomes():
            if isinstance(outcome, Exception):
                raise outcome
        yield pair.client.tls, pair.server.tls
        return
    sockets = list(tcp_pair())
    try:
        task = Task(lambda: server.wrap_socket(sockets[1], server_side=True))
        sockets.append(client.wrap_socket(sockets[0], server_hostname=server_hostname))
        sockets.append(task.result())
        yield sockets[2], sockets[3]
    finally:
        for sock in reversed(sockets):
            sock.close()


@contextlib.contextmanager
def before(kind, client, server):
    """The same before the handshake."""
    if kind == "SSLObject":
        pair = Pair(client, server)
        yield pair.client.tls, pair.server.tls
        return
    sockets = list(tcp_pair())
    try:
        sockets.append(client.wrap_socket(sockets[0], server_hostname=u"localhost", do_handshake_on_connect=False))
        sockets.append(server.wrap_socket(sockets[1], server_side=True, do_handshake_on_connect=False))
        yield sockets[2], sockets[3]
    finally:
        for sock in reversed(sockets):
            sock.close()


def assert_no_error_is_left(*ends):
    """What OpenSSL's error queue holds, a genuine read() takes for an error of its own."""
    for end in ends:
        if hasattr(end, "settimeout"):
            end.settimeout(0)
        with raises(ssl.SSLWantReadError):
            end.read(1)
