"""Methods that SSLSocket and SSLObject have alike and that only ask OpenSSL about the connection: what was negotiated, who the peer is.

Such a question is several calls of OpenSSL, between which another thread may come in. An SSLObject of ours has a gate for that (see
additions.py); a native one, and an SSLSocket, have not: one thread at a time may use it, as the interpreter's own wants it up to 3.13.
"""
from __future__ import absolute_import, division, print_function


def make_method(reach, ask, documentation, without=lambda connection: None):
    """Make the method that returns ``ask(connection, its SSL*)``, or ``without(connection)`` where there is no TLS, yet or any more.

    It has the name of `ask` and a `documentation`.
    """
    def method(self):
        pointer = reach.connection(self)
        return without(self) if pointer is None else ask(self, pointer)

    method.__name__, method.__doc__ = ask.__name__, documentation
    return method
