"""Contexts for one role, PROTOCOL_TLS_CLIENT and PROTOCOL_TLS_SERVER (Python 3.6), and check_hostname that sees to its own needs (3.7).

An old `_ssl` knows neither protocol. To OpenSSL a context for a role is one for both, of which the other is not used; the difference is
what Python does with it: a client's verifies certificates and names from its birth on, and each refuses the other's part. So such a
context is made as one of PROTOCOL_TLS, by the constructors that are there, and told what it is: its slot `protocol` holds the number.

The constructors are replaced where they are, on `ssl.SSLContext` itself. Subclasses go on calling them, with a `__new__` and `__init__`
of their own or without. (`__init__` decides nothing: the slot is filled when `__new__` returns, also for who never calls the other.)
What is verified is set by the properties of `_ssl` itself, so that no subclass can come between.
"""
from __future__ import absolute_import, division, print_function

import functools
import warnings

from .._compat import as_index
from .._facts import own_context
from .additions import Layer
from .context import PROTOCOL_TLS_CLIENT as CLIENT
from .context import PROTOCOL_TLS_SERVER as SERVER
from .context import ContextProperty
from .enums import Member
from .state import State

TLS = 2
ROLES = {CLIENT: "PROTOCOL_TLS_CLIENT", SERVER: "PROTOCOL_TLS_SERVER"}
REFUSALS = {  # (protocol, server_side)
    (CLIENT, True): "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context",
    (SERVER, False): "Cannot create a client socket with a PROTOCOL_TLS_SERVER context",
}


def make(reach):
    """{name: what is to be put there}"""
    import ssl
    from _ssl import _SSLContext as Genuine

    slot = vars(own_context(ssl)).get("protocol")  # before 3.7 there is one, below whatever is put over it
    made = dict((name, Member("_SSLMethod", number)) for number, name in ROLES.items())
    made["SSLContext.protocol"] = make_protocol(ssl, slot)
    made["SSLContext.__reduce_ex__"] = refuse_to_pickle
    for layers in (make_constructors(ssl, Genuine, slot), make_check_hostname(ssl, Genuine), make_wrappers(ssl, slot)):
        made.update((name, Layer(layer, over_engines=True)) for name, layer in layers.items())
    return made


def held(slot, context):
    """What is in a slot of a context, None where nothing was put: a subclass may have left out the constructor that does."""
    try:
        return slot.__get__(context, type(context))
    except AttributeError:
        return None


def make_constructors(ssl, Genuine, slot):
    """{name: what makes it of the one that is there}"""
    def over_new(original):
        def __new__(cls, protocol=None, *arguments, **named):
            if protocol is None:
                warnings.warn("ssl.SSLContext() without protocol argument is deprecated.", DeprecationWarning, stacklevel=2)
                protocol = TLS
            number = as_index(protocol)
            try:
                self = original(cls, TLS if number in ROLES else number, *arguments, **named)
            except ValueError:
                raise ValueError("invalid or unsupported protocol version %d" % number)
            slot.__set__(self, number)
            if number == CLIENT:
                Genuine.verify_mode.__set__(self, ssl.CERT_REQUIRED)
                Genuine.check_hostname.__set__(self, True)
            return self
        return staticmethod(__new__)

    def over_init(original):
        def __init__(self, *arguments, **named):
            original(self, slot.__get__(self, type(self)))
        return __init__

    return {"SSLContext.__new__": over_new, "SSLContext.__init__": over_init}


def refuse_to_pickle(self, protocol):
    """Contexts cannot be copied. An old constructor refuses it for want of an argument, where this one would make one that verifies
    nothing."""
    raise TypeError("cannot pickle '%s' object" % type(self).__name__)


def make_protocol(ssl, slot):
    """The property over the slot, in which a State may live."""
    def get(self):
        number = int(slot.__get__(self, type(self)))
        try:
            return ssl._SSLMethod(number)
        except (AttributeError, ValueError):  # there may be no such enumeration, and no such member
            return number

    def put(self, number):
        before = held(slot, self)
        if isinstance(before, State) and before is not number:
            number = State(number)
            vars(number).update(vars(before))
        slot.__set__(self, number)

    return ContextProperty(get, put, doc="The protocol that the context was made for.")


def make_check_hostname(ssl, Genuine):
    """{name: what makes it of the one that is there}"""
    def over_check_hostname(original):
        def get(self):
            return original.__get__(self, type(self))

        def put(self, value):
            value = bool(value)
            if value and Genuine.verify_mode.__get__(self, type(self)) == ssl.CERT_NONE:
                Genuine.verify_mode.__set__(self, ssl.CERT_REQUIRED)
            original.__set__(self, value)

        return ContextProperty(get, put, doc="Whether the peer's certificate must be for server_hostname; then one is required.")

    return {"SSLContext.check_hostname": over_check_hostname}


def make_wrappers(ssl, slot):
    """{name: what makes it of the one that is there}"""
    def refuse_the_other_role(context, server_side):
        text = REFUSALS.get((held(slot, context), bool(server_side)))
        if text is not None:
            error = ssl.SSLError(0, text)
            error.library = error.reason = None
            raise error

    def over_wrap_socket(original):
        @functools.wraps(original)
        def wrap_socket(self, sock, server_side=False, *arguments, **named):
            refuse_the_other_role(self, server_side)
            return original(self, sock, server_side, *arguments, **named)
        return wrap_socket

    def over_wrap_bio(original):
        @functools.wraps(original)
        def wrap_bio(self, incoming, outgoing, server_side=False, *arguments, **named):
            refuse_the_other_role(self, server_side)
            return original(self, incoming, outgoing, server_side, *arguments, **named)
        return wrap_bio

    def over_get_protocol_name(original):
        @functools.wraps(original)
        def get_protocol_name(protocol_code):
            return ROLES.get(protocol_code) or original(protocol_code)
        return get_protocol_name

    return {"SSLContext.wrap_socket": over_wrap_socket, "SSLContext.wrap_bio": over_wrap_bio, "get_protocol_name": over_get_protocol_name}
