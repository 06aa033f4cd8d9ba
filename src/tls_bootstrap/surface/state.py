"""What an addition remembers of an SSLContext: callbacks, file names, numbers that OpenSSL does not give back.

It has to live as long as the context and no longer, also when it refers to that in turn, as a callback often does. So it is kept in the
context, where the garbage collector sees it - a WeakKeyDictionary, whose values it does not see as the context's, would keep such a
pair for ever. Since 3.7 a context has a `__dict__`. Before, it has two slots of Python, and one of them can hold more than it does:
`protocol`, a number which the interpreter itself never reads again. There the State is put, which is that number, too.
"""
from __future__ import absolute_import, division, print_function

from .._compat import allocate_lock
from .._facts import own_context
from . import once

NAME = "_tls_bootstrap_state"


def state_of_contexts(ssl):
    """The one function for all additions of this process that gives the State of an SSLContext."""
    return once("state_of", lambda: make_state_of(own_context(ssl)))


def make_state_of(context_class):
    """Make the function that gives the State of a context, a plain object whose attributes are None until they are set. For who only reads
    `make=False` leaves a context as it is, and gives NOTHING where there is none."""
    slot, becoming = vars(context_class).get("protocol"), allocate_lock()

    def state_of(context, make=True):
        if hasattr(context, "__dict__"):
            names = context.__dict__
            return names.setdefault(NAME, State()) if make else names.get(NAME, NOTHING)
        if in_slot(context) is NOTHING and make:
            with becoming:  # one of two threads must not lose what it sets
                if in_slot(context) is NOTHING:
                    slot.__set__(context, State(slot.__get__(context)))
        return in_slot(context)

    def in_slot(context):
        try:
            number = slot.__get__(context)
        except AttributeError:  # of a subclass that has left out the constructor, nothing is there
            return NOTHING
        return number if isinstance(number, State) else NOTHING

    return state_of


class State(int):
    """Holds the attributes of one context. It is a number for the slot where it may have to live."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return None


NOTHING = State()
