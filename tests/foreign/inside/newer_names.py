"""What tests of the newest Python name and an older one lacks, beside `ssl`. Imported with * by the files of suite_features.py.

The upgrade is not helped here: `ssl` is the real one. All else is what the tests stand on: `test.support` and its parts, which have other
homes and fewer names in older Pythons, methods of unittest, and on 2.7 the names of Python 3.
"""
from __future__ import absolute_import, division, print_function

try:
    import builtins
except ImportError:  # 2.7
    import __builtin__ as builtins
import contextlib as real_contextlib
import functools as real_functools
import importlib
import io
import os as real_os
import ssl
import threading
import unittest
import warnings

import python3_names
from python3_names import HOST, OSError, Stand_in, socket, time

__all__ = ["ssl", "support", "os_helper", "socket_helper", "threading_helper", "warnings_helper", "import_helper", "HOST", "OSError",
           "socket", "time", "os", "functools", "contextlib", "nullcontext", "open", "handle_error"]

PARTS = ("", ".os_helper", ".socket_helper", ".threading_helper", ".warnings_helper", ".import_helper")


class Helpers(object):
    """`test.support` and its parts as one: the attributes `instead`, else those of this Python's own parts, else those `besides`."""

    def __init__(self, instead, besides):
        self.__dict__.update(instead)
        self.besides, self.own = besides, []
        for part in PARTS:
            try:
                self.own.append(importlib.import_module("test.support" + part))
            except ImportError:  # came with 3.10; before, test.support had it all
                pass

    def __getattr__(self, name):
        for one in self.own:
            if hasattr(one, name):
                return getattr(one, name)
        if name in self.besides:
            return self.besides[name]
        raise AttributeError("the test.support of this Python has no %s: teach it to tests/foreign/inside/newer_names.py" % name)


@real_contextlib.contextmanager
def nothing(*_arguments, **_keywords):
    yield


def unchanged(function):
    return function


def ignore_warnings(category):
    """A decorator: the test does not hear of warnings of a category."""
    def decorator(function):
        @real_functools.wraps(function)
        def wrapper(*arguments, **keywords):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", category)
                return function(*arguments, **keywords)
        return wrapper
    return decorator


class Recorder(object):
    """Stands for catch_unraisable_exception() and catch_threading_exception(), which came with 3.8: it catches nothing."""

    unraisable = exc_type = exc_value = None

    def __enter__(self):
        return self

    def __exit__(self, *_exc_info):
        pass


def run_concurrently(worker_func, nthreads=None, args=(), kwargs=None):
    """Calls each of the functions in a thread of its own, all at once (test.support.threading_helper, 3.15)."""
    functions = [worker_func] * nthreads if callable(worker_func) else list(worker_func)
    threads = [threading.Thread(target=one, args=args, kwargs=kwargs or {}) for one in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@real_contextlib.contextmanager
def suppress(*exceptions):
    try:
        yield
    except exceptions:
        pass


def starts_with(self, text, prefix, message=None):
    self.assertTrue(text.startswith(prefix), message or "%r does not start with %r" % (text, prefix))


for name, function in (("assertStartsWith", starts_with), ("assertRegex", getattr(unittest.TestCase, "assertRegexpMatches", None))):
    if not hasattr(unittest.TestCase, name):
        setattr(unittest.TestCase, name, function)

INSTEAD = {"skip_if_sanitizer": lambda *_, **__: unchanged}  # got more arguments with time
BESIDES = {
    "SHORT_TIMEOUT": 30.0, "Py_DEBUG": False, "Py_GIL_DISABLED": False,
    "busy_retry": python3_names.busy_retry, "run_concurrently": run_concurrently,
    "ignore_warnings": ignore_warnings, "check_no_resource_warning": nothing, "requires_working_threading": lambda: unchanged,
    "catch_unraisable_exception": Recorder, "catch_threading_exception": Recorder,
}
support = os_helper = socket_helper = threading_helper = warnings_helper = import_helper = Helpers(INSTEAD, BESIDES)
functools = Stand_in(real_functools, lru_cache=unchanged)  # since 3.8 it is a decorator without parentheses, too
contextlib = Stand_in(real_contextlib, suppress=suppress)
nullcontext = nothing
os = real_os if hasattr(real_os, "fsencode") else Stand_in(real_os, fsencode=lambda path: path.encode("utf-8"))
open = io.open


def handle_error(_prefix):
    """The file's own one prints a traceback, by a function of 3.11, if the tests are verbose. They are not."""


def close_for_good(close):
    """SSLSocket.close() as of Python 3: a traceback that holds the connection, as 2.7's last exception does, does not keep it open."""
    def wrapper(self):
        try:
            self._sock.shutdown(2)
        except EnvironmentError:  # it is closed already, or was never connected
            pass
        close(self)
        self._sslobj = None
    return wrapper


class Text(type(u"")):
    """`str` of Python 3 for a file with unicode_literals: what 2.7 itself makes and takes as a name counts as such, too."""

    class __metaclass__(type):
        def __instancecheck__(cls, one):
            return isinstance(one, (type(u""), type(b"")))


if not hasattr(builtins, "ConnectionError"):
    ssl.SSLSocket.close = close_for_good(ssl.SSLSocket.close)
    str = Text
    FileNotFoundError = IsADirectoryError = PermissionError = EnvironmentError
    # On 2.7 these are errno values of one class. Nothing raises what is made here, so the `except` clauses of the tests go on to the next.
    ConnectionError, ConnectionResetError, ConnectionAbortedError, BrokenPipeError, TimeoutError = [
        type(b"Never", (EnvironmentError,), {}) for _ in range(5)]
    __all__ += ["str", "FileNotFoundError", "IsADirectoryError", "PermissionError", "ConnectionError", "ConnectionResetError",
                "ConnectionAbortedError", "BrokenPipeError", "TimeoutError"]
