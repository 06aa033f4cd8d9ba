"""What SSLSocket inherits from the sockets of newer Pythons, for those of 2.7 and 3.6, and what it refuses of that.

None of it needs OpenSSL. Where a method of socket.socket is given, it is given to SSLSocket alone: plain sockets stay as they are.
"""
from __future__ import absolute_import, division, print_function

import functools
import os

from .._compat import as_bytes, as_index, integer_types
from .additions import Layer
from .context import ContextDefault

BLOCK = 8192  # bytes that sendfile() reads at a time

NOT_ALLOWED = "%s not allowed on instances of %s"


def make(reach):
    """{name: value} of this file's features; no Reach is needed."""
    made = dict((name, value) for name, value in vars(OfSSLSocket).items() if name in NAMES)
    made.update(make_sslsocket_class())
    return made


class OfSSLSocket(object):
    """Where the methods are taken from; `self` is the SSLSocket."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        """Close it. Since Python 3.2 (bpo-9794)."""
        self.close()

    @property
    def timeout(self):
        """What gettimeout() tells: the timeout in seconds as a float, None for a socket that waits for ever. Since Python 3.0."""
        return self.gettimeout()

    def getblocking(self):
        """Whether the socket is blocking, also with a timeout. Since Python 3.7 (bpo-32373)."""
        return self.gettimeout() != 0.0

    def get_inheritable(self):
        """Whether a program that this process executes has the descriptor, too. Since Python 3.4 (PEP 446)."""
        import fcntl

        return not fcntl.fcntl(self.fileno(), fcntl.F_GETFD) & fcntl.FD_CLOEXEC

    def set_inheritable(self, inheritable):
        """Say whether a program that this process executes has the descriptor, too; TypeError for what is no int.

        Since Python 3.4 (PEP 446).
        """
        import fcntl

        flags = fcntl.fcntl(self.fileno(), fcntl.F_GETFD) & ~fcntl.FD_CLOEXEC
        fcntl.fcntl(self.fileno(), fcntl.F_SETFD, flags if as_index(inheritable) else flags | fcntl.FD_CLOEXEC)

    def detach(self):
        """Close the object but not the connection, whose descriptor is returned: a duplicate, as inheritable as the first one.

        Since Python 3.2 (bpo-8524).
        """
        inheritable = self.get_inheritable()
        descriptor = os.dup(self.fileno())
        if not inheritable:
            _forbid_inheritance(descriptor)
        self._makefile_refs = 0  # files do not keep it open
        self.close()
        return descriptor

    def recvmsg(self, *args, **kwargs):
        """Not allowed, as it would read what is encrypted: NotImplementedError. Since Python 3.3 (bpo-12835)."""
        raise NotImplementedError(NOT_ALLOWED % ("recvmsg", self.__class__))

    def recvmsg_into(self, *args, **kwargs):
        """Not allowed, as it would read what is encrypted: NotImplementedError. Since Python 3.3 (bpo-12835)."""
        raise NotImplementedError(NOT_ALLOWED % ("recvmsg_into", self.__class__))

    def sendmsg(self, *args, **kwargs):
        """Not allowed, as it would send data unencrypted: NotImplementedError. Since Python 3.3 (bpo-12835)."""
        raise NotImplementedError(NOT_ALLOWED % ("sendmsg", self.__class__))

    def sendmsg_afalg(self, *args, **kwargs):
        """For sockets of the kernel's cryptography, of which none speaks TLS: OSError. Since Python 3.6 (bpo-27744)."""
        import socket

        raise socket.error("algset is only supported for AF_ALG")

    def sendfile(self, file, offset=0, count=None):
        """Send a file from `offset` on, `count` bytes of it or all, and leave it at the end of what was sent; the number of bytes sent.

        ValueError for a file that was opened as text, for a socket that does not block, and for a `count` that is not positive,
        TypeError for one that is no int. Since Python 3.5 (bpo-17552).
        """
        _check_file(file, count)
        if self.gettimeout() == 0:
            raise ValueError("non-blocking sockets are not supported")
        if offset:
            file.seek(offset)
        sent = 0
        try:
            while count is None or sent < count:
                data = as_bytes(file.read(BLOCK if count is None else min(BLOCK, count - sent)))
                if not data:
                    break
                while data:
                    taken = self.send(data)
                    sent, data = sent + taken, data[taken:]
            return sent
        finally:
            if sent and hasattr(file, "seek"):
                file.seek(offset + sent)


NAMES = frozenset(name for name in vars(OfSSLSocket) if not name.startswith("__")) | frozenset(("__enter__", "__exit__"))


def _check_file(file, count):
    if "b" not in getattr(file, "mode", "b"):
        raise ValueError("file should be opened in binary mode")
    if count is None:
        return
    if not isinstance(count, integer_types):
        raise TypeError("count must be a positive integer (got %r)" % (count,))
    if count <= 0:
        raise ValueError("count must be a positive integer (got %r)" % (count,))


def _forbid_inheritance(descriptor):
    import fcntl

    fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.fcntl(descriptor, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


def make_sslsocket_class():
    """{name: value} for SSLContext.sslsocket_class, and what makes wrap_socket() look at it (Python 3.7)."""
    import ssl

    default = ssl.SSLSocket

    def around_wrap_socket(original):
        @functools.wraps(original)
        def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None,
                        *session, **named):
            if self.sslsocket_class is default:
                return original(self, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, *session,
                                **named)
            named.update(zip(("session",), session))
            return self.sslsocket_class(
                sock=sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect,
                suppress_ragged_eofs=suppress_ragged_eofs, server_hostname=server_hostname, _context=self,
                **dict(("_" + name, value) for name, value in named.items()))  # `session`, of which 2.7 knows nothing

        return wrap_socket

    return {"SSLContext.sslsocket_class": ContextDefault("sslsocket_class", default), "SSLContext.wrap_socket": Layer(around_wrap_socket)}
