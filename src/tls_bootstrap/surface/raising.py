"""What a callback of OpenSSL raises in the midst of an operation, raised again by that operation.

C cannot be told of an exception, so CPython keeps what its callbacks for keys and messages raise until the C function has returned, and
raises it then (PySSL_ChainExceptions, Modules/_ssl.c, 3.8). If the operation has something to raise itself, such as SSLWantReadError, it
raises that, and the last of the others is its `__context__`.

The operations of an `_ssl` that knows nothing of such callbacks are watched from outside: `during` calls one. A callback is called in the
same thread, so what it raises belongs to the operation of that connection that is under way in its thread. If none is watched it has
nowhere to go and is reported (sys.unraisablehook).
"""
from __future__ import absolute_import, division, print_function

import functools
import sys

from .._compat import get_ident, report_unraisable
from . import once
from .additions import Layer


class Operations(object):
    """The operations under way that are watched. `genuine` gives the `_ssl._SSLSocket` of a connection, `handshake` is what is to be put
    around do_handshake(), the same for every callback."""

    def __init__(self, genuine):
        self._genuine, self.handshake = genuine, Layer(self.around)
        self._of_thread = {}  # identifier of a thread -> [(`_SSLSocket`, [what was raised in its operation]), ...], the innermost last

    def during(self, operation, connection, *arguments, **keywords):
        """operation(connection, ...), and raise what a callback raised meanwhile."""
        raised, thread = [], get_ident()
        entry, under_way = (self._genuine(connection), raised), self._of_thread.setdefault(thread, [])
        under_way.append(entry)
        try:
            result = operation(connection, *arguments, **keywords)
        except Exception as error:
            if raised:
                error.__context__ = raised.pop()
            raise
        finally:
            under_way[:] = [each for each in under_way if each is not entry]  # it may not be the last: a callback may switch greenlets
            if not under_way:
                self._of_thread.pop(thread, None)
        if raised:
            raise raised.pop()  # the traceback will refer to this frame, which must not refer to the exception
        return result

    def keep(self, genuine, kind):
        """Called by a callback while it handles an exception: have it raised by the operation of its connection, or report it."""
        for connection, raised in reversed(self._of_thread.get(get_ident(), ())):
            if connection is genuine:
                raised.append(sys.exc_info()[1])
                return
        report_unraisable("Exception ignored in ssl %s callback" % kind)

    def around(self, operation):
        """A method that is `operation`, watched."""
        @functools.wraps(operation)
        def watched(connection, *arguments, **keywords):
            return self.during(operation, connection, *arguments, **keywords)

        return watched


def operations(reach):
    """The Operations of this process."""
    return once("operations", lambda: Operations(reach.genuine))
