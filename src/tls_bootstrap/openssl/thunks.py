"""Callbacks: the C functions by which OpenSSL calls Python.

The danger
----------
What OpenSSL is given is a thunk: a bit of machine code that ctypes or cffi makes for one Python function. A thunk that is freed while
OpenSSL still has its address does not crash cleanly; it gives SystemErrors, or somebody else's code runs. And it is not known when
OpenSSL has it no more: SSL_new() copies the callbacks of an SSL_CTX for PSK and messages to the SSL, which keeps them whatever is set on
the SSL_CTX later, when that belongs to another context since a server_name callback, and when the first context is gone. So

    there is ONE thunk for each kind of callback in a process, it is never freed, and it belongs to no context.

Whose callback is it?
---------------------
So a thunk has to find out, whenever it is called, in whose name. OpenSSL gives it the SSL*. Two ways lead on from there:

    SSL_get_SSL_CTX -> a table from SSL_CTX* to weak references -> SSLContext
    SSL_get_ex_data(ssl, 0) -> the `_ssl._SSLSocket` -> its `context`

The second is taken, the one that `_ssl` itself goes (SSL_get_app_data). Nothing is kept for it that could be out of date: there is no
table whose entries would have to be removed in time, before the address of a dead SSL_CTX is that of a new one. `_ssl` puts the object
there when it makes the SSL, and frees the SSL when the object dies; a callback comes only in the midst of an operation of that object, so
somebody holds it. That what is found there is the object was proved when the Reach was made (pointers.py). And `context` is the one that
is in use now: after the context has been exchanged it is that one's callback which is called, as in CPython 3.13.

An SSL that `_ssl` has not made, such as one of SSL_new() on a context's SSL_CTX, has nothing there, and gets the answer 0.

Nothing may be raised
---------------------
C cannot be told of an exception. What comes out of a function called here is reported as CPython does it (sys.unraisablehook) and the
answer is 0, which fails the handshake where an answer is wanted; functions that have a better place for it catch it themselves. One
thing cannot be caught here: where not even a Python function can be entered, at the limit of recursion, ctypes answers for itself, and
not always 0.

OpenSSL calls in the thread that called it. `_ssl` has let go of the interpreter's lock then, and the thunk takes it again.
"""
from __future__ import absolute_import, division, print_function

from .._compat import report_unraisable
from .library import INT, POINTER, SIZE, TEXT, UINT

# kind -> (result, arguments, which of them is the SSL*); openssl/ssl.h
KINDS = {
    "PSK client": (UINT, (POINTER, TEXT, POINTER, UINT, POINTER, UINT), 0),  # ssl, hint, identity, its room, key, its room
    "PSK server": (UINT, (POINTER, TEXT, POINTER, UINT), 0),  # ssl, identity, key, its room
    "key log": (None, (POINTER, TEXT), 0),  # ssl, line
    "message": (None, (INT, INT, INT, POINTER, SIZE, POINTER, POINTER), 5),  # sent, version, content type, data, its length, ssl, NULL
}


class Thunks(object):
    """Makes the thunks of one library; `connection_at` gives the `_ssl._SSLSocket` of an SSL*, or None."""

    def __init__(self, library, connection_at):
        self._library, self._connection_at = library, connection_at
        self.read_memory, self.write_memory = library.read_memory, library.write_memory

    def make(self, kind, answer):
        """The thunk of a kind of callback, to be given to OpenSSL: it calls answer(the `_ssl._SSLSocket`, *the arguments of the callback).

        To be called once for each kind in a process: what it makes is never freed.
        """
        result, arguments, place = KINDS[kind]
        connection_at, nothing = self._connection_at, None if result is None else 0

        def called(*given):
            try:
                connection = connection_at(given[place])
                return nothing if connection is None else answer(connection, *given)
            except BaseException:
                report_unraisable("Exception ignored in ssl %s callback" % kind)
                return nothing

        return self._library.callback(result, arguments, called)
