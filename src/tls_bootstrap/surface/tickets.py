"""SSLContext.num_tickets: how many tickets for later sessions a server sends in TLS 1.3 (Python 3.8)."""
from __future__ import absolute_import, division, print_function

from .._compat import as_index
from .context import PROTOCOL_TLS_SERVER


def make(reach):
    """{name: property} of this file's feature, bound to a Reach."""
    functions, context_pointer = reach.functions, reach.context

    class OfSSLContext(object):

        @property
        def num_tickets(self):
            """The number of tickets that a server sends after each handshake of TLS 1.3, an int.

            ValueError for one below 0 and for a context that is not made with PROTOCOL_TLS_SERVER, TypeError for what is no int.
            Since Python 3.8 (bpo-37120; SSL_CTX_set_num_tickets).
            """
            return int(functions.SSL_CTX_get_num_tickets(context_pointer(self)))

        @num_tickets.setter
        def num_tickets(self, number):
            number = as_index(number, c_type="long")
            if number < 0:
                raise ValueError("value must be non-negative")
            if self.protocol != PROTOCOL_TLS_SERVER:
                raise ValueError("SSLContext is not a server context.")
            if functions.SSL_CTX_set_num_tickets(context_pointer(self), number) != 1:
                raise ValueError("failed to set num tickets.")

    return {"num_tickets": vars(OfSSLContext)["num_tickets"]}
