"""Behaviours that decide who talks to whom: certificates, names, versions and ciphers, the SNI callback; and the odds and ends.

See behaviours.py. What both ends say counts: a refused client learns the reason from the server's alert, and the other way round.
"""
from __future__ import absolute_import, division, print_function

import gc as collector
import os
import ssl
import weakref

from tests.engines.outcomes import tried
from tests.support import certs
from tests.support.contexts import TLS12, TLS13, client_context, server_context
from tests.support.pairs import End, Pair

ENCRYPTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "encrypted.pem")  # certs.SERVER, its key under PASSWORD
PASSWORD = u"secret"


# Who is trusted


def untrusted():
    pair = Pair(server=server_context(certfile=certs.SELFSIGNED))
    return list(pair.outcomes()) + [tried(pair.client.tls.do_handshake)]


def wrong_host():
    return list(Pair(version=TLS13, server=server_context(TLS13, certfile=certs.WRONGHOST)).outcomes())


def wrong_ip():
    return [Pair(server_hostname=u"127.0.0.2").outcomes()[0]]


def right_host():
    """A name, one under a wildcard, and addresses of both kinds."""
    return [Pair(server_hostname=name).outcomes() for name in (u"localhost", u"a.wild.test", u"127.0.0.1", u"::1")]


# Certificates of clients


def no_client_cert_13():
    """In TLS 1.3 the client is done before the server has seen that there is none; it hears of it when it reads."""
    pair = Pair(client_context(TLS13), server_context(TLS13, client_ca=certs.CA))
    return list(pair.outcomes()) + [tried(pair.client.tls.read, 10)]


def no_client_cert_12():
    return list(Pair(client_context(TLS12), server_context(TLS12, client_ca=certs.CA)).outcomes())


def client_cert():
    found = []
    for version in (TLS13, TLS12):
        pair = Pair(client_context(version, certfile=certs.CLIENT), server_context(version, client_ca=certs.CA)).handshake()
        found.append(pair.server.tls.getpeercert()["subject"])
    return found


# Nothing in common


def no_shared_cipher():
    client, server = client_context(TLS12), server_context(TLS12)
    client.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    server.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    return list(Pair(client, server).outcomes())


def no_shared_version():
    return list(Pair(client_context(TLS12), server_context(TLS13)).outcomes())


# The server name callback


def _with_callback(callback, server_hostname):
    """A pair whose client accepts any name, and whose server has the callback."""
    server = server_context()
    server.set_servername_callback(callback)
    return Pair(client_context(check_hostname=False), server, server_hostname=server_hostname)


def sni_cb():
    """It gets the SSLObject, the name and the context, and may choose another context."""
    seen, other = [], server_context(certfile=certs.OTHER)

    def choose(tls, name, context):
        seen.extend((tls, name, context))
        tls.context = other

    pair = _with_callback(choose, u"other.test")
    outcomes = pair.outcomes()
    return [outcomes, seen[0] is pair.server.tls, seen[1], seen[2] is pair.server_context, pair.server.tls.context is other,
            pair.client.tls.getpeercert()["subject"]]


def sni_absent():
    names = []
    outcomes = _with_callback(lambda tls, name, context: names.append(name), None).outcomes()
    return [outcomes, names]


def sni_alert():
    return list(reversed(_with_callback(lambda tls, name, context: ssl.ALERT_DESCRIPTION_ACCESS_DENIED, u"localhost").outcomes()))


def sni_raises():
    return list(reversed(_with_callback(lambda tls, name, context: 1 // 0, u"localhost").outcomes()))


# Odds and ends


def big_chain():
    """The server's one flight is larger than a socket's buffer: memory BIOs have no such limit."""
    pair = Pair(client_context(TLS13), server_context(TLS13, certfile=certs.BIG_CHAIN))
    tried(pair.client.tls.do_handshake)
    pair.server.take(pair.client.sent())
    return [tried(pair.server.tls.do_handshake), pair.server.outgoing.pending > 65536, pair.outcomes()]


def binding():
    pair = Pair(version=TLS12).handshake()
    client, server = (end.tls.get_channel_binding("tls-unique") for end in pair.ends)
    return [len(client), client == server, tried(pair.client.tls.get_channel_binding, "foo")]


def wrap_args():
    """By position and by keyword; a server may have a name (until 3.13.16 and 3.14.8, gh-156793); what is no BIO or no name is refused."""
    def bios():
        return ssl.MemoryBIO(), ssl.MemoryBIO()

    client, server = client_context(), server_context()
    (first, second), (third, fourth) = bios(), bios()
    pair = Pair()
    pair.client.incoming, pair.client.outgoing, pair.client.tls = first, second, client.wrap_bio(first, second, False, u"localhost")
    pair.server.incoming, pair.server.outgoing = third, fourth
    pair.server.tls = server.wrap_bio(incoming=third, outgoing=fourth, server_side=True, server_hostname=None)
    named = tried(server.wrap_bio, *(bios() + (True, u"localhost")))
    refused = [tried(client.wrap_bio, *arguments) for arguments in (
        (b"", first), (first, None), (first,), bios() + (False, u""), bios() + (False, u".test"))]
    return [pair.client.tls.server_hostname, getattr(named, "server_hostname", named), pair.outcomes(),
            type(pair.client.tls).__name__] + refused


def shared_bios():
    """The client's `outgoing` is the server's `incoming`, and the other way round: nobody carries anything."""
    one, two = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = End(client_context(), incoming=one, outgoing=two, server_hostname=u"localhost").tls
    server = End(server_context(), incoming=two, outgoing=one, server_side=True).tls
    found = [tried(client.do_handshake), tried(server.do_handshake), tried(client.do_handshake), tried(server.do_handshake)]
    client.write(b"via shared")
    return found + [tried(server.read, 100)]


def gc():
    """Reference counts alone free an object, whether its handshake is done, has begun or has failed: no cycles."""
    enabled = collector.isenabled()
    collector.disable()
    try:
        return [_is_freed(prepare) for prepare in (lambda pair: pair.handshake(), lambda pair: tried(pair.client.tls.do_handshake), _fail)]
    finally:
        if enabled:
            collector.enable()


def _fail(pair):
    pair.client.take(b"no TLS at all")
    tried(pair.client.tls.do_handshake)


def _is_freed(prepare):
    pair = Pair()
    prepare(pair)
    client, server = weakref.ref(pair.client.tls), weakref.ref(pair.server.tls)
    del pair
    return client() is None and server() is None


# What a context loads


def enc_key():
    """An encrypted key with its password, a wrong one, one that is called for; a file that is not there; the key of another certificate."""
    def load(*arguments):
        return tried(server_context(certfile=None).load_cert_chain, *arguments)

    return [load(ENCRYPTED, None, PASSWORD), load(ENCRYPTED, None, u"wrong"), load(ENCRYPTED, None, lambda: PASSWORD),
            load(ENCRYPTED, None, lambda: 7), load(certs.path("not-there")), load(certs.SERVER, certs.CLIENT)]


def cadata():
    """What load_verify_locations() says of trust from memory, and how many certificates are trusted then."""
    with open(certs.CA) as file:
        pem = type(u"")(file.read())
    der = ssl.PEM_cert_to_DER_cert(pem.strip())
    return [_trusting(each) for each in (pem, der, u"no certificate", b"no certificate", u"", b"", u"\xe9", pem + pem, der + der, der[:-1])]


def _trusting(data):
    context = client_context(cafile=None)
    return tried(lambda: context.load_verify_locations(cadata=data)), len(context.get_ca_certs())


ALL = (
    untrusted, wrong_host, wrong_ip, right_host, no_client_cert_13, no_client_cert_12, client_cert, no_shared_cipher, no_shared_version,
    sni_cb, sni_absent, sni_alert, sni_raises, big_chain, binding, wrap_args, shared_bios, gc, enc_key, cadata,
)
