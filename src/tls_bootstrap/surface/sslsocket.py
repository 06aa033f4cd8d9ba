"""ssl.SSLSocket over an engine that brings its own OpenSSL: the interpreter's class, with another TLS inside.

The in-place engine needs none of this: the interpreter's SSLSocket uses the library that it uses. Where an engine brings a
library of its own, ``SSLContext.wrap_socket`` has to use that one, too, or a context would mean one OpenSSL to one of its
methods and another one to the next.

General theory of operation
===========================

``ssl.py`` keeps its TLS in one attribute, `_sslobj`, an ``_ssl._SSLSocket``; None where there is no TLS (yet, or any more),
and then the methods are those of a plain socket. All else of SSLSocket - what is refused and in which words, the counting of
files, who is connected, what a ragged end is worth - is about that one attribute. So the class made here is a subclass that
replaces what puts something into `_sslobj` (the construction, and connect()), and puts a `Connection` there. Everything else
*is* the running interpreter's, with its habits, and `isinstance` and `except` mean what they meant. Three objects:

    SSLSocket      the user's, a subclass of ssl.SSLSocket; it owns the descriptor
    Connection     its `_sslobj`: the names that each Python's `_ssl._SSLSocket` has, over a TLSStream, and the waiting
    Descriptor     what the TLSStream takes for its socket: the methods which SSLSocket inherits from the plain socket

The waiting is done as in `_ssl.c`. To the TLSStream the Descriptor never waits, whatever timeout the socket has, so an
operation that cannot go on raises SSLWantReadError or SSLWantWriteError and has kept everything it needs to be called again.
`Connection._complete` then waits for the socket, until the deadline, and calls it again. What follows:

* A timeout is the deadline of the whole operation where the interpreter's own is, since Python 3.5 (bpo-23853).
* While one thread waits for data, another can send: a lock is held while the TLSStream works but never while a thread waits
  (CPython's first one was, a deadlock: gh-137583). Whoever wakes up asks anew; and a thread that waits beside others looks from
  time to time, because one of them may have received what it waits for.
* Two threads that send take turns, for a whole write each: a record that is half sent must be finished first.

A write that waits takes everything, as SSL_write(3) does. It is given to the TLSStream in chunks, and how far it came when it
failed is remembered in `_unreported`: done again with the same data it goes on from there, as in TLSStream.sendall(). One
that does not wait takes a chunk at most: it must be done again from its first byte, and would compare all of it each time.

The Descriptor refers to its SSLSocket weakly, as an ``_ssl._SSLSocket`` does: one that is dropped is closed at once.
"""
from __future__ import absolute_import, division, print_function

import errno
import os
import time
import weakref

from .._compat import INT_MAX, OLD_TLS_TIMEOUTS, allocate_lock, as_bytes, get_ident, inherit_socket, text_type
from .arguments import check_arguments
from .context import over

NO_CONSTRUCTOR = "%s does not have a public constructor. Instances are returned by SSLContext.wrap_socket()."
PAUSE = 0.05  # seconds between two looks at what another thread may have received for this one
CHUNK = 65536  # what is encrypted before it is sent; it is also what TLSStream takes at a time

_clock = getattr(time, "monotonic", time.time)


def make_ssl_socket(TLSStream):
    """Make the class, a subclass of ``ssl.SSLSocket`` as it is now, whose TLS is done by `TLSStream` over SSLContext.wrap_bio."""
    import socket
    import ssl

    Native = ssl.SSLSocket

    class SSLSocket(Native):
        """ssl.SSLSocket, with the TLS of an engine. Made by SSLContext.wrap_socket()."""

        __qualname__ = "SSLSocket"

        def __init__(self, *args, **kwargs):
            raise TypeError(NO_CONSTRUCTOR % type(self).__name__)

        @classmethod
        def _create(cls, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None,
                    context=None, session=None):
            """What SSLContext.wrap_socket calls, under the name it has in the standard library since 3.7.

            What is refused at once leaves `sock` as it was. Every later error closes the descriptor, which is ours by then.
            """
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) != socket.SOCK_STREAM:
                raise NotImplementedError("only stream sockets are supported")
            check_arguments(context, server_side, server_hostname, session)
            timeout = sock.gettimeout()
            self = cls._take_over(sock)
            try:
                self._context, self._session, self._sslobj, self._closed = context, session, None, False
                self.server_side = server_side
                self.server_hostname = server_hostname
                if hasattr(context, "_encode_hostname"):  # since 3.7 it is the A-label
                    self.server_hostname = context._encode_hostname(server_hostname)
                self.do_handshake_on_connect = do_handshake_on_connect
                self.suppress_ragged_eofs = suppress_ragged_eofs
                self._connected = self._has_peer()
                self.settimeout(timeout)
                if self._connected:
                    self._sslobj = Connection(self, TLSStream, Native)
                    if do_handshake_on_connect:
                        if timeout == 0.0:
                            raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
                        self.do_handshake()
            except BaseException:
                try:
                    self.close()
                except EnvironmentError:  # a consequence, which must not hide the cause
                    pass
                raise
            return self

        @classmethod
        def _take_over(cls, sock):
            """A new object with the descriptor of `sock`; `sock` has none any more, on 2.7 both have it."""
            self = cls.__new__(cls)
            if hasattr(sock, "detach"):
                super(Native, self).__init__(family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.fileno())
                sock.detach()
            else:
                super(Native, self).__init__(_sock=sock._sock)
                self._makefile_refs = 0
                inherit_socket(self, sock)
            return self

        def _has_peer(self):
            """Whether the socket is connected; else it is non-blocking now. If it was, data from then are refused: they are none
            of a TLS connection (CVE-2023-40217, gh-108310)."""
            try:
                self.getpeername()
                return True
            except socket.error as error:
                if error.errno != errno.ENOTCONN:
                    raise
            self.setblocking(False)
            try:
                leftover = self.recv(1)
            except socket.error as error:
                if error.errno not in (errno.ENOTCONN, errno.EINVAL):  # EINVAL: Unix sockets that are not connected
                    raise
                return False
            if leftover:
                error = ssl.SSLError(errno.ENOTCONN, "Closed before TLS handshake with data in recv buffer.")
                error.reason, error.library = error.strerror, None
                try:
                    raise error
                finally:
                    del error  # its traceback has this frame
            return False

        def connect(self, addr):
            """Connect to a remote address, then do the handshake, unless `do_handshake_on_connect` is False."""
            self._connect(super(Native, self).connect, addr)

        def connect_ex(self, addr):
            """As connect(), but returns the error number of the connecting. What the handshake raises, is raised."""
            return self._connect(super(Native, self).connect_ex, addr)

        def _connect(self, connect, addr):
            if self.server_side:
                raise ValueError("can't connect in server-side mode")
            if self._connected or self._sslobj is not None and hasattr(Native, "_create"):  # 3.7 is stricter about trying again
                raise ValueError("attempt to connect already-connected SSLSocket!")
            self._sslobj = Connection(self, TLSStream, Native)
            try:
                failed = connect(addr)
                if not failed:
                    self._connected = True
                    if self.do_handshake_on_connect:
                        self.do_handshake()
                return failed
            except (OSError, ValueError):  # on 2.7 a socket.error is no OSError: TLS goes on when connect() was only begun
                self._sslobj = None
                raise

    for name in ("get_unverified_chain", "get_verified_chain"):
        if hasattr(Native, name):
            setattr(SSLSocket, name, _der_chain(name))
    SSLSocket.__module__ = "ssl"
    return SSLSocket


def make_wrap_socket(SSLSocket):
    """Make the method of SSLContext that makes sockets of this class."""
    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None,
                    session=None):
        """Wrap a socket in TLS: an SSLSocket, which takes over its descriptor. See the standard library's documentation.

        NotImplementedError if the context has an `sslsocket_class` of its own that would use another library.
        """
        class_ = getattr(self, "sslsocket_class", SSLSocket)
        class_ = over(class_, SSLSocket)
        if not issubclass(class_, SSLSocket):
            raise NotImplementedError("sslsocket_class has to be a subclass of %s.%s as it is after the upgrade, which %s.%s is not"
                                      % (SSLSocket.__module__, SSLSocket.__name__, class_.__module__, class_.__name__))
        return class_._create(sock=sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect,
                              suppress_ragged_eofs=suppress_ragged_eofs, server_hostname=server_hostname, context=self, session=session)
    return wrap_socket


class Connection(object):
    """What an SSLSocket has as its `_sslobj`. What is not here goes to the SSLObject, by its names and those in `_OTHER_NAMES`."""

    def __init__(self, sslsocket, TLSStream, Native):
        import socket
        import ssl

        self._ssl, self._wants = ssl, (ssl.SSLWantReadError, ssl.SSLWantWriteError)
        self._timeout = ssl.SSLError if OLD_TLS_TIMEOUTS else socket.timeout
        self._descriptor = Descriptor(sslsocket, Native)
        self._stream = TLSStream(self._descriptor, sslsocket._context, sslsocket.server_hostname, sslsocket.server_side,
                                 suppress_ragged_eofs=False, do_handshake_on_connect=False)  # both are the SSLSocket's business
        self._sslobject = self._stream._sslobj
        self._working, self._writing = Turns(sslsocket), Turns(sslsocket)
        self._waiting = []  # one item for each thread
        self._unreported, self._done = b"", 0  # what a write had sent when it failed; how much the current one has
        _adopt(self._sslobject, sslsocket)
        if sslsocket._session is not None:
            self.session = sslsocket._session

    def do_handshake(self):
        self._complete("handshake", self._stream.do_handshake)

    def read(self, len=1024, buffer=None):
        return self._complete("read", self._stream.read, len, buffer)

    def write(self, data):
        if isinstance(data, text_type) and str is bytes:
            data = data.encode("ascii")  # 2.7's sockets do
        return self._writing.take(self._write, as_bytes(data))

    def shutdown(self):
        """End TLS; the plain socket, which is what the SSLSocket is from now on, and on 2.7 what is in it."""
        self._complete(None, self._stream.unwrap)
        return self._descriptor.socket()

    unwrap = shutdown  # as 3.6 calls it

    @property
    def context(self):
        return self._sslobject.context

    @context.setter
    def context(self, context):
        self._sslobject.context = context

    @property
    def session(self):
        return getattr(self._sslobject, "session", None)

    @session.setter
    def session(self, session):
        if not hasattr(type(self._sslobject), "session"):  # an engine without ssl.SSLSession
            raise TypeError("Value is not a SSLSession.")
        self._sslobject.session = session

    @property
    def session_reused(self):
        return getattr(self._sslobject, "session_reused", False)

    def uses_ktls_for_send(self):
        """False: SSLSocket.sendfile() of Python 3.15 asks whether the kernel encrypts."""
        return False

    def __getattr__(self, name):
        return getattr(self._sslobject, _OTHER_NAMES.get(name, name))

    def _write(self, data):
        self._done = len(self._unreported)
        if data[:self._done] != self._unreported:
            raise self._ssl.SSLError(self._ssl.SSL_ERROR_SSL, "[SSL: BAD_WRITE_RETRY] bad write retry")
        end = min(len(data), self._done + CHUNK) if self._descriptor.gettimeout() == 0 else len(data)
        try:
            self._complete("write", self._send, data, end)
        except BaseException:
            self._unreported = data[:self._done]
            raise
        self._unreported = b""
        return end

    def _send(self, data, end):
        while self._done < end:
            self._done += self._stream.send(data[self._done:self._done + CHUNK])

    def _complete(self, name, operation, *arguments):
        """The result of an operation of the TLSStream, after as much waiting as it takes; `name` is for the timeout's text."""
        timeout = self._descriptor.gettimeout()
        deadline = _clock() + timeout if timeout else None
        while True:
            try:
                return self._working.take(operation, *arguments)
            except self._wants as error:
                if timeout == 0:
                    raise
                waits_for = "read" if isinstance(error, self._wants[0]) else "write"
            self._waiting.append(name)
            try:
                ready = self._descriptor.wait(waits_for, deadline, PAUSE if len(self._waiting) > 1 else None)
            finally:
                self._waiting.pop()
            if ready is False:
                raise self._timeout("The %s operation timed out" % (name or waits_for))
            if ready and timeout and OLD_TLS_TIMEOUTS:
                deadline = _clock() + timeout


_OTHER_NAMES = {"peer_certificate": "getpeercert", "tls_unique_cb": "get_channel_binding"}  # of 2.7


class Turns(object):
    """A lock for functions. A thread that comes back while it has its turn - by a signal handler, a finalizer, a callback -
    would wait for itself: RuntimeError, as from an io.BufferedWriter."""

    def __init__(self, sslsocket):
        self._lock, self._thread, self._name = allocate_lock(), None, type(sslsocket).__name__

    def take(self, function, *arguments):
        me = get_ident()
        if self._thread == me:
            raise RuntimeError("reentrant call inside %s" % self._name)
        with self._lock:  # entered in one step: a signal handler that raises leaves nothing locked
            try:
                self._thread = me
                return function(*arguments)
            finally:
                self._thread = None


class Descriptor(object):
    """The plain socket in an SSLSocket, for a TLSStream: what cannot be done at once is EAGAIN, whatever the timeout."""

    def __init__(self, sslsocket, Native):
        import socket

        self._sslsocket = weakref.ref(sslsocket)  # alive whenever it is asked for, by one of its own methods
        self._native, self._error = Native, socket.error
        self._at_once = getattr(socket, "MSG_DONTWAIT", 0)  # not on Windows: there a blocking send may wait

    def recv(self, size):
        return self._plain("read").recv(size, self._at_once)

    def send(self, data):
        return self._plain("write").send(data, self._at_once)

    def gettimeout(self):
        return self._sslsocket().gettimeout()

    def socket(self):
        """What natively is the socket inside: on 2.7 the object in `_sock`, else the SSLSocket itself."""
        sslsocket = self._sslsocket()
        return getattr(sslsocket, "_sock", sslsocket)

    def wait(self, direction, deadline, pause):
        """True when the socket is ready, False when the deadline has passed (None: never), None after a `pause` (None: never)."""
        while True:
            remaining = None if deadline is None else deadline - _clock()
            if remaining is not None and remaining <= 0:
                return False
            if _is_ready(self._sslsocket(), direction, pause if remaining is None else min(remaining, pause or remaining)):
                return True
            if pause:
                return None

    def _plain(self, direction):
        """The methods of the plain socket."""
        sslsocket = self._sslsocket()
        waits = sslsocket.gettimeout() or not self._at_once  # with a timeout they wait first, whatever the flags are
        if waits and not _is_ready(sslsocket, direction, 0):
            raise self._error(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return sslsocket._sock if hasattr(sslsocket, "_sock") else super(self._native, sslsocket)


def _is_ready(sock, direction, seconds):
    """Whether a socket is ready within so many seconds, None for any number. False, too, when the waiting was interrupted."""
    import select

    descriptor = sock.fileno()
    if descriptor < 0:
        return True  # closed: the next thing that is done with it says so
    try:
        if not hasattr(select, "poll"):  # Windows
            return any(select.select(*([[descriptor] if direction == way else [] for way in ("read", "write")] + [[], seconds])))
        poll = select.poll()  # select() has a highest descriptor
        poll.register(descriptor, select.POLLIN if direction == "read" else select.POLLOUT)
        return bool(poll.poll(None if seconds is None else min(int(seconds * 1000) + bool(seconds), INT_MAX)))
    except select.error as error:
        if error.args[0] != errno.EINTR:
            raise
        return False


def _adopt(sslobject, sslsocket):
    """Let callbacks (SNI, PSK, messages) get the SSLSocket: `_ssl` calls it the owner, and so may an engine's `raw`."""
    raw = getattr(sslobject, "_sslobj", None)
    if hasattr(raw, "owner"):
        raw.owner = sslsocket


def _der_chain(name):
    """SSLSocket asks `_sslobj` for objects and makes bytes of them; the SSLObject has bytes already (since 3.13)."""
    def chain(self):
        return getattr(self._sslobj, name)()
    chain.__name__ = name
    return chain
