"""The repairs `hostname_in_handshake`, `certificate_errors` and `match_hostname`: who the peer is, for the interpreter's own sockets."""
from __future__ import absolute_import, division, print_function

import socket
import ssl

import pytest

from tests.support import certs, facts
from tests.support.contexts import client_context, server_context
from tests.support.failures import text_of
from tests.support.openssl_says import SELF_SIGNED
from tests.support.pairs import Pair
from tests.support.peers_stream import Task, tcp_pair
from tests.support.remedies import assert_no_error_is_left, both_ways, interpreters_own, python, sockets, upgraded

pytestmark = interpreters_own

OLD = python(before=(3, 7))  # bpo-31399
MISMATCH = 62, "Hostname mismatch, certificate is not valid for '%s'."
NO_ADDRESS = 64, "IP address mismatch, certificate is not valid for '%s'."
IMPLICIT = pytest.mark.parametrize("operation", [
    lambda sock: sock.do_handshake(), lambda sock: sock.read(1), lambda sock: sock.recv(1), lambda sock: sock.recv_into(bytearray(1)),
    lambda sock: sock.write(b"secret"), lambda sock: sock.send(b"secret"), lambda sock: sock.sendall(b"secret"),
], ids=["do_handshake", "read", "recv", "recv_into", "write", "send", "sendall"])


def in_handshake(wrong, scenario, *arguments):
    both_ways("repair", "hostname_in_handshake", wrong, scenario, *arguments)


def certificate_errors(wrong, scenario, *arguments):
    both_ways("repair", "certificate_errors", wrong, scenario, *arguments)


def assert_refused(error, code, message):
    """What Python 3.13 says of a certificate that it refuses."""
    assert type(error) is ssl.SSLCertVerificationError
    assert isinstance(error, (ssl.SSLError, ssl.CertificateError)) and isinstance(error, ValueError)
    assert (error.verify_code, error.verify_message) == (code, message)
    assert (error.errno, error.library, error.reason) == (1, "SSL", "CERTIFICATE_VERIFY_FAILED")
    assert text_of(error) == "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + message


def refused(client, server, operation, server_hostname="localhost"):
    """(the client's error, the server's) when the client does the operation first of all."""
    with sockets(client, server, server_hostname=server_hostname, handshake=False) as (sock, peer):
        task = Task(greet_and_listen, peer)
        with pytest.raises(EnvironmentError) as of_client:
            operation(sock)
        sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(EnvironmentError) as of_server:
            assert task.result() == b"", "it has got data"
        return of_client.value, of_server.value


def greet_and_listen(sock):
    """A server that lets no client wait, whatever that does first."""
    sock.sendall(b"welcome")
    return sock.recv(10)


class TestNameInTheHandshake(object):
    @IMPLICIT
    def test_another_name(self, version, operation):
        def scenario():
            mine, others = refused(client_context(version), server_context(version, certs.WRONGHOST), operation)
            assert_refused(mine, MISMATCH[0], MISMATCH[1] % "localhost")
            assert others.reason == "SSLV3_ALERT_BAD_CERTIFICATE", "the server is told"
            assert_no_error_is_left()
        in_handshake(OLD, scenario)

    @IMPLICIT
    def test_the_right_name(self, version, operation):
        def scenario():
            with sockets(client_context(version), server_context(version), handshake=False) as (sock, peer):
                task = Task(lambda: peer.sendall(b"welcome"))
                operation(sock)
                task.result()
                assert sock.cipher() is not None
        in_handshake(False, scenario)

    def test_not_to_be_checked(self, version):
        def scenario():
            client = client_context(version, check_hostname=False)
            with sockets(client, server_context(version, certs.WRONGHOST)) as (sock, peer):
                assert sock.getpeercert()["subjectAltName"]
        in_handshake(False, scenario)

    @pytest.mark.parametrize("certificate, name, refusal", [
        (certs.IP_ONLY, "localhost", MISMATCH),
        (certs.PARTIAL_WILDCARD, "foo.partial.test", MISMATCH),
        (certs.SERVER, "192.0.2.77", NO_ADDRESS),
    ], ids=["address", "wildcard", "name"])
    def test_of_other_kinds(self, version, certificate, name, refusal):
        def scenario():
            mine, _ = refused(client_context(version), server_context(version, certificate), lambda sock: sock.do_handshake(), name)
            assert_refused(mine, refusal[0], refusal[1] % name)
        in_handshake(OLD, scenario)

    @pytest.mark.parametrize("at_once", [True, False])
    @pytest.mark.parametrize("connect", ["connect", "connect_ex"])
    def test_by_connect(self, version, at_once, connect):
        """The connection is made by the SSLSocket itself."""
        def scenario():
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            plain = socket.socket()
            plain.settimeout(20)
            sock = client_context(version).wrap_socket(plain, server_hostname="localhost", do_handshake_on_connect=at_once)
            task = Task(serve, listener, server_context(version, certs.WRONGHOST))
            try:
                with pytest.raises(ssl.SSLError) as caught:
                    getattr(sock, connect)(listener.getsockname())
                    sock.write(b"secret")
                assert_refused(caught.value, MISMATCH[0], MISMATCH[1] % "localhost")
            finally:
                for each in (sock, plain, listener):
                    each.close()
                with pytest.raises(EnvironmentError):
                    task.result()
        in_handshake(OLD, scenario)

    def test_a_context_that_is_told_later(self, version):
        """Where the name is asked for when the connection is made, as since 3.7, this is too late; ours is on time until the handshake."""
        if not OLD:
            pytest.skip("native: it is too late then")

        def scenario():
            client = client_context(version, check_hostname=False)
            with sockets(client, server_context(version, certs.WRONGHOST), handshake=False) as (sock, peer):
                client.check_hostname = True
                Task(greet_and_listen, peer)  # whatever becomes of it
                with pytest.raises(ssl.SSLError) as caught:
                    sock.do_handshake()
                assert_refused(caught.value, MISMATCH[0], MISMATCH[1] % "localhost")
        in_handshake(True, scenario)

    def test_no_name_fails_closed(self, version):
        if not OLD:
            pytest.skip("native: the handshake is completed unchecked")

        def scenario():
            client = client_context(version, check_hostname=False)
            with sockets(client, server_context(version), server_hostname=None, handshake=False) as (sock, peer):
                client.check_hostname = True
                Task(greet_and_listen, peer)  # whatever becomes of it
                with pytest.raises(ssl.SSLError) as caught:
                    sock.do_handshake()
                assert_refused(caught.value, 62, "check_hostname requires server_hostname")
        in_handshake(True, scenario)

    def test_servers_are_left_alone(self, version):
        def scenario():
            server = server_context(version, client_ca=certs.CA)
            server.check_hostname = False
            client = client_context(version, certfile=certs.CLIENT)
            with sockets(client, server, server_side=True) as (sock, peer):
                assert sock.getpeercert()
        in_handshake(False, scenario)


def serve(listener, context):
    accepted, _ = listener.accept()
    accepted.settimeout(20)
    try:
        tls = context.wrap_socket(accepted, server_side=True)
        try:
            assert tls.recv(10) == b"", "it has got data"
        finally:
            tls.close()
    finally:
        accepted.close()


@pytest.mark.skipif(facts.is_upgraded(), reason="the SSLObject is ours, which needs no repair: see test_verification.py")
class TestObject(object):
    @pytest.mark.parametrize("operation", [lambda tls: tls.do_handshake(), lambda tls: tls.read(1), lambda tls: tls.write(b"secret")],
                             ids=["do_handshake", "read", "write"])
    def test_another_name(self, version, operation):
        def scenario():
            mine, others = Pair(client_context(version), server_context(version, certs.WRONGHOST)).outcomes(operation)
            assert_refused(mine, MISMATCH[0], MISMATCH[1] % "localhost")
            assert others.reason == "SSLV3_ALERT_BAD_CERTIFICATE"
        in_handshake(OLD, scenario)

    def test_the_right_name(self, version):
        in_handshake(False, lambda: Pair(version=version).handshake())

    def test_unknown_authority(self, version):
        def scenario():
            mine, _ = Pair(client_context(version, certs.OTHER_CA), server_context(version)).outcomes()
            assert_refused(mine, 20, "unable to get local issuer certificate")
        certificate_errors(OLD, scenario)


class TestCertificateErrors(object):
    @pytest.mark.parametrize("certificate, code, message", [
        (certs.EXPIRED, 10, "certificate has expired"),
        (certs.SELFSIGNED, 18, SELF_SIGNED),
        (certs.STRANGER, 20, "unable to get local issuer certificate"),
    ], ids=["expired", "selfsigned", "stranger"])
    @IMPLICIT
    def test_of_the_server(self, version, certificate, code, message, operation):
        def scenario():
            mine, _ = refused(client_context(version), server_context(version, certificate), operation)
            assert_refused(mine, code, message)
            assert_no_error_is_left()
        certificate_errors(OLD, scenario)

    def test_of_the_client(self, version):
        def scenario():
            client = client_context(version, certfile=certs.SELFSIGNED)
            with sockets(client, server_context(version, client_ca=certs.CA), server_side=True, handshake=False) as (sock, peer):
                Task(greet_and_listen, peer)  # whatever becomes of it
                with pytest.raises(ssl.SSLError) as caught:
                    sock.do_handshake()
                assert_refused(caught.value, 18, SELF_SIGNED)
        certificate_errors(OLD, scenario)

    def test_by_wrap_socket_itself(self, version):
        def scenario():
            one, other = tcp_pair()
            task = Task(lambda: server_context(version, certs.EXPIRED).wrap_socket(other, server_side=True).recv(1))
            with pytest.raises(ssl.SSLError) as caught:
                client_context(version).wrap_socket(one, server_hostname="localhost")
            assert_refused(caught.value, 10, "certificate has expired")
            one.close()
            with pytest.raises(EnvironmentError):
                task.result()
            other.close()
        certificate_errors(OLD, scenario)

    @pytest.mark.parametrize("kind", ["SSLError", "CertificateError", "SSLCertVerificationError"])
    def test_who_catches_it(self, version, kind):
        caught_before = getattr(ssl, kind, None)

        def scenario():
            with sockets(client_context(version), server_context(version, certs.EXPIRED), handshake=False) as (sock, peer):
                Task(greet_and_listen, peer)  # whatever becomes of it
                with pytest.raises(caught_before or getattr(ssl, kind)):
                    sock.do_handshake()
        certificate_errors(OLD and kind != "SSLError", scenario)

    def test_other_errors_stay(self, version):
        def scenario():
            one, other = tcp_pair()
            other.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            with pytest.raises(ssl.SSLError) as caught:
                client_context(version).wrap_socket(one, server_hostname="localhost")
            assert type(caught.value) is ssl.SSLError and caught.value.library == "SSL"
            assert caught.value.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")
            one.close()
            other.close()
        certificate_errors(False, scenario)


# -- match_hostname ------------------------------------------------------------------------------------------------------------------------

def certificate(*alternatives, **others):
    common = others.get("common")
    return {"subjectAltName": alternatives, "subject": ((("commonName", common),),) if common else ()}


EXAMPLE = certificate(
    ("DNS", "example.org"), ("DNS", "*.example.org"), ("IP Address", "192.0.2.1"), ("IP Address", "2001:DB8:0:0:0:0:0:1\n"))
MATCHING = [
    (EXAMPLE, "example.org"), (EXAMPLE, "EXAMPLE.org"), (EXAMPLE, "www.example.org"), (certificate(common="example.org"), "example.org"),
    (certificate(("DNS", "xn--bcher-kva.example")), "xn--bcher-kva.example"),
]
ADDRESSES = [(EXAMPLE, "192.0.2.1"), (EXAMPLE, "2001:db8::1")]
OTHERS = [
    (EXAMPLE, "www.www.example.org", "either of 'example.org', '*.example.org', '192.0.2.1', '2001:DB8:0:0:0:0:0:1\\n'"),
    (EXAMPLE, "192.0.2.2", "either of 'example.org', '*.example.org', '192.0.2.1', '2001:DB8:0:0:0:0:0:1\\n'"),
    (certificate(("DNS", "example.org"), common="other.org"), "other.org", "'example.org'"),
    (certificate(("IP Address", "192.0.2.1"), common="other.org"), "other.org", "'192.0.2.1'"),
    (certificate(("DNS", "192.0.2.1")), "192.0.2.1", "'192.0.2.1'"),
    (certificate(common="example.org"), "other.org", "'example.org'"),
]


@pytest.mark.skipif(not hasattr(ssl, "match_hostname"), reason="Python 3.12 and newer have no ssl.match_hostname")
@pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")
class TestMatchHostname(object):
    def repair(self, wrong, scenario):
        both_ways("repair", "match_hostname", wrong, scenario)

    @pytest.mark.parametrize("cert, name", MATCHING)
    def test_matches(self, cert, name):
        self.repair(False, lambda: ssl.match_hostname(cert, name))

    @pytest.mark.parametrize("cert, name", ADDRESSES)
    def test_addresses(self, cert, name):
        self.repair(python(before=(3,)), lambda: ssl.match_hostname(cert, name))

    @pytest.mark.parametrize("cert, name, names", OTHERS)
    def test_does_not_match(self, cert, name, names):
        def scenario():
            with pytest.raises(ssl.CertificateError) as caught:
                ssl.match_hostname(cert, name)
            assert caught.value.args == ("hostname %r doesn't match %s" % (name, names),)
        self.repair(python(before=(3,)) and "192.0.2" in repr((cert, name)), scenario)  # which took them for names

    @pytest.mark.parametrize("pattern", ["f*.example.org", "*o.example.org", "f*o.example.org"])
    def test_partial_wildcards(self, pattern):
        def scenario():
            with pytest.raises(ssl.CertificateError):
                ssl.match_hostname(certificate(("DNS", pattern)), "foo.example.org")
        self.repair(OLD, scenario)

    @pytest.mark.parametrize("pattern, name", [
        ("*", "localhost"), ("*.*.org", "www.example.org"), ("www.*.org", "www.example.org"), ("*", "example.org")])
    def test_odd_wildcards(self, pattern, name):
        def scenario():
            with pytest.raises(ssl.CertificateError):
                ssl.match_hostname(certificate(("DNS", pattern)), name)
        both_ways("repair", "match_hostname", OLD and (pattern, name) == ("*", "localhost"), scenario)

    @pytest.mark.skipif(not OLD, reason="wants A-labels, as its documentation says")
    def test_a_u_label(self):
        self.repair(True, lambda: ssl.match_hostname(certificate(("DNS", "xn--bcher-kva.example")), u"b\xfccher.example"))

    def test_nothing_to_compare(self):
        def scenario():
            for nothing in (None, {}):
                with pytest.raises(ValueError):
                    ssl.match_hostname(nothing, "example.org")
            with pytest.raises(ssl.CertificateError) as caught:
                ssl.match_hostname({"subject": ()}, "example.org")
            assert caught.value.args == ("no appropriate commonName or subjectAltName fields were found",)
        self.repair(False, scenario)

    @pytest.mark.parametrize("name", ["127.0.0.1", "::1"])
    def test_of_a_connection(self, version, name):
        """Both layers know addresses then."""
        switches = ["match_hostname", "hostname_in_handshake"] if OLD else []
        with upgraded(repair=switches):
            with sockets(client_context(version), server_context(version, certs.SERVER), server_hostname=name) as (sock, peer):
                assert sock.version() == version
