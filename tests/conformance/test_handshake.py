"""The handshake through memory BIOs: explicit, implicit by read() and write(), and what the object knows before and after it."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import certs, feeding, needs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import ALERT, HANDSHAKE, WAITING, End, Pair, records



CLOSE_NOTIFY = b"\x15\x03\x03\x00\x02\x01\x00"  # a record in the clear: alert, warning, close_notify


def peer_der(end):
    return end.tls.getpeercert(True)


class TestExplicit(object):

    def test_both_ends(self, version, how):
        pair = Pair(version=version).handshake(how)
        assert pair.client.tls.version() == version and pair.server.tls.version() == version

    def test_first_call_writes_the_client_hello(self, version):
        client = Pair(version=version).client
        with raises(ssl.SSLWantReadError, "The operation did not complete (read)", errno=2) as failure:
            client.tls.do_handshake()
        assert isinstance(failure.error, ssl.SSLError)
        assert [record.content_type for record in records(client.sent())] == [HANDSHAKE]
        with raises(ssl.SSLWantReadError):  # asking again neither repeats nor adds anything
            client.tls.do_handshake()
        assert client.outgoing.pending == 0

    def test_server_waits_silently(self, version):
        server = Pair(version=version).server
        with raises(ssl.SSLWantReadError):
            server.tls.do_handshake()
        assert server.outgoing.pending == 0

    def test_again_is_a_no_op(self, pair):
        for end in pair.ends:
            assert end.tls.do_handshake() is None
            assert end.outgoing.pending == 0

    def test_takes_no_arguments(self, version):
        client = Pair(version=version).client
        with raises(TypeError):
            client.tls.do_handshake(1)
        with raises(TypeError):
            client.tls.do_handshake(block=True)

    def test_in_pieces_of_any_size(self, version):
        for length in (2, 3, 5, 7, 64, 517, 1000):
            pair = Pair(version=version)
            assert pair.outcomes(how=feeding.Feeding("by %d" % length, length)) == (None, None)
            assert pair.client.tls.version() == version

    @pytest.mark.parametrize("certfile", [certs.SERVER, certs.SERVER_RSA], ids=["ECDSA", "RSA"])
    def test_kinds_of_keys(self, version, how, certfile):
        Pair(server=server_context(version, certfile=certfile), version=version).handshake(how)

    def test_rsa_and_ecdsa_on_one_server(self, version):
        context = server_context(version, certfile=certs.SERVER_RSA)
        context.load_cert_chain(certs.SERVER)
        pair = Pair(server=context, version=version).handshake()
        assert peer_der(pair.client) == leaf_of(certs.SERVER)

    @pytest.mark.parametrize("certfile, name", [(certs.CHAIN, u"server.test"), (certs.BIG_CHAIN, u"localhost")])
    def test_chain(self, version, how, certfile, name):
        pair = Pair(server=server_context(version, certfile=certfile), server_hostname=name, version=version).handshake(how)
        assert peer_der(pair.client) == leaf_of(certfile)

    def test_a_flight_of_100_kilobytes(self, version):
        """One do_handshake() writes the whole chain: nothing between OpenSSL and the outgoing BIO may hold or cut it."""
        pair = Pair(server=server_context(version, certfile=certs.BIG_CHAIN), version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        pair.server.take(pair.client.sent())
        with raises(ssl.SSLWantReadError):
            pair.server.tls.do_handshake()
        assert 90000 < pair.server.outgoing.pending < 110000
        assert pair.outcomes() == (None, None)

    def test_versions_are_negotiated(self):
        pair = Pair().handshake()
        assert pair.client.tls.version() == (TLS13 if ssl.HAS_TLSv1_3 else TLS12)

    def test_one_context_for_many_objects(self, version):
        client, server = client_context(version), server_context(version)
        pairs = [Pair(client, server) for _ in range(20)]
        assert [pair.outcomes() for pair in pairs] == [(None, None)] * 20
        for number, pair in enumerate(pairs):
            pair.client.tls.write(b"%d" % number)
        assert [pair.server.reads(pair.client.sent()) for pair in pairs] == [b"%d" % number for number in range(20)]


class TestImplicit(object):
    """read() and write() do the handshake when it is not done (SSL_read(3): "If necessary, a read function will negotiate")."""

    def test_by_write(self, version, arrival):
        pair = Pair(version=version)
        client, server = pair.outcomes(lambda tls: tls.write(b"ping"), lambda tls: tls.read(10), how=arrival)
        assert client == 4 and type(client) is int
        assert server == b"ping" and type(server) is bytes
        assert pair.client.tls.version() == version and pair.server.tls.version() == version

    def test_by_read(self, version, arrival):
        pair = Pair(version=version)
        client, server = pair.outcomes(lambda tls: tls.read(10), lambda tls: tls.write(b"pong"), how=arrival)
        assert client == b"pong" and server == 4
        assert pair.client.tls.getpeercert()["subject"]

    def test_server_by_read_client_explicit(self, version):
        pair = Pair(version=version)
        client, server = pair.outcomes(None, lambda tls: tls.read(10))
        assert client is None and server is WAITING
        pair.client.tls.write(b"x")
        assert pair.server.reads(pair.client.sent()) == b"x"

    def test_write_after_want_read_sends_once(self, version):
        """The write that triggered the handshake is repeated by the caller; its data goes out once."""
        pair = Pair(version=version)
        assert pair.outcomes(lambda tls: tls.write(b"once"), lambda tls: tls.read(4)) == (4, b"once")
        with raises(ssl.SSLWantReadError):
            pair.server.tls.read(1)

    def test_other_data_after_want_read(self, version):
        """A caller may come back with other data (SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER): what came last is sent."""
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.write(b"before the handshake")
        pair.server.take(pair.client.sent())
        assert pair.outcomes(lambda tls: tls.write(b"changed"), lambda tls: tls.read(100)) == (7, b"changed")

    def test_read_of_nothing_starts_nothing(self, version):
        client = Pair(version=version).client
        assert client.tls.read(0) == b""
        assert client.outgoing.pending == 0

    def test_write_of_nothing_does_the_handshake(self, version):
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.write(b"")
        assert pair.client.outgoing.pending > 0

    def test_peer_closes_at_once(self, version, how):
        """close_notify right behind the handshake: the implicit read reports the end, it does not wait."""
        pair = Pair(version=version)
        client, server = pair.outcomes(lambda tls: tls.read(10))
        assert client is WAITING and server is None
        with raises(ssl.SSLWantReadError):
            pair.server.tls.unwrap()
        data = how.call(pair.client, pair.server.sent(), lambda: pair.client.tls.read(10))
        assert data == b"" and type(data) is bytes

    def test_peer_closes_inside_the_handshake(self, version):
        """A bare close_notify instead of a ServerHello: read() answers with the end of the stream."""
        client = Pair(version=version).client
        with raises(ssl.SSLWantReadError):
            client.tls.read(1)
        client.take(CLOSE_NOTIFY)
        assert client.tls.read(1) == b""

    @pytest.mark.parametrize("read", [lambda tls: tls.read(1), lambda tls: tls.read(1, bytearray(1))], ids=["read", "read into"])
    def test_peer_closes_inside_the_handshake_and_goes_on(self, version, read):
        """After close_notify nothing is taken from the incoming BIO any more, handshake or not."""
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        pair.server.take(pair.client.sent())
        with raises(ssl.SSLWantReadError):
            pair.server.tls.do_handshake()
        pair.client.take(CLOSE_NOTIFY)
        assert not read(pair.client.tls)
        pair.client.take(pair.server.sent())
        before = pair.client.incoming.pending
        assert not read(pair.client.tls)
        assert pair.client.incoming.pending == before


class TestBefore(object):

    @pytest.mark.parametrize("name", ["cipher", "version", "compression", "selected_alpn_protocol", "get_channel_binding"])
    def test_unknown_yet(self, version, name):
        for end in Pair(version=version).ends:
            assert getattr(end.tls, name)() is None

    def test_pending(self, version):
        for end in Pair(version=version).ends:
            pending = end.tls.pending()
            assert pending == 0 and type(pending) is int

    @pytest.mark.parametrize("arguments", [(), (False,), (True,)])
    def test_getpeercert(self, version, arguments):
        for end in Pair(version=version).ends:
            with raises(ValueError, "handshake not done yet"):
                end.tls.getpeercert(*arguments)

    def test_half_way(self, version):
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        pair.server.take(pair.client.sent())
        with raises(ssl.SSLWantReadError):
            pair.server.tls.do_handshake()
        for end in pair.ends:
            assert end.tls.version() is None
            with raises(ValueError, "handshake not done yet"):
                end.tls.getpeercert()

    def test_unwrap(self, version):
        for end in Pair(version=version).ends:
            for _ in range(2):
                with raises(ssl.SSLError, "[SSL: SHUTDOWN_WHILE_IN_INIT] shutdown while in init",
                            errno=1, library="SSL", reason="SHUTDOWN_WHILE_IN_INIT"):
                    end.tls.unwrap()
            assert end.outgoing.pending == 0

    def test_unwrap_then_handshake(self, version):
        pair = Pair(version=version)
        with raises(ssl.SSLError):
            pair.client.tls.unwrap()
        pair.handshake()


class TestAfter(object):

    def test_cipher(self, pair, version):
        name = "TLS_AES_256_GCM_SHA384" if version == TLS13 else "ECDHE-ECDSA-AES256-GCM-SHA384"
        for end in pair.ends:
            cipher = end.tls.cipher()
            assert cipher == (name, version, 256)
            assert [type(part) for part in cipher] == [str, str, int] and type(cipher) is tuple

    def test_version(self, pair, version):
        for end in pair.ends:
            assert end.tls.version() == version and type(end.tls.version()) is str

    def test_no_compression(self, pair):
        assert [end.tls.compression() for end in pair.ends] == [None, None]

    def test_certificate_of_the_server(self, pair):
        certificate = pair.client.tls.getpeercert()
        assert type(certificate) is dict
        assert sorted(certificate) == ["issuer", "notAfter", "notBefore", "serialNumber", "subject", "subjectAltName", "version"]
        assert certificate["subject"] == ((("organizationName", "tls_bootstrap tests"),), (("commonName", "localhost"),))
        assert certificate["subjectAltName"] == (("DNS", "localhost"), ("DNS", "server.test"), ("DNS", "*.wild.test"),
                                                 ("IP Address", "127.0.0.1"), ("IP Address", "0:0:0:0:0:0:0:1"))
        assert certificate["version"] == 3
        assert pair.client.tls.getpeercert(False) == certificate
        assert pair.client.tls.getpeercert(binary_form=False) == certificate

    def test_certificate_as_der(self, pair):
        der = pair.client.tls.getpeercert(True)
        assert type(der) is bytes and der == leaf_of(certs.SERVER)
        assert pair.client.tls.getpeercert(binary_form=True) == der

    def test_no_certificate_of_the_client(self, pair):
        assert pair.server.tls.getpeercert() is None
        assert pair.server.tls.getpeercert(True) is None

    def test_certificate_that_was_not_verified(self, version):
        """With CERT_NONE the dict is empty, the DER is there."""
        pair = Pair(client_context(version, cafile=None), version=version).handshake()
        certificate = pair.client.tls.getpeercert()
        assert certificate == {} and type(certificate) is dict
        assert pair.client.tls.getpeercert(True) == leaf_of(certs.SERVER)

    @needs.name("SSLObject.shared_ciphers")
    def test_shared_ciphers(self, pair):
        name, _, bits = pair.server.tls.cipher()
        assert (name, bits) in [(shared, bits) for shared, _, bits in pair.server.tls.shared_ciphers()]

    @needs.name("SSLObject.session")
    def test_session(self, pair):
        assert type(pair.client.tls.session) is ssl.SSLSession
        assert pair.client.tls.session_reused is False


class TestAlpn(object):

    @pytest.mark.parametrize("client, server, expected", [
        (["h2", "http/1.1"], ["http/1.1"], "http/1.1"), (["h2", "http/1.1"], ["http/1.1", "h2"], "http/1.1"),
        (["h2"], ["http/1.1"], None), (["h2"], None, None), (None, ["h2"], None)])
    def test_selection(self, version, client, server, expected):
        """The server's order decides; without overlap, as in CPython, the handshake goes on without a protocol."""
        pair = Pair(client_context(version, alpn=client), server_context(version, alpn=server)).handshake()
        for end in pair.ends:
            selected = end.tls.selected_alpn_protocol()
            assert selected == expected and type(selected) in (str, type(None))


class TestChannelBinding(object):

    def test_tls_unique(self):
        pair = Pair(version=TLS12).handshake()
        mine, yours = [end.tls.get_channel_binding("tls-unique") for end in pair.ends]
        assert mine == yours and type(mine) is bytes and len(mine) == 12
        assert pair.client.tls.get_channel_binding() == mine
        assert pair.client.tls.get_channel_binding(cb_type="tls-unique") == mine

    def test_differs_per_connection(self, version):
        one, two = Pair(version=version).handshake(), Pair(version=version).handshake()
        assert one.client.tls.get_channel_binding() != two.client.tls.get_channel_binding()

    @needs.tls13
    def test_in_tls13(self):
        """tls-unique is not defined for TLS 1.3 (RFC 8446 appendix C.5, python/cpython#95341), CPython gives the Finished message."""
        pair = Pair(version=TLS13).handshake()
        mine, yours = [end.tls.get_channel_binding("tls-unique") for end in pair.ends]
        assert mine == yours and type(mine) is bytes and len(mine) == 48

    def test_listed_types(self):
        assert ssl.CHANNEL_BINDING_TYPES == ["tls-unique"]

    @pytest.mark.parametrize("kind", ["foo", "", "tls-server-end-point", "TLS-UNIQUE"])
    def test_unknown_type(self, version, kind):
        pair = Pair(version=version)
        for _ in "before", "after":
            for end in pair.ends:
                with raises(ValueError, "%r channel binding type not implemented" % kind):
                    end.tls.get_channel_binding(kind)
            pair.outcomes()


class TestBios(object):

    def test_shared_between_the_ends(self, version):
        """client.outgoing is server.incoming and the other way round: nobody has to carry bytes."""
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = End(client_context(version), back, there, server_hostname=u"localhost")
        server = End(server_context(version), there, back, server_side=True)
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        with raises(ssl.SSLWantReadError):
            server.tls.do_handshake()
        if version == TLS12:
            with raises(ssl.SSLWantReadError):
                client.tls.do_handshake()
            assert server.tls.do_handshake() is None
            assert client.tls.do_handshake() is None
        else:
            assert client.tls.do_handshake() is None
            assert server.tls.do_handshake() is None
        assert client.tls.write(b"via shared") == 10
        assert server.tls.read() == b"via shared"

    def test_one_for_both_directions(self, version):
        """An object that hears its own ClientHello refuses it; what matters is that nothing crashes or hangs."""
        bio = ssl.MemoryBIO()
        client = End(client_context(version), bio, bio, server_hostname=u"localhost")
        with raises(ssl.SSLError, "[SSL: UNEXPECTED_MESSAGE] unexpected message", errno=1, library="SSL", reason="UNEXPECTED_MESSAGE"):
            client.tls.do_handshake()
        assert [record.content_type for record in records(bio.read())] == [ALERT]

    def test_bytes_may_be_there_before_wrap_bio(self, version):
        pair = Pair(version=version)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        incoming = ssl.MemoryBIO()
        incoming.write(pair.client.sent())
        server = End(pair.server_context, incoming, server_side=True)
        with raises(ssl.SSLWantReadError):
            server.tls.do_handshake()
        flight = records(server.sent())
        assert flight[0].content_type == HANDSHAKE
        assert incoming.pending == 0

    def test_outgoing_may_hold_bytes_already(self, version):
        """STARTTLS: plaintext that is not sent yet goes out before the ClientHello."""
        outgoing = ssl.MemoryBIO()
        outgoing.write(b"STARTTLS\r\n")
        client = End(client_context(version), outgoing=outgoing, server_hostname=u"localhost")
        with raises(ssl.SSLWantReadError):
            client.tls.do_handshake()
        assert outgoing.read(10) == b"STARTTLS\r\n"
        assert records(outgoing.read())[0].content_type == HANDSHAKE


def leaf_of(path):
    """DER of the first certificate in the PEM file."""
    with open(path) as file:
        text = file.read()
    end = "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(text[:text.index(end)] + end)
