"""What has to be told to the TLS of an SSLSocket after it was made and before its handshake begins: a session, for one.

Newer Pythons give it to `_ssl._SSLContext._wrap_socket`, which makes the SSL* and is not ours to change. An SSLSocket of Python 2.7 has
an SSL* from its construction or, when it is made unconnected, from connect() on. Both do the handshake by do_handshake(), unless they
are told not to: then it is done by do_handshake() later, or by the first read or write. So there are three places to be in time:

    do_handshake()               before it begins
    wrap_socket(), connect()     at their end, if they did not do the handshake

An SSL* whose handshake has begun is left alone.
"""
from __future__ import absolute_import, division, print_function

import functools

from .._features import BEFORE_HANDSHAKES
from .additions import Layer


def before_handshakes(reach, prepare):
    """{name: Layer} of BEFORE_HANDSHAKES, by which `prepare(sock, its SSL*)` is called in time, perhaps more than once."""
    functions = reach.functions

    def in_time(sock):
        pointer = reach.connection(sock)
        if pointer is not None and functions.SSL_in_before(pointer):
            prepare(sock, pointer)

    def around_handshake(original):
        @functools.wraps(original)
        def do_handshake(self, *args, **kwargs):  # gevent's takes none
            in_time(self)
            return original(self, *args, **kwargs)

        return do_handshake

    def around_connect(original):
        @functools.wraps(original)
        def connect(self, addr):
            result = original(self, addr)
            in_time(self)
            return result

        return connect

    def around_wrap_socket(original):
        @functools.wraps(original)
        def wrap_socket(self, *args, **kwargs):
            sock = original(self, *args, **kwargs)
            in_time(sock)
            return sock

        return wrap_socket

    return dict(zip(BEFORE_HANDSHAKES, map(Layer, (around_wrap_socket, around_connect, around_connect, around_handshake))))
