"""Which feature comes from where, and why. Pure: facts and verdicts in, a plan or its refusal out; nothing is changed."""
from __future__ import absolute_import, division, print_function

from ._features import ADDITIONS, CORE, NEEDED_FOR_SSLOBJECT, OF_SSLOBJECT
from ._repairs import REMEDIES

# Engines that bring their own OpenSSL: used only on request or as the last rung, for sockets, too, and of use to an interpreter
# that lacks nothing.
OWN_OPENSSL = ("pyopenssl",)


class Request(object):
    """What monkeypatch_ssl() was asked for: the name of an engine or "auto", and sets of names of features, repairs and policies, None for
    all of them."""

    def __init__(self, engine="auto", features=None, repair=frozenset(), policy=frozenset()):
        self.engine = engine
        self.features = features
        self.repair = repair
        self.policy = policy

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __hash__(self):
        return hash((self.engine, self.features, self.repair, self.policy))

    def __ne__(self, other):
        return not self == other

    def __str__(self):
        said = ["engine=%r" % self.engine]
        said += ["features=%r" % sorted(self.features)] if self.features is not None else []
        for switch in ("repair", "policy"):
            names = getattr(self, switch)
            said += ["%s=%s" % (switch, "True" if names is None else sorted(names))] if names != frozenset() else []
        return ", ".join(said)

    def names(self, row):
        """Whether the row of one of the tables is wanted by its name."""
        return getattr(self, row.switch) is not None and row.name in getattr(self, row.switch)

    def wants(self, row):
        """Whether the row is wanted, by its name or as one of all."""
        return getattr(self, row.switch) is None or self.names(row)


class Verdict(object):
    """On what is called `name`: it works and `reason` is its summary, or `engine` is None and `reason` says why it does not."""

    def __init__(self, name, engine, reason):
        self.name = name
        self.engine = engine
        self.reason = reason


class Plan(object):
    """`core`: rows to add by the Engine `engine`, None if there is nothing for it to do; `additions`: rows to add by the Reach
    `reach`; `remedies`: [(row, its builder)] of repairs and policies; `left_out`: {name: why it cannot be given}; `why`: lines;
    `native`: as in Facts."""

    def __init__(self, native, core, engine, additions, reach, remedies, left_out, why):
        self.native = native
        self.core = core
        self.engine = engine
        self.additions = additions
        self.reach = reach
        self.remedies = remedies
        self.left_out = left_out
        self.why = why

    def is_empty(self):
        """Whether there is nothing to do."""
        return self.engine is None and not self.additions and not self.remedies


def is_complete(facts):
    """Whether the interpreter has an SSLObject of its own."""
    return all(name in facts.native for name in NEEDED_FOR_SSLOBJECT)


def needs_engine(facts, request):
    """Whether engines have to be asked at all: an SSLObject is wanted and missing, or one was requested that brings its own OpenSSL."""
    return request.engine in OWN_OPENSSL or not is_complete(facts) and any(request.wants(row) for row in OF_SSLOBJECT)


def missing_additions(facts, request):
    """The rows beside an SSLObject that are wanted and not there."""
    return [row for row in ADDITIONS if row.name not in facts.native and request.wants(row)]


def wanted_remedies(request):
    """The rows of repairs and policies that are wanted."""
    return [row for row in REMEDIES if request.wants(row)]


def prospect(facts):
    """What an interpreter lacks, in a sentence."""
    rows = CORE + ADDITIONS if not is_complete(facts) else ADDITIONS
    missing = [row.name for row in rows if row.name not in facts.native]
    if missing:
        return "ssl lacks %s; monkeypatch_ssl() would add what can be given here" % ", ".join(missing)
    return "Python %s has of its own all that could be added" % facts.python


def make(facts, request, verdicts, reach, remedies=()):
    """The Plan for an interpreter; `verdicts` on the engines that were asked, in their order, `reach` the one on the way to OpenSSL,
    `remedies` those on the builders of the wanted repairs and policies that are needed here.

    ImportError, naming each engine and why it does not work, when one is needed and none works, and for what was asked for by name and
    cannot be given.
    """
    if facts.ssl_error is not None:
        raise ImportError("there is no ssl module to upgrade: %s" % facts.ssl_error)
    why = ["engine %s: %s" % (verdict.name, verdict.reason) for verdict in verdicts]
    engine = _engine(facts, request, verdicts, why)
    core = tuple(row for row in CORE if row.name not in facts.native) if engine else ()
    additions, left_out = divide(facts, request, engine, reach)
    if request.features is not None and left_out:
        raise ImportError("; ".join("ssl.%s cannot be given here: %s" % each for each in sorted(left_out.items())))
    why += ["%s: not needed here" % row.title for row in wanted_remedies(request)
            if request.names(row) and row.title not in [verdict.name for verdict in remedies]]
    remedies, not_remedied = divide_remedies(remedies, facts, request, engine, reach)
    left_out.update(not_remedied)
    plan = Plan(facts.native, core, engine, additions, reach.engine, remedies, left_out, why)
    if plan.is_empty():
        why.append("Python %s has all that is wanted and can be given: nothing was changed" % facts.python)
    return plan


def _engine(facts, request, verdicts, why):
    if not needs_engine(facts, request):
        return None
    for verdict in verdicts:
        if verdict.engine is not None:
            return verdict.engine
    if is_complete(facts):
        raise ImportError("; ".join(why))
    names = ", ".join(row.name for row in CORE if row.name not in facts.native)
    raise ImportError("ssl lacks %s, and no engine can give it here; %s" % (names, "; ".join(why)))


def divide(facts, request, engine, reach):
    """Of the rows beside an SSLObject that are wanted and not there: ([those that can be given], {name: why not} of the others)."""
    additions, left_out = [], {}
    for row in missing_additions(facts, request):
        reason = _why_not(row, facts, engine, reach)
        if reason is None:
            additions.append(row)
        else:
            left_out[row.name] = reason
    return additions, left_out


def divide_remedies(verdicts, facts, request, engine, reach):
    """Of the verdicts on repairs and policies: ([(row, builder) of those that can be done], {title: why it cannot be} of the others).
    ImportError for one of the others that was asked for by name."""
    rows = dict((row.title, row) for row in REMEDIES)
    done, left_out = [], {}
    for verdict in verdicts:
        row = rows[verdict.name]
        reason = _why_not(row, facts, engine, reach) or (verdict.reason if verdict.engine is None else None)
        if reason is None:
            done.append((row, verdict.engine))
            continue
        left_out[row.title] = reason
        if request.names(row):
            raise ImportError("%s cannot be done here: %s" % (row.title, reason))
    return done, left_out


def _why_not(row, facts, engine, reach):
    if row.openssl > facts.openssl_info:
        return "before OpenSSL %s its bit means something else, or nothing" % ".".join(map(str, row.openssl[:3]))
    if not row.needs:
        return None
    if engine is not None and engine.name in OWN_OPENSSL:
        return "engine %s does TLS with an OpenSSL of its own, out of reach" % engine.name
    if reach.engine is None:
        return reach.reason
    absent = [name for name in row.needs if not reach.engine.functions.has(name)]
    return "its OpenSSL has no %s" % " and no ".join(absent) if absent else None
