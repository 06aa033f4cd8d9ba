"""What a broken, hostile or mistaken peer causes, at both ends: exception, library, reason, alert."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import assert_failure, raises, text_of
from tests.support.openssl_says import ALERT, EOF, NOT_TLS_IS_FATAL, from_openssl, in_a_record
from tests.support.pairs import WAITING, Pair

HTTP = b"GET / HTTP/1.0\r\n\r\n"
WRONG_VERSION = from_openssl("WRONG_VERSION_NUMBER", "wrong version number")
BAD_RECORD = in_a_record("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "decryption failed or bad record mac")


def flipped(data, position):
    changed = bytearray(data)
    changed[position] ^= 0x01
    return bytes(changed)


def server_hello(pair):
    """The server's first flight, taken from the wire."""
    with raises(ssl.SSLWantReadError):
        pair.client.tls.do_handshake()
    pair.server.take(pair.client.sent())
    with raises(ssl.SSLWantReadError):
        pair.server.tls.do_handshake()
    return pair.server.sent()


class TestNotTls(object):

    @pytest.mark.parametrize("operation", [lambda tls: tls.do_handshake(), lambda tls: tls.read(1), lambda tls: tls.write(b"x")],
                             ids=["do_handshake", "read", "write"])
    def test_http_request_to_a_server(self, version, operation):
        server = Pair(version=version).server
        server.take(HTTP)
        with raises(**from_openssl("HTTP_REQUEST", "http request")):
            operation(server.tls)
        assert server.incoming.pending == len(HTTP) - 5  # it is known after the five bytes of a record header
        assert server.outgoing.pending == 0
        with raises(**EOF if NOT_TLS_IS_FATAL else dict(kind=ssl.SSLWantReadError)):
            server.tls.read(1)
        assert server.tls.version() is None

    def test_http_request_byte_by_byte(self, version):
        server = Pair(version=version).server
        for position in range(4):
            server.take(HTTP[position:position + 1])
            with raises(ssl.SSLWantReadError):
                server.tls.do_handshake()
        server.take(HTTP[4:5])
        with raises(**from_openssl("HTTP_REQUEST", "http request")):
            server.tls.do_handshake()

    def test_http_proxy_request(self, version):
        server = Pair(version=version).server
        server.take(b"CONNECT example.test:443 HTTP/1.1\r\n\r\n")
        with raises(**from_openssl("HTTPS_PROXY_REQUEST", "https proxy request")):
            server.tls.do_handshake()

    def test_http_response_to_a_client(self, version):
        client = Pair(version=version).client
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        client.sent()
        client.take(b"HTTP/1.0 400 Bad\r\n\r\n")
        with raises(**WRONG_VERSION):
            client.tls.do_handshake()
        assert client.incoming.pending == 15
        assert client.outgoing.pending == 0  # whoever that is, it does not understand alerts

    @pytest.mark.parametrize("data", [b"\x00\x01\x02\x03\x04\x05\x06\x07\x08", b"\xff" * 20, b"SSH-2.0-OpenSSH\r\n"],
                             ids=["counting", "ones", "ssh"])
    def test_garbage_to_a_server(self, version, data):
        server = Pair(version=version).server
        server.take(data)
        with raises(**WRONG_VERSION):
            server.tls.do_handshake()
        assert server.incoming.pending == len(data) - 5

    def test_garbage_after_the_handshake(self, pair):
        pair.server.take(HTTP)
        with raises(**in_a_record("WRONG_VERSION_NUMBER", "wrong version number")):
            pair.server.tls.read(1)
        assert pair.server.incoming.pending == len(HTTP) - 5
        with raises(**EOF):
            pair.server.tls.read(1)
        with raises(**EOF):
            pair.server.tls.write(b"x")

    def test_handshake_message_too_long(self, version):
        server = Pair(version=version).server
        server.take(b"\x16\x03\x01\x00\x04\x01\xff\xff\xff")
        with raises(**from_openssl("EXCESSIVE_MESSAGE_SIZE", "excessive message size")):
            server.tls.do_handshake()

    def test_record_too_long(self, pair):
        pair.server.take(b"\x17\x03\x03\xff\xff" + b"x" * 100)
        with raises(**in_a_record("PACKET_LENGTH_TOO_LONG", "packet length too long")):
            pair.server.tls.read(1)


class TestTampered(object):

    @pytest.mark.parametrize("position", [5, 12, 30, -1])
    def test_record(self, pair, position):
        pair.client.tls.write(b"0123456789abcdef")
        pair.server.take(flipped(pair.client.sent(), position))
        with raises(**BAD_RECORD):
            pair.server.tls.read(100)
        assert pair.server.outgoing.pending > 0
        with raises(**from_openssl("SSLV3_ALERT_BAD_RECORD_MAC", ALERT + " bad record mac")):
            pair.client.reads(pair.server.sent())
        with raises(**EOF):
            pair.server.tls.read(100)

    def test_record_byte_by_byte(self, pair):
        pair.client.tls.write(b"data")
        record = flipped(pair.client.sent(), -1)
        for position in range(len(record) - 1):
            pair.server.take(record[position:position + 1])
            with raises(ssl.SSLWantReadError):
                pair.server.tls.read(100)
        pair.server.take(record[-1:])
        with raises(**BAD_RECORD):
            pair.server.tls.read(100)

    def test_into_a_buffer(self, pair):
        pair.client.tls.write(b"data")
        pair.server.take(flipped(pair.client.sent(), -1))
        buffer = bytearray(b"....")
        with raises(**BAD_RECORD):
            pair.server.tls.read(4, buffer)
        assert buffer == b"...."

    def test_what_came_before_is_good(self, pair):
        pair.client.tls.write(b"good")
        good = pair.client.sent()
        pair.client.tls.write(b"bad")
        pair.server.take(good + flipped(pair.client.sent(), -1))
        assert pair.server.tls.read(100) == b"good"
        with raises(**BAD_RECORD):
            pair.server.tls.read(100)

    def test_replayed(self, pair):
        pair.client.tls.write(b"data")
        record = pair.client.sent()
        pair.server.take(record + record)
        assert pair.server.tls.read(100) == b"data"
        with raises(**BAD_RECORD):
            pair.server.tls.read(100)

    def test_dropped(self, pair):
        pair.client.tls.write(b"one")
        pair.client.sent()
        pair.client.tls.write(b"two")
        pair.server.take(pair.client.sent())
        with raises(**BAD_RECORD):
            pair.server.tls.read(100)

    def test_reflected(self, pair):
        """One's own record is not the peer's."""
        pair.client.tls.write(b"data")
        pair.client.take(pair.client.sent())
        with raises(**BAD_RECORD):
            pair.client.tls.read(100)

    def test_handshake_flight(self, version):
        """Every 37th byte of the server's flight, one connection each: none may end in a finished client."""
        length = len(server_hello(Pair(version=version)))
        for position in range(11, length - 10, 37):  # signatures differ in length by a few bytes from handshake to handshake
            pair = Pair(version=version)
            pair.client.take(flipped(server_hello(pair), position))
            client, _ = pair.outcomes()
            assert client is WAITING or isinstance(client, ssl.SSLError), position
            assert pair.client.tls.version() is None, position


class TestNoAgreement(object):

    def test_no_shared_cipher(self):
        client, server = client_context(TLS12), server_context(TLS12)
        client.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
        server.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")
        client, server = Pair(client, server).outcomes()
        assert_failure(client, **from_openssl("SSLV3_ALERT_HANDSHAKE_FAILURE", ALERT + " handshake failure"))
        assert_failure(server, **from_openssl("NO_SHARED_CIPHER", "no shared cipher"))

    @needs.tls13
    def test_no_shared_version(self, arrival):
        client, server = Pair(client_context(TLS12), server_context(TLS13)).outcomes(how=arrival)
        assert_failure(client, **from_openssl("TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version"))
        assert_failure(server, **from_openssl("UNSUPPORTED_PROTOCOL", "unsupported protocol"))

    @needs.tls13
    def test_no_shared_version_the_other_way(self, arrival):
        client, server = Pair(client_context(TLS13), server_context(TLS12)).outcomes(how=arrival)
        assert_failure(client, **from_openssl("TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version"))
        assert_failure(server, **from_openssl("UNSUPPORTED_PROTOCOL", "unsupported protocol"))

    def test_server_without_certificate(self, version):
        client, server = Pair(client_context(version), server_context(version, certfile=None)).outcomes()
        # Without a certificate there is no TLS 1.3 for OpenSSL, and no ECDHE suite of TLS 1.2.
        theirs, ours = {TLS12: ("SSLV3_ALERT_HANDSHAKE_FAILURE", "NO_SHARED_CIPHER"),
                        TLS13: ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")}[version]
        assert_failure(client, ssl.SSLError, reason=theirs, library="SSL", errno=1)
        assert_failure(server, ssl.SSLError, reason=ours, library="SSL", errno=1)

    def test_two_clients(self, version):
        one, two = Pair(version=version).client, Pair(version=version).client
        for client in one, two:
            with raises(ssl.SSLWantReadError):
                client.tls.do_handshake()
        one.take(two.sent())
        with raises(**from_openssl("UNEXPECTED_MESSAGE", "unexpected message")):
            one.tls.do_handshake()

    def test_two_servers(self, version):
        for server in Pair(version=version).server, Pair(version=version).server:
            with raises(ssl.SSLWantReadError):
                server.tls.do_handshake()
            assert server.outgoing.pending == 0


class TestAlerts(object):

    def test_fatal_alert_in_the_clear(self, version):
        client = Pair(version=version).client
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        client.take(b"\x15\x03\x03\x00\x02\x02\x28")
        with raises(**from_openssl("SSLV3_ALERT_HANDSHAKE_FAILURE", ALERT + " handshake failure")):
            client.tls.do_handshake()

    def test_unknown_alert(self, version):
        client = Pair(version=version).client
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        client.take(b"\x15\x03\x03\x00\x02\x02\xfe")
        with pytest.raises(ssl.SSLError) as info:
            client.tls.do_handshake()
        assert type(info.value) is ssl.SSLError and info.value.errno == 1

    def test_plaintext_after_the_handshake_in_tls12(self):
        """Too short to be encrypted. "internal error" is a reason of all of OpenSSL, not of its SSL library: it has no name."""
        pair = Pair(version=TLS12).handshake()
        pair.server.take(b"\x15\x03\x03\x00\x02\x02\x28")
        with raises(**in_a_record(None, "internal error")):
            pair.server.tls.read(1)

    @needs.tls13
    def test_plaintext_after_the_handshake(self):
        """In TLS 1.3 everything after the handshake is encrypted: a record of type alert in the clear is an error."""
        pair = Pair(version=TLS13).handshake()
        pair.client.tls.write(b"x")
        pair.server.reads(pair.client.sent())
        pair.server.take(b"\x15\x03\x03\x00\x02\x01\x00")
        with pytest.raises(ssl.SSLError) as info:
            pair.server.tls.read(1)
        assert type(info.value) is ssl.SSLError


class TestExceptionObjects(object):

    def test_want_read(self, version):
        with raises(ssl.SSLWantReadError) as failure:
            Pair(version=version).client.tls.do_handshake()
        error = failure.error
        assert error.errno == ssl.SSL_ERROR_WANT_READ == 2
        assert len(error.args) == 2 and error.args[0] == 2
        assert text_of(error) == "The operation did not complete (read)"
        assert error.strerror == error.args[1] == str(error)

    def test_openssl_error(self, version):
        server = Pair(version=version).server
        server.take(HTTP)
        with raises(ssl.SSLError) as failure:
            server.tls.do_handshake()
        error = failure.error
        assert error.errno == ssl.SSL_ERROR_SSL == 1
        assert len(error.args) == 2 and error.args[0] == 1
        assert error.strerror == error.args[1] == str(error)
        text = (str, type(u""))  # Python 2's own _ssl gives both
        assert isinstance(error.reason, text) and isinstance(error.library, text)

    @pytest.mark.parametrize("name", ["SSLEOFError", "SSLSyscallError", "SSLWantReadError", "SSLWantWriteError", "SSLZeroReturnError"])
    def test_hierarchy(self, name):
        kind = getattr(ssl, name)
        assert issubclass(kind, ssl.SSLError) and issubclass(kind, EnvironmentError)
        assert kind.__name__ == name
