"""What a callback raises surfaces as in CPython 3.13, thousands of times, and leaves nothing behind.

    keys, server names   reported to sys.unraisablehook (before 3.8: on standard error), and the handshake fails at both ends
    key log, messages    raised by do_handshake(), or the `__context__` of the SSLWantReadError that this raises

A handshake fails without a key anyway, and an exception that is swallowed on the way looks the same: so what is reported is counted.
"""
from __future__ import absolute_import, division, print_function

import _ssl
import os
import ssl
import sys

from tests.reliability import child
from tests.reliability.callbacks import KEY, prepare
from tests.support.contexts import TLS12, pin_version

HAS_HOOK = hasattr(sys, "unraisablehook")


class Reports(object):
    """Takes the place of sys.unraisablehook and of sys.stderr; `said` is what was said."""

    def __init__(self):
        self.said, self._hook, self._stderr = [], getattr(sys, "unraisablehook", None), sys.stderr

    def __enter__(self):
        if HAS_HOOK:
            sys.unraisablehook = lambda args: self.said.append(args.exc_type.__name__)
        else:
            sys.stderr = self
        return self

    def __exit__(self, *_):
        if HAS_HOOK:
            sys.unraisablehook = self._hook
        else:
            sys.stderr = self._stderr

    def write(self, text):
        self.said.append(text)

    def number(self):
        """How many ZeroDivisionErrors were reported."""
        if HAS_HOOK:
            return self.said.count("ZeroDivisionError")
        text = "".join(self.said)  # a traceback of ours names it once at the start of a line, `_ssl` of 2.7 twice in one
        return text.count("\nZeroDivisionError") + text.count("ZeroDivisionError('")


def fail(*_):
    raise ZeroDivisionError("from a callback")


def outcomes(session):
    """[what the client's, what the server's do_handshake() raised last or None], and all that was the context of something else."""
    ends, found, beside = [session.client, session.server], [None, None], []
    for _ in range(6):
        for number, end in enumerate(ends):
            try:
                if found[number] is None:
                    end.do_handshake()
            except ssl.SSLWantReadError as error:
                if getattr(error, "__context__", None) is not None:
                    beside.append(error.__context__)
            except Exception as error:
                found[number] = error
            session.carry()
    return found, beside


def keys(client, server, number):
    client.set_psk_client_callback(fail if number % 2 else lambda hint: (u"identity", KEY))
    server.set_psk_server_callback((lambda identity: KEY) if number % 2 else fail)
    return lambda found, beside, reports: [type(error) for error in found] == [ssl.SSLError] * 2 and reports.number() == 1


def server_name(client, server, number):
    server.sni_callback = fail
    return lambda found, beside, reports: [type(error) for error in found] == [ssl.SSLError] * 2 and reports.number() == 1


def messages(client, server, number):
    (client, server)[number % 2]._msg_callback = fail
    return lambda found, beside, reports: (
        type(found[number % 2]) is ZeroDivisionError and set(map(type, beside)) == set([ZeroDivisionError]) and reports.number() == 0)


def key_log(client, server, number):
    (client, server)[number % 2].keylog_filename = "/dev/full"
    return lambda found, beside, reports: [error.filename for error in found + beside if isinstance(error, EnvironmentError)][:1] == [
        "/dev/full"]


def run(feature, number):
    from tests.reliability import sessions
    from tests.support.contexts import client_context, server_context
    client = client_context(cafile=None)
    server = server_context(certfile=None) if feature is keys else sessions.contexts()[1]
    if feature is keys:
        for context in (client, server):
            context.set_ciphers("PSK")
            pin_version(context, TLS12)
    is_good = feature(client, server, number)
    session = sessions.Session(client, server)
    with Reports() as reports:
        found, beside = outcomes(session)
    try:
        return is_good(found, beside, reports)
    finally:
        del found, beside
        child.collect()


def measure(options):
    from tests.reliability import soak
    features = [keys, server_name]
    if not hasattr(_ssl._SSLContext, "_msg_callback"):  # else it is native, and loses a reference to each exception but the last
        features.append(messages)
    if not hasattr(_ssl._SSLContext, "keylog_filename") and os.path.exists("/dev/full"):  # else it asks its buffer and not the disk
        features.append(key_log)
    wrong = dict((feature.__name__, 0) for feature in features)
    warm = max(options.count // 4, soak.TO_BE_COMPILED // 4)
    before = None
    for number in range(warm + options.count):
        if number == warm:
            before = soak.state()
            before = soak.state()
        for feature in features:
            wrong[feature.__name__] += not run(feature, number)
    growth = [end - start for start, end in zip(before, soak.state())]
    good = not any(wrong.values()) and growth[0] <= soak.ALLOWED_GROWTH and growth[1] == 0 and abs(growth[2]) <= 5
    return child.Result(good, "%d times each after %d, wrong: %s: memory %+d KiB, descriptors %+d, gc objects %+d"
                        % ((options.count, warm, ", ".join("%s %d" % pair for pair in sorted(wrong.items()))) + tuple(growth)))


if __name__ == "__main__":
    child.main(measure, __doc__, before=prepare, count=2500)
