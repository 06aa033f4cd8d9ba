"""Where an engine is known not to be like native CPython 3.11, and why. What is listed here must differ, at exactly these positions.

A row names behaviours with the positions (from 0) of the outcomes that differ, and where that is: `applies` is called with the facts
that worker.py tells, versions as tuples. Most rows are no engine's doing but come with an interpreter or an OpenSSL, and say so.
"""
from __future__ import absolute_import, division, print_function

import re

OPENSSL = "https://github.com/openssl/openssl/"
CPYTHON = "https://github.com/python/cpython/"
BPO = "https://bugs.python.org/issue"


class Gap(object):
    """A reason, where it `applies`, and {behaviour: positions}."""

    def __init__(self, reason, applies, behaviours):
        self.reason, self.applies, self.behaviours = reason, applies, behaviours


class Facts(object):
    """Of a trial: `engine`, `python` and `openssl`, the last two as tuples of numbers."""

    def __init__(self, told):
        self.engine, self.python, self.openssl = told["engine"], numbers(told["python"]), numbers(told["openssl"])


def numbers(text):
    """The version in "OpenSSL 3.0.19 27 Jan 2026" or "2.7.18" as (3, 0, 19), (2, 7, 18)."""
    return tuple(int(part) for part in re.search(r"\d+\.\d+\.\d+", text).group().split("."))


NO_ENGINE = "no engine is involved, %s() is the interpreter's own: "
WHOLE_CODE = "before 3.7 the number of an error is OpenSSL's whole code, not the reason in it"
CALLBACK = "before 3.8 a TypeError of the password callback becomes a SystemError on Python 3 with OpenSSL 3 (%s43789)" % BPO

GAPS = (
    Gap(NO_ENGINE % "load_cert_chain" + WHOLE_CODE + "; 2.7 has no FileNotFoundError",
        lambda facts: facts.python < (3,), {"enc_key": (1, 4, 5)}),
    Gap(NO_ENGINE % "load_cert_chain" + WHOLE_CODE + "; " + CALLBACK,
        lambda facts: (3,) <= facts.python < (3, 7), {"enc_key": (1, 3, 5)}),
    Gap(NO_ENGINE % "load_cert_chain" + CALLBACK,
        lambda facts: (3, 7) <= facts.python < (3, 8), {"enc_key": (3,)}),
    Gap(NO_ENGINE % "load_verify_locations" + "before 3.8 it takes a certificate in DER and raises all the same with OpenSSL 3, and has "
        "OpenSSL's text for what is no certificate (%s43920)" % BPO,
        lambda facts: facts.python < (3, 8), {"cadata": (1, 2, 3, 8, 9)}),
    Gap("the class is right, the code is 1 (unspecified): the _ssl of Python 2.7 does not say why it refuses a chain, and this engine uses "
        "nothing else (%spull/3462)" % CPYTHON,
        lambda facts: facts.engine == "loopback", {"untrusted": (0,)}),
    Gap("an end of file without close_notify is no error of OpenSSL before 3.0: it sends no alert, and the connection lives on "
        "(%spull/10907)" % OPENSSL,
        lambda facts: facts.openssl < (3,),
        {"eof_read": (1, 2, 4, 5), "eof_read_12": (0, 1, 3, 4), "eof_midrecord": (0,), "eof_handshake": (0, 1, 2),
         "eof_write_first": (2, 3), "unwrap_eof": (1,)}),
    Gap("contexts of Python 3.8 and 3.9 set OP_IGNORE_UNEXPECTED_EOF, so that an end of file counts as close_notify "
        "(%spull/25309)" % CPYTHON,
        lambda facts: (3, 8) <= facts.python < (3, 10),
        {"eof_read": (1, 2, 3, 4, 5), "eof_read_12": (0, 1, 2, 3, 4), "eof_midrecord": (0, 1), "eof_handshake": (0, 1, 2),
         "eof_write_first": (2, 3), "unwrap_eof": (1, 2)}),
    Gap("OpenSSL 3.2 to 3.6 look at a record's length before its version, and answer with an alert (%sissues/30196)" % OPENSSL,
        lambda facts: (3, 2) <= facts.openssl < (4,), {"garbage": (3,), "garbage2": (0, 2)}),
)


def gaps_of(told):
    """{behaviour: (positions, reason)} for the facts that worker.py tells."""
    facts = Facts(told)
    return dict((name, (positions, gap.reason)) for gap in GAPS if gap.applies(facts) for name, positions in gap.behaviours.items())
