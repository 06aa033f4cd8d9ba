"""The repair `ragged_eof`: the end of the transport without close_notify, on SSLSockets and SSLObjects of the interpreter's own."""
from __future__ import absolute_import, division, print_function

import errno
import socket
import ssl
import struct

import pytest

from tests.support import facts
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.openssl_says import END_IS_AN_ERROR, EOF, PYPYS_OWN, RAGGED
from tests.support.pairs import Pair
from tests.support.peers_stream import PATIENCE, SIDES, Task, tcp_pair
from tests.support.remedies import assert_no_error_is_left, both_ways, interpreters_own, python, sockets, upgraded

pytestmark = interpreters_own

WRONG = (python(before=(3, 8)) and END_IS_AN_ERROR) or facts.ignores_ragged_ends()
WRONG_IN_HANDSHAKE = WRONG or python(before=(3, 3)) and not END_IS_AN_ERROR  # bpo-11183 brought SSLEOFError for data only
WRONG_ON_OBJECTS = (python(first=(3,), before=(3, 8)) and END_IS_AN_ERROR) or facts.ignores_ragged_ends()
ENDS_TWICE = RAGGED if PYPYS_OWN else dict(EOF, library=None, reason=None)  # PyPy finds the first error still in OpenSSL's queue


def repair(wrong, scenario, *arguments):
    both_ways("repair", "ragged_eof", wrong, scenario, *arguments)


def ended(version, server_side, suppress):
    return sockets(client_context(version), server_context(version), server_side, suppress_ragged_eofs=suppress)


def cut(sock):
    """Ends the transport from this end, without close_notify."""
    sock.shutdown(socket.SHUT_WR)


class TestSocket(object):
    @SIDES
    def test_not_suppressed(self, version, server_side):
        def scenario():
            with ended(version, server_side, False) as (sock, peer):
                peer.sendall(b"all")
                cut(peer)
                assert sock.recv(10) == b"all"
                with raises(**RAGGED):
                    sock.recv(10)
                again = ENDS_TWICE if END_IS_AN_ERROR else RAGGED
                for read in (lambda: sock.recv(10), lambda: sock.read(), lambda: sock.recv_into(bytearray(10))):
                    with raises(**again):
                        read()
                if END_IS_AN_ERROR:
                    with raises(**ENDS_TWICE):
                        sock.send(b"more")
                    with raises(**ENDS_TWICE):
                        sock.write(b"more")
                assert_no_error_is_left()
        repair(WRONG, scenario)

    @SIDES
    def test_suppressed(self, version, server_side):
        def scenario():
            with ended(version, server_side, True) as (sock, peer):
                peer.sendall(b"all")
                cut(peer)
                assert [sock.recv(10), sock.recv(10), sock.read(), sock.read(10)] == [b"all", b"", b"", b""]
                assert sock.recv_into(bytearray(10)) == 0
                if END_IS_AN_ERROR:
                    with raises(**ENDS_TWICE):
                        sock.send(b"more")
        repair(WRONG, scenario)

    def test_first_into_a_buffer(self, version):
        def scenario():
            with ended(version, False, True) as (sock, peer):
                cut(peer)
                assert (sock.recv_into(bytearray(10)), sock.recv_into(bytearray(10))) == (0, 0)
            with ended(version, False, False) as (sock, peer):
                cut(peer)
                with raises(**RAGGED):
                    sock.recv_into(bytearray(10))
        repair(WRONG, scenario)

    def test_after_waiting(self, version):
        """The last system call before has failed then, with EAGAIN; that must not be told as what happened."""
        def scenario():
            with ended(version, False, True) as (sock, peer):
                sock.setblocking(False)
                with pytest.raises(ssl.SSLWantReadError):
                    sock.recv(10)
                sock.settimeout(PATIENCE)
                Task(cut, peer)
                assert [sock.recv(10), sock.recv(10), sock.recv(10)] == [b"", b"", b""]
        repair(WRONG and not facts.ignores_ragged_ends(), scenario)

    def test_in_the_handshake(self, version):
        def scenario():
            one, other = tcp_pair()
            other.shutdown(socket.SHUT_WR)
            with raises(**RAGGED):
                client_context(version).wrap_socket(one, server_hostname="localhost")
            one.close()
            other.close()
        repair(WRONG_IN_HANDSHAKE, scenario)

    def test_a_file_object(self, version):
        """http.client reads through one: half an answer must not look like a whole one."""
        def scenario():
            with ended(version, False, False) as (sock, peer):
                peer.sendall(b"one\ntw")
                cut(peer)
                stream = sock.makefile("rb")
                assert stream.readline() == b"one\n"
                with pytest.raises(ssl.SSLEOFError):
                    stream.readline()
                stream.close()
        repair(WRONG, scenario)


class TestWithOneThingOtherwise(object):
    """What is no ragged end stays what it is."""

    @SIDES
    @pytest.mark.parametrize("suppress", [True, False])
    def test_close_notify(self, version, server_side, suppress):
        def scenario():
            with ended(version, server_side, suppress) as (sock, peer):
                peer.setblocking(False)
                with pytest.raises(ssl.SSLWantReadError):
                    peer.unwrap()
                assert (sock.recv(10), sock.recv(10)) == (b"", b"")
                assert sock.unwrap() is not None
        repair(False, scenario)

    def test_timeout(self, version):
        def scenario():
            with ended(version, False, True) as (sock, peer):
                sock.settimeout(0.05)
                with pytest.raises((socket.timeout, ssl.SSLError)) as caught:
                    sock.recv(10)
                assert "timed out" in str(caught.value) and not isinstance(caught.value, ssl.SSLEOFError)
        repair(False, scenario)

    def test_would_block(self, version):
        def scenario():
            with ended(version, False, True) as (sock, peer):
                sock.setblocking(False)
                with pytest.raises(ssl.SSLWantReadError):
                    sock.recv(10)
        repair(False, scenario)

    @pytest.mark.skipif(python(before=(3,)), reason="the plain socket of the pair holds the connection open")
    @pytest.mark.skipif(PYPYS_OWN or python((3, 10), (3, 11, 9)) or python((3, 12), (3, 12, 3)),
                        reason="a reset is a ragged end (gh-115627)")
    def test_reset(self, version):
        def scenario():
            with ended(version, False, True) as (sock, peer):
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()
                with pytest.raises(EnvironmentError) as caught:
                    sock.recv(10)
                assert caught.value.errno == errno.ECONNRESET and not isinstance(caught.value, ssl.SSLError)
        repair(False, scenario)

    @pytest.mark.skipif(facts.is_pypy(), reason="PyPy's _ssl takes what CPython's does not")
    def test_wrong_arguments(self, version):
        def scenario():
            with ended(version, False, True) as (sock, peer):
                for arguments in ((b"",), (10, b""), ("10",)):
                    with pytest.raises(TypeError):
                        sock.read(*arguments)
                with pytest.raises(ValueError):
                    sock.read(-1)
        repair(False, scenario)


@pytest.mark.skipif(facts.is_upgraded(), reason="the SSLObject is ours, which needs no repair: see test_shutdown_eof.py")
class TestObject(object):
    def test_read(self, version):
        def scenario():
            pair = Pair(version=version).handshake()
            pair.client.incoming.write_eof()
            with raises(**RAGGED):
                pair.client.tls.read(10)
            if END_IS_AN_ERROR:
                tls = pair.client.tls
                for operation in (lambda: tls.read(10), lambda: tls.write(b"more"), lambda: tls.read(10, bytearray(10))):
                    with raises(**ENDS_TWICE):
                        operation()
            assert_no_error_is_left()
        repair(WRONG_ON_OBJECTS, scenario)

    @pytest.mark.skipif(not END_IS_AN_ERROR, reason="OpenSSL queues no error there, and the reasons of _ssl vary: see expected_failures.py")
    def test_in_the_handshake(self, version):
        def scenario():
            pair = Pair(version=version)
            pair.client.incoming.write_eof()
            with raises(**RAGGED):
                pair.client.tls.do_handshake()
        repair(WRONG_ON_OBJECTS, scenario)

    def test_close_notify(self, version):
        def scenario():
            pair = Pair(version=version).handshake()
            with pytest.raises(ssl.SSLWantReadError):
                pair.server.tls.unwrap()
            assert pair.client.reads(pair.server.sent()) == b""
        repair(False, scenario)


@pytest.mark.skipif(not END_IS_AN_ERROR, reason="OpenSSL has no OP_IGNORE_UNEXPECTED_EOF")
class TestOption(object):
    IGNORE = 0x80

    def test_new_contexts_do_not_set_it(self):
        def scenario():
            for make in (lambda: ssl.SSLContext(ssl.PROTOCOL_SSLv23), lambda: Heir(ssl.PROTOCOL_SSLv23), ssl.create_default_context):
                assert not make().options & self.IGNORE
        repair(facts.ignores_ragged_ends(), scenario)

    def test_it_can_be_set(self, version):
        """Who asks for it has it: what is truncated looks whole."""
        def scenario():
            context = client_context(version)
            context.options |= self.IGNORE
            assert context.options & self.IGNORE
            with sockets(context, server_context(version), suppress_ragged_eofs=False) as (sock, peer):
                cut(peer)
                assert sock.recv(10) == b""
        repair(False, scenario)

    def test_contexts_that_exist_stay_as_they_are(self):
        with upgraded():
            context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
            before = context.options
            with upgraded(repair=["ragged_eof"]):
                assert context.options == before
            assert ssl.SSLContext(ssl.PROTOCOL_SSLv23).options == before, "undone"


class Heir(ssl.SSLContext):
    """A subclass, as truststore's, whose options are not there yet when the context is made."""

    @property
    def options(self):
        return ssl.SSLContext.options.__get__(self) if self.is_ready else None

    is_ready = False

    def __init__(self, protocol):
        self.__class__.is_ready = True
