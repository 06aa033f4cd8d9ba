"""Tests of an old Python's own test_ssl that fail after the upgrade, as wanted: they ask that something be refused which newer ones allow."""
from __future__ import absolute_import, division, print_function

# test -> (text of the failure, why it is wanted)
WANTED = {
    "test.test_ssl.ContextTests.test_check_hostname": (
        "ValueError not raised", "since 3.7 check_hostname = True requires a certificate by itself (https://bugs.python.org/issue31431)"),
    "test.test_ssl.ContextTests.test_constructor": (
        "TypeError not raised", "since 3.6 SSLContext() needs no protocol (https://bugs.python.org/issue26470)"),
}
