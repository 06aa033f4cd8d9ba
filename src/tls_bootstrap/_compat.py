"""What differs between Python 2 and 3, in one place.

The only file of the package that may say "Python 2". The others import names from here and are the same text for both.
"""
from __future__ import absolute_import, division, print_function

import os
import sys

PY2 = sys.version_info[0] == 2

if PY2:
    import thread as _thread

    text_type = unicode  # noqa: F821 - the Python 2 builtin
    integer_types = (int, long)  # noqa: F821 - the Python 2 builtin
else:
    import _thread

    text_type = str
    integer_types = (int,)


def _of_threads(name):
    """A function of the thread module as the interpreter made it. gevent and eventlet put others there, to which each greenlet is a
    thread; for OpenSSL, and for sys._current_frames(), all greenlets of a thread are that thread."""
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None:
        return gevent.get_original(_thread.__name__, name)
    return getattr(sys.modules.get("__original_module_" + _thread.__name__, _thread), name)  # where eventlet keeps it


allocate_lock, get_ident = _of_threads("allocate_lock"), _of_threads("get_ident")

INT_MAX = 2**31 - 1

# Whether a thread may look into the stack of another one that runs. PyPy compiles loops, and keeps elsewhere then what a frame
# shows: reading it from outside spoils it. 7.3.3 crashes of that, one time in seven of tests/reliability/contended.py.
OTHER_STACKS_CAN_BE_READ = "__pypy__" not in sys.builtin_module_names

# The timeout of an ssl.SSLSocket raises ssl.SSLError before Python 3.2 (bpo-10272), and before 3.5 it bounds each wait (bpo-23853).
OLD_TLS_TIMEOUTS = PY2

__all__ = ["INT_MAX", "OLD_TLS_TIMEOUTS", "OTHER_STACKS_CAN_BE_READ", "PY2", "allocate_lock", "as_argument_text", "as_bytes",
           "as_hostname", "as_index", "as_path", "get_ident", "inherit_socket", "integer_types", "report_unraisable", "text_type"]


# Python 2 puts these on each socket for speed: methods of the socket inside, which would keep it open after close().
SHORTCUTS = ("recv", "recvfrom", "recv_into", "recvfrom_into", "send", "sendto")


def inherit_socket(heir, former):
    """Python 2: `heir`, made with the `_sock` of the socket object `former`, is now the one that uses it."""
    import socket

    if hasattr(former._sock, "_drop"):  # PyPy counts by how many objects it is used
        former._sock._drop()
    for name in SHORTCUTS:
        if name in socket._socketobject.__slots__:
            delattr(heir, name)


def report_unraisable(text):
    """Report the exception that is being handled and can be raised nowhere, because C has called us. `text` says where it was.

    To sys.unraisablehook if somebody has set one (3.8, bpo-36829), else on standard error, in the words of the interpreter's own hook -
    which is not called, as PyPy's takes nothing that is made in Python.
    """
    try:
        _report_unraisable(text)
    except BaseException:  # stderr is closed, or the hook raises: it has nowhere to go, and C would get an answer that is none
        pass


def _report_unraisable(text):
    hook = getattr(sys, "unraisablehook", None)
    if hook is not getattr(sys, "__unraisablehook__", None):
        # `sys` does not show the class; an interpreter's own hook, which the one that is set may call, wants nothing else.
        made_of = [cls for cls in tuple.__subclasses__() if cls.__name__ == "UnraisableHookArgs"]
        hook(made_of[0](sys.exc_info() + (text, None)))
    elif sys.stderr is not None:
        import traceback

        sys.stderr.write("%s:\n%s" % (text, traceback.format_exc()))


def as_bytes(data, only_contiguous=False):
    """The content of a bytes-like object as bytes; TypeError for text and for anything without a buffer, BufferError for one with
    gaps if that is not wanted.

    Python 2's C functions take unicode where Python 3 refuses str, and encode it silently: text is refused here by name.
    """
    if isinstance(data, bytes):
        return bytes(data)
    if isinstance(data, text_type):
        raise TypeError("a bytes-like object is required, not '%s'" % type(data).__name__)
    try:
        view = memoryview(data)
        if only_contiguous and not getattr(view, "c_contiguous", True):
            raise BufferError("memoryview: underlying buffer is not C-contiguous")
        return view.tobytes()
    except TypeError:
        return bytes(_old_buffer(data))


def _old_buffer(data):
    """array.array and mmap of Python 2 know only the buffer interface that came before memoryview (PEP 3118)."""
    if PY2:
        try:
            return buffer(data)  # noqa: F821 - the Python 2 builtin
        except TypeError:
            pass
    raise TypeError("a bytes-like object is required, not '%s'" % type(data).__name__)


def as_argument_text(text, function=None):
    """The bytes of a str argument as a C function of `_ssl`, perhaps with a name, gets them; TypeError for what is none, ValueError for
    a NUL in it."""
    if not isinstance(text, (str, text_type)):
        kind = "None" if text is None else type(text).__name__
        raise TypeError("%sargument must be str, not %s" % (function + "() " if function else "", kind))
    encoded = text if isinstance(text, bytes) else text.encode("utf-8")
    if b"\0" in encoded:
        raise ValueError("embedded null character")
    return encoded


def as_index(number, limit=sys.maxsize, c_type=None):
    """What a C function makes of an integer argument: TypeError for what is none, OverflowError beyond `limit` either way, which says that
    of a `c_type` ("int" or "ssize_t" if not given)."""
    if not hasattr(number, "__index__"):
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(number).__name__)
    number = number.__index__()
    if not -limit - 1 <= number <= limit:
        raise OverflowError("Python int too large to convert to C " + (c_type or ("int" if limit == INT_MAX else "ssize_t")))
    return int(number)


def as_hostname(name):
    """A server name as the native str that goes on the wire: the A-label form (RFC 5890) of text, ASCII bytes as they are.

    As `ssl.SSLContext._encode_hostname` of Python 3.7 does it. UnicodeError (a ValueError) for what is no host name.
    """
    if name is None:
        return None
    if isinstance(name, text_type):
        name = name.encode("idna")
    elif not isinstance(name, (bytes, bytearray)):
        raise TypeError("server_hostname must be str, bytes or None, not '%s'" % type(name).__name__)
    return str(name.decode("ascii"))


def as_path(name):
    """What os.open() takes for the name of a file; as PyUnicode_FSConverter, with TypeError for what is none and for a number, ValueError
    for a NUL in it."""
    if hasattr(os, "fspath"):
        name = os.fspath(name)
    elif not isinstance(name, (str, text_type)):
        raise TypeError("expected str, bytes or os.PathLike object, not %s" % type(name).__name__)
    if (b"\0" if isinstance(name, bytes) else u"\0") in name:
        raise ValueError("embedded null byte")
    return name
