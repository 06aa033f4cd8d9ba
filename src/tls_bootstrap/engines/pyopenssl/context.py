"""An OpenSSL.SSL.Context that means what an ssl.SSLContext means.

It is built when the first connection of a context is made, and again after anything that can be read or was recorded has
changed; never changed itself, since pyOpenSSL 26.2 and newer refuse to change a Context that a Connection was made of.
Connections keep the Context that they were made with, as natively they keep most of what they were made with.

What pyOpenSSL has no public way for, and so is not taken over: post_handshake_auth, num_tickets, pre-shared keys. All of
them ask for more than is done without them; nothing is accepted that would be refused otherwise.
"""
from __future__ import absolute_import, division, print_function

import os

from . import callbacks, recipe
from .failures import refused_by

__all__ = ["build", "require_chain"]

# The bits of options differ between versions of OpenSSL, the names do not. OP_ALL, the workarounds, are always on.
OPTIONS = (
    "OP_NO_SSLv2", "OP_NO_SSLv3", "OP_NO_TLSv1", "OP_NO_TLSv1_1", "OP_NO_TLSv1_2", "OP_NO_TLSv1_3", "OP_NO_COMPRESSION", "OP_NO_TICKET",
    "OP_NO_RENEGOTIATION", "OP_CIPHER_SERVER_PREFERENCE", "OP_SINGLE_DH_USE", "OP_SINGLE_ECDH_USE", "OP_LEGACY_SERVER_CONNECT",
    "OP_IGNORE_UNEXPECTED_EOF",
)

# name of the protocol in `ssl` -> (method of pyOpenSSL, the only version)
PROTOCOLS = (
    ("PROTOCOL_SSLv23", ("TLS_METHOD", None)), ("PROTOCOL_TLS", ("TLS_METHOD", None)),
    ("PROTOCOL_TLS_CLIENT", ("TLS_CLIENT_METHOD", None)), ("PROTOCOL_TLS_SERVER", ("TLS_SERVER_METHOD", None)),
    ("PROTOCOL_SSLv3", ("TLS_METHOD", "SSL3_VERSION")), ("PROTOCOL_TLSv1", ("TLS_METHOD", "TLS1_VERSION")),
    ("PROTOCOL_TLSv1_1", ("TLS_METHOD", "TLS1_1_VERSION")), ("PROTOCOL_TLSv1_2", ("TLS_METHOD", "TLS1_2_VERSION")),
)

READABLE = ("protocol", "options", "verify_mode", "verify_flags", "minimum_version", "maximum_version", "security_level", "keylog_filename")

# include/openssl/ssl.h. Python 3.10 and newer release buffers, which halves the memory of an idle connection.
ENABLE_PARTIAL_WRITE, ACCEPT_MOVING_WRITE_BUFFER, RELEASE_BUFFERS = 1, 2, 0x10
SESSION_ID = b"Python"  # SID_CTX in _ssl.c: without one a server resumes no session of a client that showed a certificate


class Curve(object):
    """As much of a curve of cryptography as Context.set_tmp_ecdh() looks at, for those that cryptography has no class for."""

    def __init__(self, name):
        self.name = name


def build(context):
    """The OpenSSL.SSL.Context for an ssl.SSLContext. SSLError where pyOpenSSL's OpenSSL cannot do what it asks for."""
    record = recipe.record_of(context)
    state = _state(context, record)
    if record.built is None or record.built[0] != state:
        record.built = state, _make(context, record)
    return record.built[1]


def require_chain(context):
    """SSLError for a server's context whose certificate is not known. A callback for server names may bring a certificate."""
    import ssl

    if not recipe.chain_is_known(context) and recipe.sni_callback_of(context) is None:
        raise ssl.SSLError(
            int(ssl.SSL_ERROR_SSL),
            "this context has no certificate that the pyopenssl engine knows: call load_cert_chain() after ssl was upgraded, since a "
            "certificate that was loaded before cannot be read back",
        )


def _state(context, record):
    """What a built Context is out of date without."""
    from _ssl import _SSLContext as Genuine

    found = [getattr(context, name, None) for name in READABLE]
    if record.ciphers is None and hasattr(context, "get_ciphers"):
        found.append([cipher["name"] for cipher in context.get_ciphers()])
    return found + [Genuine.cert_store_stats(context), recipe.sni_callback_of(context) is not None, record.changes]


def _make(context, record):
    import ssl
    from OpenSSL import SSL, crypto

    what = "the protocol"
    try:
        target = _bare(context, ssl, SSL)
        for what, step in STEPS:
            step(target, context, record)
    except (SSL.Error, crypto.Error) as error:
        raise refused_by(ssl.SSLError, what, error)
    return target


def _bare(context, ssl, SSL):
    """A Context for the protocol of a context, with nothing set but the modes."""
    known = dict((int(getattr(ssl, name)), found) for name, found in PROTOCOLS if hasattr(ssl, name))
    if int(context.protocol) not in known:
        raise ssl.SSLError(int(ssl.SSL_ERROR_SSL), "the pyopenssl engine does not know the protocol %r" % (context.protocol,))
    method, version = known[int(context.protocol)]
    target = SSL.Context(getattr(SSL, method))
    target.set_mode(RELEASE_BUFFERS | ACCEPT_MOVING_WRITE_BUFFER)
    if hasattr(target, "clear_mode"):
        target.clear_mode(ENABLE_PARTIAL_WRITE)
    if version is not None:
        target.set_min_proto_version(getattr(SSL, version))
        target.set_max_proto_version(getattr(SSL, version))
    return target


# The steps: functions of the Context, the genuine context and its Record.


def _limit_versions(target, context, record):
    """TLSVersion's numbers are those on the wire; the negative ones stand for "any"."""
    for name, limit in (("minimum_version", target.set_min_proto_version), ("maximum_version", target.set_max_proto_version)):
        version = getattr(context, name, -1)
        if version > 0:
            limit(int(version))


def _set_options(target, context, record):
    import ssl
    from OpenSSL import SSL

    target.set_options(translated(int(context.options), ssl, SSL) | (SSL.OP_ALL & ~SSL.OP_DONT_INSERT_EMPTY_FRAGMENTS))


def translated(options, ssl, SSL):
    """Options of `ssl` as options of pyOpenSSL, by name; NotImplementedError for a ban that pyOpenSSL cannot express."""
    result = 0
    for name in OPTIONS:
        bits = int(getattr(ssl, name, 0))
        if bits and options & bits == bits:
            if name.startswith("OP_NO_") and not hasattr(SSL, name):
                raise NotImplementedError("this pyOpenSSL has no %s, which this context asks for; a newer one has" % name)
            result |= getattr(SSL, name, 0)
    return result


def _set_ciphers(target, context, record):
    target.set_cipher_list(_ciphers(context, record))


def _ciphers(context, record):
    """The list as it was given, or else as it can be read; TLS 1.3's suites are not part of it."""
    if record.ciphers is not None:
        return record.ciphers
    if not hasattr(context, "get_ciphers"):
        import ssl

        return ssl._DEFAULT_CIPHERS.encode("ascii")
    names = [cipher["name"] for cipher in context.get_ciphers() if not cipher["name"].startswith("TLS_")]
    level = getattr(context, "security_level", None)
    return ":".join(names + (["@SECLEVEL=%d" % level] if level is not None else [])).encode("ascii")


def _set_verification(target, context, record):
    import ssl
    from OpenSSL import SSL

    modes = {ssl.CERT_NONE: SSL.VERIFY_NONE, ssl.CERT_OPTIONAL: SSL.VERIFY_PEER,
             ssl.CERT_REQUIRED: SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT}
    mode = modes[context.verify_mode]
    target.set_verify(mode, callbacks.on_verify if mode != SSL.VERIFY_NONE else None)
    target.set_session_id(SESSION_ID)


def _set_trust(target, context, record):
    from _ssl import _SSLContext as Genuine
    from OpenSSL import crypto

    store = target.get_cert_store()
    if context.verify_flags:
        store.set_flags(int(context.verify_flags))  # X509_V_FLAG_*: the same bits everywhere
    for der in Genuine.get_ca_certs(context, True):
        store.add_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, der))
    for certificate in record.anchors.values():
        store.add_cert(certificate)
    for crl in record.crls:
        store.add_crl(crl)
    for path in record.paths:
        target.load_verify_locations(None, path)


def _set_chains(target, context, record):
    for chain in record.chains:
        chain.install(target)
    for chain in record.chains:
        chain.install_issuers(target)


def _set_alpn(target, context, record):
    if record.alpn:
        target.set_alpn_protos(record.alpn)
        target.set_alpn_select_callback(callbacks.alpn_selector(record.alpn))


def _set_key_exchange(target, context, record):
    from OpenSSL import crypto

    if record.curve is not None:
        try:
            target.set_tmp_ecdh(Curve(record.curve))
        except AttributeError:  # pyOpenSSL up to 24 takes curves of its own only
            target.set_tmp_ecdh(crypto.get_elliptic_curve(record.curve))
    if record.dh is not None:
        _load_dh(target, record.dh)


def _load_dh(target, parameters):
    """They are no secret, and pyOpenSSL reads them from files only."""
    import tempfile  # not before: on PyPy 2.7 it brings OpenSSL, by way of hashlib

    descriptor, path = tempfile.mkstemp()
    try:
        os.write(descriptor, parameters)
        os.close(descriptor)
        target.load_tmp_dh(path)
    finally:
        os.remove(path)


def _set_callbacks(target, context, record):
    """Natively a callback for server names may be set when connections are there; pyOpenSSL wants to know before. Without any
    certificate, though, that there is none is how OpenSSL knows that it cannot do TLS 1.3 (is_tls13_capable in statem_lib.c)."""
    if record.chains or recipe.sni_callback_of(context) is not None:
        target.set_tlsext_servername_callback(callbacks.on_server_name)
    if getattr(context, "keylog_filename", None):
        target.set_keylog_callback(callbacks.keylog_writer(context.keylog_filename))


STEPS = (
    ("the versions of TLS", _limit_versions), ("the options", _set_options), ("the ciphers", _set_ciphers),
    ("the verify mode", _set_verification), ("the trusted certificates", _set_trust), ("the certificate chain", _set_chains),
    ("the ALPN protocols", _set_alpn), ("the parameters of the key exchange", _set_key_exchange), ("the callbacks", _set_callbacks),
)
