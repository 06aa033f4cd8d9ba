"""Plain PyOpenSSL, as one uses it without us: what the pyopenssl engine is compared with. Same shape as worker.Connection."""
from __future__ import absolute_import, division, print_function

from functools import partial

from tests.support import certs

AT_ONCE = 1 << 21  # more than is ever written at once


class Half(object):
    """One direction of one end, with methods of the names that worker.py calls."""

    def __init__(self, **methods):
        vars(self).update(methods)


class Connection(object):
    """Both ends of a TLS connection over PyOpenSSL's own memory BIOs."""

    def __init__(self, contexts, server_hostname=u"localhost"):
        from OpenSSL import SSL

        self.want_read = SSL.WantReadError
        client, server = SSL.Connection(contexts[0], None), SSL.Connection(contexts[1], None)
        client.set_tlsext_host_name(server_hostname.encode("ascii"))
        client.set_connect_state()
        server.set_accept_state()
        self.ends = client, server
        self.client_outgoing, self.server_incoming = Half(read=partial(client.bio_read, AT_ONCE)), Half(write=server.bio_write)
        self.client, self.server = Half(write=client.sendall), Half(read=server.recv)

    def handshake(self):
        done = [False, False]
        while not all(done):
            for index, end in enumerate(self.ends):
                done[index] = done[index] or self._advance(end)
                self._carry(end, self.ends[1 - index])
        return self

    def _advance(self, end):
        try:
            end.do_handshake()
        except self.want_read:
            return False
        return True

    def _carry(self, source, target):
        try:
            target.bio_write(source.bio_read(AT_ONCE))
        except self.want_read:
            pass  # there is nothing


def contexts_for(version):
    """The client's and the server's Context: P-256 certificate, the chain verified."""
    from OpenSSL import SSL

    contexts = []
    for _ in range(2):
        context = SSL.Context(SSL.SSLv23_METHOD)
        context.set_options({"TLSv1.3": SSL.OP_NO_TLSv1_2, "TLSv1.2": 0x20000000}[version] | SSL.OP_NO_TLSv1 | SSL.OP_NO_TLSv1_1)
        context.set_mode(0x10)  # SSL_MODE_RELEASE_BUFFERS, as ssl
        contexts.append(context)
    contexts[0].load_verify_locations(certs.CA)
    contexts[0].set_verify(SSL.VERIFY_PEER, lambda connection, certificate, number, depth, good: bool(good))
    contexts[1].use_certificate_chain_file(certs.SERVER)
    contexts[1].use_privatekey_file(certs.SERVER)
    return contexts
