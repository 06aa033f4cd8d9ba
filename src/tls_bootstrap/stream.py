"""TLSStream: a TLS connection over anything that can send and receive bytes, with the manners of a socket.

``ssl.SSLSocket`` needs an operating system socket below it. A TLSStream needs an object with ``recv`` and ``send`` (or
``sendall``): a socket, an SSLSocket, another TLSStream. So it gives TLS inside TLS - HTTPS through an HTTPS proxy -, TLS over
pipes, tunnels and test doubles; as client and as server.

General theory of operation
===========================

The TLS work is done by an ``ssl.SSLObject`` (``SSLContext.wrap_bio``), which does no I/O. It takes ciphertext out of one queue,
`incoming`, and puts ciphertext into another, `outgoing`. Whatever it is asked for - handshake, read, write, unwrap - there are
only three answers, and one loop, `_drive`, deals with them:

    a result              done
    SSLWantReadError      it needs more ciphertext: send what is in `outgoing` (the peer may be waiting for it), then put the
                          next record into `incoming`, and ask again
    another SSLError      the connection failed. What is in `outgoing` now is the alert that tells the peer why: send it, then
                          raise. An error while sending the alert is a consequence and never hides the cause.

The rest are rules about bytes that must not be lost or taken too early.

* `_flush` sends. Ciphertext is numbered (RFC 8446 section 5.3): what was taken out of `outgoing` must go out, all of it and in
  this order. So it is kept in `_unsent` until the socket took it. If the socket times out or would block, the error goes to the
  caller, and the bytes go first next time, whatever the next operation is.
* A send that failed half way has encrypted bytes that its caller does not know of. They are remembered in `_unreported`, and the
  same send done again carries on behind them: repeating is the right thing after a timeout, as for SSL_write(3). Other data
  instead would end up behind half a message; it is refused, as OpenSSL does with its "bad write retry". A read in between does
  not wait for that send: the peer may have stopped reading until somebody reads what it sends.
* A read that has its data returns it, also if something that TLS itself has to say does not go out just now: that stays in
  `_unsent`, and its error comes again with the next operation. (OpenSSL keeps its answer to a KeyUpdate for the next write.)
* `_fill` receives, and never more than the record that is needed, as OpenSSL does on a socket. It reads the five bytes of header
  and then the body: two calls for a record of up to 16 KiB. Taking whatever is there would be one, but then select() would wait
  for records that lie in `incoming` already, and plaintext that follows the peer's close_notify would be swallowed.
* For the same reason an end is easily judged: a close_notify is found in a record. If the end of the socket had to be told to the
  SSLObject, it was not found, the end is ragged and may be an attacker's (RFC 8446 section 6.1). What OpenSSL and Python make of
  that differs between versions (SSLEOFError, SSLError, and even a clean end: 3.8 and 3.9 set SSL_OP_IGNORE_UNEXPECTED_EOF); here
  it is SSLEOFError, or the clean end that `suppress_ragged_eofs` asks for.

Timeouts and non-blocking mode are the socket's: ``socket.timeout`` comes through, and a socket that would block makes
SSLWantReadError or SSLWantWriteError. A timeout bounds each wait for the socket, not the whole operation.

One thread at a time, as for an SSLObject.
"""
from __future__ import absolute_import, division, print_function

import errno
import os

from ._compat import as_bytes, text_type

__all__ = ["TLSStream"]

# How much is encrypted before it is sent: four full records. More would only be memory.
CHUNK = 65536

_WOULD_BLOCK = frozenset((errno.EAGAIN, errno.EWOULDBLOCK))


class TLSStream(object):
    """A TLS connection over `sock`, any object with ``recv(n)`` and ``send(data)`` or ``sendall(data)``.

    ``TLSStream(sock, context, server_hostname=None, server_side=False, suppress_ragged_eofs=True, do_handshake_on_connect=True)``

    :param context: an ``ssl.SSLContext`` with ``wrap_bio`` (in the standard library since Python 3.5).
    :param server_hostname: text; whom a client expects, see ``SSLContext.wrap_bio``.
    :param suppress_ragged_eofs: whether recv() treats an end without close_notify as a clean one, as SSLSocket does by default.
    :param do_handshake_on_connect: False leaves the handshake to do_handshake() or to the first send or recv.

    The handshake is done here. If it fails, `sock` is closed, as ssl.SSLSocket closes its own: nobody else could go on with it.
    Raises NotImplementedError if `context` has no wrap_bio; what wrap_bio and the handshake raise (ssl.SSLError); what `sock` raises.

    Methods and attributes are those of ssl.SSLSocket. `sock.send` may take less than it was given and must say how much it took.
    An object with sendall() only has to take everything: nobody knows how far it came when it raised an error.
    """

    def __init__(self, sock, context, server_hostname=None, server_side=False, suppress_ragged_eofs=True,
                 do_handshake_on_connect=True):
        import ssl  # not at the top: importing this package imports neither ssl nor socket

        from .formats.records import RecordMeter  # nor here: it would be a part of each activation

        if not hasattr(context, "wrap_bio"):
            raise NotImplementedError(
                "TLSStream needs SSLContext.wrap_bio(), which this %s does not have: call tls_bootstrap.monkeypatch_ssl() first, "
                "or pass a genuine ssl.SSLContext" % type(context).__name__)
        self._ssl = ssl
        self._sock = sock
        # Those of get_ssl() have MemoryBIOs of their own. The class is asked, since a context may be a stand-in that answers to all.
        MemoryBIO = getattr(getattr(type(context), "sslobject_class", None), "_MemoryBIO", None) or ssl.MemoryBIO
        self._incoming, self._outgoing = MemoryBIO(), MemoryBIO()
        self._record = RecordMeter()
        self._unsent = b""  # ciphertext that left `outgoing` but not yet the socket
        self._unreported = b""  # plaintext that was encrypted by a send which then failed
        self._over = None  # once there is no TLS any more: the function that makes the error for those who ask for it
        self._closed, self._io_refs = False, 0
        self.suppress_ragged_eofs = suppress_ragged_eofs
        role = {"server_side": True} if server_side else {}
        self._sslobj = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname, **role)
        if do_handshake_on_connect:
            try:
                self.do_handshake()
            except (EnvironmentError, ValueError):  # those of ssl.SSLSocket: socket.error, SSLError, CertificateError
                self._abandon()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def __repr__(self):
        return "<%s over %r>" % (type(self).__name__, self._sock)

    # The connection: one method for each of the four things that TLS can be asked for.

    def do_handshake(self):
        """The TLS handshake. After a timeout it can be called again and goes on; on an established connection it does nothing."""
        self._drive(self._sslobj.do_handshake)
        self._flush()

    def read(self, len=1024, buffer=None):
        """At most `len` decrypted bytes (one record at most); into `buffer`, a writable buffer, if given, then their number.

        b"" (or 0) only at the end: the peer's close_notify or, if suppressed, a ragged end. Else that raises ssl.SSLEOFError.
        """
        if len == 0 and buffer is None:
            return b""
        try:
            return self._read(len) if buffer is None else self._read(len, buffer)
        except self._ssl.SSLEOFError:
            if self.suppress_ragged_eofs and self._incoming.eof:  # the end of ours, not of a TLS connection below
                return b"" if buffer is None else 0
            raise

    def sendall(self, data, flags=0):
        """Encrypt and send all of `data`, any bytes-like object.

        After socket.timeout or ssl.SSLWantWriteError the same call, with the same data, carries on where this one stopped.
        ssl.SSLError if other data is sent instead. ValueError for `flags`: there are none.
        """
        _no_flags(flags)
        if not isinstance(data, (bytes, bytearray)) or len(data) > CHUNK:
            data = _byte_view(data)
        done = self._resume(data) if self._unsent or self._unreported else 0
        try:
            while done < len(data):
                done += self._drive(self._sslobj.write, data[done:done + CHUNK])
                self._flush()
        except BaseException:
            self._unreported = memoryview(data)[:done].tobytes()
            data = None  # who handles the error may want to resize what this is a view of
            raise

    def unwrap(self):
        """End TLS in both directions: send close_notify, wait for the peer's, return the socket below, for plaintext.

        Bytes that follow the peer's close_notify have not been read. close() still closes the socket.
        Raises ssl.SSLEOFError if the peer is gone without close_notify, also with `suppress_ragged_eofs`.
        """
        self._unreported = b""  # no send can be completed any more, but what was encrypted goes out
        self._drive(self._sslobj.unwrap)
        if self._incoming.eof:
            raise self._ragged_eof()
        self._flush()
        self._over = _unwrapped
        return self._sock

    # The same in the words of sockets.

    def recv(self, buflen=1024, flags=0):
        """read(buflen). ValueError for `flags`: there are none."""
        _no_flags(flags)
        return self.read(buflen)

    def recv_into(self, buffer, nbytes=None, flags=0):
        """read(nbytes, buffer), where no `nbytes`, or 0, stands for the size of `buffer`. ValueError for `flags`: there are none."""
        _no_flags(flags)
        if not nbytes:
            nbytes = 1024 if buffer is None else len(_byte_view(buffer))
        return self.read(nbytes, buffer)

    def send(self, data, flags=0):
        """sendall(), and the number of bytes. Only a non-blocking socket gets 64 KiB at most at a time, so read the number."""
        if not isinstance(data, (bytes, bytearray)):
            data = _byte_view(data)
        if len(data) > CHUNK and getattr(self._sock, "gettimeout", _never)() == 0:
            data = data[:CHUNK]
        self.sendall(data, flags)
        return len(data)

    def write(self, data):
        """send(data), as ssl.SSLSocket calls it."""
        return self.send(data)

    def shutdown(self, how):
        """Shut down the socket below, without a word of TLS, as ssl.SSLSocket does. unwrap() is the polite way."""
        self._sock.shutdown(how)

    def close(self):
        """Close the socket below, as soon as the files of makefile() are closed too. Says no close_notify, as ssl.SSLSocket."""
        self._closed = True
        if self._io_refs == 0:
            self._over = _bad_descriptor
            self._sock.close()

    def makefile(self, mode="r", buffering=None, encoding=None, errors=None, newline=None):
        """A file on this connection, as socket.makefile(): `mode` is of "r", "w", "b"; closing this stream leaves the file working.

        Text files (io.TextIOWrapper) where text is not bytes. Where it is (2.7), a file is binary unless one of `encoding`,
        `errors`, `newline` is given, and read(n) of an unbuffered one waits for n bytes: httplib relies on both.
        """
        from ._streamfile import open_file  # not at the top: `io` is a third of what activation would cost on 2.7

        return open_file(self, mode, buffering, encoding, errors, newline)

    # Below: the loop and its two hands.

    def _drive(self, operation, *arguments):
        """The result of `operation` of the SSLObject, after as much I/O as it takes. See the theory at the top."""
        if self._over is not None:
            raise self._over()
        while True:
            try:
                return operation(*arguments)
            except self._ssl.SSLWantReadError:
                pass  # the I/O is done outside of the handler: its own errors are not "during handling of" this one
            except self._ssl.SSLError as error:
                self._flush_quietly()
                if self._incoming.eof and not isinstance(error, self._ssl.SSLEOFError):
                    raise self._ragged_eof()
                raise
            if not self._unreported:
                self._flush()
            self._fill()

    def _read(self, *arguments):
        result = self._drive(self._sslobj.read, *arguments)
        if not result and self._incoming.eof:
            raise self._ragged_eof()
        if self._outgoing.pending and not self._unreported:
            self._flush_quietly()
        return result

    def _resume(self, data):
        """Complete the send that failed: how many bytes of `data` it had encrypted."""
        known = self._unreported
        if data[:len(known)] != known:
            raise self._ssl.SSLError(self._ssl.SSL_ERROR_SSL, "[SSL: BAD_WRITE_RETRY] bad write retry: a send was interrupted; "
                                     "repeat it with the same data before sending anything else")
        self._flush()
        self._unreported = b""
        return len(known)

    def _flush(self):
        """Send everything in `outgoing`."""
        self._unsent += self._outgoing.read()
        while self._unsent:
            # Looked up each time: a method of 2.7's sockets, once kept, keeps the connection open after close().
            sent = self._ask_socket(getattr(self._sock, "send", self._send_whole), self._unsent, self._want_write)
            if not sent:  # an SSLSocket of Python < 3.5 says 0 when it would block (bpo-20951)
                raise self._want_write()
            self._unsent = self._unsent[sent:]

    def _flush_quietly(self):
        """Send what is in `outgoing` in the shadow of something more important. What is not sent, stays, and its error comes again."""
        try:
            self._flush()
        except Exception:  # of whatever kind: there is no telling what a foreign socket raises
            pass

    def _fill(self):
        """Put the rest of one record into `incoming`, or the end of the socket."""
        complete = False
        while not complete:
            data = self._ask_socket(self._sock.recv, self._record.wanted, self._want_read)
            if not data:
                self._incoming.write_eof()
                return
            self._incoming.write(data)
            complete = self._record.completed_by(data)

    def _ask_socket(self, operation, argument, would_block):
        """``operation(argument)`` of the socket below; its errors in the words of ssl."""
        try:
            return operation(argument)
        except self._ssl.SSLError as error:
            if _is_disguised_timeout(error):
                import socket
                raise socket.timeout(*error.args)
            if _is_disguised_eof(error):
                if getattr(self._sock, "suppress_ragged_eofs", False):
                    return b""
                raise self._ragged_eof()
            raise
        except EnvironmentError as error:
            if error.errno in _WOULD_BLOCK:
                raise would_block()
            raise

    def _send_whole(self, data):
        self._sock.sendall(data)
        return len(data)

    def _want_read(self):
        return self._ssl.SSLWantReadError(self._ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)")

    def _want_write(self):
        return self._ssl.SSLWantWriteError(self._ssl.SSL_ERROR_WANT_WRITE, "The operation did not complete (write)")

    def _ragged_eof(self):
        return self._ssl.SSLEOFError(self._ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")

    def _abandon(self):
        """Close the socket in the shadow of an error."""
        try:
            self.close()
        except EnvironmentError:
            pass

    def _decref_socketios(self):
        """A file of makefile() was closed. (The name is socket.socket's: SSLTransport of urllib3 calls it.)"""
        self._io_refs -= 1
        if self._closed:
            self.close()


class _Forwarded(object):
    """An attribute of TLSStream that is the attribute `name` of what it holds as `holder`, for reading and writing."""

    def __init__(self, holder, name):
        self.holder, self.name = holder, name

    def __get__(self, stream, owner=None):
        return self if stream is None else getattr(getattr(stream, self.holder), self.name)

    def __set__(self, stream, value):
        setattr(getattr(stream, self.holder), self.name, value)


# Questions that somebody else answers. Whether there is an answer is up to them: hasattr() tells.
_FORWARDED = {
    "_sslobj": ("cipher", "compression", "context", "get_channel_binding", "get_unverified_chain", "get_verified_chain",
                "getpeercert", "group", "pending", "selected_alpn_protocol", "selected_npn_protocol", "server_hostname",
                "server_side", "session", "session_reused", "shared_ciphers", "verify_client_post_handshake", "version"),
    "_sock": ("family", "fileno", "getblocking", "getpeername", "getsockname", "getsockopt", "gettimeout", "proto",
              "setblocking", "setsockopt", "settimeout", "timeout", "type"),
}
for _holder, _names in _FORWARDED.items():
    for _name in _names:
        setattr(TLSStream, _name, _Forwarded(_holder, _name))


def _byte_view(data):
    """A memoryview of the bytes of `data`, which is anything that a socket of this Python sends. TypeError for what is not."""
    if isinstance(data, text_type) and str is bytes:
        data = data.encode("ascii")  # 2.7's sockets do, and httplib relies on it: one header that is text makes all of them text
    try:
        view = memoryview(data)
        if hasattr(view, "cast"):
            return view.cast("B")
        if view.itemsize == 1:  # not view.format, which crashes 2.7 for the views that io.BufferedReader makes
            return view
    except TypeError:  # no memoryview of 2.7's arrays; no cast of what is not contiguous
        pass
    return memoryview(as_bytes(data))


def _no_flags(flags):
    if flags != 0:
        raise ValueError("non-zero flags not allowed: TLS has no out-of-band data and nothing to peek at")


def _never():
    return None


def _is_disguised_timeout(error):
    """SSLSocket raises SSLError("The read operation timed out") instead of socket.timeout before Python 3.2 (bpo-10272)."""
    return "timed out" in str(error)


def _is_disguised_eof(error):
    """With OpenSSL 3 an SSLSocket of Python < 3.8 calls a ragged end SSLError, and not even the right name, and does not suppress it."""
    return "unexpected eof while reading" in str(error)


def _bad_descriptor():
    import socket
    return socket.error(errno.EBADF, os.strerror(errno.EBADF))


def _unwrapped():
    return ValueError("TLS was ended by unwrap(): use the socket that it returned")
