"""What users see on `ssl` after the upgrade, the same over every engine.

    membio      MemoryBIO, where an engine has memory BIOs of OpenSSL
    sslobject   SSLObject
    context     what SSLContext gains: wrap_bio, sslobject_class
    errors      SSLCertVerificationError, and the translation of an old `_ssl`'s errors
    gate        one thread at a time inside a connection

The classes are made by `build`, at activation, when `ssl` and the engine are known: their hot functions then find what
they need in the cells of a closure. They are made once for each engine in a process, so that an `isinstance` or an
`except` clause that names one of them still means it after an undo and another upgrade.
"""
from __future__ import absolute_import, division, print_function

_built = {}  # engine name -> Surface: made once, never changed


class Surface(object):
    """The classes and functions that one engine puts on `ssl`."""

    def __init__(self, engine):
        from . import context, errors, sslobject

        self.SSLCertVerificationError = errors.make_verification_error()
        translate = errors.Translator(self.SSLCertVerificationError, engine.reports_unexpected_eof())
        self.MemoryBIO = engine.make_memory_bio()
        self.SSLObject = sslobject.make_ssl_object(engine, self.MemoryBIO, translate)
        self.wrap_bio = context.wrap_bio
        self.sslobject_class = context.ContextDefault(self.SSLObject)


def build(engine):
    """The Surface of an engine."""
    if engine.name not in _built:
        _built[engine.name] = Surface(engine)
    return _built[engine.name]
