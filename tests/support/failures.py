"""What an exception of `ssl` says: exact class, text and attributes, but without "(_ssl.c:NNN)", the line of C code."""
from __future__ import absolute_import, division, print_function

import contextlib
import re
import sys

_C_LINE = re.compile(r" \(_ssl\.c:\d+\)")


def without_c_line(text):
    """`text` without its "(_ssl.c:NNN)"."""
    return _C_LINE.sub("", text)


def text_of(error):
    """``str(error)`` without its "(_ssl.c:NNN)"."""
    return without_c_line(str(error))


class Failure(object):
    """Holds the exception that a `raises` block caught, in `error`."""

    error = None


@contextlib.contextmanager
def raises(kind, text=None, **attributes):
    """Like pytest.raises, but `kind` is the exact class, `text` the whole message, and each of `attributes` is compared.

        with raises(ssl.SSLEOFError, errno=8, reason="UNEXPECTED_EOF_WHILE_READING"): ...
    """
    failure = Failure()
    try:
        yield failure
    except Exception as error:
        failure.error = error
        assert_failure(error, kind, text, **attributes)
    else:
        raise AssertionError("no %s raised" % kind.__name__)


def assert_failure(error, kind, text=None, **attributes):
    """Asserts that `error` is a `kind` (exactly), with this `text` and these attributes."""
    found = dict((name, getattr(error, name, "(none)")) for name in attributes)
    wanted = dict(attributes)
    if text is not None:
        found["text"], wanted["text"] = text_of(error), text
    if type(error) is not kind or found != wanted:
        raise AssertionError("expected %s with %r\nfound %r\nwith %r" % (kind.__name__, wanted, error, found))


@contextlib.contextmanager
def reported(capsys):
    """What goes to sys.unraisablehook or, before 3.8, to standard error, as a list that holds it afterwards."""
    said, hook = [], getattr(sys, "unraisablehook", None)
    if hook is not None:
        sys.unraisablehook = lambda args: said.append("%s: %s" % (args.exc_type.__name__, args.exc_value))
    try:
        yield said
    finally:
        if hook is not None:
            sys.unraisablehook = hook
        said.append(capsys.readouterr()[1])
