"""Which feature comes from where, and why. Pure: facts and verdicts in, a plan or its refusal out; nothing is changed."""
from __future__ import absolute_import, division, print_function

from ._features import FEATURES, NEEDED_FOR_SSLOBJECT

# Engines that bring their own OpenSSL: used only on request or as the last rung, for sockets, too, and of use to an interpreter
# that lacks nothing.
OWN_OPENSSL = ("pyopenssl",)


class Verdict(object):
    """On the engine `name`: `engine` is the Engine that works and `reason` its summary, or None and the reason why not."""

    def __init__(self, name, engine, reason):
        self.name = name
        self.engine = engine
        self.reason = reason


class Plan(object):
    """`features`: the rows to add; `engine`: the Engine that does the work, None if nothing is to be done; `why`: lines."""

    def __init__(self, features, engine, why):
        self.features = features
        self.engine = engine
        self.why = why


def is_complete(facts):
    """Whether the interpreter has an SSLObject of its own, so that nothing is to be added."""
    return all(name in facts.native for name in NEEDED_FOR_SSLOBJECT)


def make(facts, verdicts):
    """The Plan for an interpreter; `verdicts` on the engines that were asked, in their order.

    On an interpreter that lacks nothing, engines are asked only where one was requested that brings its own OpenSSL.

    ImportError, naming each engine and why it does not work, when something is missing and no engine can give it.
    """
    if facts.ssl_error is not None:
        raise ImportError("there is no ssl module to upgrade: %s" % facts.ssl_error)
    if is_complete(facts) and not verdicts:
        names = ", ".join(NEEDED_FOR_SSLOBJECT)
        return Plan((), None, ["Python %s has %s of its own: nothing was changed" % (facts.python, names)])
    missing = [feature for feature in FEATURES if feature.name not in facts.native]
    why = ["engine %s: %s" % (verdict.name, verdict.reason) for verdict in verdicts]
    for verdict in verdicts:
        if verdict.engine is not None:
            return Plan(tuple(missing), verdict.engine, why)
    if is_complete(facts):
        raise ImportError("; ".join(why))
    names = ", ".join(feature.name for feature in missing)
    raise ImportError("ssl lacks %s, and no engine can give it here; %s" % (names, "; ".join(why)))


def needs_engine(facts, request):
    """Whether engines have to be asked at all: something is missing, or one was requested that brings its own OpenSSL."""
    return not is_complete(facts) or request in OWN_OPENSSL
