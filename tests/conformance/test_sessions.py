"""Resumed sessions: SSLSession, `session` and `session_reused` of SSLObject and SSLSocket, `session` of wrap_bio() and wrap_socket()."""
from __future__ import absolute_import, division, print_function

import contextlib
import copy
import gc
import pickle
import socket
import ssl
import time
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import End, Pair
from tests.support.peers_stream import PATIENCE, Task
from tests.support.tcp import take_tickets, tls_pair

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

    def test_times(self, resuming):
        session = resuming.session()
        assert abs(session.time - time.time()) < PATIENCE
        assert session.timeout == session.ticket_lifetime_hint == 7200  # what a server of OpenSSL offers

    def test_attributes_cannot_be_set(self, resuming):
        session = resuming.session()
        for name in ("id", "time", "timeout", "ticket_lifetime_hint", "has_ticket"):
            with raises(AttributeError):
                setattr(session, name, getattr(session, name))

    def test_is_not_copied(self, resuming):
        session = resuming.session()
        for attempt in (copy.copy, copy.deepcopy, lambda it: pickle.dumps(it, 2)):
            with raises(TypeError):
                attempt(session)

    def test_equality(self, resuming):
        session = resuming.session()
        assert session == session and not session != session
        assert session != resuming.session() and not session == resuming.session()
        assert session != 3 and not session == session.id
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
        with raises(ssl.SSLWantReadError):  # nothing is left in OpenSSL's queue of errors
            pair.client.tls.read(1)

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


class TestLifetime(object):

    def test_of_a_dead_connection(self, resuming):
        """OpenSSL marks the session of a connection that dies without close_notify: a copy is none of its business."""
        pair = resuming.connect().handshake()
        session = pair.client.tls.session
        del pair
        gc.collect()
        assert handshake(resuming.connect(session=session)).client.tls.session_reused is True

    def test_given_to_a_connection_that_dies(self, resuming):
        session = resuming.session()
        for _ in range(3):
            assert handshake(resuming.connect(session=session)).client.tls.session_reused is True
            gc.collect()

    def test_given_to_a_connection_that_never_begins(self, resuming):
        session = resuming.session()
        resuming.connect(session=session)
        gc.collect()
        assert handshake(resuming.connect(session=session)).client.tls.session_reused is True

    def test_it_dies_before_the_connection_that_it_was_given_to(self, resuming):
        pair = resuming.connect(session=resuming.session())
        gc.collect()
        assert handshake(pair).client.tls.session_reused is True

    def test_it_keeps_its_context(self, version):
        def session():
            return Resuming(version).session()
        kept = session()
        gc.collect()
        with raises(ValueError, "Session refers to a different SSLContext."):
            Resuming(version).connect(session=kept)

    def test_nothing_is_kept_without_it(self, version):
        resuming = Resuming(version)
        pair = resuming.connect(session=resuming.session())
        assert handshake(pair).client.tls.session is not None
        context, tls = weakref.ref(resuming.client), weakref.ref(pair.client.tls)
        del resuming, pair
        for _ in range(4):  # PyPy needs several rounds
            gc.collect()
        assert context() is None and tls() is None


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


class OverSockets(object):
    """As Resuming, over TCP."""

    def __init__(self, version):
        self.client, self.server, self.version = client_context(version), server_context(version), version

    def connect(self, **client):
        return tls_pair(self.client, self.server, **client)

    def session(self):
        with self.connect() as (client, server):
            take_tickets(client, server)
            return client.session

    @contextlib.contextmanager
    def listening(self):
        """(address, Task of the SSLSocket of the first who connects)."""
        listener = self.server.wrap_socket(socket.socket(), server_side=True)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        task = Task(lambda: listener.accept()[0])
        try:
            yield listener.getsockname(), task
        finally:
            listener.close()


@pytest.fixture
def over_sockets(version):
    return OverSockets(version)


def read_exchange(client, server):
    server.sendall(b"resumed")
    assert client.recv(7) == b"resumed"


@needs.name("SSLSocket.session")
class TestSocket(object):

    def test_is_reused(self, over_sockets):
        with over_sockets.connect() as (client, server):
            assert client.session_reused is False and server.session_reused is False
        with over_sockets.connect(session=over_sockets.session()) as (client, server):
            assert client.session_reused is True and server.session_reused is True
            read_exchange(client, server)
            assert type(client.session) is ssl.SSLSession

    def test_is_not_reused_by_another_server(self, over_sockets, version):
        session = over_sockets.session()
        over_sockets.server = server_context(version)
        with over_sockets.connect(session=session) as (client, server):
            assert client.session_reused is False
            read_exchange(client, server)

    def test_goes_from_a_socket_to_an_object(self, over_sockets, version):
        pair = Pair(over_sockets.client, over_sockets.server)
        pair.client = End(over_sockets.client, server_hostname=u"localhost", session=over_sockets.session())
        assert handshake(pair).client.tls.session_reused is True

    @pytest.mark.parametrize("begin", ["do_handshake", "read", "write"])
    def test_is_set_before_a_late_handshake(self, over_sockets, begin):
        session = over_sockets.session()
        with over_sockets.connect(do_handshake_on_connect=False) as (client, task):
            assert client.session is None
            client.session = session
            self.begin(client, task, begin)

    @pytest.mark.parametrize("begin", ["do_handshake", "read", "write"])
    def test_is_given_before_a_late_handshake(self, over_sockets, begin):
        with over_sockets.connect(do_handshake_on_connect=False, session=over_sockets.session()) as (client, task):
            self.begin(client, task, begin)

    def begin(self, client, task, begin):
        if begin == "read":
            sending = Task(lambda: task.result().sendall(b"!"))
            assert client.recv(1) == b"!"
            sending.result()
        elif begin == "write":
            client.sendall(b"?")
            assert task.result().recv(1) == b"?"
        else:
            client.do_handshake()
        task.result().close()
        assert client.session_reused is True

    def test_of_another_context(self, over_sockets, version):
        session = OverSockets(version).session()
        with raises(ValueError, "Session refers to a different SSLContext."):
            with over_sockets.connect(session=session):
                pass

    @pytest.mark.parametrize("value", [3, b"", object()])
    def test_of_wrong_type(self, over_sockets, value):
        with raises(TypeError, "Value is not a SSLSession."):
            with over_sockets.connect(session=value):
                pass

    def test_after_the_handshake(self, over_sockets):
        session = over_sockets.session()
        with over_sockets.connect() as (client, server):
            with raises(ValueError, "Cannot set session after handshake."):
                client.session = session
            read_exchange(client, server)

    def test_on_a_server(self, over_sockets):
        with over_sockets.connect() as (client, server):
            with raises(TypeError, "Value is not a SSLSession."):
                server.session = None
            with raises(ValueError, "Session refers to a different SSLContext."):
                server.session = client.session

    def test_on_a_server_from_the_beginning(self, over_sockets):
        with contextlib.closing(socket.socket()) as sock:
            with raises(ValueError, "session can only be specified in client mode"):
                over_sockets.server.wrap_socket(sock, server_side=True, session=over_sockets.session())

    def test_of_non_blocking_sockets(self, over_sockets):
        session = over_sockets.session()
        with over_sockets.listening() as (address, _):
            with contextlib.closing(socket.create_connection(address, PATIENCE)) as sock:
                sock.setblocking(False)
                with raises(ValueError, "do_handshake_on_connect should not be specified for non-blocking sockets"):
                    over_sockets.client.wrap_socket(sock, server_hostname="localhost", session=session)

    @pytest.mark.parametrize("when", ["given", "set"])
    @pytest.mark.parametrize("late", [False, True])
    @pytest.mark.parametrize("method", ["connect", "connect_ex"])
    def test_before_connecting(self, over_sockets, when, late, method):
        session = over_sockets.session()
        with over_sockets.listening() as (address, task), contextlib.closing(socket.socket()) as sock:
            sock.settimeout(PATIENCE)
            keywords = dict(session=session) if when == "given" else {}
            client = over_sockets.client.wrap_socket(
                sock, server_hostname="localhost", do_handshake_on_connect=not late, **keywords)
            with contextlib.closing(client):
                assert client.session is None and client.session_reused is None
                if when == "set":
                    client.session = session
                assert not getattr(client, method)(address)
                if late:
                    client.do_handshake()
                with contextlib.closing(task.result()) as server:
                    assert client.session_reused is True
                    read_exchange(client, server)

    @pytest.mark.parametrize("method", ["connect", "connect_ex"])
    def test_what_is_refused_is_refused_before_connecting(self, over_sockets, version, method):
        foreign = OverSockets(version).session()
        with contextlib.closing(socket.socket()) as sock:
            client = over_sockets.client.wrap_socket(sock, server_hostname="localhost", session=foreign)
            with contextlib.closing(client):
                with raises(ValueError, "Session refers to a different SSLContext."):
                    getattr(client, method)(("127.0.0.1", 9))  # to which nobody listens
                client.session = 3
                with raises(TypeError, "Value is not a SSLSession."):
                    getattr(client, method)(("127.0.0.1", 9))

    def test_without_tls(self, over_sockets):
        with over_sockets.connect() as (client, server):
            client.shutdown(socket.SHUT_RDWR)
            assert client.session is None and client.session_reused is None
