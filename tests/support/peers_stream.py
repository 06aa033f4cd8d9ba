"""What a TLSStream is tested on and against.

    SimulatedSocket   below the stream, no OS, no threads: its far end is an SSLObject, and the test says how many bytes go through
                      and what happens then. For everything that must be exact: timeouts at each byte, alerts, ends.
    conversation()    a genuine ssl.SSLSocket in a thread at the other end of a TCP connection. For everything that must be real.
    Dribble, SendallOnly, Recorder   go between a stream and a real socket
"""
from __future__ import absolute_import, division, print_function

import contextlib
import errno
import os
import socket
import ssl
import threading

import pytest

from tests.support import contexts
from tests.support.pairs import End
from tls_bootstrap import TLSStream

PATIENCE = 20  # seconds; nothing waits that long unless it hangs


SIDES = pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])  # of the stream


def would_block():
    return socket.error(errno.EAGAIN, os.strerror(errno.EAGAIN))


def timed_out():
    return socket.timeout("timed out")


class Nothing(AssertionError):
    """The stream waits for bytes although the far end has nothing to say: a real socket would hang here."""


class SimulatedSocket(object):
    """A socket whose far end is `far`, an End with an SSLObject, driven by what arrives.

    room      how many bytes send() still takes, None for any number; then it raises ``full()``
    supply    how many bytes recv() still gives, None for any number; then it raises ``empty()``, or says b"" if that is None
    sent      everything that send() took
    received  the plaintext that the far end got
    """

    def __init__(self, far=None, room=None, supply=None, full=timed_out, empty=Nothing):
        self.far, self.room, self.supply, self.full, self.empty = far, room, supply, full, empty
        self.sent, self.received, self.coming = bytearray(), bytearray(), bytearray()
        self.closed, self.far_error, self.asked_for = False, None, []

    def send(self, data):
        count = len(data) if self.room is None else min(len(data), self.room)
        if data and not count:
            raise self.full()
        if self.room is not None:
            self.room -= count
        self.sent += data[:count]
        if self.far is not None:
            self.far.take(bytes(data[:count]))
            self.drive()
        return count

    def recv(self, size):
        self.asked_for.append(size)
        self.drive()
        count = min(size, len(self.coming))
        if self.supply is not None:
            count = min(count, self.supply)
            self.supply -= count
        if count == 0:
            if self.empty is None:
                return b""
            raise self.empty()
        data = bytes(self.coming[:count])
        del self.coming[:count]
        return data

    def drive(self):
        """Lets the far end do its handshake and read what has arrived."""
        if self.far is None:
            return
        try:
            self.far.tls.do_handshake()
            while self.far_error is None:
                data = self.far.tls.read(65536)
                if not data:
                    break
                self.received += data
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.far_error = error
        self.coming += self.far.sent()

    def says(self, data):
        """The far end sends `data`."""
        self.far.tls.write(data)
        self.coming += self.far.sent()

    def close(self):
        self.closed = True


def simulated(version, server_side=False, stream_context=None, far_context=None, server_hostname=None, **knobs):
    """(a SimulatedSocket, the arguments for a TLSStream over it). `server_side` is the side of the stream."""
    if server_side:
        far = End(far_context or contexts.client_context(version), server_hostname=u"localhost")
        return SimulatedSocket(far, **knobs), (stream_context or contexts.server_context(version), None, True)
    far = End(far_context or contexts.server_context(version), server_side=True)
    return SimulatedSocket(far, **knobs), (stream_context or contexts.client_context(version), server_hostname or u"localhost")


def connected(version, server_side=False, **arguments):
    """(a stream after its handshake, its SimulatedSocket)."""
    keywords = dict((name, arguments.pop(name)) for name in ("suppress_ragged_eofs",) if name in arguments)
    sock, rest = simulated(version, server_side, **arguments)
    stream = TLSStream(sock, *rest, **keywords)
    if version == contexts.TLS13 and not server_side:  # the session tickets: out of the way of what the tests say and count
        sock.says(b"!")
        assert stream.recv(1) == b"!" and not sock.coming
    return stream, sock


class Dribble(object):
    """A socket that takes and gives one byte at a time."""

    def __init__(self, sock):
        self.sock = sock

    def send(self, data):
        return self.sock.send(data[:1])

    def recv(self, size):
        return self.sock.recv(min(size, 1))

    def close(self):
        self.sock.close()


class SendallOnly(object):
    """Has what a TLSStream needs and nothing else."""

    def __init__(self, sock):
        self.recv, self.sendall, self.close = sock.recv, sock.sendall, sock.close


class Recorder(object):
    """A socket that lists what is sent."""

    def __init__(self, sock):
        self._sock, self.sent = sock, []
        self.recv, self.fileno, self.close = sock.recv, sock.fileno, sock.close

    def send(self, data):
        self.sent.append(data)
        return self._sock.send(data)


def tcp_pair():
    """Two connected sockets. (socket.socketpair() of 2.7 makes objects that ssl cannot wrap.)"""
    listener = socket.socket()
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        one = socket.create_connection(listener.getsockname(), PATIENCE)
        other, _ = listener.accept()
    finally:
        listener.close()
    for sock in (one, other):
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return one, other


class Task(object):
    """A function in a thread; result() waits for what it returns or raises."""

    def __init__(self, function, *arguments):
        self._function, self._arguments = function, arguments
        self._result = self._error = None
        self._thread = threading.Thread(target=self._run)
        self._thread.daemon = True
        self._thread.start()

    def _run(self):
        try:
            self._result = self._function(*self._arguments)
        except Exception as error:
            self._error = error

    def is_running_after(self, seconds):
        self._thread.join(seconds)
        return self._thread.is_alive()

    def failed(self):
        """Whether it has raised an exception so far."""
        return self._error is not None

    def result(self):
        self._thread.join(2 * PATIENCE)
        assert not self._thread.is_alive(), "the peer hangs"
        if self._error is not None:
            raise self._error
        return self._result


def echo(tls):
    """Sends back what comes, until the end; then ends TLS too, if the other side did so properly."""
    while True:
        data = tls.recv(16384)
        if not data:
            break
        tls.sendall(data)
    tls.unwrap()


def serve(work, sock, context):
    """`work(tls)` with an SSLSocket server on `sock`."""
    with contextlib.closing(sock):  # not only `tls`: on 2.7 both share the connection
        with contextlib.closing(context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False)) as tls:
            return work(tls)


def call(work, sock, context):
    """`work(tls)` with an SSLSocket client on `sock`."""
    with contextlib.closing(sock):
        with contextlib.closing(context.wrap_socket(sock, server_hostname="localhost", suppress_ragged_eofs=False)) as tls:
            return work(tls)
