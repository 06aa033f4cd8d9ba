"""SSLContext.wrap_bio, the classes it returns, and the attributes of an SSLObject."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import needs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import End, Pair


def wrapped(name=u"localhost", context=None, **arguments):
    return (context or client_context()).wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=name, **arguments)


class TestSSLObject(object):

    @pytest.mark.parametrize("arguments, keywords", [((), {}), ((1, 2), {}), ((), {"x": 1}), ((None,), {"server_side": True})])
    def test_has_no_constructor(self, arguments, keywords):
        with raises(TypeError, "SSLObject does not have a public constructor. Instances are returned by SSLContext.wrap_bio()."):
            ssl.SSLObject(*arguments, **keywords)

    def test_is_what_wrap_bio_returns(self):
        assert type(wrapped()) is ssl.SSLObject
        assert ssl.SSLObject.__name__ == "SSLObject" and ssl.SSLObject.__module__ == "ssl"

    @pytest.mark.parametrize("name", ["context", "server_side", "server_hostname", "read", "write", "getpeercert", "selected_alpn_protocol",
                                      "cipher", "compression", "pending", "do_handshake", "unwrap", "get_channel_binding", "version"])
    def test_public_names(self, name):
        assert hasattr(ssl.SSLObject, name)

    @pytest.mark.parametrize("name", ["recv", "send", "sendall", "fileno", "close", "shutdown", "settimeout", "makefile"])
    def test_is_no_socket(self, name):
        assert not hasattr(wrapped(), name)

    @needs.name("SSLContext.sslobject_class")
    def test_class_of_the_context(self):
        class Mine(ssl.SSLObject):
            def __init__(self, one, two, three):
                """Not called."""
        context = client_context()
        assert context.sslobject_class is ssl.SSLObject
        context.sslobject_class = Mine
        assert type(wrapped(context=context)) is Mine
        assert type(wrapped()) is ssl.SSLObject

    def test_takes_other_attributes(self):
        tls = wrapped()
        tls.my_note = "free"
        assert tls.my_note == "free"


class TestWrapBio(object):

    def test_by_position(self):
        bios = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client_context().wrap_bio(bios[0], bios[1], False, u"localhost")
        assert tls.server_side is False and tls.server_hostname == "localhost"
        assert client_context().wrap_bio(bios[0], bios[1], False, u"localhost", None).server_side is False

    def test_by_name(self):
        tls = server_context().wrap_bio(outgoing=ssl.MemoryBIO(), incoming=ssl.MemoryBIO(), server_side=True)
        assert tls.server_side is True and tls.server_hostname is None

    def test_defaults(self):
        tls = client_context(check_hostname=False).wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
        assert tls.server_side is False and tls.server_hostname is None

    def test_wrong_count(self):
        context = client_context()
        with raises(TypeError):
            context.wrap_bio()
        with raises(TypeError):
            context.wrap_bio(ssl.MemoryBIO())
        with raises(TypeError):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, u"localhost", None, None)
        with raises(TypeError):
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), hostname=u"localhost")

    @pytest.mark.parametrize("wrong", [None, 3, b"", bytearray(), object(), ssl.MemoryBIO])
    def test_not_a_bio(self, wrong):
        context = client_context()
        for arguments in ((wrong, ssl.MemoryBIO()), (ssl.MemoryBIO(), wrong), (wrong, wrong)):
            with raises(TypeError):
                context.wrap_bio(*arguments, server_hostname=u"localhost")

    def test_writes_nothing(self, version):
        end = End(client_context(version), server_hostname=u"localhost")
        assert end.outgoing.pending == 0 and end.incoming.pending == 0

    @pytest.mark.parametrize("value, expected", [(True, True), (False, False), (1, True), (0, False)])
    def test_server_side(self, value, expected):
        """A bool whatever was given."""
        name = None if value else u"localhost"
        context = server_context() if value else client_context()
        assert wrapped(name, context, server_side=value).server_side is expected

    def test_server_with_a_host_name(self, version):
        """Accepted and kept without meaning: SSLSocket refuses this, SSLObject never did."""
        server = server_context(version)
        tls = wrapped(u"localhost", server, server_side=True)
        assert tls.server_hostname == "localhost" and tls.server_side is True
        pair = Pair(server=server, version=version)
        pair.server = End(server, server_side=True, server_hostname=u"nobody.test")
        assert pair.outcomes() == (None, None)

    @needs.name("SSLObject.session")
    def test_session_of_wrong_type(self):
        with raises(TypeError, "Value is not a SSLSession."):
            wrapped(session=3)


class TestHostName(object):

    @pytest.mark.parametrize("given, kept", [
        (u"localhost", "localhost"), (b"localhost", "localhost"), (bytearray(b"localhost"), "localhost"),
        (u"LocalHost", "LocalHost"), (u"localhost.", "localhost."), (u"127.0.0.1", "127.0.0.1"), (u"::1", "::1"),
        (u"*.a.test", "*.a.test"), (u"a_b.test", "a_b.test"), (u"a" * 63 + u".test", "a" * 63 + ".test")])
    def test_is_kept(self, given, kept):
        """A str on every Python."""
        found = wrapped(given).server_hostname
        assert found == kept and type(found) is str

    @pytest.mark.parametrize("given, kept", [(u"b\xfccher.test", "xn--bcher-kva.test"), (u"xn--bcher-kva.test", "xn--bcher-kva.test"),
                                             (b"xn--bcher-kva.test", "xn--bcher-kva.test"), (u"\u2603.test", "xn--n3h.test")])
    def test_is_kept_as_a_label(self, given, kept):
        """Since 3.7 the name is the ASCII form (bpo-28414)."""
        found = wrapped(given).server_hostname
        assert found == kept and type(found) is str

    def test_none(self):
        assert wrapped(None, client_context(check_hostname=False)).server_hostname is None

    @pytest.mark.parametrize("name", [u"", b"", b".example.test", b"."])
    def test_empty_or_leading_dot(self, name):
        with raises(ValueError, "server_hostname cannot be an empty string or start with a leading dot."):
            wrapped(name, client_context(check_hostname=False))

    @pytest.mark.parametrize("name", [u".example.test", u"a..test", u"a" * 64 + u".test"])
    def test_no_label(self, name):
        """Refused by the "idna" codec already: UnicodeError, which is a ValueError."""
        with pytest.raises(UnicodeError):
            wrapped(name)

    @pytest.mark.parametrize("name", [u"a\0b", b"a\0b", u"localhost\0.evil.test", b"\0"])
    def test_null_character(self, name):
        """TypeError up to 3.12 and ValueError later; never cut at the NUL."""
        with pytest.raises((TypeError, ValueError)):
            wrapped(name)

    @pytest.mark.parametrize("name", [b"b\xfccher.test", b"b\xc3\xbccher.test"])
    def test_bytes_must_be_ascii(self, name):
        with pytest.raises(UnicodeError):
            wrapped(name)

    @pytest.mark.parametrize("name", [5, 5.0, [u"localhost"], object()])
    def test_wrong_type(self, name):
        with pytest.raises((TypeError, AttributeError)):  # 3.7+ asks for .decode and so raises the latter
            wrapped(name)


class TestAttributes(object):

    @pytest.mark.parametrize("name", ["server_side", "server_hostname"])
    def test_read_only(self, name):
        tls = wrapped()
        before = getattr(tls, name)
        with raises(AttributeError):
            setattr(tls, name, u"other")
        with raises(AttributeError):
            delattr(tls, name)
        assert getattr(tls, name) == before

    def test_context(self, version):
        context, other = client_context(version), client_context(version)
        tls = wrapped(context=context)
        assert tls.context is context
        tls.context = other
        assert tls.context is other

    @pytest.mark.parametrize("value", [None, 3, u"context", object(), ssl.SSLContext])
    def test_context_of_wrong_type(self, value):
        context = client_context()
        tls = wrapped(context=context)
        with raises(TypeError, "The value must be a SSLContext"):
            tls.context = value
        assert tls.context is context

    def test_context_cannot_be_deleted(self):
        with raises(AttributeError):
            del wrapped().context

    def test_context_during_the_connection(self, pair, version):
        pair.client.tls.context = client_context(version)
        pair.client.tls.write(b"still works")
        assert pair.server.reads(pair.client.sent()) == b"still works"

    def test_getpeercert_arguments(self, pair):
        with raises(TypeError):
            pair.client.tls.getpeercert(True, True)
        with raises(TypeError):
            pair.client.tls.getpeercert(der=True)

    @pytest.mark.parametrize("name", ["cipher", "version", "compression", "selected_alpn_protocol", "pending", "unwrap"])
    def test_methods_without_arguments(self, pair, name):
        with raises(TypeError):
            getattr(pair.client.tls, name)(1)

    @needs.name("SSLObject.session")
    def test_session_before_the_handshake(self):
        tls = wrapped()
        assert tls.session is None
        assert tls.session_reused is False
        with raises(TypeError, "Value is not a SSLSession."):
            tls.session = 3
