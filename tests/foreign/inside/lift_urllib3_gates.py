"""A pytest plugin: the tests of urllib3 1.26 see the upgraded Python 2.7 as one that can do TLS in TLS.

urllib3 skips them by version, not by capability: a `skipif` on three classes, the decorators `onlyPy3` and `onlyPy2`, and a
function that skips. Here these gates are opened at run time, no file is touched. A test that demands that TLS in TLS is *refused*
on Python 2 is skipped in exchange, as it is on Python 3.

Behind the gates the text of the tests is Python 3's: a socket in a `with` statement (3.2), and `OSError` for what a socket raises
(3.3, PEP 3151). Both are spelled out here for the test programs; urllib3 itself and tls_bootstrap get nothing of it.
"""
from __future__ import absolute_import, division, print_function

import socket
import ssl

import pytest

GATE = "requires python3.5 or higher"  # the reason that test_ssltransport.py gives


def pytest_configure():
    import test  # urllib3's own package of that name: the current folder comes first
    test.onlyPy3 = lambda function: function
    test.onlyPy2 = pytest.mark.skip(reason="demands that TLS in TLS is refused")
    for kind in (socket.socket, ssl.SSLSocket):
        kind.__enter__ = lambda self: self
        kind.__exit__ = lambda self, *_exc_info: self.close()


def pytest_collection_modifyitems(items):
    for item in items:
        for node in item.listchain():
            node.own_markers = [mark for mark in getattr(node, "own_markers", ()) if mark.kwargs.get("reason") != GATE]
        item.module.OSError = EnvironmentError
        if hasattr(item.module, "_should_skip_https_in_https"):
            item.module._should_skip_https_in_https = lambda *_arguments, **_keywords: None
