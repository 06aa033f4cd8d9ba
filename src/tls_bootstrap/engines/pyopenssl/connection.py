"""A connection of pyOpenSSL, driven so that it looks like a `_ssl._SSLSocket` between two MemoryBIOs.

An OpenSSL.SSL.Connection without a socket has memory BIOs of its own: bio_write() and bio_read() are the wire of the pump.
What was written cannot be taken back or counted, so feeding it record by record is what keeps `incoming.pending` right.

Where we speak in OpenSSL's place
---------------------------------
Two refusals end with another alert in OpenSSL than in `_ssl`, since pyOpenSSL does not pass on why a callback refuses.

- *The name of the peer* is compared inside the handshake, in the verify callback, when the chain is good and the peer's own
  certificate is looked at. OpenSSL then fails by itself, for an unspecified reason. Its alert internal_error, if it is not
  encrypted, becomes bad_certificate (42), which is what `_ssl` sends.
- *The callback for server names.* pyOpenSSL ignores its answer, and OpenSSL goes on with its flight. The flight is thrown
  away, a plaintext alert goes out in its place - the client has nothing to encrypt with yet - and the connection is dead.
  It is dead before the callback is called, and comes to life again when that says None: no way out of it fails open.

When a connection has failed
----------------------------
OpenSSL 3 and newer put an unexpected end of file on the error queue; pyOpenSSL since 23.2 makes of it the same SysCallError
that stands for an empty queue. They are told apart by the state: what was on the queue has put it into "error".

What an operation says after that differs from one OpenSSL to the next, so it is not asked any more: the answers are those
of OpenSSL 3.0, the one of the Pythons that we are measured by.
"""
from __future__ import absolute_import, division, print_function

import io
import weakref

from .. import HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH
from ..._compat import as_index
from ...formats.certificates import decode, identities
from ...formats.hostnames import address_bytes, fits
from ...formats.records import fatal_alert
from ..pump import Pump
from . import callbacks, chains
from .context import build, require_chain
from .failures import answers_of, latest, raised_here

PIECE = 16384  # a record holds no more, RFC 8446 section 5.1
ROOM = 65536  # bytes taken from the wire at a time
OVERHEAD = 1024  # bytes that a record or two are longer than what is in them, generously
BAD_CERTIFICATE, INTERNAL_ERROR = 42, 80  # alerts, RFC 8446 section 6
PLAIN_ALERT = b"\x15\x03", b"\x00\x02\x02"  # how the record of a fatal alert begins, without the minor version
FINISHED, FAILED = b"SSL negotiation finished successfully", b"error"  # SSL_state_string_long(), ssl/ssl_stat.c


def make_raw(ssl):
    """Make the class, bound to the exceptions of `ssl`."""
    import socket

    from _ssl import _SSLContext as Genuine
    from OpenSSL import SSL, crypto

    WantRead, SocketError, Queued = ssl.SSLWantReadError, socket.error, SSL.Error
    RECEIVED, SENT = SSL.RECEIVED_SHUTDOWN, SSL.SENT_SHUTDOWN
    answers = answers_of(ssl, SSL)

    def from_queue(library, text):
        return raised_here(ssl.SSLError, int(ssl.SSL_ERROR_SSL), library, text)

    class Raw(Pump):
        """What an engine's connection has as `raw`, over an OpenSSL.SSL.Connection.

        refusal    X509_V_ERR_* number of a refused certificate, 0 before
        alert      the number of the alert that goes out in place of what OpenSSL says, None if it speaks for itself
        is_dead    the callback for server names has refused the client, or is just being asked
        problem    an exception that the verify callback had to keep
        _certified the certificate that was found to be for `name`, which no other name is ever asked for
        """

        __slots__ = ("conn", "server_side", "name", "checks_name", "refusal", "alert", "is_dead", "problem", "_certified",
                     "_finished_first", "_owner", "_context", "_first_built", "_first_context", "_has_ended", "_has_failed", "_has_rest",
                     "_is_closed", "_is_encrypted", "_sent", "__weakref__")

        want_read, want_write = SSL.WantReadError, SSL.WantWriteError

        def __init__(self, context, incoming, outgoing, server_side, name, owner):
            super(Raw, self).__init__(incoming, outgoing)
            self._context = self._first_context = context
            self._first_built = build(context)  # pyOpenSSL forgets it in set_context(), OpenSSL goes on calling its callbacks
            self.conn = conn = SSL.Connection(self._first_built, None)
            conn.set_app_data(weakref.ref(self))
            self._owner, self.server_side, self.name, self.checks_name = weakref.ref(owner), server_side, name, context.check_hostname
            self.refusal, self.alert, self.problem, self._sent, self._certified, self._has_rest = 0, None, None, 0, None, False
            self.is_dead = self._finished_first = self._has_ended = self._has_failed = self._is_closed = self._is_encrypted = False
            if server_side:
                conn.set_accept_state()
            else:
                conn.set_connect_state()
                if name and not address_bytes(name):  # RFC 6066 section 3
                    conn.set_tlsext_host_name(name.encode("ascii"))

        # -- the wire ----------------------------------------------------------------------------------------------------

        def push(self, data):
            self.conn.bio_write(data)

        def push_eof(self):
            if self._has_ended:
                return False
            self._has_ended = True
            self.conn.bio_shutdown()
            return True

        def pull(self, size):
            pieces, read = [], self.conn.bio_read
            while True:
                try:
                    piece = read(size)
                except SSL.WantReadError:  # it is empty
                    break
                pieces.append(piece)
                if len(piece) < size:
                    break
            data = b"".join(pieces)
            return data if self.alert is None else self._instead_of(data)

        def _instead_of(self, data):
            alert, self.alert = self.alert, None
            if self.is_dead:
                return b"" if self._is_encrypted else fatal_alert(alert)  # a renegotiation can only be left without an answer
            if data[-7:-5] == PLAIN_ALERT[0] and data[-4:-1] == PLAIN_ALERT[1] and not self._is_encrypted:
                return data[:-7] + fatal_alert(alert)
            return data

        # -- errors ------------------------------------------------------------------------------------------------------

        def run(self, operation, *arguments):
            if self.is_dead or self._has_failed:
                raise SocketError(0, "Error")
            try:
                return super(Raw, self).run(operation, *arguments)
            except Queued as error:
                raise self._told(error)

        def _told(self, error):
            """The exception of `ssl` for one of pyOpenSSL's."""
            if self.problem is not None:
                problem, self.problem = self.problem, None
                return problem
            if type(error) in answers:
                cls, number, text = answers[type(error)]
                return cls(number, text)
            self._has_failed = self.conn.get_state_string() == FAILED
            library_and_text = latest(error)
            if library_and_text is None:
                if not (self._has_ended and self._has_failed):
                    return SocketError(0, "Error")
                library_and_text = "SSL", "unexpected eof while reading"
            return from_queue(*library_and_text)

        # -- data --------------------------------------------------------------------------------------------------------

        def read(self, size, *buffer):
            """The next record is handed over before it is asked for: the exception that asks costs as much as the rest."""
            if type(size) is not int or not 0 < size <= PIECE:
                size = limited(size)
                if not size:
                    return 0 if buffer else b""
            if self.is_dead or self._has_failed:
                if self.is_dead or not self.is_closed_by_peer():  # a fatal alert counts as such: SSL_RECEIVED_SHUTDOWN
                    raise SocketError(0, "Error")
                return 0 if buffer else b""
            conn = self.conn
            is_fresh = not (self._has_rest and conn.pending())
            if is_fresh and not self._is_closed:
                record = self.next_record()
                if record:
                    conn.bio_write(record)
            try:
                data = conn.recv(size)
            except SSL.ZeroReturnError as error:
                data = self._after_the_end(error)
            except SSL.WantReadError as error:
                self.drain()
                if not self.feed():
                    raise self._told(error)
                data = self.run(self._receive, size)
            except Queued as error:
                self.drain()
                raise self._told(error)
            # A record that was read from its beginning has no rest when less than wanted came, or as much as a record can hold.
            self._has_rest = not is_fresh or size == len(data) < PIECE
            return io.BytesIO(data).readinto(buffer[0]) if buffer else data  # which knows all kinds of buffers

        def _receive(self, size):
            try:
                return self.conn.recv(size)
            except SSL.ZeroReturnError as error:
                return self._after_the_end(error)

        def _after_the_end(self, error):
            """What read() gives after the peer's close_notify: b"", unless we have said it, too (_ssl__SSLSocket_read_impl)."""
            self._is_closed = True
            if self.conn.get_shutdown() & SENT:
                raise self._told(error)
            return b""

        def write(self, data):
            if self._has_failed and self.conn.get_shutdown() & SENT:
                raise from_queue("SSL", "protocol is shutdown")
            if len(data) > PIECE or self._sent or self.is_dead or self._has_failed:
                return self.run(self._send_all, data)
            try:
                count = self.conn.send(data)
            except (SSL.WantReadError, SSL.WantWriteError):
                return self.run(self.conn.send, data)
            except Queued as error:
                self.drain()
                raise self._told(error)
            self.drain(count + OVERHEAD)
            return count

        def _send_all(self, data):
            """pyOpenSSL up to 21 sends a record at a time. What is sent already is remembered, should it have to wait."""
            view = memoryview(data)
            while self._sent < len(view):
                self._sent += self.conn.send(view[self._sent:])
            self._sent = 0
            return len(view)

        def pending(self):
            return self.conn.pending()

        # -- handshake and shutdown --------------------------------------------------------------------------------------

        def do_handshake(self):
            self.run(self._handshake)

        def _handshake(self):
            try:
                self.conn.do_handshake()
            except SSL.WantReadError:
                self._check_refusal()
                if self.server_side and self.conn.get_finished():
                    self._finished_first = True
                raise
            except Queued:
                self._check_refusal()
                raise
            self._check_refusal()
            self._is_encrypted = True

        def _check_refusal(self):
            if self.is_dead:
                raise from_queue("SSL", "callback failed")

        def shutdown(self):
            if self.is_dead or self._has_failed:
                raise from_queue("SSL", "shutdown while in init")
            self.run(self._shutdown)

        def _shutdown(self):
            """Twice, as `_ssl` does: the first time it is said, the second time the answer is waited for."""
            return self.conn.shutdown() or self.conn.shutdown()

        # -- what OpenSSL calls back -------------------------------------------------------------------------------------

        def judge(self, certificate, code, depth, ok):
            """Whether a certificate of the peer's chain is accepted, `ok` being OpenSSL's own opinion; never raises."""
            try:
                if not ok:
                    self.refusal = code
                    return False
                return depth > 0 or not self.checks_name or self._has_the_name(certificate)
            except Exception as error:  # for the one who called the operation
                self.problem = error
                return False

        def _has_the_name(self, certificate):
            if self.name and self.is_certified(certificate, self.name):
                return True
            self.refusal = IP_ADDRESS_MISMATCH if self.name and address_bytes(self.name) else HOSTNAME_MISMATCH
            self.alert = BAD_CERTIFICATE
            return False

        def is_certified(self, certificate, name):
            der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            if der == self._certified:
                return True
            try:
                dns, addresses, commons = identities(der)
            except ValueError:  # what we cannot read is for nobody
                return False
            if not getattr(self._first_context, "hostname_checks_common_name", True):
                commons = []
            if not fits(name, dns, addresses, commons):
                return False
            self._certified = der
            return True

        def answer_server_name(self):
            self.is_dead, self.alert = True, INTERNAL_ERROR
            alert = callbacks.alert_for(self.conn.get_servername(), self.owner, self._first_context)
            self.is_dead, self.alert = alert is not None, alert

        @property
        def owner(self):
            """Who is given to the callback for server names: the SSLObject, or the SSLSocket that is made over it."""
            return self._owner()

        @owner.setter
        def owner(self, owner):
            self._owner = weakref.ref(owner)

        # -- what was negotiated -----------------------------------------------------------------------------------------

        @property
        def context(self):
            return self._context

        @context.setter
        def context(self, context):
            if not isinstance(context, Genuine):
                raise TypeError("The value must be a SSLContext")
            if self.server_side:
                require_chain(context)
            self.conn.set_context(build(context))
            self._context = context

        def is_finished(self):
            return self.conn.get_state_string() == FINISHED

        def takes_nothing(self):
            return not (self.is_dead or self._has_failed or self.conn.get_shutdown() & SENT)

        def is_closed_by_peer(self):
            return bool(self.conn.get_shutdown() & RECEIVED)

        def peer_certificate(self, binary=False):
            certificate = self.conn.get_peer_certificate()
            if certificate is None:
                return None
            if not binary and self._context.verify_mode == ssl.CERT_NONE:
                return {}
            der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            return der if binary else decode(der)

        def verify_client_post_handshake(self):
            raise NotImplementedError("PyOpenSSL has no post-handshake authentication: ask for the certificate in the handshake")

        def get_unverified_chain(self):
            return chains.unverified(self.conn, self.server_side)

        def get_verified_chain(self):
            return chains.verified(self.conn)

        def cipher(self):
            name = self.conn.get_cipher_name()
            return name and (str(name), str(self.conn.get_cipher_version()), self.conn.get_cipher_bits())

        def version(self):
            return str(self.conn.get_protocol_version_name())

        def group(self):
            """The name of the group of the key exchange, None where this pyOpenSSL does not know."""
            try:
                return self.conn.get_group_name()
            except (AttributeError, NotImplementedError):  # pyOpenSSL before 25.1, or OpenSSL before 3.2
                return None

        def compression(self):
            """pyOpenSSL does not tell, and its wheels have none."""

        def selected_alpn_protocol(self):
            chosen = self.conn.get_alpn_proto_negotiated()
            return str(chosen.decode("ascii")) if chosen else None

        def selected_npn_protocol(self):
            """pyOpenSSL has no NPN since 19.1."""

        def tls_unique_cb(self):
            """The first Finished message (RFC 5929 section 3.1): the client's, but the server's when a session was resumed."""
            ours = self.server_side == self.session_reused
            return self.conn.get_finished() if ours else self.conn.get_peer_finished()

        @property
        def session(self):
            """None: a session of pyOpenSSL is no ssl.SSLSession."""

        @session.setter
        def session(self, session):
            raise TypeError("Value is not a SSLSession.")

        @property
        def session_reused(self):
            """A client never has one to resume. Up to TLS 1.2 a server finishes first only then (RFC 5246 section 7.3); of TLS
            1.3, where it always does, nothing can be told."""
            return self._finished_first and self.version() != "TLSv1.3"

    return Raw


def limited(size):
    """How much to read at a time, as the genuine read() understands its argument."""
    size = as_index(size)
    if size < 0:
        raise ValueError("size should not be negative")
    return min(size, PIECE)
