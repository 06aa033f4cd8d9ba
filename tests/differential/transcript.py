"""What an operation gave, as JSON that two interpreters write alike when they mean the same.

    {"value": ["bytes", "GET"]}      {"value": ["int", 3]}      {"raises": {"class": "SSLError", "reason": "HTTP_REQUEST", ...}}

Kept: exact types, values, exception classes with the bases that `except` clauses name, and every attribute of an ssl error.
Left out, because nobody can rely on it: "(_ssl.c:NNN)", the wording of TypeError and its like, and bytes that are random.
Python 2's str is bytes and text in one; it is written as "str" and `same` lets it stand for either. Its unicode stands for itself.
"""
from __future__ import absolute_import, division, print_function

import binascii

from tests.support.failures import text_of, without_c_line

LONGEST = 64  # bytes that are written out; of longer ones length and checksum are
# Python 3.3 made these one class; Python 2's SSLError comes from socket.error, which calls itself "error".
# The idna codec raises a subclass since 3.13.
ONE_CLASS = {"error": "OSError", "IOError": "OSError", "EnvironmentError": "OSError", "UnicodeEncodeError": "UnicodeError"}
BASES = ("SSLError", "SSLCertVerificationError", "OSError", "ValueError", "TypeError", "UnicodeError", "OverflowError", "AttributeError")
ATTRIBUTES = ("errno", "library", "reason", "verify_code", "verify_message", "strerror")
WITH_TEXT = ("ValueError",)  # besides ssl's own: builtin exceptions whose wording is ssl's


def outcome(operation, *arguments):
    """The transcript of one call."""
    try:
        value = operation(*arguments)
    except Exception as error:
        return {"raises": raised(error)}
    return {"value": neutral(value)}


def neutral(value):
    """`value` as JSON, with its types."""
    if isinstance(value, (bytes, bytearray)):
        return [type(value).__name__, summary(bytes(value))]
    if isinstance(value, type(u"")):
        return [type(value).__name__, value]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [neutral(each) for each in value]]
    if isinstance(value, dict):
        return ["dict", sorted([neutral(key), neutral(each)] for key, each in value.items())]
    if value is None or isinstance(value, (bool, int, float, type(2 ** 70))):
        return [type(value).__name__, value]
    return [type(value).__name__, "object"]


def summary(data):
    if len(data) <= LONGEST:
        return data.decode("latin-1")
    return "%d bytes, crc %d" % (len(data), binascii.crc32(data) & 0xFFFFFFFF)


def class_name(kind):
    return ONE_CLASS.get(kind.__name__, kind.__name__)


def raised(error):
    name = class_name(type(error))
    bases = set(class_name(kind) for kind in type(error).__mro__)
    found = {"class": name, "bases": [base for base in BASES if base in bases]}
    if "SSLError" in bases:
        found["arguments"] = len(error.args)
        found["text"] = text_of(error)
        for attribute in ATTRIBUTES:
            value = getattr(error, attribute, "(none)")
            # Python 2's own _ssl makes some of these texts str and some unicode: the text alone counts.
            found[attribute] = without_c_line(value) if hasattr(value, "encode") else neutral(value)
    elif name in WITH_TEXT:
        found["text"] = text_of(error)
    return found


def same(left, right):
    """Whether two transcripts mean the same (see above for the str of Python 2)."""
    if type(left) is list and type(right) is list and len(left) == len(right) == 2 and type(left[0]) is type(u""):
        return _same_type(left[0], right[0]) and same(left[1], right[1])
    if type(left) is list and type(right) is list:
        return len(left) == len(right) and all(same(*both) for both in zip(left, right))
    if type(left) is dict and type(right) is dict:
        return sorted(left) == sorted(right) and all(same(left[key], right[key]) for key in left)
    return left == right


def differences(left, right, where=""):
    """The places where two transcripts are not the same, as lines "where: left != right"."""
    if same(left, right):
        return []
    if type(left) is dict and type(right) is dict and sorted(left) == sorted(right):
        return [line for key in sorted(left) for line in differences(left[key], right[key], "%s.%s" % (where, key))]
    nested = type(left) is list and type(right) is list and len(left) == len(right)
    if nested and not (left and type(left[0]) is type(u"") and left[0] != right[0]):
        return [line for at, both in enumerate(zip(left, right)) for line in differences(*both, where="%s[%d]" % (where, at))]
    return ["%s: %s != %s" % (where, left, right)]


def _same_type(left, right):
    return left == right or set((left, right)) == {"str", "bytes"}
