"""The SSLSocket of surface/sslsocket.py, and the interpreter's own: one text, and the interpreter is the oracle.

The peer is always the interpreter's own SSLSocket, or a plain socket where a test says each byte. Both ends are used by one thread
after the handshake, which needs two. Where the oracle is known to be wrong, the test says so by a name of `WRONG`, with what it does.
"""
from __future__ import absolute_import, division, print_function

import _ssl
import array
import contextlib
import errno
import gc
import os
import select
import socket
import ssl
import struct
import sys
import tempfile
import time
import warnings
import weakref

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import TLS13, client_context, server_context
from tests.support.failures import text_of
from tests.support.pairs import End
from tests.support.peers_stream import PATIENCE, SIDES, Task, tcp_pair
from tls_bootstrap import TLSStream
from tls_bootstrap.surface.sslsocket import make_ssl_socket, make_wrap_socket

TEXT_IS_BYTES = str is bytes
TIMEOUT = ssl.SSLError if TEXT_IS_BYTES else socket.timeout  # bpo-10272
DATA_TIMEOUT = socket.timeout if facts.is_pypy() else TIMEOUT  # PyPy's _ssl followed in part
SHORT = 0.1  # seconds, for timeouts that are waited for


class Kind(object):
    """One of the two that must be alike."""

    def __init__(self, name, class_, wrap_socket):
        self.name, self.class_, self._wrap_socket = name, class_, wrap_socket
        self.is_native = name == "native"

    def wrap(self, sock, context, *arguments, **keywords):
        return self._wrap_socket(context, sock, *arguments, **keywords)

    def is_wrong(self, reason):
        """Whether this is an interpreter's own SSLSocket with this defect."""
        return self.is_native and WRONG[reason]


def since(micros, first):
    """Whether this Python has a change that came with version `first` and, on older branches, with these {branch: micro version}."""
    branch = sys.version_info[:2]
    return branch >= first or branch in micros and sys.version_info[2] >= micros[branch]


# What interpreters' own SSLSockets do that ours does not: reason, with its issue, and where it is so.
WRONG = {
    "a ragged end is a plain SSLError with OpenSSL 3 (gh-95494)": sys.version_info < (3, 8) and _ssl.OPENSSL_VERSION_INFO >= (3,),
    "a ragged end looks like close_notify (gh-95494)": facts.ignores_ragged_ends(),
    "an alert that cannot be sent hides a ragged end (gh-127257)":
        since({(3, 10): 17, (3, 11): 12, (3, 12): 9, (3, 13): 2}, (3, 14)) and _ssl.OPENSSL_VERSION_INFO >= (3, 4),
    "data from before the handshake are taken for TLS (gh-108310)":
        not since({(3, 8): 18, (3, 9): 18, (3, 10): 13, (3, 11): 5}, (3, 12)),
    "send(b'') fails (bpo-31711)": sys.version_info < (3, 10),
    "a reset is a ragged end (gh-115627)":
        facts.is_pypy() and sys.version_info >= (3,) or (3, 10) <= sys.version_info < (3, 11, 9) or (3, 12) <= sys.version_info < (3, 12, 3),
    "a ragged end has OpenSSL's text (PyPy)": facts.is_pypy() and _ssl.OPENSSL_VERSION_INFO >= (3,),
    "two threads in one connection spoil it now and then (gh-124984)": True,
}


def native_wrap_socket(context, sock, session=None, **keywords):
    """The interpreter's own SSLContext.wrap_socket, which an engine with an OpenSSL of its own has replaced."""
    if IN_USE is ssl.SSLSocket and not hasattr(ssl.SSLSocket, "_create"):
        return WRAP_SOCKET(context, sock, **(keywords if session is None else dict(keywords, session=session)))
    if session is not None:
        keywords["session" if hasattr(ssl.SSLSocket, "_create") else "_session"] = session
    if hasattr(ssl.SSLSocket, "_create"):
        class_ = ssl.SSLSocket if IN_USE is not ssl.SSLSocket else context.sslsocket_class
        return class_._create(sock=sock, context=context, **keywords)
    return ssl.SSLSocket(sock=sock, _context=context, **keywords)


WRAP_SOCKET = ssl.SSLContext.wrap_socket
IN_USE = getattr(ssl.SSLContext, "sslsocket_class", ssl.SSLSocket)  # with such an engine it is ours already
NATIVE = Kind("native", ssl.SSLSocket, native_wrap_socket)
OUR_CLASS = make_ssl_socket(TLSStream) if IN_USE is ssl.SSLSocket else IN_USE
OURS = Kind("ours", OUR_CLASS, make_wrap_socket(OUR_CLASS))


ours_works = pytest.mark.skipif(facts.is_pypy(), reason=(
    "PyPy's SSLSocket.sendall gives its _sslobj pointers of cffi, which ours cannot take; it would be of use with PyOpenSSL only"))


@pytest.fixture(params=[NATIVE, pytest.param(OURS, marks=ours_works)], ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture
def near(kind, version):
    """Makes connections: ``near(server_side, ...)`` is (a socket of the kind, its native peer), both closed at the end."""
    opened = []

    def make(server_side=False, context=None, far_context=None, **keywords):
        one, other = tcp_pair()
        opened.extend([one, other])
        if server_side:
            task = wrapping(NATIVE, other, far_context or client_context(version), server_hostname="localhost")
            arguments = dict(context=context or server_context(version), server_side=True)
        else:
            task = wrapping(NATIVE, other, far_context or server_context(version), server_side=True)
            arguments = dict(context=context or client_context(version), server_hostname="localhost")
        arguments.update(keywords)
        sock = kind.wrap(one, **arguments)
        opened.append(sock)
        if keywords.get("do_handshake_on_connect", True):
            opened.append(task.result())
            if version == TLS13 and not server_side:  # takes the session tickets out of the way
                opened[-1].sendall(b"!")
                assert sock.recv(1) == b"!"
            return sock, opened[-1]
        return sock, task
    yield make
    for sock in opened:
        sock.close()


@contextlib.contextmanager
def sockets(*socks):
    """Closes plain sockets in the end."""
    try:
        yield socks
    finally:
        for sock in socks:
            sock.close()


def wrapping(kind, sock, context, **keywords):
    """The Task of a wrap()."""
    return Task(lambda: kind.wrap(sock, context, **keywords))


def descriptors():
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


def hang_up(peer):
    """The peer's descriptor goes without a word of TLS."""
    peer.shutdown(socket.SHUT_RDWR)
    peer.close()


def read_exactly(sock, size):
    data = bytearray()
    while len(data) < size:
        piece = sock.recv(size - len(data))
        assert piece
        data += piece
    return bytes(data)


def is_readable(sock, seconds=PATIENCE):
    return bool(select.select([sock], [], [], seconds)[0])


def is_native_inside(kind):
    """Whether what a socket of this kind uses is the interpreter's own SSLObject, or none."""
    return kind.is_native or not facts.is_upgraded()


class Scripted(End):
    """A peer without SSLSocket: its SSLObject's bytes go through a plain socket when the test says so."""

    def __init__(self, sock, context, **keywords):
        End.__init__(self, context, **keywords)
        self.sock = sock

    def handshake(self):
        while True:
            try:
                self.tls.do_handshake()
                return self.sock.sendall(self.sent())
            except ssl.SSLWantReadError:
                self.sock.sendall(self.sent())
                self.take(self.sock.recv(65536))

    def says(self, data):
        self.tls.write(data)
        return self.sent()

    def goodbye(self):
        """close_notify."""
        with pytest.raises(ssl.SSLWantReadError):
            self.tls.unwrap()
        return self.sent()


@contextlib.contextmanager
def scripted(kind, version, server_side=False, **keywords):
    """(a socket of the kind, its Scripted peer)"""
    one, other = tcp_pair()
    with sockets(one, other):
        if server_side:
            far = Scripted(other, client_context(version), server_hostname=u"localhost")
            arguments = dict(context=server_context(version), server_side=True)
        else:
            far = Scripted(other, server_context(version), server_side=True)
            arguments = dict(context=client_context(version), server_hostname="localhost")
        task = Task(far.handshake)
        arguments.update(keywords)
        with contextlib.closing(kind.wrap(one, **arguments)) as sock:
            task.result()
            yield sock, far


class TestClass(object):

    def test_is_the_interpreters(self, near):
        sock, _ = near()
        assert isinstance(sock, ssl.SSLSocket) and isinstance(sock, socket.socket)
        assert type(sock).__name__ == "SSLSocket" and type(sock).__module__ == "ssl"
        assert repr(sock).startswith("<ssl.SSLSocket ")

    def test_has_no_constructor(self):
        with pytest.raises(TypeError) as caught:
            OUR_CLASS(socket.socket())
        assert "SSLContext.wrap_socket()" in str(caught.value)

    @pytest.mark.skipif(not hasattr(ssl.SSLContext, "sslsocket_class"), reason="new in 3.7")
    def test_sslsocket_class(self, version, kind):
        if kind.is_native and IN_USE is not ssl.SSLSocket:
            pytest.skip("the function that looks at it is replaced")
        class Mine(kind.class_):
            pass
        context = client_context(version)
        context.sslsocket_class = Mine
        with sockets(socket.socket()) as (sock,), contextlib.closing(kind.wrap(sock, context, server_hostname="localhost")) as tls:
            assert type(tls) is Mine
        Other = context.sslsocket_class = type("Other", (ssl.SSLSocket,), {})
        with sockets(socket.socket()) as (sock,), contextlib.closing(OURS.wrap(sock, context, server_hostname="localhost")) as tls:
            assert isinstance(tls, Other) and isinstance(tls, OUR_CLASS)  # as truststore's are
        context.sslsocket_class = type("Stranger", (object,), {})
        with sockets(socket.socket()) as (sock,), pytest.raises(NotImplementedError):
            OURS.wrap(sock, context, server_hostname="localhost")


class TestRefusedArguments(object):
    """The socket is as it was."""

    @pytest.mark.parametrize("error, text, keywords", [
        (ValueError, "server_hostname can only be specified in client mode", dict(server_side=True, server_hostname="localhost")),
        (ValueError, "check_hostname requires server_hostname", dict()),
        (ValueError, "check_hostname requires server_hostname", dict(server_hostname="")),
    ])
    def test_names(self, version, kind, error, text, keywords):
        one, other = tcp_pair()
        with sockets(one, other):
            with pytest.raises(error) as caught:
                kind.wrap(one, client_context(version), **keywords)
            assert str(caught.value) == text
            one.sendall(b"still a socket")
            assert other.recv(100) == b"still a socket"

    def test_datagrams(self, version, kind):
        with sockets(socket.socket(type=socket.SOCK_DGRAM)) as (sock,):
            with pytest.raises(NotImplementedError) as caught:
                kind.wrap(sock, client_context(version), server_hostname="localhost")
            assert str(caught.value) == "only stream sockets are supported" and sock.fileno() >= 0

    @pytest.mark.skipif(not hasattr(ssl, "SSLSession"), reason="sessions are new in 3.6")
    def test_sessions(self, version, kind):
        with sockets(socket.socket()) as (sock,), pytest.raises(ValueError) as caught:
            kind.wrap(sock, server_context(version), server_side=True, session=object())
        assert str(caught.value) == "session can only be specified in client mode"
        one, other = tcp_pair()
        with sockets(one, other), pytest.raises(TypeError) as caught:
            kind.wrap(one, client_context(version), server_hostname="localhost", session=object())
        assert str(caught.value) == "Value is not a SSLSession."

    def test_handshake_of_a_socket_that_does_not_block(self, version, kind):
        before = descriptors()
        one, other = tcp_pair()
        with sockets(one, other):
            one.setblocking(False)
            with pytest.raises(ValueError) as caught:
                kind.wrap(one, client_context(version), server_hostname="localhost")
            assert str(caught.value) == "do_handshake_on_connect should not be specified for non-blocking sockets"
        assert descriptors() == before


class TestHandshake(object):

    @SIDES
    def test_in_the_constructor(self, near, version, server_side):
        sock, peer = near(server_side)
        assert sock.version() == peer.version() == version and sock.cipher() == peer.cipher()
        assert sock.server_side is server_side
        assert sock.server_hostname == (None if server_side else "localhost")

    @SIDES
    def test_left_to_the_caller(self, near, version, server_side):
        sock, task = near(server_side, do_handshake_on_connect=False)
        assert sock.do_handshake() is None
        with contextlib.closing(task.result()) as peer:
            assert sock.version() == peer.version() == version
            assert sock.do_handshake() is None

    @SIDES
    def test_implicit(self, near, server_side):
        sock, task = near(server_side, do_handshake_on_connect=False)
        assert sock.send(b"ping") == 4
        with contextlib.closing(task.result()) as peer:
            assert peer.recv(4) == b"ping"

    def test_takes_the_descriptor(self, kind, version, near):
        one, other = tcp_pair()
        with sockets(one, other):
            number = one.fileno()
            one.settimeout(17)
            sock = kind.wrap(one, client_context(version), server_hostname="localhost", do_handshake_on_connect=False)
            with contextlib.closing(sock):
                assert sock.fileno() == number and sock.gettimeout() == 17
                assert (sock._sock is one._sock) if TEXT_IS_BYTES else one.fileno() == -1

    @pytest.mark.parametrize("certificate", [certs.WRONGHOST, certs.STRANGER, certs.EXPIRED], ids=os.path.basename)
    def test_refused_certificate(self, kind, version, certificate):
        before = descriptors()
        one, other = tcp_pair()
        with sockets(one, other):
            number = one.fileno()
            task = wrapping(NATIVE, other, server_context(version, certfile=certificate), server_side=True)
            with pytest.raises((ssl.SSLError, ssl.CertificateError)) as caught:
                kind.wrap(one, client_context(version), server_hostname="localhost")
            if not TEXT_IS_BYTES:  # 2.7: `one` has it still
                assert one.fileno() == -1
                with pytest.raises(OSError):
                    os.fstat(number)
            try:
                task.result().close()  # 2.7's own compares names after the handshake, and has no alert for it
            except socket.error:
                pass
        del caught, task
        assert descriptors() == before

    @SIDES
    def test_end_inside(self, kind, version, server_side):
        before = descriptors()
        one, other = tcp_pair()
        context = server_context(version) if server_side else client_context(version)
        with sockets(one, other):
            other.shutdown(socket.SHUT_WR)
            with pytest.raises(socket.error) as caught:
                kind.wrap(one, context, server_side=server_side, server_hostname=None if server_side else "localhost")
            assert TEXT_IS_BYTES or one.fileno() == -1
            if not kind.is_native:
                assert type(caught.value) is ssl.SSLEOFError and caught.value.args[0] == ssl.SSL_ERROR_EOF
        del caught
        assert descriptors() == before

    @SIDES
    def test_not_tls(self, kind, version, server_side):
        before = descriptors()
        one, other = tcp_pair()
        context = server_context(version) if server_side else client_context(version)
        with sockets(one, other):
            other.sendall(b"GET / HTTP/1.0\r\n\r\n")
            with pytest.raises(ssl.SSLError) as caught:
                kind.wrap(one, context, server_side=server_side, server_hostname=None if server_side else "localhost")
            assert caught.value.reason in ("HTTP_REQUEST", "WRONG_VERSION_NUMBER")
            assert server_side or other.recv(1) == b"\x16"
        del caught
        assert descriptors() == before

    def test_timeout(self, kind, version):
        before = descriptors()
        one, other = tcp_pair()
        with sockets(one, other):
            one.settimeout(SHORT)
            with pytest.raises(TIMEOUT) as caught:
                kind.wrap(one, client_context(version), server_hostname="localhost")
            assert type(caught.value) is TIMEOUT and "The handshake operation timed out" in str(caught.value)
        del caught
        assert descriptors() == before

    def test_block(self, near, version):
        """do_handshake(True) waits, although the socket is non-blocking, and remains so."""
        sock, task = near(do_handshake_on_connect=False)
        sock.setblocking(False)
        sock.do_handshake(True)
        assert sock.version() == version and sock.gettimeout() == 0
        task.result().close()


class TestConnect(object):

    @pytest.fixture
    def listener(self):
        with contextlib.closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(5)
            listener.settimeout(PATIENCE)
            yield listener

    @pytest.fixture
    def client(self, kind, version):
        """Makes sockets that are not connected."""
        made = []

        def make(**keywords):
            made.append(socket.socket())
            made[0].settimeout(PATIENCE)
            made.append(kind.wrap(made[0], client_context(version), server_hostname="localhost", **keywords))
            return made[1]
        yield make
        for sock in made:
            sock.close()

    def serve(self, listener, version):
        sock, _ = listener.accept()
        with contextlib.closing(sock):
            sock.settimeout(PATIENCE)
            with contextlib.closing(NATIVE.wrap(sock, server_context(version), server_side=True)) as tls:
                tls.sendall(tls.recv(100).upper())
                tls.unwrap()

    @pytest.mark.parametrize("method", ["connect", "connect_ex"])
    def test_handshake_with_it(self, client, listener, version, method):
        sock, task = client(), Task(self.serve, listener, version)
        assert (sock.version(), sock.cipher(), sock.pending()) == (None, None, 0)
        assert getattr(sock, method)(listener.getsockname()) == (None if method == "connect" else 0)
        assert sock.version() == version
        sock.sendall(b"hello")
        assert sock.recv(100) == b"HELLO" and sock.recv(100) == b""
        sock.unwrap()
        task.result()

    def test_handshake_afterwards(self, client, listener, version):
        sock, task = client(do_handshake_on_connect=False), Task(self.serve, listener, version)
        sock.connect(listener.getsockname())
        sock.do_handshake()
        sock.sendall(b"hello")
        assert sock.recv(100) == b"HELLO" and sock.recv(100) == b""
        sock.unwrap()
        task.result()

    def test_without_blocking(self, client, listener, version):
        sock, task = client(do_handshake_on_connect=False), Task(self.serve, listener, version)
        sock.setblocking(False)
        assert sock.connect_ex(listener.getsockname()) in (0, errno.EINPROGRESS)
        select.select([], [sock], [], PATIENCE)
        turns = 0
        while True:
            try:
                sock.do_handshake()
                break
            except ssl.SSLWantReadError:
                assert is_readable(sock)
            except ssl.SSLWantWriteError:
                select.select([], [sock], [], PATIENCE)
            turns += 1
            assert turns < 20
        assert sock.send(b"hello") == 5 and is_readable(sock)
        sock.settimeout(PATIENCE)
        assert sock.recv(100) == b"HELLO" and sock.recv(100) == b""
        sock.unwrap()
        task.result()

    def test_refused(self, client, listener, version):
        address = listener.getsockname()
        listener.close()
        sock = client()
        with pytest.raises(socket.error) as caught:
            sock.connect(address)
        assert caught.value.errno == errno.ECONNREFUSED and sock.fileno() >= 0

    def test_not_yet(self, client):
        sock = client()
        for use in (sock.do_handshake, sock.getpeercert, lambda: sock.send(b"x")):
            with pytest.raises(socket.error) as caught:
                use()
            assert caught.value.errno in (errno.ENOTCONN, errno.EPIPE)

    def test_twice(self, near):
        sock, _ = near()
        with pytest.raises(ValueError) as caught:
            sock.connect(("127.0.0.1", 9))
        assert str(caught.value) == "attempt to connect already-connected SSLSocket!"

    def test_of_a_server(self, kind, version):
        with sockets(socket.socket()) as (sock,), contextlib.closing(kind.wrap(sock, server_context(version), server_side=True)) as tls:
            with pytest.raises(ValueError) as caught:
                tls.connect(("127.0.0.1", 9))
            assert str(caught.value) == "can't connect in server-side mode"

    def test_wrong_certificate(self, kind, listener, version):
        before = descriptors()
        plain = socket.socket()
        plain.settimeout(PATIENCE)
        sock = kind.wrap(plain, client_context(version), server_hostname="localhost")

        def serve():
            peer, _ = listener.accept()
            with sockets(peer):
                peer.settimeout(PATIENCE)
                with pytest.raises(socket.error):
                    with contextlib.closing(NATIVE.wrap(peer, server_context(version, certs.WRONGHOST), server_side=True)) as tls:
                        if not tls.recv(1):
                            raise socket.error("an end instead of the alert: 3.8 and 3.9 ignore it")
        task = Task(serve)
        with pytest.raises((ssl.SSLError, ssl.CertificateError)):
            sock.connect(listener.getsockname())
        sock.close()
        plain.close()  # on 2.7 it is as open as it was
        task.result()
        assert descriptors() == before

    def test_accept(self, kind, version, listener, monkeypatch):
        """Through the context's wrap_socket, which is the interpreter's own unless it is replaced."""
        before = descriptors()
        monkeypatch.setattr(ssl.SSLContext, "wrap_socket", kind._wrap_socket)
        with contextlib.closing(kind.wrap(listener, server_context(version), server_side=True, suppress_ragged_eofs=False)) as server:
            def call():
                with sockets(socket.create_connection(address, PATIENCE)) as (sock,):
                    with contextlib.closing(NATIVE.wrap(sock, client_context(version), server_hostname="localhost")) as tls:
                        tls.sendall(b"hello")
                        return tls.recv(100), tls.getsockname()
            address = server.getsockname()
            task = Task(call)
            sock, address = server.accept()
            with contextlib.closing(sock):
                assert type(sock) is kind.class_ and sock.server_side and not sock.suppress_ragged_eofs and sock.context is server.context
                assert sock.recv(100) == b"hello"
                sock.sendall(b"welcome")
                assert task.result() == (b"welcome", address)
        listener.close()
        del sock, server, task
        assert descriptors() < before

    def test_data_from_before(self, kind, version):
        """CVE-2023-40217: the peer is gone, and left data that would be taken for that of a TLS connection."""
        if kind.is_wrong("data from before the handshake are taken for TLS (gh-108310)"):
            pytest.skip("this Python is older than the correction of gh-108310")
        before = descriptors()
        one, other = tcp_pair()
        with sockets(one, other):
            other.sendall(b"evil")
            is_readable(one)
            one.shutdown(socket.SHUT_WR)
            other.shutdown(socket.SHUT_WR)
            for _ in range(100):  # until it is not connected any more
                try:
                    one.getpeername()
                    time.sleep(0.01)
                except socket.error:
                    break
            with pytest.raises(ssl.SSLError) as caught:
                kind.wrap(one, client_context(version), server_hostname="localhost")
            assert caught.value.reason == "Closed before TLS handshake with data in recv buffer." and caught.value.library is None
        del caught
        assert descriptors() == before


class TestData(object):

    @SIDES
    def test_each_method(self, near, server_side):
        sock, peer = near(server_side)
        assert sock.send(b"one") == 3 and sock.write(b"two") == 3 and sock.send(bytearray(b"three")) == 5
        assert sock.send(memoryview(b"four")) == 4
        sock.sendall(b"five")
        sock.sendall(memoryview(b"six"))
        assert read_exactly(peer, 22) == b"onetwothreefourfivesix"
        peer.sendall(b"abcdefghijklm")
        assert sock.recv(1) == b"a" and sock.read(2) == b"bc" and sock.pending() == 10
        buffer = bytearray(3)
        assert sock.recv_into(buffer) == 3 and buffer == b"def"
        assert sock.recv_into(buffer, 2) == 2 and buffer == b"ghf"
        assert sock.read(1, buffer) == 1 and buffer == b"ihf"
        assert sock.recv_into(memoryview(buffer)[1:]) == 2 and buffer == b"ijk"
        assert sock.recv() == b"lm" and sock.pending() == 0 and sock.recv(0) == b""

    def test_nothing(self, near, kind):
        sock, _ = near()
        if kind.is_wrong("send(b'') fails (bpo-31711)"):
            with pytest.raises(socket.error):
                sock.send(b"")
        else:
            assert sock.send(b"") == 0
            sock.sendall(b"")

    def test_items_of_more_than_a_byte(self, near):
        sock, peer = near()
        data = array.array(str("H"), range(5000))
        sock.sendall(data)
        assert read_exactly(peer, 10000) == getattr(data, "tobytes" if hasattr(data, "tobytes") else "tostring")()

    def test_wrong_types(self, near):
        sock, _ = near()
        for data in (None, 5) + (() if TEXT_IS_BYTES else (u"text",)):
            with pytest.raises(TypeError):
                sock.send(data)
        with pytest.raises(TypeError):
            sock.recv_into(b"read-only")
        with pytest.raises(ValueError):
            sock.recv(-1)

    @pytest.mark.parametrize("timeout", [PATIENCE, None])
    @pytest.mark.parametrize("size", [1, 16385, 65536, 65537, 5000000])
    def test_send_takes_everything(self, near, size, timeout):
        sock, peer = near()
        sock.settimeout(timeout)
        data = os.urandom(size)
        task = Task(read_exactly, peer, size)
        assert sock.send(data) == size
        assert task.result() == data

    def test_recv_gives_a_record(self, near):
        sock, peer = near()
        peer.sendall(b"a" * 100)
        peer.sendall(b"b" * 20000)
        assert sock.recv(10**6) == b"a" * 100
        assert sock.recv(10**6) == b"b" * 16384 and read_exactly(sock, 20000 - 16384) == b"b" * (20000 - 16384)

    @SIDES
    @pytest.mark.parametrize("timeout", [PATIENCE, None])
    def test_much_in_both_directions_at_once(self, near, kind, server_side, timeout):
        """A thread that sends and one that receives, at both ends: each end's own SSLSocket permitting."""
        if kind.is_wrong("two threads in one connection spoil it now and then (gh-124984)"):
            return  # b"" or an error, if it is not lucky
        sock, peer = near(server_side)
        sock.settimeout(timeout)
        there, back = os.urandom(3000000), os.urandom(3000000)
        tasks = [Task(sock.sendall, there), Task(read_exactly, sock, len(back))]
        peer.setblocking(False)  # one thread for the peer, with select: two would test the peer
        got, sent, view = bytearray(), 0, memoryview(back)
        limit = time.time() + PATIENCE
        while (len(got) < len(there) or sent < len(back)) and time.time() < limit:
            readable, writable, _ = select.select([peer], [peer] if sent < len(back) else [], [], PATIENCE)
            for _ in readable:
                try:
                    got += peer.recv(65536)
                except ssl.SSLWantReadError:
                    pass
                while peer.pending():
                    got += peer.recv(65536)
            for _ in writable:
                try:
                    sent += peer.send(view[sent:sent + 16384])
                except ssl.SSLWantWriteError:
                    pass
        assert bytes(got) == there
        tasks[0].result()
        assert tasks[1].result() == back

    def test_reader_that_waits_does_not_keep_a_writer(self, near):
        sock, peer = near()
        task = Task(sock.recv, 100)
        assert task.is_running_after(SHORT)
        sock.sendall(b"are you there?")
        assert peer.recv(100) == b"are you there?"
        peer.sendall(b"yes")
        assert task.result() == b"yes"

    def test_writer_that_waits_does_not_keep_a_reader(self, near):
        sock, peer = near()
        sock.settimeout(None)
        data = os.urandom(8000000)
        task = Task(sock.sendall, data)
        assert task.is_running_after(SHORT)
        peer.sendall(b"slow down")
        assert sock.recv(100) == b"slow down"
        assert read_exactly(peer, len(data)) == data
        task.result()

    def test_a_second_reader(self, near, kind):
        """Each byte goes to one of them."""
        if kind.is_wrong("two threads in one connection spoil it now and then (gh-124984)"):
            return
        sock, peer = near()
        tasks = [Task(read_exactly, sock, 100000) for _ in range(3)]
        peer.sendall(b"x" * 300000)
        assert [task.result() for task in tasks] == [b"x" * 100000] * 3

    def test_unwrap_while_another_thread_reads(self, version):
        """Whoever of them takes the peer's close_notify. (In the interpreter's own, unwrap() may then wait for ever.)"""
        one, other = tcp_pair()
        with sockets(one, other):
            task = wrapping(NATIVE, other, server_context(version), server_side=True)
            with contextlib.closing(OURS.wrap(one, client_context(version), server_hostname="localhost")) as sock:
                peer = task.result()
                reader = Task(sock.recv, 100)
                assert reader.is_running_after(SHORT)
                task = Task(peer.unwrap)
                sock.unwrap()
                task.result()
                sock.sendall(b"plaintext")
                assert peer.recv(100) == b"plaintext"
                hang_up(peer)
                try:
                    assert reader.result() == b""
                except (ValueError, ssl.SSLZeroReturnError):
                    pass

    def test_no_second_turn(self, version):
        """A signal handler that comes in the middle is told so; natively it may spoil the connection."""
        one, other = tcp_pair()
        context, found = server_context(version), []

        def callback(tls, name, first):  # as good as a signal handler: it runs inside the operation
            with pytest.raises(RuntimeError) as caught:
                found[0].recv(1)
            found.append(str(caught.value))
        context.set_servername_callback(callback)
        with sockets(one, other):
            found.append(OURS.wrap(one, context, server_side=True, do_handshake_on_connect=False))
            task = wrapping(NATIVE, other, client_context(version), server_hostname="localhost")
            with contextlib.closing(found[0]):
                found[0].do_handshake()
                task.result().close()
        assert found[1:] == ["reentrant call inside SSLSocket"]

    @ours_works
    def test_writers_take_turns(self, version):
        """Whole writes, in any order. (The interpreter's own sends a record twice, or raises: OpenSSL allows one thread.)"""
        one, other = tcp_pair()
        with sockets(one, other):
            task = wrapping(NATIVE, other, server_context(version), server_side=True)
            sock = OURS.wrap(one, client_context(version), server_hostname="localhost")
            with contextlib.closing(sock), contextlib.closing(task.result()) as peer:
                pieces = [bytes(bytearray([65 + number])) * 16000 for number in range(8)]
                tasks = [Task(lambda piece=piece: [sock.sendall(piece) for _ in range(20)]) for piece in pieces]
                got = read_exactly(peer, 8 * 20 * 16000)
                for task in tasks:
                    task.result()
                found = [got[start:start + 16000] for start in range(0, len(got), 16000)]
                assert sorted(found) == sorted(pieces * 20)

    @SIDES
    def test_refused(self, near, server_side):
        sock, _ = near(server_side)
        address = sock.getpeername()
        for error, text, use in [
                (ValueError, "non-zero flags not allowed in calls to send() on", lambda: sock.send(b"x", 1)),
                (ValueError, "non-zero flags not allowed in calls to sendall() on", lambda: sock.sendall(b"x", 1)),
                (ValueError, "non-zero flags not allowed in calls to recv() on", lambda: sock.recv(1, socket.MSG_PEEK)),
                (ValueError, "non-zero flags not allowed in calls to recv_into() on", lambda: sock.recv_into(bytearray(1), 1, 2)),
                (ValueError, "sendto not allowed on instances of", lambda: sock.sendto(b"x", address)),
                (ValueError, "recvfrom not allowed on instances of", lambda: sock.recvfrom(1)),
                (ValueError, "recvfrom_into not allowed on instances of", lambda: sock.recvfrom_into(bytearray(1))),
                (NotImplementedError, "Can't dup() SSLSocket instances", sock.dup)]:
            with pytest.raises(error) as caught:
                use()
            suffix = " <class 'ssl.SSLSocket'>" if text.endswith((" on", " of")) else ""
            assert str(caught.value) == text + suffix

    @pytest.mark.skipif(not hasattr(socket.socket, "recvmsg"), reason="new in 3.3")
    def test_messages_are_refused(self, near):
        sock, _ = near()
        for use in (lambda: sock.recvmsg(1), lambda: sock.recvmsg_into([bytearray(1)]), lambda: sock.sendmsg([b"x"])):
            with pytest.raises(NotImplementedError):
                use()

    @pytest.mark.skipif(not hasattr(socket.socket, "sendfile"), reason="new in 3.5")
    def test_sendfile(self, near):
        sock, peer = near()
        data = os.urandom(200000)
        with tempfile.TemporaryFile() as file:
            file.write(data)
            task = Task(read_exactly, peer, len(data) - 1)
            assert sock.sendfile(file, 1) == len(data) - 1
        assert task.result() == data[1:]


class TestMakefile(object):

    def test_binary(self, near):
        sock, peer = near()
        peer.sendall(b"one\r\ntwo\nthree")
        file = sock.makefile("rb")
        assert file.readline() == b"one\r\n" and file.read(5) == b"two\nt" and file.read(4) == b"hree"
        out = sock.makefile("wb")
        out.write(b"x" * 50000)
        out.flush()
        assert read_exactly(peer, 50000) == b"x" * 50000
        peer.sendall(b"to the end")
        task = Task(peer.unwrap)
        assert file.read() == b"to the end"
        sock.unwrap()
        task.result()

    @pytest.mark.skipif(TEXT_IS_BYTES, reason="where text is bytes there are no text files")
    def test_text(self, near):
        sock, peer = near()
        with sock.makefile("rw", encoding="utf-8", newline="\r\n") as file:
            file.write(u"\xfcber\n")
            file.flush()
            assert read_exactly(peer, 7) == u"\xfcber\r\n".encode("utf-8")
            peer.sendall(u"zw\xf6lf\r\n".encode("utf-8"))
            assert file.readline() == u"zw\xf6lf\r\n"

    def test_unbuffered_takes_no_byte_more(self, near):
        sock, peer = near()
        peer.sendall(b"HTTP/1.0 200 OK\r\n\r\nthe rest")
        file = sock.makefile("rb", 0)
        assert [file.readline(), file.readline()] == [b"HTTP/1.0 200 OK\r\n", b"\r\n"]
        file.close()
        assert sock.recv(100) == b"the rest"

    def test_outlives_the_socket(self, kind, version):
        before = descriptors()
        with scripted(kind, version) as (sock, far):
            file = sock.makefile("rb")
            number = sock.fileno()
            sock.close()
            far.sock.sendall(far.says(b"still here\n"))
            assert file.readline() == b"still here\n"
            file.close()
            if not TEXT_IS_BYTES:  # 2.7: the plain socket has it, too
                with pytest.raises(OSError):
                    os.fstat(number)
        del sock, file, far
        assert descriptors() == before


class TestEnd(object):

    @SIDES
    def test_unwrap(self, near, server_side):
        """Both ends, then plaintext in both directions, on what it returned and on the object itself."""
        sock, peer = near(server_side)
        task = Task(peer.unwrap)
        plain = sock.unwrap()
        assert (plain is sock._sock) if TEXT_IS_BYTES else (plain is sock)
        other = task.result()
        plain.send(b"EHLO")
        assert other.recv(100) == b"EHLO"
        other.send(b"250 OK")
        assert sock.recv(3) == b"250" and plain.recv(10) == b" OK"
        assert sock.version() is None and sock.cipher() is None and sock.pending() == 0
        with pytest.raises(ValueError) as caught:
            sock.unwrap()
        assert str(caught.value).startswith("No SSL wrapper around ")
        for use in (sock.read, lambda: sock.write(b"x")):
            with pytest.raises(ValueError):
                use()
        assert sock.fileno() >= 0

    @SIDES
    @pytest.mark.parametrize("read_first", [True, False])
    def test_plaintext_directly_behind_close_notify(self, kind, version, server_side, read_first):
        with scripted(kind, version, server_side) as (sock, far):
            data = far.says(b"QUIT") if read_first else b""
            far.sock.sendall(data + far.goodbye() + b"plaintext" + b"!" * 20000)
            if read_first:
                assert sock.recv(100) == b"QUIT" and sock.recv(100) == b""
            sock.unwrap()
            assert read_exactly(sock, 20009) == b"plaintext" + b"!" * 20000

    def test_close_notify_is_an_end(self, kind, version):
        with scripted(kind, version, suppress_ragged_eofs=False) as (sock, far):
            far.sock.sendall(far.says(b"bye") + far.goodbye())
            assert sock.recv(100) == b"bye" and sock.recv(100) == b"" and sock.read() == b"" and sock.recv_into(bytearray(3)) == 0
            assert sock.send(b"not yet mine") == 12

    def test_unwrap_without_blocking(self, kind, version):
        with scripted(kind, version, server_side=True) as (sock, far):
            sock.setblocking(False)
            with pytest.raises(ssl.SSLWantReadError):
                sock.unwrap()
            far.sock.sendall(far.goodbye())
            assert is_readable(sock)
            sock.unwrap()

    @SIDES
    @pytest.mark.parametrize("suppress", [True, False])
    def test_ragged(self, kind, near, version, server_side, suppress):
        sock, peer = near(server_side, suppress_ragged_eofs=suppress)
        peer.sendall(b"last")
        assert sock.recv(100) == b"last"
        hang_up(peer)
        if kind.is_wrong("a ragged end is a plain SSLError with OpenSSL 3 (gh-95494)"):
            with pytest.raises(ssl.SSLError) as caught:
                sock.recv(100)
            assert type(caught.value) is ssl.SSLError and "unexpected eof while reading" in str(caught.value)
        elif version == TLS13 and server_side and kind.is_wrong("an alert that cannot be sent hides a ragged end (gh-127257)"):
            with pytest.raises(socket.error) as caught:  # the peer left the session tickets unread: its system answers with a reset
                sock.recv(100)
            assert caught.value.errno == errno.EPIPE
        elif suppress or kind.is_wrong("a ragged end looks like close_notify (gh-95494)"):
            assert sock.recv(100) == b"" and sock.recv_into(bytearray(5)) == 0 and sock.read() == b""
        else:
            with pytest.raises(ssl.SSLEOFError) as caught:
                sock.recv(100)
            text = "unexpected eof" if kind.is_wrong("a ragged end has OpenSSL's text (PyPy)") else "EOF occurred in violation of protocol"
            assert caught.value.args[0] == ssl.SSL_ERROR_EOF and text in str(caught.value)

    def test_ragged_inside_a_record(self, kind, version):
        with scripted(kind, version, server_side=True, suppress_ragged_eofs=False) as (sock, far):
            far.sock.sendall(far.says(b"whole") + far.says(b"cut")[:-1])
            far.sock.shutdown(socket.SHUT_WR)
            assert sock.recv(100) == b"whole"
            if kind.is_wrong("a ragged end looks like close_notify (gh-95494)"):
                return
            with pytest.raises(ssl.SSLError) as caught:
                sock.recv(100)
            assert kind.is_wrong("a ragged end is a plain SSLError with OpenSSL 3 (gh-95494)") or type(caught.value) is ssl.SSLEOFError

    def test_unwrap_of_a_ragged_end(self, kind, near):
        sock, peer = near()
        hang_up(peer)
        if kind.is_wrong("a ragged end looks like close_notify (gh-95494)"):
            return
        with pytest.raises(socket.error) as caught:
            sock.unwrap()
        assert kind.is_native or type(caught.value) is ssl.SSLEOFError

    def test_reset(self, kind, version):
        with scripted(kind, version) as (sock, far):
            far.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            far.sock.close()
            if kind.is_wrong("a reset is a ragged end (gh-115627)"):
                assert sock.recv(1) == b""
                return
            with pytest.raises(socket.error) as caught:
                sock.recv(1)
            assert caught.value.errno == errno.ECONNRESET and not isinstance(caught.value, ssl.SSLError)

    def test_close(self, near):
        sock, peer = near()
        sock.close()
        sock.close()
        for use in (lambda: sock.recv(1), lambda: sock.send(b"x"), lambda: sock.recv_into(bytearray(1))):
            with pytest.raises(socket.error) as caught:
                use()
            assert caught.value.errno == errno.EBADF
        for use in (sock.read, lambda: sock.write(b"x"), sock.unwrap):
            with pytest.raises(ValueError):
                use()
        assert sock.version() is None and sock.cipher() is None and sock.compression() is None

    def test_shutdown(self, near):
        """Of the socket below: no close_notify, and no TLS any more."""
        sock, peer = near(True)
        sock.shutdown(socket.SHUT_WR)
        assert sock.version() is None
        with pytest.raises(ValueError):
            sock.unwrap()
        try:
            assert peer.recv(1) == b""
        except ssl.SSLError as error:
            assert WRONG["a ragged end is a plain SSLError with OpenSSL 3 (gh-95494)"], error

    @pytest.mark.skipif(not hasattr(socket.socket, "detach"), reason="new in 3.2")
    def test_detach(self, near):
        sock, peer = near()
        number = sock.detach()
        assert sock.fileno() == -1
        sock.close()
        with sockets(socket.socket(fileno=number)) as (plain,):
            assert plain.getpeername() == peer.getsockname()

    @needs.counted
    def test_dropped(self, kind, version):
        """Without close(), without gc."""
        one, other = tcp_pair()
        with sockets(other):
            task = wrapping(NATIVE, other, server_context(version), server_side=True)
            before = descriptors()
            gc.disable()
            try:
                sock = kind.wrap(one, client_context(version), server_hostname="localhost")
                one.close()
                sock.send(b"x")
                gone = weakref.ref(sock)
                peer = task.result()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # ResourceWarning
                    del sock
                assert gone() is None and len(os.listdir("/proc/self/fd")) == before - 1
            finally:
                gc.enable()
            peer.close()

    @pytest.mark.skipif(not hasattr(socket.socket, "__enter__"), reason="new in 3.2")
    def test_context_manager(self, near):
        sock, _ = near()
        with sock as entered:
            assert entered is sock
        assert sock.fileno() == -1


class TestTimeout(object):

    def test_read(self, kind, version):
        """What had come of a record is not lost."""
        with scripted(kind, version) as (sock, far):
            data = far.says(b"in two parts")
            far.sock.sendall(data[:9])
            sock.settimeout(SHORT)
            for use in (lambda: sock.recv(100), lambda: sock.recv_into(bytearray(9)), sock.read):
                with pytest.raises(DATA_TIMEOUT) as caught:
                    use()
                assert type(caught.value) is DATA_TIMEOUT and caught.value.args == ("The read operation timed out",)
            far.sock.sendall(data[9:])
            assert sock.recv(100) == b"in two parts"

    def test_write(self, near):
        """Done again, it goes on: each byte is sent, and once."""
        sock, peer = near()
        sock.settimeout(SHORT)
        sent, record = bytearray(), os.urandom(16384)
        with pytest.raises(DATA_TIMEOUT) as caught:
            while True:
                assert sock.send(record) == len(record)
                sent += record
                record = record[1:] + record[:1]
        assert type(caught.value) is DATA_TIMEOUT and caught.value.args == ("The write operation timed out",)
        task = Task(read_exactly, peer, len(sent) + len(record))
        sock.settimeout(PATIENCE)
        assert sock.send(record) == len(record)
        assert task.result() == bytes(sent) + record

    def test_unwrap(self, kind, version):
        with scripted(kind, version) as (sock, far):
            sock.settimeout(SHORT)
            with pytest.raises(DATA_TIMEOUT) as caught:
                sock.unwrap()
            assert type(caught.value) is DATA_TIMEOUT and caught.value.args == ("The read operation timed out",)
            assert sock.version() == version
            far.sock.sendall(far.goodbye())
            sock.settimeout(PATIENCE)
            sock.unwrap()

    def test_is_of_the_whole_operation(self, kind, version):
        """Since 3.5, bpo-23853; before that, of each wait."""
        with scripted(kind, version) as (sock, far):
            data = far.says(b"x" * 100)

            def dribble():
                for position in range(15):
                    far.sock.sendall(data[position:position + 1])
                    time.sleep(0.02)
                if TEXT_IS_BYTES:
                    far.sock.sendall(data[15:])
            sock.settimeout(0.15)
            task = Task(dribble)
            if not TEXT_IS_BYTES:
                with pytest.raises(DATA_TIMEOUT):
                    sock.recv(100)
                task.result()
                far.sock.sendall(data[15:])
            assert sock.recv(100) == b"x" * 100
            task.result()

    def test_of_a_long_write(self, near):
        """Half of it went through: done again it goes on there."""
        sock, peer = near()
        sock.settimeout(SHORT)
        data = os.urandom(20000000)
        with pytest.raises(DATA_TIMEOUT):
            sock.sendall(data)
        task = Task(read_exactly, peer, len(data))
        sock.settimeout(PATIENCE)
        sock.sendall(data)
        assert task.result() == data

    @ours_works
    def test_other_data_after_a_timeout(self, version):
        """Would end up behind half a message. (The interpreter's own sends the old data for it, if it is not shorter.)"""
        one, other = tcp_pair()
        with sockets(one, other):
            task = wrapping(NATIVE, other, server_context(version), server_side=True)
            with contextlib.closing(OURS.wrap(one, client_context(version), server_hostname="localhost")) as sock:
                sock.settimeout(SHORT)
                with pytest.raises(DATA_TIMEOUT):
                    sock.sendall(b"x" * 20000000)
                with pytest.raises(ssl.SSLError) as caught:
                    sock.sendall(b"y" * 20000000)
                assert "BAD_WRITE_RETRY" in str(caught.value)
                task.result().close()

    def test_none(self, near):
        sock, peer = near()
        sock.settimeout(None)
        task = Task(sock.recv, 10)
        assert task.is_running_after(SHORT)
        peer.sendall(b"at last")
        assert task.result() == b"at last"


class TestNonBlocking(object):

    def test_read(self, kind, version):
        with scripted(kind, version) as (sock, far):
            sock.setblocking(False)
            data = far.says(b"byte by byte")
            for position in range(len(data)):
                for use in (lambda: sock.recv(100), lambda: sock.recv_into(bytearray(9)), sock.read):
                    with pytest.raises(ssl.SSLWantReadError) as caught:
                        use()
                    assert caught.value.args[0] == ssl.SSL_ERROR_WANT_READ
                    assert text_of(caught.value).startswith("The operation did not complete (read)")
                far.sock.sendall(data[position:position + 1])
                assert is_readable(sock)
            assert sock.recv(100) == b"byte by byte"

    def test_write(self, near):
        sock, peer = near()
        sock.setblocking(False)
        sent, record = bytearray(), os.urandom(16384)
        while True:
            try:
                if sock.send(record) == 0:  # 2.7 says that it would block (bpo-20951)
                    break
            except ssl.SSLWantWriteError as error:
                assert error.args[0] == ssl.SSL_ERROR_WANT_WRITE
                break
            sent += record
        assert not select.select([], [sock], [], 0)[1]
        task = Task(read_exactly, peer, len(sent) + len(record))
        select.select([], [sock], [], PATIENCE)
        for _ in range(1000):
            try:
                if sock.send(record):
                    break
            except ssl.SSLWantWriteError:
                pass
            select.select([], [sock], [], PATIENCE)
        assert task.result() == bytes(sent) + record

    @SIDES
    def test_handshake(self, near, version, server_side):
        sock, task = near(server_side, do_handshake_on_connect=False)
        sock.setblocking(False)
        wants = 0
        while True:
            try:
                sock.do_handshake()
                break
            except ssl.SSLWantReadError:
                assert is_readable(sock)
            wants += 1
            assert wants < 50
        with contextlib.closing(task.result()):
            assert sock.version() == version

    def test_select_is_honest(self, kind, version):
        """Three records in one segment: what is not asked for stays in the kernel, and pending() knows the rest of a record."""
        with scripted(kind, version) as (sock, far):
            if version == TLS13:
                far.sock.sendall(far.says(b"!"))
                assert sock.recv(1) == b"!"
            assert not is_readable(sock, 0)
            far.sock.sendall(far.says(b"first") + far.says(b"second") + far.says(b"third"))
            assert is_readable(sock) and sock.pending() == 0
            sock.setblocking(False)
            assert sock.recv(2) == b"fi" and sock.pending() == 3 and sock.recv(100) == b"rst"
            assert sock.pending() == 0 and is_readable(sock, 0) and sock.recv(100) == b"second"
            assert sock.pending() == 0 and is_readable(sock, 0) and sock.recv(100) == b"third"
            assert sock.pending() == 0 and not is_readable(sock, 0)


class TestQuestions(object):

    @SIDES
    def test_certificates(self, near, version, server_side):
        sock, peer = near(server_side, far_context=client_context(version, certfile=certs.CLIENT) if server_side else None,
                          context=server_context(version, client_ca=certs.CA) if server_side else None)
        assert sock.getpeercert()["subject"] and isinstance(sock.getpeercert(True), bytes)
        with open(certs.CLIENT if server_side else certs.SERVER) as file:
            text = file.read()
        assert sock.getpeercert(binary_form=True) == ssl.PEM_cert_to_DER_cert(
            text[text.index("-----BEGIN CERT"):text.index("-----END CERTIFICATE-----")] + "-----END CERTIFICATE-----\n")

    @SIDES
    def test_negotiated(self, near, kind, version, server_side):
        client, server = client_context(version, alpn=["h2", "http/1.1"]), server_context(version, alpn=["http/1.1"])
        sock, peer = near(server_side, context=server if server_side else client, far_context=client if server_side else server)
        assert sock.selected_alpn_protocol() == peer.selected_alpn_protocol() == "http/1.1"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            assert sock.selected_npn_protocol() is None
        assert sock.compression() is None
        assert sock.get_channel_binding() == sock.get_channel_binding("tls-unique") == peer.get_channel_binding("tls-unique")
        with pytest.raises((ValueError, NotImplementedError)):
            sock.get_channel_binding("tls-nothing")
        if hasattr(ssl.SSLSocket, "shared_ciphers") and server_side:  # of a client it depends on the Python
            shared = sock.shared_ciphers()
            assert shared is None if facts.engine() == "pyopenssl" and not is_native_inside(kind) else sock.cipher() in shared

    @pytest.mark.skipif(not hasattr(ssl.SSLSocket, "session"), reason="new in 3.6")
    def test_sessions(self, near, kind, version):
        context = client_context(version)
        server = server_context(version)
        sock, _ = near(context=context, far_context=server)
        if not kind.is_native and facts.engine() == "pyopenssl":
            assert sock.session is None and sock.session_reused is False
            return
        assert isinstance(sock.session, ssl.SSLSession) and sock.session_reused is False
        again, _ = near(context=context, far_context=server, session=sock.session)
        assert again.session_reused is True

    @pytest.mark.skipif(not hasattr(ssl.SSLSocket, "get_verified_chain"), reason="new in 3.13")
    def test_chains(self, near):
        sock, _ = near()
        leaf = sock.getpeercert(True)
        assert sock.get_unverified_chain() == [leaf] and sock.get_verified_chain()[0] == leaf and len(sock.get_verified_chain()) == 2

    def test_before_the_handshake(self, near):
        sock, task = near(do_handshake_on_connect=False)
        with pytest.raises(ValueError):
            sock.getpeercert()
        assert sock.cipher() is None and sock.selected_alpn_protocol() is None and sock.get_channel_binding() is None
        sock.do_handshake()
        task.result().close()

    def test_of_the_socket(self, near):
        sock, peer = near()
        assert sock.getpeername() == peer.getsockname() and sock.getsockname() == peer.getpeername()
        assert sock.family == socket.AF_INET and sock.type & socket.SOCK_STREAM and sock.gettimeout() == PATIENCE
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
        assert select.select([], [sock], [], 5) == ([], [sock], [])

    def test_context(self, near, version):
        context, other = server_context(version), server_context(version)
        sock, _ = near(True, context=context)
        assert sock.context is context
        sock.context = other
        assert sock.context is other

    def test_name_callback(self, near, kind, version):
        """It gets the SSLSocket, and what it sets as its context counts."""
        context, other, seen = server_context(version), server_context(version, certs.OTHER), []

        def callback(sock, name, first):
            seen.append((type(sock), name, first is context))
            sock.context = other
        context.set_servername_callback(callback)
        sock, peer = near(True, context=context, far_context=client_context(version, check_hostname=False))
        assert seen[0][1:] == ("localhost", True)
        if is_native_inside(kind) or hasattr(sock._sslobj._sslobject._sslobj, "owner"):
            assert seen[0][0] is kind.class_ and sock.context is other
        else:
            assert seen[0][0].__name__ == "SSLObject"  # an _ssl._SSLSocket of 2.7 cannot be given another owner
        assert ("DNS", "other.test") in peer.getpeercert()["subjectAltName"]
