"""Cipher suites: set_ciphersuites() (3.15, gh-137197), get_ciphers(), shared_ciphers(), security_level."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import certs, needs
from tests.support.connected import KINDS, assert_no_error_is_left, before, connected
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair

AES_128, AES_256, CHACHA = "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"


@needs.tls13
class TestSetCiphersuites(object):
    pytestmark = needs.name("SSLContext.set_ciphersuites")

    @KINDS
    @pytest.mark.parametrize("name", [AES_128, AES_256, CHACHA])
    def test_negotiates_what_was_asked(self, kind, name):
        for of in "client", "server":
            client, server = client_context(TLS13), server_context(TLS13)
            (client if of == "client" else server).set_ciphersuites(name)
            with connected(kind, client, server) as ends:
                assert [end.cipher()[0] for end in ends] == [name, name]
                assert_no_error_is_left(*ends)

    def test_leaves_those_of_tls12(self):
        client, server = client_context(TLS12), server_context(TLS12)
        client.set_ciphersuites(AES_128)
        client.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
        with connected("SSLObject", client, server) as ends:
            assert ends[0].cipher()[0] == "ECDHE-ECDSA-CHACHA20-POLY1305"

    def test_nothing_in_common(self):
        client, server = client_context(TLS13), server_context(TLS13)
        client.set_ciphersuites(AES_128)
        server.set_ciphersuites(AES_256)
        assert [type(outcome) for outcome in Pair(client, server).outcomes()] == [ssl.SSLError, ssl.SSLError]

    @pytest.mark.parametrize("names", ["nonsense", "nonsense:more", "ECDHE-ECDSA-CHACHA20-POLY1305"])
    def test_unknown(self, names):
        client, server = client_context(TLS13), server_context(TLS13)
        client.set_ciphersuites(AES_256)
        with raises(ssl.SSLError, "No cipher suite can be selected.", errno=0, library=None, reason=None):
            client.set_ciphersuites(names)
        with connected("SSLObject", client, server) as ends:
            assert ends[0].cipher()[0] == AES_256
            assert_no_error_is_left(*ends)

    def test_wrong_type(self):
        for value, shown in ((None, "None"), (3, "int"), (bytearray(AES_128.encode("ascii")), "bytearray")):
            with raises(TypeError, "set_ciphersuites() argument must be str, not " + shown):
                client_context().set_ciphersuites(value)
        with raises(ValueError, "embedded null character"):
            client_context().set_ciphersuites(AES_128 + "\0")


class TestGetCiphers(object):
    pytestmark = needs.name("SSLContext.get_ciphers")

    def test_of_tls12(self):
        cipher = get_cipher("ECDHE-ECDSA-AES256-GCM-SHA384")
        description = cipher.pop("description")
        assert description.split() == [
            "ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1.2", "Kx=ECDH", "Au=ECDSA", "Enc=AESGCM(256)", "Mac=AEAD"]
        assert not description.endswith("\n")
        assert cipher == {
            "id": 0x0300C02C, "name": "ECDHE-ECDSA-AES256-GCM-SHA384", "protocol": "TLSv1.2", "strength_bits": 256, "alg_bits": 256,
            "aead": True, "symmetric": "aes-256-gcm", "digest": None, "kea": "kx-ecdhe", "auth": "auth-ecdsa"}

    def test_with_a_digest(self):
        cipher = get_cipher("ECDHE-RSA-AES128-SHA")
        assert (cipher["aead"], cipher["symmetric"], cipher["digest"], cipher["auth"]) == (False, "aes-128-cbc", "sha1", "auth-rsa")

    def test_without_encryption(self):
        cipher = get_cipher("ECDHE-RSA-NULL-SHA:@SECLEVEL=0")
        assert (cipher["symmetric"], cipher["strength_bits"], cipher["alg_bits"]) == (None, 0, 0)

    @needs.tls13
    def test_of_tls13(self):
        context = client_context()
        cipher = [cipher for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.3"][0]
        assert cipher["name"] == AES_256 and (cipher["kea"], cipher["auth"]) == ("kx-any", "auth-any")

    def test_types(self):
        for cipher in client_context().get_ciphers():
            for key in "name", "protocol", "description", "symmetric", "kea", "auth":
                assert type(cipher[key]) is str, key
            for key in "id", "strength_bits", "alg_bits":
                assert type(cipher[key]) is int, key
            assert type(cipher["aead"]) is bool and cipher["digest"] is None or type(cipher["digest"]) is str

    def test_order_and_choice(self):
        context = client_context()
        context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305")
        names = [cipher["name"] for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.2"]
        assert names == ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"]

    @needs.tls13
    @needs.name("SSLContext.set_ciphersuites")
    def test_choice_of_tls13(self):
        context = client_context()
        context.set_ciphersuites(CHACHA)
        assert [cipher["name"] for cipher in context.get_ciphers() if cipher["protocol"] == "TLSv1.3"] == [CHACHA]

    def test_arguments(self):
        with pytest.raises(TypeError):
            client_context().get_ciphers(1)

    def test_leaves_no_error(self, version):
        pair = Pair(version=version).handshake()
        pair.client_context.get_ciphers()
        assert_no_error_is_left(pair.client.tls, pair.server.tls)


class TestSecurityLevel(object):
    pytestmark = needs.name("SSLContext.security_level")

    @pytest.mark.parametrize("level", range(6))
    def test_is_that_of_the_cipher_list(self, level):
        context = client_context()
        context.set_ciphers("ALL:@SECLEVEL=%d" % level)
        assert context.security_level == level and type(context.security_level) is int

    def test_is_read_only(self):
        context = client_context()
        level = context.security_level
        with pytest.raises(AttributeError):
            context.security_level = 3
        assert context.security_level == level


class TestSharedCiphers(object):
    pytestmark = needs.name("SSLSocket.shared_ciphers")

    @KINDS
    def test_of_a_server(self, version, kind):
        client, server = client_context(version), server_context(version)
        client.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384")
        server.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256")
        with connected(kind, client, server) as ends:
            shared = ends[1].shared_ciphers()
            assert_no_error_is_left(*ends)
        if version == TLS12:
            assert shared == [("ECDHE-ECDSA-CHACHA20-POLY1305", "TLSv1.2", 256), ("ECDHE-ECDSA-AES128-GCM-SHA256", "TLSv1.2", 128)]
        else:
            assert (AES_256, "TLSv1.3", 256) in shared and set(cipher[1] for cipher in shared) == set(["TLSv1.3"])
        assert type(shared) is list and [tuple(map(type, cipher)) for cipher in shared] == [(str, str, int)] * len(shared)

    @KINDS
    def test_none_on_a_client(self, version, kind):
        with connected(kind, client_context(version), server_context(version)) as ends:
            assert ends[0].shared_ciphers() is None

    @KINDS
    def test_none_before_the_handshake(self, version, kind):
        with before(kind, client_context(version), server_context(version)) as ends:
            assert [end.shared_ciphers() for end in ends] == [None, None]

    def test_of_a_socket_without_tls(self):
        import socket
        sock = client_context().wrap_socket(socket.socket(), server_hostname=u"localhost")
        assert sock.shared_ciphers() is None
        sock.close()
        assert sock.shared_ciphers() is None


def get_cipher(name):
    """The one of TLS 1.2 or older that a context has with this list."""
    context = server_context(certfile=certs.SERVER)
    context.set_ciphers(name)
    (cipher,) = [cipher for cipher in context.get_ciphers() if cipher["protocol"] != "TLSv1.3"]
    return cipher
