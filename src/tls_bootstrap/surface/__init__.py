"""What users see on `ssl` after the upgrade, the same over every engine.

    membio, cffibio   MemoryBIO of OpenSSL, by ctypes or by cffi
    bytebio           MemoryBIO of Python
    sslobject         SSLObject
    sslsocket         SSLSocket, for an engine that brings its own OpenSSL
    arguments         what all that make a connection refuse
    context           what SSLContext gains: wrap_bio, sslobject_class
    errors            SSLCertVerificationError, and the translation of an old `_ssl`'s errors
    additions         what else newer Pythons have, made by one of these for each group of names:
    negotiation           what a handshake may choose from
    negotiated            what it has chosen
    ciphers               cipher suites, of a context and of both ends
    chains                the certificates of the peer
    commonname            whether a common name will do for a host name
    randomness            RAND_bytes
    abilities             HAS_*
    questions             what the methods have in common that only ask about a connection
    enums                 enumerations, and what puts new members into them
    constants             bits of options and flags, abilities of OpenSSL
    versions              the lowest and highest version of TLS of a context
    protocols             contexts for one role, and check_hostname
    psk                   keys in place of certificates
    keylog, messages      for debugging: secrets in a file, a callback for each message
    objects               the class of what wrap_bio() makes
    sni                   the callback for server names
    raising               where an exception of a callback goes
    repairs, policies what is done on request only, to what the interpreter has of itself

The classes are made by `build`, at activation, when `ssl` and the engine are known: their hot functions then find what
they need in the cells of a closure. They are made once for each engine in a process, so that an `isinstance` or an
`except` clause that names one of them still means it after an undo and another upgrade.
"""
from __future__ import absolute_import, division, print_function

from .._plan import OWN_OPENSSL

_built = {}  # what once() has made, never changed


class Surface(object):
    """The classes and functions that one engine puts on `ssl`; `native` are the names of features that are there without us."""

    def __init__(self, engine, native):
        import ssl

        from . import context, errors, sslobject

        self.engine = engine
        if "SSLCertVerificationError" in native:
            self.SSLCertVerificationError = ssl.SSLCertVerificationError
        else:
            self.SSLCertVerificationError = once("SSLCertVerificationError", errors.make_verification_error)
        translate = errors.Translator(self.SSLCertVerificationError, engine.reports_unexpected_eof())
        self.MemoryBIO = engine.make_memory_bio()
        base = ssl.SSLObject if "SSLObject" in native else object
        self.SSLObject = sslobject.make_ssl_object(engine, self.MemoryBIO, translate, base)
        self.wrap_bio = context.wrap_bio
        self.sslobject_class = context.ContextDefault("sslobject_class", self.SSLObject)

    def on_context(self, base):
        """{name: value} to put on an SSLContext so that all it does is done by an engine with an OpenSSL of its own.

        `base` is the class that is changed, or that a new one is to inherit from.
        """
        if self.engine.name not in OWN_OPENSSL:
            return {}
        from ..stream import TLSStream
        from . import context, sslsocket

        SSLSocket = once("SSLSocket", lambda: sslsocket.make_ssl_socket(TLSStream))
        names = {
            "wrap_bio": context.make_wrap_bio(self.SSLObject),
            "sslobject_class": self.sslobject_class,
            "wrap_socket": sslsocket.make_wrap_socket(SSLSocket),
            "sslsocket_class": context.ContextDefault("sslsocket_class", SSLSocket),
        }
        names.update(self.engine.recorders(base))
        return names


def build(engine, native):
    """The Surface of an engine."""
    return once(engine.name, lambda: Surface(engine, native))


def once(name, make):
    """What was made under a name, by whichever thread was first."""
    if name not in _built:
        _built.setdefault(name, make())
    return _built[name]
