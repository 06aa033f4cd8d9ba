"""The policies: stricter defaults of newer Pythons, for contexts that are made while they are in force."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import certs, facts
from tests.support.contexts import TLS12, client_context, pin_version, server_context
from tests.support.pairs import Pair
from tests.support.remedies import both_ways, interpreters_own, python, upgraded

pytestmark = [
    interpreters_own,
    pytest.mark.filterwarnings("ignore:ssl.*is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:ssl.OP_NO_:DeprecationWarning"),
]

# Debian builds its Pythons --with-ssl-default-suites=openssl, and what OpenSSL allows depends on its configuration then
OPENSSLS_DEFAULTS = "COMPLEMENTOFDEFAULT" in getattr(ssl, "_DEFAULT_CIPHERS", "")
OLD = python(before=(3, 10)) or OPENSSLS_DEFAULTS
OLD_VERSIONS = OLD or facts.is_pypy()  # PyPy's own for Python 3.11 leaves them to OpenSSL, too
OF_ANY_VERSION = [name for name in ("PROTOCOL_SSLv23", "PROTOCOL_TLS_CLIENT", "PROTOCOL_TLS_SERVER") if hasattr(ssl, name)]
ALL_CIPHERS = "ALL:@SECLEVEL=0"


class Heir(ssl.SSLContext):
    """A subclass."""


def context_of(protocol, class_=ssl.SSLContext):
    """A new context that trusts everybody, and nothing of its default settings changed but that."""
    context = class_(getattr(ssl, protocol))
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def tls11(context):
    """Whether it takes part in a handshake of TLS 1.1, by whose rules a server is that has no other."""
    context.set_ciphers(ALL_CIPHERS)
    server_side = context.protocol == getattr(ssl, "PROTOCOL_TLS_SERVER", None)
    peer = context_of("PROTOCOL_TLSv1_1")
    peer.set_ciphers(ALL_CIPHERS)
    (context if server_side else peer).load_cert_chain(certs.SERVER_RSA)
    outcomes = Pair(*((peer, context) if server_side else (context, peer))).outcomes()
    assert outcomes == (None, None) or any(isinstance(outcome, ssl.SSLError) for outcome in outcomes), outcomes
    return outcomes == (None, None)


def has_tls11():
    with upgraded():
        old = context_of("PROTOCOL_SSLv23")
        if hasattr(old, "minimum_version"):
            old.minimum_version = ssl.TLSVersion.TLSv1_1
        return tls11(old)


class TestTLS12(object):
    def policy(self, wrong, scenario):
        both_ways("policy", "tls12", wrong, scenario)

    @pytest.fixture(autouse=True)
    def needs_tls11(self):
        if not has_tls11():
            pytest.skip("this OpenSSL does no TLS 1.1, whatever it is asked")

    @pytest.mark.parametrize("protocol", OF_ANY_VERSION)
    @pytest.mark.parametrize("class_", [ssl.SSLContext, Heir])
    def test_new_contexts_refuse_tls11(self, protocol, class_):
        def scenario():
            assert not tls11(context_of(protocol, class_))
        self.policy(OLD_VERSIONS, scenario)

    def test_default_contexts_refuse_tls11(self):
        def scenario():
            context = ssl.create_default_context(cafile=certs.CA)
            assert not tls11(context)
        self.policy(OLD_VERSIONS, scenario)

    def test_new_contexts_do_newer_versions(self, version):
        def scenario():
            client, server = client_context(version), server_context(version)
            pair = Pair(client, server).handshake()
            assert pair.client.tls.version() == version
        self.policy(False, scenario)

    def test_contexts_that_exist_stay_as_they_are(self):
        with upgraded():
            context = context_of("PROTOCOL_SSLv23")
            before = tls11(context)
        with upgraded(policy=["tls12"]):
            assert tls11(context) is before
        with upgraded():
            assert tls11(context_of("PROTOCOL_SSLv23")) is before, "undone"

    def test_it_can_be_lowered_again(self):
        def scenario():
            context = context_of("PROTOCOL_SSLv23")
            if not hasattr(context, "minimum_version"):
                pytest.skip("contexts have no minimum_version")
            context.minimum_version = ssl.TLSVersion.TLSv1_1
            assert tls11(context)
        self.policy(False, scenario)

    def test_a_context_of_one_version_keeps_it(self):
        def scenario():
            assert tls11(context_of("PROTOCOL_TLSv1_1"))
        self.policy(False, scenario)


def does(context, cipher):
    """Whether a client offers a cipher suite of TLS 1.2."""
    server = server_context(TLS12, certs.SERVER_RSA)
    server.set_ciphers(cipher + ":@SECLEVEL=0")
    pin_version(context, TLS12)
    mine, others = Pair(context, server).outcomes()
    assert (mine, others) == (None, None) or others.reason == "NO_SHARED_CIPHER", (mine, others)
    return others is None


GOOD = ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384")
WEAK = ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA")  # the key exchange of the second has no forward secrecy


class TestCiphers(object):
    def policy(self, wrong, scenario):
        both_ways("policy", "ciphers", wrong, scenario)

    @pytest.mark.parametrize("cipher", GOOD)
    def test_what_is_offered(self, cipher):
        def scenario():
            assert does(context_of("PROTOCOL_SSLv23"), cipher)
            assert does(ssl.create_default_context(cafile=certs.CA), cipher)
        self.policy(False, scenario)

    @pytest.mark.parametrize("cipher", WEAK)
    @pytest.mark.parametrize("class_", [ssl.SSLContext, Heir])
    def test_what_is_not(self, cipher, class_):
        def scenario():
            assert not does(context_of("PROTOCOL_SSLv23", class_), cipher)
            assert not does(ssl.create_default_context(cafile=certs.CA), cipher)
        self.policy(OLD, scenario)

    def test_of_a_server(self):
        """2.7 and 3.6 have another list for it."""
        def scenario():
            server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            server.load_cert_chain(certs.SERVER_RSA)
            client = client_context(TLS12)
            client.set_ciphers("AES128-SHA:@SECLEVEL=0")
            assert Pair(client, server).outcomes()[1].reason == "NO_SHARED_CIPHER"
        self.policy(OLD, scenario)

    def test_contexts_that_exist_stay_as_they_are(self):
        with upgraded():
            context = context_of("PROTOCOL_SSLv23")
            before = does(context, WEAK[0])
        with upgraded(policy=["ciphers"]):
            assert does(context, WEAK[0]) is before
        with upgraded():
            assert does(context_of("PROTOCOL_SSLv23"), WEAK[0]) is before, "undone"

    def test_another_list_can_be_set(self):
        def scenario():
            context = context_of("PROTOCOL_SSLv23")
            context.set_ciphers("AES128-SHA:@SECLEVEL=0")
            assert does(context, "AES128-SHA")
        self.policy(False, scenario)


class TestX509Strict(object):
    STRICT, PARTIAL_CHAIN = 0x20, 0x80000
    OLD = python(before=(3, 13))

    def policy(self, wrong, scenario):
        both_ways("policy", "x509_strict", wrong, scenario)

    @pytest.mark.parametrize("purpose", ["SERVER_AUTH", "CLIENT_AUTH"])
    @pytest.mark.parametrize("name", ["create_default_context", "_create_default_https_context"])
    def test_flags(self, purpose, name):
        """The second name is what http.client calls; PEP 476 says how to set it."""
        def scenario():
            flags = getattr(ssl, name)(getattr(ssl.Purpose, purpose)).verify_flags
            assert flags & self.STRICT and flags & self.PARTIAL_CHAIN
        self.policy(self.OLD, scenario)

    def test_an_intermediate_is_trusted(self):
        def scenario():
            context = ssl.create_default_context(cafile=certs.CHAIN)
            assert Pair(context, server_context(certfile=certs.CHAIN), u"server.test").outcomes() == (None, None)
        self.policy(self.OLD, scenario)

    def test_a_stranger_is_not(self):
        def scenario():
            context = ssl.create_default_context(cafile=certs.CHAIN)
            mine, _ = Pair(context, server_context(certfile=certs.SERVER)).outcomes()
            assert isinstance(mine, ssl.SSLError) and mine.reason == "CERTIFICATE_VERIFY_FAILED"
        self.policy(False, scenario)

    def test_the_usual_chain_is_good(self):
        def scenario():
            context = ssl.create_default_context(cafile=certs.CA)
            assert Pair(context, server_context(certfile=certs.CHAIN), u"server.test").outcomes() == (None, None)
        self.policy(False, scenario)

    def test_other_contexts_have_no_flags(self):
        def scenario():
            flags = ssl.SSLContext(ssl.PROTOCOL_SSLv23).verify_flags
            assert not flags & self.STRICT and not flags & self.PARTIAL_CHAIN
        self.policy(False, scenario)

    def test_wrong_arguments(self):
        def scenario():
            with pytest.raises(TypeError):
                ssl.create_default_context(5)
        self.policy(False, scenario)
