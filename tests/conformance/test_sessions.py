"""Resumed sessions: SSLObject.session, session_reused, wrap_bio(session=...)."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import needs
from tests.support.contexts import TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import End, Pair

pytestmark = needs.name("SSLObject.session")


class Resuming(object):
    """Connections of one client context with one server context, which is what a session needs."""

    def __init__(self, version):
        self.client, self.server, self.version = client_context(version), server_context(version), version

    def connect(self, **client):
        pair = Pair(self.client, self.server)
        if client:
            pair.client = End(self.client, server_hostname=u"localhost", **client)
        return pair

    def session(self):
        """A session that can be resumed: in TLS 1.3 it comes with the tickets, which handshake() delivers."""
        pair = self.connect().handshake()
        session = pair.client.tls.session
        with raises(ssl.SSLWantReadError):  # OpenSSL forgets sessions of connections that end without close_notify
            pair.client.tls.unwrap()
        return session


@pytest.fixture
def resuming(version):
    return Resuming(version)


def handshake(pair):
    assert pair.outcomes() == (None, None)
    return pair


class TestSession(object):

    def test_is_reused(self, resuming):
        pair = handshake(resuming.connect(session=resuming.session()))
        assert pair.client.tls.session_reused is True and pair.server.tls.session_reused is True
        pair.client.tls.write(b"resumed")
        pair.server.take(pair.client.sent())
        assert pair.server.tls.read(10) == b"resumed"

    def test_is_set(self, resuming):
        pair, session = resuming.connect(), resuming.session()
        pair.client.tls.session = session
        handshake(pair)
        assert pair.client.tls.session_reused is True

    def test_is_not_reused_by_itself(self, resuming):
        resuming.session()
        assert handshake(resuming.connect()).client.tls.session_reused is False

    def test_attributes(self, resuming):
        session = resuming.session()
        assert type(session) is ssl.SSLSession
        assert type(session.id) is bytes and len(session.id) == 32
        assert type(session.time) is int and type(session.timeout) is int and session.timeout > 0
        assert type(session.ticket_lifetime_hint) is int and session.has_ticket is True

    def test_equality(self, resuming):
        session = resuming.session()
        assert session == session and not session != session
        assert session != resuming.session()
        with raises(TypeError):
            hash(session)

    def test_cannot_be_made(self):
        with raises(TypeError):
            ssl.SSLSession()

    def test_of_another_context(self, resuming, version):
        session = resuming.session()
        with raises(ValueError, "Session refers to a different SSLContext."):
            Resuming(version).connect(session=session)

    def test_after_the_handshake(self, resuming):
        session = resuming.session()
        pair = resuming.connect().handshake()
        with raises(ValueError, "Cannot set session after handshake."):
            pair.client.tls.session = session

    def test_on_a_server(self, resuming, version):
        session = resuming.session()
        server = End(resuming.client, server_side=True)
        with raises(ValueError, "Cannot set session for server-side SSLSocket."):
            server.tls.session = session

    @pytest.mark.parametrize("value", [None, 3, b"", object()])
    def test_of_wrong_type(self, resuming, value):
        with raises(TypeError, "Value is not a SSLSession."):
            resuming.connect().client.tls.session = value

    def test_before_the_handshake(self, resuming):
        tls = resuming.connect().client.tls
        assert tls.session is None and tls.session_reused is False


@needs.tls13
class TestTickets(object):

    def test_come_after_the_handshake(self):
        """In TLS 1.3 there is no session to resume before read() has met a ticket."""
        pair = Pair(version=TLS13)
        assert pair.outcomes() == (None, None)
        early = pair.client.tls.session
        with raises(ssl.SSLWantReadError):
            pair.client.tls.read(1)
        assert early.has_ticket is False and pair.client.tls.session.has_ticket is True
