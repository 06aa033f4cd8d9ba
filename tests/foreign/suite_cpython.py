"""CPython's own tests of MemoryBIO and SSLObject, from Lib/test/test_ssl.py of each Python 3 of this machine, on the upgraded 2.7.

This proves that CPython itself would accept what the upgrade adds: all that passes at home must pass on 2.7, where without it nothing does.
The newest of these files runs on each older Python 3, too: what an older one lacks of it, it lacks after the upgrade as well, and no more.

MemoryBIOTests, SSLObjectTests (3.7+) and the bio tests of SimpleBackgroundTests, which talk to an echo server over a socket. The file
is read where it lies and turned into 2.7 source by porting.py at run time; the certificates are used where they lie. A few statements
are left out (LEFT_OUT in suite_cpython.py): on the private `_sslobj.owner`, and on `shared_ciphers()` of a client as it was before
gh-96931.
"""
from __future__ import absolute_import, division, print_function

import ast
import os

from tests.foreign import outcomes, places, porting

CLASSES = {
    "MemoryBIOTests": None,
    "SSLObjectTests": None,
    "SimpleBackgroundTests": ("setUp", "ssl_io_loop", "test_bio_handshake", "test_bio_read_write_data", "test_transport_eof"),
}
# Statements that are left out, by a text in them, and why.
LEFT_OUT = {
    "._sslobj.owner": "an attribute of CPython's own inner object, which no documentation promises",
    "assertIsNotNone(sslobj.shared_ciphers())": "of a client: None since gh-96931 (3.10.11, 3.11.3), as with us",
}
# test: what its message says on 2.7, and why it fails there
KNOWN = {
    "MemoryBIOTests.test_buffer_types": (
        "NotImplementedError", "its last lines slice a memoryview with a step, which 2.7 cannot; no MemoryBIO is involved."),
}
# The same for an older Python 3 and the newest one's tests: what was mended later.
HISTORY = {
    "SSLObjectTests.test_private_init": ("'owner'", "3.6 lets SSLObject be called: https://github.com/python/cpython/issues/77132 (3.7)."),
    "SimpleBackgroundTests.test_bio_handshake": (
        "is not None",
        "a client's shared_ciphers() was a list of what it had offered: https://github.com/python/cpython/issues/96931 (3.10.11, 3.11.3)."),
    "SimpleBackgroundTests.test_transport_eof": (
        "eof", "an early end over OpenSSL 3 was no SSLEOFError: https://github.com/python/cpython/issues/95494 (2023, not for 3.9)."),
}
GIVEN = ("ssl", "support", "socket_helper", "threading_helper", "HOST", "ThreadedEchoServer", "OSError", "socket", "time")


def source_of(interpreter):
    """The path of an interpreter's test_ssl.py, None if it has none."""
    tests = places.own_tests(interpreter)
    return tests and os.path.join(tests, "test_ssl.py")


def tests_in(ported):
    """The ids of the tests in a ported file, as ``Class.method``."""
    return ["%s.%s" % (one.name, function.name) for one in ast.parse(ported).body if isinstance(one, ast.ClassDef)
            for function in one.body if isinstance(function, ast.FunctionDef) and function.name.startswith("test")]


def write(folder, module, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, module + ".py"), "w", encoding="utf-8") as file:
        file.write(text)


def short(run):
    """The run with its tests named ``Class.method``, as they are called alike wherever they run."""
    run.tests = dict((".".join(name.split(".")[-2:]), outcome) for name, outcome in run.tests.items())
    run.messages = dict((".".join(name.split(".")[-2:]), message) for name, message in run.messages.items())
    return run


def run(source):
    """Yields for each Python 3 with tests a run at home, then two on each 2.7; of the newest two on each older Python 3 as well."""
    if not hasattr(ast, "unparse"):
        raise places.Missing("the command itself needs Python 3.9 or newer for this suite (ast.unparse)")
    places.interpreter("2.7")  # without one the suite is pointless; it raises Missing
    found = places.all_cpython()
    natives = [one for one in found if one.version >= (3, 6) and source_of(one)]
    if not natives:
        raise places.Missing("no CPython 3 on this machine has its test package (Debian: libpython3-testsuite)")
    for native in natives:
        ported, oldest = Ported(native), (3,) if native is not natives[-1] else native.version
        yield ported.at_home()
        for one in [other for other in found if other.version < oldest]:
            try:
                yield ported.on(one)
                yield ported.on(one, source)
            except places.Missing as error:
                yield outcomes.absent(one, str(error))


class Ported(object):
    """The tests of the Interpreter `native`, to be run on others."""

    def __init__(self, native):
        self.native, self.folder = native, os.path.join(places.FOLDER, "ported")
        self.module = "cpython_%s" % native.minor.replace(".", "_")
        self.name = "%d.%d.%d's" % native.version
        text, self.left_out = porting.port(source_of(native), CLASSES, GIVEN, LEFT_OUT)
        self.names = tests_in(text)
        write(self.folder, self.module, text)

    def at_home(self):
        """The Run of the tests, as they stand in the file, on the interpreter that they belong to."""
        names = ["test.test_ssl." + name for name in self.names]
        return short(outcomes.unittest(self.name + " at home", [self.native.executable], names))

    def on(self, one, source=None):
        """The Run on the Interpreter `one`; upgraded if `source`, the folder of tls_bootstrap, is given. Raises Missing."""
        label = "%s on %s" % (self.name, places.described(one)) + (outcomes.UPGRADED if source else "")
        python = [one.executable] + (["-m", "tls_bootstrap", "run"] if source else [])
        names = ["%s.%s" % (self.module, name) for name in self.names]
        run = short(outcomes.unittest_survivors(label, python, names, [self.folder] + places.tests_for(one) + ([source] if source else [])))
        run.remark = "%d statements left out" % self.left_out if self.left_out and source else ""
        return run


def verdict(runs):
    """(whether it is as wanted, lines that say why not).

    The upgraded one is compared with the interpreter that the tests belong to, a Python 3 with itself before the upgrade as well.
    """
    good, lines, native = len(runs) > 2, [], None
    after_of = dict(outcomes.pairs(runs))
    for run in runs:
        if run.label.endswith("at home"):
            native = run
        elif run in after_of:
            is_old = run.interpreter.version < (3,)
            compared = [outcomes.differences(native, after_of[run], KNOWN if is_old else HISTORY)]
            if not is_old:
                compared.append(outcomes.differences(run, after_of[run]))
            good = good and all(agree for agree, _ in compared)
            lines += [line for _, differing in compared for line in differing]
    return good, list(dict.fromkeys(lines))
