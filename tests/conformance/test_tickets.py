"""SSLContext.num_tickets: how many session tickets a server of TLS 1.3 sends."""
from __future__ import absolute_import, division, print_function

import _ssl
import ssl
import sys

import pytest

from tests.support import certs, needs
from tests.support.contexts import TLS13, client_context, pin_version
from tests.support.failures import raises
from tests.support.pairs import Pair, records

pytestmark = needs.name("SSLContext.num_tickets")

# https://docs.python.org/3/whatsnew/3.10.html: C functions say "cannot be interpreted as an integer" of whatever has no __index__()
SAYS_WHAT_IS_NO_INTEGER = not hasattr(_ssl._SSLContext, "num_tickets") or sys.version_info >= (3, 10)


def server_context(version=TLS13):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pin_version(context, version)
    context.load_cert_chain(certs.SERVER)
    return context


@needs.tls13
@needs.name("PROTOCOL_TLS_SERVER")
class TestServer(object):

    def test_default(self):
        assert server_context().num_tickets == 2

    @pytest.mark.parametrize("number", [0, 1, 2, 5])
    def test_so_many_are_sent(self, number):
        context = server_context()
        context.num_tickets = number
        assert context.num_tickets == number and type(context.num_tickets) is int
        pair = Pair(client_context(TLS13), context)
        client, server = pair.client, pair.server
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        server.take(client.sent())
        with raises(ssl.SSLWantReadError):
            server.tls.do_handshake()
        client.take(server.sent())
        client.tls.do_handshake()
        server.take(client.sent())
        server.tls.do_handshake()
        assert len(records(server.sent())) == number

    @needs.name("SSLObject.session")
    def test_without_tickets_there_is_no_session_to_resume(self):
        context = server_context()
        context.num_tickets = 0
        pair = Pair(client_context(TLS13), context)
        assert pair.outcomes() == (None, None)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.read(1)
        assert pair.client.tls.session.has_ticket is False

    @pytest.mark.parametrize("number", [True, False])
    def test_of_bool(self, number):
        context = server_context()
        context.num_tickets = number
        assert context.num_tickets == number

    @pytest.mark.parametrize("number", [-1, -2])
    def test_of_less_than_none(self, number):
        context = server_context()
        with raises(ValueError, "value must be non-negative"):
            context.num_tickets = number
        assert context.num_tickets == 2

    @pytest.mark.parametrize("number", [None, 1.5, "1", b"1", [1]])
    def test_of_wrong_type(self, number):
        refuses(server_context(), number)


@needs.name("PROTOCOL_TLS_CLIENT")
def test_of_a_client():
    refuses_as_no_server(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def test_of_a_context_for_both():
    refuses_as_no_server(client_context())


def refuses_as_no_server(context):
    before = context.num_tickets
    assert before == 2
    with raises(ValueError, "SSLContext is not a server context."):
        context.num_tickets = 1
    with raises(ValueError, "value must be non-negative"):  # which is looked at first
        context.num_tickets = -1
    refuses(context, "1")
    assert context.num_tickets == before


def refuses(context, number):
    text = "'%s' object cannot be interpreted as an integer" % type(number).__name__ if SAYS_WHAT_IS_NO_INTEGER else None
    with raises(TypeError, text):
        context.num_tickets = number


def test_of_too_large_a_number():
    with raises(OverflowError, "Python int too large to convert to C long"):
        client_context().num_tickets = 2 ** 70
