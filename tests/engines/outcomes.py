"""What an operation gave, as one line of text that every Python writes alike: behaviours are compared by it.

    'abc'    16384    None    ('TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256)
    ValueError('size should not be negative')
    SSLError[SSL: BAD_LENGTH](1)
    SSLCertVerificationError[SSL: CERTIFICATE_VERIFY_FAILED](1) 18 'self-signed certificate'

Left out is what no program relies on and what differs for reasons of the language: whether a text is bytes, str or unicode, the L of
a long, "(_ssl.c:NNN)", and the wording of TypeError and its like. OpenSSL's reasons have names, which stay, and texts, which are reworded
from release to release: where there is a name, the text does not count.
"""
from __future__ import absolute_import, division, print_function

import contextlib
import os
import sys

from tests.support.failures import without_c_line

INTEGERS = (int, type(1 << 70))  # and ssl's enumerations of them
ONE_CLASS = {"UnicodeEncodeError": "UnicodeError"}  # what the idna codec raises since 3.13
WORDING_COUNTS = (EnvironmentError, ValueError)  # ssl.SSLError is the former


class Raised(str):
    """The text of an exception, so that it is not taken for a text that was returned."""


def tried(operation, *arguments):
    """What the call returned, or the exception as Raised."""
    try:
        return operation(*arguments)
    except Exception as error:
        return raised(error)


def raised(error):
    """An exception as Raised."""
    name, reason = ONE_CLASS.get(type(error).__name__, type(error).__name__), getattr(error, "reason", None)
    if reason and hasattr(error, "library"):  # UnicodeError has a reason, too
        text = "%s[%s: %s](%s)" % (name, error.library, reason, as_text(error.errno))
    elif isinstance(error, WORDING_COUNTS) and not isinstance(error, UnicodeError):
        text = "%s(%s)" % (name, ", ".join(as_text(argument) for argument in error.args))
    else:
        text = name
    if hasattr(error, "verify_code"):
        text += " %s %s" % (as_text(error.verify_code), as_text(error.verify_message))
    return Raised(text)


def as_text(value):
    """An outcome in the spelling described above."""
    if isinstance(value, Raised):
        return str(value)
    if isinstance(value, Exception):
        return str(raised(value))
    if isinstance(value, (bytes, bytearray)):
        value = decoded(bytes(value))
    if isinstance(value, type(u"")):
        return "'%s'" % str(without_c_line(value).encode("unicode_escape").decode("ascii"))
    if isinstance(value, tuple):
        return "(%s%s)" % (", ".join(as_text(each) for each in value), "," if len(value) == 1 else "")
    if isinstance(value, list):
        return "[%s]" % ", ".join(as_text(each) for each in value)
    if isinstance(value, dict):
        return "{%s}" % ", ".join(sorted("%s: %s" % (as_text(key), as_text(each)) for key, each in value.items()))
    if isinstance(value, INTEGERS) and not isinstance(value, bool):
        return "%d" % value
    return repr(value) if value is None or isinstance(value, (bool, float)) else "<%s>" % type(value).__name__


def decoded(data):
    """The text that bytes stand for: on Python 2 some parts of a certificate are bytes in UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def of_behaviour(behaviour):
    """The outcomes of a behaviour as texts; if it stumbles, the one outcome that says so."""
    try:
        with quiet():
            return [as_text(value) for value in behaviour()]
    except Exception as error:
        return ["stumbled: %s: %s" % (type(error).__name__, error)]


@contextlib.contextmanager
def quiet():
    """What a servername callback raises is printed by CPython, since 3.8 by a hook; here it is raised on purpose."""
    standard_error, hook = sys.stderr, getattr(sys, "unraisablehook", None)
    with open(os.devnull, "w") as sys.stderr:
        if hook:
            sys.unraisablehook = lambda unraisable: None
        try:
            yield
        finally:
            sys.stderr = standard_error
            if hook:
                sys.unraisablehook = hook
