"""Pre-shared keys: SSLContext.set_psk_client_callback and set_psk_server_callback, new in Python 3.13."""
from __future__ import absolute_import, division, print_function

import gc
import re
import ssl
import sys
import threading
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.pairs import Pair
from tests.support.psk import KEY, Asked, is_finished, psk_contexts

pytestmark = [needs.name("SSLContext.set_psk_client_callback"), needs.interpreters_openssl]


class TestHandshake(object):

    def test_both_sides_are_asked(self, version):
        client, server = Asked((u"identity", KEY)), Asked(KEY)
        pair = Pair(*psk_contexts(version, client, server, u"hint"), server_hostname=None)
        assert is_finished(pair.outcomes())
        assert client.questions == [u"hint" if version == TLS12 else None]
        assert server.questions == [u"identity"] and isinstance(server.questions[0], type(u""))
        assert pair.client.tls.version() == version
        assert pair.client.tls.getpeercert(True) is None
        pair.client.tls.write(b"data")
        assert pair.server.reads(pair.client.sent()) == b"data"

    def test_no_hint(self, version):
        client = Asked((u"identity", KEY))
        assert is_finished(Pair(*psk_contexts(version, client), server_hostname=None).outcomes())
        assert client.questions == [None]

    @pytest.mark.parametrize("text", [u"\xfc\u20ac", u"x" * 128], ids=["non-ascii", "long"])
    def test_texts_are_utf8(self, version, text):
        if len(text.encode("utf-8")) > 127 and ssl.OPENSSL_VERSION_INFO < (3,):
            pytest.skip("OpenSSL before 3 allows an identity of 127 bytes")
        client, server = Asked((text, KEY)), Asked(KEY)
        assert is_finished(Pair(*psk_contexts(version, client, server, text), server_hostname=None).outcomes())
        assert client.questions == [text if version == TLS12 else None]
        assert server.questions == [text]

    def test_identity_as_bytes(self, version):
        server = Asked(KEY)
        assert is_finished(Pair(*psk_contexts(version, (b"identity", KEY), server), server_hostname=None).outcomes())
        assert server.questions == [u"identity"]

    @pytest.mark.parametrize("identity", [None, u""])
    def test_no_identity(self, identity):
        server = Asked(KEY)
        assert is_finished(Pair(*psk_contexts(TLS12, (identity, KEY), server), server_hostname=None).outcomes())
        assert server.questions == [None]

    @needs.tls13
    def test_no_identity_in_tls13(self):
        """RFC 8446, 4.2.11: an identity has at least one byte."""
        server = Asked(KEY)
        client_outcome, _ = Pair(*psk_contexts(TLS13, (u"", KEY), server), server_hostname=None).outcomes()
        assert isinstance(client_outcome, ssl.SSLError) and server.questions == []

    def test_identity_ends_at_a_nul(self, version):
        server = Asked(KEY)
        assert is_finished(Pair(*psk_contexts(version, (u"iden\0tity", KEY), server), server_hostname=None).outcomes())
        assert server.questions == [u"iden"]

    @pytest.mark.parametrize("length", [1, 256])
    def test_lengths_of_keys(self, version, length):
        key = b"k" * length
        assert is_finished(Pair(*psk_contexts(version, (u"identity", key), key), server_hostname=None).outcomes())

    def test_another_key(self, version):
        client, server = Pair(*psk_contexts(version, server=b"another"), server_hostname=None).outcomes()
        assert isinstance(client, ssl.SSLError) and isinstance(server, ssl.SSLError)
        assert re.search("binder does not verify|bad record mac|record layer failure", str(server))  # the last since OpenSSL 3.2

    def test_a_callback_that_is_false(self, version):
        class Empty(Asked):
            def __len__(self):
                return 0

        assert is_finished(Pair(*psk_contexts(version, Empty((u"identity", KEY)), Empty(KEY)), server_hostname=None).outcomes())

    def test_many_connections(self, version):
        client, server = Asked((u"identity", KEY)), Asked(KEY)
        contexts = psk_contexts(version, client, server)
        for _ in range(20):
            assert is_finished(Pair(*contexts, server_hostname=None).outcomes())
        assert len(client.questions) == len(server.questions) == 20

    def test_implicit(self, version):
        """write() does the handshake."""
        pair = Pair(*psk_contexts(version), server_hostname=None)
        assert pair.outcomes(lambda tls: tls.write(b"x"), lambda tls: tls.read(1)) == (1, b"x")

    def test_two_contexts_at_once(self, version):
        """There is one function of C for all contexts: each must find its own callback."""
        keys = [b"a" * 16, b"b" * 16]
        pairs = [Pair(*psk_contexts(version, (u"identity", key), key), server_hostname=None) for key in keys]
        assert all(is_finished(pair.outcomes()) for pair in pairs)
        crossed = Pair(pairs[0].client_context, pairs[1].server_context, server_hostname=None).outcomes()
        assert [type(outcome) for outcome in crossed] == [ssl.SSLError, ssl.SSLError]

    def test_threads(self, version):
        """A callback comes in the thread of its connection, and finds its own context."""
        outcomes = []

        def work(key):
            contexts = psk_contexts(version, (u"identity", key), key)
            for _ in range(20):
                outcomes.append(is_finished(Pair(*contexts, server_hostname=None).outcomes()))

        threads = [threading.Thread(target=work, args=(letter * 16,)) for letter in (b"a", b"b", b"c", b"d")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == [True] * 80

    def test_another_handshake_in_a_callback(self, version):
        inner = []

        def answer(identity):
            inner.append(Pair(*psk_contexts(version, server=b"another"), server_hostname=None).outcomes())
            inner.append(Pair(*psk_contexts(version), server_hostname=None).outcomes())
            return KEY

        assert is_finished(Pair(*psk_contexts(version, server=answer), server_hostname=None).outcomes())
        assert [is_finished(outcome) for outcome in inner] == [False, True]

    def test_certificates_without_a_key(self, version):
        """A client whose callback has no key can still do without one."""
        pair = Pair(version=version)
        pair.client_context.set_psk_client_callback(Asked((None, b"")))
        assert is_finished(Pair(pair.client_context, pair.server_context).outcomes())

    def test_session_of_a_server_with_certificates(self, version):
        """The context of a server keeps its session id context, without which it cannot resume what it has verified."""
        server = server_context(version)
        server.set_psk_server_callback(Asked(KEY))
        assert is_finished(Pair(client_context(version), server).outcomes())


class TestRemoved(object):

    def test_of_the_client(self, version):
        client, server = psk_contexts(version)
        client.set_psk_client_callback(None)
        outcomes = Pair(client, server, server_hostname=None).outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]

    def test_of_the_server(self, version):
        client, server = psk_contexts(version)
        server.set_psk_server_callback(None)
        outcomes = Pair(client, server, server_hostname=None).outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]

    def test_while_a_connection_waits(self, version):
        """The connection has OpenSSL's copy of the callback; what is looked for is not there any more."""
        client, server = psk_contexts(version)
        pair = Pair(client, server, server_hostname=None)
        server.set_psk_server_callback(None)
        outcomes = pair.outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]

    def test_and_the_hint(self):
        callback = Asked((u"identity", KEY))
        client, server = psk_contexts(TLS12, callback, hint=u"hint")
        server.set_psk_server_callback(None)
        server.set_psk_server_callback(Asked(KEY))
        assert is_finished(Pair(client, server, server_hostname=None).outcomes())
        assert callback.questions == [None]

    def test_another_one(self, version):
        client, server = psk_contexts(version, server=b"wrong")
        server.set_psk_server_callback(Asked(KEY))
        assert is_finished(Pair(client, server, server_hostname=None).outcomes())


class TestSwitch(object):
    """After the exchange of the context by a server_name callback it is the new one's callback that is asked."""

    def outcome(self, first, second):
        client, server = psk_contexts(TLS12, server=first)
        other = psk_contexts(TLS12)[1]
        other.set_psk_server_callback(second)

        def switch(tls, name, context):
            tls.context = other

        server.set_servername_callback(switch)
        return Pair(client, server, server_hostname="localhost").outcomes()

    def test_callback_of_the_second_context(self):
        first, second = Asked(b"wrong"), Asked(KEY)
        assert is_finished(self.outcome(first, second))
        assert (first.questions, second.questions) == ([], [u"identity"])

    def test_no_callback_in_the_second_context(self):
        first = Asked(KEY)
        assert [type(outcome) for outcome in self.outcome(first, None)] == [ssl.SSLError, ssl.SSLError]
        assert first.questions == []


class TestLifetime(object):

    def test_a_context_and_its_callback_go_together(self, version):
        """Also when the callback knows the context: nothing but the collector is needed, and no table keeps either."""
        contexts = psk_contexts(version)
        for context, name in zip(contexts, ("set_psk_client_callback", "set_psk_server_callback")):
            if not hasattr(getattr(ssl.SSLContext, name), "__code__") and sys.version_info < (3, 13, 1):
                pytest.skip("3.13.0 does not show its PSK callbacks to the collector")
            getattr(context, name)(lambda question, context=context: None)
        seen = [weakref.ref(context) for context in contexts]
        del contexts, context
        for _ in range(4):
            gc.collect()
        assert [reference() for reference in seen] == [None, None]

    def test_contexts_may_go_first(self, version):
        pair = Pair(*psk_contexts(version), server_hostname=None)
        del pair.client_context, pair.server_context
        gc.collect()
        assert is_finished(pair.outcomes())

    def test_a_callback_may_drop_itself(self, version):
        client, server = psk_contexts(version)

        def once(question):
            client.set_psk_client_callback(None)
            gc.collect()
            return u"identity", KEY

        client.set_psk_client_callback(once)
        del once
        assert is_finished(Pair(client, server, server_hostname=None).outcomes())
