"""How a connection ends: close_notify and unwrap(), bytes behind it, and the end of the transport without it."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support.failures import raises
from tests.support.openssl_says import END_IS_AN_ERROR, EOF, RAGGED, from_openssl, in_a_record
from tests.support.pairs import ALERT, APPLICATION_DATA, Pair, records

IN_INIT = from_openssl("SHUTDOWN_WHILE_IN_INIT", "shutdown while in init")
AFTER_CLOSE = from_openssl("APPLICATION_DATA_AFTER_CLOSE_NOTIFY", "application data after close notify")
IS_SHUTDOWN = from_openssl("PROTOCOL_IS_SHUTDOWN", "protocol is shutdown")
BOTH_CLOSED = dict(kind=ssl.SSLZeroReturnError, text="TLS/SSL connection has been closed (EOF)", errno=6)
SYSCALL = dict(kind=ssl.SSLSyscallError, text="Some I/O error occurred", errno=5)
kills = pytest.mark.skipif(not END_IS_AN_ERROR, reason="%s: the end of the transport ends no connection, see test_end_before_openssl3.py"
                           % ssl.OPENSSL_VERSION)


def half_closed(pair):
    """The server sent close_notify and the client has it in its incoming BIO."""
    with raises(ssl.SSLWantReadError):
        pair.server.tls.unwrap()
    pair.client.take(pair.server.sent())
    return pair


class TestUnwrap(object):

    def test_both_ends(self, pair, version, how):
        client, server = pair.ends
        with raises(ssl.SSLWantReadError, "The operation did not complete (read)", errno=2):
            client.tls.unwrap()
        close_notify = client.sent()
        # In TLS 1.3 an alert looks like data from outside (RFC 8446 section 5.2).
        assert [record.content_type for record in records(close_notify)] == [ALERT if version == "TLSv1.2" else APPLICATION_DATA]
        data = how.call(server, close_notify, lambda: server.tls.read(10))
        assert data == b"" and type(data) is bytes
        assert server.tls.unwrap() is None
        assert how.call(client, server.sent(), client.tls.unwrap) is None

    def test_answers_without_a_read(self, pair, how):
        """unwrap() of the second end takes the close_notify of the first by itself."""
        client, server = pair.ends
        with raises(ssl.SSLWantReadError):
            client.tls.unwrap()
        # The first call sends our own close_notify, the second finds the peer's.
        with raises(ssl.SSLWantReadError):
            server.tls.unwrap()
        assert how.call(server, client.sent(), server.tls.unwrap) is None
        assert how.call(client, server.sent(), client.tls.unwrap) is None

    def test_again(self, pair):
        half_closed(pair)
        assert pair.client.tls.read(1) == b""
        assert pair.client.tls.unwrap() is None
        assert pair.server.tls is not None
        pair.server.take(pair.client.sent())
        assert pair.server.tls.unwrap() is None
        for end in pair.ends:
            assert end.tls.unwrap() is None
            assert end.outgoing.pending == 0

    def test_waiting_sends_nothing_twice(self, pair):
        for _ in range(3):
            with raises(ssl.SSLWantReadError):
                pair.client.tls.unwrap()
        assert len(records(pair.client.sent())) == 1

    def test_simultaneous(self, pair):
        for end in pair.ends:
            with raises(ssl.SSLWantReadError):
                end.tls.unwrap()
        alerts = [end.sent() for end in pair.ends]
        for end, alert in zip(pair.ends, reversed(alerts)):
            end.take(alert)
            assert end.tls.unwrap() is None
            assert end.outgoing.pending == 0

    def test_plaintext_behind_close_notify(self, pair):
        """What follows close_notify belongs to the protocol underneath (FTP's CCC): it stays in the incoming BIO."""
        client, server = pair.ends
        with raises(ssl.SSLWantReadError):
            server.tls.unwrap()
        assert client.reads(server.sent() + b"226 plain\r\n") == b""
        assert client.tls.unwrap() is None
        server.take(client.sent() + b"QUIT\r\n")
        assert server.tls.unwrap() is None
        assert client.incoming.read() == b"226 plain\r\n"
        assert server.incoming.read() == b"QUIT\r\n"

    def test_takes_no_arguments(self, pair):
        with raises(TypeError):
            pair.client.tls.unwrap(1)

    def test_with_data_unread(self, pair):
        """unwrap() finds data where it wants close_notify; the connection is broken afterwards."""
        pair.server.tls.write(b"unread")
        pair.client.take(pair.server.sent())
        with raises(ssl.SSLWantReadError):
            pair.server.tls.unwrap()
        with raises(**AFTER_CLOSE):
            for _ in "first sends, second reads":
                pair.client.tls.unwrap()
        with raises(**IN_INIT):
            pair.client.tls.unwrap()
        with raises(**EOF):
            pair.client.tls.read(10)


class TestCloseNotify(object):

    def test_read_returns_nothing(self, pair, how):
        with raises(ssl.SSLWantReadError):
            pair.server.tls.unwrap()
        data = how.call(pair.client, pair.server.sent(), lambda: pair.client.tls.read(10))
        assert data == b"" and type(data) is bytes
        for _ in range(2):
            assert pair.client.tls.read(10) == b""

    def test_read_into_returns_zero(self, pair):
        half_closed(pair)
        count = pair.client.tls.read(4, bytearray(4))
        assert count == 0 and type(count) is int

    def test_comes_after_the_data(self, pair):
        pair.server.tls.write(b"data")
        half_closed(pair)
        assert pair.client.tls.read(10) == b"data"
        assert pair.client.tls.read(10) == b""
        assert pair.client.tls.read(10) == b""

    def test_the_other_direction_stays_open(self, pair):
        client, server = pair.ends
        half_closed(pair)
        assert client.tls.read(3) == b""
        assert client.tls.write(b"bye") == 3
        assert client.tls.unwrap() is None
        with raises(**IS_SHUTDOWN):
            client.tls.write(b"too late")

    def test_no_write_after_our_own(self, pair):
        with raises(ssl.SSLWantReadError):
            pair.client.tls.unwrap()
        pair.client.sent()
        with raises(**IS_SHUTDOWN):
            pair.client.tls.write(b"too late")
        assert pair.client.outgoing.pending == 0

    def test_data_arrive_after_our_own(self, pair):
        """close_notify ends one direction (RFC 8446 section 6.1): what the peer still sends can be read, then its end is seen."""
        client, server = pair.ends
        with raises(ssl.SSLWantReadError):
            client.tls.unwrap()
        for data in b"still", b"sending":
            server.tls.write(data)
        client.take(server.sent())
        assert client.tls.read(100) == b"still"
        assert client.tls.read(100) == b"sending"
        with raises(ssl.SSLWantReadError):
            client.tls.read(100)
        assert server.reads(client.sent()) == b""
        assert server.tls.unwrap() is None
        client.take(server.sent())
        with raises(**BOTH_CLOSED):
            client.tls.read(100)
        assert client.tls.unwrap() is None

    def test_unwrap_finds_data_after_our_own(self, pair):
        """A second unwrap() that finds data instead of close_notify breaks the connection."""
        client, server = pair.ends
        with raises(ssl.SSLWantReadError):
            client.tls.unwrap()
        server.tls.write(b"still sending")
        client.take(server.sent())
        with raises(**AFTER_CLOSE):
            client.tls.unwrap()
        with raises(**EOF):
            client.tls.read(100)
        with raises(**IS_SHUTDOWN):
            client.tls.write(b"x")
        assert server.reads(client.sent()) == b""
        assert server.tls.unwrap() is None
        client.take(server.sent())
        with raises(**EOF):
            client.tls.read(100)
        with raises(**IN_INIT):
            client.tls.unwrap()

    @pytest.mark.parametrize("data", [b"x", b"", bytearray(b"x"), memoryview(b"x")], ids=["bytes", "nothing", "bytearray", "memoryview"])
    def test_write_after_our_own_and_a_failure(self, pair, data):
        """That we have closed is looked at before anything else, whatever happened since, and whatever is to be written."""
        with raises(ssl.SSLWantReadError):
            pair.client.tls.unwrap()
        pair.client.take(b"garbage, not TLS")
        with raises(**in_a_record("WRONG_VERSION_NUMBER", "wrong version number")):
            pair.client.tls.unwrap()
        with raises(**IS_SHUTDOWN):
            pair.client.tls.write(data)

    def test_read_when_both_have_closed(self, pair):
        """read() answers b"" while only the peer has closed; once both have, it is an error (PySSL_SetError in Modules/_ssl.c)."""
        client, server = pair.ends
        with raises(ssl.SSLWantReadError):
            client.tls.unwrap()
        assert server.reads(client.sent()) == b""
        assert server.tls.unwrap() is None
        assert client.reads(server.sent(), 0) == b""
        for end in pair.ends:
            with raises(**BOTH_CLOSED):
                end.tls.read(1)
            with raises(**BOTH_CLOSED):
                end.tls.read(1, bytearray(1))

    def test_then_end_of_transport(self, pair):
        half_closed(pair)
        pair.client.incoming.write_eof()
        assert pair.client.tls.read(10) == b""
        assert pair.client.tls.read(10) == b""
        assert pair.client.tls.unwrap() is None

    def test_what_is_known_stays_known(self, pair, version):
        half_closed(pair)
        pair.client.tls.read(1)
        pair.client.tls.unwrap()
        assert pair.client.tls.version() == version
        assert pair.client.tls.cipher()[1] == version
        assert pair.client.tls.getpeercert()["subject"]


class TestRaggedEof(object):
    """The transport ends without close_notify: possibly an attack by truncation, always an error, never b""."""

    def test_read(self, pair):
        pair.server.tls.write(b"abc")
        pair.client.take(pair.server.sent())
        pair.client.incoming.write_eof()
        assert pair.client.tls.read(10) == b"abc"
        with raises(**RAGGED):
            pair.client.tls.read(10)

    def test_read_into(self, pair):
        pair.client.incoming.write_eof()
        buffer = bytearray(b"....")
        with raises(**RAGGED):
            pair.client.tls.read(4, buffer)
        assert buffer == b"...."

    def test_inside_a_record(self, pair):
        pair.server.tls.write(b"abc")
        pair.client.take(pair.server.sent()[:-1])
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            pair.client.tls.read(10)
        with raises(**EOF):
            pair.client.tls.read(10)

    def test_inside_a_header(self, pair):
        pair.server.tls.write(b"abc")
        pair.client.take(pair.server.sent()[:3])
        with raises(ssl.SSLWantReadError):
            pair.client.tls.read(10)
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            pair.client.tls.read(10)

    @kills
    def test_afterwards_the_object_is_dead(self, pair, version):
        """OpenSSL 3 tells the peer: the alert is what is pending."""
        tls = pair.client.tls
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            tls.read(10)
        assert pair.client.outgoing.pending == {"TLSv1.2": 31, "TLSv1.3": 24}[version]
        for call in (lambda: tls.read(10), lambda: tls.read(4, bytearray(4)), lambda: tls.write(b"x")):
            with raises(**EOF) as failure:
                call()
            assert failure.error.args[0] == 8 and len(failure.error.args) == 2
        with raises(**IN_INIT):
            tls.unwrap()

    @kills
    def test_what_a_dead_object_still_knows(self, pair, version):
        """A fatal error ends OpenSSL's "init finished" and with it version() and getpeercert(); the session stays."""
        tls = pair.client.tls
        cipher, binding = tls.cipher(), tls.get_channel_binding()
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            tls.read(10)
        assert tls.version() is None
        with raises(ValueError, "handshake not done yet"):
            tls.getpeercert()
        assert tls.cipher() == cipher
        assert tls.get_channel_binding() == binding
        assert tls.compression() is None
        assert tls.read(0) == b""
        assert tls.pending() == 0
        assert tls.server_hostname == "localhost" and tls.server_side is False

    @kills
    def test_do_handshake_of_a_dead_object(self, pair):
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            pair.client.tls.read(10)
        with raises(**SYSCALL):
            pair.client.tls.do_handshake()

    def test_is_seen_by_read_only(self, pair):
        pair.client.incoming.write_eof()
        assert pair.client.tls.write(b"ok") == 2
        assert pair.client.outgoing.pending > 0
        with raises(**RAGGED):
            pair.client.tls.read(10)
        with raises(**IN_INIT if END_IS_AN_ERROR else EOF):
            pair.client.tls.unwrap()

    def test_unwrap(self, pair):
        """We said close_notify, the peer just went away."""
        with raises(ssl.SSLWantReadError):
            pair.client.tls.unwrap()
        pair.client.incoming.write_eof()
        with raises(**RAGGED):
            pair.client.tls.unwrap()
        with raises(**EOF):
            pair.client.tls.read(10)

    @pytest.mark.parametrize("operation", [lambda tls: tls.do_handshake(), lambda tls: tls.read(1), lambda tls: tls.write(b"x")],
                             ids=["do_handshake", "read", "write"])
    def test_before_the_handshake(self, version, operation):
        for end in Pair(version=version).ends:
            end.incoming.write_eof()
            with raises(**RAGGED):
                operation(end.tls)

    @pytest.mark.parametrize("operation", [lambda tls: tls.do_handshake(), lambda tls: tls.read(1), lambda tls: tls.write(b"x")],
                             ids=["do_handshake", "read", "write"])
    def test_inside_the_handshake(self, version, operation):
        for length in (3, 5, 6, 50, -1):
            pair = Pair(version=version)
            with raises(ssl.SSLWantReadError):
                operation(pair.client.tls)
            pair.server.take(pair.client.sent())
            with raises(ssl.SSLWantReadError):
                pair.server.tls.do_handshake()
            pair.client.take(pair.server.sent()[:length])
            with raises(ssl.SSLWantReadError):
                operation(pair.client.tls)
            pair.client.incoming.write_eof()
            with raises(**RAGGED):
                operation(pair.client.tls)

    def test_handshake_again(self, version):
        for end in Pair(version=version).ends:
            end.incoming.write_eof()
            with raises(**RAGGED):
                end.tls.do_handshake()
            with raises(**SYSCALL if END_IS_AN_ERROR else EOF):
                end.tls.do_handshake()
            with raises(**EOF):
                end.tls.read(1)
            with raises(**EOF):
                end.tls.write(b"x")
            assert end.tls.version() is None
            with raises(ValueError, "handshake not done yet"):
                end.tls.getpeercert()

    def test_is_an_ssl_error(self, pair):
        pair.client.incoming.write_eof()
        with pytest.raises(ssl.SSLError) as info:
            pair.client.tls.read(1)
        assert isinstance(info.value, EnvironmentError)
        assert info.value.errno == ssl.SSL_ERROR_EOF == 8
