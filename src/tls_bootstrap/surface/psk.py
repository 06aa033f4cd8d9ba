"""Pre-shared keys in place of certificates: SSLContext.set_psk_client_callback and set_psk_server_callback (Python 3.13).

TLS 1.2 has cipher suites for them (RFC 4279: "PSK", "ECDHE-PSK-..."), which are in no default list; TLS 1.3 has them as a form of session
(RFC 8446, 4.2.11), so a client that has a callback sends an identity in its first message, before it knows of a hint.

OpenSSL takes a session of TLS 1.3 only if it has the session id context of its connection, and this one has none; but `_ssl` of before 3.13
gives every context the name "Python" (gh-103181). It is taken off the connection when a client has got its key, not off the context, which
may be a server's, too, and needs it for that.

A callback that raises or returns nonsense is reported (sys.unraisablehook), and the handshake fails: OpenSSL is told that there is no key.
"""
from __future__ import absolute_import, division, print_function

from .._compat import report_unraisable, text_type
from .context import PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER
from .state import state_of_contexts

WRONG_SIDE = "Cannot add PSK %s callback to a PROTOCOL_TLS_%s context"


def make(reach):
    """{name: function} of this file's features, bound to a Reach."""
    functions, context_pointer, thunks, state_of = reach.functions, reach.context, reach.thunks, state_of_contexts(reach.ssl)

    def asked(side, callback, argument, convert):
        """What `convert` makes of the callback's answer, None if there is none to be had."""
        if callback is None:  # it has been removed since the connection was made, or is not there in the context that was put in
            return None
        try:
            question = argument.decode("utf-8") if argument else None
        except UnicodeDecodeError:  # the peer's doing: no key, and CPython does not report it either
            return None
        try:
            return convert(callback(question))
        except BaseException:
            report_unraisable("Exception ignored in ssl PSK %s callback while calling callback %r" % (side, callback))

    def key_of_client(connection, ssl, hint, identity_there, identity_room, key_there, key_room):
        answer = asked("client", state_of(connection.context).psk_client, hint, identity_and_key)
        if not answer or not answer[1] or len(answer[0]) + 1 > identity_room or len(answer[1]) > key_room:
            return 0
        identity, key = answer
        thunks.write_memory(identity_there, identity + b"\0")
        thunks.write_memory(key_there, key)
        if connection.context.protocol != PROTOCOL_TLS_CLIENT:  # of whose context it is empty already
            functions.SSL_set_session_id_context(ssl, b"", 0)
        return len(key)

    def key_of_server(connection, ssl, identity, key_there, key_room):
        key = asked("server", state_of(connection.context).psk_server, identity, key_alone)
        if not key or len(key) > key_room:
            return 0
        thunks.write_memory(key_there, key)
        return len(key)

    client_thunk, server_thunk = thunks.make("PSK client", key_of_client), thunks.make("PSK server", key_of_server)

    def refuse(context, side, wrong_protocol, other_side, callback):
        if context.protocol == wrong_protocol:
            raise reach.error(WRONG_SIDE % (side, other_side))
        if callback is not None and not callable(callback):
            raise TypeError("callback must be callable")

    def set_psk_client_callback(self, callback):
        """Have clients of this context use a pre-shared key: callback(hint) returns (identity, key).

        `hint` is the server's, a str or None, with TLS 1.3 always None; `identity` a str of up to 255 bytes of UTF-8, or None, which TLS
        1.3 refuses; `key` bytes, none of them for no key. None in place of a callback: no keys any more.

        TypeError for what cannot be called, SSLError for a context of PROTOCOL_TLS_SERVER. Since Python 3.13 (gh-63284;
        SSL_CTX_set_psk_client_callback).
        """
        refuse(self, "client", PROTOCOL_TLS_SERVER, "SERVER", callback)
        state_of(self).psk_client = callback
        if self.protocol == PROTOCOL_TLS_CLIENT:  # never a server's, so it needs none; as `_ssl` does since 3.13 (gh-103181)
            functions.SSL_CTX_set_session_id_context(context_pointer(self), b"", 0)
        functions.SSL_CTX_set_psk_client_callback(context_pointer(self), None if callback is None else client_thunk)

    def set_psk_server_callback(self, callback, identity_hint=None):
        """Have servers of this context take a pre-shared key: callback(identity) returns it.

        `identity` is the client's, a str or None; the key bytes, none of them for no key. `identity_hint` is a str of up to 128 bytes of
        UTF-8 that is sent to clients of TLS 1.2. None in place of a callback: no keys any more, and no hint.

        TypeError for what cannot be called and for a hint that is no str, ValueError for one that is too long or has a NUL in it, SSLError
        for a context of PROTOCOL_TLS_CLIENT. Since Python 3.13 (gh-63284; SSL_CTX_set_psk_server_callback).
        """
        hint = as_hint(identity_hint)
        refuse(self, "server", PROTOCOL_TLS_CLIENT, "CLIENT", callback)
        pointer = context_pointer(self)
        if functions.SSL_CTX_use_psk_identity_hint(pointer, None if callback is None else hint) != 1:
            functions.ERR_clear_error()
            raise ValueError("failed to set identity hint")
        state_of(self).psk_server = callback
        functions.SSL_CTX_set_psk_server_callback(pointer, None if callback is None else server_thunk)

    return {"set_psk_client_callback": set_psk_client_callback, "set_psk_server_callback": set_psk_server_callback}


def as_hint(hint):
    """The bytes of an identity hint; as Argument Clinic checks a `str(accept={str, NoneType})`."""
    if hint is None:
        return None
    if not isinstance(hint, (str, text_type)):
        raise TypeError("set_psk_server_callback() argument 'identity_hint' must be str or None, not %s" % type(hint).__name__)
    encoded = hint if isinstance(hint, bytes) else hint.encode("utf-8")
    if b"\0" in encoded:
        raise ValueError("embedded null character")
    return encoded


def identity_and_key(answer):
    """(identity, key) as bytes of what a client's callback returned; as PyArg_ParseTuple(answer, "z#y#") does it."""
    if not isinstance(answer, tuple):
        raise SystemError("new style getargs format but argument is not a tuple")
    if len(answer) != 2:
        raise TypeError("function takes exactly 2 arguments (%d given)" % len(answer))
    identity, key = answer
    if isinstance(identity, text_type):
        identity = identity.encode("utf-8")
    return b"" if identity is None else read_only(identity, 1), read_only(key, 2)


def read_only(data, position):
    """The bytes of an object with a buffer that does not change; TypeError for others, of the argument at this position."""
    if isinstance(data, bytes):
        return bytes(data)
    try:
        memoryview(data)
    except TypeError:
        raise TypeError("a bytes-like object is required, not '%s'" % type(data).__name__)
    raise TypeError("argument %d must be read-only bytes-like object, not %s" % (position, type(data).__name__))


def key_alone(answer):
    """The bytes of what a server's callback returned."""
    if not isinstance(answer, bytes):
        raise TypeError("expected bytes, %s found" % type(answer).__name__)
    return bytes(answer)
