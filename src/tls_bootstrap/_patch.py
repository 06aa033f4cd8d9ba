"""The only writer: applies a plan to `ssl` and undoes it. Everything it writes goes through the ledger."""
from __future__ import absolute_import, division, print_function

import os

from . import _facts, _plan, engines
from ._ledger import LEDGER, Ledger, current, transaction
from .engines.native import Native

VETO = "TLS_BOOTSTRAP_DISABLE"
OF_SOCKETS = ("wrap_socket", "sslsocket_class")  # of SSLContext: what is left alone where another patcher makes the sockets


def apply(request, holder, caller):
    """Upgrade `ssl` as the Request wants it: (the ledger, None if nothing was needed; lines on how it came to this).

    `holder` is the name of the copy of the package that asks, `caller` the (file, line) it asks for.
    """
    refuse_veto()
    names = engine_names(request.engine)
    ssl = _import_ssl()
    with transaction(ssl):
        ledger = current()
        if ledger is not None:
            return _join(ledger, request, holder, caller), ledger.notes
        plan = make_plan(request, names)
        if plan.is_empty():
            return None, plan.why
        return _write(ssl, plan, request, holder, caller), plan.why


def make_plan(request, names):
    """The Plan for this interpreter, whose engines of these names are asked if one is needed."""
    facts = _facts.read()
    if facts.ssl_error:
        return _plan.make(facts, request, (), None)
    verdicts = ask_engines(names, facts) if _plan.needs_engine(facts, request) else ()
    remedies = _plan.wanted_remedies(request)
    reach = ask_reach(facts, _plan.missing_additions(facts, request) + remedies)
    return _plan.make(facts, request, verdicts, reach, ask_remedies(remedies, reach))


def undo(holder):
    """Take back what `holder` asked for. The upgrade itself goes when nobody asks for it any more; True if it went.

    RuntimeError, and nothing is changed, when somebody else has replaced since what would have to be put back.
    """
    ledger = current()
    if ledger is None:
        return False
    import ssl

    with transaction(ssl):
        ledger = current()
        if ledger is None or holder not in ledger.holders:
            return False
        if len(ledger.holders) > 1:
            del ledger.holders[holder]
            return False
        overwritten = ledger.overwritten()
        if overwritten:
            raise RuntimeError("cannot undo: %s was replaced after monkeypatch_ssl(), by another patcher%s; undo that one first"
                               % (", ".join(overwritten), _makers_of(ledger, overwritten)))
        ledger.undo()  # an engine that fails to forget leaves all as it is, the ledger too
        delattr(ssl, LEDGER)
        return True


def remarks(ledger):
    """Lines for status(), on what others do with `ssl` now: who makes the sockets that the engine would have made, or repairs are of."""
    import ssl

    maker = sockets_of_others(ssl)
    if maker is None:
        return []
    if ledger.engine.name in _plan.OWN_OPENSSL:
        return ["TLS sockets are made by %s, with the OpenSSL of the interpreter" % maker]
    return ["TLS sockets are made by %s, repairs are of the interpreter's own" % maker] if ledger.remedies else []


def sockets_of_others(ssl):
    """The module whose SSLSocket stands in the place of the interpreter's, as gevent's and eventlet's do; None if it is that."""
    return ssl.SSLSocket.__module__ if ssl.SSLSocket.__module__ != ssl.__name__ else None


def _makers_of(ledger, overwritten):
    """The modules of what stands now under the names "owner.name", in parentheses; nothing where it does not tell."""
    now = dict(("%s.%s" % (getattr(owner, "__name__", owner), name), vars(owner).get(name)) for owner, name, _, _ in ledger.replaced())
    modules = set(getattr(now[name], "__module__", None) for name in overwritten) - set([None])
    return " (%s)" % ", ".join(sorted(modules)) if modules else ""


def refuse_veto():
    """RuntimeError if the operator of this machine does not want any upgrade."""
    if os.environ.get(VETO, "0") not in ("", "0"):
        raise RuntimeError("ssl is not upgraded because the environment has %s=%s; unset it to allow this" % (VETO, os.environ[VETO]))


def engine_names(request):
    """The engines to try for a request, in order; ValueError for an unknown one."""
    if request == "auto":
        return engines.ORDER
    engines.load(request)
    return (request,)


def ask_engines(names, facts):
    """Verdicts up to the first engine that works."""
    verdicts = []
    for name in names:
        try:
            engine = engines.load(name).probe(facts)
        except ImportError as error:
            verdicts.append(_plan.Verdict(name, None, str(error)))
        else:
            verdicts.append(_plan.Verdict(name, engine, engine.summary))
            break
    return verdicts


def ask_reach(facts, rows):
    """The Verdict on the way to OpenSSL that these rows of the table need; it is not tried if none of them does."""
    if not any(row.needs or row.asks for row in rows):
        return _plan.Verdict("reach", None, "not needed")
    from .openssl.reach import open_reach

    try:
        return _plan.Verdict("reach", open_reach(facts), "proved")
    except ImportError as error:
        return _plan.Verdict("reach", None, str(error))


def ask_remedies(rows, reach):
    """Verdicts on the builders of those repairs and policies among `rows` that are needed here; `reach` the one on the way to OpenSSL."""
    if not rows:
        return []
    from .surface import repairs

    needed = repairs.needed(rows, reach.engine)
    return [_plan.Verdict(row.title, builder if reason is None else None, reason) for row, builder, reason in needed]


def _import_ssl():
    try:
        import ssl
    except ImportError as error:
        raise ImportError("there is no ssl module to upgrade: %s" % error)
    return ssl


def _join(ledger, request, holder, caller):
    if ledger.request != request:
        raise RuntimeError(
            "ssl was upgraded already with %s (%s), not %s; call unpatch_ssl() there first"
            % (ledger.request, ", ".join("%s:%s" % place for place in ledger.holders.values()), request)
        )
    ledger.holders.setdefault(holder, caller)
    return ledger


def _write(ssl, plan, request, holder, caller):
    ledger = Ledger(request, plan.engine or Native())
    ledger.holders[holder] = caller
    ledger.left_out = plan.left_out
    for line in plan.why:
        ledger.note(line)
    try:
        if plan.engine is not None:
            _write_core(ssl, plan, ledger)
        _write_additions(ssl, plan, ledger)
        _write_remedies(ssl, plan, ledger)
    except BaseException:
        ledger.undo()
        raise
    ledger.at_undo(ledger.engine.forget)
    setattr(ssl, LEDGER, ledger)
    return ledger


def _write_core(ssl, plan, ledger):
    """The SSLObject of an engine and what belongs to it."""
    from .surface import build

    surface = build(plan.engine, plan.native)
    for row in plan.core:
        for dotted in (row.name,) + row.also:
            _put(ssl, dotted, getattr(surface, dotted.rpartition(".")[2]), ledger)
    context = _facts.own_context(ssl)
    for name, value in sorted(surface.on_context(context).items()):
        if vars(context).get(name) is not value and not (name in OF_SOCKETS and sockets_of_others(ssl)):
            ledger.set(context, name, value)
    for name, value in sorted(plan.engine.openssl_facts().items()):
        if hasattr(ssl, name):
            ledger.set(ssl, name, value)


def _write_additions(ssl, plan, ledger):
    if not plan.additions:
        return
    from .surface import additions

    # an engine with an OpenSSL of its own has put its own wrap_socket() and sslsocket_class there
    by_engine = set((id(owner), name) for owner, name, _, _ in ledger.replaced()) if ledger.engine.name in _plan.OWN_OPENSSL else ()
    for dotted, value in additions.build(plan.additions, plan.reach, has_gate=plan.engine is not None):
        try:
            owner, name = _facts.place(ssl, dotted)
        except AttributeError:  # `also` of SSLObject, where none is wanted
            continue
        if (id(owner), name) in by_engine and not getattr(value, "over_engines", False):
            continue
        if isinstance(value, additions.Placement):
            value.put(ledger, owner, name)
        else:
            _put(ssl, dotted, value, ledger)


def _put(ssl, dotted, value, ledger):
    """Put a value under a name, unless another row has done so already."""
    owner, name = _facts.place(ssl, dotted)
    if vars(owner).get(name) is not value:
        ledger.set(owner, name, value)


def _write_remedies(ssl, plan, ledger):
    """Repairs and policies: what is made of what is there now, of that which was just put there as well."""
    for row, builder in plan.remedies:
        for table, entries in builder.entries():
            ledger.update(table, entries)
        for dotted, remake in sorted(builder.make().items()):
            owner, name = _facts.place(ssl, dotted)
            original = vars(owner).get(name)
            value = remake(original.__func__ if isinstance(original, staticmethod) else original)
            if value is not original:
                ledger.replace(owner, name, value)
        ledger.remedies.append((row.switch, row.name))
