"""minimum_version and maximum_version (Python 3.7): what they say, that handshakes keep to them, and what is refused."""
from __future__ import absolute_import, division, print_function

import gc
import ssl
import sys
import warnings
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises, text_of
from tests.support.sockets import tls_sockets
from tests.support.pairs import Pair

pytestmark = needs.name("SSLContext.minimum_version")

LIMITS = ("minimum_version", "maximum_version")
UNLIMITED = {"minimum_version": "MINIMUM_SUPPORTED", "maximum_version": "MAXIMUM_SUPPORTED"}
both_limits = pytest.mark.parametrize("limit", LIMITS)


def version_of(name):
    return {TLS12: ssl.TLSVersion.TLSv1_2, TLS13: ssl.TLSVersion.TLSv1_3}[name]


def single_version_context():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return ssl.SSLContext(ssl.PROTOCOL_TLSv1_2)


def nothing_is_queued():
    """A failed call has left nothing on OpenSSL's queue, which a genuine read would take for its own error."""
    pair = Pair()
    pair.handshake()
    with raises(ssl.SSLWantReadError):
        pair.client.tls.read(1)


class TestValues(object):
    @both_limits
    def test_reads_what_was_set(self, limit):
        context = client_context()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3) if ssl.HAS_TLSv1_3 else (ssl.TLSVersion.TLSv1_2,):
            setattr(context, limit, version)
            assert getattr(context, limit) is version
            setattr(context, limit, int(version))
            assert getattr(context, limit) is version

    @both_limits
    def test_unlimited(self, limit):
        context = client_context()
        setattr(context, limit, ssl.TLSVersion.TLSv1_2)
        setattr(context, limit, ssl.TLSVersion[UNLIMITED[limit]])
        assert getattr(context, limit) is ssl.TLSVersion[UNLIMITED[limit]]

    def test_the_other_end(self):
        context = client_context()
        context.minimum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
        assert context.minimum_version is (ssl.TLSVersion.TLSv1_3 if ssl.HAS_TLSv1_3 else ssl.TLSVersion.TLSv1_2)
        context = client_context()
        context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        assert context.maximum_version is (ssl.TLSVersion.SSLv3 if ssl.HAS_SSLv3 else ssl.TLSVersion.TLSv1)

    @both_limits
    def test_each_context_has_its_own(self, limit):
        one, other = client_context(), client_context()
        before = getattr(other, limit)
        setattr(one, limit, ssl.TLSVersion.TLSv1_1)
        assert getattr(other, limit) is before

    def test_ssl3_takes_its_ban_away(self):
        context = client_context()
        assert context.options & ssl.OP_NO_SSLv3
        context.maximum_version = ssl.TLSVersion.SSLv3
        assert context.options & ssl.OP_NO_SSLv3
        context.minimum_version = ssl.TLSVersion.SSLv3
        assert context.minimum_version is ssl.TLSVersion.SSLv3 and not context.options & ssl.OP_NO_SSLv3

    @pytest.mark.parametrize("name", ["SSLv3", "TLSv1", "TLSv1_1"])
    @both_limits
    def test_old_ones_are_deprecated(self, limit, name):
        context = client_context()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            setattr(context, limit, ssl.TLSVersion[name])
            line = sys._getframe().f_lineno - 1
        found = [warning for warning in caught if warning.category is DeprecationWarning and "TLSVersion" in str(warning.message)]
        assert [str(warning.message) for warning in found] == ["ssl.TLSVersion.%s is deprecated" % name]
        assert (found[0].filename.rpartition(".")[0], found[0].lineno) == (__file__.rpartition(".")[0], line)
        assert getattr(context, limit) is ssl.TLSVersion[name]

    @both_limits
    def test_new_ones_are_not(self, limit):
        with warnings.catch_warnings():
            context = client_context()
            warnings.simplefilter("error")
            for name in ("TLSv1_2", "MINIMUM_SUPPORTED", "MAXIMUM_SUPPORTED"):
                setattr(context, limit, ssl.TLSVersion[name])


class TestHandshake(object):
    def test_both_limits(self, version):
        client, server = client_context(), server_context()
        client.minimum_version = client.maximum_version = version_of(version)
        assert Pair(client, server).handshake().client.tls.version() == version
        client, server = client_context(), server_context()
        server.minimum_version = server.maximum_version = version_of(version)
        assert Pair(client, server).handshake().server.tls.version() == version

    @needs.tls13
    def test_highest_of_a_server(self):
        server = server_context()
        server.maximum_version = ssl.TLSVersion.TLSv1_2
        assert Pair(None, server).handshake().client.tls.version() == TLS12
        server.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
        assert Pair(None, server).handshake().client.tls.version() == TLS13

    @needs.tls13
    def test_nothing_in_common(self):
        client, server = client_context(), server_context()
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        server.minimum_version = ssl.TLSVersion.TLSv1_3
        outcomes = Pair(client, server).outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]
        assert "unsupported protocol" in text_of(outcomes[1]) and "alert protocol version" in text_of(outcomes[0])
        client.maximum_version = ssl.TLSVersion.TLSv1_3
        assert Pair(client, server).handshake().client.tls.version() == TLS13

    @needs.tls13
    def test_crossed(self):
        """A highest below the lowest may be set, one after the other; it leaves nothing."""
        client = client_context()
        client.maximum_version = ssl.TLSVersion.TLSv1_2
        client.minimum_version = ssl.TLSVersion.TLSv1_3
        assert (client.minimum_version, client.maximum_version) == (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2)
        with pytest.raises(ssl.SSLError):
            Pair(client).client.tls.do_handshake()
        nothing_is_queued()

    def test_of_sockets(self, version):
        client, server = client_context(), server_context()
        server.minimum_version = server.maximum_version = version_of(version)
        with tls_sockets(client, server) as (one, other):
            assert one.version() == version and other.version() == version
        client.minimum_version = client.maximum_version = version_of(TLS12 if version == TLS13 else TLS13)
        with raises(ssl.SSLError):
            with tls_sockets(client, server):
                pass


class TestRefusals(object):
    @pytest.mark.parametrize("value, text", [
        (0x999, "0x999"), (0x305, "0x305"), (0x2FF, "0x2ff"), (0, "0x0"), (1, "0x1"), (-3, "0xfffffffd"), (0xFEFD, "0xfefd")])
    @both_limits
    def test_no_version(self, limit, value, text):
        context = client_context()
        before = getattr(context, limit)
        with raises(ValueError, "Unsupported TLS/SSL version " + text):
            setattr(context, limit, value)
        assert getattr(context, limit) is before
        nothing_is_queued()

    @pytest.mark.parametrize("value", ["TLSv1_2", 771.0, None, [771]])
    @both_limits
    def test_no_number(self, limit, value):
        context = client_context()
        with raises(TypeError, "'%s' object cannot be interpreted as an integer" % type(value).__name__):
            setattr(context, limit, value)

    @both_limits
    def test_too_large(self, limit):
        context = client_context()
        for value in (2**31, 2**70, -2**70):
            with raises(OverflowError):
                setattr(context, limit, value)

    @pytest.mark.parametrize("value", [0x303, -1, -2, 0x999])
    @both_limits
    def test_context_of_a_single_version(self, limit, value):
        context = single_version_context()
        with raises(ValueError, "The context's protocol doesn't support modification of highest and lowest version."):
            setattr(context, limit, value)
        assert getattr(context, limit) is ssl.TLSVersion[UNLIMITED[limit]]
        nothing_is_queued()

    @both_limits
    def test_cannot_be_deleted(self, limit):
        with raises(AttributeError):
            delattr(client_context(), limit)

    @both_limits
    def test_of_a_class(self, limit):
        assert isinstance(vars(ssl.SSLContext).get(limit, property()), property)
        assert isinstance(getattr(ssl.SSLContext, limit), property) and getattr(ssl.SSLContext, limit).fset is not None


class TestContexts(object):
    def test_subclass(self):
        class Context(ssl.SSLContext):
            @property
            def minimum_version(self):
                return super(Context, self).minimum_version

            @minimum_version.setter
            def minimum_version(self, value):
                super(Context, Context).minimum_version.__set__(self, value)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context = Context(ssl.PROTOCOL_SSLv23)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2

    def test_keeps_nothing_alive(self):
        context = client_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        reference = weakref.ref(context)
        del context
        gc.collect()
        assert reference() is None

    def test_default_context(self):
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2
