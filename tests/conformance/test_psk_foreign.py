"""Pre-shared keys with the command `openssl` at the other end, as client and as server, in both versions of TLS."""
from __future__ import absolute_import, division, print_function

import socket
import ssl
import subprocess
import threading
import time

import pytest

from tests.support import needs
from tests.support.contexts import TLS12, client_context, server_context
from tests.support.sockets import PATIENCE

pytestmark = [needs.name("SSLContext.set_psk_client_callback"), needs.interpreters_openssl]

KEY, WRONG = b"\x00\x01sixteen bytes!", b"another key"
OPTIONS = {TLS12: ["-tls1_2", "-cipher", "PSK"]}
TLS13_OPTIONS = ["-tls1_3"]


def in_hexadecimal(key):
    return "".join("%02x" % byte for byte in bytearray(key))


def openssl(*arguments):
    """`openssl` at work; it ends when its standard input does."""
    try:
        return subprocess.Popen(["openssl"] + list(arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        pytest.skip("no openssl on this machine")


def for_keys(context, version):
    if version == TLS12:
        context.set_ciphers("PSK")
    return context


@pytest.fixture
def port():
    """A port that is free; s_server takes no socket."""
    finder = socket.socket()
    finder.bind(("127.0.0.1", 0))
    number = finder.getsockname()[1]
    finder.close()
    return number


def connect(port):
    deadline = time.time() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except socket.error:
            if time.time() > deadline:
                raise
            time.sleep(0.02)


class TestClient(object):

    def talk(self, version, port, key):
        """A client of ours and s_server: what that said."""
        server = openssl("s_server", "-accept", str(port), "-nocert", "-psk", in_hexadecimal(KEY), "-psk_identity", "one of us",
                         *(["-psk_hint", "a hint"] if version == TLS12 else []) + OPTIONS.get(version, TLS13_OPTIONS))
        hints = []
        context = for_keys(client_context(version, cafile=None), version)
        context.set_psk_client_callback(lambda hint: hints.append(hint) or (u"one of us", key))
        try:
            tls = context.wrap_socket(connect(port))
            assert hints == [u"a hint" if version == TLS12 else None]
            tls.sendall(b"from the client\n")
            server.stdin.write(b"from the server\n")
            server.stdin.flush()
            assert tls.recv(100) == b"from the server\n"
            tls.close()
        finally:
            time.sleep(0.1)
            server.terminate()
            said = server.communicate()[0]
        return said

    def test_talks_to_s_server(self, version, port):
        assert b"from the client" in self.talk(version, port, KEY)

    def test_another_key(self, version, port):
        with pytest.raises(ssl.SSLError):
            self.talk(version, port, WRONG)


class TestServer(object):

    def talk(self, version, key):
        """A server of ours and s_client: (what the server read, what s_client said)."""
        identities, read = [], []
        context = for_keys(server_context(version, certfile=None), version)
        context.set_psk_server_callback(lambda identity: identities.append(identity) or key, u"a hint")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)

        def serve():
            sock = listener.accept()[0]
            sock.settimeout(PATIENCE)
            try:
                tls = context.wrap_socket(sock, server_side=True)
                tls.sendall(b"from the server\n")
                read.append(tls.recv(100))
                tls.close()
            except ssl.SSLError as error:
                read.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        client = openssl("s_client", "-connect", "127.0.0.1:%d" % listener.getsockname()[1], "-psk", in_hexadecimal(KEY), "-psk_identity",
                         "one of us", *OPTIONS.get(version, TLS13_OPTIONS))
        said = client.communicate(b"from the client\n")[0]
        thread.join(PATIENCE)
        listener.close()
        assert identities == [u"one of us"]
        return read[0], said

    def test_talks_to_s_client(self, version):
        read, said = self.talk(version, KEY)
        assert read == b"from the client\n" and b"no peer certificate available" in said

    def test_another_key(self, version):
        assert isinstance(self.talk(version, WRONG)[0], ssl.SSLError)
