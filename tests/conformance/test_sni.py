"""Server Name Indication: what the client sends, and the server's callback (SSLContext.set_servername_callback)."""
from __future__ import absolute_import, division, print_function

import gc
import ssl
import sys
import weakref

import pytest

from tests.support import certs, needs
from tests.support.contexts import client_context, server_context
from tests.support.failures import assert_failure, raises, reported
from tests.support.pairs import Pair
from tests.support.sockets import tls_sockets


class Callback(object):
    """A servername callback that remembers its calls and does what the test wants."""

    def __init__(self, action=lambda tls, name, context: None):
        self.calls, self.action = [], action

    def __call__(self, tls, name, context):
        self.calls.append((tls, name, context))
        return self.action(tls, name, context)


def pair_with(callback, version, name=u"localhost", **client):
    server = server_context(version)
    server.set_servername_callback(callback)
    return Pair(client_context(version, **client), server, server_hostname=name)


class TestCallback(object):

    def test_arguments(self, version, how):
        callback = Callback()
        pair = pair_with(callback, version)
        pair.handshake(how)
        (tls, name, context), = callback.calls
        assert tls is pair.server.tls
        assert name == "localhost" and isinstance(name, type(u""))
        assert context is pair.server_context

    @needs.name("SSLContext.sslobject_class")
    def test_gets_an_object_of_the_context_s_class(self, version):
        class Mine(ssl.SSLObject):
            pass
        callback, server = Callback(), server_context(version)
        server.sslobject_class = Mine
        server.set_servername_callback(callback)
        tls = Pair(client_context(version), server).handshake().server.tls
        assert isinstance(tls, Mine) and callback.calls[0][0] is tls

    def test_implicit_handshake(self, version, arrival):
        callback = Callback()
        pair = pair_with(callback, version)
        assert pair.outcomes(lambda tls: tls.write(b"x"), lambda tls: tls.read(1), how=arrival) == (1, b"x")
        assert [call[0] for call in callback.calls] == [pair.server.tls]

    @pytest.mark.parametrize("name", [u"127.0.0.1", u"::1"])
    def test_no_name_for_addresses(self, version, name):
        """RFC 6066 section 3: literal addresses are not permitted in SNI."""
        callback = Callback()
        pair_with(callback, version, name).handshake()
        assert [call[1] for call in callback.calls] == [None]

    def test_no_name(self, version):
        callback = Callback()
        pair_with(callback, version, None, check_hostname=False).handshake()
        assert [call[1] for call in callback.calls] == [None]

    def test_name_is_sent_without_verification(self, version):
        callback = Callback()
        pair_with(callback, version, u"any.example", cafile=None).handshake()
        assert [call[1] for call in callback.calls] == [u"any.example"]

    def test_international_name(self, version):
        """The A-label travels and the A-label arrives (since 3.7, bpo-28414)."""
        callback = Callback()
        pair = pair_with(callback, version, u"b\xfccher.test", cafile=None)
        assert pair.client.tls.server_hostname == "xn--bcher-kva.test"
        with pytest.raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        hello = pair.client.sent()
        assert b"xn--bcher-kva.test" in hello
        pair.server.take(hello)
        pair.outcomes()
        assert [call[1] for call in callback.calls] == [u"xn--bcher-kva.test"]

    def test_can_be_removed(self, version):
        callback = Callback()
        pair = pair_with(callback, version)
        pair.server_context.set_servername_callback(None)
        pair.handshake()
        assert callback.calls == []

    def test_many_objects_of_one_context(self, version):
        callback = Callback()
        server, client = server_context(version), client_context(version)
        server.set_servername_callback(callback)
        pairs = [Pair(client, server).handshake() for _ in range(10)]
        assert [call[0] for call in callback.calls] == [pair.server.tls for pair in pairs]

    @pytest.mark.skipif(not hasattr(sys, "getrefcount"), reason="this interpreter does not count references")
    def test_takes_no_reference_of_none(self, version):
        """2.7's _ssl drops one reference of None per callback if it was given no owner: after some 2,000 handshakes it aborts."""
        server = server_context(version)
        server.set_servername_callback(lambda tls, name, context: None)
        gc.collect()
        before = sys.getrefcount(None)
        for _ in range(200):
            Pair(client_context(version), server).handshake()
        gc.collect()
        gained = sys.getrefcount(None) - before
        assert gained > -100
        assert gained < 100 or before > 1 << 30  # PEP 683, an immortal None: what was compiled for older Pythons counts up and not down


class TestSwitch(object):

    def test_context(self, version, how):
        """The callback exchanges the context, the client sees the other certificate."""
        other = server_context(version, certfile=certs.OTHER)
        seen = []

        def switch(tls, name, context):
            seen.append(tls.context is context)
            tls.context = other
            seen.append(tls.context is other)

        pair = pair_with(switch, version, u"other.test")
        pair.handshake(how)
        assert seen == [True, True]
        assert pair.server.tls.context is other
        assert (("commonName", "other.test"),) in pair.client.tls.getpeercert()["subject"]

    def test_back_and_forth(self, version):
        other = server_context(version, certfile=certs.OTHER)

        def switch(tls, name, context):
            tls.context = other
            tls.context = context

        assert pair_with(switch, version).handshake().client.tls.getpeercert()["subject"]

    def test_first_context_may_die(self, version):
        """OpenSSL keeps the first context as the callback's argument: whoever owns the object must keep it too."""
        other = server_context(version, certfile=certs.OTHER)
        pair = pair_with(lambda tls, name, context: setattr(tls, "context", other), version, u"other.test")
        pair.server_context = None
        pair.handshake()

    @pytest.mark.parametrize("value", [None, 3, "context", object()])
    def test_to_something_else(self, version, value):
        errors = []

        def switch(tls, name, context):
            try:
                tls.context = value
            except Exception as error:
                errors.append(error)

        pair = pair_with(switch, version)
        pair.handshake()
        assert_failure(errors[0], TypeError, "The value must be a SSLContext")
        assert pair.server.tls.context is pair.server_context


class TestRefusal(object):
    CALLBACK_FAILED = dict(kind=ssl.SSLError, text="[SSL: CALLBACK_FAILED] callback failed", errno=1, library="SSL",
                           reason="CALLBACK_FAILED")

    @pytest.mark.parametrize("alert, reason", [
        ("ALERT_DESCRIPTION_ACCESS_DENIED", "TLSV1_ALERT_ACCESS_DENIED"),
        ("ALERT_DESCRIPTION_UNRECOGNIZED_NAME", "TLSV1_UNRECOGNIZED_NAME"),
        ("ALERT_DESCRIPTION_INTERNAL_ERROR", "TLSV1_ALERT_INTERNAL_ERROR"),
        ("ALERT_DESCRIPTION_HANDSHAKE_FAILURE", "SSLV3_ALERT_HANDSHAKE_FAILURE")])
    def test_by_alert(self, version, arrival, alert, reason):
        client, server = pair_with(lambda tls, name, context: getattr(ssl, alert), version).outcomes(how=arrival)
        assert_failure(server, **self.CALLBACK_FAILED)
        assert_failure(client, ssl.SSLError, reason=reason, library="SSL", errno=1)

    def test_by_exception(self, version, capsys):
        def fail(tls, name, context):
            raise ZeroDivisionError("from the callback")

        with reported(capsys) as printed:
            client, server = pair_with(fail, version).outcomes()
        assert_failure(server, **self.CALLBACK_FAILED)
        assert_failure(client, ssl.SSLError, reason="SSLV3_ALERT_HANDSHAKE_FAILURE", library="SSL", errno=1)
        assert "from the callback" in "".join(printed)

    def test_by_nonsense(self, version, capsys):
        """Anything but None and an int is the callback's error: the client gets internal_error."""
        with reported(capsys) as printed:
            client, server = pair_with(lambda tls, name, context: "nonsense", version).outcomes()
        assert_failure(server, **self.CALLBACK_FAILED)
        assert_failure(client, ssl.SSLError, reason="TLSV1_ALERT_INTERNAL_ERROR", library="SSL", errno=1)
        assert "".join(printed)

    def test_then_the_object_is_dead(self, version):
        pair = pair_with(lambda tls, name, context: ssl.ALERT_DESCRIPTION_ACCESS_DENIED, version)
        pair.outcomes()
        for operation in (lambda tls: tls.read(1), lambda tls: tls.write(b"x"), lambda tls: tls.do_handshake()):
            with pytest.raises(ssl.SSLError):
                operation(pair.server.tls)


@needs.name("SSLContext.sni_callback")
class TestSniCallback(object):
    """SSLContext.sni_callback, the name of the same thing since Python 3.7."""

    def pair(self, callback, version, name=u"localhost", **client):
        server = server_context(version)
        server.sni_callback = callback
        return Pair(client_context(version, **client), server, server_hostname=name)

    def test_gets_the_a_label(self, version):
        callback = Callback()
        pair = self.pair(callback, version, u"b\xfccher.test", cafile=None)
        assert pair.server_context.sni_callback is callback
        pair.handshake()
        (tls, name, context), = callback.calls
        assert tls is pair.server.tls and context is pair.server_context
        assert name == "xn--bcher-kva.test" and type(name) is str

    @pytest.mark.parametrize("name, given", [(u"localhost", "localhost"), (u"UPPER.test", "UPPER.test"), (u"a_b.test", "a_b.test"),
                                             (None, None), (u"127.0.0.1", None)])
    def test_names(self, version, name, given):
        callback = Callback()
        self.pair(callback, version, name, cafile=None).handshake()
        assert [call[1] for call in callback.calls] == [given]
        assert given is None or type(callback.calls[0][1]) is str

    def test_of_a_socket(self, version):
        callback, server = Callback(), server_context(version)
        server.sni_callback = callback
        with tls_sockets(client_context(version), server) as (_, near):
            assert [(call[0], call[1], call[2]) for call in callback.calls] == [(near, "localhost", server)]

    def test_switch(self, version, how):
        other = server_context(version, certfile=certs.OTHER)
        pair = self.pair(lambda tls, name, context: setattr(tls, "context", other), version, u"other.test")
        pair.handshake(how)
        assert pair.server.tls.context is other
        assert (("commonName", "other.test"),) in pair.client.tls.getpeercert()["subject"]

    def test_alert(self, version):
        client, server = self.pair(lambda tls, name, context: ssl.ALERT_DESCRIPTION_ACCESS_DENIED, version).outcomes()
        assert "callback failed" in str(server) and "access denied" in str(client)

    def test_exception(self, version, capsys):
        def fail(tls, name, context):
            raise ZeroDivisionError("from the callback")

        with reported(capsys) as printed:
            client, server = self.pair(fail, version).outcomes()
        assert "callback failed" in str(server) and "handshake failure" in str(client)
        assert "from the callback" in "".join(printed)

    def test_nonsense(self, version, capsys):
        with reported(capsys) as printed:
            client, server = self.pair(lambda tls, name, context: "nonsense", version).outcomes()
        assert "callback failed" in str(server) and "internal error" in str(client)
        assert "".join(printed)

    def test_get_and_remove(self, version):
        callback = Callback()
        pair = self.pair(callback, version)
        pair.server_context.sni_callback = None
        assert pair.server_context.sni_callback is None
        pair.handshake()
        assert callback.calls == []
        assert client_context().sni_callback is None

    @pytest.mark.parametrize("value", [3, "text", object()], ids=["int", "str", "object"])
    def test_not_callable(self, version, value):
        callback = Callback()
        pair = self.pair(callback, version)
        with raises(TypeError, "not a callable object"):
            pair.server_context.sni_callback = value
        assert pair.server_context.sni_callback is None
        pair.handshake()
        assert callback.calls == []

    @pytest.mark.skipif(not hasattr(ssl, "PROTOCOL_TLS_CLIENT"), reason="no contexts for one side")
    def test_client_only(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for value in (None, Callback(), 3):
            with raises(ValueError, "sni_callback cannot be set on TLS_CLIENT context"):
                context.sni_callback = value
        assert context.sni_callback is None

    def test_the_last_one_counts(self, version):
        """There is one callback; it may be set by either name."""
        old, new = Callback(), Callback()
        pair = self.pair(new, version)
        pair.server_context.set_servername_callback(old)
        assert pair.server_context.sni_callback not in (None, new)
        pair.handshake()
        assert (len(old.calls), len(new.calls)) == (1, 0)
        pair.server_context.sni_callback = new
        Pair(pair.client_context, pair.server_context).handshake()
        assert (len(old.calls), len(new.calls)) == (1, 1)
        pair.server_context.set_servername_callback(None)
        assert pair.server_context.sni_callback is None
        with raises(TypeError, "not a callable object"):
            pair.server_context.set_servername_callback(3)

    @pytest.mark.skipif(not ssl.HAS_TLSv1_3, reason="no second ClientHello before TLS 1.3")
    @pytest.mark.skipif((3, 7) <= sys.version_info < (3, 15),
                        reason="native code calls a context that was freed (CVE-2026-19445), see test_repair_sni_context.py")
    def test_the_first_context_may_die_between_two_hellos(self):
        """HelloRetryRequest: the client guesses another group than the server wants, and asks again. Whatever has the place of the first
        context in memory by then is not called."""
        server, other, strange = server_context(), server_context(certfile=certs.OTHER), Callback()
        server.set_ecdh_curve("secp384r1")
        server.sni_callback = lambda tls, name, context: setattr(tls, "context", other)
        pair = Pair(client_context(), server, server_hostname=u"other.test")
        for end, peer in ((pair.client, pair.server), (pair.server, pair.client)):
            with pytest.raises(ssl.SSLWantReadError):
                end.tls.do_handshake()
            peer.take(end.sent())
        place, contexts = id(server), []
        server = pair.server_context = None
        gc.collect()
        while len(contexts) < 2000 and place not in (id(context) for context in contexts[-1:]):
            contexts.append(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
            contexts[-1].sni_callback = strange
        assert pair.outcomes() == (None, None)
        assert pair.server.tls.context is other and strange.calls == []

    def test_a_context_and_its_callback_go_together(self):
        context = server_context()
        context.sni_callback = lambda tls, name, given, context=context: None
        seen, context = weakref.ref(context), None
        for _ in range(4):
            gc.collect()
        assert seen() is None
