"""A client's certificate that a server asks for after the handshake (TLS 1.3): post_handshake_auth, verify_client_post_handshake()."""
from __future__ import absolute_import, division, print_function

import ssl
import sys

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises, text_of
from tests.support.pairs import Pair
from tests.support.peers_stream import Task
from tests.support.tcp import tls_pair

pytestmark = [needs.tls13, needs.name("SSLContext.post_handshake_auth"), needs.name("SSLObject.verify_client_post_handshake")]


# Before Python 3.8 the interpreter's own SSLErrors have names of an older OpenSSL, see surface/errors.py; their texts are its own.
NAMES_REASONS = facts.is_upgraded() or sys.version_info >= (3, 8)


def willing(context):
    context.post_handshake_auth = True
    return context


def client(certfile=certs.CLIENT, version=TLS13, **arguments):
    return willing(client_context(version, certfile=certfile, **arguments))


def server(version=TLS13, client_ca=certs.CA):
    return willing(server_context(version, client_ca=client_ca))


def asked_in_the_handshake():
    """What a server's getpeercert() says of the client that shows its certificate at once."""
    tls = Pair(client_context(TLS13, certfile=certs.CLIENT), server_context(TLS13, client_ca=certs.CA)).handshake().server.tls
    return tls.getpeercert(), tls.getpeercert(True)


def ask(pair):
    """The server asks and says something; the client reads it, and answers; the server reads what the client says then."""
    pair.server.tls.verify_client_post_handshake()
    pair.server.tls.write(b"who are you?")
    assert pair.client.reads(pair.server.sent()) == b"who are you?"
    pair.client.tls.write(b"look")
    return pair.server.reads(pair.client.sent())


def refuses(end, reason):
    """That it cannot ask."""
    with pytest.raises(ssl.SSLError) as caught:
        end.tls.verify_client_post_handshake()
    is_for(caught.value, reason)


def refuses_and_goes_on(end, reason):
    """That it cannot ask, and is none the worse for it: nothing is left in OpenSSL's queue of errors."""
    refuses(end, reason)
    with raises(ssl.SSLWantReadError):
        end.tls.read(1)


def is_for(error, reason):
    """That it is an SSLError with this reason of OpenSSL's."""
    assert type(error) is ssl.SSLError and error.library == "SSL"
    assert text_of(error).rpartition("] ")[2] == reason.lower().replace("_", " ")
    if NAMES_REASONS:
        assert error.reason == reason and text_of(error).startswith("[SSL: %s] " % reason)


class TestContext(object):

    @pytest.mark.parametrize("make", [client_context, server_context])
    def test_is_off(self, make):
        assert make().post_handshake_auth is False

    @pytest.mark.parametrize("value, is_on", [(True, True), (False, False), (1, True), (0, False), ("x", True), ("", False), ([], False)])
    def test_is_a_bool(self, value, is_on):
        context = client_context()
        context.post_handshake_auth = value
        assert context.post_handshake_auth is is_on
        context.post_handshake_auth = False
        assert context.post_handshake_auth is False

    def test_is_of_one_context(self):
        one, other = willing(client_context()), client_context()
        assert one.post_handshake_auth is True and other.post_handshake_auth is False

    def test_leaves_verify_mode(self):
        context = server()
        assert context.verify_mode == ssl.CERT_REQUIRED
        Pair(client(), context).handshake()
        assert context.verify_mode == ssl.CERT_REQUIRED
        context.verify_mode = ssl.CERT_OPTIONAL
        assert context.verify_mode == ssl.CERT_OPTIONAL and context.post_handshake_auth is True

    def test_truth_that_raises(self):
        class Neither(object):
            def __bool__(self):
                raise ZeroDivisionError("neither")
            __nonzero__ = __bool__
        context = client_context()
        with raises(ZeroDivisionError, "neither"):
            context.post_handshake_auth = Neither()
        assert context.post_handshake_auth is False


class TestAsking(object):

    def test_certificate(self):
        shown, der = asked_in_the_handshake()
        pair = Pair(client(), server()).handshake()
        assert pair.server.tls.getpeercert() is None and pair.server.tls.getpeercert(True) is None
        assert ask(pair) == b"look"
        assert pair.server.tls.getpeercert(True) == der
        assert pair.server.tls.getpeercert() == shown and shown["subject"]

    def test_client_sees_its_server_as_before(self):
        pair = Pair(client(), server()).handshake()
        before = pair.client.tls.getpeercert(), pair.client.tls.getpeercert(True)
        ask(pair)
        assert (pair.client.tls.getpeercert(), pair.client.tls.getpeercert(True)) == before

    def test_twice(self):
        pair = Pair(client(), server()).handshake()
        ask(pair)
        assert ask(pair) == b"look"
        assert pair.server.tls.getpeercert(True) == asked_in_the_handshake()[1]

    def test_it_is_there_with_what_the_client_says_next(self):
        pair = Pair(client(), server()).handshake()
        pair.server.tls.verify_client_post_handshake()
        pair.server.tls.write(b"?")
        pair.client.reads(pair.server.sent())
        assert pair.server.tls.getpeercert() is None
        with raises(ssl.SSLWantReadError):  # the certificate alone
            pair.server.reads(pair.client.sent())
        assert pair.server.tls.getpeercert()["subject"]

    def test_is_not_demanded_in_the_handshake(self):
        pair = Pair(client(certfile=None), server()).handshake()
        assert pair.server.tls.getpeercert() is None

    def test_without_it_is_demanded_in_the_handshake(self):
        context = server()
        context.post_handshake_auth = False
        pair = Pair(client(), context).handshake()
        assert pair.server.tls.getpeercert()["subject"]

    def test_optional(self):
        context = server()
        context.verify_mode = ssl.CERT_OPTIONAL
        pair = Pair(client(certfile=None), context).handshake()
        assert ask(pair) == b"look"
        assert pair.server.tls.getpeercert() is None

    def test_none_where_one_is_required(self):
        pair = Pair(client(certfile=None), server()).handshake()
        with pytest.raises(ssl.SSLError) as caught:
            ask(pair)
        assert "peer did not return a certificate" in text_of(caught.value)

    @pytest.mark.parametrize("certfile", [certs.STRANGER, certs.EXPIRED])
    def test_one_that_is_refused(self, certfile):
        pair = Pair(client(certfile=certfile), server()).handshake()
        with pytest.raises(ssl.SSLError) as caught:
            ask(pair)
        assert "certificate verify failed" in text_of(caught.value)

    def test_a_client_that_verifies_nothing_goes_on_to_do_so(self):
        """bpo-37428: of the SSL_CTX of a client OpenSSL takes it for a wish to verify."""
        context = client(cafile=None)
        pair = Pair(context, server_context(TLS13, certfile=certs.SELFSIGNED)).handshake()
        assert context.verify_mode == ssl.CERT_NONE and pair.client.tls.getpeercert() == {}


class TestRefusing(object):

    def test_to_ask_a_client_that_has_not_offered(self):
        pair = Pair(client_context(TLS13, certfile=certs.CLIENT), server()).handshake()
        refuses_and_goes_on(pair.server, "EXTENSION_NOT_RECEIVED")

    def test_to_ask_before_tls13(self):
        pair = Pair(client(version=TLS12), server(version=TLS12)).handshake()
        refuses_and_goes_on(pair.server, "WRONG_SSL_VERSION")

    def test_to_ask_twice_at_once(self):
        pair = Pair(client(), server()).handshake()
        pair.server.tls.verify_client_post_handshake()
        refuses(pair.server, "STILL_IN_INIT")
        pair.server.tls.write(b"?")
        refuses_and_goes_on(pair.server, "REQUEST_SENT")

    def test_to_ask_as_a_client(self):
        refuses_and_goes_on(Pair(client(), server()).handshake().client, "NOT_SERVER")

    def test_to_ask_before_the_handshake(self):
        pair = Pair(client(), server())
        refuses(pair.server, "WRONG_SSL_VERSION")
        assert pair.outcomes() == (None, None)

    def test_where_nothing_is_verified(self):
        context = server()
        context.verify_mode = ssl.CERT_NONE
        refuses_and_goes_on(Pair(client(), context).handshake().server, "INVALID_CONFIG")


class TestSockets(object):

    def test_certificate(self):
        shown, der = asked_in_the_handshake()
        with tls_pair(client(), server()) as (near, far):
            assert far.getpeercert() is None
            answer = Task(lambda: (near.recv(12), near.sendall(b"look")))
            far.verify_client_post_handshake()
            far.sendall(b"who are you?")
            assert far.recv(4) == b"look" and answer.result()[0] == b"who are you?"
            assert far.getpeercert(True) == der and far.getpeercert() == shown
            assert near.getpeercert()["subject"]

    @pytest.mark.parametrize("begin", ["do_handshake", "write"])
    def test_late_handshake(self, begin):
        with tls_pair(client(), server(), do_handshake_on_connect=False) as (near, task):
            if begin == "write":
                near.sendall(b"!")
                assert task.result().recv(1) == b"!"
            else:
                near.do_handshake()
            task.result().verify_client_post_handshake()  # the client has offered it

    def test_refused(self):
        with tls_pair(client(), server()) as (near, far):
            with pytest.raises(ssl.SSLError) as caught:
                near.verify_client_post_handshake()
            is_for(caught.value, "NOT_SERVER")
            far.sendall(b"!")
            assert near.recv(1) == b"!"

    def test_without_tls(self):
        with tls_pair(client(), server()) as (near, far):
            far.shutdown(2)
            with raises(ValueError, "No SSL wrapper around " + str(far)):
                far.verify_client_post_handshake()
