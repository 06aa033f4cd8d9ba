"""TLSStream with a real SSLSocket at the other end: over bad sockets, inside of other TLS connections, non-blocking; with s_server."""
from __future__ import absolute_import, division, print_function

import contextlib
import os
import select
import socket
import ssl
import subprocess

import pytest

from tests.support import certs, needs
from tests.support.contexts import TLS13, client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import records
from tests.support.peers_stream import PATIENCE, SIDES, Dribble, Recorder, SendallOnly, Task, call, echo, serve, tcp_pair
from tls_bootstrap import TLSStream


class TestConversation(object):
    """With a real SSLSocket at the other end."""

    def converse(self, stream, size):
        """Has `size` bytes sent back, a record at a time: the echo does not read while nobody reads what it writes."""
        data, back = os.urandom(size), bytearray(16384)
        for position in range(0, size, 16384):
            piece, got = data[position:position + 16384], 0
            stream.sendall(piece)
            while got < len(piece):
                got += stream.recv_into(memoryview(back)[got:])
            assert bytes(back[:got]) == piece

    @SIDES
    @pytest.mark.parametrize("below", [lambda sock: sock, Dribble, SendallOnly], ids=["socket", "Dribble", "SendallOnly"])
    def test_echo(self, version, server_side, below):
        one, other = tcp_pair()
        work, far, near = (call, client_context, server_context) if server_side else (serve, server_context, client_context)
        task = Task(work, echo, other, far(version))
        arguments = (None, True) if server_side else (u"localhost",)
        with contextlib.closing(TLSStream(below(one), near(version), *arguments)) as stream:
            self.converse(stream, 1)
            self.converse(stream, 3000 if below is Dribble else 500000)
            stream.unwrap()
            task.result()

    def test_both_ends_are_streams(self, version):
        one, other = tcp_pair()
        task = Task(lambda: echo(TLSStream(other, server_context(version), server_side=True)))
        with contextlib.closing(TLSStream(one, client_context(version), u"localhost")) as stream:
            self.converse(stream, 200000)
            stream.unwrap()
            task.result()
        other.close()

    @pytest.mark.parametrize("inner", ["SSLSocket", "TLSStream", "Dribble"])
    @SIDES
    def test_tls_in_tls(self, version, inner, server_side):
        """Both layers with their own certificates, each side with either kind of connection below."""
        one, other = tcp_pair()
        client, server = client_context(version), server_context(version)

        def lower(sock, is_server):
            if inner == "SSLSocket":
                return server.wrap_socket(sock, server_side=True) if is_server else client.wrap_socket(sock, server_hostname="localhost")
            sock = Dribble(sock) if inner == "Dribble" else sock
            return TLSStream(sock, server if is_server else client, None if is_server else u"localhost", is_server)

        def far():
            layer = lower(other, not server_side)
            upper = TLSStream(layer, client if server_side else server_context(version, certfile=certs.OTHER),
                              u"localhost" if server_side else None, not server_side)
            with contextlib.closing(upper):
                return echo(upper)
        task = Task(far)
        below = lower(one, server_side)
        upper = TLSStream(below, server, None, True) if server_side else TLSStream(below, client, u"other.test")
        with contextlib.closing(upper):
            assert upper.version() == below.version() == version
            if not server_side:
                assert upper.getpeercert(True) != below.getpeercert(True)
            self.converse(upper, 2000 if inner == "Dribble" else 100000)
            upper.unwrap()
            task.result()

    def test_three_layers(self, version):
        one, other = tcp_pair()

        def layers(stream, *arguments):
            for _ in range(3):
                stream = TLSStream(stream, *arguments)
            return stream
        task = Task(lambda: echo(layers(other, server_context(version), None, True)))
        stream = layers(one, client_context(version), u"localhost")
        with contextlib.closing(stream):
            self.converse(stream, 50000)
            stream.unwrap()
            task.result()
        other.close()

    @pytest.mark.parametrize("wrong", ["name", "issuer"])
    def test_the_upper_layer_verifies_too(self, version, wrong):
        """The success above is no accident: the same with one thing wrong."""
        one, other = tcp_pair()
        client, server = client_context(version), server_context(version)
        impostor = server_context(version, certfile={"name": certs.OTHER, "issuer": certs.STRANGER}[wrong])

        def far():
            layer = TLSStream(other, server, server_side=True)
            with contextlib.closing(layer):
                TLSStream(layer, impostor, server_side=True, suppress_ragged_eofs=False).recv(1)
        task = Task(far)
        below = TLSStream(one, client, u"localhost")
        with pytest.raises((ssl.SSLError, ssl.CertificateError)):
            TLSStream(below, client, u"localhost")
        below.close()
        with pytest.raises((ssl.SSLError, socket.error)):
            task.result()

    @SIDES
    def test_a_timeout_below_is_socket_timeout(self, version, server_side):
        """Also where the layer below is an SSLSocket: that of 2.7 calls it SSLError (bpo-10272)."""
        for below in ("socket", "SSLSocket", "TLSStream"):
            one, other = tcp_pair()
            client, server = client_context(version), server_context(version)
            near, far = one, other
            if below == "SSLSocket":
                task = Task(lambda: server.wrap_socket(other, server_side=True))
                near = client.wrap_socket(one, server_hostname="localhost")
                far = task.result()
            elif below == "TLSStream":
                task = Task(lambda: TLSStream(other, server, server_side=True))
                near, far = TLSStream(one, client, u"localhost"), task.result()
            near.settimeout(0.05)
            with pytest.raises(socket.timeout):
                TLSStream(near, server, server_side=True) if server_side else TLSStream(near, client, u"localhost")
            far.close()

    @pytest.mark.parametrize("suppress_below", [True, False])
    @pytest.mark.parametrize("suppress", [True, False])
    def test_a_ragged_end_below(self, version, suppress, suppress_below):
        """An SSLSocket below that suppresses ragged ends has an end, so the stream has a ragged one. Else it was told to shout."""
        one, other = tcp_pair()
        client, server = client_context(version), server_context(version)
        if hasattr(ssl, "OP_IGNORE_UNEXPECTED_EOF"):
            client.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # 3.8 and 3.9 set it and see no ragged ends

        def far():
            with contextlib.closing(server.wrap_socket(other, server_side=True)) as layer:
                TLSStream(layer, server, server_side=True).sendall(b"cut short")
            other.close()  # for 2.7, where an SSLSocket shares the connection with the socket that it was made of
        task = Task(far)
        with contextlib.closing(client.wrap_socket(one, server_hostname="localhost", suppress_ragged_eofs=suppress_below)) as below:
            stream = TLSStream(below, client, u"localhost", suppress_ragged_eofs=suppress)
            assert stream.recv(100) == b"cut short"
            task.result()
            if suppress and suppress_below:
                assert stream.recv(100) == b""
            else:
                with raises(ssl.SSLEOFError, errno=ssl.SSL_ERROR_EOF):
                    stream.recv(100)

    def test_timeout_then_success(self, version):
        one, other = tcp_pair()

        def work(tls):
            tls.recv(1)
            tls.sendall(b"late")
            return tls.recv(2)
        task = Task(serve, work, other, server_context(version))
        with contextlib.closing(TLSStream(one, client_context(version), u"localhost")) as stream:
            stream.settimeout(0.05)
            for _ in range(2):
                with raises(socket.timeout):
                    stream.recv(10)
            stream.settimeout(20)
            stream.send(b"x")
            assert stream.recv(10) == b"late"
            stream.send(b"ok")
            assert task.result() == b"ok"

    @SIDES
    def test_non_blocking(self, version, server_side):
        """Driven by select() and the Want errors, as an SSLSocket would be; 3 MiB at once each way."""
        one, other = tcp_pair()
        data = os.urandom(3 << 20)

        def work(tls):
            got = bytearray()
            while len(got) < len(data):
                got += tls.recv(65536)
            tls.sendall(bytes(got))
        run, far, near = (call, client_context, server_context) if server_side else (serve, server_context, client_context)
        task = Task(run, work, other, far(version))
        one.setblocking(False)
        arguments = (None, True) if server_side else (u"localhost",)
        stream = TLSStream(one, near(version), *arguments, do_handshake_on_connect=False)

        def until_done(operation, *arguments):
            while True:
                try:
                    return operation(*arguments)
                except ssl.SSLWantReadError:
                    assert select.select([stream], [], [], 20)[0]
                except ssl.SSLWantWriteError:
                    assert select.select([], [stream], [], 20)[1]
        with contextlib.closing(stream):
            until_done(stream.do_handshake)
            position = 0
            while position < len(data):
                position += until_done(stream.send, data[position:position + 100000])
            got = bytearray()
            while len(got) < len(data):
                got += until_done(stream.recv, 65536)
            assert bytes(got) == data
            task.result()

    def test_select_tells_what_is_there(self, version):
        """After one record was read, the next one makes the socket readable: nothing hides in the stream but pending()."""
        one, other = tcp_pair()
        task = Task(serve, lambda tls: [tls.send(b"a" * 100), tls.send(b"b" * 100), tls.recv(1)], other, server_context(version))
        with contextlib.closing(TLSStream(one, client_context(version), u"localhost")) as stream:
            assert stream.recv(50) == b"a" * 50
            assert stream.pending() == 50
            assert stream.recv(50) == b"a" * 50
            assert stream.pending() == 0
            assert select.select([stream], [], [], 20)[0]
            assert stream.recv(100) == b"b" * 100
            stream.send(b"x")
            task.result()

    @needs.name("SSLSocket.verify_client_post_handshake")
    @needs.tls13
    def test_answers_after_the_handshake_are_sent(self):
        """The server asks for a certificate while the client reads (RFC 8446 section 4.6.2)."""
        one, other = tcp_pair()
        context = server_context(TLS13, client_ca=certs.CA)
        context.post_handshake_auth = True

        def work(tls):
            before = tls.getpeercert(True)
            tls.verify_client_post_handshake()
            tls.sendall(b"who are you?")
            tls.recv(10)
            return before, tls.getpeercert(True)
        client = client_context(TLS13, certfile=certs.CLIENT)
        client.post_handshake_auth = True
        task = Task(serve, work, other, context)
        with contextlib.closing(TLSStream(one, client, u"localhost")) as stream:
            assert stream.recv(100) == b"who are you?"
            stream.send(b"me")
            before, after = task.result()
        assert before is None and after is not None


@needs.tls13
class TestKeyUpdate(object):
    """`openssl s_server` changes keys when told "K", and wants the client to do so too (RFC 8446 section 4.6.3)."""

    ARGUMENTS = ["-accept", "127.0.0.1:0", "-naccept", "1", "-tls1_3", "-cert", certs.SERVER, "-key", certs.SERVER]

    @pytest.fixture
    def server(self):
        """(the process, its port)"""
        try:
            process = subprocess.Popen(["openssl", "s_server"] + self.ARGUMENTS, bufsize=0,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except EnvironmentError as error:
            pytest.skip("no openssl command: %s" % error)
        try:
            line = b"begin"
            while line and not line.startswith(b"ACCEPT"):
                line = process.stdout.readline()
            if not line:
                pytest.skip("this openssl command has no s_server -accept 127.0.0.1:0")
            yield process, int(line.rpartition(b":")[2])
        finally:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()

    def test_is_answered(self, server):
        process, port = server
        sock = Recorder(socket.create_connection(("127.0.0.1", port), PATIENCE))
        with contextlib.closing(TLSStream(sock, client_context(TLS13), u"localhost")) as stream:
            process.stdin.write(b"begin\n")
            assert stream.recv(100) == b"begin\n"  # and the session tickets are read
            for text in (b"one\n", b"two\n"):
                process.stdin.write(b"K\n")
                assert select.select([stream], [], [], PATIENCE)[0]  # s_server takes commands one at a time
                process.stdin.write(text)
                assert stream.recv(100) == text
                del sock.sent[:]
                stream.sendall(b"and " + text)
                assert len(records(b"".join(sock.sent))) == 2  # OpenSSL answers with the next write, as the RFC allows
                seen = line = b"begin"
                while line and b"and " + text not in seen:
                    line = process.stdout.readline()
                    seen += line
                assert line and b"error" not in seen.lower(), seen  # it understands us with the new keys
