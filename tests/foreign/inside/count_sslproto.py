"""A pytest plugin: says how many of trollius' TLS connections went over ssl.MemoryBIO, and how many over its older way."""
from __future__ import absolute_import, division, print_function

import functools

counts = {"MemoryBIO": 0, "legacy": 0}


def counting(name, function):
    @functools.wraps(function)
    def wrapper(*arguments, **keywords):
        counts[name] += 1
        return function(*arguments, **keywords)
    return wrapper


def pytest_configure():
    from trollius import selector_events, sslproto
    sslproto.SSLProtocol.__init__ = counting("MemoryBIO", sslproto.SSLProtocol.__init__)
    transport = selector_events._SelectorSslTransport
    transport.__init__ = counting("legacy", transport.__init__)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line("connections: %(MemoryBIO)d over MemoryBIO, %(legacy)d legacy" % counts)
