"""Repairs of what the interpreter's own `ssl` gets wrong. Here is what they and the policies share; _repairs.py is the table.

A row of the table names a Builder. `is_needed` tries whether the interpreter has the defect at all - the behaviour, no version - and
`make` gives for each name that is to be replaced a function that makes the new value of the old one. So repairs of the same method stand
around each other, and around what an addition has put there, in the order of the table, and each knows its own business only. What is
right without them goes through unchanged.

    ragged_eof           the end of the transport without close_notify
    reason_names         what the reasons of errors are called
    certificate_errors   SSLCertVerificationError
    hostnames            match_hostname, and the check inside the handshake
    empty_write          sending nothing
    sni_context          a context that its SNI callback has replaced
    wrap_bio_arguments   check_hostname without a name
    trial                throw-away connections, to try things on
"""
from __future__ import absolute_import, division, print_function

import functools
import sys

from ..._compat import as_hostname
from ...engines.genuine import GenuineConnection


def needed(rows, reach):
    """[(row, its Builder, None or why it cannot be done)] for those of the rows that are needed here; `reach` may be None."""
    import ssl

    builders = [(row, _builder_of(row)(ssl, reach)) for row in rows]
    return [(row, builder, builder.refusal()) for row, builder in builders if builder.is_needed()]


def _builder_of(row):
    module, _, name = row.builder.rpartition(".")
    module = "%s.%s" % (__name__.rpartition(".")[0], module)
    __import__(module)
    return getattr(sys.modules[module], name)


class Builder(object):
    """One row, done in one way. `ssl` is the module before anything is changed, `reach` the way to its OpenSSL, None if there is none.

    classes   the names of those that are repaired: the interpreter's own SSLSocket, unless another one stands in its place as gevent's and
              eventlet's do, and its own SSLObject, if it has one
    """

    def __init__(self, ssl, reach):
        self.ssl, self.reach = ssl, reach
        self.classes = ["SSLSocket"] if ssl.SSLSocket.__module__ == ssl.__name__ else []
        self.classes += ["SSLObject"] if hasattr(ssl, "SSLObject") else []

    def is_needed(self):
        """Whether this interpreter has the defect, or not yet the default. True where that cannot be found out."""
        raise NotImplementedError("a builder has to know whether it is needed")

    def refusal(self):
        """None, or why it cannot be done although OpenSSL is within reach."""
        return None

    def make(self):
        """{dotted name: function that makes the new value of the one that is there, None if there is none}."""
        return {}

    def entries(self):
        """[(dict of the interpreter, entries to put there)]."""
        return []

    def methods(self, remake, *names):
        """{dotted name: remake} for those methods of the classes that are there."""
        return dict(("%s.%s" % (class_, name), remake)
                    for class_ in self.classes for name in names if hasattr(getattr(self.ssl, class_), name))

    def ask(self, connection):
        """The GenuineConnection of an SSLSocket or SSLObject, to be asked about its SSL*; None before and after it is connected. It has a
        name if that is to be checked."""
        pointer = self.reach.connection(connection)
        if pointer is None:
            return None
        name = as_hostname(connection.server_hostname or None) if connection.context.check_hostname else None
        return GenuineConnection(None, pointer, name, None, self.reach.library)


class OfMethods(Builder):
    """A Builder that replaces methods only: there is nothing for it to do where the classes are somebody else's."""

    def refusal(self):
        return None if self.classes else "TLS sockets are made by %s" % self.ssl.SSLSocket.__module__


def translating(translate):
    """Makes what makes a method that raises `translate(self, error)` in the place of an error for which that is not None."""
    from socket import error as OSErrors

    def remake(original):
        @functools.wraps(original)
        def method(self, *arguments, **options):
            try:
                return original(self, *arguments, **options)
            except OSErrors as error:
                better = translate(self, error)
                if better is None:
                    raise
            try:
                raise better
            finally:
                better = None  # its traceback refers to this frame

        return method

    return remake


def for_new_contexts(change):
    """Makes what makes an SSLContext.__new__ that calls `change(context, protocol)` on each context as soon as there is one: subclasses,
    and who calls SSLContext, find the changed default and may set what they like. The protocol is None if none was said."""
    def remake(original):
        @functools.wraps(original)
        def __new__(cls, *arguments, **options):
            context = original(cls, *arguments, **options)
            change(context, arguments[0] if arguments else options.get("protocol"))
            return context

        return staticmethod(__new__)

    return remake
