"""TLSStream: how it ends. Alerts, close_notify, ragged ends, unwrap, close; and the counting of records that makes it exact."""
from __future__ import absolute_import, division, print_function

import errno
import random
import socket
import ssl

import pytest

from tests.support import certs, needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import ALERT, records
from tests.support.peers_stream import connected, simulated, timed_out, would_block
from tls_bootstrap import TLSStream
from tls_bootstrap.formats.records import RecordMeter


def spelled_out(error):
    """ "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] ..." as "tlsv13 alert certificate required ..."""
    return str(error).lower().replace("_", " ")


class TestAlerts(object):
    """A peer that is not told why sees a connection that just ends."""

    def test_refused_certificate(self, version):
        sock, arguments = simulated(version, stream_context=client_context(version, cafile=certs.OTHER_CA))
        with pytest.raises(ssl.SSLError) as caught:
            TLSStream(sock, *arguments)
        assert caught.value.reason == "CERTIFICATE_VERIFY_FAILED"
        assert sock.far_error.reason == "TLSV1_ALERT_UNKNOWN_CA"

    def test_missing_client_certificate(self, version):
        context = server_context(version, client_ca=certs.CA)
        sock, arguments = simulated(version, server_side=True, stream_context=context)
        with pytest.raises(ssl.SSLError) as caught:
            TLSStream(sock, *arguments)
        assert caught.value.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE"
        # The table of reasons of 3.6 is older than this alert.
        assert {TLS13: "alert certificate required", TLS12: "alert handshake failure"}[version] in spelled_out(sock.far_error)

    @needs.tls13
    def test_no_common_version(self):
        sock, arguments = simulated(TLS12, server_side=True, stream_context=server_context(TLS13))
        with pytest.raises(ssl.SSLError):
            TLSStream(sock, *arguments)
        assert records(bytes(sock.sent))[-1].content_type == ALERT
        assert sock.far_error is not None

    @pytest.mark.parametrize("failure", [timed_out, would_block, lambda: socket.error(errno.EPIPE, "broken pipe"), KeyError])
    def test_that_cannot_be_sent_does_not_hide_the_reason(self, version, failure):
        context = client_context(version, cafile=certs.OTHER_CA)
        sock, arguments = simulated(version, stream_context=context, full=failure)
        stream = TLSStream(sock, *arguments, do_handshake_on_connect=False)
        genuine_recv = sock.recv

        def recv(size):  # the ClientHello goes out, then nothing any more
            sock.room = 0
            return genuine_recv(size)
        sock.recv = recv
        with pytest.raises(ssl.SSLError) as caught:
            stream.do_handshake()
        assert caught.value.reason == "CERTIFICATE_VERIFY_FAILED"
        assert sock.far_error is None

    def test_of_the_peer(self, version):
        stream, sock = connected(version, server_side=True)
        sock.coming += sock.far.sent()
        sock.says(b"abc")
        broken = bytearray(b"\x17\x03\x03\x00\x20" + b"\0" * 32)
        with pytest.raises(ssl.SSLError):
            sock.far.reads(bytes(broken))
        sock.coming += sock.far.sent()
        sock.far_error = "already"
        assert stream.recv(10) == b"abc"
        with pytest.raises(ssl.SSLError) as caught:
            stream.recv(10)
        assert caught.value.reason == "SSLV3_ALERT_BAD_RECORD_MAC"


class TestEnd(object):

    def says_close_notify(self, sock):
        with pytest.raises(ssl.SSLWantReadError):
            sock.far.tls.unwrap()
        sock.coming += sock.far.sent()

    def test_close_notify(self, version):
        stream, sock = connected(version)
        sock.says(b"last words")
        self.says_close_notify(sock)
        assert stream.recv(100) == b"last words"
        for _ in range(2):
            result = stream.recv(100)
            assert (result, type(result)) == (b"", bytes)
            assert stream.recv_into(bytearray(3)) == 0

    def test_writing_after_the_peers_close_notify(self, version):
        """TLS 1.3 closes each direction on its own (RFC 8446 section 6.1); OpenSSL allows it for 1.2 too."""
        stream, sock = connected(version)
        self.says_close_notify(sock)
        assert stream.recv(10) == b""
        sock.drive = lambda: None
        before = len(sock.sent)
        assert stream.send(b"abc") == 3 and len(sock.sent) > before

    @pytest.mark.parametrize("cut", ["between records", "in the header", "in the body"])
    @pytest.mark.parametrize("suppress", [True, False])
    def test_ragged(self, version, cut, suppress):
        stream, sock = connected(version, empty=None, suppress_ragged_eofs=suppress)
        sock.says(b"first")
        whole = len(sock.coming)
        sock.says(b"second")
        sock.supply = whole + {"between records": 0, "in the header": 2, "in the body": 9}[cut]
        assert stream.recv(100) == b"first"
        for _ in range(2):  # it stays the end
            if suppress:
                result = stream.recv(100)
                assert (result, type(result)) == (b"", bytes)
                assert stream.recv_into(bytearray(10)) == 0
            else:
                for method, argument in [(stream.recv, 100), (stream.recv_into, bytearray(10))]:
                    with raises(ssl.SSLEOFError, errno=ssl.SSL_ERROR_EOF):
                        method(argument)

    @pytest.mark.parametrize("suppress", [True, False])
    def test_a_ragged_end_below_is_not_ours_to_suppress(self, version, suppress):
        """The connection below says that its end is ragged: who made it wanted to know."""
        def ragged():
            return ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "below")
        stream, _ = connected(version, empty=ragged, suppress_ragged_eofs=suppress)
        with raises(ssl.SSLEOFError, "below"):
            stream.recv(10)

    def test_unwrap_first(self, version):
        stream, sock = connected(version)

        def answer():
            data = sock.far.tls.read(10)
            assert data == b""
            sock.far.tls.unwrap()
            sock.coming.extend(sock.far.sent() + b"PLAINTEXT")
        sock.drive = lambda: answer() if sock.far.incoming.pending else None
        assert stream.unwrap() is sock
        assert bytes(sock.coming) == b"PLAINTEXT"  # nothing of it was taken
        assert not sock.closed

    def test_unwrap_as_the_second(self, version):
        stream, sock = connected(version)
        self.says_close_notify(sock)
        sock.coming += b"PLAINTEXT"
        assert stream.recv(100) == b""
        assert stream.unwrap() is sock
        assert bytes(sock.coming) == b"PLAINTEXT"
        sock.far.tls.unwrap()  # complete on that side too

    def test_unwrap_after_timeouts(self, version):
        stream, sock = connected(version, empty=timed_out)
        sock.room = 0
        for _ in range(3):
            with pytest.raises(socket.timeout):
                stream.unwrap()
        sock.room = None
        with pytest.raises(socket.timeout):
            stream.unwrap()
        sock.drive = lambda: None
        sock.far.tls.unwrap()
        sock.coming += sock.far.sent()
        assert stream.unwrap() is sock

    def test_unwrap_with_a_ragged_end(self, version):
        stream, _ = connected(version, empty=None)
        with raises(ssl.SSLEOFError, errno=ssl.SSL_ERROR_EOF):
            stream.unwrap()

    def test_after_unwrap(self, version):
        stream, sock = connected(version)
        self.says_close_notify(sock)
        stream.unwrap()
        for use in (stream.recv, stream.unwrap, stream.do_handshake, lambda: stream.send(b"x"), lambda: stream.recv_into(bytearray(1))):
            with raises(ValueError) as failure:
                use()
            assert "unwrap()" in str(failure.error)
        assert stream.version() == version  # questions are still answered
        stream.close()
        assert sock.closed

    def test_after_close(self, version):
        stream, sock = connected(version)
        sock.says(b"unread")
        stream.recv(2)
        stream.close()
        stream.close()
        assert sock.closed
        for use in (stream.recv, stream.unwrap, lambda: stream.send(b"x"), lambda: stream.recv_into(bytearray(1))):
            with pytest.raises(socket.error) as caught:
                use()
            assert caught.value.errno == errno.EBADF

    def test_context_manager(self, version):
        stream, sock = connected(version)
        with stream as entered:
            assert entered is stream
        assert sock.closed


class TestRecordMeter(object):

    def feed(self, data, sizes):
        """How often something was complete, if `data` arrives in pieces as asked for, but of `sizes` at most."""
        meter, complete, position = RecordMeter(), [], 0
        while position < len(data):
            size = min(meter.wanted, next(sizes))
            assert size > 0
            piece = data[position:position + size]
            position += len(piece)
            if meter.completed_by(piece):
                complete.append(position)
        return complete

    def test_ends_where_records_end(self):
        chance = random.Random(5)
        lengths = [0, 1, 2, 255, 256, 257, 16384 + 256] + [chance.randrange(18433) for _ in range(50)]
        data, ends = b"", []
        for length in lengths:
            data += bytes(bytearray([chance.randrange(20, 25), 3, chance.randrange(5), length >> 8, length & 255])) + b"\x80" * length
            ends.append(len(data))
        for limit in (1, 2, 7, 1000, 10**6):
            sizes = iter(lambda: chance.randrange(1, limit + 1), None)
            assert self.feed(data, sizes) == ends

    @pytest.mark.parametrize("header", [b"GET /", b"HTTP/", b"SSH-2", b"\x16\x02\x00\x00\x05", b"\x19\x03\x03\x00\x05",
                                        b"\x16\x03\x03\xff\xff", b"\x80\x2e\x02\x03\x01"])
    def test_no_record_is_for_openssl_to_judge(self, header):
        assert self.feed(header, iter(lambda: 100, None)) == [5]

    def test_client_hello_of_ssl2(self):
        """RFC 5246 appendix E.2: two bytes of length, then the message."""
        hello = b"\x80\x2e\x01\x03\x01" + b"\0" * (0x2e - 3)
        assert self.feed(hello + b"\x16\x03\x03\x00\x01\x00", iter(lambda: 100, None)) == [48, 54]
