"""The repair `empty_write`: sending no bytes succeeds."""
from __future__ import absolute_import, division, print_function

import array
import socket
import ssl

import pytest

from tests.support import facts
from tests.support.contexts import client_context, server_context
from tests.support.openssl_says import END_IS_AN_ERROR
from tests.support.pairs import Pair
from tests.support.peers_stream import SIDES, Task
from tests.support.remedies import assert_no_error_is_left, both_ways, interpreters_own, python, sockets

pytestmark = interpreters_own

WRONG = python(before=(3, 10))
NOTHINGS = (b"", bytearray(), memoryview(b""), array.array("B" if python(first=(3,)) else "c"))


def repair(wrong, scenario, *arguments):
    both_ways("repair", "empty_write", wrong, scenario, *arguments)


def pair(version, server_side=False, **keywords):
    return sockets(client_context(version), server_context(version), server_side, **keywords)


class TestSocket(object):
    @SIDES
    def test_succeeds(self, version, server_side):
        def scenario():
            with pair(version, server_side) as (sock, peer):
                for nothing in NOTHINGS:
                    assert (sock.send(nothing), sock.write(nothing)) == (0, 0)
                sock.sendall(b"")
                assert sock.send(b"more") == 4 and peer.recv(10) == b"more"
                assert_no_error_is_left()
        repair(WRONG, scenario)

    def test_sends_nothing(self, version):
        def scenario():
            with pair(version) as (sock, peer):
                assert sock.send(b"") == 0
                peer.setblocking(False)
                with pytest.raises(ssl.SSLWantReadError):
                    peer.recv(1)
        repair(WRONG, scenario)

    def test_does_the_handshake(self, version):
        def scenario():
            with pair(version, handshake=False) as (sock, peer):
                task = Task(peer.do_handshake)
                assert sock.write(b"") == 0
                task.result()
                assert sock.cipher() is not None
        repair(WRONG, scenario)

    def test_when_the_peer_has_closed_its_half(self, version):
        def scenario():
            with pair(version) as (sock, peer):
                close_half(peer)
                assert sock.recv(1) == b""
                assert (sock.send(b""), sock.write(b"")) == (0, 0)
        repair(WRONG, scenario)


def close_half(sock):
    sock.setblocking(False)
    with pytest.raises(ssl.SSLWantReadError):
        sock.unwrap()


class TestWithOneThingOtherwise(object):
    def test_after_close_notify(self, version):
        def scenario():
            with pair(version) as (sock, peer):
                close_half(sock)
                for data in (b"", b"more"):
                    for operation in (sock.write, sock.send):
                        with pytest.raises(ssl.SSLError) as caught:
                            operation(data)
                        assert caught.value.reason == "PROTOCOL_IS_SHUTDOWN"
                assert_no_error_is_left()
        repair(False, scenario)

    def test_the_handshake_fails(self, version):
        def scenario():
            with pair(version, handshake=False) as (sock, peer):
                peer.shutdown(socket.SHUT_RDWR)
                with pytest.raises(EnvironmentError):
                    sock.write(b"")
        repair(False, scenario)

    def test_would_block(self, version):
        def scenario():
            with pair(version, handshake=False) as (sock, peer):
                sock.setblocking(False)
                with pytest.raises(ssl.SSLWantReadError):
                    sock.write(b"")
        repair(False, scenario)

    def test_not_connected(self):
        def scenario():
            plain = socket.socket()
            sock = client_context().wrap_socket(plain, server_hostname="localhost")
            with pytest.raises(ValueError):
                sock.write(b"")
            with pytest.raises(EnvironmentError):
                sock.send(b"")
            sock.close()
            plain.close()
        repair(False, scenario)

    def test_wrong_types(self, version):
        def scenario():
            with pair(version) as (sock, peer):
                for wrong in (None, 0, 5.0):
                    with pytest.raises(TypeError):
                        sock.write(wrong)
                with pytest.raises(ValueError):
                    sock.send(b"", 1)
        repair(False, scenario)


@pytest.mark.skipif(facts.is_upgraded(), reason="the SSLObject is ours, which needs no repair: see test_read_write.py")
class TestObject(object):
    def test_succeeds(self, version):
        def scenario():
            tls = Pair(version=version).handshake().client.tls
            assert [tls.write(nothing) for nothing in NOTHINGS] == [0] * len(NOTHINGS)
            assert tls.write(b"more") == 4
        repair(WRONG, scenario)

    def test_before_the_handshake(self, version):
        def scenario():
            with pytest.raises(ssl.SSLWantReadError):
                Pair(version=version).client.tls.write(b"")
        repair(False, scenario)

    @pytest.mark.skipif(facts.ignores_ragged_ends() or not END_IS_AN_ERROR, reason="the connection lives on")
    def test_after_the_end(self, version):
        def scenario():
            pair = Pair(version=version).handshake()
            pair.client.incoming.write_eof()
            for operation in (lambda: pair.client.tls.read(1), lambda: pair.client.tls.write(b"")):
                with pytest.raises(ssl.SSLError):
                    operation()
        repair(False, scenario)
