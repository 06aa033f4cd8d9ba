"""Jython has an `ssl` of its own kind, made of Java's JSSE, and no `_ssl`: nothing can be upgraded there, and that is what is said.

Jython has no pytest: these tests run on any Python and start Jython, which takes some seconds each time, so each test asks for much.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import subprocess
import textwrap

import pytest

from tests.support import child
from tools import interpreters

# One sentence: what is missing, why, and what to do.
REASON = "this interpreter's ssl has no _ssl, which every engine works with (Jython's is made of Java's JSSE); use CPython or PyPy"


@pytest.fixture(scope="module")
def jython():
    """Starts Jython with the package on its path: (exit status, stdout, stderr), the last two as text."""
    executable = interpreters.jython()
    if executable is None:
        pytest.skip("no Jython was found: put one on PATH, or name its executable in TLS_BOOTSTRAP_PYTHONS")

    def start(*arguments):
        environment = dict(os.environ, JYTHONPATH=child.SOURCES)
        environment.pop("TLS_BOOTSTRAP_DISABLE", None)
        command = [executable, "-B"] + list(arguments)  # it does not know PYTHONDONTWRITEBYTECODE
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        out, err = process.communicate()
        return process.returncode, out, err

    return start


def test_it_is_said_what_is_missing_and_nothing_is_changed(jython):
    status, out, err = jython("-c", textwrap.dedent("""
        import sys
        before_import = set(sys.modules)
        import tls_bootstrap, _tls_bootstrap
        for name in tls_bootstrap.__all__:
            assert getattr(_tls_bootstrap, name) is getattr(tls_bootstrap, name), name
        assert "ssl" not in set(sys.modules) - before_import

        import ssl
        holders = (ssl, ssl.SSLContext, ssl.SSLSocket)
        before = [dict(vars(holder)) for holder in holders]

        def refusal(function, *arguments):
            try:
                function(*arguments)
            except ImportError as error:
                return str(error)
            raise AssertionError("%s%r did not refuse" % (function.__name__, arguments))

        print(refusal(_tls_bootstrap.monkeypatch_ssl))
        assert not [name for name in sys.modules if name.startswith("tls_bootstrap.engines.") and sys.modules[name] and name != "tls_bootstrap.engines.native"], "engines were asked"
        for engine in ("inplace", "pypy", "loopback", "pyopenssl"):
            print(refusal(tls_bootstrap.monkeypatch_ssl, engine))
        print(refusal(tls_bootstrap.get_ssl))
        try:
            tls_bootstrap.monkeypatch_ssl("steam")
        except ValueError as error:
            assert "steam" in str(error)
        else:
            raise AssertionError("an unknown engine was accepted")

        assert tls_bootstrap.get_ssl(require=("SSLContext.wrap_socket",)) is ssl  # for what it has, it is good enough
        assert tls_bootstrap.get_original("SSLContext") is ssl.SSLContext
        assert not tls_bootstrap.is_patched() and not tls_bootstrap.status().patched
        print(tls_bootstrap.unpatch_ssl())
        assert [dict(vars(holder)) for holder in holders] == before
    """))
    assert (status, err) == (0, ""), err
    lines = out.splitlines()
    assert lines[:5] == ["there is no ssl module to upgrade: " + REASON] * 5
    assert lines[5].startswith("Failed to import asynchronous SSL/TLS support: the interpreter's ssl lacks MemoryBIO, ")
    assert lines[5].endswith(REASON)
    assert lines[6:8] == ["ssl is as the interpreter has it", "  there is no ssl module to upgrade: " + REASON]
    assert "OpenSSL 1.0.0 (as emulated by Java SSL)" in lines[8] and lines[9].startswith("  Python: jython 2.7."), out


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_doctor(jython, options):
    status, out, err = jython("-m", "tls_bootstrap", "doctor", *options)
    assert (status, err) == (1, ""), err
    if options:
        said = json.loads(out)
        assert (said["implementation"], said["ssl_error"], said["engines"], said["engine"]) == ("jython", REASON, {}, None)
    else:
        first, second, last = out.splitlines()
        assert first.startswith("tls_bootstrap ") and " on jython 2.7." in first
        assert second == "no ssl to upgrade: " + REASON
        assert last == "nothing can be done: there is no ssl module to upgrade"


@pytest.mark.parametrize("program", [("-m", "this"), (__file__.replace(".pyc", ".py"),)], ids=["module", "script"])
def test_a_program_is_not_started(jython, program):
    status, out, err = jython("-m", "tls_bootstrap", "run", *program)
    assert (status, out, err.strip()) == (1, "", "tls_bootstrap: there is no ssl module to upgrade: " + REASON)
