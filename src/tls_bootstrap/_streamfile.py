"""The files of TLSStream.makefile(): socket.SocketIO and socket.socket.makefile() of Python 3, for every Python."""
from __future__ import absolute_import, division, print_function

import io

__all__ = ["StreamFile", "open_file"]


def open_file(stream, mode, buffering, encoding, errors, newline):
    """TLSStream.makefile()."""
    if not set(mode) <= set("rwb"):
        raise ValueError("invalid mode %r (only r, w, b allowed)" % (mode,))
    writing = "w" in mode
    reading = "r" in mode or not writing
    text = "b" not in mode and (str is not bytes or (encoding, errors, newline) != (None, None, None))
    if buffering is None or buffering < 0:
        buffering = io.DEFAULT_BUFFER_SIZE
    if text and buffering == 0:
        raise ValueError("unbuffered streams must be binary")
    raw = StreamFile(stream, reading, writing)
    if buffering == 0:
        # 2.7's socket._fileobject makes a buffer of one byte of a bufsize of 0: read(n) is complete, and takes no byte more.
        return io.BufferedReader(raw, 1) if str is bytes and not writing else raw
    buffered = _BUFFERED[reading, writing](raw, buffering)
    if not text:
        return buffered
    wrapper = io.TextIOWrapper(buffered, encoding, errors, newline)
    wrapper.mode = mode
    return wrapper


_BUFFERED = {
    (True, False): io.BufferedReader,
    (False, True): io.BufferedWriter,
    (True, True): lambda raw, size: io.BufferedRWPair(raw, raw, size),
}


class StreamFile(io.RawIOBase):
    """The raw file of TLSStream.makefile(): socket.SocketIO of Python 3, for every Python. It holds the stream, not vice versa."""

    def __init__(self, stream, reading, writing):
        super(StreamFile, self).__init__()
        self._reading, self._writing = reading, writing
        self._timed_out = False
        stream._io_refs += 1
        self._sock = stream

    def readable(self):
        return self._reading

    def writable(self):
        return self._writing

    def fileno(self):
        return self._open_stream().fileno()

    @property
    def mode(self):
        return "r" * self._reading + "w" * self._writing + "b"

    @property
    def name(self):
        return -1 if self.closed else self.fileno()

    def readinto(self, buffer):
        """OSError after a timeout, as socket.SocketIO: a buffered reader above has dropped what it had already."""
        stream = self._open_stream(self._reading)
        if self._timed_out:
            raise IOError("cannot read from timed out object")
        import socket
        try:
            return stream.recv_into(buffer) if len(buffer) else 0
        except socket.timeout:
            self._timed_out = True
            raise

    def write(self, data):
        return self._open_stream(self._writing).send(data)

    def close(self):
        if not self.closed:
            super(StreamFile, self).close()
            stream, self._sock = self._sock, None
            stream._decref_socketios()

    def _open_stream(self, allowed=True):
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not allowed:
            raise io.UnsupportedOperation("file was opened as %r" % self.mode)
        return self._sock
