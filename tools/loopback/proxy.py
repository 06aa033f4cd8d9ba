"""An HTTPS proxy: HTTP CONNECT (RFC 9110, section 9.3.6) spoken inside TLS. HTTPS through it is TLS in TLS."""
from __future__ import absolute_import, division, print_function

import contextlib
import select
import socket
import ssl

from .server import SECONDS, TLSServer, answer, read_head

LOOPBACK = ("localhost", "127.0.0.1")
PIECE = 65536
TLS_HANDSHAKE_RECORD = 22  # RFC 8446, section 5.1: the content type a TLS connection begins with


class Tunnel(object):
    """The record of one CONNECT: `target` ("localhost:443"), bytes `up` (from the client) and `down`, the `first` byte up."""

    def __init__(self, target):
        self.target, self.up, self.down, self.first = target, 0, 0, None

    @property
    def carried_tls(self):
        """Whether a TLS connection went through in both directions: the client was really doing TLS in TLS."""
        return self.first == TLS_HANDSHAKE_RECORD and self.down > 0


class HTTPSProxy(TLSServer):
    """Tunnels to the loopback interface and nowhere else. `tunnels` lists what it did."""

    def __init__(self, certfile):
        TLSServer.__init__(self, certfile)
        self.tunnels = []

    def serve(self, tls):
        method, target = read_head(tls)[0].split(" ")[:2]
        if method != "CONNECT":
            return answer(tls, "405 Method Not Allowed", b"this proxy only does CONNECT\n")
        host, _, port = target.rpartition(":")
        if host not in LOOPBACK:
            return answer(tls, "403 Forbidden", b"this proxy only goes to the loopback interface\n")
        tunnel = Tunnel(target)
        self.tunnels.append(tunnel)
        with contextlib.closing(socket.create_connection(("127.0.0.1", int(port)), SECONDS)) as upstream:
            tls.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            carry(tls, upstream, tunnel)


def carry(tls, upstream, tunnel):
    """Moves bytes both ways until either side ends, or nothing moved for SECONDS.

    One thread does both directions: SSL_read and SSL_write must not run at the same time on one connection."""
    while True:
        readable = [tls] if tls.pending() else select.select([tls, upstream], [], [], SECONDS)[0]
        if not readable:
            return
        if upstream in readable:
            data = upstream.recv(PIECE)
            if not data:
                return
            tls.sendall(data)
            tunnel.down += len(data)
        if tls in readable:
            data = receive_now(tls)
            if data == b"":
                return
            if data:
                upstream.sendall(data)
                tunnel.first = bytearray(data)[0] if tunnel.first is None else tunnel.first
                tunnel.up += len(data)


def receive_now(tls):
    """What can be decrypted at once: bytes, b"" at the end, or None when the readable socket held no whole record."""
    tls.setblocking(False)
    try:
        return tls.recv(PIECE)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return None
    finally:
        tls.settimeout(SECONDS)
