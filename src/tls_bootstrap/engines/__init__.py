"""The engines: who does the TLS work behind an SSLObject. This file is the contract; each engine is a file beside it.

A module of an engine has `probe(facts)`, which returns an Engine or raises ImportError with the reason why it cannot
work here. Probing changes nothing that a program could see; every doubt is a refusal, never a guess.

An Engine's connection has a `raw` object that speaks the language of an old `_ssl._SSLSocket` (the one of Python 2.7):
do_handshake(), read(n[, buffer]), write(data), shutdown(), pending(), peer_certificate(binary), cipher(), version(),
compression(), selected_alpn_protocol(), tls_unique_cb(), context. It raises the exceptions of `ssl`. Beyond that the
connection answers the questions of the base class below.

An engine may add an ability, it never weakens a default: a certificate that the standard library would refuse is refused.

    inplace      the interpreter's own `_ssl`, its BIOs exchanged by ctypes
    pypy         PyPy's own `_ssl`, its BIOs exchanged by cffi
    loopback     the interpreter's own `_ssl`, over a local pair of sockets
    pyopenssl    PyOpenSSL, if it is installed
    native       none: stands for an engine where the interpreter has an SSLObject of its own
    genuine, pump       what some share: all about a genuine object of `_ssl`; feeding record by record
    gate, proof         what all share: one thread at a time; half a handshake at activation
"""
from __future__ import absolute_import, division, print_function

import sys

ORDER = ("inplace", "pypy", "loopback", "pyopenssl")  # by preference: the first that works is taken


class Engine(object):
    """What an engine offers; the base refuses everything."""

    name = None
    summary = None  # one line for status() and doctor

    def make_memory_bio(self):
        """The class that is to be ssl.MemoryBIO."""
        raise NotImplementedError("engine %r has no MemoryBIO" % self.name)

    def place(self, thread):
        """What the next connection of a thread will share with others and that only one of them may use at a time: it has a
        gate (gate.py). None if there is no such thing."""

    def connect(self, context, incoming, outgoing, server_side, server_hostname, owner, place=None):
        """A new Connection between two MemoryBIOs; `owner` is the SSLObject, of which only a weak reference is kept."""
        raise NotImplementedError("engine %r cannot connect" % self.name)

    def reports_unexpected_eof(self):
        """Whether OpenSSL has an error of its own for an end of file without close_notify (3.0 and newer)."""
        raise NotImplementedError("engine %r does not know its OpenSSL" % self.name)

    def openssl_version(self):
        """The text of the OpenSSL that does the work."""
        raise NotImplementedError("engine %r does not know its OpenSSL" % self.name)

    # -- of an engine that brings its own OpenSSL (_plan.OWN_OPENSSL) ---------------------------------------------------------------------

    def openssl_facts(self):
        """{name: value} of the constants of `ssl` that tell of an OpenSSL: OPENSSL_VERSION, HAS_TLSv1_3 ..."""
        return {}

    def offered_groups(self):
        """The names of the groups for the key exchange that its clients offer keys for, in order of preference."""
        return []

    def recorders(self, base):
        """{name: function or property} to put on SSLContext, in place of those of `base`, which they call: what is
        told to a context and cannot be read from it again."""
        return {}

    def forget(self):
        """The recorders are about to be taken off ssl.SSLContext: from now on what was recorded there may be out of date."""


class Connection(object):
    """One TLS connection of an engine; `raw` as described above, `name` the server_hostname or None."""

    __slots__ = ("raw", "name")

    def is_handshake_finished(self):
        """Whether a handshake has been completed and none is under way."""
        raise NotImplementedError("an engine's connection has to know whether its handshake is finished")

    def is_closed_by_peer(self):
        """Whether the peer's close_notify has arrived."""
        raise NotImplementedError("an engine's connection has to know whether its peer has closed it")

    def takes_nothing(self):
        """Whether writing no bytes at all succeeds now, after the handshake: what write(b"") asks."""
        raise NotImplementedError("an engine's connection has to know whether it takes an empty write")

    def is_at_eof(self):
        """Whether the incoming BIO is at its end: write_eof() was called and all was read."""
        raise NotImplementedError("an engine's connection has to know whether it is at the end of file")

    def verify_result(self):
        """(X509_V_ERR_* number, OpenSSL's text for it) of the last verification."""
        raise NotImplementedError("an engine's connection has to know its verify result")

    def is_certified_for(self, name):
        """Whether the peer showed a certificate for this host name or IP address."""
        raise NotImplementedError("an engine's connection has to know whom its peer is certified for")

    def shared_ciphers(self):
        """[(name, protocol, bits)] on a server, None on a client or where it cannot be known."""
        return None

    def refusal(self):
        """(verify_code, verify_message) of a refused certificate, in the standard library's words."""
        code, text = self.verify_result()
        return code, self.mismatch(code) if code in NAME_MISMATCHES else text

    def mismatch(self, code):
        """What the standard library says of a certificate that is not for the name; when there is no name, why not."""
        if self.name is None:
            return "check_hostname requires server_hostname"
        return "%s mismatch, certificate is not valid for '%s'." % (NAME_MISMATCHES[code], self.name)


HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH = 62, 64  # X509_V_ERR_*
NAME_MISMATCHES = {HOSTNAME_MISMATCH: "Hostname", IP_ADDRESS_MISMATCH: "IP address"}


def load(name):
    """The module of the engine `name`; ValueError for one that does not exist."""
    if name not in ORDER:
        raise ValueError("unknown engine %r: choose one of %s" % (name, ", ".join(("auto",) + ORDER)))
    __import__(__name__ + "." + name)  # importlib is one more module to load, 0.1 ms of activation on 2.7
    return sys.modules[__name__ + "." + name]
