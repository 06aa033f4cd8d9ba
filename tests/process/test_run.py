"""Does a program notice that ``python -m tls_bootstrap run PROG`` started it, and not ``python PROG``?

Each case is run both ways by this interpreter, in the same directory; standard output, standard error (tracebacks included), and exit
status or signal must be the same to the byte. No expected output is written down here: the plain interpreter is the oracle.
"""
from __future__ import absolute_import, division, print_function

import collections
import difflib
import json
import os
import py_compile
import subprocess
import sys
import textwrap
import threading
import zipfile

import pytest

import tls_bootstrap
from tests.support.facts import is_pypy, is_upgraded

TIME_LIMIT = 60  # seconds, for one process
NOTHING_THERE = 1 if is_pypy() and is_upgraded() else 2  # the status; PyPy 2.7 ends with an IOError
APP_MAIN = "https://github.com/pypy/pypy/blob/main/pypy/interpreter/app_main.py"
dies_of_a_loop = pytest.mark.xfail(is_pypy(), strict=True, reason=(
    "PyPy follows a symbolic link to itself until its stack is full, and dies of that; we say that it cannot be opened (%s)" % APP_MAIN))
shows_our_frames = pytest.mark.xfail(is_pypy(), strict=True, reason=(
    "PyPy takes the SystemExit of an excepthook for a failure of the hook, whose report shows our frames: see _run (%s)" % APP_MAIN))

Result = collections.namedtuple("Result", "stdout stderr status")


class Project(object):
    """A directory with programs in it, run from there."""

    def __init__(self, directory):
        self.directory = str(directory)

    def add(self, **files):
        """Each keyword is a file: ``prog_py="print(1)"`` makes prog.py."""
        for name, text in files.items():
            self.add_at(name.replace("_py", ".py"), text)
        return self

    def add_at(self, path, text):
        path = os.path.join(self.directory, path)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, "wb") as stream:
            stream.write(text if isinstance(text, bytes) else textwrap.dedent(text).encode("utf-8"))
        return path

    def python(self, *arguments, **keywords):
        """Runs this interpreter with `arguments`; `stdin` (bytes) is what it reads."""
        process = subprocess.Popen([sys.executable] + list(arguments), cwd=self.directory, env=environment(),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watchdog = threading.Timer(TIME_LIMIT, process.kill)
        watchdog.start()
        stdout, stderr = process.communicate(keywords.get("stdin", b""))
        watchdog.cancel()
        return Result(stdout.decode("utf-8"), stderr.decode("utf-8"), process.returncode)

    def same(self, *program, **keywords):
        """Runs `program` (with its arguments) both ways, asserts that they are alike and returns the result.

        flags: options of the interpreter. stdin: bytes.
        """
        flags = list(keywords.pop("flags", ()))
        plain = self.python(*(flags + list(program)), **keywords)
        ours = self.python(*(flags + ["-m", "tls_bootstrap", "run"] + list(program)), **keywords)
        assert ours == plain, differences(plain, ours)
        return plain


def differences(plain, ours):
    """What is not alike, line by line."""
    lines = [[name + ": " + line for name in Result._fields for line in u"{0}".format(getattr(result, name)).splitlines()]
             for result in (plain, ours)]
    return "\n".join(line for line in difflib.ndiff(*lines) if not line.startswith("  "))


def environment():
    """Ours, in which a program in another directory finds this tls_bootstrap."""
    copy = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    package = os.path.dirname(os.path.abspath(tls_bootstrap.__file__))
    copy["PYTHONPATH"] = os.path.dirname(package)
    return copy


@pytest.fixture
def project(tmpdir):
    return Project(os.path.realpath(str(tmpdir)))


# Prints what a program can know about how it was started.
FACTS = u"""\
    '''The docstring of __main__.'''
    from __future__ import print_function
    import os, sys
    print(__name__, repr(__doc__), __package__, globals().get("__file__"), globals().get("__cached__"))
    print(type(__builtins__), type(globals().get("__loader__")), getattr(globals().get("__spec__"), "name", None))
    print(getattr(globals().get("__loader__"), "path", None), getattr(globals().get("__loader__"), "name", None))
    print(sorted(globals()))
    print(vars(sys.modules["__main__"]) is globals(), sys.modules["__main__"])
    print(sys.argv)
    print(sys.path)
    print([(name, getattr(sys.flags, name)) for name in sorted(dir(sys.flags)) if name[0] != "_" and name not in ("count", "index")])
    print(sys.executable, os.getcwd())
    print(sorted(os.environ.items()))
    print(repr(1 / 2), sys._getframe().f_code.co_filename, sys.excepthook is sys.__excepthook__)
"""


def test_the_comparison_sees_a_difference(project):
    project.add(prog_py="import sys; print('tls_bootstrap' in sys.modules)")
    with pytest.raises(AssertionError):
        project.same("prog.py")


# Where the program is.

@pytest.mark.parametrize("arguments", [(), ("-x", "--", "", u"\u00e4".encode("utf-8") if str is bytes else u"\u00e4", "run", "-m")],
                         ids=["no arguments", "odd arguments"])
@pytest.mark.parametrize("where", ["prog.py", os.path.join(".", "prog.py"), os.path.join("deep", "er", "prog.py"), "noextension"])
def test_script(project, where, arguments):
    project.add_at(where, FACTS)
    assert project.same(where, *arguments).status == 0


def test_script_by_absolute_path(project):
    project.same(project.add_at("deep/prog.py", FACTS))


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="no /dev/stdin, which is a pipe here")
def test_script_from_a_pipe(project):
    result = project.same("/dev/stdin", "argument", stdin=b"import sys; print(__file__, sys.argv)")
    assert result.status == 0 and "argument" in result.stdout


def test_symbolic_link_to_a_script(project):
    target = project.add_at("deep/prog.py", FACTS + "    import sibling")
    project.add_at("deep/sibling.py", "print('found beside the target')")
    os.mkdir(os.path.join(project.directory, "bin"))
    os.symlink(target, os.path.join(project.directory, "bin", "link"))
    os.symlink(os.path.join(project.directory, "bin"), os.path.join(project.directory, "other"))
    assert "beside the target" in project.same(os.path.join("other", "link")).stdout


def test_a_script_sees_its_own_directory_and_not_the_current_one(project):
    project.add_at("deep/sibling.py", "print('sibling')")
    project.add_at("current.py", "")
    project.add_at("deep/prog.py", "import sibling\nimport current")
    result = project.same(os.path.join("deep", "prog.py"))
    assert result.stdout == "sibling" + os.linesep and result.status == 1


def test_compiled_script(project):
    source = project.add_at("prog.py", FACTS)
    py_compile.compile(source, os.path.join(project.directory, "compiled.pyc"), doraise=True)
    os.remove(source)
    assert project.same("compiled.pyc", "argument").status == 0


def test_directory(project):
    project.add_at("app/__main__.py", FACTS + "    import sibling")
    project.add_at("app/sibling.py", "print(__name__)")
    for where in ("app", os.path.join(".", "app", ""), os.path.join(project.directory, "app")):
        assert "sibling" in project.same(where, "argument").stdout


@pytest.mark.parametrize("name", ["app.zip", "app"])
def test_zip_file(project, name):
    with zipfile.ZipFile(os.path.join(project.directory, name), "w") as archive:
        archive.writestr("__main__.py", textwrap.dedent(FACTS) + "import sibling\n")
        archive.writestr("sibling.py", "print(__name__)")
    assert "sibling" in project.same(name, "argument").stdout


def test_module_and_package(project):
    project.add_at("module.py", FACTS)
    project.add_at("package/__init__.py", "import sys; print(sys.argv[1:], __name__)")
    project.add_at("package/__main__.py", FACTS)
    project.add_at("package/sub.py", FACTS)
    for name in ("module", "package", "package.__main__", "package.sub"):
        assert project.same("-m", name, "-m", "x").status == 0


def test_standard_input(project):
    assert project.same("-", "argument", stdin=textwrap.dedent(FACTS).encode("ascii")).status == 0
    assert project.same("-", stdin=b"import sys\nsys.exit(3)").status == 3


@pytest.mark.skipif(not hasattr(sys.flags, "safe_path"), reason="this interpreter has no option -P")
def test_safe_path(project):
    project.add_at("deep/prog.py", FACTS + "    import sibling")
    project.add_at("deep/sibling.py", "")
    assert project.same(os.path.join("deep", "prog.py"), flags=["-P"]).status == 1
    project.add_at("app/__main__.py", FACTS)
    assert project.same("app", flags=["-P"]).status == 0


# What is not there, or no program.

def test_nothing_there(project):
    for missing in ("missing.py", os.path.join("no", "such", "prog.py"), os.path.join("no", "..", "prog.py")):
        assert project.same(missing).status == NOTHING_THERE
    assert project.same("-m", "missing").status == 1
    assert project.same("-m", "os.missing").status == 1
    os.mkdir(os.path.join(project.directory, "empty"))
    assert project.same("empty").status == 1
    project.add_at("package/__init__.py", "")
    assert project.same("-m", "package").status == 1


@dies_of_a_loop
def test_unreadable(project):
    os.symlink("loop", os.path.join(project.directory, "loop"))
    assert project.same("loop").status == 2


def test_module_that_fails_to_import_something(project):
    project.add_at("package/__init__.py", "import missing")
    project.add_at("package/__main__.py", "")
    project.add_at("module.py", "import missing")
    assert project.same("-m", "package").status == 1
    assert project.same("-m", "module").status == 1


@pytest.mark.parametrize("text", ["x = 1\nif x:\nprint(x)\n", "return\n", "x = '\n", "\tx = 1\n  y = 2\n"])
def test_syntax_error(project, text):
    project.add(prog_py=text, module_py=text)
    assert project.same("prog.py").status == 1
    assert project.same("-", stdin=text.encode("ascii")).status == 1
    assert project.same("-m", "module").status == 1


@pytest.mark.parametrize("text", ["x = (\n", "# coding: nonsense\n"])
def test_syntax_error_that_the_parser_of_files_words_differently(project, text):
    project.add(prog_py=text)
    plain, ours = project.python("prog.py"), project.python("-m", "tls_bootstrap", "run", "prog.py")
    assert (ours.status, ours.stdout) == (plain.status, plain.stdout) == (1, "")
    assert "SyntaxError: " in plain.stderr and "SyntaxError: " in ours.stderr
    assert "Traceback" not in ours.stderr


@pytest.mark.parametrize("text", [
    b"# -*- coding: latin-1 -*-\nprint(repr(u'\xe4'))\n",
    b"\xef\xbb\xbfprint(repr(u'\xc3\xa4'))\n",
    b"# coding: utf-8\r\nprint(repr(u'\xc3\xa4'))\r\nif 1:\r\n    print(2)",
    b"#!/usr/bin/env python\n# vim: set fileencoding=utf-8 :\nprint(repr('\xc3\xa4'))",
    b"",
], ids=["latin-1", "BOM", "CRLF", "second line", "empty"])
def test_source_encoding(project, text):
    project.add(prog_py=text)
    project.same("prog.py")


# How it ends. -> the statements of a program

ENDS = {
    "falls off": "print(1)",
    "exit": "sys.exit()",
    "exit None": "sys.exit(None)",
    "exit 0": "sys.exit(0)",
    "exit 3": "sys.exit(3)",
    "exit 256": "sys.exit(256)",
    "exit -1": "sys.exit(-1)",
    "exit True": "sys.exit(True)",
    "exit text": "sys.exit('the reason')",
    "exit tuple": "sys.exit((1, 2))",
    "exit of a function": "def f():\n    raise SystemExit(7)\nf()",
    "exit of a subclass": "class Exit(SystemExit): pass\nraise Exit(9)",
    "quit()": "quit(4)",
    "os._exit": "os._exit(5)",
    "abort": "os.abort()",
    "error": "1/0",
    "error in a function": "def f(n):\n    if n: f(n - 1)\n    raise ValueError(u'\\xe4')\nf(2)",
    "error in a library": "import json\njson.loads('[')",
    "error while handling": "try:\n    1/0\nexcept ZeroDivisionError:\n    {}['key']",
    "error without text": "class E(Exception):\n    def __str__(self): return 1/0\nraise E",
    "recursion": "sys.setrecursionlimit(80)\ndef f(): f()\ntry: f()\nexcept RuntimeError: print('too deep')",
    "excepthook": "def hook(*what): print('hook', what[0], what[2].tb_lineno, what[2].tb_frame.f_code.co_filename, sys.excepthook is hook)\n"
                  "sys.excepthook = hook\n1/0",
    "excepthook and exit": "def hook(*what): sys.exit(8)\nsys.excepthook = hook\n1/0",
    "atexit": "import atexit\ndef bye(): print('bye', os.getpid() > 0, __name__)\natexit.register(bye)\nsys.exit(2)",
    "atexit after error": "import atexit\natexit.register(lambda: print('last', sys.last_type, sys.last_traceback.tb_lineno))\n1/0",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "KeyboardInterrupt in a function": "def f(): raise KeyboardInterrupt('text')\nf()",
    "KeyboardInterrupt and atexit": "import atexit\natexit.register(lambda: print('bye'))\nraise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "closed stdout": "sys.stdout.close()",
    "no stderr": "sys.stderr = None\n1/0",
    "SIGINT": "os.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)",
    "SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)\ntime.sleep(5)",
    "SIGINT ignored": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nos.kill(os.getpid(), signal.SIGINT)\nsys.exit(6)",
    "SIGINT by default": "signal.signal(signal.SIGINT, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)",
    "SIGTERM handled": "signal.signal(signal.SIGTERM, lambda *_: sys.exit(11))\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(5)",
    "signal handlers": "print([signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)])",
}


@pytest.mark.parametrize("end", [pytest.param(end, marks=[shows_our_frames] * (end == "excepthook and exit")) for end in sorted(ENDS)])
def test_end(project, end):
    text = "from __future__ import print_function\nimport os, signal, sys, time\n%s\n" % ENDS[end]
    project.add(prog_py=text, module_py=text)
    project.same("prog.py")
    project.same("-m", "module")


def test_standard_output_that_nobody_reads(project):
    project.add(prog_py="import os, sys\nos.close(1)\nprint('x' * 100000)")
    project.same("prog.py")


# What runs beside and after the code of __main__.

THREADS = u"""
    from __future__ import print_function
    import sys, threading, time
    WORD = "still here"
    def work():
        time.sleep(0.2)
        print(WORD, __name__, sys.modules["__main__"].WORD)
    threading.Thread(target=work).start()
    print("main is done")
"""


def test_threads_outlive_the_main_code(project):
    project.add(prog_py=THREADS, failing_py=textwrap.dedent(THREADS) + "1/0\n", leaving_py=textwrap.dedent(THREADS) + "sys.exit(5)\n")
    assert "still here __main__ still here" in project.same("prog.py").stdout
    assert "still here" in project.same("failing.py").stdout
    assert "still here" in project.same("leaving.py").stdout


def test_error_in_a_thread(project):
    project.add(prog_py="import threading\ndef work(): 1/0\nthread = threading.Thread(target=work)\nthread.start()\nthread.join()")
    assert "ZeroDivisionError" in project.same("prog.py").stderr


PICKLES = u"""
    from __future__ import print_function
    import copy, pickle, sys
    class Thing(object):
        def __init__(self, value): self.value = value
    for protocol in (0, 1, 2):
        again = pickle.loads(pickle.dumps(Thing(protocol), protocol))
        print(type(again) is Thing, again.value, Thing.__module__, Thing)
    import __main__
    print(__main__.Thing is Thing)
"""

MULTIPROCESSING = u"""
    from __future__ import print_function
    import multiprocessing, sys
    class Thing(object):
        def __init__(self, value): self.value = value
    def double(thing):
        return Thing(2 * thing.value)
    if __name__ == "__main__":
        method = sys.argv[1]
        context = multiprocessing.get_context(method) if hasattr(multiprocessing, "get_context") else multiprocessing
        pool = context.Pool(2)
        print([thing.value for thing in pool.map(double, [Thing(1), Thing(2)])])
        pool.close()
        pool.join()
"""


def test_pickle(project):
    project.add_at("prog.py", PICKLES)
    project.add_at("app/__main__.py", PICKLES)
    for program in (("prog.py",), ("app",), ("-m", "prog")):
        assert project.same(*program).status == 0


def start_methods():
    import multiprocessing

    if hasattr(multiprocessing, "get_all_start_methods"):
        return multiprocessing.get_all_start_methods()
    return ["the only one"]


@pytest.mark.parametrize("method", start_methods())
def test_multiprocessing(project, method):
    project.add_at("prog.py", MULTIPROCESSING)
    project.add_at("package/__main__.py", MULTIPROCESSING)
    project.add_at("package/__init__.py", "")
    programs = [("prog.py",), ("-m", "prog")]
    if method in ("fork", "the only one"):  # the others do not import a __main__.py again (multiprocessing.spawn._fixup_main_from_name)
        programs += [("package",), ("-m", "package")]
    for program in programs:
        result = project.same(*(program + (method,)))
        assert result.status == 0 and result.stdout == "[2, 4]" + os.linesep


LOOKS_AT_ITSELF = u"""
    from __future__ import print_function
    import doctest, inspect, os, runpy, sys, traceback, unittest, warnings
    def function():
        '''
        >>> function()
        1
        '''
        return 1
    class Test(unittest.TestCase):
        def test(self):
            self.assertEqual(function(), 2)
    print(inspect.getsource(function), inspect.getfile(function), inspect.getmodule(function))
    print(doctest.testmod())
    warnings.warn("my warning")
    warnings.warn("old", DeprecationWarning)
    def old(): warnings.warn("old function", DeprecationWarning, stacklevel=2)
    old()
    if len(sys.argv) > 1:
        runpy.run_path(sys.argv[1], run_name="__main__")
    print(os.fork() and os.wait()[1], __name__)
    sys.stdout.flush()
    stream = unittest.TextTestRunner(verbosity=0, stream=open(os.devnull, "w"))
    unittest.main(testRunner=stream)
"""


def test_a_program_that_looks_at_itself(project):
    project.add_at("prog.py", LOOKS_AT_ITSELF)
    project.add_at("other.py", "print(__name__, __file__)")
    assert project.same("prog.py").status == 1


def test_programs_of_the_standard_library(project):
    assert project.same("-m", "unittest", "-h").status in (0, 2)
    assert project.same("-m", "json.tool", stdin=b'{"a": 1}').status == 0
    assert project.same("-m", "timeit", "-h").stdout
    project.add_at("prog.py", "print(__file__)")
    assert "prog.py" in project.same("-m", "trace", "--listfuncs", "prog.py").stdout


# Options of the interpreter.

@pytest.mark.parametrize("flags", ["-O", "-OO", "-B", "-s", "-u", "-W error", "-W ignore", "-W always::DeprecationWarning"])
def test_flags(project, flags):
    project.add_at("prog.py", FACTS + u"""
    import warnings
    def function():
        'docstring'
        assert False, "asserted"
    print(function.__doc__)
    warnings.warn("old", DeprecationWarning)
    function()
    """)
    project.same("prog.py", flags=flags.split())
    project.same("-m", "prog", flags=flags.split())


# The upgrade.

def test_the_program_has_the_upgrade(project):
    project.add(prog_py="import ssl, tls_bootstrap\nssl.MemoryBIO, ssl.SSLObject, ssl.SSLContext.wrap_bio", module_py="import prog")
    assert project.python("-m", "tls_bootstrap", "run", "prog.py") == Result("", "", 0)
    assert project.python("-m", "tls_bootstrap", "run", "-m", "module") == Result("", "", 0)


@pytest.mark.skipif(not is_upgraded(), reason="this interpreter has MemoryBIO of its own")
def test_plainly_started_the_same_program_lacks_it(project):
    project.add(prog_py="import ssl\nssl.MemoryBIO")
    plain = project.python("prog.py")
    assert plain.status == 1 and "has no attribute 'MemoryBIO'" in plain.stderr


# prepare()

def test_prepare_runs_just_before_the_program(project):
    project.add_at("prog.py", "import json, ssl, sys\nsys.stdout.write(json.dumps([ssl.PREPARED, sys.argv]))")
    project.add_at("driver.py", u"""
        import sys
        from tls_bootstrap import _run
        def prepare():
            import ssl
            ssl.PREPARED = sys.argv[:], sys.path[0], __name__
        _run.run(sys.argv[1], ["argument"], prepare=prepare)
    """)
    result = project.python("driver.py", "prog.py")
    argv = ["prog.py", "argument"]
    assert (result.stderr, result.status) == ("", 0)
    assert json.loads(result.stdout) == [[argv, project.directory, "__main__"], argv]
    missing = project.python("driver.py", "missing.py")
    assert missing.status == NOTHING_THERE and "Traceback" not in missing.stderr


def test_error_of_prepare_is_shown(project):
    project.add_at("prog.py", "print('never')")
    project.add_at("driver.py", u"""
        from tls_bootstrap import _run
        def prepare():
            raise RuntimeError("not today")
        _run.run("prog.py", prepare=prepare)
    """)
    result = project.python("driver.py")
    assert result.status == 1 and result.stdout == "" and result.stderr.endswith("RuntimeError: not today" + os.linesep)


def test_the_upgrade_outlives_a_change_of_directory(project):
    """Started where Python 2 names our modules relative to the current directory; what is imported late must still be found."""
    project.add_at("prog.py", u"""
        import os
        os.chdir(os.sep)
        import tls_bootstrap._diagnosis
        print(os.path.isabs(tls_bootstrap.__path__[0]))
    """)
    package = os.path.dirname(os.path.abspath(tls_bootstrap.__file__))
    program = os.path.join(project.directory, "prog.py")
    project.directory = os.path.dirname(package)
    assert project.python("-m", "tls_bootstrap", "run", program) == Result("True" + os.linesep, "", 0)
