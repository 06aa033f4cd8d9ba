"""Throw-away connections of the interpreter's own `_ssl`, to try what it does: nobody is at the other end, and nothing waits.

They are genuine objects between MemoryBIOs, or where there are none over a pair of local sockets. No certificate is needed: the cipher
suites are those of OpenSSL that have none. So a trial says nothing of TLS 1.3, which has no such suites; it tries what `_ssl` makes of what
OpenSSL answers.
"""
from __future__ import absolute_import, division, print_function

from ..._facts import own_context
from ...openssl.functions import SET_SERVERNAME_ARGUMENT

STEPS = 10  # of each end are more than any handshake takes


def new_context(ssl, role="CLIENT"):
    """A new SSLContext of the interpreter's own class."""
    context = own_context(ssl)(getattr(ssl, "PROTOCOL_TLS_" + role, ssl.PROTOCOL_SSLv23))  # the latter is deprecated since 3.10
    put(context, "check_hostname", False)
    put(context, "verify_mode", ssl.CERT_NONE)
    return context


def put(context, name, value):
    """Set an attribute past `ssl`: its setters call themselves once another class is called ssl.SSLContext, as with gevent and truststore
    (gevent/gevent#903), and its wrappers of callbacks refer to the context."""
    import _ssl

    getattr(_ssl._SSLContext, name).__set__(context, value)


def error_at_the_end(ssl):
    """What do_handshake() raises when the transport ends without close_notify; None where that cannot be tried."""
    from socket import error as OSErrors

    ends = _ends(new_context(ssl), None, ssl)
    if ends is None:
        return None
    client, _, owner = ends
    owner.end_transport()
    try:
        client.do_handshake()
    except OSErrors as error:  # each way to say it is one
        return error


def connected(ssl):
    """(client, server, what keeps them alive) after their handshake; None where OpenSSL has no cipher suite without certificates."""
    try:
        ends = _ends(_anonymous(new_context(ssl), ssl), _anonymous(new_context(ssl, "SERVER"), ssl), ssl)
        if ends is not None and _shake_hands(ends[:2], ssl):
            return ends
    except ssl.SSLError:  # no such cipher suites, or forbidden by the system's configuration
        return None


def is_called_for_what_is_gone(ssl, reach):
    """Whether OpenSSL calls the SNI callback of a context that is gone, for a connection that has begun with it and has another one now.
    None where that cannot be tried.

    What the callback is given is the address of the context; in its place that of a living one is put before anything is called.
    """
    if not reach.functions.has("SSL_CTX_ctrl"):
        return None
    other, stand_in, called = new_context(ssl, "SERVER"), new_context(ssl, "SERVER"), []
    _set_sni_callback(stand_in, lambda *_: called.append(True))

    def say_hello(context):
        """To a server that has begun with a new context, and has this one now (None: still that)."""
        first = new_context(ssl, "SERVER")
        _set_sni_callback(first, lambda *_: called.append(True))
        ends = _ends(new_context(ssl), first, ssl, "localhost")
        if ends is None:
            return
        pointer = reach.context(first)
        if context is not None:
            ends[1].context = context
            del first  # the SSL_CTX lives on: the SSL began with it
        reach.functions.SSL_CTX_ctrl(pointer, SET_SERVERNAME_ARGUMENT, 0, reach.argument(stand_in))
        for end in ends[:2]:
            try:
                end.do_handshake()
            except ssl.SSLError:  # the client waits for an answer, the server has no certificate
                pass

    say_hello(None)
    if not called:  # the handshake does not come so far
        return None
    del called[:]
    say_hello(other)
    return bool(called)


def _set_sni_callback(context, callback):
    import _ssl

    if hasattr(_ssl._SSLContext, "sni_callback"):
        put(context, "sni_callback", callback)
    else:
        _ssl._SSLContext.set_servername_callback(context, callback)


def _anonymous(context, ssl):
    import _ssl

    if hasattr(_ssl._SSLContext, "maximum_version"):
        put(context, "maximum_version", ssl.TLSVersion.TLSv1_2)
    else:
        put(context, "options", context.options | getattr(ssl, "OP_NO_TLSv1_3", 0))
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


def _shake_hands(ends, ssl):
    for _ in range(STEPS):
        waiting = 0
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                waiting += 1
        if not waiting:
            return True
    return False


def _ends(client_context, server_context, ssl, server_hostname=None):
    """(genuine client, genuine server if there is a context for it, its Owner)."""
    import _ssl

    genuine = _ssl._SSLContext
    if getattr(ssl, "MemoryBIO", None) is getattr(_ssl, "MemoryBIO", ssl):  # that of PyPy 2.7 is unfinished, and `ssl` does not show it
        to_client, to_server = _ssl.MemoryBIO(), _ssl.MemoryBIO()
        owner = Owner(to_client.write_eof)
        client = genuine._wrap_bio(client_context, to_client, to_server, False, server_hostname)
        server = server_context and genuine._wrap_bio(server_context, to_server, to_client, True, None)
        if server:
            server.owner = owner
        return client, server, owner
    import _socket

    if not hasattr(_socket, "socketpair"):  # Windows
        return None
    near, far = _socket.socketpair()
    for end in (near, far):
        end.setblocking(False)
    owner = Owner(lambda: far.shutdown(_socket.SHUT_WR))
    client = genuine._wrap_socket(client_context, near, False, server_hostname)
    return client, server_context and genuine._wrap_socket(server_context, far, True, None, owner), owner


class Owner(object):
    """Stands for the SSLSocket or SSLObject around a genuine server: without one no callback is called. `end_transport` ends the transport
    from the server to the client."""

    def __init__(self, end_transport):
        self.end_transport = end_transport
