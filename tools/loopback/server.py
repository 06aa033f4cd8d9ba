"""A TLS server on a free port of the loopback interface, one thread a connection."""
from __future__ import absolute_import, division, print_function

import contextlib
import socket
import ssl
import threading

SECONDS = 30  # after which a silent peer is given up, so that every test ends by itself
SECONDS_FOR_GOODBYE = 2
LONGEST_HEAD = 65536


class TLSServer(object):
    """Serves until the `with` block ends; a subclass says in serve() what is done with a connection.

    `address` is (host, port), `port` the second of them; `errors` the list of (exception) that ended connections: a client
    that refuses our certificate is one of them, and ends only its own connection."""

    def __init__(self, certfile):
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certfile)
        self.errors = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.address = self.listener.getsockname()
        self.port = self.address[1]
        self.closing = False
        self.connections, self.established = [], []
        self.thread = threading.Thread(target=self.accept_all)
        self.thread.daemon = True

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc_info):
        self.closing = True
        # close() alone does not wake accept() on Linux; a last connection does, everywhere.
        socket.create_connection(self.address, SECONDS).close()
        self.thread.join()
        self.listener.close()
        for thread in self.connections:
            thread.join(SECONDS_FOR_GOODBYE)
        for tls in self.established:  # a client that holds its end open, in a traceback, say, and says nothing
            hang_up(tls)
        for thread in self.connections:
            thread.join(SECONDS)

    def accept_all(self):
        while True:
            connection = self.listener.accept()[0]
            if self.closing:
                connection.close()
                return
            thread = threading.Thread(target=self.handle, args=(connection,))
            thread.daemon = True
            thread.start()
            self.connections.append(thread)

    def handle(self, connection):
        connection.settimeout(SECONDS)
        try:
            with contextlib.closing(self.context.wrap_socket(connection, server_side=True)) as tls:
                self.established.append(tls)
                self.serve(tls)
                say_goodbye(tls)
        except (socket.error, ValueError) as error:  # ssl.SSLError and socket.timeout are both socket.error
            self.errors.append(error)
        finally:
            connection.close()

    def serve(self, tls):
        """Does the work of one connection over the connected ssl.SSLSocket `tls`; it is closed afterwards."""
        raise TypeError("%s does not say how to serve a connection: override serve()" % type(self).__name__)


def hang_up(tls):
    """Ends the connection below `tls` at once, for the thread that waits for it, too."""
    try:
        same = socket.fromfd(tls.fileno(), tls.family, tls.type)
    except (socket.error, ValueError):  # closed
        return
    with contextlib.closing(same):
        try:
            same.shutdown(socket.SHUT_RDWR)
        except socket.error:  # the client was first
            pass


def say_goodbye(tls):
    """Sends close_notify, without which the client of a Python before 3.8 takes the end for a truncation on OpenSSL 3."""
    tls.settimeout(SECONDS_FOR_GOODBYE)
    try:
        tls.unwrap()
    except (socket.error, ValueError):
        pass  # unwrap() also waits for the client's close_notify; few clients send one, and nothing depends on it


def read_head(tls):
    """The lines of an HTTP request up to the empty one, as text; raises ValueError when it does not come whole."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if len(head) > LONGEST_HEAD:
            raise ValueError("the head of the request is longer than %d bytes" % LONGEST_HEAD)
        # One byte at a time: what follows a CONNECT belongs to the tunnel.
        byte = tls.recv(1)
        if not byte:
            raise ValueError("the connection ended within the head of the request: %r" % head)
        head += byte
    return head.decode("iso-8859-1").split("\r\n")


def answer(tls, status, body=b"", content_type="text/plain; charset=utf-8"):
    """Sends an HTTP response, after which the connection ends. `status` is for instance ``"200 OK"``."""
    head = ("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            % (status, content_type, len(body)))
    tls.sendall(head.encode("ascii") + body)
