"""A pytest plugin: Hypercorn tells its programs of the connection below, as the fork of it does that urllib3's test server is written for.

That fork (https://github.com/urllib3/hypercorn, branch urllib3-changes) is on no package index. Of its changes the tests want two: the
extension "tls" of the ASGI scope (the ALPN protocol, the name in the client's certificate) and "_transport" (the stream itself, for a
proxy's CONNECT).
"""
from __future__ import absolute_import, division, print_function


class Telling(object):
    """A program in Hypercorn's wrapping, over a trio stream, that is told of it."""

    def __init__(self, program, stream):
        self.program, self.stream = program, stream

    def __call__(self, scope, *arguments):
        if "extensions" in scope:
            scope["extensions"]["_transport"] = self.stream
            if hasattr(self.stream, "getpeercert"):
                scope["extensions"]["tls"] = self.tls()
        return self.program(scope, *arguments)

    def tls(self):
        certificate = self.stream.getpeercert() or {}
        told = {"alpn_protocol": self.stream.selected_alpn_protocol()}
        if certificate:
            told["client_cert_name"] = ", ".join("%s=%s" % part[0] for part in certificate["subject"])
        return told


def pytest_configure():
    from hypercorn.trio.tcp_server import TCPServer
    original = TCPServer.__init__

    def told(self, app, config, context, state, stream):
        original(self, Telling(app, stream), config, context, state, stream)

    TCPServer.__init__ = told
