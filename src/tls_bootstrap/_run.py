"""Runs a program as the interpreter would have started it: what ``python -m tls_bootstrap run`` does once `ssl` is upgraded.

The theory
    ``python PROG`` is three steps: `sys.argv` and `sys.path[0]` are set, the module ``__main__`` is given its names, the code runs
    in it. When we come to run, the interpreter has already taken these steps for ourselves, so each is done again for the program:

    * `sys.path[0]` is replaced: ours is the current directory, a script's is its own directory.
    * The module object ``__main__`` is the one that the interpreter made. It is emptied of our names and handed to the
      program, and stays in `sys.modules`: classes defined in it can be pickled, multiprocessing finds it, and its globals
      are still there for threads and atexit functions that run when the code has ended. (`runpy.run_path` gives the program a
      module of its own and, on Python 2, clears its globals at the end: those functions then find None everywhere.)
    * Code that has to be imported (``-m``, a directory, a zip file) goes through ``runpy._run_module_as_main``: the very
      function that the interpreter calls (``pymain_run_module`` in CPython's Modules/main.c), with its messages.

    PyPy takes the same steps with pypy/interpreter/app_main.py, a little differently, and so do we there.

    How a program ends is the interpreter's business as well. SystemExit, KeyboardInterrupt and every other exception leave `run`
    as they came: exit status, death by SIGINT (since 3.8, https://bugs.python.org/issue1054041), waiting for threads and atexit
    then happen as always. Only the traceback would begin with our frames; they are cut off when it is shown.

What a program can notice: our frames below its own (a ``warnings.warn`` in ``__main__`` with a stacklevel that reaches beyond the
program names this file, not ``sys``; the report of a `sys.excepthook` that fails itself shows them); the modules that the upgrade
imported; `sys.orig_argv` (3.10+); that ``__main__.__file__`` is still there in an atexit function; and that compile() says some
syntax errors in other words than the parser of files, and on Python 2 accepts non-ASCII bytes of undeclared encoding.
Child processes are on their own: neither the environment nor the command line of a child is changed.
"""
from __future__ import absolute_import, division, print_function

import os
import sys

from ._facts import main_path_is_absolute, starts_like_pypy


def run(prog, args=(), as_module=False, prepare=None):
    """Runs `prog` with the arguments `args` (strings) in ``__main__`` of this process and returns None when its code has ended.

    prog: a script, a compiled script, a directory or zip file with a ``__main__``, or ``-`` for standard input, as for
        ``python PROG``; with `as_module` the name of a module or package, as for ``python -m PROG``.
    prepare: called without arguments just before the program's first line, when `sys.argv` and `sys.path` are already the
        program's. Not called when there is no such file, or when it does not compile.

    Call it last, and let every exception through: SystemExit is how a program ends, and also what `run` itself raises, as the
    interpreter does, when a file (status 2) or module (status 1) cannot be found. The caller's ``__main__`` is empty afterwards.
    """
    with _PlainTraceback():
        execute = (_module if as_module else _program)(prog)
        sys.argv[:] = ["-m" if as_module else prog] + list(args)
        if prepare is not None:
            prepare()
        _make_our_path_absolute()
        execute()


# What is to be run: each of these sets sys.path[0] and returns the function that runs it.

def _module(name):
    # sys.path[0] is right: ours was started by -m too.
    return lambda: _run_main_module(name, is_given_name=True)


def _program(path):
    if path == "-":
        _set_first_path("")
        return _standard_input()
    if _has_main_module(path):
        _set_first_path(_shown_path(path), even_if_isolated=True)
        if starts_like_pypy() and not main_path_is_absolute():
            sys.path.insert(1, _folder_of(path))  # PyPy put it there as for a script, before it knew that this is none
        return lambda: _run_main_module("__main__", is_given_name=False)
    execute = _script(path)
    _set_first_path(_folder_of(path))
    return execute


def _script(path):
    import pkgutil

    try:
        with open(path, "rb") as stream:
            source, code = stream.read(), None
            if source[2:4] == b"\r\n":  # so each magic number ends; else it may be a pipe, which cannot be read again
                stream.seek(0)
                code = pkgutil.read_code(stream)  # None unless it is a .pyc of this interpreter
    except EnvironmentError as error:
        if starts_like_pypy() and not main_path_is_absolute():
            raise  # as an old PyPy does
        quoted = "%s" if starts_like_pypy() else "'%s'"
        sys.stderr.write(("%s: can't open file " + quoted + ": [Errno %d] %s\n")
                         % (sys.executable, _shown_path(path), error.errno, error.strerror))
        sys.exit(2)
    shown = _shown_path(path)
    names = {"__file__": _main_file(path)}
    machinery = _import_machinery()
    if machinery:
        if code is not None:
            names["__loader__"] = machinery.SourcelessFileLoader("__main__", shown)
        else:  # PyPy's has the path as it was given
            names["__loader__"] = machinery.SourceFileLoader("__main__", path if starts_like_pypy() else shown)
    names.update(_cached())
    if code is None:
        code = _compiled(source, shown)
    return lambda: _run_code(code, names)


def _cached():
    """{"__cached__": None} where a program has it, and so had we from runpy: on Python 3 up to 3.14 and Debian's PyPy 2.7 (PEP 3147)."""
    return {"__cached__": None} if "__cached__" in vars(sys.modules["__main__"]) else {}


def _standard_input():
    source = getattr(sys.stdin, "buffer", sys.stdin).read()  # bytes: they may say their encoding
    machinery = _import_machinery()
    names = {"__file__": "<stdin>"}
    if machinery:
        names.update(_cached(), __loader__=machinery.BuiltinImporter)
    code = _compiled(source, "<stdin>")
    return lambda: _run_code(code, names)


def _compiled(source, path):
    # dont_inherit: the __future__ statements of this file are not the program's.
    return compile(source, path, "exec", 0, True)


# Running it in __main__.

def _run_code(code, names):
    exec(code, _emptied_main(names))


def _run_main_module(name, is_given_name):
    import runpy

    _emptied_main({})  # where runpy will run the code; it adds the names itself
    runpy._run_module_as_main(name, is_given_name)


def _emptied_main(names):
    """The namespace of ``__main__`` with nothing in it but what a new one holds, and `names`."""
    namespace = vars(sys.modules["__main__"])
    kept = dict((name, namespace[name]) for name in ("__builtins__", "__annotations__") if name in namespace)
    namespace.clear()
    namespace.update(kept, __name__="__main__", __doc__=None, __package__=None)
    if _import_machinery():
        namespace["__spec__"] = None
    namespace.update(names)
    return namespace


# What this interpreter does with a program.

def _has_main_module(path):
    """Is `path` run through its ``__main__`` module? So are a directory and what an import hook takes: a zip file of any name."""
    if os.path.isdir(path):
        return True
    for hook in sys.path_hooks:
        try:
            hook(path)
        except ImportError:
            continue
        return True
    return False


def _set_first_path(path, even_if_isolated=False):
    """Puts `path` in the place of the current directory, which was added for us; ``-I`` and ``-P`` add neither for anybody."""
    if not (getattr(sys.flags, "safe_path", False) or getattr(sys.flags, "isolated", False)):
        sys.path[:1] = [path]
    elif even_if_isolated:
        sys.path.insert(0, path)


def _import_machinery():
    """importlib.machinery, or None where modules do not know their loader and spec (before PEP 451)."""
    try:
        from importlib import machinery
    except ImportError:
        return None
    return machinery


def _main_file(path):
    """`path` as ``__main__.__file__`` has it."""
    return os.path.join(os.getcwd(), path) if main_path_is_absolute() else path


def _shown_path(path):
    """`path` as tracebacks and messages show it: as it is in `__file__`, save that a PyPy which makes it absolute also tidies it."""
    return os.path.normpath(_main_file(path)) if starts_like_pypy() and main_path_is_absolute() else _main_file(path)


def _folder_of(script):
    """What is on `sys.path` for a script: where it really is."""
    return os.path.dirname(os.path.realpath(script))


def _make_our_path_absolute():
    """Before 3.4 a package found in the current directory has a relative path: nothing more of us could be imported once the
    program has gone elsewhere."""
    us = __name__.rpartition(".")[0]
    for name, module in list(sys.modules.items()):
        if (name + ".").startswith(us + ".") and hasattr(module, "__path__"):
            module.__path__[:] = [os.path.abspath(path) for path in module.__path__]


# Its traceback.

class _PlainTraceback(object):
    """Around the program: what it raises is shown by its own excepthook, without the frames that led to the program."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is not None and not issubclass(kind, SystemExit):
            sys.excepthook = _Excepthook(sys.excepthook)


class _Excepthook(object):
    """Steps aside for the excepthook of the program, with a shorter traceback."""

    def __init__(self, excepthook):
        self.excepthook = excepthook

    def __call__(self, kind, error, traceback):
        sys.excepthook = self.excepthook
        sys.last_traceback = traceback = _without_our_frames(traceback)
        if hasattr(error, "__traceback__"):
            error.__traceback__ = traceback  # since 3.0 this one is shown
        self.excepthook(kind, error, traceback)


def _without_our_frames(traceback):
    rest = traceback
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == _OUR_FILE:
            rest = traceback.tb_next
        traceback = traceback.tb_next
    return rest


_OUR_FILE = run.__code__.co_filename
