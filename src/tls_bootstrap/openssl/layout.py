"""Proof that a `_ssl._SSLSocket` of CPython 2.7 is laid out as we think - before any pointer in it is followed.

    offset (in words, after the object's head; Modules/_ssl.c, PySSLSocket)
    0  Socket     the socket object           must be the one we gave
    1  ssl_sock   a weak reference            to the owner we gave
    2  ssl        SSL*                        must answer with this very object as its ex_data 0, and with its context
    3  ctx        the context object          must be the one we used
    4  peer_cert  X509*                       must be NULL: nothing has happened yet

Words 0, 1, 3 and 4 are compared first: reading them follows no pointer. Only when all four are right is word 2 believed
to be an SSL* and given to OpenSSL. The head is `object.__basicsize__` long, which covers Py_TRACE_REFS builds.
"""
from __future__ import absolute_import, division, print_function

import struct
import weakref

SOCKET, OWNER, SSL, CONTEXT, PEER_CERTIFICATE = range(5)
SIZE = 5 * struct.calcsize("P") + 8  # without the head: two chars and an enum, padded; equal with OpenSSL 1.0.2, 1.1.1 and 3.0


class Layout(object):
    """Reads C objects of the interpreter. Keeps ctypes' type of five words, which would be made anew for each reading."""

    def __init__(self):
        import ctypes

        self._head = object.__basicsize__
        self._words = ctypes.c_size_t * 5
        self._word = ctypes.c_size_t
        self._int = ctypes.c_int

    def words_of(self, raw):
        """The five words of a `_SSLSocket` behind its head, as integers."""
        return self._words.from_address(id(raw) + self._head)

    def descriptor_of(self, sock):
        """The descriptor field of a `_socket.socket`, its first, as a c_int that can be written to."""
        return self._int.from_address(id(sock) + self._head)

    def prove(self, library, raw, sock, owner, context):
        """Raise ImportError, naming the first thing that is not as expected, unless `raw` is laid out as described above."""
        if type(raw).__basicsize__ != self._head + SIZE:
            raise ImportError("a _ssl._SSLSocket has %d bytes, not %d: an unknown layout" % (type(raw).__basicsize__, self._head + SIZE))
        words = self.words_of(raw)
        for name, proved in (
            ("socket", words[SOCKET] == id(sock)),
            ("owner", words[OWNER] in [id(reference) for reference in weakref.getweakrefs(owner)]),
            ("context", words[CONTEXT] == id(context)),
            ("peer_cert", words[PEER_CERTIFICATE] == 0),
            ("SSL", words[SSL] != 0),
        ):
            if not proved:
                raise ImportError("a _ssl._SSLSocket does not hold its %s where CPython 2.7 has it: an unknown layout" % name)
        # from here on a pointer is followed
        if library.SSL_get_ex_data(words[SSL], 0) != id(raw):
            raise ImportError("the SSL* of a _ssl._SSLSocket does not point back to it: another OpenSSL, or an unknown layout")
        if library.SSL_get_SSL_CTX(words[SSL]) != self._word.from_address(id(context) + self._head).value:
            raise ImportError("the SSL* of a _ssl._SSLSocket has another SSL_CTX* than its context object: an unknown layout")
