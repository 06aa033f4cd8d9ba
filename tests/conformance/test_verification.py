"""Who is accepted as a peer, and how a refusal looks at both ends.

Every refusal must happen inside the handshake, whichever call does the handshake: the client raises, the server gets an alert
and never sees a byte of application data. Since Python 3.7 OpenSSL itself compares the host name (bpo-31399).
"""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import assert_failure, raises, text_of
from tests.support.openssl_says import ALERT, SELF_SIGNED, from_openssl
from tests.support.pairs import WAITING, Pair

SECRET = b"SECRET"
PATHS = {
    "do_handshake": lambda tls: tls.do_handshake(),
    "write": lambda tls: tls.write(SECRET),
    "read": lambda tls: tls.read(1),
    "read into": lambda tls: tls.read(1, bytearray(1)),
}
FAILED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
# what is wrong -> (server's certificate, name the client asks for, verify_code, verify_message, alert that the server gets)
REFUSALS = {
    "unknown issuer": (certs.STRANGER, u"localhost", 20, "unable to get local issuer certificate", "TLSV1_ALERT_UNKNOWN_CA"),
    "self-signed": (certs.SELFSIGNED, u"localhost", 18, SELF_SIGNED, "TLSV1_ALERT_UNKNOWN_CA"),
    "expired": (certs.EXPIRED, u"localhost", 10, "certificate has expired", "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
    "wrong host": (certs.WRONGHOST, u"localhost", 62,
                   "Hostname mismatch, certificate is not valid for 'localhost'.", "SSLV3_ALERT_BAD_CERTIFICATE"),
    "wrong address": (certs.SERVER, u"10.0.0.9", 64,
                      "IP address mismatch, certificate is not valid for '10.0.0.9'.", "SSLV3_ALERT_BAD_CERTIFICATE"),
}


def alert_text(reason):
    """``TLSV1_ALERT_UNKNOWN_CA`` -> how OpenSSL spells it in prose."""
    return {"TLSV1_ALERT_UNKNOWN_CA": "tlsv1 alert unknown ca",
            "SSLV3_ALERT_CERTIFICATE_EXPIRED": ALERT + " certificate expired",
            "SSLV3_ALERT_BAD_CERTIFICATE": ALERT + " bad certificate"}[reason]


def handshake(certfile=certs.SERVER, name=u"localhost", version=None, path="do_handshake", arrival=None, **client):
    """Outcomes of the client's `path` and of a server that waits for data."""
    pair = Pair(client_context(version, **client), server_context(version, certfile=certfile), server_hostname=name)
    arguments = {} if arrival is None else {"how": arrival}
    return pair, pair.outcomes(PATHS[path], lambda tls: tls.read(100), **arguments)


def refused_for(name, certfile, version=None, path="do_handshake"):
    """The verify_code with which a client that asks for `name` refuses `certfile`."""
    _, (client, server) = handshake(certfile, name, version, path)
    assert type(client) is ssl.SSLCertVerificationError, client
    assert isinstance(server, ssl.SSLError), server
    return client.verify_code


class TestRefusal(object):

    @pytest.mark.parametrize("path", sorted(PATHS))
    @pytest.mark.parametrize("wrong", sorted(REFUSALS))
    def test_both_ends(self, wrong, version, path, arrival):
        certfile, name, code, message, alert = REFUSALS[wrong]
        pair, (client, server) = handshake(certfile, name, version, path, arrival)
        assert_failure(client, ssl.SSLCertVerificationError, FAILED + message, errno=1, library="SSL",
                       reason="CERTIFICATE_VERIFY_FAILED", verify_code=code, verify_message=message)
        assert type(client.verify_code) is int and type(client.verify_message) is str
        assert_failure(server, **from_openssl(alert, alert_text(alert)))
        assert pair.client.tls.version() is None

    @pytest.mark.parametrize("path", sorted(PATHS))
    def test_stays_refused(self, version, path):
        """Nothing that the caller does afterwards makes a connection of it."""
        pair, (client, _) = handshake(certs.WRONGHOST, version=version, path=path)
        assert type(client) is ssl.SSLCertVerificationError
        assert pair.client.outgoing.pending == 0
        for again in sorted(PATHS):
            with pytest.raises(ssl.SSLError):
                PATHS[again](pair.client.tls)
        with pytest.raises(ssl.SSLError):
            pair.client.tls.unwrap()
        with raises(ValueError, "handshake not done yet"):
            pair.client.tls.getpeercert()
        assert pair.client.outgoing.pending == 0

    def test_calls_after_refusal(self, version):
        pair, _ = handshake(certs.WRONGHOST, version=version)
        tls = pair.client.tls
        with raises(ssl.SSLSyscallError, "Some I/O error occurred", errno=5):
            tls.do_handshake()
        for call in (lambda: tls.read(1), lambda: tls.write(b"x")):
            with raises(ssl.SSLEOFError, "EOF occurred in violation of protocol", errno=8):
                call()
        with raises(ssl.SSLError, errno=1, reason="SHUTDOWN_WHILE_IN_INIT"):
            tls.unwrap()

    @pytest.mark.parametrize("kind", ["SSLError", "CertificateError", "SSLCertVerificationError"])
    def test_is_caught_as(self, kind):
        with pytest.raises(getattr(ssl, kind)):
            raise handshake(certs.WRONGHOST)[1][0]

    def test_is_caught_as_builtin(self):
        for kind in ValueError, EnvironmentError, IOError:
            with pytest.raises(kind):
                raise handshake(certs.WRONGHOST)[1][0]

    def test_names_of_the_class(self):
        assert issubclass(ssl.SSLCertVerificationError, ssl.CertificateError)
        assert issubclass(ssl.SSLCertVerificationError, ssl.SSLError)
        assert issubclass(ssl.SSLCertVerificationError, ValueError)
        assert ssl.SSLCertVerificationError.__name__ == "SSLCertVerificationError"

    def test_certificate_error_is_an_alias(self):
        assert ssl.CertificateError is ssl.SSLCertVerificationError

    def test_of_the_client_by_the_server(self, version):
        """The same exception at the other end, with the server's view."""
        pair = Pair(client_context(version, certfile=certs.SELFSIGNED), server_context(version, client_ca=certs.CA))
        _, server = pair.outcomes(None, lambda tls: tls.read(1))
        assert_failure(server, ssl.SSLCertVerificationError, FAILED + SELF_SIGNED, errno=1, library="SSL",
                       reason="CERTIFICATE_VERIFY_FAILED", verify_code=18, verify_message=SELF_SIGNED)


class TestHostName(object):

    @pytest.mark.parametrize("path", sorted(PATHS))
    @pytest.mark.parametrize("name", [u"localhost", u"server.test", u"a.wild.test", u"LOCALHOST", u"Server.Test", b"localhost",
                                      u"127.0.0.1", u"::1", u"0:0:0:0:0:0:0:1"])
    def test_accepted(self, name, version, path):
        pair, (client, server) = handshake(name=name, version=version, path=path)
        assert not isinstance(client, Exception) and not isinstance(server, Exception)
        assert pair.client.tls.version() == version
        assert pair.client.tls.getpeercert()["subject"]

    @pytest.mark.parametrize("name, certfile, code", [
        (u"wild.test", certs.SERVER, 62), (u"a.b.wild.test", certs.SERVER, 62), (u"localhost.test", certs.SERVER, 62),
        (u"xlocalhost", certs.SERVER, 62), (u"test", certs.SERVER, 62), (u"127.0.0.2", certs.SERVER, 64), (u"::2", certs.SERVER, 64),
        (u"localhost", certs.IP_ONLY, 62), (u"localhost", certs.OTHER, 62), (u"127.0.0.1", certs.OTHER, 64),
        (u"foo.partial.test", certs.PARTIAL_WILDCARD, 62), (u"f.partial.test", certs.PARTIAL_WILDCARD, 62)])
    def test_refused(self, name, certfile, code, version):
        assert refused_for(name, certfile, version) == code

    def test_address_only(self, version):
        assert handshake(certs.IP_ONLY, u"127.0.0.1", version)[1][0] is None

    def test_common_name(self, version):
        """Without a subjectAltName OpenSSL looks at the CN (hostname_checks_common_name is True by default)."""
        assert handshake(certs.CN_ONLY, u"localhost", version)[1][0] is None
        assert refused_for(u"server.test", certs.CN_ONLY, version) == 62

    def test_common_name_is_ignored_beside_alternatives(self, version):
        """ip_only.pem has the CN "nobody" and a subjectAltName: the name must be in the latter."""
        assert refused_for(u"nobody", certs.PARTIAL_WILDCARD, version) == 62

    def test_none_and_not_checked(self, version):
        pair, (client, _) = handshake(name=None, version=version, check_hostname=False)
        assert client is None and pair.client.tls.server_hostname is None

    def test_wrong_and_not_checked(self, version):
        """check_hostname False: any name is accepted, the chain is still verified."""
        assert handshake(certs.WRONGHOST, version=version, check_hostname=False)[1][0] is None
        _, (client, _) = handshake(certs.STRANGER, version=version, check_hostname=False)
        assert type(client) is ssl.SSLCertVerificationError and client.verify_code == 20

    def test_nothing_verified(self, version):
        for certfile in certs.STRANGER, certs.SELFSIGNED, certs.EXPIRED, certs.WRONGHOST:
            assert handshake(certfile, version=version, cafile=None)[1][0] is None

    @pytest.mark.parametrize("path", sorted(PATHS))
    def test_is_fixed_when_the_object_is_made_on(self, version, path):
        """wrap_bio() takes the decision: to switch the context's check off afterwards changes nothing for the object."""
        context = client_context(version)
        pair = Pair(context, server_context(version, certfile=certs.WRONGHOST))
        context.check_hostname = False
        client, server = pair.outcomes(PATHS[path], lambda tls: tls.read(100))
        assert type(client) is ssl.SSLCertVerificationError and client.verify_code == 62
        assert isinstance(server, ssl.SSLError)

    def test_is_fixed_when_the_object_is_made_off(self, version):
        context = client_context(version, check_hostname=False)
        pair = Pair(context, server_context(version, certfile=certs.WRONGHOST))
        context.check_hostname = True
        assert pair.outcomes()[0] is None

    def test_is_kept_when_the_context_is_exchanged(self, version):
        """SSL_set_SSL_CTX() changes certificates, not the verify parameters of a connection that exists."""
        pair = Pair(client_context(version), server_context(version, certfile=certs.WRONGHOST))
        pair.client.tls.context = client_context(version, check_hostname=False)
        client, _ = pair.outcomes(PATHS["write"], lambda tls: tls.read(100))
        assert type(client) is ssl.SSLCertVerificationError and client.verify_code == 62


def serving_and_checking(version):
    """A Pair whose server, too, has check_hostname: a client's certificate carries no host name."""
    context = server_context(version, client_ca=certs.CA)
    context.check_hostname = True
    return Pair(client_context(version, certfile=certs.CLIENT), context)


NO_NAME = "check_hostname requires server_hostname"


class TestNoName(object):
    """check_hostname with server_hostname None: wrap_bio() takes it, as native ssl does, and clients exist that rely on it.

    A native handshake then compares nothing and succeeds. Ours fails closed, by every path: nobody asked for an unchecked name.
    Since 3.13.16 and 3.14.8 the native wrap_bio() refuses it (CVE-2026-19553, gh-156793), as wrap_socket() always did.
    """

    def test_wrap_bio_accepts(self, version):
        assert Pair(version=version, server_hostname=None).client.tls.server_hostname is None

    @pytest.mark.skipif(facts.is_upgraded(), reason="the upgrade fails closed, see test_fails_closed")
    def test_native_compares_nothing(self, version):
        assert handshake(name=None, version=version)[1][0] is None

    @pytest.mark.skipif(facts.is_upgraded(), reason="the upgrade fails closed, see test_fails_closed_for_a_server_too")
    def test_native_compares_nothing_for_a_server(self, version):
        assert serving_and_checking(version).outcomes(None, lambda tls: tls.read(1)) == (None, WAITING)

    @needs.upgrade("completes this handshake without comparing a name")
    def test_fails_closed_for_a_server_too(self, version):
        pair = serving_and_checking(version)
        _, server = pair.outcomes(lambda tls: tls.read(1), lambda tls: tls.read(1))
        assert type(server) is ssl.SSLCertVerificationError and NO_NAME in text_of(server) and NO_NAME in server.verify_message
        for again in sorted(PATHS):
            with pytest.raises(ssl.SSLError):
                PATHS[again](pair.server.tls)
        assert pair.server.tls.version() is None and pair.server.outgoing.pending == 0

    @needs.upgrade("completes this handshake without comparing a name")
    @pytest.mark.parametrize("path", sorted(PATHS))
    def test_fails_closed(self, version, path, arrival):
        pair, (client, server) = handshake(name=None, version=version, path=path, arrival=arrival)
        assert type(client) is ssl.SSLCertVerificationError
        assert NO_NAME in text_of(client) and NO_NAME in client.verify_message
        assert client.reason == "CERTIFICATE_VERIFY_FAILED" and client.library == "SSL" and client.errno == 1
        assert_failure(server, ssl.SSLError, reason="SSLV3_ALERT_BAD_CERTIFICATE", library="SSL", errno=1)
        for again in sorted(PATHS):
            with pytest.raises(ssl.SSLError):
                PATHS[again](pair.client.tls)
        assert pair.client.outgoing.pending == 0

    @needs.upgrade("completes this handshake without comparing a name")
    def test_fails_closed_for_a_valid_certificate_too(self, version):
        """There is no certificate that matches no name: also one that is good for everything else is refused."""
        for certfile in certs.SERVER, certs.CN_ONLY, certs.IP_ONLY, certs.CHAIN:
            _, (client, _) = handshake(certfile, None, version)
            assert type(client) is ssl.SSLCertVerificationError and NO_NAME in text_of(client)

    @needs.upgrade("completes this handshake without comparing a name")
    def test_the_chain_comes_first(self, version):
        _, (client, _) = handshake(certs.STRANGER, None, version)
        assert type(client) is ssl.SSLCertVerificationError and client.verify_code == 20


class TestClientCertificate(object):

    def test_accepted(self, version, how):
        pair = Pair(client_context(version, certfile=certs.CLIENT), server_context(version, client_ca=certs.CA)).handshake(how)
        subject = dict(entry[0] for entry in pair.server.tls.getpeercert()["subject"])
        assert subject["commonName"] == "client cert"
        assert type(pair.server.tls.getpeercert(True)) is bytes

    def test_missing_in_tls12(self, arrival):
        pair = Pair(client_context(TLS12), server_context(TLS12, client_ca=certs.CA))
        client, server = pair.outcomes(how=arrival)
        assert_failure(client, **from_openssl("SSLV3_ALERT_HANDSHAKE_FAILURE", ALERT + " handshake failure"))
        assert_failure(server, ssl.SSLError, "[SSL: PEER_DID_NOT_RETURN_A_CERTIFICATE] peer did not return a certificate",
                       errno=1, library="SSL", reason="PEER_DID_NOT_RETURN_A_CERTIFICATE")

    @needs.tls13
    def test_missing_in_tls13(self, arrival):
        """The client of TLS 1.3 is done before the server has looked: it learns by its first read()."""
        pair = Pair(client_context(TLS13), server_context(TLS13, client_ca=certs.CA))
        client, server = pair.outcomes(how=arrival)
        assert client is None
        assert_failure(server, ssl.SSLError, reason="PEER_DID_NOT_RETURN_A_CERTIFICATE", library="SSL", errno=1)
        with raises(ssl.SSLError, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
                    errno=1, library="SSL", reason="TLSV13_ALERT_CERTIFICATE_REQUIRED"):
            pair.client.tls.read(1)
        # OpenSSL counts a fatal alert as the end of the peer's direction, which is what read() reports from then on.
        assert pair.client.tls.read(1) == b""

    def test_not_asked_for(self, version):
        """A certificate that nobody asks for is not sent."""
        pair = Pair(client_context(version, certfile=certs.CLIENT), server_context(version)).handshake()
        assert pair.server.tls.getpeercert() is None

    def test_optional(self, version):
        context = server_context(version, client_ca=certs.CA)
        context.verify_mode = ssl.CERT_OPTIONAL
        assert Pair(client_context(version), context).handshake().server.tls.getpeercert() is None
        pair = Pair(client_context(version, certfile=certs.CLIENT), context).handshake()
        assert pair.server.tls.getpeercert()["subject"]

    @pytest.mark.parametrize("certfile, code, alert", [(certs.SELFSIGNED, 18, "TLSV1_ALERT_UNKNOWN_CA"),
                                                       (certs.STRANGER, 20, "TLSV1_ALERT_UNKNOWN_CA")])
    def test_refused(self, version, certfile, code, alert):
        pair = Pair(client_context(version, certfile=certfile), server_context(version, client_ca=certs.CA))
        client, server = pair.outcomes(lambda tls: tls.read(1))
        assert type(server) is ssl.SSLCertVerificationError and server.verify_code == code
        assert_failure(client, ssl.SSLError, reason=alert, library="SSL", errno=1)
