"""The certificates of the peer: get_verified_chain(), get_unverified_chain() (3.13, gh-109109)."""
from __future__ import absolute_import, division, print_function

import gc
import re
import socket
import ssl
import subprocess
import sys
import weakref

import pytest

from tests.support import certs, needs
from tests.support.connected import KINDS, assert_no_error_is_left, before, connected
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair
from tests.support.peers_stream import PATIENCE, Task

pytestmark = [needs.name("SSLSocket.get_verified_chain"), needs.name("SSLObject.get_unverified_chain")]

PEM = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def ders(*paths):
    """The certificates in files as DER."""
    found = []
    for path in paths:
        with open(path) as file:
            found += [ssl.PEM_cert_to_DER_cert(text + "\n") for text in PEM.findall(file.read())]
    return found


def with_another(path, tmpdir):
    """The path of a copy of a file of the PKI that has one certificate more, which verifies nothing."""
    copy = tmpdir.join("more.pem")
    with open(path) as file, open(certs.OTHER_CA) as other:
        copy.write(file.read() + other.read())
    return str(copy)


def chains(end):
    return end.get_verified_chain(), end.get_unverified_chain()


def both(version, **client):
    return client_context(version, **client), server_context(version, certs.CHAIN)


class TestOfAServer(object):

    @KINDS
    def test_with_an_intermediate(self, version, kind):
        with connected(kind, *both(version), server_hostname=u"server.test") as (client, server):
            assert chains(client) == (ders(certs.CHAIN, certs.CA), ders(certs.CHAIN))
            assert chains(server) == ([], [])
            assert_no_error_is_left(client, server)

    def test_types(self, version):
        with connected("SSLObject", *both(version), server_hostname=u"server.test") as ends:
            for chain in chains(ends[0]):
                assert type(chain) is list and all(isinstance(certificate, bytes) for certificate in chain)
            assert chains(ends[0])[0][0] == ends[0].getpeercert(True)

    @pytest.mark.skipif(not hasattr(ssl._ssl, "Certificate") or sys.version_info >= (3, 13),
                        reason="only Python 3.10 to 3.12 have _ssl.Certificate, and no method of ssl that gives DER bytes")
    def test_truststore_finds_what_it_finds_in_ssl(self, version):
        """It calls public_bytes() of what get_unverified_chain() gives on these Pythons (truststore/_api.py)."""
        with connected("SSLObject", *both(version), server_hostname=u"server.test") as ends:
            for certificate in ends[0].get_unverified_chain():
                genuine = certificate.public_bytes(ssl._ssl.ENCODING_DER)
                assert genuine == certificate and type(genuine) is bytes
                assert certificate.public_bytes() == certificate.public_bytes(ssl._ssl.ENCODING_PEM) == ssl.DER_cert_to_PEM_cert(genuine)

    @KINDS
    def test_without_verification(self, version, kind):
        with connected(kind, *both(version, cafile=None), server_hostname=u"server.test") as ends:
            assert chains(ends[0]) == (ders(certs.CHAIN),) * 2

    def test_what_was_sent_in_vain(self, version, tmpdir):
        server = server_context(version, with_another(certs.SERVER, tmpdir))
        with connected("SSLObject", client_context(version), server) as ends:
            assert chains(ends[0]) == (ders(certs.SERVER, certs.CA), ders(certs.SERVER, certs.OTHER_CA))

    def test_refused(self, version):
        pair = Pair(client_context(version, cafile=certs.OTHER_CA), server_context(version))
        assert isinstance(pair.outcomes()[0], ssl.SSLError)
        assert pair.client.tls.get_verified_chain() == ders(certs.SERVER)  # as far as it was built


class TestOfAClient(object):

    @KINDS
    def test_its_own_comes_first(self, version, kind, tmpdir):
        """OpenSSL leaves the peer's own certificate out of what a client has sent, not out of what a server has."""
        client = client_context(version, certfile=with_another(certs.CLIENT, tmpdir))
        with connected(kind, client, server_context(version, client_ca=certs.CA)) as (client, server):
            assert chains(server) == (ders(certs.CLIENT, certs.CA), ders(certs.CLIENT, certs.OTHER_CA))
            assert server.get_unverified_chain()[0] == server.getpeercert(True)
            assert_no_error_is_left(client, server)


class TestNone(object):

    @KINDS
    def test_before_the_handshake(self, version, kind):
        with before(kind, *both(version)) as ends:
            assert [chains(end) for end in ends] == [([], [])] * 2

    @pytest.mark.parametrize("name", ["get_verified_chain", "get_unverified_chain"])
    def test_of_a_socket_without_tls(self, name):
        sock = client_context().wrap_socket(socket.socket(), server_hostname=u"localhost")
        for _ in range(2):
            with raises(AttributeError, "'NoneType' object has no attribute '%s'" % name):
                getattr(sock, name)()
            sock.close()

    @pytest.mark.parametrize("name", ["get_verified_chain", "get_unverified_chain"])
    def test_arguments(self, name):
        with pytest.raises(TypeError):
            getattr(Pair().client.tls, name)(1)


class TestAsOpenSSLSays(object):
    """`openssl s_client -showcerts` shows what the server has sent; with a root in it, that is what is verified, too."""

    def test_showcerts(self, version, tmpdir):
        path = str(tmpdir.join("whole.pem"))
        with open(certs.CHAIN) as chain, open(certs.CA) as ca, open(path, "w") as whole:
            whole.write(chain.read() + ca.read())
        shown, depths = s_client(server_context(version, path))
        with connected("SSLSocket", client_context(version), server_context(version, path), u"server.test") as ends:
            assert chains(ends[0]) == (shown, shown) and len(shown) == 3
        assert sorted(depths) == [0, 1, 2]

    def test_showcerts_without_the_root(self, version):
        shown, depths = s_client(server_context(version, certs.CHAIN))
        with connected("SSLSocket", *both(version), server_hostname=u"server.test") as ends:
            verified, unverified = chains(ends[0])
        assert unverified == shown and len(shown) == 2
        assert len(verified) == len(depths) == 3


def s_client(context):
    """([DER that `openssl s_client -showcerts` shows], set of the depths at which it has verified one) of a server with a context."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    listener.settimeout(PATIENCE)
    try:
        program = subprocess.Popen(["openssl", "s_client", "-connect", "127.0.0.1:%d" % listener.getsockname()[1], "-showcerts",
                                    "-CAfile", certs.CA, "-verify_return_error"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        listener.close()
        pytest.skip("there is no program openssl to compare with")
    task = Task(serve_once, listener, context)
    said = program.communicate()[0].decode("ascii", "replace")
    task.result()
    assert "Verify return code: 0 (ok)" in said, said
    shown = [ssl.PEM_cert_to_DER_cert(str(text) + "\n") for text in PEM.findall(said.partition("\nServer certificate")[0])]
    return shown, set(map(int, re.findall(r"depth=(\d+)", said)))


def serve_once(listener, context):
    """One connection, up to the end of what the client says."""
    sock = listener.accept()[0]
    listener.close()
    sock.settimeout(PATIENCE)
    tls = context.wrap_socket(sock, server_side=True)
    try:
        while tls.recv(1024):
            pass
    except (ssl.SSLError, socket.error):  # it may end without close_notify
        pass
    tls.close()


@needs.counted
@KINDS
def test_what_was_asked_dies_as_before(version, kind):
    """Nothing that only asks about a connection keeps it, or its context."""
    client, server = both(version)
    with connected(kind, client, server, u"server.test") as ends:
        for end in ends:
            chains(end)
            if hasattr(end, "group"):
                end.group(), end.client_sigalg(), end.server_sigalg(), end.shared_ciphers()
        references = list(map(weakref.ref, (client, server) + tuple(ends)))
        del end, ends
    del client, server
    gc.collect()
    assert [reference() for reference in references] == [None] * 4
