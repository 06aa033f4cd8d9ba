"""SSLContext.sslobject_class (Python 3.7) for an interpreter whose own wrap_bio() does not look at it: 3.6."""
from __future__ import absolute_import, division, print_function

import functools

from .additions import Placement
from .context import ContextDefault


def make(reach):
    """{name: value} of this file's features; no Reach is needed."""
    return {"SSLContext.sslobject_class": SSLObjectClass()}


class SSLObjectClass(Placement):
    """The attribute and a wrap_bio() that looks at it, where no engine has put both."""

    def put(self, ledger, owner, name):
        if hasattr(owner, name):
            return
        import ssl

        ledger.set(owner, name, ContextDefault(name, ssl.SSLObject))
        ledger.replace(owner, "wrap_bio", around_wrap_bio(vars(owner)["wrap_bio"], ssl.SSLObject))


def around_wrap_bio(original, default):
    """A wrap_bio() whose SSLObject is one of the context's class; `default` is what the `original` makes."""

    @functools.wraps(original)
    def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        made = original(self, incoming, outgoing, server_side, server_hostname, session)
        class_ = self.sslobject_class
        if class_ is default:
            return made
        other = class_.__new__(class_)
        default.__init__(other, made._sslobj)  # not its own constructor, as since 3.7; it becomes the owner, which callbacks are given
        return other

    return wrap_bio
