"""A pytest plugin: the tests of urllib3 1.26 see the upgraded Python 2.7 as one that can do TLS in TLS.

urllib3 skips them by version, not by capability: a `skipif` on three classes, the decorators `onlyPy3` and `onlyPy2`, and a
function that skips. Here these gates are opened at run time, no file is touched. A test that demands that TLS in TLS is *refused*
on Python 2 is skipped in exchange, as it is on Python 3.

With LIFT_URLLIB3_ADAPTER=1 the project's own adapter for urllib3 is enabled, too.
"""
from __future__ import absolute_import, division, print_function

import os

import pytest

GATE = "requires python3.5 or higher"  # the reason that test_ssltransport.py gives


def pytest_configure():
    if os.environ.get("LIFT_URLLIB3_ADAPTER") == "1":
        import tls_bootstrap.adapters
        tls_bootstrap.adapters.enable("urllib3")
    import test  # urllib3's own package of that name: the current folder comes first
    test.onlyPy3 = lambda function: function
    test.onlyPy2 = pytest.mark.skip(reason="demands that TLS in TLS is refused")


def pytest_collection_modifyitems(items):
    for item in items:
        for node in item.listchain():
            node.own_markers = [mark for mark in getattr(node, "own_markers", ()) if mark.kwargs.get("reason") != GATE]
        if hasattr(item.module, "_should_skip_https_in_https"):
            item.module._should_skip_https_in_https = lambda *_arguments, **_keywords: None
