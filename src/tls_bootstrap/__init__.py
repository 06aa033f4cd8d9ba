"""tls_bootstrap: the `ssl` of newer Pythons for the Python that is there, switched on at run time.

    import tls_bootstrap
    tls_bootstrap.monkeypatch_ssl()     # applications: ssl.MemoryBIO, ssl.SSLObject, SSLContext.wrap_bio are there now

Applications call it; libraries never do - who imports a library has not asked for another `ssl`. Importing this package
changes nothing. `python -m tls_bootstrap doctor` tells what would be done, `python -m tls_bootstrap run PROGRAM` does it
for a program that does not know.
"""
from __future__ import absolute_import, division, print_function

from .stream import TLSStream

__version__ = "0.1.0"
__all__ = ["TLSStream", "get_original", "get_ssl", "is_patched", "monkeypatch_ssl", "status", "unpatch_ssl"]


def monkeypatch_ssl(engine="auto", features=None, repair=False, policy=False):
    """Upgrade the `ssl` module of this process, in place; a Report of what was done, and why.

    `engine` is "auto" (the first that works) or the name of one: "inplace", "loopback", "pyopenssl". It makes the SSLObject of an
    interpreter that has none; "pyopenssl", which brings its own OpenSSL, does all TLS of SSLContext also where there is one.
    `features` are the names of what is to be added, as `doctor` lists them; by default all that `ssl` lacks and that can be given
    here, and the report tells of the others why they cannot. What `ssl` has of itself is never replaced unless `repair` or `policy` says
    so, and where it has everything, nothing is changed. The same call again changes nothing.

    `repair` makes right what this interpreter's `ssl` gets wrong, `policy` gives new contexts the stricter defaults of newer Pythons:
    True for all that is needed here, or names, as `doctor` lists them.

    ImportError, naming each engine and why not, where no engine works and one is needed, and for what was asked for by name and cannot
    be given. RuntimeError when `ssl` was upgraded with other arguments, or when the environment forbids it (TLS_BOOTSTRAP_DISABLE=1).
    ValueError for an unknown engine, feature, repair or policy, TypeError for a text where names are wanted.
    """
    from . import _features, _patch, _plan, _repairs
    from ._caller import caller
    from ._report import Report

    request = _plan.Request(engine, _features.named(features), _repairs.named("repair", repair), _repairs.named("policy", policy))
    ledger, why = _patch.apply(request, __name__, caller())
    return _reported(ledger) if ledger else Report(None, why)


def get_ssl(require=("MemoryBIO", "SSLObject", "SSLContext.wrap_bio"), engine="auto"):
    """For libraries: `ssl` itself if it has all that is required, else a module like it that has; nothing is changed.

    `require` are (dotted) names as seen from `ssl`. `engine` as for monkeypatch_ssl(). A context that somebody else has made
    with the genuine `ssl` is used with `get_ssl().SSLContext.wrap_bio(context, incoming, outgoing, ...)`.

    ImportError, naming each way that was tried and why it failed. ValueError for an unknown engine.
    """
    from . import _library

    return _library.get_ssl(require, engine)


def unpatch_ssl():
    """Put `ssl` back as it was, exactly; a Report. While another copy of this package has asked for the upgrade, it stays.

    RuntimeError, and nothing is changed, when another patcher has since replaced what would have to be put back.
    """
    from . import _patch

    _patch.undo(__name__)
    return status()


def is_patched():
    """Whether `ssl` is upgraded, by whichever copy of this package."""
    from ._ledger import current

    return current() is not None


def get_original(name):
    """What `ssl` had under a (dotted) name before the upgrade: "SSLContext", "SSLContext.wrap_bio".

    What was not replaced is returned as it is. AttributeError for what the original `ssl` does not have.
    """
    import ssl

    from ._facts import place
    from ._ledger import current

    owner, last = place(ssl, name)
    for replaced, replaced_name, existed, original in current().replaced() if is_patched() else ():
        if replaced is owner and replaced_name == last:
            if existed:
                return original
            for base in getattr(owner, "__mro__", ())[1:]:  # it had it of one of these
                if last in vars(base):
                    return vars(base)[last]
            raise AttributeError("the original ssl has no %s: it was added by tls_bootstrap" % name)
    return getattr(owner, last)


def status():
    """A Report: whether `ssl` is upgraded, by which engine and why that one, what was added, who asked for it.

    Where nothing is changed, the report tells what monkeypatch_ssl() would do.
    """
    from ._ledger import current
    from ._report import Report

    ledger = current()
    if ledger is not None:
        return _reported(ledger)
    from . import _facts, _plan

    facts = _facts.read()
    if facts.ssl_error is not None:
        return Report(None, ["there is no ssl module to upgrade: %s" % facts.ssl_error])
    return Report(None, [_plan.prospect(facts)])


def _reported(ledger):
    from . import _patch
    from ._report import Report

    return Report(ledger, _patch.remarks(ledger))
