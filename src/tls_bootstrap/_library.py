"""`get_ssl()`: for libraries, which need what a newer `ssl` has and must not change the one of the process.

The ladder is the one of the python-dev thread of June 2017: the `ssl` that is there, if it has what is asked for; else an
object that has everything of `ssl` and what it lacks besides, over the first engine that works; else an ImportError that
tells of each rung why it does not hold. Nothing is written on `ssl` at any time.

The object is a module of its own kind. Names that it does not have itself are those of `ssl`, looked up when they are asked
for; its exceptions are `ssl`'s. Its SSLContext is a subclass of the genuine one, so it is good wherever that is wanted.
"""
from __future__ import absolute_import, division, print_function

from types import MethodType, ModuleType

from . import _facts, _patch, _plan
from ._compat import as_hostname
from ._features import ADDITIONS, resolve
from ._ledger import current

FAILURE = "Failed to import asynchronous SSL/TLS support: %s"
_modules = {}  # engine name -> SSLModule: made once, so that classes are the same for everybody who asks


def get_ssl(require, request):
    """What tls_bootstrap.get_ssl() returns, see there."""
    names = _patch.engine_names(request)
    facts = _facts.read()
    if facts.openssl is None:
        raise ImportError(FAILURE % "there is no ssl module: %s" % facts.ssl_error)
    import ssl

    lacks, ledger = missing(ssl, require), current()
    upgraded = ledger is not None and ledger.engine.name == request
    if not lacks and (request == "auto" or upgraded or not _plan.needs_engine(facts, _plan.Request(request))):
        return ssl
    rungs = ["the interpreter's ssl lacks %s" % ", ".join(lacks)] if lacks else []
    if facts.ssl_error is not None:
        raise ImportError(FAILURE % "; ".join(rungs + [facts.ssl_error]))
    for name in names:
        if _plan.is_complete(facts) and name not in _plan.OWN_OPENSSL:
            rungs.append("engine %s: not asked, it gives what this interpreter has of itself" % name)
            continue
        verdict, = _patch.ask_engines((name,), facts)
        if verdict.engine is None:
            rungs.append("engine %s: %s" % (name, verdict.reason))
            continue
        module = module_of(verdict.engine, facts)
        lacks = missing(module, require)
        if not lacks:
            return module
        rungs.append("engine %s cannot give %s" % (name, ", ".join(lacks)))
    additions = [row.name for row in ADDITIONS if row.name in lacks]
    if additions:
        rungs.append("only monkeypatch_ssl(), which is for the application to call, adds %s" % ", ".join(additions))
    raise ImportError(FAILURE % "; ".join(rungs))


def missing(module, require):
    """Those of the dotted names that a module does not have."""
    return [name for name in require if not _has(module, name)]


def _has(module, name):
    try:
        owner, last = resolve(module, name)
    except AttributeError:
        return False
    return hasattr(owner, last)


def module_of(engine, facts):
    """The SSLModule over an engine."""
    if engine.name not in _modules:
        from .surface import build

        _modules.setdefault(engine.name, SSLModule(build(engine, facts.native), facts))
    return _modules[engine.name]


class SSLModule(ModuleType):
    """Like the module `ssl`, and with what an engine adds."""

    def __init__(self, surface, facts):
        import ssl

        engine = surface.engine.name
        super(SSLModule, self).__init__("ssl", "The interpreter's ssl, and what it lacks by engine %s of tls_bootstrap." % engine)
        self.__dict__.update(surface.engine.openssl_facts())
        for name in ("MemoryBIO", "SSLObject", "SSLCertVerificationError"):
            if name not in facts.native:
                self.__dict__[name] = getattr(surface, name)
        names = dict(surface.on_context(ssl.SSLContext), wrap_bio=WrapBIO(surface), sslobject_class=surface.sslobject_class)
        self.SSLContext = type("SSLContext", (ssl.SSLContext,), dict(names, __slots__=(), __module__="ssl", __doc__=ssl.SSLContext.__doc__))
        self._genuine, self._engine = ssl, surface.engine.name

    def __getattr__(self, name):
        return getattr(self._genuine, name)

    def __dir__(self):
        return sorted(set(dir(self._genuine)) | set(self.__dict__))

    def __repr__(self):
        return "<ssl with engine %s of tls_bootstrap>" % self._engine

    def create_default_context(self, *arguments, **options):
        """ssl.create_default_context(), the context of our class."""
        return self._adopt(self._genuine.create_default_context(*arguments, **options))

    def _create_unverified_context(self, *arguments, **options):
        return self._adopt(self._genuine._create_unverified_context(*arguments, **options))

    _create_stdlib_context = _create_unverified_context  # what http.client, smtplib and others call (PEP 476)

    def _adopt(self, context):
        """A context that the genuine functions have made becomes one of our class, which adds methods and no state."""
        context.__class__ = self.SSLContext
        return context


class WrapBIO(object):
    """SSLContext.wrap_bio of an SSLModule. As a function of Python 3, and so as the native one, it can be called on the class with
    any context, which may be one that somebody else has made with the genuine `ssl`."""

    def __init__(self, surface):
        self._surface = surface
        self.__doc__ = surface.wrap_bio.__doc__

    def __get__(self, context, owner=None):
        if context is not None:
            return MethodType(self._surface.wrap_bio, context)

        def wrap_bio(context, incoming, outgoing, server_side=False, server_hostname=None, session=None):
            SSLObject = context.sslobject_class if isinstance(context, owner) else self._surface.SSLObject
            return SSLObject._create(incoming, outgoing, server_side=server_side, server_hostname=as_hostname(server_hostname),
                                     session=session, context=context)

        wrap_bio.__doc__ = self.__doc__
        return wrap_bio
