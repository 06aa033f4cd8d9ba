"""The stubs say what the code does: mypy's stubtest compares them, and mypy checks a program that uses them strictly."""
from __future__ import absolute_import, division, print_function

import os
import subprocess
import sys

import pytest
from tests.support.child import ROOT, SOURCES

pytest.importorskip("mypy", reason="the stubs are compared where mypy is installed, on Python 3.10 and newer")

PROGRAM = u"""
import socket
import ssl
from typing import Optional

import tls_bootstrap
from tls_bootstrap import TLSStream

report = tls_bootstrap.monkeypatch_ssl(engine="auto")
engine: Optional[str] = report.engine
patched: bool = tls_bootstrap.is_patched()
stream = TLSStream(socket.socket(), ssl.create_default_context(), server_hostname="localhost")
data: bytes = stream.recv(100)
%s
"""


def mypy(module, *arguments):
    environment = dict(os.environ, PYTHONPATH=SOURCES, MYPYPATH=SOURCES)
    child = subprocess.Popen(
        [sys.executable, "-m", module] + list(arguments), cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    out, _ = child.communicate()
    return child.returncode, out


def test_stubs_and_code_agree():
    status, out = mypy("mypy.stubtest", "--mypy-config-file", "setup.cfg", "--allowlist", "tests/stubs_allowlist.txt", "--concise", "tls_bootstrap", "_tls_bootstrap")
    assert status == 0, out


@pytest.mark.parametrize("line, complaint", [
    ("tls_bootstrap.unpatch_ssl()", None),
    ("tls_bootstrap.monkeypatch_ssl(engine=5)", "incompatible type"),
    ("stream.no_such_method()", "has no attribute"),
    ("report.engine.upper()", "has no attribute"),
])
def test_a_program_is_checked_strictly(tmp_path, line, complaint):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM % line)
    status, out = mypy("mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(tmp_path / "cache"), str(program))
    assert (complaint in out and status) if complaint else status == 0, out
