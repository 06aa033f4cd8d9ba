"""The end of the transport without close_notify with an OpenSSL before 3.0, for which that is no error: the connection lives on.

What is the same in every OpenSSL, and what is the end of the connection since 3.0, is in test_shutdown_eof.py, TestRaggedEof.
"""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support.failures import raises
from tests.support.openssl_says import END_IS_AN_ERROR, EOF, from_openssl
from tests.support.pairs import Pair, records


@pytest.mark.skipif(END_IS_AN_ERROR, reason="%s: the end of the transport is fatal, see TestRaggedEof" % ssl.OPENSSL_VERSION)
class TestEndBeforeOpenSSL3(object):
    """OpenSSL 1.x hears of the end and says nothing, also not to the peer: each call finds it anew, what needs no bytes goes on."""

    def test_the_connection_lives_on(self, pair, version):
        tls = pair.client.tls
        pair.client.incoming.write_eof()
        for _ in range(2):
            for call in lambda: tls.read(10), lambda: tls.read(4, bytearray(4)):
                with raises(**EOF):
                    call()
        assert pair.client.outgoing.pending == 0
        assert tls.do_handshake() is None
        assert tls.write(b"still here") == 10
        assert pair.server.reads(pair.client.sent()) == b"still here"
        assert tls.version() == version and tls.getpeercert()["subject"]
        assert tls.read(0) == b"" and tls.pending() == 0

    def test_more_may_come(self, pair):
        """A MemoryBIO takes no bytes behind its end, but the peer's last ones may be read in two steps."""
        pair.server.tls.write(b"first")
        pair.server.tls.write(b"second")
        pair.client.take(pair.server.sent())
        pair.client.incoming.write_eof()
        assert pair.client.tls.read(100) == b"first"
        assert pair.client.tls.read(100) == b"second"
        with raises(**EOF):
            pair.client.tls.read(100)

    def test_unwrap(self, pair):
        """It says our close_notify and misses the peer's, each time; nothing can be written behind it."""
        pair.client.incoming.write_eof()
        for _ in range(2):
            with raises(**EOF):
                pair.client.tls.unwrap()
        assert len(records(pair.client.outgoing.read())) == 1
        with raises(**from_openssl("PROTOCOL_IS_SHUTDOWN", "protocol is shutdown")):
            pair.client.tls.write(b"x")

    def test_in_the_handshake_it_stays_an_error(self, version):
        """By each call again, and no call of it is taken for a connection."""
        for end in Pair(version=version).ends:
            end.incoming.write_eof()
            for _ in range(2):
                for call in end.tls.do_handshake, lambda: end.tls.read(1), lambda: end.tls.write(b"x"):
                    with raises(**EOF):
                        call()
            with raises(**from_openssl("SHUTDOWN_WHILE_IN_INIT", "shutdown while in init")):
                end.tls.unwrap()
            assert end.tls.version() is None
