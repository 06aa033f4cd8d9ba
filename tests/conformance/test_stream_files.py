"""TLSStream.makefile(), and the questions that a stream hands on."""
from __future__ import absolute_import, division, print_function

import contextlib
import gc
import select
import socket
import ssl
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.peers_stream import Task, connected, serve, tcp_pair, timed_out
from tls_bootstrap import TLSStream
from tls_bootstrap.stream import _FORWARDED, CHUNK


class TestMakefile(object):

    def test_reading(self, version):
        stream, sock = connected(version, empty=None)
        sock.says(b"one\r\ntwo\nthree")
        sock.says(b" and four\nfive")
        file = stream.makefile("rb")
        assert file.readline() == b"one\r\n"
        assert file.read(5) == b"two\nt"
        assert list(file) == [b"hree and four\n", b"five"]
        assert file.read() == b"" and type(file.read(3)) is bytes

    def test_unbuffered_takes_no_byte_more(self, version):
        """httplib reads the answer of a proxy like this; what follows is for somebody else."""
        stream, sock = connected(version)
        sock.says(b"HTTP/1.0 200 OK\r\n\r\nthe rest")
        file = stream.makefile("rb", 0)
        assert [file.readline(), file.readline()] == [b"HTTP/1.0 200 OK\r\n", b"\r\n"]
        assert file.read(3) == b"the"
        file.close()
        assert stream.recv(100) == b" rest"

    @pytest.mark.skipif(str is not bytes, reason="only where text is bytes has socket.makefile() this promise")
    def test_unbuffered_read_is_complete(self, version):
        stream, sock = connected(version)
        sock.says(b"ab")
        sock.says(b"cd")
        assert stream.makefile("rb", 0).read(4) == b"abcd"

    def test_writing(self, version):
        stream, sock = connected(version)
        with stream.makefile("wb") as file:
            assert file.write(b"abc") == 3
            assert not sock.received
            file.flush()
            assert bytes(sock.received) == b"abc"
            file.write(b"def")
        assert bytes(sock.received) == b"abcdef"
        assert not sock.closed
        assert stream.makefile("wb", 0).write(b"x" * (CHUNK + 1)) == CHUNK + 1

    def test_both(self, version):
        stream, sock = connected(version)
        for buffering in (None, 0):
            del sock.received[:]
            file = stream.makefile("rwb", buffering)
            file.write(b"ping")
            file.flush()
            assert bytes(sock.received) == b"ping"
            sock.says(b"pong\n")
            assert file.readline() == b"pong\n"
            file.close()

    def test_text(self, version):
        stream, sock = connected(version, empty=None)
        sock.says(u"\xfcber\nzwei".encode("utf-8"))
        with stream.makefile("r", encoding="utf-8") as file:
            assert file.read() == u"\xfcber\nzwei"
        stream, sock = connected(version)
        with stream.makefile("w", encoding="utf-16-le", newline="\r\n") as file:
            file.write(u"a\n")
        assert bytes(sock.received) == u"a\r\n".encode("utf-16-le")

    @pytest.mark.parametrize("mode", ["r", "w", "rw"])
    def test_without_b_as_the_sockets_of_this_python(self, version, mode):
        """Text where text is not bytes."""
        stream, _ = connected(version)
        one, other = tcp_pair()
        with contextlib.closing(one), contextlib.closing(other):
            file = stream.makefile(mode)
            assert hasattr(file, "encoding") == hasattr(one.makefile(mode), "encoding")
            assert file.mode == mode if hasattr(file, "encoding") else True

    @pytest.mark.parametrize("mode, buffering", [("rU", None), ("a", None), ("x", None), ("rb+", None)])
    def test_wrong_mode(self, version, mode, buffering):
        stream, _ = connected(version)
        with raises(ValueError):
            stream.makefile(mode, buffering)

    def test_unbuffered_text(self, version):
        stream, _ = connected(version)
        with raises(ValueError):
            stream.makefile("r", 0, encoding="ascii")

    def test_wrong_direction(self, version):
        stream, _ = connected(version)
        for use in (lambda: stream.makefile("wb").read(1), lambda: stream.makefile("rb").write(b"x"),
                    lambda: stream.makefile("wb", 0).readinto(bytearray(1))):
            with pytest.raises((IOError, AttributeError)):
                use()

    def test_outlives_the_stream(self, version):
        stream, sock = connected(version, empty=None)
        first, second = stream.makefile("rb"), stream.makefile("wb")
        stream.close()
        sock.says(b"still here\n")
        assert first.readline() == b"still here\n"
        first.close()
        first.close()  # counts once
        second.write(b"me too")
        assert not sock.closed
        second.close()
        assert sock.closed and bytes(sock.received) == b"me too"
        with pytest.raises(ValueError):
            first.read()

    def test_closed_before_the_stream(self, version):
        stream, sock = connected(version)
        stream.makefile("rwb").close()
        assert not sock.closed
        sock.says(b"abc")
        assert stream.recv(10) == b"abc"
        stream.close()
        assert sock.closed

    @needs.counted
    def test_forgotten(self, version):
        """A file that nobody closed counts until nobody has it: then the socket goes, without the help of gc."""
        stream, sock = connected(version)
        file = stream.makefile("rb")
        stream.close()
        assert not sock.closed
        gc.disable()
        try:
            del file
            assert sock.closed
        finally:
            gc.enable()

    @needs.counted
    def test_makes_no_cycles(self, version):
        stream, _ = connected(version)
        files = [stream.makefile(mode) for mode in ("rb", "wb", "rwb")]
        gone = weakref.ref(stream)
        gc.disable()
        try:
            del stream, files
            assert gone() is None
        finally:
            gc.enable()

    @needs.counted
    def test_a_failure_makes_no_cycles(self, version):
        def fail():
            stream, sock = connected(version)
            sock.room = 0
            try:
                stream.send(b"x")
            except socket.timeout:
                pass
            sock.says(b"abc")
            sock.coming[-1] ^= 1
            try:
                stream.recv(10)
            except ssl.SSLError:
                pass
            return weakref.ref(stream)
        gc.disable()
        try:
            assert fail()() is None
        finally:
            gc.enable()

    def test_no_reading_after_a_timeout(self, version):
        """The buffered reader has dropped what it had: going on would lose it silently. As socket.SocketIO."""
        stream, sock = connected(version, empty=timed_out)
        file = stream.makefile("rb")
        sock.says(b"half a li")
        with pytest.raises(socket.timeout):
            file.readline()
        sock.says(b"ne\n")
        with pytest.raises(IOError) as caught:
            file.readline()
        assert "timed out" in str(caught.value)

    def test_flush_after_a_timeout_loses_and_doubles_nothing(self, version):
        stream, sock = connected(version)
        file = stream.makefile("wb")
        file.write(b"message")
        sock.room = 9
        with pytest.raises(socket.timeout):
            file.flush()
        sock.room = None
        file.write(b" and more")
        file.flush()
        assert bytes(sock.received) == b"message and more"

    def test_attributes(self, version):
        one, other = tcp_pair()
        task = Task(serve, lambda tls: tls.recv(1), other, server_context(version))
        with contextlib.closing(TLSStream(one, client_context(version), u"localhost")) as stream:
            file = stream.makefile("rwb", 0)
            assert (file.fileno(), file.name, file.mode) == (one.fileno(), one.fileno(), "rwb")
            assert file.readable() and file.writable() and not file.seekable()
            file.close()
            assert file.name == -1
            stream.send(b"x")
            task.result()


class TestQuestions(object):

    def test_of_tls(self, version):
        client, server = client_context(version, alpn=["h2", "http/1.1"]), server_context(version, alpn=["http/1.1"])
        stream, sock = connected(version, stream_context=client, far_context=server)
        far = sock.far.tls
        assert stream.context is client and stream.server_hostname == "localhost" and stream.server_side is False
        assert stream.selected_alpn_protocol() == far.selected_alpn_protocol() == "http/1.1"
        assert stream.getpeercert()["subjectAltName"] and isinstance(stream.getpeercert(True), bytes)
        assert stream.compression() is None and stream.selected_npn_protocol() is None
        assert stream.get_channel_binding("tls-unique") is None or isinstance(stream.get_channel_binding("tls-unique"), bytes)

    def test_of_the_socket(self, version):
        one, other = tcp_pair()
        task = Task(serve, lambda tls: tls.recv(1), other, server_context(version))
        with contextlib.closing(TLSStream(one, client_context(version), u"localhost")) as stream:
            for name in ("fileno", "getpeername", "getsockname", "gettimeout"):
                assert getattr(stream, name)() == getattr(one, name)()
            for name in ("family", "type", "proto"):
                assert getattr(stream, name) == getattr(one, name)
            stream.settimeout(3.5)
            assert one.gettimeout() == stream.gettimeout() == 3.5
            stream.setblocking(True)
            assert one.gettimeout() is None
            assert stream.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
            assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
            assert select.select([], [stream], [], 5) == ([], [stream], [])
            stream.send(b"x")
            task.result()

    def test_close_is_seen_at_once_by_the_peer(self, version):
        """While the stream is still there: the sockets of 2.7 are open as long as anybody keeps one of their methods."""
        one, other = tcp_pair()

        def ends_raggedly(tls):
            try:
                return tls.recv(1) == b""  # for 3.8 and 3.9, OP_IGNORE_UNEXPECTED_EOF
            except socket.timeout:
                return False
            except socket.error as error:  # a reset if a session ticket is there that nobody has read
                return "timed out" not in str(error)
        task = Task(serve, ends_raggedly, other, server_context(version))
        stream = TLSStream(one, client_context(version), u"localhost")
        file = stream.makefile("rwb")
        stream.close()
        assert task.is_running_after(0.05)
        file.close()
        assert task.result() is True
        for use in (stream.recv, lambda: stream.send(b"x")):
            with pytest.raises(socket.error):
                use()

    def test_that_nobody_can_answer(self, version):
        stream, _ = connected(version)
        assert not hasattr(stream, "fileno") and not hasattr(stream, "getpeername")
        with pytest.raises(AttributeError):
            stream.no_such_thing

    def test_the_table_is_about_what_is_there(self):
        """Each name is one of the newest ssl.SSLObject and socket.socket, and SSLSocket has it too."""
        newest = {"get_verified_chain", "get_unverified_chain", "verify_client_post_handshake", "group", "getblocking",
                  "shared_ciphers", "session", "session_reused", "server_side", "server_hostname", "context", "timeout", "type", "proto",
                  "family", "selected_npn_protocol", "version", "pending"}
        for holder, names in _FORWARDED.items():
            assert sorted(names) == list(names)
            missing = set(name for name in names if not hasattr(ssl.SSLSocket, name)) - newest
            assert not missing, "%s: %s" % (holder, missing)

    def test_settable(self, version):
        stream, _ = connected(version, server_side=True)
        other = server_context(version)
        stream.context = other
        assert stream.context is other

    def test_repr_says_what_is_below(self, version):
        stream, sock = connected(version)
        assert repr(stream) == "<TLSStream over %r>" % sock
