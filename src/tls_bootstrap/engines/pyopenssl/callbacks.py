"""What OpenSSL calls back, through pyOpenSSL.

The functions here belong to no connection: a Context has them, and a Context is shared and lives long. The connection finds
its Raw by the weak reference that it has as app_data, so nothing here keeps anything alive.

No exception may leave a callback. pyOpenSSL keeps those of the verify callback in the *Context*, and raises them in whichever
connection comes next; it lets the handshake go on after those of the server name callback (up to 21.0), or prints them.
"""
from __future__ import absolute_import, division, print_function

import weakref

from ..._compat import as_index
from . import recipe

__all__ = ["alert_for", "alpn_selector", "keylog_writer", "on_server_name", "on_verify", "report"]


def on_verify(connection, certificate, code, depth, ok):
    """Whether to go on, having looked at one certificate of the chain."""
    return connection.get_app_data()().judge(certificate, code, depth, ok)


def on_server_name(connection):
    """A ClientHello was read; pyOpenSSL ignores what is returned."""
    connection.get_app_data()().answer_server_name()


HANDSHAKE_FAILURE, INTERNAL_ERROR = 40, 80  # alerts, RFC 8446 section 6


def alert_for(name, owner, context):
    """What the callback of a context says to a server name (bytes or None): the number of an alert, or None to go on.

    As `_servername_callback` of _ssl.c understands it. Up to Python 3.6 the callback is given the U-label.
    """
    callback = recipe.sni_callback_of(context)
    if callback is None:
        return None
    try:
        name = name if name is None else name.decode("ascii" if recipe.has_sni_callback() else "idna")
    except UnicodeError as error:
        report(error)
        return INTERNAL_ERROR
    try:
        answer = callback(owner, name, context)
    except BaseException as error:  # of any kind: there is nobody below who could catch it
        report(error)
        return HANDSHAKE_FAILURE
    try:
        return None if answer is None else as_index(answer) & 0xFF
    except (TypeError, OverflowError) as error:
        report(error)
        return INTERNAL_ERROR


def alpn_selector(protocols):
    """A callback that chooses as SSL_select_next_proto does: the first of ours that the client has, too."""
    from OpenSSL import SSL

    def select(connection, offered):
        for protocol in protocols:
            if protocol in offered:
                return protocol
        return SSL.NO_OVERLAPPING_PROTOCOLS

    return select


def keylog_writer(path):
    """A callback that adds lines to a file (NSS Key Log Format); the genuine context has written the first."""

    def write(connection, line):
        with open(path, "ab") as stream:
            stream.write(line + b"\n")

    return write


class Bystander(object):
    """Dies, so that a callback of a weak reference is called."""


def report(error):
    """Say that an exception was raised where nobody can catch it, in the interpreter's own way: sys.unraisablehook since 3.8,
    a line on stderr before. Python code reaches that way only by raising where it is taken, in a weak reference's callback."""

    pending, bystander = [error], Bystander()

    def callback_for_server_names(reference):
        raise pending.pop()  # not kept: the exception refers to this frame

    reference = weakref.ref(bystander, callback_for_server_names)
    del bystander
    del reference
