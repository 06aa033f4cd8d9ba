"""Groups of the key agreement: set_groups(), get_groups(), group() (Python 3.15, gh-136306)."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import certs, facts, needs
from tests.support.connected import KINDS, assert_no_error_is_left, before, connected
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair

pytestmark = needs.name("SSLContext.set_groups")

NAMES = ("secp256r1", "secp384r1", "secp521r1", "x25519", "x448")
HYBRID = pytest.mark.skipif(not facts.openssl((3, 5)), reason="%s has no X25519MLKEM768" % ssl.OPENSSL_VERSION)
needs_versions = pytest.mark.skipif(not hasattr(ssl.SSLContext, "minimum_version"), reason="this interpreter has no minimum_version")


def contexts(version, client=None, server=None):
    made = client_context(version), server_context(version, certs.SERVER_RSA)  # a key on a curve would want that for a group, too
    for context, groups in zip(made, (client, server)):
        if groups is not None:
            context.set_groups(groups)
    return made


class TestSetGroups(object):

    @KINDS
    @pytest.mark.parametrize("name", NAMES)
    def test_negotiates_what_was_asked(self, version, kind, name):
        for client, server in ((name, None), (None, name), (name, ":".join(NAMES)), (":".join(NAMES), name)):
            with connected(kind, *contexts(version, client, server)) as ends:
                assert [end.group() for end in ends] == [name, name]
                assert_no_error_is_left(*ends)

    def test_other_names_for_them(self, version):
        with connected("SSLObject", *contexts(version, "P-384")) as ends:
            assert [end.group() for end in ends] == ["secp384r1"] * 2

    def test_text_of_python_2(self, version):
        with connected("SSLObject", *contexts(version, u"secp384r1")) as ends:
            assert ends[0].group() == "secp384r1" and type(ends[0].group()) is str

    def test_nothing_in_common(self, version):
        outcomes = Pair(*contexts(version, "x25519", "secp384r1")).outcomes()
        assert [type(outcome) for outcome in outcomes] == [ssl.SSLError, ssl.SSLError]

    @HYBRID
    @KINDS
    def test_hybrid(self, kind):
        for server, wanted in ((None, "X25519MLKEM768"), ("x25519:secp256r1", "x25519")):
            with connected(kind, *contexts(TLS13, "X25519MLKEM768:x25519", server)) as ends:
                assert [end.group() for end in ends] == [wanted] * 2
        with connected(kind, *contexts(TLS12, "X25519MLKEM768:x25519")) as ends:
            assert [end.group() for end in ends] == ["x25519"] * 2

    @pytest.mark.parametrize("groups", ["nonsense", "secp256r1:nonsense", "x25519 secp256r1", "secp256r1:", u"secp256r1:\xe9"])
    def test_unknown(self, version, groups):
        client, server = contexts(version, "secp384r1")
        with raises(ssl.SSLError, "unrecognized group", errno=0, library=None, reason=None):
            client.set_groups(groups)
        with connected("SSLObject", client, server) as ends:  # what was set is still set, and no error is left
            assert ends[0].group() == "secp384r1"
            assert_no_error_is_left(*ends)

    @pytest.mark.parametrize("value", [None, 3, bytearray(b"x25519"), ["x25519"]])
    def test_wrong_type(self, value):
        shown = "None" if value is None else type(value).__name__
        with raises(TypeError, "set_groups() argument must be str, not " + shown):
            client_context().set_groups(value)

    def test_nul(self):
        with raises(ValueError, "embedded null character"):
            client_context().set_groups("x25519\0")

    def test_no_arguments_or_two(self):
        for arguments in ((), ("x25519", "x448")):
            with pytest.raises(TypeError):
                client_context().set_groups(*arguments)


class TestGetGroups(object):
    pytestmark = needs.name("SSLContext.get_groups")

    def test_names(self):
        groups = client_context().get_groups()
        assert type(groups) is list and set(map(type, groups)) == set([str])
        assert set(["secp256r1", "secp384r1", "secp521r1", "x25519", "x448"]) <= set(groups)
        assert "P-256" not in groups and len(set(groups)) == len(groups)

    def test_aliases(self):
        context = client_context()
        groups, more = context.get_groups(), context.get_groups(include_aliases=True)
        assert set(["P-256", "P-384", "P-521"]) <= set(more) and set(groups) < set(more)
        assert more[more.index("secp256r1") + 1] == "P-256"
        assert context.get_groups(include_aliases=False) == context.get_groups(include_aliases=0) == groups
        assert context.get_groups(include_aliases=1) == more

    def test_each_can_be_set(self):
        context = client_context()
        for name in context.get_groups(include_aliases=True):
            assert context.set_groups(name) is None

    def test_what_was_set_does_not_count(self):
        context, groups = client_context(), client_context().get_groups()
        context.set_groups("x25519")
        assert context.get_groups() == groups

    @needs_versions
    def test_of_the_versions_that_are_allowed(self):
        old, new = client_context(), client_context()
        old.maximum_version, new.minimum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
        for context, there, not_there in ((old, "secp256k1", "ffdhe2048"), (new, "ffdhe2048", "secp256k1")):
            groups = context.get_groups()
            assert "x25519" in groups and not_there not in groups
            assert there in groups or there == "ffdhe2048" and not facts.openssl((3,))

    @pytest.mark.skipif(facts.openssl((0,), (3,)), reason="groups of TLS 1.3 only are new in OpenSSL 3.0")
    def test_of_all_versions(self):
        assert set(["secp256k1", "ffdhe2048"]) <= set(client_context().get_groups())

    @HYBRID
    def test_hybrid(self):
        assert "X25519MLKEM768" in client_context().get_groups()

    def test_wrong_arguments(self):
        for arguments, keywords in (((True,), {}), ((), {"aliases": True}), ((), {"include_aliases": True, "x": 1})):
            with pytest.raises(TypeError):
                client_context().get_groups(*arguments, **keywords)

    def test_leaves_no_error(self, version):
        pair = Pair(version=version).handshake()
        pair.client_context.get_groups(include_aliases=True)
        assert_no_error_is_left(pair.client.tls, pair.server.tls)


class TestGroup(object):
    pytestmark = needs.name("SSLSocket.group")

    @KINDS
    def test_before_the_handshake(self, version, kind):
        with before(kind, *contexts(version)) as ends:
            assert [end.group() for end in ends] == [None, None]

    def test_in_the_handshake(self, version):
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        assert pair.client.tls.group() is None

    def test_of_a_socket_without_tls(self):
        import socket
        sock = client_context().wrap_socket(socket.socket(), server_hostname=u"localhost")
        assert sock.group() is None
        sock.close()
        assert sock.group() is None

    @KINDS
    def test_none_without_one(self, kind):
        client, server = client_context(TLS12), server_context(TLS12, certs.SERVER_RSA)
        client.set_ciphers("AES128-GCM-SHA256")
        server.set_ciphers("AES128-GCM-SHA256")
        with connected(kind, client, server) as ends:
            assert [end.group() for end in ends] == [None, None]
            assert_no_error_is_left(*ends)

    def test_arguments(self):
        with pytest.raises(TypeError):
            Pair().client.tls.group(1)
