"""ssl.SSLSession, by which a client goes on with the session of an earlier connection (Python 3.6), for Python 2.7.

A session is not shared, it is copied: out of the connection when it is read, and into one when it is set. OpenSSL marks that of a
connection which dies without close_notify as not to be resumed (RFC 5246, 7.2.1), and a copy is none of its business. The copy in an
SSLSession is owned by an object that frees it by C code alone when it dies (Library.owning).

OpenSSL itself would take a session of any SSL_CTX. What is refused here is what `_ssl` refuses, in its words and its order.
"""
from __future__ import absolute_import, division, print_function

import functools

from .additions import Layer
from .preparing import before_handshakes


def make(reach):
    """{name: value} of this file's features, bound to a Reach."""
    SSLSession = make_session(reach)
    made = {"SSLSession": SSLSession}
    made.update(make_attributes(reach, SSLSession))

    def prepare(sock, pointer):
        session = vars(sock).get("_session")
        if session is not None:
            sock.session = session

    made.update(before_handshakes(reach, prepare))
    made["SSLContext.wrap_socket"] = around_wrap_socket(made["SSLContext.wrap_socket"])
    for name in ("SSLSocket.connect", "SSLSocket.connect_ex"):
        made[name] = around_connect(made[name], SSLSession)
    return made


def make_session(reach):
    """Make the class, bound to the functions of one OpenSSL."""
    functions = reach.functions
    own = reach.library.owning(functions.SSL_SESSION_free)

    class SSLSession(object):
        """A TLS session that SSLSocket.session and SSLObject.session gave, for a later connection with the same SSLContext.

        Equal are those with the same `id`. It has no public constructor. Since Python 3.6 (bpo-19500).
        """

        __slots__ = ("_session", "_own", "_context", "__weakref__")

        def __new__(cls, *args, **kwargs):
            raise TypeError("cannot create 'ssl.SSLSession' instances")

        @classmethod
        def _of(cls, pointer, context):
            """A copy of the SSL_SESSION* of a connection with this context; the SSLError of OpenSSL if it has no memory for one."""
            copy = functions.SSL_SESSION_dup(pointer)
            if not copy:
                raise reach.error()
            self = object.__new__(cls)
            self._session, self._own, self._context = copy, own(copy), context
            return self

        def _give_to(self, pointer):
            """Have the SSL* of a client resume a copy of this session; the SSLError of OpenSSL if it does not want to."""
            copy = functions.SSL_SESSION_dup(self._session)
            if not copy:
                raise reach.error()
            taken = functions.SSL_set_session(pointer, copy)  # takes a reference of its own
            functions.SSL_SESSION_free(copy)
            if not taken:
                raise reach.error()

        @property
        def id(self):
            """The session's identifier as bytes. In TLS 1.3 it is one that OpenSSL has made up."""
            return reach.library.sized_bytes(functions.SSL_SESSION_get_id, self._session)

        @property
        def time(self):
            """When the session began, in seconds since the epoch."""
            return int(functions.SSL_SESSION_get_time(self._session))

        @property
        def timeout(self):
            """For how many seconds from then on the session may be resumed."""
            return int(functions.SSL_SESSION_get_timeout(self._session))

        @property
        def ticket_lifetime_hint(self):
            """For how many seconds the server means to take the ticket, 0 if it does not tell."""
            return int(functions.SSL_SESSION_get_ticket_lifetime_hint(self._session))

        @property
        def has_ticket(self):
            """Whether there is a ticket. In TLS 1.3 there is none before read() has met one, and nothing to resume."""
            return bool(functions.SSL_SESSION_has_ticket(self._session))

        def __eq__(self, other):
            return self.id == other.id if isinstance(other, SSLSession) else NotImplemented

        def __ne__(self, other):
            return self.id != other.id if isinstance(other, SSLSession) else NotImplemented

        __hash__ = None

        def __reduce_ex__(self, protocol):
            """A second object with the same pointer would free it twice: no copy, no pickle."""
            raise TypeError("cannot pickle 'SSLSession' object")

    SSLSession.__module__ = "ssl"
    return SSLSession


def make_attributes(reach, SSLSession):
    """{name: property} that SSLSocket and our SSLObject gain."""
    functions = reach.functions

    class OfConnections(object):

        @property
        def session(self):
            """The SSLSession of this connection, None if there is none (yet). A client may set it before the handshake, to resume it.

            TypeError for what is no SSLSession, ValueError for one of another SSLContext, on a server, and after the handshake. For a
            socket that is not connected yet connect() raises these. Since Python 3.6 (bpo-19500; SSL_get_session, SSL_set_session).
            """
            pointer = reach.connection(self)
            session = functions.SSL_get_session(pointer) if pointer is not None else None
            return SSLSession._of(session, reach.genuine(self).context) if session else None

        @session.setter
        def session(self, session):
            self._session = session
            pointer = reach.connection(self)
            if pointer is None:
                return
            check(SSLSession, session, reach.genuine(self).context, self.server_side)
            if functions.SSL_is_init_finished(pointer):
                raise ValueError("Cannot set session after handshake.")
            session._give_to(pointer)

        @property
        def session_reused(self):
            """Whether the session of an earlier connection was resumed; None without TLS. Since Python 3.6 (SSL_session_reused)."""
            pointer = reach.connection(self)
            return None if pointer is None else bool(functions.SSL_session_reused(pointer))

    return dict((name, vars(OfConnections)[name]) for name in ("session", "session_reused"))


def check(SSLSession, session, context, server_side):
    """Refuse what is no session for a connection with this context, on this side."""
    if not isinstance(session, SSLSession):
        raise TypeError("Value is not a SSLSession.")
    if session._context is not context:
        raise ValueError("Session refers to a different SSLContext.")
    if server_side:
        raise ValueError("Cannot set session for server-side SSLSocket.")


def around_wrap_socket(prepared):
    """A Layer that gives wrap_socket() its argument `session`; `prepared` is the one for a session that is set later."""

    def make_wrap_socket(original):
        original = prepared.make(original)

        @functools.wraps(original)
        def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None,
                        session=None):
            if session is None:
                return original(self, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname)
            if server_side:
                raise ValueError("session can only be specified in client mode")
            made = original(self, sock, False, False, suppress_ragged_eofs, server_hostname)
            made.do_handshake_on_connect = do_handshake_on_connect
            try:
                made.session = session
                if do_handshake_on_connect and made._sslobj is not None:
                    if made.gettimeout() == 0.0:
                        raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
                    made.do_handshake()
            except BaseException:
                made.close()
                raise
            return made

        return wrap_socket

    return Layer(make_wrap_socket)


def around_connect(prepared, SSLSession):
    """A Layer that refuses a session before connect() connects."""

    def make_connect(original):
        original = prepared.make(original)

        @functools.wraps(original)
        def connect(self, addr):
            session = vars(self).get("_session")
            if session is not None:
                check(SSLSession, session, self.context, self.server_side)
            return original(self, addr)

        return connect

    return Layer(make_connect)
