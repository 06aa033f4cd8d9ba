"""Pairs of SSLSockets over TCP, for what is a matter of sockets. What needs none is tested with tests/support/pairs.py."""
from __future__ import absolute_import, division, print_function

import contextlib
import socket

from tests.support.peers_stream import PATIENCE, Task, tcp_pair


@contextlib.contextmanager
def tls_pair(client, server, **client_arguments):
    """(client, server): SSLSockets of these contexts. Without a handshake on the client's side the server is a Task that waits for it.

    At the end the client is cut off, and when the server has noticed both are closed: a descriptor must not be closed while another
    thread uses it. (Python 3.6 leaves that of a client open which has refused its session.)
    """
    near, far = tcp_pair()
    line = near.dup()
    task, opened = Task(lambda: server.wrap_socket(far, server_side=True)), [near]
    try:
        opened.append(client.wrap_socket(near, server_hostname="localhost", **client_arguments))
        if client_arguments.get("do_handshake_on_connect", True):
            yield opened[-1], task.result()
        else:
            yield opened[-1], task
    finally:
        with contextlib.closing(line):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except EnvironmentError:  # it was ended by the test
                pass
        assert not task.is_running_after(PATIENCE), "the server hangs"
        for sock in opened + [far] + ([] if task.failed() else [task.result()]):  # on 2.7 wrapped and plain ones share the connection
            sock.close()


def take_tickets(client, server):
    """Have the client read what a server of TLS 1.3 sends by itself, which are session tickets."""
    server.sendall(b"!")
    assert client.recv(1) == b"!"
