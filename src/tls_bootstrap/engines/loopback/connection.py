"""A genuine `_ssl._SSLSocket` over a pair, driven so that it looks as if it were between two MemoryBIOs.

What its own methods cannot do here
-----------------------------------
*The name of the peer.* An `_ssl` without ctypes cannot be told to check it inside the handshake. So a client's answer to the
server's certificate is held back: the certificate is compared with the name, and only then the answer is released. If it is
not for the name, the server gets an alert in place of the answer, and ends as it does natively. With TLS 1.3 that answer is
the client's last flight, when the genuine do_handshake() is done and knows the certificate. Up to TLS 1.2 do_handshake()
still waits for the server then, but the certificate is not encrypted and was seen as it passed. Behind the handshake it is
compared in any case.

*Errors.* An object that has failed answers as an old `_ssl` does, with socket.error(0): surface/errors.py knows what that means.
"""
from __future__ import absolute_import, division, print_function

from .. import HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH, Connection
from ...formats.certificates import identities
from ...formats.handshake import CertificateWatch
from ...formats.hostnames import address_bytes, fits
from ...formats.records import fatal_alert
from ..genuine import Around
from ..pump import Pump
from .pair import PIECE, Lost

BAD_CERTIFICATE = 42  # the alert's number, RFC 8446 section 6
UNSPECIFIED = 1  # X509_V_ERR_UNSPECIFIED: this `_ssl` does not say why it refused a certificate
OVERHEAD = 1024  # bytes that a record or two are longer than what is in them, generously


def make_raw(ssl):
    """Make the class, bound to the classes of exceptions of `ssl`."""
    import socket

    WantRead, WantWrite, ZeroReturn, SocketError = ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLZeroReturnError, socket.error

    class Raw(Around, Pump):
        """What an engine's connection has as `raw`, over the genuine object of the same language."""

        __slots__ = ("genuine", "pair", "name", "checks_name", "checks_common_name", "watch", "is_finished", "is_closed_by_peer",
                     "has_shut_down", "refusal", "pending", "_read", "_write", "__weakref__")

        want_read, want_write = WantRead, WantWrite

        def __init__(self, genuine, pair, incoming, outgoing, name, checks_name, checks_common_name=True):
            super(Raw, self).__init__(incoming, outgoing)
            self.genuine, self.pair, self.name = genuine, pair, name
            self.checks_name, self.checks_common_name = checks_name, checks_common_name
            self.is_finished = self.is_closed_by_peer = self.has_shut_down = False
            self.refusal = None  # X509_V_ERR_* once the peer's name was refused
            self.watch = CertificateWatch() if checks_name else None
            self.pending, self._read, self._write = genuine.pending, genuine.read, genuine.write

        # -- the pair is ours while an operation is under way ------------------------------------------------------------------

        def _make_ready(self):
            if self.refusal is not None:
                raise SocketError(0, "Error")
            try:
                self.pair.make_ready()
            except Lost as error:
                raise ssl.SSLSyscallError(ssl.SSL_ERROR_SYSCALL, str(error))

        def leave(self):
            """Only after an operation that has ended in good order, see pair.py: so never in a `finally`."""
            pair = self.pair
            if pair.is_ended and pair.can_be_shared:
                pair.renew()
            pair.user = None

        def _use(self, operation, *arguments):
            """An operation with the pair to itself."""
            if self.refusal is not None or not self.pair.is_ready():
                self._make_ready()
            self.pair.user = self
            try:
                result = operation(*arguments)
            except SocketError:  # ssl.SSLError is one
                self.leave()
                raise
            self.leave()
            return result

        def settle(self):
            """For the pair: bring what is in it where it belongs."""
            self.drain()
            self.give_back()
            self.leave()

        def push(self, data):
            if self.watch is not None:
                self.watch.see(data)
            self.pair.push(data)

        def push_eof(self):
            return self.pair.push_eof()

        def pull(self, size):
            return self.pair.pull(size)

        def take_back(self):
            return self.pair.take_back()

        # -- data ------------------------------------------------------------------------------------------------------

        def read(self, size, *buffer):
            """The next record is handed over before the genuine read() asks for it: its exception costs as much as the rest.

            A read() that gives data has nothing to say that was not drained: what OpenSSL answers to comes in records of its
            own, behind which it asks for the next one.
            """
            return self._use(self._read_record, size, *buffer)

        def _read_record(self, size, *buffer):
            if not self.pending() and not self.is_closed_by_peer:
                record = self.next_record()
                if record:
                    self.pair.push(record)
            try:
                data = self._read(size, *buffer)
            except WantRead:
                self.drain()
                if not self.feed():
                    raise
                data = self.run(self._read, size, *buffer)
            except BaseException as error:
                self.fail(error)
                raise
            if not data:
                self.is_closed_by_peer = True
                self.give_back()
            return data

        def write(self, data):
            if len(data) > PIECE:
                return self._use(self.run, self._write, data)
            return self._use(self._write_piece, data)

        def _write_piece(self, data):
            try:
                count = self._write(data)
            except (WantRead, WantWrite):
                return self.run(self._write, data)
            except BaseException as error:
                if data:  # SSL_write() of nothing fails, but does no harm
                    self.fail(error)
                raise
            self._put(self.pair.pull(len(data) + OVERHEAD))
            return count

        def fail(self, error):
            """An error of OpenSSL's own ends the connection for it, and its handshake counts as not done; but not one of use."""
            super(Raw, self).fail(error)
            if getattr(error, "library", None) and "protocol is shutdown" not in str(error):
                self.is_finished = False

        # -- handshake and shutdown ------------------------------------------------------------------------------------

        def do_handshake(self):
            try:
                self._use(self.run, self.genuine.do_handshake if self.is_finished else self._first_handshake)
            except ZeroReturn:
                self.is_closed_by_peer = True
                raise

        def _first_handshake(self):
            """What is in the pair when this ends is released by the pump."""
            try:
                self.genuine.do_handshake()
            except WantRead:
                if self.watch is not None and self.watch.leaf is not None:
                    self._check_name(self.watch.leaf)
                    self.watch = None
                raise
            if self.checks_name:
                self._check_name(self.genuine.peer_certificate(True))
            self.is_finished, self.watch = True, None

        def _check_name(self, certificate):
            name = self.name
            if name and certificate and self._is_for(certificate, name):
                return
            self.refusal = IP_ADDRESS_MISMATCH if name and address_bytes(name) else HOSTNAME_MISMATCH
            self.pull(PIECE)
            self._put(fatal_alert(BAD_CERTIFICATE))
            raise self._error("CERTIFICATE_VERIFY_FAILED", "certificate verify failed")

        def _is_for(self, certificate, name):
            try:
                dns, addresses, commons = identities(certificate)
                return fits(name, dns, addresses, commons if self.checks_common_name else ())
            except ValueError:  # what OpenSSL reads and we cannot read is for nobody
                return False

        def _error(self, reason, text):
            error = ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL: %s] %s" % (reason, text))
            error.library, error.reason = "SSL", reason
            return error

        def shutdown(self):
            """None, and never the socket of the pair."""
            if self.refusal is not None:  # the genuine object thinks that its handshake went well
                raise self._error("SHUTDOWN_WHILE_IN_INIT", "shutdown while in init")
            try:
                self._use(self.run, self.genuine.shutdown)
                self.is_closed_by_peer = True
            except WantRead:
                self.has_shut_down = True
                raise
            self.has_shut_down = True

    return Raw


class LoopbackConnection(Connection):
    """The connection of the contract; what it is asked, `raw` knows."""

    __slots__ = ()

    def __init__(self, raw, name):
        self.raw, self.name = raw, name

    def is_handshake_finished(self):
        return self.raw.is_finished

    def is_closed_by_peer(self):
        return self.raw.is_closed_by_peer

    def takes_nothing(self):
        return self.raw.is_finished and not self.raw.has_shut_down

    def is_at_eof(self):
        return self.raw.incoming.eof

    def verify_result(self):
        if self.raw.refusal is None:
            return UNSPECIFIED, "unspecified certificate verification error"
        return self.raw.refusal, "hostname mismatch"

    def is_certified_for(self, name):
        return self.raw.checks_name and self.raw.is_finished and name == self.raw.name
