"""Signature algorithms: set_server_sigalgs(), set_client_sigalgs(), server_sigalg(), client_sigalg(), get_sigalgs() (3.15, gh-138252)."""
from __future__ import absolute_import, division, print_function

import os
import ssl
import subprocess

import pytest

from tests.support import certs, needs
from tests.support.connected import KINDS, assert_no_error_is_left, before, connected
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair

pytestmark = [needs.name("SSLContext.set_server_sigalgs"), needs.name("SSLSocket.server_sigalg")]

SETTERS = pytest.mark.parametrize("setter", ["set_server_sigalgs", "set_client_sigalgs"])


def sigalgs(ends):
    return [(end.server_sigalg(), end.client_sigalg()) for end in ends]


def with_old_digests(context):
    context.set_ciphers("ECDHE+AESGCM:@SECLEVEL=0")
    return context


class TestServer(object):

    @KINDS
    def test_default(self, version, kind):
        for certfile, wanted in ((certs.SERVER, "ecdsa_secp256r1_sha256"), (certs.SERVER_RSA, "rsa_pss_rsae_sha256")):
            with connected(kind, client_context(version), server_context(version, certfile)) as ends:
                assert sigalgs(ends) == [(wanted, None)] * 2
                assert_no_error_is_left(*ends)

    @KINDS
    @pytest.mark.parametrize("name", ["rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512", "rsa_pkcs1_sha256", "rsa_pkcs1_sha512"])
    def test_negotiates_what_was_asked(self, version, kind, name):
        if "pkcs1" in name and version == TLS13:
            pytest.skip("TLS 1.3 has no PKCS #1 signatures (RFC 8446, 4.2.3)")
        for of in "client", "server":
            client, server = client_context(version), server_context(version, certs.SERVER_RSA)
            (client if of == "client" else server).set_server_sigalgs(name)
            with connected(kind, client, server) as ends:
                assert sigalgs(ends) == [(name, None)] * 2

    @pytest.mark.parametrize("spelling,certfile,name", [
        ("ECDSA+SHA384", certs.SERVER, "ecdsa_secp384r1_sha384"), ("ECDSA+SHA1", certs.SERVER, "ecdsa_sha1"),
        ("ecdsa_sha224", certs.SERVER, "ecdsa_sha224"), ("RSA+SHA384", certs.SERVER_RSA, "rsa_pkcs1_sha384"),
        ("rsa_pkcs1_sha1", certs.SERVER_RSA, "rsa_pkcs1_sha1"), ("RSA-PSS+SHA384", certs.SERVER_RSA, "rsa_pss_rsae_sha384")])
    def test_names(self, spelling, certfile, name):
        client, server = with_old_digests(client_context(TLS12)), with_old_digests(server_context(TLS12, certfile))
        client.set_server_sigalgs(spelling + ":ECDSA+SHA256:RSA+SHA256")  # for the signatures in the certificates
        server.set_server_sigalgs(spelling)
        with connected("SSLObject", client, server) as ends:
            assert sigalgs(ends) == [(name, None)] * 2

    def test_key_for_pss_only(self, version, tmpdir):
        certfile = pss_certificate(tmpdir)
        with connected("SSLObject", client_context(version, cafile=None), server_context(version, certfile)) as ends:
            assert sigalgs(ends) == [("rsa_pss_pss_sha256", None)] * 2

    def test_nothing_in_common(self, version):
        client, server = client_context(version), server_context(version, certs.SERVER_RSA)
        client.set_server_sigalgs("ecdsa_secp256r1_sha256")
        assert [type(outcome) for outcome in Pair(client, server).outcomes()] == [ssl.SSLError, ssl.SSLError]


class TestClient(object):

    @KINDS
    def test_default(self, version, kind):
        client, server = client_context(version, certfile=certs.CLIENT), server_context(version, client_ca=certs.CA)
        with connected(kind, client, server) as ends:
            assert sigalgs(ends) == [("ecdsa_secp256r1_sha256",) * 2] * 2
            assert_no_error_is_left(*ends)

    @KINDS
    def test_negotiates_what_was_asked(self, kind):
        client, server = client_context(TLS12, certfile=certs.CLIENT), server_context(TLS12, client_ca=certs.CA)
        server.set_client_sigalgs("ecdsa_secp384r1_sha384")
        with connected(kind, client, server) as ends:
            assert sigalgs(ends) == [("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384")] * 2

    def test_key_for_pss_only(self, version, tmpdir):
        certfile = pss_certificate(tmpdir)
        client, server = client_context(version, certfile=certfile), server_context(version, client_ca=certfile)
        server.set_client_sigalgs("ECDSA+SHA256:rsa_pss_pss_sha384")
        with connected("SSLObject", client, server) as ends:
            assert sigalgs(ends) == [("ecdsa_secp256r1_sha256", "rsa_pss_pss_sha384")] * 2

    def test_nothing_in_common(self, version):
        client, server = client_context(version, certfile=certs.CLIENT), server_context(version, client_ca=certs.CA)
        server.set_client_sigalgs("rsa_pss_rsae_sha256")
        pair = Pair(client, server)
        pair.outcomes()
        outcome = pair.outcomes()[1]
        assert isinstance(outcome, ssl.SSLError), outcome
        assert pair.server.tls.client_sigalg() is None


class TestNone(object):

    @KINDS
    def test_before_the_handshake(self, version, kind):
        with before(kind, client_context(version), server_context(version)) as ends:
            assert sigalgs(ends) == [(None, None)] * 2

    def test_of_a_socket_without_tls(self):
        import socket
        sock = client_context().wrap_socket(socket.socket(), server_hostname=u"localhost")
        assert sigalgs([sock]) == [(None, None)]
        sock.close()
        assert sigalgs([sock]) == [(None, None)]

    def test_of_a_client_when_nothing_is_signed(self):
        client, server = client_context(TLS12), server_context(TLS12, certs.SERVER_RSA)
        for context in (client, server):
            context.set_ciphers("AES128-GCM-SHA256")
        with connected("SSLObject", client, server) as ends:
            assert sigalgs(ends[:1]) == [(None, None)]
            assert_no_error_is_left(*ends)


class TestSetting(object):

    @SETTERS
    @pytest.mark.parametrize("names", ["nonsense", "ecdsa_secp256r1_sha256:nonsense", "RSA+SHA999"])
    def test_unknown(self, version, setter, names):
        client, server = client_context(version), server_context(version)
        with raises(ssl.SSLError, "unrecognized signature algorithm", errno=0, library=None, reason=None):
            getattr(client, setter)(names)
        with connected("SSLObject", client, server) as ends:
            assert_no_error_is_left(*ends)

    @SETTERS
    def test_wrong_type(self, setter):
        for value, shown in ((None, "None"), (3, "int"), (bytearray(b"ed25519"), "bytearray")):
            with raises(TypeError, "%s() argument must be str, not %s" % (setter, shown)):
                getattr(client_context(), setter)(value)
        with raises(ValueError, "embedded null character"):
            getattr(client_context(), setter)("ed25519\0")


class TestGetSigalgs(object):

    def test_names(self):
        names = ssl.get_sigalgs()
        assert type(names) is list and set(map(type, names)) == set([str]) and len(set(names)) == len(names)
        assert set(["ecdsa_secp256r1_sha256", "ed25519", "ed448", "ecdsa_sha1", "rsa_pss_rsae_sha256", "rsa_pss_pss_sha512",
                    "rsa_pkcs1_sha256", "rsa_pkcs1_sha1"]) <= set(names)

    @SETTERS
    def test_each_can_be_set(self, setter):
        context, names = client_context(), ssl.get_sigalgs()
        for name in names + [":".join(names)]:
            assert getattr(context, setter)(name) is None

    def test_is_a_list_of_its_own(self):
        ssl.get_sigalgs().clear() if hasattr(list, "clear") else ssl.get_sigalgs().pop()
        assert ssl.get_sigalgs()[0] == "ecdsa_secp256r1_sha256"

    def test_arguments(self):
        with pytest.raises(TypeError):
            ssl.get_sigalgs(1)


def pss_certificate(tmpdir):
    """The path of a certificate, and its key, that is for PSS signatures only, made by the program openssl."""
    certfile, keyfile = str(tmpdir.join("pss.pem")), str(tmpdir.join("key.pem"))
    try:
        with open(os.devnull, "w") as null:
            subprocess.check_call(["openssl", "req", "-x509", "-newkey", "rsa-pss", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                                   "-pkeyopt", "rsa_keygen_bits:2048", "-keyout", keyfile, "-out", certfile], stdout=null, stderr=null)
    except OSError:
        pytest.skip("there is no program openssl to make a key for PSS")
    with open(keyfile) as key, open(certfile, "a") as file:
        file.write(key.read())
    return certfile
