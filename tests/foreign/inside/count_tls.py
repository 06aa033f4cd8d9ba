"""A pytest plugin: says over how many TLS connections the tests went; with none they would prove nothing."""
from __future__ import absolute_import, division, print_function

import functools

counts = {"sockets": 0, "objects": 0}


def counting(kind, function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        counts[kind] += 1
        return function(*arguments, **keywords)
    return wrapper


def pytest_configure():
    import ssl
    if hasattr(ssl.SSLSocket, "_create"):  # 3.7 and newer: the class is made by nobody else, and not by its constructor
        ssl.SSLContext.wrap_socket = counting("sockets", ssl.SSLContext.wrap_socket)
        ssl.SSLContext.wrap_bio = counting("objects", ssl.SSLContext.wrap_bio)
    else:
        ssl.SSLSocket.__init__ = counting("sockets", ssl.SSLSocket.__init__)


def pytest_terminal_summary(terminalreporter):
    objects = ", %(objects)d SSLObjects" % counts if counts["objects"] else ""
    terminalreporter.write_line("%d TLS sockets%s" % (counts["sockets"], objects))
