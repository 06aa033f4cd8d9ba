"""A key log is for programs like Wireshark: its tshark decrypts with it what a connection has sent."""
from __future__ import absolute_import, division, print_function

import binascii
import os
import re
import ssl
import subprocess

import pytest

from tests.support import needs
from tests.support.capture import Capture
from tests.support.contexts import client_context, server_context
from tests.support.pairs import Pair

TSHARKS = [os.path.join(folder, "tshark") for folder in os.environ.get("PATH", "").split(os.pathsep)]
TSHARK = next((path for path in TSHARKS if os.access(path, os.X_OK)), None)

pytestmark = [needs.name("SSLContext.keylog_filename"), needs.interpreters_openssl,
              pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (Debian: tshark)")]

PORT = 4433
REQUEST, ANSWER = b"a question of the client " * 3, b"and what the server says" * 200


def conversation(version, log, side):
    """The Capture of a whole connection, whose secrets one side has logged."""
    contexts = {"client": client_context(version), "server": server_context(version)}
    contexts[side].keylog_filename = str(log)
    pair, capture = Pair(contexts["client"], contexts["server"]), Capture(PORT)

    def carry(sender, source, target):
        data = source.sent()
        capture.add(sender, data)
        target.take(data)
        return len(data)

    for operation in ("do_handshake", "do_handshake", "do_handshake"):
        for sender, source, target in (("client", pair.client, pair.server), ("server", pair.server, pair.client)):
            try:
                getattr(source.tls, operation)()
            except ssl.SSLWantReadError:
                pass
            carry(sender, source, target)
    assert pair.client.tls.version() == version
    pair.client.tls.write(REQUEST)
    carry("client", pair.client, pair.server)
    assert pair.server.tls.read(len(REQUEST)) == REQUEST
    pair.server.tls.write(ANSWER)
    carry("server", pair.server, pair.client)
    return capture


def decrypted(folder, capture, log):
    """(what the client has sent, what the server has sent), as far as tshark can tell."""
    path = folder.join("capture.pcap")
    path.write_binary(capture.file())
    command = [TSHARK, "-r", str(path), "-n", "-d", "tcp.port==%d,tls" % PORT, "-o", "tls.keylog_file:%s" % log, "-q", "-z", "follow,tls,raw,0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output, complaints = process.communicate()
    assert process.returncode == 0, complaints
    output = output.decode("ascii")
    lines = re.findall(r"(?m)^(\t?)([0-9a-f]+)\r?$", output)
    sent = [b"".join(binascii.unhexlify(data.encode("ascii")) for indent, data in lines if indent == node) for node in ("", "\t")]
    is_server_first = "Node 0: 127.0.0.2:" in output  # whoever has sent the first data that could be decrypted
    return tuple(reversed(sent) if is_server_first else sent)


@pytest.mark.parametrize("side", ["client", "server"])
def test_decrypts(tmpdir, version, side):
    log = tmpdir.join("keys")
    capture = conversation(version, log, side)
    assert decrypted(tmpdir, capture, log) == (REQUEST, ANSWER)


def test_not_with_the_secrets_of_another_connection(tmpdir, version):
    logs = [tmpdir.join(name) for name in ("one", "other")]
    captures = [conversation(version, log, "client") for log in logs]
    assert decrypted(tmpdir, captures[0], logs[1]) == (b"", b"")
