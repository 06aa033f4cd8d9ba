"""The in-place engine stays with the OpenSSL of `_ssl`, whatever else is in the process: two of them on one SSL object crash.

Another one gets there by another extension module (psycopg2 brings its own), or by `ctypes.util.find_library("ssl")`, which names the
system's libssl, in an interpreter with an OpenSSL of its own, too. Both are loaded here before `_ssl` is.
"""
from __future__ import absolute_import, division, print_function

import ctypes.util

import pytest
import tls_bootstrap
from tests.support import child

from tests.openssl102 import wheel

pytestmark = pytest.mark.skipif(not (tls_bootstrap.is_patched() and tls_bootstrap.status().engine == "inplace"),
                                reason="only the in-place engine looks for functions of OpenSSL by ctypes")

PRELUDE = """
    import ctypes, os, sys
    from tls_bootstrap.openssl import library

    class Info(ctypes.Structure):  # Dl_info, dladdr(3)
        _fields_ = [("path", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("address", ctypes.c_void_p)]

    def homes(found):
        "The files that the functions of a Library are in."
        dladdr, info = ctypes.PyDLL(None).dladdr, Info()
        dladdr.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        files = set()
        for name in list(library.REQUIRED) + list(library.OPTIONAL) + list(library.ALTERNATIVES):
            function = getattr(found, name)
            if function is not None:
                assert dladdr(found.address(function), ctypes.byref(info)), name
                files.add(os.path.realpath(info.path))
        return files

    def loaded():
        "The files of OpenSSL in this process."
        with open("/proc/self/maps") as maps:
            paths = set(line.split()[-1] for line in maps)
        return set(os.path.realpath(path) for path in paths if os.path.basename(path).startswith(("libssl", "libcrypto")))
"""


def check(code, *arguments):
    return child.check(PRELUDE + code, *arguments)


def load(path):
    """Code that opens another libssl as an extension module would."""
    return """
    from tests.openssl102.ends import opened
    assert "_ssl" not in sys.modules
    other = opened(%r)
    """ % path


@pytest.fixture(params=["of the system", "1.0.2"])
def another(request):
    """The path or name of a libssl that this interpreter does not use."""
    if request.param == "1.0.2":
        try:
            return wheel.libssl()
        except wheel.Missing as reason:
            pytest.skip(str(reason))
    name = ctypes.util.find_library("ssl")
    if name is None:
        pytest.skip("the system has no libssl")
    new = check("""
    import _ssl
    before = loaded()
    ctypes.PyDLL(%r)
    print(len(loaded() - before))
    """ % name)
    if int(new) == 0:
        pytest.skip("the system's libssl is the one that this interpreter uses")
    return name


def test_functions_are_those_that_this_interpreter_uses():
    check("""
    import _ssl
    own = loaded()
    assert len(own) == 2, own
    assert homes(library.Library(_ssl.__file__)) == own
    """)


def test_another_one_was_there_first(another):
    check(load(another) + """
    others = loaded()
    import _ssl
    own = loaded() - others
    assert own and homes(library.Library(_ssl.__file__)) == own, (own, others)
    assert homes(library.Library(%r)).isdisjoint(own)  # which is how it looks when the wrong one is taken

    import ssl
    import tls_bootstrap
    assert tls_bootstrap.monkeypatch_ssl("inplace").engine == "inplace"
    from tests.support.pairs import Pair
    pair = Pair().handshake()
    pair.client.tls.write(b"ping")
    assert pair.server.reads(pair.client.sent()) == b"ping"
    """ % another)


def test_the_functions_of_another_one_are_refused(another):
    check(load(another) + """
    from tls_bootstrap.engines.inplace import InPlace
    try:
        InPlace(library.Library(%r), ctypes.PyDLL(None))
    except ImportError as error:
        assert "two OpenSSL in one process" in str(error), error
    else:
        raise AssertionError("another OpenSSL is taken for that of _ssl")
    """ % another)
