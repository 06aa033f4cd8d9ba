"""A pytest plugin: says over how many TLS sockets the tests went; with none they would prove nothing."""
from __future__ import absolute_import, division, print_function

import functools

counts = {"sockets": 0}


def counting(function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        counts["sockets"] += 1
        return function(*arguments, **keywords)
    return wrapper


def pytest_configure():
    import ssl
    ssl.SSLSocket.__init__ = counting(ssl.SSLSocket.__init__)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line("TLS sockets: %(sockets)d" % counts)
