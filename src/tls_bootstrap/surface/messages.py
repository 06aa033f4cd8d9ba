"""SSLContext._msg_callback (Python 3.8): every message of TLS as it is sent or has been read, for debugging. Private in CPython, too.

OpenSSL calls with a message and, under content types that no record has, with a record's header (256) and the true type of a record of
TLS 1.3 (257). What the callback gets is made of numbers into members of ssl.TLSVersion, if that is there, and of three enumerations that
are private as well. What it raises is raised by do_handshake(), see raising.py.
"""
from __future__ import absolute_import, division, print_function

from .enums import Number, new
from .raising import operations
from .state import state_of_contexts

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, HEADER, INNER_CONTENT_TYPE = 20, 21, 22, 256, 257
MESSAGE_CHANGE_CIPHER_SPEC = 257  # a message type for what is none; SSL3_MT_CHANGE_CIPHER_SPEC, openssl/ssl3.h
NO_TYPE = -1
TYPE_AT = {ALERT: 1, HANDSHAKE: 0, HEADER: 0, INNER_CONTENT_TYPE: 0}  # where the type of a message is, by its content type

ENUMERATIONS = {
    "_TLSContentType": (
        ("CHANGE_CIPHER_SPEC", 20), ("ALERT", 21), ("HANDSHAKE", 22), ("APPLICATION_DATA", 23), ("HEADER", 256),
        ("INNER_CONTENT_TYPE", 257),
    ),
    "_TLSAlertType": (
        ("CLOSE_NOTIFY", 0), ("UNEXPECTED_MESSAGE", 10), ("BAD_RECORD_MAC", 20), ("DECRYPTION_FAILED", 21), ("RECORD_OVERFLOW", 22),
        ("DECOMPRESSION_FAILURE", 30), ("HANDSHAKE_FAILURE", 40), ("NO_CERTIFICATE", 41), ("BAD_CERTIFICATE", 42),
        ("UNSUPPORTED_CERTIFICATE", 43), ("CERTIFICATE_REVOKED", 44), ("CERTIFICATE_EXPIRED", 45), ("CERTIFICATE_UNKNOWN", 46),
        ("ILLEGAL_PARAMETER", 47), ("UNKNOWN_CA", 48), ("ACCESS_DENIED", 49), ("DECODE_ERROR", 50), ("DECRYPT_ERROR", 51),
        ("EXPORT_RESTRICTION", 60), ("PROTOCOL_VERSION", 70), ("INSUFFICIENT_SECURITY", 71), ("INTERNAL_ERROR", 80),
        ("INAPPROPRIATE_FALLBACK", 86), ("USER_CANCELED", 90), ("NO_RENEGOTIATION", 100), ("MISSING_EXTENSION", 109),
        ("UNSUPPORTED_EXTENSION", 110), ("CERTIFICATE_UNOBTAINABLE", 111), ("UNRECOGNIZED_NAME", 112),
        ("BAD_CERTIFICATE_STATUS_RESPONSE", 113), ("BAD_CERTIFICATE_HASH_VALUE", 114), ("UNKNOWN_PSK_IDENTITY", 115),
        ("CERTIFICATE_REQUIRED", 116), ("NO_APPLICATION_PROTOCOL", 120),
    ),
    "_TLSMessageType": (
        ("HELLO_REQUEST", 0), ("CLIENT_HELLO", 1), ("SERVER_HELLO", 2), ("HELLO_VERIFY_REQUEST", 3), ("NEWSESSION_TICKET", 4),
        ("END_OF_EARLY_DATA", 5), ("HELLO_RETRY_REQUEST", 6), ("ENCRYPTED_EXTENSIONS", 8), ("CERTIFICATE", 11), ("SERVER_KEY_EXCHANGE", 12),
        ("CERTIFICATE_REQUEST", 13), ("SERVER_DONE", 14), ("CERTIFICATE_VERIFY", 15), ("CLIENT_KEY_EXCHANGE", 16), ("FINISHED", 20),
        ("CERTIFICATE_URL", 21), ("CERTIFICATE_STATUS", 22), ("SUPPLEMENTAL_DATA", 23), ("KEY_UPDATE", 24), ("NEXT_PROTO", 67),
        ("MESSAGE_HASH", 254), ("CHANGE_CIPHER_SPEC", 257),
    ),
}  # RFC 8446, B.1 to B.3, as Lib/ssl.py of 3.13 has them


def make(reach):
    """{name: value} of this file's features, bound to a Reach."""
    ssl, functions, context_pointer, thunks = reach.ssl, reach.functions, reach.context, reach.thunks
    state_of, watched = state_of_contexts(ssl), operations(reach)
    made = dict((name, new(name, Number, members)) for name, members in ENUMERATIONS.items())

    def pass_on(connection, is_sent, version, content_type, pointer, length, _ssl, _argument):
        callback = state_of(connection.context).message_callback
        if callback is None:
            return
        try:
            data = thunks.read_memory(pointer, length)
            version, message_type = details(version, content_type, bytearray(data))
            callback(reach.owner(connection) or connection, "write" if is_sent else "read",
                     named(getattr(ssl, "TLSVersion", int), version), named(made["_TLSContentType"], content_type),
                     named(kind_of_type(made, content_type), message_type), data)
        except BaseException:
            watched.keep(connection, "message")

    thunk = thunks.make("message", pass_on)

    def _msg_callback(self):
        """Called with each message of this context's connections: callback(connection, "read" or "write", version, content type, message
        type, data). None if there is none.

        TypeError for what cannot be called. Since Python 3.8 (bpo-34271; SSL_CTX_set_msg_callback).
        """
        return state_of(self).message_callback

    def set_msg_callback(self, callback):
        if callback is not None and not hasattr(callback, "__call__"):
            raise TypeError("%s is not callable." % (callback,))
        state_of(self).message_callback = callback
        functions.SSL_CTX_set_msg_callback(context_pointer(self), None if callback is None else thunk)

    made.update(_msg_callback=property(_msg_callback, set_msg_callback), do_handshake=watched.handshake)
    return made


def details(version, content_type, data):
    """(version, message type) of a message, as _PySSL_msg_callback finds them (Modules/_ssl/debughelpers.c)."""
    if content_type == CHANGE_CIPHER_SPEC:
        return version, MESSAGE_CHANGE_CIPHER_SPEC
    if content_type == HEADER:
        version = data[1] << 8 | data[2]
    return version, data[TYPE_AT[content_type]] if content_type in TYPE_AT else NO_TYPE


def kind_of_type(enumerations, content_type):
    """The enumeration that the type of a message is of. (That of a record of TLS 1.3 is looked for among messages, as CPython does it.)"""
    name = {HEADER: "_TLSContentType", ALERT: "_TLSAlertType"}.get(content_type, "_TLSMessageType")
    return enumerations[name]


def named(enumeration, number):
    """The member with this number, or the number if there is none."""
    try:
        return enumeration(number)
    except ValueError:
        return number
