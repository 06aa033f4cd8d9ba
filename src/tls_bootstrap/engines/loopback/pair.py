"""Two connected sockets, of which `_ssl` has one and we have the other; shared by many connections.

Between two operations a pair is empty (see ../pump.py), so it belongs to nobody and any number of connections can use the
same one: 2,000 connections need no more descriptors than one. What follows from that:

- *One operation at a time.* A pair is a member of the gate of its connections (../gate.py).
- *Torn operations.* A signal handler that raises may end an operation anywhere; the pair then holds bytes of its `user`. So only
  an operation that has ended in good order says that it has: the next one finds that user still named, and has it `settle`
  the pair first. No byte reaches a stranger. The same is done when an SNI callback uses another connection of the pair in
  the middle of an operation.
- *The end of a file* is for ever on a socket. A pair that was ended is renewed after the operation: dup2 puts a fresh socket
  under the number that OpenSSL knows.
- *Fork.* Parent and child would talk into one kernel object. The first operation in a child renews the pair there.
- *Closed behind our back*, as daemons do with all descriptors. OpenSSL would write into the file of whoever was given the
  number next, so each operation asks the number what it is. If it is free the pair is renewed. If it has a new owner the
  pair is lost: its connections fail with a sentence, and its socket objects are kept for ever, since their death would
  close a stranger's file.

Where a socket cannot be put under a number (Windows), each connection has a pair of its own.
"""
from __future__ import absolute_import, division, print_function

import errno
import os
from os import fstat, getpid
from stat import ST_DEV, ST_INO

from ...formats.records import RecordMeter
from ..gate import Gate, is_inside

PIECE = 65536  # bytes taken at a time
AT_ONCE = 262144  # bytes that a buffer should hold: more than a record, so that handing one over never waits
lost_sockets = []
lost_sockets.append(lost_sockets)  # never deallocated, since it holds itself; not even when the interpreter ends
LOST = "the descriptor of this connection was closed by another part of the program, and its number is in use now"


class Lost(Exception):
    """The descriptors of a pair belong to somebody else now."""


class Pair(object):
    """`inner` is the socket that `_ssl` knows, `number` its descriptor; `outer` is ours. `user` is whose operation is under way."""

    __slots__ = ("inner", "number", "outer", "user", "process", "identities", "is_ended", "_gate", "_thread", "__weakref__")

    can_be_shared = hasattr(os, "fork")  # where there is dup2 for sockets

    def __init__(self):
        Gate(self)
        self.inner, self.outer = self._connected()
        self.number = self.inner.fileno()
        self._begin()

    def _begin(self):
        self.user, self.is_ended, self.process = None, False, os.getpid()
        self.identities = identity(self.number), identity(self.outer.fileno())

    def is_ready(self):
        """Whether an operation can begin at once."""
        if self.user is not None or self.process != getpid():
            return False
        try:
            found = fstat(self.number)
        except OSError:
            return False
        return (found[ST_DEV], found[ST_INO]) == self.identities[0]

    def is_lost(self):
        """Whether somebody else has our descriptor. What we hold on to then is never closed."""
        if identity(self.number) in (None, self.identities[0]):
            return False
        if self.inner not in lost_sockets:
            lost_sockets.extend((self.inner, self.outer))
        return True

    def make_ready(self):
        """Clear up after a torn operation, a fork, or somebody who closed our descriptors; Lost if that cannot be done."""
        if self.is_lost():
            raise Lost(LOST)
        if identity(self.number) is None or self.process != os.getpid():
            self.renew()
        elif self.user is not None:
            self.user.settle()
        self.user = None

    def renew(self):
        """Put a new socket under the same number."""
        if identity(self.number) is None and not occupy(self.number):
            raise Lost(LOST)
        inner, outer = self._connected()
        if identity(self.outer.fileno()) != self.identities[1]:
            lost_sockets.append(self.outer)
        os.dup2(inner.fileno(), self.number)
        close_on_exec(self.number)
        inner.close()
        self.outer = outer
        self._begin()

    def push(self, data):
        """Hand bytes to `_ssl`: a record at most."""
        self.outer.send(data)

    def push_eof(self):
        """Hand it the end of the file; False if it has that already."""
        if self.is_ended:
            return False
        import socket

        self.is_ended = True
        self.outer.shutdown(socket.SHUT_WR)
        return True

    def pull(self, size=PIECE):
        """What `_ssl` has written; b"" for nothing. `size` is how much there may be, as far as that is known."""
        data = receive(self.outer, size)
        if len(data) < size:
            return data
        pieces = [data]
        while data:
            data = receive(self.outer, PIECE)
            pieces.append(data)
        return b"".join(pieces)

    def take_back(self):
        """What was pushed and `_ssl` has not read."""
        return receive(self.inner, AT_ONCE) if not self.is_ended else b""

    def _connected(self):
        """(inner, outer): two connected sockets of the C type, which gevent and others do not replace."""
        import _socket

        inner, outer = _socket.socketpair()
        for sock in (inner, outer):
            sock.settimeout(0)  # said, since setdefaulttimeout() may have said something else
            close_on_exec(sock.fileno())
        return inner, outer


class TCPPair(Pair):
    """Over the network of the loopback interface, where there is no socketpair().

    Bytes may take their time there: push() waits until they have arrived, and pull() sends a byte that is no TLS through the
    same connection behind them and reads until it comes.
    """

    __slots__ = ()

    BARRIER = b"\xff"  # no content type, and `_ssl` writes whole records

    def push(self, data):
        import socket

        self.outer.sendall(data)
        while len(receive(self.inner, AT_ONCE, socket.MSG_PEEK)) < len(data):
            wait(self.inner)

    def push_eof(self):
        if not super(TCPPair, self).push_eof():
            return False
        wait(self.inner)
        return True

    def pull(self, size=PIECE):
        self.inner.send(self.BARRIER)
        data = b""
        while data[-1:] != self.BARRIER or not are_records(data[:-1]):
            wait(self.outer)
            data += receive(self.outer, PIECE)
        return data[:-1]

    def _connected(self):
        """Whoever is faster than we are at our own port gets a refusal: the peer must have the address that we connected from."""
        import _socket
        import socket

        listener, inner = _socket.socket(), _socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        listener.settimeout(5)
        inner.connect(listener.getsockname())
        accepted = listener.accept if hasattr(listener, "accept") else listener._accept
        outer, peer = accepted()
        if not hasattr(outer, "settimeout"):  # Python 3's _accept gives a descriptor
            outer = _socket.socket(fileno=outer)
        listener.close()
        if peer != inner.getsockname():
            raise EnvironmentError(errno.ECONNABORTED, "somebody else has connected to the port of our own connection")
        for sock in (inner, outer):
            sock.settimeout(0)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, AT_ONCE)
            close_on_exec(sock.fileno())
        return inner, outer


class Pool(object):
    """Pairs for connections: one for each thread that makes some, as far as `most` go."""

    def __init__(self, kind, most=4):
        self.kind, self.most, self.pairs = kind, most, []

    def choose(self, thread):
        """A pair for a new connection of `thread`: the one it used last, a new one, or the one with the fewest connections.

        First of all the one that it is in the middle of using, in an SNI callback: another thread that is in one, too, would wait for
        that, and this one for the other.
        """
        if not self.kind.can_be_shared:
            return self.kind()
        pairs = [pair for pair in self.pairs if not pair.is_lost()]
        for pair in pairs:
            if pair.user is not None and is_inside(pair._gate):
                return pair
        for pair in pairs:
            if pair._thread == thread:
                return pair
        if len(pairs) < self.most:
            pair = self.kind()
            self.pairs.append(pair)
            return pair
        return min(pairs, key=lambda pair: len(pair._gate.members))


def identity(number):
    """What tells the file behind a descriptor from every other one; None if there is none."""
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def occupy(number):
    """Put something under a free descriptor, or one of the next sockets may get it. False if somebody was faster."""
    import fcntl

    null = os.open(os.devnull, os.O_RDONLY)
    got = fcntl.fcntl(null, fcntl.F_DUPFD, number) if null < number else null
    if null != got:
        os.close(null)
    if got != number:
        os.close(got)
    return got == number


def close_on_exec(number):
    """No child that runs another program inherits the descriptor."""
    try:
        import fcntl
    except ImportError:  # Windows: sockets of Python 2 are inherited only by name
        return
    fcntl.fcntl(number, fcntl.F_SETFD, fcntl.fcntl(number, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


def receive(sock, size, flags=0):
    """What a non-blocking socket has, b"" for nothing and at the end."""
    try:
        return sock.recv(size, flags)
    except EnvironmentError as error:
        if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
            return b""
        raise


def wait(sock):
    """Until something has arrived, a second at most: it is on its way inside this machine."""
    import select

    select.select([sock], [], [], 1)


def are_records(data):
    """Whether `data` is nothing but whole TLS records."""
    meter, position = RecordMeter(), 0
    while position < len(data):
        piece = data[position:position + meter.wanted]
        meter.completed_by(piece)
        position += len(piece)
    return meter.is_between_records()
