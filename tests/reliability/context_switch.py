"""A server_name callback gives the connection another context, and nobody holds the first one any more (guard G12).

OpenSSL keeps the address of the first context as argument of the callback and uses it again at the second ClientHello of the same
handshake (HelloRetryRequest, RFC 8446 section 4.1.4). So the callback has to run twice a handshake; once means that OpenSSL read freed
memory, found no callback in it by chance, and went on. Native CPython has this hole: 30 of 60.
"""
from __future__ import absolute_import, division, print_function

import _ssl
import gc

from tests.reliability import child


def measure(options):
    from tests.reliability import sessions
    calls = [0]

    def callback(sslobject, _name, _context):
        calls[0] += 1
        if sslobject.context is not other:
            sslobject.context = other

    client, other = sessions.contexts()
    other.set_ecdh_curve("secp384r1")
    for _ in range(options.count):
        first = sessions.contexts()[1]
        first.set_ecdh_curve("secp384r1")  # not the group the client offers a key for: the server asks for another hello
        set_bare_callback(first, callback)
        session = sessions.Session(client, first)
        del first
        session.run()
        del session
        gc.collect()
    return child.Result(calls[0] == 2 * options.count, "%d of %d callbacks in %d handshakes with two hellos" % (
        calls[0], 2 * options.count, options.count))


def set_bare_callback(context, callback):
    """Sets it without the wrapper of newer ssl.py, which would keep the context alive by a cycle."""
    if hasattr(_ssl._SSLContext, "set_servername_callback"):  # up to 3.6
        _ssl._SSLContext.set_servername_callback(context, callback)
    else:
        context.sni_callback = callback


if __name__ == "__main__":
    child.main(measure, __doc__, count=30)
