"""Decorators for tests that need what not every `ssl` has. A skip says what is missing."""
from __future__ import absolute_import, division, print_function

import platform
import ssl

import pytest

from tests.support import facts

tls13 = pytest.mark.skipif(not getattr(ssl, "HAS_TLSv1_3", False), reason="%s has no TLS 1.3" % ssl.OPENSSL_VERSION)

interpreters_openssl = pytest.mark.skipif(facts.engine() == "pyopenssl", reason="engine pyopenssl does TLS with an OpenSSL of its own")

counted = pytest.mark.skipif(platform.python_implementation() != "CPython", reason="objects die by reference count in CPython only")


something_to_add = pytest.mark.skipif(hasattr(ssl._ssl._SSLContext, "set_groups"),
                                      reason="this interpreter has of its own all that could be added")


def name(path):
    """Needs ``ssl.<path>``, e.g. ``needs.name("SSLObject.session")``."""
    found = ssl
    for part in path.split("."):
        found = getattr(found, part, None)
    return pytest.mark.skipif(found is None, reason="this interpreter has no ssl.%s" % path)


def upgrade(reason):
    """For promises that go beyond the standard library's: `reason` says what native interpreters do instead."""
    return pytest.mark.skipif(not facts.is_upgraded(), reason="native ssl: " + reason)


def view_with_gaps():
    """A memoryview that is not contiguous; skips where there is no way to make one."""
    try:
        return memoryview(b"abcd")[::2]
    except NotImplementedError:
        pytest.skip("memoryview of this Python cannot be sliced with a step")
