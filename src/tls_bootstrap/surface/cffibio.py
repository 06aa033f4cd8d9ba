"""ssl.MemoryBIO over a memory BIO of OpenSSL, reached by cffi: for PyPy, whose compiler knows cffi's calls.

The same as membio.py otherwise. PyPy's `_ssl` has a MemoryBIO of its own, of which `ssl` says nothing; it has no gate, and
takes text and whatever else has a buffer.
"""
from __future__ import absolute_import, division, print_function

from .._compat import INT_MAX, as_bytes, as_index, get_ident
from ..engines.gate import Gate, claim, guarded


def make_memory_bio(lib, ffi, SSLError):
    """Make the class, bound to PyPy's cffi module."""

    @guarded
    class MemoryBIO(object):
        """A queue of bytes between a TLS connection and whatever carries its records (since Python 3.5; bpo-21965).

        One that is an SSLObject's `incoming` is written to by the program and read by OpenSSL, its `outgoing` the other
        way round.
        """

        __slots__ = ("_bio", "_closed", "_thread", "_gate", "__weakref__")

        def __new__(cls, *args, **kwargs):
            if args or kwargs:
                raise TypeError("MemoryBIO() takes no arguments")
            if cls is not MemoryBIO:  # final, as the native one is
                raise TypeError("type 'ssl.MemoryBIO' is not an acceptable base type")
            self = object.__new__(cls)
            bio = lib.BIO_new(lib.BIO_s_mem())
            if bio == ffi.NULL:
                lib.ERR_clear_error()
                raise MemoryError("BIO_new failed: no memory for another BIO")
            self._bio, self._closed = ffi.gc(bio, lib.BIO_free), False
            Gate(self)
            return self

        def read(self, size=-1):
            """Take up to `size` bytes out, all if negative or left out; b"" when there are none.

            TypeError for a size that is no integer, OverflowError for one beyond 32 bits.
            """
            if self._thread != get_ident():
                claim(self)
            bio = self._bio
            size, waiting = as_index(size, INT_MAX), int(lib.BIO_ctrl_pending(bio))
            if 0 <= size < waiting:
                waiting = size
            if not waiting:
                return b""
            room = ffi.new("char[]", waiting)
            return ffi.buffer(room, max(lib.BIO_read(bio, room, waiting), 0))[:]

        def write(self, data):
            """Put bytes in; their number. TypeError for text, SSLError after write_eof(), OverflowError beyond 2 GiB."""
            if self._thread != get_ident():
                claim(self)
            data = as_bytes(data)
            size = len(data)
            if size > INT_MAX:
                raise OverflowError("string longer than %d bytes" % INT_MAX)
            if self._closed:
                raise SSLError("cannot write() after write_eof()")
            if size and lib.BIO_write(self._bio, ffi.from_buffer(data), size) != size:
                lib.ERR_clear_error()
                raise SSLError("BIO_write took none of %d bytes: OpenSSL has no memory for a larger buffer" % size)
            return size

        def write_eof(self):
            """Say that nothing will follow what was written: whoever has read it all then meets the end of file."""
            if self._thread != get_ident():
                claim(self)
            self._closed = True
            lib.BIO_set_mem_eof_return(self._bio, 0)

        @property
        def pending(self):
            """The number of bytes that wait in the BIO."""
            return int(lib.BIO_ctrl_pending(self._bio))  # cffi makes a long of a size_t

        @property
        def eof(self):
            """True when write_eof() was called and all was read."""
            return self._closed and not lib.BIO_ctrl_pending(self._bio)

        def __reduce_ex__(self, protocol):
            """A second object with the same pointer would free it twice: no copy, no pickle."""
            raise TypeError("cannot pickle 'MemoryBIO' object")

    MemoryBIO.__module__ = "ssl"
    return MemoryBIO
