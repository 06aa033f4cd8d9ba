"""ssl.MemoryBIO over a memory BIO of OpenSSL.

The hottest file of the package: a round trip of a TLS connection passes `read` and `write` twice each. What each choice
here is worth was measured (CPU time, Python 2.7):

- the bytes are read into a fresh str that nobody else has seen, in place: ctypes' own buffers cost a zeroing and a copy,
  2.4 times the whole operation at 1 MiB;
- BIO_read, BIO_write and BIO_ctrl_pending have no prototypes and are given one kept c_void_p instance: 0.15 us a call.
  ctypes then takes anything for anything, so types are checked here, by `type(x) is`, before each call;
- what the two functions use stands in cells of the closure, numbers in the text: a global name costs 20 ns, a builtin 35;
- PyDLL calls hold the interpreter's lock, so each is atomic; only another thread inside libssl is kept out, by the gate.
"""
from __future__ import absolute_import, division, print_function

from .._compat import INT_MAX, as_bytes, as_index, get_ident
from ..engines.gate import Gate, claim, guarded


def make_memory_bio(bios, library, new_bytes, SSLError):
    """Make the class, bound to one library.

    `new_bytes(None, n)` is PyString_FromStringAndSize: a fresh bytes object of n uninitialised bytes.
    """
    BIO_read, BIO_write, BIO_ctrl_pending = library.BIO_read, library.BIO_write, library.BIO_ctrl_pending
    this_thread, type_of, length_of, Bytes, Int, whole = get_ident, type, len, bytes, int, -1

    @guarded
    class MemoryBIO(object):
        """A queue of bytes between a TLS connection and whatever carries its records (since Python 3.5; bpo-21965).

        One that is an SSLObject's `incoming` is written to by the program and read by OpenSSL, its `outgoing` the other
        way round.
        """

        __slots__ = ("_bio", "_open", "_own", "_thread", "_gate", "__weakref__")  # _open: _bio until write_eof()

        def __new__(cls, *args, **kwargs):
            if args or kwargs:
                raise TypeError("MemoryBIO() takes no arguments")
            if cls is not MemoryBIO:  # final, as the native one is
                raise TypeError("type 'ssl.MemoryBIO' is not an acceptable base type")
            self = object.__new__(cls)
            self._bio, self._own = bios.new()
            self._open = self._bio
            Gate(self)
            return self

        def read(self, size=-1):
            """Take up to `size` bytes out, all if negative or left out; b"" when there are none.

            TypeError for a size that is no integer, OverflowError for one beyond 32 bits.
            """
            if self._thread != this_thread():
                claim(self)
            bio = self._bio
            waiting = BIO_ctrl_pending(bio)
            if size is not whole:
                if type_of(size) is not Int or not -2147483648 <= size <= 2147483647:
                    size = as_index(size, INT_MAX)
                if 0 <= size < waiting:
                    waiting = size
            if waiting > 32767:
                data = new_bytes(None, waiting)  # not zeroed: from here on that is worth a call
            elif waiting > 1:
                data = b"\0" * waiting
            elif waiting:
                data = new_bytes(None, 1)  # b"\0" * 1 is an object that everybody shares
            else:
                return b""
            got = BIO_read(bio, data, waiting)
            return data if got == waiting else data[: max(got, 0)]

        def write(self, data):
            """Put bytes in; their number. TypeError for text, SSLError after write_eof(), OverflowError beyond 2 GiB."""
            if self._thread != this_thread():
                claim(self)
            if type_of(data) is not Bytes:
                data = as_bytes(data)
            size = length_of(data)
            if size > 2147483647:  # INT_MAX
                raise OverflowError("string longer than %d bytes" % INT_MAX)
            try:
                written = BIO_write(self._open, data, size)
            except AttributeError:
                raise SSLError("cannot write() after write_eof()")
            if written != size:
                library.ERR_clear_error()
                raise SSLError("BIO_write took none of %d bytes: OpenSSL has no memory for a larger buffer" % size)
            return written

        def write_eof(self):
            """Say that nothing will follow what was written: whoever has read it all then meets the end of file."""
            if self._thread != this_thread():
                claim(self)
            if not self._is_closed():
                del self._open
            bios.set_eof(self._bio)

        @property
        def pending(self):
            """The number of bytes that wait in the BIO."""
            return BIO_ctrl_pending(self._bio)

        @property
        def eof(self):
            """True when write_eof() was called and all was read."""
            return self._is_closed() and not BIO_ctrl_pending(self._bio)

        def _is_closed(self):
            return not hasattr(self, "_open")

        def __reduce_ex__(self, protocol):
            """A second object with the same pointer would free it twice: no copy, no pickle."""
            raise TypeError("cannot pickle 'MemoryBIO' object")

    MemoryBIO.__module__ = "ssl"
    return MemoryBIO
