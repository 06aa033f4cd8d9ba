"""The constants that came with newer Pythons: what they are, that contexts take them, and that they do what they say."""
from __future__ import absolute_import, division, print_function

import ssl
import warnings

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import TLS12, client_context, server_context
from tests.support.pairs import Pair

OPTIONS = {"OP_LEGACY_SERVER_CONNECT": 0x4, "OP_NO_TICKET": 0x4000, "OP_NO_RENEGOTIATION": 1 << 30}
OPTIONS_OF_OPENSSL_3 = {"OP_ENABLE_KTLS": 0x8, "OP_IGNORE_UNEXPECTED_EOF": 0x80}
VERIFY_FLAGS = {"VERIFY_ALLOW_PROXY_CERTS": 0x40, "VERIFY_X509_PARTIAL_CHAIN": 0x80000}
ALL = [("Options", name, bit) for name, bit in sorted(OPTIONS.items()) + sorted(OPTIONS_OF_OPENSSL_3.items())]
ALL += [("VerifyFlags", name, bit) for name, bit in sorted(VERIFY_FLAGS.items())]
BEFORE_OPENSSL_3 = ssl._ssl.OPENSSL_VERSION_INFO < (3,)  # of the interpreter itself, whoever does the work


def skip_unless_known(name):
    if name in OPTIONS_OF_OPENSSL_3 and (BEFORE_OPENSSL_3 or not hasattr(ssl, name)):
        pytest.skip("%s has no %s" % (ssl.OPENSSL_VERSION, name))


@pytest.mark.parametrize("enumeration, name, bit", ALL)
class TestBits(object):
    def test_is_a_member(self, enumeration, name, bit):
        skip_unless_known(name)
        member = getattr(ssl, name)
        members = getattr(ssl, enumeration)
        assert member == bit and type(member) is members and member.name == name and member.value == bit
        assert members(bit) is member is members[name] is getattr(members, name) is members.__members__[name]
        assert member in list(members) and repr(member) == "<%s.%s: %d>" % (enumeration, name, bit)

    def test_is_in_names_of_combinations(self, enumeration, name, bit):
        skip_unless_known(name)
        other = ssl.OP_NO_SSLv3 if enumeration == "Options" else ssl.VERIFY_CRL_CHECK_LEAF
        both = getattr(ssl, name) | other
        assert name in repr(both) and other.name in repr(both) and type(both) is type(other)
        assert both & ~getattr(ssl, name) == other and type(~getattr(ssl, name)) is type(other)

    def test_context_takes_it(self, enumeration, name, bit):
        skip_unless_known(name)
        attribute = "options" if enumeration == "Options" else "verify_flags"
        context = client_context()
        for _ in range(2):
            setattr(context, attribute, getattr(context, attribute) | getattr(ssl, name))
            assert getattr(context, attribute) & bit == bit and name in repr(getattr(context, attribute))
            setattr(context, attribute, getattr(context, attribute) & ~getattr(ssl, name))
            assert not getattr(context, attribute) & bit


@pytest.mark.skipif(not BEFORE_OPENSSL_3, reason="OpenSSL 3 knows them")
@pytest.mark.parametrize("name", sorted(OPTIONS_OF_OPENSSL_3))
def test_what_the_bit_does_not_mean_is_not_there(name):
    """These bits were workarounds for bugs of others before, or nothing."""
    if name == "OP_IGNORE_UNEXPECTED_EOF" and hasattr(ssl._ssl, name):
        pytest.skip("this Python was built for another OpenSSL")
    assert not hasattr(ssl, name) and not hasattr(ssl.Options, name)


class TestEffects(object):
    def test_no_ticket(self):
        """A server of TLS 1.2 hands out no tickets: its last flight has no NewSessionTicket (handshake type 4)."""
        for option, expected in ((0, True), (ssl.OP_NO_TICKET, False)):
            server = server_context(TLS12)
            server.options |= option
            pair = Pair(client_context(TLS12), server)
            with pytest.raises(ssl.SSLWantReadError):
                pair.client.tls.do_handshake()
            pair.server.take(pair.client.sent())
            with pytest.raises(ssl.SSLWantReadError):
                pair.server.tls.do_handshake()
            pair.client.take(pair.server.sent())
            with pytest.raises(ssl.SSLWantReadError):
                pair.client.tls.do_handshake()
            pair.server.take(pair.client.sent())
            pair.server.tls.do_handshake()
            flight = bytearray(pair.server.sent())
            assert (flight[0], flight[5] == 4) == (22 if expected else 20, expected)

    def test_partial_chain(self):
        """The server's own certificate is all that is trusted, and it is no root."""
        for flag, refused in ((0, True), (ssl.VERIFY_X509_PARTIAL_CHAIN, False)):
            client = client_context(cafile=certs.SERVER)
            client.verify_flags |= flag
            outcome, _ = Pair(client, server_context()).outcomes()
            if refused:
                assert isinstance(outcome, ssl.SSLError) and outcome.reason == "CERTIFICATE_VERIFY_FAILED"
            else:
                assert outcome is None

    @pytest.mark.skipif(BEFORE_OPENSSL_3 or not facts.openssl((3,)), reason="the end without close_notify is an error since OpenSSL 3")
    def test_ignore_unexpected_eof(self, version):
        for option, refused in ((0, True), (ssl.OP_IGNORE_UNEXPECTED_EOF, False)):
            client = client_context(version)
            client.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
            client.options |= option
            pair = Pair(client, server_context(version)).handshake()
            pair.client.incoming.write_eof()
            if refused:
                with pytest.raises(ssl.SSLError) as caught:
                    pair.client.tls.read(1)
                assert not isinstance(caught.value, (ssl.SSLZeroReturnError, ssl.SSLWantReadError))
            else:
                assert pair.client.tls.read(1) == b""


VERSIONS = tuple(("HAS_" + version, version) for version in ("SSLv3", "TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"))


class TestAbilities(object):
    def test_types(self):
        for name in ("HAS_SSLv2",) + tuple(name for name, _ in VERSIONS):
            assert type(getattr(ssl, name)) is bool, name
        assert not ssl.HAS_SSLv2  # no OpenSSL since 1.1.0

    @needs.name("SSLContext.minimum_version")
    @pytest.mark.parametrize("name, only", VERSIONS)
    def test_are_true(self, name, only):
        """A handshake of just this version works or does not, with all that the security level of OpenSSL would refuse."""
        client, server = client_context(check_hostname=False), server_context(certfile=certs.SERVER_RSA)
        for context in (client, server):
            with warnings.catch_warnings():  # old versions are deprecated since 3.10
                warnings.simplefilter("ignore", DeprecationWarning)
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, only)
        outcomes = Pair(client, server).outcomes()
        if getattr(ssl, name):
            assert outcomes == (None, None)
        else:
            assert isinstance(outcomes[0], ssl.SSLError)
