"""TLSStream: TLS over anything that sends and receives, with the manners of ssl.SSLSocket. What is exact.

On a SimulatedSocket: what is taken, kept, repeated and said, byte by byte. test_stream_conversations.py has the real sockets.
"""
from __future__ import absolute_import, division, print_function

import array
import contextlib
import errno
import os
import socket
import ssl

import pytest

from tests.support import certs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.openssl_says import in_a_record
from tests.support.pairs import records
from tests.support.peers_stream import SIDES, Nothing, connected, simulated, tcp_pair, timed_out, would_block
from tls_bootstrap import TLSStream
from tls_bootstrap.stream import CHUNK


class TestHandshake(object):

    @SIDES
    def test_in_the_constructor(self, version, server_side):
        stream, sock = connected(version, server_side)
        assert stream.version() == sock.far.tls.version() == version
        assert stream.server_side is server_side and stream.cipher() == sock.far.tls.cipher()

    @SIDES
    def test_left_to_the_caller(self, version, server_side):
        sock, arguments = simulated(version, server_side)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        assert (stream.version(), bytes(sock.sent), sock.asked_for) == (None, b"", [])
        assert stream.do_handshake() is None
        assert stream.version() == version
        assert stream.do_handshake() is None  # a no-op now

    @SIDES
    def test_implicit_by_send(self, version, server_side):
        sock, arguments = simulated(version, server_side)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        assert stream.send(b"ping") == 4
        assert bytes(sock.received) == b"ping"

    @SIDES
    def test_implicit_by_recv(self, version, server_side):
        sock, arguments = simulated(version, server_side)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        with pytest.raises(Nothing):
            stream.recv(10)
        sock.says(b"pong")
        assert stream.recv(10) == b"pong"

    @SIDES
    @pytest.mark.parametrize("failure, class_", [(timed_out, socket.timeout), (would_block, ssl.SSLWantReadError)])
    def test_goes_on_after_each_byte_received(self, version, server_side, failure, class_):
        sock, arguments = simulated(version, server_side, supply=0, empty=failure)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        rounds = 0
        while stream.version() is None or rounds == 0:
            sock.supply = 1
            rounds += 1
            try:
                stream.do_handshake()
                break
            except class_:
                continue
        assert rounds > 50
        sock.supply = None
        assert stream.send(b"ping") == 4 and bytes(sock.received) == b"ping"

    @SIDES
    @pytest.mark.parametrize("failure, class_", [(timed_out, socket.timeout), (would_block, ssl.SSLWantWriteError)])
    def test_goes_on_after_each_byte_sent(self, version, server_side, failure, class_):
        sock, arguments = simulated(version, server_side, room=0, full=failure)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        rounds, done = 0, False
        while not done:
            sock.room = 1
            rounds += 1
            try:
                stream.do_handshake()
                done = True
            except class_:
                pass
        assert rounds > 50
        sock.room = None
        assert stream.send(b"ping") == 4 and bytes(sock.received) == b"ping"

    def test_failure_closes_the_socket(self, version):
        sock, arguments = simulated(version, server_hostname=u"somebody.else")
        with pytest.raises((ssl.SSLError, ValueError)):
            TLSStream(sock, *arguments)
        assert sock.closed

    def test_refused_arguments_leave_the_socket_open(self, version):
        sock, arguments = simulated(version)
        with pytest.raises(ValueError):
            TLSStream(sock, arguments[0], u".localhost")
        assert not sock.closed and not sock.sent

    def test_error_of_close_does_not_hide_the_reason(self, version):
        sock, arguments = simulated(version, stream_context=client_context(version, cafile=certs.OTHER_CA))

        def close():
            raise socket.error(errno.EBADF, "close failed")
        sock.close = close
        with pytest.raises(ssl.SSLError) as caught:
            TLSStream(sock, *arguments)
        assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value)

    def test_timeout_in_the_constructor_closes_too(self, version):
        sock, arguments = simulated(version, room=10)
        with pytest.raises(socket.timeout):
            TLSStream(sock, *arguments)
        assert sock.closed

    def test_end_of_the_socket(self, version):
        """Whatever this OpenSSL calls it, and also where ragged ends are suppressed: that is for data."""
        sock, arguments = simulated(version, supply=9, empty=None)
        with raises(ssl.SSLEOFError, errno=ssl.SSL_ERROR_EOF):
            TLSStream(sock, *arguments)
        assert sock.closed

    def test_no_tls_at_the_other_end(self, version):
        """The first five bytes say so. Waiting for the rest of a "record" of 12,593 bytes would be waiting for ever."""
        sock, arguments = simulated(version)
        sock.far = None
        sock.coming += b"HTTP/1.1 400 Bad Request\r\n\r\n"
        with pytest.raises(ssl.SSLError) as caught:
            TLSStream(sock, *arguments)
        assert caught.value.reason == "WRONG_VERSION_NUMBER"

    def test_http_to_a_tls_server(self, version):
        sock, arguments = simulated(version, server_side=True)
        sock.far = None
        sock.coming += b"GET /"
        with pytest.raises(ssl.SSLError) as caught:
            TLSStream(sock, *arguments)
        assert "http request" in str(caught.value).lower()

    def test_sni_callback_gets_an_object_that_can_be_asked(self, version):
        context = server_context(version)
        names = []
        if hasattr(context, "set_servername_callback"):
            context.set_servername_callback(lambda tls, name, _: names.append((type(tls).__name__, name)))
        connected(version, server_side=True, stream_context=context)
        assert names == [("SSLObject", "localhost")]

    def test_context_without_wrap_bio(self):
        class Shim(object):
            pass
        with raises(NotImplementedError) as failure:
            TLSStream(object(), Shim())
        assert "tls_bootstrap.monkeypatch_ssl()" in str(failure.error) and "Shim" in str(failure.error)


class TestReading(object):

    def test_types(self, version):
        stream, sock = connected(version)
        for data in (b"a", b"\0" * 16384):
            sock.says(data)
            assert (type(stream.recv(20000)), type(data)) == (bytes, bytes)
        sock.says(b"abc")
        assert stream.recv(2) == b"ab"
        assert (stream.pending(), stream.read(5)) == (1, b"c")

    def test_nothing_at_once(self, version):
        """No bytes wanted, no bytes asked for: recv(0) is no way to find the end."""
        stream, sock = connected(version)
        del sock.asked_for[:]
        assert (stream.recv(0), stream.read(0), stream.recv_into(bytearray())) == (b"", b"", 0)
        assert sock.asked_for == []

    def test_negative(self, version):
        stream, _ = connected(version)
        for method in (stream.recv, stream.read):
            with pytest.raises(ValueError):
                method(-1)

    def test_one_record_at_most(self, version):
        stream, sock = connected(version)
        sock.says(b"one")
        sock.says(b"two")
        assert (stream.recv(100), stream.recv(100)) == (b"one", b"two")

    def test_default_lengths(self, version):
        stream, sock = connected(version)
        sock.says(b"x" * 5000)
        assert [len(stream.recv()), len(stream.read()), len(stream.recv_into(None)), stream.pending()] == [1024, 1024, 1024, 1928]

    def test_into(self, version):
        stream, sock = connected(version)
        buffer = bytearray(b".........")
        for arguments, expected in [
            ((buffer,), (3, b"abc......")),
            ((memoryview(buffer)[4:],), (3, b"abc.abc..")),
            ((buffer, 2), (2, b"abc.abc..")),
        ]:
            sock.says(b"abc")
            assert (stream.recv_into(*arguments), bytes(buffer)) == expected
        assert stream.recv_into(buffer, 0) == 1  # the rest of the last; 0 stands for the size of the buffer
        assert bytes(buffer) == b"cbc.abc.."
        sock.says(b"abc")
        assert (stream.read(2, buffer), bytes(buffer)) == (2, b"abc.abc..")

    def test_into_other_than_bytes(self, version):
        stream, sock = connected(version)
        numbers = array.array("I", [0, 0, 0])
        size = numbers.itemsize
        sock.says(b"\1" * 3 * size)
        assert stream.recv_into(numbers) == 3 * size
        assert numbers.tolist() == [numbers[0]] * 3 and numbers[0] != 0

    def test_into_what_is_not_writable(self, version):
        stream, sock = connected(version)
        sock.says(b"abc")
        for wrong in (b"abc", 5, [1]):
            with pytest.raises(TypeError):
                stream.recv_into(wrong)
        assert stream.recv(3) == b"abc"

    def test_flags(self, version):
        stream, sock = connected(version)
        sock.says(b"abc")
        for method, first in [(stream.recv, 3), (stream.recv_into, bytearray(3)), (stream.send, b"x"), (stream.sendall, b"x")]:
            with pytest.raises(ValueError):
                method(first, flags=socket.MSG_PEEK)
        assert stream.recv(3, 0) == b"abc" and not sock.received

    def test_timeout_at_each_byte_of_a_record(self, version):
        stream, sock = connected(version, empty=timed_out)
        sock.says(b"abc")
        sock.supply, expected_timeouts = 0, len(sock.coming)
        timeouts = 0
        while True:
            try:
                data = stream.recv(10)
                break
            except socket.timeout:
                timeouts += 1
                sock.supply = 1
        assert (data, timeouts) == (b"abc", expected_timeouts)

    def test_would_block(self, version):
        stream, sock = connected(version, empty=would_block)
        for method, argument in [(stream.recv, 10), (stream.recv_into, bytearray(10))]:
            with raises(ssl.SSLWantReadError, "The operation did not complete (read)", errno=ssl.SSL_ERROR_WANT_READ):
                method(argument)
        sock.says(b"abc")
        sock.supply = 7
        with raises(ssl.SSLWantReadError):
            stream.recv(10)
        sock.supply = None
        assert stream.recv(10) == b"abc"

    def test_never_more_than_the_record(self, version):
        """What lies behind a record stays in the socket: select() is right about it, and whoever comes after TLS finds it."""
        stream, sock = connected(version)
        for _ in range(5):
            sock.says(b"x" * 1000)
        behind = [len(record.data) for record in records(bytes(sock.coming))][1:]
        assert stream.recv(1000) == b"x" * 1000
        assert len(sock.coming) == sum(behind)

    def test_other_errors_of_the_socket_come_through(self, version):
        stream, sock = connected(version, empty=lambda: socket.error(errno.ECONNRESET, "reset"))
        with raises(type(socket.error(errno.ECONNRESET, "reset")), errno=errno.ECONNRESET):
            stream.recv(10)

    def test_what_tls_has_to_say_goes_out(self, version):
        """Whatever it may be: here it is put there by hand. If it does not go out, the data counts, and it is kept."""
        stream, sock = connected(version)
        sock.says(b"abc")
        sock.far, before, sock.room, fill = None, len(sock.sent), 2, stream._fill
        stream._fill = lambda: (fill(), stream._outgoing.write(b"12345"))
        assert stream.recv(10) == b"abc"
        assert bytes(sock.sent[before:]) == b"12"
        sock.room = None
        stream.sendall(b"")
        assert bytes(sock.sent[before:]) == b"12345"

    def test_broken_record(self, version):
        stream, sock = connected(version)
        sock.says(b"abc")
        sock.coming[-1] ^= 1
        with pytest.raises(ssl.SSLError) as caught:
            stream.recv(10)
        assert caught.value.reason == in_a_record("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "")["reason"]
        assert sock.far_error.reason == "SSLV3_ALERT_BAD_RECORD_MAC"  # the far end was told


class TestStandIn(object):
    """Programs test themselves with contexts that are none."""

    def test_gets_the_bios_of_ssl(self):
        class Anything(object):
            def __getattr__(self, name):
                return self

            def wrap_bio(self, incoming, outgoing, server_hostname=None):
                self.given = incoming, outgoing
                return self
        context = Anything()
        TLSStream(None, context, do_handshake_on_connect=False)
        assert [type(bio) for bio in context.given] == [ssl.MemoryBIO] * 2


class TestWriting(object):

    @pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda data: memoryview(b"_" + data)[1:],
                                      lambda data: array.array("B", data), lambda data: array.array("I", data)])
    def test_kinds_of_buffers(self, version, make):
        stream, sock = connected(version)
        data = make(b"12345678")
        assert stream.send(data) == 8
        assert stream.sendall(data) is None
        assert stream.write(data) == 8
        assert bytes(sock.received) == b"12345678" * 3

    @pytest.mark.parametrize("wrong", [None, 5, [1], object()])
    def test_no_buffer(self, version, wrong):
        stream, sock = connected(version)
        for method in (stream.send, stream.sendall, stream.write):
            with pytest.raises(TypeError):
                method(wrong)
        assert not sock.received

    def test_text_as_the_sockets_of_this_python_take_it(self, version):
        """On 2.7 httplib sends text if one of its headers is text, and sockets encode it."""
        stream, sock = connected(version)
        one, other = tcp_pair()
        with contextlib.closing(one), contextlib.closing(other):
            for text in (u"abc", u"\xe9"):
                outcomes = []
                for target in (one, stream):
                    try:
                        outcomes.append(target.send(text))
                    except (TypeError, UnicodeError) as error:
                        outcomes.append(type(error))
                assert outcomes[0] == outcomes[1]
        assert bytes(sock.received) == (b"abc" if str is bytes else b"")

    @pytest.mark.parametrize("empty", [b"", bytearray(), memoryview(b"")])
    def test_nothing(self, version, empty):
        stream, sock = connected(version)
        sent = len(sock.sent)
        assert (stream.send(empty), stream.sendall(empty)) == (0, None)
        assert len(sock.sent) == sent

    @pytest.mark.parametrize("size", [1, 16384, 16385, CHUNK, CHUNK + 1, 1000000])
    def test_all_of_it(self, version, size):
        stream, sock = connected(version)
        data = os.urandom(size)
        assert stream.send(data) == size
        assert stream.sendall(bytearray(data)) is None
        assert bytes(sock.received) == data * 2

    @pytest.mark.parametrize("failure, class_", [(timed_out, socket.timeout), (would_block, ssl.SSLWantWriteError)])
    def test_repeated_at_each_byte(self, version, failure, class_):
        """Wherever the send stops: the same send again completes it, and the peer gets the message once."""
        stream, sock = connected(version, full=failure)
        for method in (stream.send, stream.sendall):
            del sock.received[:]
            sock.room, failures = 0, 0
            while True:
                try:
                    result = method(b"message")
                    break
                except class_:
                    failures += 1
                    sock.room += 1
            assert (bytes(sock.received), result) == (b"message", 7 if method == stream.send else None)
            assert failures >= len(b"message") + 5
            sock.room = None
        stream.send(b"+")
        assert bytes(sock.received) == b"message+"

    def test_would_block(self, version):
        stream, _ = connected(version, full=would_block)
        stream._sock.room = 3
        with raises(ssl.SSLWantWriteError, "The operation did not complete (write)", errno=ssl.SSL_ERROR_WANT_WRITE):
            stream.send(b"message")

    def test_zero_is_would_block(self, version):
        """SSLSocket.send() of 2.7 says 0 (bpo-20951)."""
        stream, sock = connected(version)
        sock.send = lambda data: 0
        with raises(ssl.SSLWantWriteError):
            stream.send(b"message")
        del sock.send
        assert stream.send(b"message") == 7 and bytes(sock.received) == b"message"

    def test_sendall_goes_on_where_it_stopped(self, version):
        stream, sock = connected(version)
        data = os.urandom(5 * CHUNK + 77)
        sock.room = 3 * CHUNK
        for _ in range(20):
            try:
                stream.sendall(data)
                break
            except socket.timeout:
                sock.room = CHUNK // 2
        assert bytes(sock.received) == data

    def test_more_data_with_the_same_beginning(self, version):
        """What SSL_write(3) allows to who repeats: at least the same."""
        stream, sock = connected(version)
        sock.room = 5
        with pytest.raises(socket.timeout):
            stream.send(b"message")
        sock.room = None
        assert stream.send(b"message, and more") == 17
        assert bytes(sock.received) == b"message, and more"

    @pytest.mark.parametrize("other", [b"another", b"mess", b""])
    def test_other_data_is_refused(self, version, other):
        stream, sock = connected(version)
        sock.room = 5
        with pytest.raises(socket.timeout):
            stream.send(b"message")
        sock.room = None
        for method in (stream.send, stream.sendall):
            with raises(ssl.SSLError, errno=ssl.SSL_ERROR_SSL) as failure:
                method(other)
            assert "bad write retry" in str(failure.error)
        assert stream.send(b"message") == 7  # and that costs nothing
        assert stream.send(other) == len(other)
        assert bytes(sock.received) == b"message" + other

    def test_reading_does_not_wait_for_an_interrupted_send(self, version):
        """The peer may have stopped reading until it is read: waiting for it would be waiting for each other."""
        stream, sock = connected(version)
        sock.room = 5
        with pytest.raises(socket.timeout):
            stream.send(b"message")
        sock.says(b"first read me")
        assert stream.recv(100) == b"first read me"
        sock.room = None
        assert stream.send(b"message") == 7
        assert bytes(sock.received) == b"message"

    def test_non_blocking_takes_a_part(self, version):
        stream, sock = connected(version)
        data = os.urandom(3 * CHUNK)
        sock.gettimeout = lambda: 0.0
        assert stream.send(data) == CHUNK
        sock.gettimeout = lambda: 5.0
        assert stream.send(data) == 3 * CHUNK
        assert bytes(sock.received) == data[:CHUNK] + data

    def test_the_buffer_is_free_afterwards(self, version):
        stream, sock = connected(version)
        data = bytearray(b"x" * (CHUNK + 1))
        stream.sendall(data)
        sock.room = 100
        try:
            stream.sendall(data)
        except socket.timeout:
            pass
        del data[:]  # BufferError if a view of it were left

    def test_other_errors_of_the_socket_come_through(self, version):
        stream, sock = connected(version, full=lambda: socket.error(errno.EPIPE, "broken pipe"))
        sock.room = 0
        with raises(type(socket.error(errno.EPIPE, "")), errno=errno.EPIPE):
            stream.send(b"x")
