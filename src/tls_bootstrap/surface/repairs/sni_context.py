"""A connection keeps the context that it was made with, although its SNI callback has given it another one (CVE-2026-19445).

`_ssl` has OpenSSL pass the address of that context to the callback, and holds the context itself only as long as it is the one in use. The
usual callback says `connection.context = other`; if nobody else has the first one, as in a server that makes one for each connection, it is
freed. With a second ClientHello, which a client may force (RFC 8446, 4.1.4; in TLS 1.2 by renegotiation), OpenSSL calls again, with the
address of what is no more. Newer Pythons ask the connection for its context instead.
"""
from __future__ import absolute_import, division, print_function

from ..sni import keep
from . import OfMethods, trial


class SNIContext(OfMethods):
    """Where OpenSSL still calls for a context that is gone, and where that cannot be tried."""

    def is_needed(self):
        return self.reach is None or trial.is_called_for_what_is_gone(self.ssl, self.reach) is not False

    def make(self):
        return self.methods(_remake, "context")


def _remake(original):
    """The property `context` of a connection, which keeps the first when it is set."""
    def set_context(self, context):
        keep(self, original.fget(self))  # before: SSLSocket refuses what is no context only when it has it
        original.fset(self, context)

    return property(original.fget, set_context, original.fdel, original.__doc__)
