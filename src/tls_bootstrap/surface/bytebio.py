"""ssl.MemoryBIO as a queue of Python bytes, for engines that have no BIO of OpenSSL to offer.

The state is a list of chunks, each a tuple (bytes, how many of them are gone); only of the first one some are gone. Every operation
changes it by one store or one call into C, so that a signal handler that raises finds the queue as it was before or as it is after, never
half way. Large writes are cut into chunks and small ones added to the last, which bounds the work of each operation.
"""
from __future__ import absolute_import, division, print_function

from .._compat import INT_MAX, as_bytes, as_index, get_ident
from ..formats.records import CONTENT_TYPES, HEADER, LONGEST
from ..engines.gate import Gate, claim, guarded

SMALL, LARGE = 4096, 262144  # bytes of a chunk that is added to, and of one that is cut


def make_memory_bio(SSLError):
    """Make the class; `SSLError` is raised by write() after write_eof()."""
    record_header = HEADER.unpack_from
    this_thread, type_of, length_of, Bytes, whole = get_ident, type, len, bytes, -1

    @guarded
    class MemoryBIO(object):
        """A queue of bytes between a TLS connection and whatever carries its records (since Python 3.5; bpo-21965).

        One that is an SSLObject's `incoming` is written to by the program and read by the engine, its `outgoing` the other
        way round.
        """

        __slots__ = ("_chunks", "_closed", "_thread", "_gate", "__weakref__")

        def __new__(cls, *args, **kwargs):
            if args or kwargs:
                raise TypeError("MemoryBIO() takes no arguments")
            if cls is not MemoryBIO:  # final, as the native one is
                raise TypeError("type 'ssl.MemoryBIO' is not an acceptable base type")
            self = object.__new__(cls)
            self._chunks, self._closed = [], False
            Gate(self)
            return self

        def read(self, size=-1):
            """Take up to `size` bytes out, all if negative or left out; b"" when there are none.

            TypeError for a size that is no integer, OverflowError for one beyond 32 bits.
            """
            if self._thread != this_thread():
                claim(self)
            chunks = self._chunks
            if size is not whole:
                size = as_index(size, INT_MAX)
            if not chunks:
                return b""
            if size is whole and length_of(chunks) == 1:  # what programs do all the time
                data, start = chunks[0]
                self._chunks = []
                return data[start:] if start else data
            return self._take(self.pending if size < 0 else size)

        def _take(self, size):
            """The first `size` bytes, or what there is."""
            chunks = self._chunks
            data, start = chunks[0]
            end = start + size
            if end < length_of(data):
                chunks[0] = data, end
                return data[start:end]
            if length_of(chunks) == 1:
                self._chunks = []
                return data[start:] if start else data
            taken, count = [data[start:]], 1
            size -= length_of(data) - start
            while size and count < length_of(chunks) and length_of(chunks[count][0]) <= size:
                taken.append(chunks[count][0])
                size -= length_of(chunks[count][0])
                count += 1
            rest = chunks[count:]
            if size and rest:
                taken.append(rest[0][0][:size])
                rest[0] = rest[0][0], size
            self._chunks = rest
            return b"".join(taken)

        def _take_record(self):
            """The first TLS record, if all of it is in the first chunk; None otherwise."""
            chunks = self._chunks
            data, start = chunks[0]
            if length_of(data) - start < HEADER.size:
                return None
            content_type, version, length = record_header(data, start)
            end = start + HEADER.size + length
            if end > length_of(data) or content_type not in CONTENT_TYPES or version != 3 or length > LONGEST:
                return None
            if end < length_of(data):
                chunks[0] = data, end
            else:
                self._chunks = chunks[1:]
                if not start:
                    return data
            return data[start:end]

        def write(self, data):
            """Put bytes in; their number. TypeError for text, SSLError after write_eof(), OverflowError beyond 2 GiB."""
            if self._thread != this_thread():
                claim(self)
            if type_of(data) is not Bytes:
                data = as_bytes(data)
            size = length_of(data)
            if size > 2147483647:  # INT_MAX
                raise OverflowError("string longer than %d bytes" % INT_MAX)
            if self._closed:
                raise SSLError("cannot write() after write_eof()")
            self._append(data)
            return size

        def _append(self, data):
            """write() for OpenSSL, which is inside the gate, and whose BIO_write() does not ask for write_eof()."""
            chunks, size = self._chunks, length_of(data)
            if size < SMALL and chunks and length_of(chunks[-1][0]) < SMALL:
                chunks[-1] = chunks[-1][0] + data, chunks[-1][1]
            elif size > LARGE:
                chunks.extend([(data[at:at + LARGE], 0) for at in range(0, size, LARGE)])
            elif size:
                chunks.append((data, 0))

        def write_eof(self):
            """Say that nothing will follow what was written: whoever has read it all then meets the end of file."""
            if self._thread != this_thread():
                claim(self)
            self._closed = True

        def _unread(self, data):
            """Put bytes back in front."""
            if data:
                self._chunks = [(data, 0)] + [(chunk[start:], 0) for chunk, start in self._chunks[:1]] + self._chunks[1:]

        @property
        def pending(self):
            """The number of bytes that wait in the BIO."""
            chunks = self._chunks
            return sum(length_of(chunk[0]) for chunk in chunks) - chunks[0][1] if chunks else 0

        @property
        def eof(self):
            """True when write_eof() was called and all was read."""
            return self._closed and not self._chunks

        def __reduce_ex__(self, protocol):
            """Two objects over one queue would each take what is meant for the other: no copy, no pickle, as natively."""
            raise TypeError("cannot pickle 'MemoryBIO' object")

    MemoryBIO.__module__ = "ssl"
    return MemoryBIO
