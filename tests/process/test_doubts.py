"""G14: what an engine proves before it is used. Each sabotage makes one of the proofs fail, in a process of its own."""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts

pytestmark = pytest.mark.skipif(not facts.is_upgraded(), reason="this interpreter has MemoryBIO of its own: nothing is patched")

# engine -> (statement, what the refusal says)
DOUBTS = {
    "inplace": [
        ("sys.modules['ctypes'] = None", "ctypes cannot be imported"),
        ("facts.ssl_file = None", "built into the interpreter"),
        ("facts.implementation = 'pypy'", "it needs CPython"),
        ("facts.ssl_file = '/nonexistent/_ssl.so'", "cannot open"),
        ("facts.ssl_file = __import__('os').__file__", "cannot open"),
        ("ssl.OPENSSL_VERSION = 'OpenSSL 9.9.9'", "two OpenSSL in one process"),
        ("layout.SIZE += 8", "unknown layout"),
        ("layout.SOCKET, layout.CONTEXT = layout.CONTEXT, layout.SOCKET", "does not hold its socket"),
        ("layout.Layout.words_of = lambda self, raw: self._words.from_address(id(raw) + self._head + 8)", "does not hold its socket"),
        ("library.REQUIRED['SSL_no_such_function'] = ('c_int', ())", "does not export SSL_no_such_function"),
        ("inplace.InPlace._exchange_bios = lambda *arguments: None", "does not pass records"),
    ],
    "pypy": [
        ("facts.implementation = 'jython'", "it needs PyPy"),
        ("sys.modules['_pypy_openssl'] = None", "_pypy_openssl"),
        ("import _pypy_openssl; _pypy_openssl.__file__ = '/nonexistent/_pypy_openssl.so'", "cannot open"),
        ("import _pypy_openssl; _pypy_openssl.__file__ = __import__('os').__file__", "cannot open"),
        ("library.REQUIRED['SSL_no_such_function'] = ('c_int', ())", "does not export SSL_no_such_function"),
        ("pypy.getattr = lambda genuine, name, default: default", "does not show its SSL"),
        ("pypy.getattr = lambda genuine, name, default: getattr(genuine, name) if name == 'ssl' else default", "does not show its socket"),
        ("pypy.getattr = lambda genuine, name, default: default if name == 'context' else getattr(genuine, name)",
         "does not show its context"),
        ("pypy.Dummy.fileno = lambda self: 7", "two OpenSSL in one process"),
        ("pypy.PyPy._exchange_bios = lambda *arguments: None", "does not pass records"),
    ],
}


@pytest.mark.parametrize("sabotage, reason", DOUBTS[facts.first_engine()])
def test_every_doubt_is_a_refusal_that_says_why(sabotage, reason):
    """Nothing is changed, and the ImportError names it. With "auto" the next engine works, and the report tells why it is that one; on PyPy
    there is none."""
    out = child.check("""
    import re, ssl, sys
    import tls_bootstrap
    from tls_bootstrap import _facts, _patch
    from tls_bootstrap.engines import inplace, pypy
    from tls_bootstrap.openssl import bio, layout, library

    def snapshot():
        return [dict(vars(holder)) for holder in (ssl, ssl.SSLContext, ssl.SSLSocket, ssl._ssl)]

    facts = _facts.read()
    _facts.read = lambda: facts
    exec(sys.argv[2])
    before = snapshot()
    try:
        tls_bootstrap.monkeypatch_ssl(sys.argv[1])
    except ImportError as error:
        print(error)
        assert sys.argv[1] in str(error) and re.search(sys.argv[3], str(error)), error
    else:
        raise AssertionError("the sabotage was not noticed")
    assert snapshot() == before and not tls_bootstrap.is_patched()
    if sys.argv[1] == "pypy":
        try:
            tls_bootstrap.monkeypatch_ssl()
        except ImportError as error:
            assert re.search(sys.argv[3], str(error)) and "engine loopback: it needs CPython" in str(error), error
    elif facts.implementation == "cpython":  # which the loopback engine asks, too
        report = tls_bootstrap.monkeypatch_ssl()
        assert report.engine == "loopback" and re.search(sys.argv[3], str(report)), report
    tls_bootstrap.unpatch_ssl()
    assert snapshot() == before
    """, facts.first_engine(), sabotage, reason)
    assert "ssl lacks MemoryBIO" in out
