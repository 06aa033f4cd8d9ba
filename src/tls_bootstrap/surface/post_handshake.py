"""A client's certificate after the handshake: post_handshake_auth and verify_client_post_handshake() (TLS 1.3; Python 3.8), for 2.7.

`_ssl` of newer Pythons says to each SSL* when it makes it whether it wants this. Not to the SSL_CTX: there the flag of a server would
be the client's, too, which then verifies certificates that it was told not to verify (bpo-37428), and the genuine `verify_mode` of 2.7
does not know it. So here, too, it is said to each SSL* (preparing.py), by a context that remembers it (state.py).

`_ssl` of 2.7 looks at the peer's certificate once, at the end of the handshake. So getpeercert() of a server asks OpenSSL whether there
is another one now.
"""
from __future__ import absolute_import, division, print_function

import functools

from ..formats import certificates
from .additions import Layer
from .preparing import before_handshakes
from .state import state_of_contexts

SSL_VERIFY_PEER, SSL_VERIFY_POST_HANDSHAKE = 1, 8


def make(reach):
    """{name: value} of this file's features, bound to a Reach."""
    made = {"verify_client_post_handshake": make_request(reach), "getpeercert": make_getpeercert(reach)}
    made.update(make_for_contexts(reach))
    return made


def make_for_contexts(reach):
    """Make what SSLContext gains, and what has each new connection told of it."""
    functions, state_of = reach.functions, state_of_contexts(reach.ssl)

    class OfSSLContext(object):

        @property
        def post_handshake_auth(self):
            """Whether a server may ask for a certificate after the handshake, and does not before; whether a client offers that. A bool.

            It is about the connections that are made afterwards. Since Python 3.8 (bpo-34670; SSL_set_post_handshake_auth).
            """
            return bool(state_of(self).post_handshake_auth)

        @post_handshake_auth.setter
        def post_handshake_auth(self, wanted):
            state_of(self).post_handshake_auth = bool(wanted)

    def prepare(connection, pointer):
        if not connection.context.post_handshake_auth:
            return
        if not connection.server_side:
            functions.SSL_set_post_handshake_auth(pointer, 1)
            return
        mode = functions.SSL_get_verify_mode(pointer)
        if mode & SSL_VERIFY_PEER:
            functions.SSL_set_verify(pointer, mode | SSL_VERIFY_POST_HANDSHAKE, functions.SSL_get_verify_callback(pointer))

    def around_wrap_bio(original):
        @functools.wraps(original)
        def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
            made = original(self, incoming, outgoing, server_side, server_hostname, session)
            prepare(made, reach.connection(made))
            return made

        return wrap_bio

    made = before_handshakes(reach, prepare)
    made["SSLContext.wrap_bio"] = Layer(around_wrap_bio)
    made["SSLContext.post_handshake_auth"] = vars(OfSSLContext)["post_handshake_auth"]
    return made


def make_request(reach):
    """Make the method by which a server asks."""
    functions = reach.functions

    def verify_client_post_handshake(self):
        """Have a server ask the client for its certificate, with the next record that it writes; the client answers when it reads.

        SSLError of OpenSSL on a client, before TLS 1.3, where the client has not offered it, and while it was asked already; ValueError
        without TLS. Since Python 3.8 (bpo-34670; SSL_verify_client_post_handshake).
        """
        pointer = reach.connection(self)
        if pointer is None:
            raise ValueError("No SSL wrapper around " + str(self))
        if functions.SSL_verify_client_post_handshake(pointer) == 0:
            raise reach.error()

    return verify_client_post_handshake


def make_getpeercert(reach):
    """Make a Layer that gives what a client has shown after the handshake instead of what it had shown before."""
    functions = reach.functions

    def around_getpeercert(original):
        @functools.wraps(original)
        def getpeercert(self, binary_form=False):
            certificate = original(self, binary_form)  # raises what is to be raised before the handshake is done
            pointer = reach.connection(self)
            der = reach.peer_certificate(pointer) if pointer is not None and self.server_side else None
            if der is None or der == original(self, True):
                return certificate
            if binary_form:
                return der
            return certificates.decode(der) if functions.SSL_get_verify_mode(pointer) & SSL_VERIFY_PEER else {}

        return getpeercert

    return Layer(around_getpeercert)
