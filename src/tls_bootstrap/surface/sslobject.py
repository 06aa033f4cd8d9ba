"""ssl.SSLObject: a TLS connection between two MemoryBIOs, over the connection of an engine.

How it works
------------
The engine's connection has a `raw` object that speaks the language of the interpreter's `_ssl._SSLSocket`; for the
in-place engine it is one. What is left to do here is what separates an old `_ssl` from the SSLObject of Python 3.13.

A connection has two lives. Before the handshake is done, the slots `_read` and `_write` are empty: whichever operation
comes first, do_handshake() or an implicit handshake by read() or write(), finds nothing there and goes through
`_handshake`, the only way to fill them. `_handshake` fills them after the peer's name was checked - by OpenSSL, inside
the handshake, and once more behind it. So no path leads to data past the check, and afterwards the slots hold the
genuine methods themselves: the hot path asks nothing any more.

The check behind the handshake is there because OpenSSL itself can fail open: when one allocation fails at the wrong
moment (X509_VERIFY_PARAM_set1, unchecked up to at least 3.0), the list of host names is lost and any name is accepted.

Rules of this file: every function that reaches `raw` passes the gate first; every exception of `raw` is translated.
"""
from __future__ import absolute_import, division, print_function

from .._compat import as_bytes, as_index, get_ident, text_type
from ..engines import HOSTNAME_MISMATCH
from .errors import DATA, HANDSHAKE, SHUTDOWN
from ..engines.gate import claim, guarded, join
from ..openssl.reach import genuine_class

NO_CONSTRUCTOR = "%s does not have a public constructor. Instances are returned by SSLContext.wrap_bio()."


def make_ssl_object(engine, MemoryBIO, translate, base=object):
    """Make the class, bound to an engine, its MemoryBIO and the Translator of its errors; `base` is the native SSLObject if there is
    one."""
    import socket
    import ssl

    Genuine = genuine_class() if base is object else ()
    this_thread, type_of, Bytes = get_ident, type, bytes  # in cells: a global name costs 20 ns on the hot path, a builtin 35
    WantRead, ZeroReturn, OSErrors = ssl.SSLWantReadError, ssl.SSLZeroReturnError, socket.error

    @guarded
    class SSLObject(base):
        """A TLS connection without a socket: records come from one MemoryBIO and go to another (since Python 3.5).

        Made by SSLContext.wrap_bio(). It does no I/O and never waits: an operation that needs more records raises
        SSLWantReadError, and is to be called again when they are there.
        """

        __slots__ = ("_sslobj", "_connection", "_read", "_write", "_thread", "_gate", "_name", "_name_checked", "_refused",
                     "_server_side", "_first_context") + (("__dict__", "__weakref__") if base is object else ())

        _MemoryBIO = MemoryBIO  # for who has a context and needs BIOs that go with it

        def __new__(cls, *args, **kwargs):
            """``SSLObject(connection, owner=...)`` gives the connection back: that is how 3.5 and 3.6 went on from _wrap_socket(), and
            eventlet does so wherever `ssl` has an SSLObject and Python is older than 3.7 (eventlet/green/ssl.py, connect()), though
            the SSLSocket of 2.7 wants the connection itself."""
            if "owner" in kwargs and args and isinstance(args[0], Genuine):
                return args[0]
            return object.__new__(cls)

        def __init__(self, *args, **kwargs):
            raise TypeError(NO_CONSTRUCTOR % type(self).__name__)

        @classmethod
        def _create(cls, incoming, outgoing, server_side=False, server_hostname=None, session=None, context=None):
            """What SSLContext.wrap_bio calls, under the name it has in the standard library since 3.7."""
            for name, bio in (("incoming", incoming), ("outgoing", outgoing)):
                if not isinstance(bio, MemoryBIO):
                    raise TypeError("argument '%s' must be ssl.MemoryBIO, not %s" % (name, type(bio).__name__))
            if session is not None and not hasattr(cls, "session"):
                raise TypeError("Value is not a SSLSession.")
            if server_hostname is not None and (not server_hostname or server_hostname.startswith(".")):
                raise ValueError("server_hostname cannot be an empty string or start with a leading dot.")
            self = object.__new__(cls)
            self._name = server_hostname
            self._name_checked = context.check_hostname
            self._server_side = bool(server_side)
            self._first_context = context  # OpenSSL keeps its SSL_CTX as the argument of the SNI callback, whatever follows
            self._refused = None
            place = engine.place(this_thread())
            join(self, incoming, outgoing, place)
            self._connection = engine.connect(context, incoming, outgoing, self._server_side, server_hostname, self, place)
            self._sslobj = self._connection.raw
            if session is not None:
                self.session = session
            return self

        # -- data ------------------------------------------------------------------------------------------------

        def read(self, len=1024, buffer=None):
            """Up to `len` bytes of data, or their number with a writable `buffer` that takes them; b"" or 0 after the
            peer's close_notify.

            SSLWantReadError when a whole record is not there yet, SSLEOFError when the bytes ended without close_notify,
            ValueError for a negative `len` without a buffer, TypeError for no integer and for a read-only buffer.
            """
            if self._thread != this_thread():
                claim(self)
            if buffer is None:
                try:
                    return self._read(len)
                except WantRead:
                    raise
                except AttributeError:  # the handshake is not done
                    pass
                except OSErrors as error:
                    raise translate(error, DATA, self._connection)
            return self._read_slowly(len, buffer)

        def write(self, data):
            """Encrypt all of `data`, a bytes-like object, into `outgoing`; the number of its bytes. TypeError for text."""
            if self._thread != this_thread():
                claim(self)
            if type_of(data) is Bytes:
                try:
                    return self._write(data)
                except WantRead:
                    raise
                except AttributeError:  # the handshake is not done
                    pass
                except OSErrors as error:
                    if data:
                        raise translate(error, DATA, self._connection)
            return self._write_slowly(data)

        def _read_slowly(self, len, buffer):
            """read() for the first time, into a buffer, and of odd lengths."""
            wanted = as_index(len)
            if buffer is None:
                if wanted < 0:
                    raise ValueError("size should not be negative")
            else:
                room = _writable_size(buffer)
                wanted = room if wanted <= 0 else min(wanted, room)
            nothing = b"" if buffer is None else 0
            if not wanted:
                return nothing
            if not hasattr(self, "_read"):
                if self._connection.is_closed_by_peer():  # SSL_read looks at that before it does anything
                    return nothing
                try:
                    self._handshake(DATA)
                except ZeroReturn:
                    return nothing
            try:
                return self._read(wanted) if buffer is None else int(self._read(wanted, buffer))
            except WantRead:
                raise
            except OSErrors as error:
                raise translate(error, DATA, self._connection)

        def _write_slowly(self, data):
            """write() for the first time, of other types than bytes, and of nothing."""
            if type(data) is not bytearray:
                data = as_bytes(data, only_contiguous=True)
            if not hasattr(self, "_write"):
                self._handshake(DATA)
            if not data and self._connection.takes_nothing():
                return 0
            try:
                return self._write(data)
            except WantRead:
                raise
            except OSErrors as error:
                raise translate(error, DATA, self._connection)

        def pending(self):
            """The number of decrypted bytes that read() would give without another record."""
            if self._thread != this_thread():
                claim(self)
            return self._sslobj.pending()

        # -- handshake and shutdown ------------------------------------------------------------------------------

        def do_handshake(self):
            """Do the handshake as far as the records that are there allow; None when it is done.

            SSLWantReadError when more records are needed, SSLCertVerificationError when the peer's certificate is refused.
            """
            if self._thread != this_thread():
                claim(self)
            self._handshake(HANDSHAKE)

        def _handshake(self, doing):
            if self._refused is not None:
                raise translate.refused_certificate(self._refused)
            try:
                self._sslobj.do_handshake()
            except WantRead:
                raise
            except OSErrors as error:
                raise translate(error, doing, self._connection)
            if not hasattr(self, "_write"):
                self._check_name()
                self._read, self._write = self._sslobj.read, self._sslobj.write

        def _check_name(self):
            """The second layer: a peer whose certificate is not for the name is refused for good, whatever OpenSSL says."""
            if self._name_checked and not (self._name and self._connection.is_certified_for(self._name)):
                self._refused = HOSTNAME_MISMATCH, self._connection.mismatch(HOSTNAME_MISMATCH)
                raise translate.refused_certificate(self._refused)

        def unwrap(self):
            """Send close_notify, and read the peer's: SSLWantReadError until it is there, then None."""
            if self._thread != this_thread():
                claim(self)
            if self._refused is not None:
                raise translate.refused_certificate(self._refused)
            try:
                self._sslobj.shutdown()  # gives the dummy socket, which nobody shall have
            except WantRead:
                raise
            except OSErrors as error:
                raise translate(error, SHUTDOWN, self._connection)

        # -- what was negotiated ---------------------------------------------------------------------------------

        @property
        def context(self):
            """The SSLContext in use; an SNI callback may set another one before the certificate is chosen."""
            return self._sslobj.context

        @context.setter
        def context(self, context):
            if self._thread != this_thread():
                claim(self)
            self._sslobj.context = context

        @property
        def server_side(self):
            """True for the server's end."""
            return self._server_side

        @property
        def server_hostname(self):
            """The name of the server as an A-label, None if none was given."""
            return self._name

        def getpeercert(self, binary_form=False):
            """The peer's certificate: a dict ({} if it was not verified), DER bytes, or None if there is none.

            ValueError before the handshake is done.
            """
            if self._thread != this_thread():
                claim(self)
            if not self._connection.is_handshake_finished():
                raise ValueError("handshake not done yet")
            certificate = self._sslobj.peer_certificate(binary_form)
            return certificate if binary_form or not certificate else _with_plain_addresses(certificate)

        def version(self):
            """The protocol, such as "TLSv1.3"; None before the handshake is done."""
            if self._thread != this_thread():
                claim(self)
            return str(self._sslobj.version()) if self._connection.is_handshake_finished() else None

        def cipher(self):
            """(name, protocol, secret bits) of the cipher suite in use, None before there is one."""
            if self._thread != this_thread():
                claim(self)
            return self._sslobj.cipher()

        def shared_ciphers(self):
            """A list of such triples: what the client offered and this server knows; None on a client."""
            if self._thread != this_thread():
                claim(self)
            return self._connection.shared_ciphers()

        def compression(self):
            """The name of the compression in use, or None."""
            if self._thread != this_thread():
                claim(self)
            return self._sslobj.compression()

        def selected_alpn_protocol(self):
            """The protocol that ALPN chose, or None."""
            if self._thread != this_thread():
                claim(self)
            return getattr(self._sslobj, "selected_alpn_protocol", lambda: None)()

        def selected_npn_protocol(self):
            """The protocol that NPN chose, or None: OpenSSL 1.1.1 and newer rarely have it."""
            if self._thread != this_thread():
                claim(self)
            return getattr(self._sslobj, "selected_npn_protocol", lambda: None)()

        def get_channel_binding(self, cb_type="tls-unique"):
            """Channel binding data (RFC 5929) as bytes, None before the handshake; ValueError for another type."""
            if cb_type != "tls-unique":
                raise ValueError("'%s' channel binding type not implemented" % (cb_type,))
            if self._thread != this_thread():
                claim(self)
            return self._sslobj.tls_unique_cb()

        def __reduce_ex__(self, protocol):
            """Two objects over one SSL would free it twice: no copy, no pickle."""
            raise TypeError("cannot pickle '%s' object" % type(self).__name__)

    def _with_plain_addresses(certificate):
        """GENERAL_NAME_print of OpenSSL 1.x, which an old `_ssl` asks, ends an IPv6 address with a newline (openssl/openssl#7284)."""
        if "subjectAltName" in certificate:
            certificate["subjectAltName"] = tuple(
                (kind, name.rstrip("\n") if kind == "IP Address" else name) for kind, name in certificate["subjectAltName"])
        return certificate

    def _writable_size(buffer):
        """The size of a buffer that can be written to. TypeError for text and read-only ones."""
        try:
            view = memoryview(buffer)
        except TypeError:
            if isinstance(buffer, text_type):
                raise TypeError("read() argument 2 must be read-write bytes-like object, not " + type(buffer).__name__)
            return len(as_bytes(buffer))  # array.array of Python 2: the genuine read() decides
        if view.readonly:
            raise TypeError("read() argument 2 must be read-write bytes-like object, not " + type(buffer).__name__)
        return len(view) * view.itemsize

    SSLObject.__module__ = "ssl"
    return SSLObject
