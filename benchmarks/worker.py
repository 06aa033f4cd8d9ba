"""One end of the comparison: this interpreter measures rows, one per line of standard input, and answers with one line of JSON each.

    {"row": "64B", "seconds": 0.1}   ->   {"operations": 34000, "seconds": 0.101}        CPU seconds of this process
    {"row": "memory"}                ->   {"memory idle": 19100, "memory used": 39700}   bytes per end

run.py drives one such process per interpreter, so that start-up is not counted, and lets them take turns. The text of the
measured operations is the same for both: what they do is what an application does with SSLObject and MemoryBIO, attribute
look-ups included.
"""
from __future__ import absolute_import, division, print_function

import gc
import json
import os
import platform
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECORD = 16384  # what TLS puts into one record at most, RFC 8446 section 5.1; read() never returns more
PAIRS = 400

cpu_seconds = getattr(time, "process_time", None) or time.clock  # since 3.3; 2.7's clock() is CPU time everywhere but on Windows


BY_HAND = "by-hand"  # PyOpenSSL without us


def upgrade(engine):
    """Sees to it that `ssl` has MemoryBIO; returns (OpenSSL, the words that say how)."""
    import ssl

    if engine == BY_HAND:
        from OpenSSL import SSL

        return SSL.SSLeay_version(SSL.SSLEAY_VERSION).decode("ascii"), "PyOpenSSL by hand"
    import tls_bootstrap

    report = tls_bootstrap.monkeypatch_ssl(engine)
    return ssl.OPENSSL_VERSION, "tls_bootstrap " + report.engine if report.patched else "native"


class Connection(object):
    """Both ends of a TLS connection in this thread, and the memory BIOs between them."""

    def __init__(self, contexts, server_hostname=u"localhost"):
        import ssl

        client_context, server_context = contexts
        self.want_read = ssl.SSLWantReadError
        self.client_incoming, self.client_outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server_incoming, self.server_outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = client_context.wrap_bio(self.client_incoming, self.client_outgoing, server_hostname=server_hostname)
        self.server = server_context.wrap_bio(self.server_incoming, self.server_outgoing, server_side=True)

    def handshake(self):
        client_done = server_done = False
        while not (client_done and server_done):
            client_done = client_done or self._advance(self.client)
            self.server_incoming.write(self.client_outgoing.read())
            server_done = server_done or self._advance(self.server)
            self.client_incoming.write(self.server_outgoing.read())
        return self

    def _advance(self, end):
        try:
            end.do_handshake()
        except self.want_read:
            return False
        return True


def contexts_for(version):
    """The client's and the server's SSLContext: P-256 certificate, verified, host name checked, one cipher list for all Pythons."""
    from tests.support.contexts import client_context, server_context

    return client_context(version), server_context(version)


def assert_verification(contexts):
    """A benchmark of handshakes that verify nothing would be worth nothing: a wrong name must be refused."""
    import ssl

    Connection(contexts).handshake()
    if Connection.__module__ != __name__:  # by hand
        return
    try:
        Connection(contexts, server_hostname=u"wrong.test").handshake()
    except (ssl.CertificateError, getattr(ssl, "SSLCertVerificationError", ssl.CertificateError)):  # one class since 3.7
        return
    raise AssertionError("a wrong host name was accepted")


# Each row is a function (contexts) -> operation; operation(count) does the thing `count` times and checks the result once.

def transfer(size):
    """Write `size` bytes on the client, carry them over, read them on the server."""
    def prepare(contexts):
        connection = Connection(contexts).handshake()
        client, server = connection.client, connection.server
        client_outgoing, server_incoming = connection.client_outgoing, connection.server_incoming
        data = os.urandom(size)

        def one_record(count):
            for _ in range(count):
                client.write(data)
                server_incoming.write(client_outgoing.read())
                received = server.read(size)
            assert received == data

        def many_records(count):
            for _ in range(count):
                client.write(data)
                server_incoming.write(client_outgoing.read())
                received = []
                missing = size
                while missing:
                    part = server.read(RECORD)
                    missing -= len(part)
                    received.append(part)
            assert b"".join(received) == data

        return one_record if size <= RECORD else many_records

    return prepare


def handshake(contexts):
    assert_verification(contexts)

    def full_handshakes(count):
        for _ in range(count):
            connection = Connection(contexts).handshake()
        if hasattr(connection.client, "getpeercert"):
            assert connection.client.getpeercert()["subjectAltName"]

    return full_handshakes


# name -> (TLS version, preparation, operations between two looks at the clock: some milliseconds)
ROWS = {
    "64B": ("TLSv1.3", transfer(64), 2000),
    "1KiB": ("TLSv1.3", transfer(1024), 2000),
    "16KiB": ("TLSv1.3", transfer(16384), 500),
    "1MiB": ("TLSv1.3", transfer(1024 * 1024), 8),
    "handshake-1.3": ("TLSv1.3", handshake, 8),
    "handshake-1.2": ("TLSv1.2", handshake, 8),
}


class Clock(object):
    """Measures rows; the contexts and the once-only work of a row are kept between rounds."""

    def __init__(self):
        self.contexts = {}

    def measure(self, row, seconds):
        version, prepare, batch = ROWS[row]
        if version not in self.contexts:
            self.contexts[version] = contexts_for(version)
        operation = prepare(self.contexts[version])
        operation(1)
        operations, start = 0, cpu_seconds()
        while True:
            operation(batch)
            operations += batch
            spent = cpu_seconds() - start
            if spent >= seconds:
                return {"operations": operations, "seconds": spent}


def resident_bytes():
    """The resident set of this process (Linux)."""
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def memory():
    """Bytes per end: after the handshake, and after one full record went from client to server. Only for a fresh process:
    free space that earlier connections left in the heap would be reused and hide the growth."""
    contexts = contexts_for("TLSv1.3")
    warm_up = Connection(contexts).handshake()
    record = b"x" * RECORD
    before = resident_bytes()
    connections = [Connection(contexts).handshake() for _ in range(PAIRS)]
    idle = resident_bytes()
    for connection in connections:
        connection.client.write(record)
        connection.server_incoming.write(connection.client_outgoing.read())
        assert connection.server.read(RECORD) == record
    used = resident_bytes()
    del warm_up
    ends = 2 * PAIRS
    return {"memory-idle": (idle - before) / ends, "memory-used": (used - before) / ends}


def main():
    sys.path[:0] = [ROOT, os.path.join(ROOT, "src")]
    engine = sys.argv[1] if len(sys.argv) > 1 else "auto"
    openssl, how = upgrade(engine)
    if engine == BY_HAND:
        from benchmarks import by_hand

        globals().update(Connection=by_hand.Connection, contexts_for=by_hand.contexts_for)
    answer({"python": platform.python_version(), "openssl": openssl, "ssl": how})
    clock = Clock()
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        answer(memory() if question["row"] == "memory" else clock.measure(question["row"], question["seconds"]))


def answer(what):
    print(json.dumps(what, sort_keys=True))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
