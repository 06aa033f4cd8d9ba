"""What a context needs before it can make a connection: certificates, keys and passwords, and the trust in others' certificates.

These methods are the interpreter's own everywhere. They are tested because an SSLObject is worth what its context is worth,
and because some are broken where an old Python meets a new OpenSSL.
"""
from __future__ import absolute_import, division, print_function

import os
import ssl

import pytest

from tests.support import certs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair

# A self-signed certificate with its key, which "secret" decrypts: openssl pkcs8 -topk8 -v2 aes-256-cbc
ENCRYPTED = u"""\
-----BEGIN CERTIFICATE-----
MIIBhzCCAS2gAwIBAgIUTg7p5B2lMRgCyGecvT38P9xcaGYwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNZW5jcnlwdGVkIGtleTAgFw0yNjExMjQxNDIzMTNaGA8yMTI2
MTAzMTE0MjMxM1owGDEWMBQGA1UEAwwNZW5jcnlwdGVkIGtleTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABD5qvUWxlQ5SPstdK9y6EjQohaEDET3epjxnbN6RsB5c
FW4h/ltVBUJMAZZrpHOSzoDMdWichFOqE8mDaI/7oY2jUzBRMB0GA1UdDgQWBBSj
Yt+mr7r/pe2cNv/szzQNkHFOPTAfBgNVHSMEGDAWgBSjYt+mr7r/pe2cNv/szzQN
kHFOPTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQC8ne58EqCD
EtyptfSS2YXcxisAmGNzdYAgxjGVguspZQIgZ0qwTdJWlk5IDJAvKyWalQgUNXLl
HPtRky4c2uNE3YY=
-----END CERTIFICATE-----
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgYvGkZlhiqpQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH+xOqf/WZ6UNfyoUjSbLTsEgZB4
Jx1v6bhxJeXrwvDb6yCZ3P1FA1UuXMDWSbw2IaZl1FBBjoB4X7eXRUo//EtBHBKE
NrVMbXeEu0z0I6KRRW7Zta5JPG8UauOmfdoKCDv7uKAeBlQrJk2G/dl9+h4nbnEj
oqliunp4iMQiOLTSiHKdWe0PbaB6y39ERaI2mV32OplTcDkhZhuYcfASASQhg4A=
-----END ENCRYPTED PRIVATE KEY-----
"""


def content(path):
    with open(path) as file:
        return file.read()


def text(path):
    """The PEM file as text on every Python."""
    return content(path) + u""


CA_DER = ssl.PEM_cert_to_DER_cert(content(certs.CA))
OTHER_CA_DER = ssl.PEM_cert_to_DER_cert(content(certs.OTHER_CA))


class TestTrustFromMemory(object):
    """load_verify_locations(cadata=...)"""

    @pytest.mark.parametrize("cadata", [text(certs.CA), text(certs.CA) + u"junk", u"junk\n" + text(certs.CA),
                                        text(certs.OTHER_CA) + text(certs.CA)], ids=["one", "junk behind", "junk before", "two"])
    def test_pem(self, version, cadata):
        context = client_context(version, cafile=None)
        assert context.load_verify_locations(cadata=cadata) is None
        self.assert_trusts(context, version)

    @pytest.mark.parametrize("cadata", [CA_DER, bytearray(CA_DER), OTHER_CA_DER + CA_DER], ids=["bytes", "bytearray", "two"])
    def test_der(self, version, cadata):
        context = client_context(version, cafile=None)
        assert context.load_verify_locations(cadata=cadata) is None
        self.assert_trusts(context, version)

    def assert_trusts(self, context, version):
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        Pair(context, version=version).handshake()

    def test_the_wrong_one(self, version):
        context = client_context(version, cafile=None)
        context.load_verify_locations(cadata=text(certs.OTHER_CA))
        context.verify_mode = ssl.CERT_REQUIRED
        client, _ = Pair(context, version=version).outcomes()
        assert type(client) is ssl.SSLCertVerificationError

    @pytest.mark.parametrize("cadata, message", [
        (u"broken", "no start line: cadata does not contain a certificate"),
        (b"broken", "not enough data: cadata does not contain a certificate"),
        (CA_DER[:-5], "not enough data: cadata does not contain a certificate")], ids=["text", "bytes", "cut"])
    def test_no_certificate(self, cadata, message):
        context = client_context(cafile=None)
        with raises(ssl.SSLError, message):
            context.load_verify_locations(cadata=cadata)
        assert context.cert_store_stats()["x509"] == 0

    @pytest.mark.parametrize("cadata", [u"", b""], ids=["text", "bytes"])
    def test_empty(self, cadata):
        with raises(ValueError, "Empty certificate data"):
            client_context().load_verify_locations(cadata=cadata)

    @pytest.mark.parametrize("cadata", [5, u"\xe4", [b""]], ids=["int", "not ASCII", "list"])
    def test_wrong_type(self, cadata):
        with raises(TypeError, "cadata should be an ASCII string or a bytes-like object"):
            client_context().load_verify_locations(cadata=cadata)


class TestTrustFromFiles(object):

    def test_nothing(self):
        with raises(TypeError, "cafile, capath and cadata cannot be all omitted"):
            client_context().load_verify_locations()

    def test_missing(self, tmpdir):
        with pytest.raises(EnvironmentError) as info:
            client_context().load_verify_locations(str(tmpdir.join("missing.pem")))
        assert info.value.errno == 2 and not isinstance(info.value, ssl.SSLError)

    def test_no_certificate(self):
        with pytest.raises(ssl.SSLError) as info:
            client_context().load_verify_locations(os.path.join(certs.DIRECTORY, "README.md"))
        assert info.value.library == "X509"


class TestEncryptedKey(object):

    @pytest.fixture
    def path(self, tmpdir):
        file = tmpdir.join("encrypted.pem")
        file.write(ENCRYPTED)
        return str(file)

    @pytest.mark.parametrize("password", [u"secret", b"secret", bytearray(b"secret"), lambda: u"secret", lambda: b"secret"],
                             ids=["text", "bytes", "bytearray", "callable text", "callable bytes"])
    def test_good(self, version, path, password):
        context = server_context(version, certfile=None)
        assert context.load_cert_chain(path, password=password) is None
        Pair(client_context(version, cafile=path, check_hostname=False), context).handshake()

    @pytest.mark.parametrize("password", [u"wrong", u"", lambda: u"wrong"], ids=["wrong", "empty", "callable"])
    def test_wrong(self, path, password):
        with raises(ssl.SSLError, "[SSL] PEM lib", library="SSL", reason=None):
            server_context(certfile=None).load_cert_chain(path, password=password)

    def test_of_wrong_type(self, path):
        with raises(TypeError, "password should be a string or callable"):
            server_context(certfile=None).load_cert_chain(path, password=5)

    def test_too_long(self, path):
        with raises(ValueError, "password cannot be longer than 1024 bytes"):
            server_context(certfile=None).load_cert_chain(path, password=u"a" * 1025)

    def test_callable_gives_no_text(self, path):
        with raises(TypeError, "password callback must return a string"):
            server_context(certfile=None).load_cert_chain(path, password=lambda: 5)

    def test_callable_raises(self, path):
        def fail():
            raise ZeroDivisionError("from the callback")

        with raises(ZeroDivisionError, "from the callback"):
            server_context(certfile=None).load_cert_chain(path, password=fail)


class TestCertificateFiles(object):

    def test_missing(self, tmpdir):
        with pytest.raises(EnvironmentError) as info:
            server_context(certfile=None).load_cert_chain(str(tmpdir.join("missing.pem")))
        assert info.value.errno == 2 and not isinstance(info.value, ssl.SSLError)

    def test_key_of_another(self):
        with raises(ssl.SSLError, "[X509: KEY_VALUES_MISMATCH] key values mismatch", library="X509", reason="KEY_VALUES_MISMATCH"):
            server_context(certfile=None).load_cert_chain(certs.SERVER, certs.OTHER)

    @pytest.mark.parametrize("path", [certs.CA, os.path.join(certs.DIRECTORY, "README.md")], ids=["no key", "no certificate"])
    def test_incomplete(self, path):
        with raises(ssl.SSLError, "[SSL] PEM lib", library="SSL", reason=None):
            server_context(certfile=None).load_cert_chain(path)
