"""What SSLSocket has of newer sockets: sendfile(), with, timeouts, descriptors; what it refuses; and sslsocket_class."""
from __future__ import absolute_import, division, print_function

import contextlib
import io
import os
import socket
import ssl
import tempfile

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.peers_stream import PATIENCE, Task
from tests.support.tcp import tls_pair

DATA = bytes(bytearray(range(256))) * 79 + b"end"  # more than two blocks of 8192, and no multiple


@pytest.fixture
def pair(version):
    with tls_pair(client_context(version), server_context(version)) as both:
        yield both


def read_all(sock):
    pieces = []
    while True:
        data = sock.recv(65536)
        if not data:
            return b"".join(pieces)
        pieces.append(data)


@contextlib.contextmanager
def file_with(data, mode="rb"):
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "data")
    try:
        with io.open(path, "wb") as made:
            made.write(data)
        with io.open(path, mode) as opened:
            yield opened
    finally:
        os.unlink(path)
        os.rmdir(folder)


@needs.name("SSLSocket.sendfile")
class TestSendfile(object):

    @pytest.mark.parametrize("offset, count", [
        (0, None), (1, None), (8192, None), (0, 1), (0, 8192), (100, 8193), (0, len(DATA)), (0, 10 * len(DATA)), (len(DATA), None),
        (2 * len(DATA), None)])
    @pytest.mark.parametrize("kind", ["file", "BytesIO"])
    def test_what_is_sent(self, pair, offset, count, kind):
        near, far = pair
        wanted = DATA[offset:] if count is None else DATA[offset:offset + count]
        arriving = Task(read_all, far)
        with file_with(DATA) if kind == "file" else contextlib.closing(io.BytesIO(DATA)) as source:
            sent = near.sendfile(source, offset, count)
            assert sent == len(wanted)
            assert source.tell() == (offset + sent if sent else offset)
        ending = Task(near.unwrap)
        assert arriving.result() == wanted
        far.unwrap()
        ending.result()

    def test_by_name(self, pair):
        near, far = pair
        arriving = Task(far.recv, 3)
        assert near.sendfile(io.BytesIO(DATA), count=3, offset=len(DATA) - 3) == 3
        assert arriving.result() == b"end"

    def test_from_where_the_file_is(self, pair):
        near, far = pair
        arriving = Task(far.recv, 3)
        source = io.BytesIO(DATA)
        source.seek(len(DATA) - 3)
        assert near.sendfile(source) == 3 and source.tell() == 3  # CPython counts from `offset`, too
        assert arriving.result() == b"end"

    def test_without_seek(self, pair):
        class Pipe(object):
            def __init__(self, *pieces):
                self.pieces = list(pieces)

            def read(self, size):
                return self.pieces.pop(0) if self.pieces else b""
        near, far = pair
        arriving = Task(far.recv, 100)
        assert near.sendfile(Pipe(bytearray(b"one "), memoryview(b"two"))) == 7
        arrived = arriving.result()
        assert arrived + (far.recv(100) if len(arrived) < 7 else b"") == b"one two"

    def test_without_tls(self):
        with contextlib.closing(socket.socket()) as sock:
            with contextlib.closing(client_context().wrap_socket(sock, server_hostname="localhost")) as unconnected:
                with contextlib.closing(socket.socket()) as listener:
                    listener.bind(("127.0.0.1", 0))
                    listener.listen(1)
                    socket.socket.connect(unconnected, listener.getsockname())
                    with contextlib.closing(listener.accept()[0]) as peer:
                        assert unconnected.sendfile(io.BytesIO(b"plain")) == 5
                        assert peer.recv(5) == b"plain"

    @pytest.mark.parametrize("count", [0, -1])
    def test_of_no_count(self, pair, count):
        with raises(ValueError, "count must be a positive integer (got %d)" % count):
            pair[0].sendfile(io.BytesIO(DATA), count=count)

    @pytest.mark.parametrize("count", [1.5, "1", b"1"])
    def test_of_wrong_type(self, pair, count):
        with raises(TypeError, "count must be a positive integer (got %r)" % (count,)):
            pair[0].sendfile(io.BytesIO(DATA), count=count)

    def test_of_text(self, pair):
        with file_with(DATA, "r") as source:
            with raises(ValueError, "file should be opened in binary mode"):
                pair[0].sendfile(source)
        with raises(TypeError):
            pair[0].sendfile(io.StringIO(u"text"))

    def test_without_blocking(self, pair):
        near, _ = pair
        near.setblocking(False)
        with raises(ValueError, "non-blocking sockets are not supported"):
            near.sendfile(io.BytesIO(DATA))

    def test_what_reading_raises(self, pair):
        class Broken(object):
            def __init__(self):
                self.pieces, self.place = [b"first"], None

            def read(self, size):
                return self.pieces.pop()

            def seek(self, place):
                self.place = place
        near, far = pair
        source = Broken()
        with raises(IndexError):
            near.sendfile(source, offset=3)
        assert far.recv(5) == b"first" and source.place == 8  # what was sent is counted


@needs.name("SSLSocket.__enter__")
class TestWith(object):

    def test_closes(self, pair):
        near, _ = pair
        with near as entered:
            assert entered is near and near.fileno() >= 0
        assert is_closed(near)

    def test_closes_after_an_exception(self, pair):
        near, _ = pair
        with raises(ZeroDivisionError, "within"):
            with near:
                raise ZeroDivisionError("within")
        assert is_closed(near)

    def test_closes_twice(self, pair):
        near, _ = pair
        with near:
            near.close()
        assert is_closed(near)


def is_closed(sock):
    """Python 2 has no descriptor any more, Python 3 has -1."""
    try:
        return sock.fileno() == -1
    except socket.error:
        return True


class TestTimeout(object):

    @needs.name("SSLSocket.timeout")
    @pytest.mark.parametrize("timeout", [None, 0.0, 1.5, 3])
    def test_timeout(self, pair, timeout):
        near, _ = pair
        near.settimeout(timeout)
        assert near.timeout == near.gettimeout() == timeout and (timeout is None or type(near.timeout) is float)
        with raises(AttributeError):
            near.timeout = 1

    @needs.name("SSLSocket.getblocking")
    @pytest.mark.parametrize("timeout, blocking", [(None, True), (0.0, False), (1.5, True)])
    def test_getblocking(self, pair, timeout, blocking):
        near, _ = pair
        near.settimeout(timeout)
        assert near.getblocking() is blocking
        near.setblocking(True)
        assert near.getblocking() is True


class TestDescriptor(object):

    @needs.name("SSLSocket.set_inheritable")
    def test_inheritable(self, pair):
        near, _ = pair
        for wanted in (True, False, 1, 0):
            assert near.set_inheritable(wanted) is None
            assert near.get_inheritable() is bool(wanted)
            assert self.is_inherited(near.fileno()) is bool(wanted)

    def is_inherited(self, descriptor):
        import fcntl
        return not fcntl.fcntl(descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC

    @needs.name("SSLSocket.set_inheritable")
    @pytest.mark.parametrize("value", ["yes", None, 1.5])
    def test_inheritable_of_wrong_type(self, pair, value):
        with raises(TypeError):
            pair[0].set_inheritable(value)

    @needs.name("SSLSocket.set_inheritable")
    def test_of_a_closed_socket(self, pair):
        near, _ = pair
        near.close()
        with pytest.raises(EnvironmentError):
            near.get_inheritable()
        with pytest.raises(EnvironmentError):
            near.set_inheritable(True)

    @needs.name("SSLSocket.detach")
    @pytest.mark.parametrize("inheritable", [True, False])
    def test_detach(self, pair, inheritable):
        near, far = pair
        near.set_inheritable(inheritable)
        peer, file = near.getpeername(), near.makefile("rb")
        descriptor = near.detach()
        try:
            assert is_closed(near) and self.is_inherited(descriptor) is inheritable
            with contextlib.closing(socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)) as sock:
                assert sock.getpeername() == peer  # the connection is there still
                with contextlib.closing(near):
                    pass
                assert sock.getpeername() == peer
        finally:
            os.close(descriptor)
        assert file is not None


@needs.name("SSLSocket.recvmsg")
class TestRefused(object):

    @pytest.mark.parametrize("name, arguments", [
        ("recvmsg", (1,)), ("recvmsg", ()), ("recvmsg_into", ([bytearray(1)],)), ("recvmsg_into", ()), ("sendmsg", ([b"data"],)),
        ("sendmsg", ())])
    def test_messages(self, pair, name, arguments):
        near, _ = pair
        with raises(NotImplementedError, "%s not allowed on instances of %s" % (name, type(near))):
            getattr(near, name)(*arguments)

    @needs.name("SSLSocket.sendmsg_afalg")
    def test_kernel_cryptography(self, pair):
        with raises(socket.error, "algset is only supported for AF_ALG"):
            pair[0].sendmsg_afalg([b"data"], op=0)


class Mine(ssl.SSLSocket):
    """A class of sockets of somebody who has an SSLContext make them."""

    greeting = b"mine"


@needs.name("SSLContext.sslsocket_class")
@pytest.mark.skipif(facts.engine() == "pyopenssl", reason="an engine that brings its own sockets: see test_sslsocket.py")
class TestClass(object):

    def test_default(self):
        assert ssl.SSLContext.sslsocket_class is ssl.SSLSocket and client_context().sslsocket_class is ssl.SSLSocket

    @pytest.mark.parametrize("side", ["client", "server"])
    def test_of_a_context(self, version, side):
        client, server = client_context(version), server_context(version)
        chosen = client if side == "client" else server
        chosen.sslsocket_class = Mine
        with tls_pair(client, server) as both:
            assert [type(sock) for sock in both] == [Mine if context is chosen else ssl.SSLSocket for context in (client, server)]
            mine = both[(client, server).index(chosen)]
            mine.sendall(mine.greeting)
            assert both[(server, client).index(chosen)].recv(4) == b"mine"

    def test_of_a_class_of_contexts(self, version):
        class Context(ssl.SSLContext):
            sslsocket_class = Mine
        context = Context(ssl.PROTOCOL_SSLv23)
        context.load_cert_chain(certs.SERVER)
        with tls_pair(client_context(version), context) as (near, far):
            assert type(near) is ssl.SSLSocket and type(far) is Mine

    def test_accepted_ones(self, version):
        context = server_context(version)
        context.sslsocket_class = Mine
        with contextlib.closing(context.wrap_socket(socket.socket(), server_side=True)) as listener:
            assert type(listener) is Mine
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            accepting = Task(lambda: listener.accept()[0])
            with contextlib.closing(socket.create_connection(listener.getsockname(), PATIENCE)) as sock:
                with contextlib.closing(client_context(version).wrap_socket(sock, server_hostname="localhost")):
                    with contextlib.closing(accepting.result()) as accepted:
                        assert type(accepted) is Mine and accepted.version() == version

    @needs.name("SSLSocket.session")
    def test_with_a_session(self, version):
        from tests.support.tcp import take_tickets
        client, server = client_context(version), server_context(version)
        client.sslsocket_class = Mine
        with tls_pair(client, server) as (near, far):
            take_tickets(near, far)
            session = near.session
        with tls_pair(client, server, session=session) as (near, _):
            assert type(near) is Mine and near.session_reused is True

    def test_is_given_what_wrap_socket_is_given(self, version):
        client = client_context(version)
        client.sslsocket_class = Mine
        with contextlib.closing(socket.socket()) as sock:
            with contextlib.closing(client.wrap_socket(sock, False, False, False, "localhost")) as made:
                assert type(made) is Mine and made.context is client
                assert (made.server_side, made.do_handshake_on_connect, made.suppress_ragged_eofs) == (False, False, False)
                assert made.server_hostname == "localhost"
        with contextlib.closing(socket.socket()) as sock:
            with raises(ValueError, "check_hostname requires server_hostname"):
                client.wrap_socket(sock)
