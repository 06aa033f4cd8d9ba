"""The test PKI is what its README says: each file, by a handshake of the interpreter's own sockets."""
from __future__ import absolute_import, division, print_function

import os
import re
import socket
import ssl
import threading

import pytest

from tests.support import certs

MAX_CERT_LIST = 100 * 1024  # what OpenSSL receives by default, SSL_CTX_set_max_cert_list(3)


def connected_pair():
    """Two connected TCP sockets (socketpair() of 2.7 gives bare _socket objects, which its ssl cannot wrap)."""
    listener = socket.socket()
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        here = socket.create_connection(listener.getsockname(), timeout=20)
        there = listener.accept()[0]
        there.settimeout(20)
        return here, there
    finally:
        listener.close()


def handshake(certfile, cafile, hostname=None):
    """Connects the interpreter's own client and server; returns the certificate, or raises what the client raised."""
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_context.load_cert_chain(certfile)
    client_context = ssl.create_default_context(cafile=cafile)
    client_context.check_hostname = hostname is not None
    here, there = connected_pair()

    def serve():
        try:
            server_context.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, socket.error):
            there.close()  # the client says why it refused

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        return client_context.wrap_socket(here, server_hostname=hostname).getpeercert()
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("certfile, hostname", [
    (certs.SERVER, u"localhost"), (certs.SERVER, u"server.test"), (certs.SERVER, u"a.wild.test"),
    (certs.SERVER_RSA, u"localhost"), (certs.OTHER, u"other.test"), (certs.CHAIN, u"server.test"),
    (certs.BIG_CHAIN, u"server.test"),
], ids=os.path.basename)
def test_accepted(certfile, hostname):
    assert handshake(certfile, certs.CA, hostname)["subject"]


@pytest.mark.parametrize("certfile, address", [
    (certs.SERVER, "127.0.0.1"), (certs.SERVER, "0:0:0:0:0:0:0:1"), (certs.IP_ONLY, "127.0.0.1"),
], ids=os.path.basename)
def test_addresses(certfile, address):
    # Read, not matched: match_hostname() of Python 2.7 knows no addresses.
    # Before bpo-38820 an IPv6 address ends with a newline there, with OpenSSL 1.1.1.
    found = [(kind, name.strip()) for kind, name in handshake(certfile, certs.CA)["subjectAltName"]]
    assert ("IP Address", address) in found


@pytest.mark.parametrize("certfile, hostname", [
    (certs.SERVER, u"a.b.wild.test"), (certs.OTHER, u"localhost"), (certs.WRONGHOST, u"localhost"),
    (certs.IP_ONLY, u"localhost"), (certs.EXPIRED, u"localhost"), (certs.SELFSIGNED, u"localhost"),
    (certs.STRANGER, u"localhost"), (certs.CLIENT, u"client cert"),
], ids=os.path.basename)
def test_refused(certfile, hostname):
    with pytest.raises(ValueError):  # SSLCertVerificationError is one; so is 2.7's and 3.6's CertificateError
        try:
            handshake(certfile, certs.CA, hostname)
        except ssl.SSLError as error:
            assert "CERTIFICATE_VERIFY_FAILED" in str(error)
            raise ValueError(str(error))


@pytest.mark.parametrize("certfile", [certs.SERVER, certs.CHAIN, certs.BIG_CHAIN], ids=os.path.basename)
def test_refused_under_another_root(certfile):
    with pytest.raises(ssl.SSLError) as caught:
        handshake(certfile, certs.OTHER_CA, u"server.test")
    assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value)


def test_stranger_is_accepted_under_its_own_root():
    assert handshake(certs.STRANGER, certs.OTHER_CA, u"localhost")["subject"]


def test_selfsigned_is_accepted_when_trusted():
    assert handshake(certs.SELFSIGNED, certs.SELFSIGNED, u"localhost")["subject"]


def test_big_chain_is_just_below_the_limit():
    with open(certs.BIG_CHAIN) as file:
        pem = file.read()
    certificates = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", pem, re.DOTALL)
    size = sum(len(ssl.PEM_cert_to_DER_cert(each)) for each in certificates)
    assert 0.95 * MAX_CERT_LIST < size + 5 * len(certificates) + 8 < MAX_CERT_LIST


def test_every_file_has_a_name_and_every_name_a_file():
    named = set(value for value in vars(certs).values() if isinstance(value, str) and value.endswith(".pem"))
    there = set(certs.path(name) for name in os.listdir(certs.DIRECTORY) if name.endswith(".pem"))
    nameless = {certs.path("ca_key"), certs.path("all_names")}  # not for handshakes
    assert there - named == nameless and named <= there
