"""Pre-shared keys: what callbacks do wrong, and wrong arguments."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, client_context, server_context
from tests.support.failures import assert_failure, raises, reported
from tests.support.pairs import Pair
from tests.support.psk import KEY, Asked, psk_contexts

pytestmark = [needs.name("SSLContext.set_psk_client_callback"), needs.interpreters_openssl]


class TestRefusal(object):
    """What a callback does wrong is reported, and OpenSSL is told that there is no key."""

    WRONG_CLIENTS = [
        (None, "SystemError: new style getargs format but argument is not a tuple"),
        ([u"identity", KEY], "SystemError: new style getargs format but argument is not a tuple"),
        ((u"identity",), "TypeError: function takes exactly 2 arguments (1 given)"),
        ((u"identity", KEY, 1), "TypeError: function takes exactly 2 arguments (3 given)"),
        ((3, KEY), "TypeError: a bytes-like object is required, not 'int'"),
        ((bytearray(b"identity"), KEY), "TypeError: argument 1 must be read-only bytes-like object, not bytearray"),
        ((u"identity", bytearray(KEY)), "TypeError: argument 2 must be read-only bytes-like object, not bytearray"),
        ((u"identity", memoryview(KEY)), "TypeError: argument 2 must be read-only bytes-like object, not memoryview"),
        ((u"identity", None), "TypeError: a bytes-like object is required, not 'NoneType'"),
        ((u"identity", 3), "TypeError: a bytes-like object is required, not 'int'"),
    ]

    def check(self, version, capsys, client, server, text):
        with reported(capsys) as said:
            outcomes = Pair(*psk_contexts(version, client, server), server_hostname=None).outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]
        if text is None:
            assert said == [""]
        else:
            assert text in "".join(said)

    @pytest.mark.parametrize("answer, text", WRONG_CLIENTS, ids=[str(number) for number in range(len(WRONG_CLIENTS))])
    def test_wrong_answer_of_the_client(self, version, capsys, answer, text):
        self.check(version, capsys, answer, KEY, text)

    @pytest.mark.parametrize("answer", [
        (u"identity", b""), (u"i" * 257, KEY), (u"identity", b"k" * 513)], ids=["no key", "long identity", "long key"])
    def test_what_does_not_fit_in_the_client(self, version, capsys, answer):
        self.check(version, capsys, answer, KEY, None)

    def test_text_for_a_key(self, version, capsys):
        text = "expected bytes, %s found" % type(u"").__name__
        self.check(version, capsys, (u"identity", KEY), u"k" * 32, text)
        kind = "a bytes-like object is required, not '%s'" % type(u"").__name__
        self.check(version, capsys, (u"identity", u"k" * 32), KEY, kind)

    @pytest.mark.parametrize("answer", [None, 3, (KEY,), bytearray(KEY), memoryview(KEY)], ids=lambda value: type(value).__name__)
    def test_wrong_answer_of_the_server(self, version, capsys, answer):
        self.check(version, capsys, (u"identity", KEY), answer, "TypeError: expected bytes, %s found" % type(answer).__name__)

    @pytest.mark.parametrize("answer", [b"", b"k" * 513], ids=["no key", "long key"])
    def test_what_does_not_fit_in_the_server(self, version, capsys, answer):
        self.check(version, capsys, (u"identity", KEY), answer, None)

    @pytest.mark.parametrize("side", ["client", "server"])
    def test_exception(self, version, capsys, side):
        def fail(question):
            raise ZeroDivisionError("from the callback")

        answers = {"client": (u"identity", KEY), "server": KEY}
        answers[side] = fail
        self.check(version, capsys, answers["client"], answers["server"], "ZeroDivisionError: from the callback")

    def test_identity_that_is_no_text(self, version, capsys):
        server = Asked(KEY)
        self.check(version, capsys, (b"\xff\xfe", KEY), server, None)
        assert server.questions == []

    def test_reason(self, capsys):
        def fail(question):
            raise ZeroDivisionError

        with reported(capsys):
            client, server = Pair(*psk_contexts(TLS12, fail), server_hostname=None).outcomes()
        assert_failure(client, ssl.SSLError, library="SSL", errno=1)
        assert "psk identity not found" in str(client)
        assert "handshake failure" in str(server)

    def test_nothing_is_left_on_the_queue(self, version, capsys):
        """OpenSSL's queue of errors is one for all connections of a thread: what is left there, the next one finds."""
        good = Pair(version=version).handshake()

        def fail(question):
            raise ZeroDivisionError

        with reported(capsys):
            Pair(*psk_contexts(version, fail), server_hostname=None).outcomes()
        with pytest.raises(ssl.SSLWantReadError):
            good.client.tls.read(1)


class TestArguments(object):

    @pytest.mark.parametrize("value", [3, "text", object()], ids=["int", "str", "object"])
    def test_not_callable(self, value):
        for name in ("set_psk_client_callback", "set_psk_server_callback"):
            with raises(TypeError, "callback must be callable"):
                getattr(client_context(), name)(value)

    @pytest.mark.parametrize("value", [b"x" if bytes is not str else bytearray(b"x"), 3], ids=lambda value: type(value).__name__)
    def test_wrong_hint(self, value):
        text = "set_psk_server_callback() argument 'identity_hint' must be str or None, not " + type(value).__name__
        with raises(TypeError, text):
            server_context().set_psk_server_callback(len, value)
        with raises(TypeError, text):
            server_context().set_psk_server_callback(None, identity_hint=value)

    def test_hint_with_a_nul(self):
        with raises(ValueError, "embedded null character"):
            server_context().set_psk_server_callback(len, "x\0y")

    def test_hint_that_is_too_long(self):
        context = server_context()
        context.set_psk_server_callback(callback=len, identity_hint="h" * 128)
        with raises(ValueError, "failed to set identity hint"):
            context.set_psk_server_callback(len, "h" * 257)
        context.set_psk_server_callback(None, "h" * 257)

    def test_too_long_a_hint_leaves_no_error(self):
        pair = Pair().handshake()
        with pytest.raises(ValueError):
            pair.server_context.set_psk_server_callback(len, "h" * 257)
        if not hasattr(ssl.SSLContext.set_psk_server_callback, "__code__"):
            pytest.skip("native: the error of OpenSSL stays on its queue")
        with pytest.raises(ssl.SSLWantReadError):
            pair.client.tls.read(1)

    @pytest.mark.skipif(not hasattr(ssl, "PROTOCOL_TLS_CLIENT"), reason="no contexts for one side")
    @pytest.mark.parametrize("callback", [None, len, 3], ids=["None", "callable", "int"])
    def test_of_the_wrong_side(self, callback):
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with raises(ssl.SSLError, "Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context", errno=0, library=None, reason=None):
            server.set_psk_client_callback(callback)
        with raises(ssl.SSLError, "Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context", errno=0, library=None, reason=None):
            client.set_psk_server_callback(callback)
