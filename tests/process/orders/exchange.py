"""TLS both ways that `ssl` has, between BIOs and over sockets of the loopback, each with a server that is asked for by its name.

`bound` is what the program had bound before anybody patched: the classes by which it catches. Contexts are made in each way in
which programs make them, and told what setters are known for recursion (options, verify_mode, verify_flags, minimum_version).
"""
from __future__ import absolute_import, division, print_function

import ssl
import threading

from tests.support import certs

NAME, WRONG_NAME = u"localhost", u"wrong.test"
REQUEST, ANSWER = b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\nHello"
SECONDS = 20  # whoever waits longer than that has lost its peer


class Bound(object):
    """The classes that programs catch by, as they are now, and a context of now."""

    def __init__(self):
        self.refusals, self.WantRead = (ssl.SSLError, ssl.CertificateError), ssl.SSLWantReadError
        self.context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)


def by_default(server_side):
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH if server_side else ssl.Purpose.SERVER_AUTH)


def by_protocol(server_side):
    name = "PROTOCOL_TLS_SERVER" if server_side else "PROTOCOL_TLS_CLIENT"
    return ssl.SSLContext(getattr(ssl, name, ssl.PROTOCOL_SSLv23))


def equipped(context, server_side):
    """A context with the certificate of a server, or the demands of a client."""
    context.options |= ssl.OP_NO_COMPRESSION
    context.verify_flags = context.verify_flags
    if hasattr(ssl, "TLSVersion") and hasattr(context, "minimum_version"):
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    if server_side:
        context.load_cert_chain(certs.SERVER)
    else:
        context.load_verify_locations(certs.CA)
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
    return context


def in_memory(bound, make, name):
    """A handshake between BIOs, and a request; the module that did the client's TLS."""
    ends = []
    for server_side in (False, True):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        names = {"server_side": True} if server_side else {"server_hostname": name}
        ends.append((equipped(make(server_side), server_side).wrap_bio(incoming, outgoing, **names), incoming, outgoing))
    unfinished = [0, 1]
    while unfinished:
        for index in list(unfinished):
            try:
                ends[index][0].do_handshake()
                unfinished.remove(index)
            except bound.WantRead:
                pass
            ends[1 - index][1].write(ends[index][2].read())
    (client, _, sent), (server, arrived, _) = ends
    client.write(REQUEST)
    arrived.write(sent.read())
    assert server.read(100) == REQUEST
    return module_of(client)


def over_sockets(bound, make, name):
    """A request over a connection of the loopback, and its answer; the module that did the client's TLS."""
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    server = threading.Thread(target=serve, args=(bound, listener, equipped(make(True), True)))
    server.start()
    plain = socket.create_connection(listener.getsockname(), SECONDS)
    try:
        client = equipped(make(False), False).wrap_socket(plain, server_hostname=name)
        module = module_of(client)
        client.sendall(REQUEST)
        assert client.recv(100) == ANSWER
        client.close()
    finally:
        hang_up(plain)
        server.join(SECONDS)
        listener.close()
    assert not server.is_alive()
    return module


def serve(bound, listener, context):
    """Answer one request; a client that does not like the certificate goes away."""
    connection = listener.accept()[0]
    connection.settimeout(SECONDS)
    try:
        connection = context.wrap_socket(connection, server_side=True)
        if connection.recv(100) == REQUEST:
            connection.sendall(ANSWER)
    except EnvironmentError:
        pass
    connection.close()


def hang_up(plain):
    """What refuses on Python 2 keeps the socket open in its traceback."""
    import socket

    try:
        plain.shutdown(socket.SHUT_RDWR)
    except socket.error:  # its descriptor has gone over to the SSLSocket
        pass
    plain.close()


def check(bound, talk, make):
    """The right name is answered, the wrong one refused by a class that was bound before; the module that did the client's TLS."""
    module = talk(bound, make, NAME)
    try:
        talk(bound, make, WRONG_NAME)
    except bound.refusals as error:
        assert WRONG_NAME in str(error), error
    else:
        raise AssertionError("a wrong name was accepted")
    return module


def module_of(tls):
    """Where the object comes from that is inside all others."""
    while hasattr(tls, "_sslobj"):
        tls = tls._sslobj
    return type(tls).__module__
