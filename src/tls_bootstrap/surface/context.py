"""What SSLContext gains. The functions are added to the class that is there, so contexts made before have them, too."""
from __future__ import absolute_import, division, print_function

from .._compat import as_hostname
from .state import state_of_contexts

PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER = 16, 17  # of `ssl` since Python 3.6, for where they are missing


def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
    """Make an SSLObject that reads records from `incoming` and writes them to `outgoing`, both MemoryBIO.

    `server_hostname` is sent as SNI (unless it is an IP address) and, with `check_hostname`, is what the certificate is
    checked against inside the handshake. `session` is an SSLSession for a client to resume (surface/sessions.py).

    ValueError for a `server_hostname` that is empty or no host name, TypeError for one with a NUL and for other types; for a `session`
    what setting it raises.
    Since Python 3.5 (bpo-21965), `session` since 3.6.
    """
    return self.sslobject_class._create(
        incoming,
        outgoing,
        server_side=server_side,
        server_hostname=as_hostname(server_hostname),
        session=session,
        context=self,
    )


def make_wrap_bio(SSLObject):
    """Make wrap_bio for an engine that brings its own OpenSSL: `sslobject_class` may be a subclass of the interpreter's SSLObject."""
    def wrap_bio_of_engine(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        return over(self.sslobject_class, SSLObject)._create(
            incoming, outgoing, server_side=server_side, server_hostname=as_hostname(server_hostname), session=session, context=self)

    wrap_bio_of_engine.__name__, wrap_bio_of_engine.__doc__ = "wrap_bio", wrap_bio.__doc__
    return wrap_bio_of_engine


def over(class_, engine_class):
    """`class_` with the class of an engine below it: the TLS is the engine's, and what `class_` does besides is still done.

    truststore and others set such classes as `sslobject_class` and `sslsocket_class`: subclasses of the interpreter's own, of which
    `engine_class` is one, too. What is neither is left as it is.
    """
    if class_ in engine_class.__mro__:
        return engine_class
    if issubclass(class_, engine_class) or engine_class.__mro__[1] not in class_.__mro__[:-1]:  # the last is object
        return class_
    return type(class_)(class_.__name__, (class_, engine_class), {"__module__": class_.__module__})


class ContextProperty(property):
    """A property of SSLContext that `_ssl._SSLContext` does not have, or not like this.

    gevent and eventlet give their contexts setters which ask `super(SSLContext, SSLContext)`, and so go past ours to what is below, where
    there is nothing or what knows less (https://github.com/eventlet/eventlet/issues/371). A setter that is added in a subclass is not
    taken, therefore.
    """

    def setter(self, function):
        return self


class ContextDefault(object):
    """An attribute of SSLContext that each context may set for itself, for contexts that have no `__dict__` (2.7, 3.6).

    Read from the class it is the default, as a plain class attribute would be; a subclass may override it by one.
    """

    def __init__(self, name, default):
        import ssl

        self._name, self._default, self._state_of = name, default, state_of_contexts(ssl)

    def __get__(self, context, owner=None):
        return self._default if context is None else vars(self._state_of(context, make=False)).get(self._name, self._default)

    def __set__(self, context, value):
        setattr(self._state_of(context), self._name, value)

    def __delete__(self, context):
        if vars(self._state_of(context, make=False)).pop(self._name, None) is None:
            raise AttributeError("this context has no value of its own")
