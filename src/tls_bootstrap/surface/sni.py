"""SSLContext.sni_callback (Python 3.7): set_servername_callback() by another name, with another form of the name, and to be read again.

It is made of set_servername_callback(), which gives its callback the name decoded, as "b\\xfccher.example" (a U-label, RFC 5890). This one
gives it as it was sent, "xn--bcher-kva.example". All else is the interpreter's own: the connection that is given, whose `context` may be
exchanged, the alerts for a returned number, an exception and nonsense.
"""
from __future__ import absolute_import, division, print_function

from .additions import Layer
from .context import PROTOCOL_TLS_CLIENT
from .state import state_of_contexts


def make(reach):
    """{name: value} of this file's features. OpenSSL need not be reached for them."""
    import ssl

    state_of = state_of_contexts(ssl)

    def sni_callback(self):
        """What a server of this context calls with (connection, name, context) when a client has said which name it wants.

        `connection` is the SSLSocket or SSLObject, whose `context` may be set to another one; `name` an A-label, a str, or None. What it
        returns is None or the number of an alert, ssl.ALERT_DESCRIPTION_..., with which the handshake ends.

        To be set to a callable or None; TypeError for anything else, ValueError for a context of PROTOCOL_TLS_CLIENT. Since Python 3.7
        (bpo-28414; SSL_CTX_set_tlsext_servername_callback).
        """
        return state_of(self).sni_callback

    def set_sni_callback(self, callback):
        if self.protocol == PROTOCOL_TLS_CLIENT:
            raise ValueError("sni_callback cannot be set on TLS_CLIENT context")
        if callback is not None and not callable(callback):
            self.set_servername_callback(None)
            raise TypeError("not a callable object")
        self.set_servername_callback(None if callback is None else with_a_label(callback))
        state_of(self).sni_callback = callback

    def remembering(set_servername_callback):
        """set_servername_callback(), after which sni_callback is what that was given."""
        def set_and_remember(self, server_name_callback):
            state_of(self).sni_callback = None
            set_servername_callback(self, server_name_callback)
            state_of(self).sni_callback = server_name_callback

        set_and_remember.__name__, set_and_remember.__doc__ = "set_servername_callback", set_servername_callback.__doc__
        return set_and_remember

    return {"sni_callback": property(sni_callback, set_sni_callback), "set_servername_callback": Layer(remembering, over_engines=True)}


def with_a_label(callback):
    """A callback for set_servername_callback() that calls this one.

    OpenSSL asks again when a client has to send a second ClientHello (RFC 8446, 4.1.4), and then passes the address of the context that
    the connection was made with, although another may be in use and that one freed. So the connection keeps it.
    """
    def asked(connection, name, context):
        try:
            return callback(connection, a_label(name), context)
        finally:
            keep(connection, context)

    return asked


def keep(connection, first_context):
    """Have the connection refer to its first context, if it can: one that was made around `_ssl._SSLSocket` by hand may take no attributes."""
    try:
        if getattr(connection, "_first_context", None) is None:
            connection._first_context = first_context
    except AttributeError:
        pass


def a_label(name):
    """A decoded name as it was sent, as a native str; None for None."""
    if name is None:
        return None
    try:
        return str(name.encode("ascii").decode("ascii"))
    except UnicodeEncodeError:
        return str(name.encode("idna").decode("ascii"))
