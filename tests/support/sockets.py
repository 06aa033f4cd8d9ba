"""Two SSLSockets of the running `ssl` that talk to each other over a pair of sockets."""
from __future__ import absolute_import, division, print_function

import contextlib
import socket
import threading

PATIENCE = 20  # seconds until a test that waits in vain fails


@contextlib.contextmanager
def tls_sockets(client, server, server_hostname=u"localhost"):
    """(the client's, the server's) SSLSocket of two contexts, after the handshake, for which the server has a thread.

    What the client's end raises comes through; what the server's raises is raised when the block is left, unless that raises itself.
    """
    ends, outcome = [_with_methods(end) for end in socket.socketpair()], []
    for end in ends:
        end.settimeout(PATIENCE)

    def serve():
        try:
            outcome.append(server.wrap_socket(ends[1], server_side=True))
        except Exception as error:
            outcome.append(error)
            ends[1].close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        near = client.wrap_socket(ends[0], server_hostname=server_hostname)
    except Exception:
        ends[0].close()
        thread.join(PATIENCE)
        raise
    try:
        thread.join(PATIENCE)
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        yield near, outcome[0]
    finally:
        near.close()
        if not isinstance(outcome[0], Exception):
            outcome[0].close()


def _with_methods(end):
    """Python 2's socketpair() gives the sockets that are inside of socket.socket."""
    return end if isinstance(end, socket.socket) else socket.socket(_sock=end)
