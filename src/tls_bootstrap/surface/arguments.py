"""What wrap_socket() and, since Python 3.13.16, 3.14.8 and 3.15, wrap_bio() refuse, whoever makes the connection.

In CPython's own order and words: _check_sslobject_params() of Lib/ssl.py (gh-156793), before that SSLSocket._create().
"""
from __future__ import absolute_import, division, print_function


def check_arguments(context, server_side, server_hostname, session):
    """ValueError for what only a client can say, and for a context that wants a name to be checked where there is none."""
    if server_side and server_hostname:
        raise ValueError("server_hostname can only be specified in client mode")
    if server_side and session is not None:
        raise ValueError("session can only be specified in client mode")
    if context.check_hostname and not server_hostname:
        raise ValueError("check_hostname requires server_hostname")
