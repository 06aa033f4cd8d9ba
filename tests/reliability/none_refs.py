"""The reference count of None after 1,000 handshakes with a server_name callback (guard G1).

_ssl of Python 2.7 takes a reference to the owner's weak referent, None when there is no owner, and gives it back twice on an error
path. A server would lose one reference of None with every such ClientHello and abort after some 2,000: a remote denial of service.
"""
from __future__ import absolute_import, division, print_function

import gc
import os
import sys

from tests.reliability import child

ALLOWED = 0.5  # references per handshake: a defect makes it 1, and the interpreter itself keeps or drops a few dozen meanwhile


def live(session):
    return session.server.do_handshake


def dead_owner(session):
    """Only the inner object of _ssl is left: the weak reference to its owner is dead."""
    inner = session.server._sslobj
    session.server = None
    return inner.do_handshake


KINDS = (("live", live, False), ("dead owner", dead_owner, False), ("raising", live, True), ("non-ASCII name", live, False))


def measure(options):
    differences = []
    for name, handshake_of, raising in KINDS:
        handshakes(50, handshake_of, raising, non_ascii=name.startswith("non"))  # caches fill, with None among others
        before = references_of_none()
        called = handshakes(options.count // len(KINDS), handshake_of, raising, non_ascii=name.startswith("non"))
        differences.append((name, references_of_none() - before, called))
    good = all(abs(difference) <= ALLOWED * (options.count // len(KINDS)) for _, difference, _ in differences)
    return child.Result(good, "None after %d handshakes each: %s" % (
        options.count // len(KINDS), ", ".join("%s %+d (%d callbacks)" % row for row in differences)))


def references_of_none():
    gc.collect()
    return sys.getrefcount(None)


def handshakes(count, handshake_of, raising, non_ascii):
    """So many ClientHellos for a server with a callback; returns how often it was called."""
    import ssl
    from tests.reliability import sessions
    called = [0]

    def callback(_sslobject, _name, _context):
        called[0] += 1
        if raising:
            raise ZeroDivisionError("as planned")

    client, server = sessions.contexts()
    server.set_servername_callback(callback)
    with SilentErrors():
        for _ in range(count):
            session = sessions.Session(client, server)
            try:
                session.client.do_handshake()
            except ssl.SSLWantReadError:
                pass
            hello = session.client_out.read()
            session.server_in.write(hello.replace(b"localhost", b"l\xf6calhost") if non_ascii else hello)
            handshake = handshake_of(session)
            try:
                handshake()
            except (ssl.SSLError, EnvironmentError):  # a refusal, or a wait for the client's next flight
                pass
    return called[0]


class SilentErrors(object):
    """PyErr_WriteUnraisable has much to say about raising callbacks; it is expected and not our subject."""

    def __enter__(self):
        self.saved, sys.stderr = sys.stderr, open(os.devnull, "w")

    def __exit__(self, *_exc_info):
        sys.stderr.close()
        sys.stderr = self.saved


if __name__ == "__main__":
    child.main(measure, __doc__, count=1000)
