"""From the objects of `ssl` to their SSL_CTX* and SSL*, on CPython - proved before any of them is followed.

    _ssl._SSLContext   SSL_CTX* is the first word behind the object's head             (Modules/_ssl.c, PySSLContext)
    _ssl._SSLSocket    SSL* is the word before the pointer to the context object       (PySSLSocket; 2.7 to 3.14)

The proof reads words, which follows no pointer, until one is the address of the context object that we gave. Only the word
before it is believed to be an SSL*: OpenSSL must then say that its ex_data 0 is the very `_SSLSocket`, as `_ssl` sets it, and
that its SSL_CTX* is the word we take for that of the context.

Python 2.7 does not tell the owner of a `_SSLSocket`, the SSLSocket or SSLObject around it. It keeps a weak reference to it, in the word
before the SSL*: it must be one of those to the owner that we gave.
"""
from __future__ import absolute_import, division, print_function

import weakref

WORDS = 6  # of a `_SSLSocket` are looked at: in none so far the context is behind the fourth


class Pointers(object):
    """Takes pointers out of objects; ImportError, naming what is not as expected, unless the layout is as described above."""

    def __init__(self, functions, context, raw, owner):
        import ctypes

        self._head, self._word, self._pointer = object.__basicsize__, ctypes.c_size_t, ctypes.c_void_p
        self._object, self._cast, self._data_of = ctypes.py_object, ctypes.cast, functions.SSL_get_ex_data
        size = ctypes.sizeof(self._word)
        room = min(WORDS, (type(raw).__basicsize__ - self._head) // size)
        words = list((self._word * room).from_address(id(raw) + self._head))
        if id(context) not in words[1:]:
            raise ImportError("a _ssl._SSLSocket does not hold its context where it is looked for: an unknown layout")
        self._place = self._head + size * (words.index(id(context)) - 1)
        pointer = self.of_connection(raw)
        if not pointer.value or functions.SSL_get_ex_data(pointer, 0) != id(raw):
            raise ImportError("the SSL* of a _ssl._SSLSocket does not point back to it: another OpenSSL, or an unknown layout")
        if functions.SSL_get_SSL_CTX(pointer) != self.of_context(context).value:
            raise ImportError("the SSL* of a _ssl._SSLSocket has another SSL_CTX* than its context object: an unknown layout")
        self._tells_owner, self._place_of_owner = hasattr(raw, "owner"), self._place - size
        if not (self._tells_owner or words[words.index(id(context)) - 2] in map(id, weakref.getweakrefs(owner))):
            raise ImportError("a _ssl._SSLSocket does not refer to its owner where CPython 2.7 has it: an unknown layout")

    def of_context(self, context):
        """The SSL_CTX* of an SSLContext. It lives as long as that does."""
        return self._pointer(self._word.from_address(id(context) + self._head).value)

    def argument_of(self, context):
        """What `_ssl` has OpenSSL pass to the SNI callback of an SSLContext: its address."""
        return self._pointer(id(context))

    def of_connection(self, raw):
        """The SSL* of a `_ssl._SSLSocket`. It lives as long as that does."""
        return self._pointer(self._word.from_address(id(raw) + self._place).value)

    def connection_at(self, pointer):
        """The `_ssl._SSLSocket` of an SSL*, None for one that `_ssl` has not made."""
        address = self._data_of(pointer, 0)
        return self._cast(address, self._object).value if address else None

    def owner_of(self, raw):
        """The SSLSocket or SSLObject around a `_ssl._SSLSocket`; None if it is gone, or was never known."""
        if self._tells_owner:
            return raw.owner
        address = self._word.from_address(id(raw) + self._place_of_owner).value
        return self._cast(address, self._object).value() if address else None


class CffiPointers(object):
    """The same for PyPy, whose objects show them; where CPython has the address of the object, it has a handle of it."""

    def __init__(self, functions, from_handle):
        self._data_of, self._from_handle = functions.SSL_get_ex_data, from_handle

    def of_context(self, context):
        return context.ctx

    def argument_of(self, context):
        for name in ("_set_hostname_handle", "_sni_cb_handle"):  # of PyPy 2.7, of PyPy 3
            if hasattr(context, name):
                return getattr(context, name)
        return None  # PyPy 3.11.17 passes none

    def of_connection(self, raw):
        return raw.ssl

    def connection_at(self, pointer):
        handle = self._data_of(pointer, 0)
        return self._from_handle(handle) if handle else None

    def owner_of(self, raw):
        return raw.owner
