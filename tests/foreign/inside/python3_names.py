"""What tests of a newer Python name and this one lacks. Imported with * by the files that tests/foreign/porting.py makes.

Mostly for 2.7; an older Python 3 has all but some of `test.support`, and gets its own of the rest.

The upgrade is not helped here: MemoryBIO, SSLObject, wrap_bio and the exceptions come from `ssl` alone. PROTOCOL_TLS_CLIENT and
_SERVER (Python 3.6) are no part of it; where `ssl` lacks them they are spelled out, as urllib3 does on 2.7.
"""
from __future__ import absolute_import, division, print_function

import contextlib
import socket as real_socket
import ssl as real_ssl
import time as real_time
import types
import unittest

try:
    from test import support as own_support
except ImportError:  # 2.7 before 2.7.14
    from test import test_support as own_support

__all__ = ["ThreadedEchoServer", "ssl", "support", "socket_helper", "threading_helper", "HOST", "OSError", "socket", "time"]

OSError = EnvironmentError  # since 3.3 they are one, and socket.error with them (PEP 3151)
HOST = "localhost"


class Stand_in(types.ModuleType):
    """A module with some attributes of its own, the rest of another module's."""

    def __init__(self, behind, **attributes):
        types.ModuleType.__init__(self, "stand-in for " + behind.__name__)
        self.__dict__.update(attributes, _behind=behind)

    def __getattr__(self, name):
        return getattr(self._behind, name)


@contextlib.contextmanager
def sub_test(self, *_message, **_parameters):
    yield


def enter_context(self, manager):
    self.addCleanup(manager.__exit__, None, None, None)
    return manager.__enter__()


def busy_retry(timeout, *_arguments, **_keywords):
    deadline = real_time.time() + timeout
    while real_time.time() < deadline:
        yield
    raise AssertionError("nothing after %s seconds" % timeout)


for name, function in (("subTest", sub_test), ("enterContext", enter_context)):
    if not hasattr(unittest.TestCase, name):
        setattr(unittest.TestCase, name, function)
if not hasattr(unittest.TestCase, "assertRaisesRegex"):
    unittest.TestCase.assertRaisesRegex = unittest.TestCase.assertRaisesRegexp

PROTOCOLS = {
    "PROTOCOL_TLS_CLIENT": getattr(real_ssl, "PROTOCOL_TLS_CLIENT", "client"),
    "PROTOCOL_TLS_SERVER": getattr(real_ssl, "PROTOCOL_TLS_SERVER", "server"),
}


def SSLContext(protocol=real_ssl.PROTOCOL_TLS):
    """ssl.SSLContext, also for the two protocols by their names above."""
    if protocol not in ("client", "server"):
        return real_ssl.SSLContext(protocol)
    context = real_ssl.SSLContext(real_ssl.PROTOCOL_TLS)
    if protocol == "client":
        context.verify_mode, context.check_hostname = real_ssl.CERT_REQUIRED, True
    return context


ssl = Stand_in(real_ssl, SSLContext=SSLContext, **PROTOCOLS) if "client" in PROTOCOLS.values() else real_ssl
support = Stand_in(own_support, SHORT_TIMEOUT=30.0, busy_retry=busy_retry, HOST=HOST)
socket_helper = threading_helper = support


class Socket(real_socket.socket):
    """A context manager, as a socket is since 3.2."""

    def __enter__(self):
        return self

    def __exit__(self, *_exc_info):
        self.close()


time = real_time if hasattr(real_time, "monotonic") else Stand_in(real_time, monotonic=real_time.time)
socket = real_socket if hasattr(real_socket.socket, "__exit__") else Stand_in(real_socket, socket=Socket)


class ThreadedEchoServer(object):
    """ThreadedEchoServer of this Python's own test_ssl, which answers a close_notify with its own before it closes.

    That of Python 3 does so by itself since 3.7. Imported when it is used: most of these tests need no server.
    """

    def __new__(cls, *arguments, **keywords):
        from test import test_ssl

        class Handler(test_ssl.ThreadedEchoServer.ConnectionHandler):
            def close(self):
                if self.sslconn:
                    try:
                        self.sslconn.unwrap()
                    except (EnvironmentError, ValueError):  # the peer is gone, or it has been unwrapped already (3.7+)
                        pass
                test_ssl.ThreadedEchoServer.ConnectionHandler.close(self)

        class Server(test_ssl.ThreadedEchoServer):
            ConnectionHandler = Handler

        return Server(*arguments, chatty=False, **keywords)
