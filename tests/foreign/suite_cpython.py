"""CPython's own tests of MemoryBIO and SSLObject, from Lib/test/test_ssl.py of each Python 3 of this machine, on the upgraded 2.7.

MemoryBIOTests, SSLObjectTests (3.7+) and the bio tests of SimpleBackgroundTests, which talk to an echo server over a socket. The file
is read where it lies and turned into 2.7 source by porting.py at run time; the certificates are used where they lie. A few statements
are left out (LEFT_OUT in suite_cpython.py): on the private `_sslobj.owner`, and on `shared_ciphers()` of a client as it was before gh-96931.
"""
from __future__ import absolute_import, division, print_function

import ast
import glob
import os

from tests.foreign import outcomes, places, porting
from tools import interpreters

CLASSES = {
    "MemoryBIOTests": None,
    "SSLObjectTests": None,
    "SimpleBackgroundTests": ("setUp", "ssl_io_loop", "test_bio_handshake", "test_bio_read_write_data", "test_transport_eof"),
}
# Statements that are left out, by a text in them, and why.
LEFT_OUT = {
    "._sslobj.owner": "an attribute of CPython's own inner object, which no documentation promises",
    "assertIsNotNone(sslobj.shared_ciphers())": "of a client: None since gh-96931 (3.10.9, 3.11.1), as with us",
}
# test: what its message says on 2.7, and why it fails there
KNOWN = {
    "MemoryBIOTests.test_buffer_types": (
        "NotImplementedError", "its last lines slice a memoryview with a step, which 2.7 cannot; no MemoryBIO is involved."),
}
GIVEN = ("ssl", "support", "socket_helper", "threading_helper", "HOST", "ThreadedEchoServer", "OSError", "socket", "time")


def source_of(interpreter):
    """The path of an interpreter's test_ssl.py, None if it has none."""
    found = glob.glob(os.path.join(interpreter.prefix, "lib", "python" + interpreter.minor, "test", "test_ssl.py"))
    return found[0] if found else None


def tests_in(ported):
    """The ids of the tests in a ported file, as ``Class.method``."""
    return ["%s.%s" % (one.name, function.name) for one in ast.parse(ported).body if isinstance(one, ast.ClassDef)
            for function in one.body if isinstance(function, ast.FunctionDef) and function.name.startswith("test")]


def short(run):
    """The run with its tests named ``Class.method``, as they are called alike wherever they run."""
    run.tests = dict((".".join(name.split(".")[-2:]), outcome) for name, outcome in run.tests.items())
    run.messages = dict((".".join(name.split(".")[-2:]), message) for name, message in run.messages.items())
    return run


def run(source):
    """Yields three runs for each Python 3: there, on 2.7, on the upgraded 2.7. `source` is the folder of tls_bootstrap."""
    if not hasattr(ast, "unparse"):
        raise places.Missing("the command itself needs Python 3.9 or newer for this suite (ast.unparse)")
    old = [places.interpreter("2.7").executable]
    folder = os.path.join(places.FOLDER, "ported")
    os.makedirs(folder, exist_ok=True)
    for native in interpreters.find():
        path = source_of(native) if native.version >= (3, 6) else None
        if path is None:
            continue
        module = "cpython_%s" % native.minor.replace(".", "_")
        text, left_out = porting.port(path, CLASSES, GIVEN, LEFT_OUT)
        with open(os.path.join(folder, module + ".py"), "w", encoding="utf-8") as file:
            file.write(text)
        names = tests_in(text)
        yield short(outcomes.unittest("%s's on %s" % (native.minor, native.minor), [native.executable], ["test.test_ssl." + name for name in names]))
        names = ["%s.%s" % (module, name) for name in names]
        yield short(outcomes.unittest("%s's on 2.7" % native.minor, old, names, [folder]))
        upgraded = short(outcomes.unittest("%s's on 2.7, upgraded" % native.minor, old + ["-m", "tls_bootstrap", "run"], names, [folder, source]))
        upgraded.remark = "%d statements left out" % left_out if left_out else ""
        yield upgraded


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    good, lines = bool(runs), []
    for native, upgraded in zip(runs[0::3], runs[2::3]):
        agree, differing = outcomes.differences(native, upgraded, KNOWN)
        good, lines = good and agree, lines + [line for line in differing if line not in lines]
    return good, lines
