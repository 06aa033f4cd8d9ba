"""What is examined over OpenSSL 1.0.2, each in a process of Python 2.7: `python2.7 -m tests.openssl102.checks NAME LIBSSL [--sabotage S]`.

A check is a function that returns a Result; tests/openssl102/run.py starts it, and once more with each of its sabotages, which break the
part that it watches over: it must notice.
"""
from __future__ import absolute_import, division, print_function

import argparse
import ctypes
import gc
import itertools
import sys

from tests.openssl102 import ends
from tests.reliability import checks as processes
from tests.reliability.child import FAILED, Result
from tests.support import certs
from tls_bootstrap.openssl import bio, library

ALLOWED_GROWTH = 128  # KiB
WARM_UP = 300  # connections, while OpenSSL's and Python's own pools fill
HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH, EXPIRED, NO_ISSUER = 62, 64, 10, 20  # X509_V_ERR_*
MODE, RELEASE_BUFFERS = 33, 0x10  # SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS

CHOSEN = dict(version_text="SSLeay_version", state="SSL_state", peer_certificate="SSL_get_peer_certificate",
              reference="CRYPTO_add_lock", stack_length="sk_num", stack_item="sk_value")

# (certificate, name that the client requires, its X509_V_ERR_*, 0 for none)
NAMES = (
    (certs.SERVER, u"localhost", 0), (certs.SERVER, u"x.wild.test", 0), (certs.SERVER, u"127.0.0.1", 0), (certs.SERVER, u"::1", 0),
    (certs.SERVER_RSA, u"localhost", 0), (certs.SERVER, u"127.0.0.2", IP_ADDRESS_MISMATCH), (certs.SERVER, None, HOSTNAME_MISMATCH),
    (certs.WRONGHOST, u"localhost", HOSTNAME_MISMATCH), (certs.IP_ONLY, u"localhost", HOSTNAME_MISMATCH),
    (certs.IP_ONLY, u"127.0.0.1", 0), (certs.PARTIAL_WILDCARD, u"foo.partial.test", HOSTNAME_MISMATCH),
    (certs.EXPIRED, u"localhost", EXPIRED), (certs.STRANGER, u"localhost", NO_ISSUER),
)


def symbols(openssl):
    """The names by which 1.0.2 has the functions, and none of its buffers under the lock of all SSL_CTXs (see inplace.py)."""
    found = dict((role, getattr(openssl.library, role).__name__) for role in CHOSEN)
    client, _ = openssl.pair(openssl.server_context(), openssl.client_context())
    mode = openssl.library.SSL_ctrl(client.ssl, MODE, 0, None)
    version = openssl.library.version()
    good = version.startswith("OpenSSL 1.0.2") and found == CHOSEN and not openssl.library.reports_unexpected_eof()
    return Result(good and not mode & RELEASE_BUFFERS, "%s: %s, mode %#x" % (version, ", ".join(sorted(found.values())), mode))


def proof(openssl):
    """The place of the reference count is accepted, and each other place in a BIO refused, without harm."""
    place, refused = bio.place_of_references_1_0(ctypes), []
    for shifted in [each for each in range(0, place + 24, 4) if each != place]:
        bios = bio.BIOs(openssl.library, ctypes.PyDLL(None))
        bios._place = shifted
        try:
            bios.prove()
        except ImportError:
            refused.append(shifted)
    wanted = place // 4 + 5
    return Result(len(refused) == wanted, "the count at %d, %d of %d other places refused" % (place, len(refused), wanted))


def names(openssl):
    """Which certificates pass for which names: inside the handshake, and by the second look behind it."""
    wrong = []
    for certificate, name, code in NAMES:
        client, server = openssl.pair(openssl.server_context(certificate), openssl.client_context(), name)
        try:
            ends.handshake(client, server)
            good = code == 0 and client.connection.is_handshake_finished() and client.connection.is_certified_for(name)
        except ends.Failed as failure:
            good = (failure.kind, failure.text) == (ends.SSL_ERROR_SSL, "certificate verify failed") and code != 0
        if not good or client.connection.verify_result()[0] != code:
            wrong.append((certificate.rpartition("/")[2], name, client.connection.verify_result()))
        client.free(), server.free()
    return Result(not wrong, "%d of %d as they should be %s" % (len(NAMES) - len(wrong), len(NAMES), wrong or ""))


def talk(openssl):
    """Data of many sizes both ways, close_notify, and an end of file without it; each answer of the connection on its way."""
    client, server = openssl.pair(openssl.server_context(), openssl.client_context())
    seen = [client.connection.is_handshake_finished()]
    ends.handshake(client, server)
    seen += [client.connection.is_handshake_finished(), server.connection.takes_nothing()]
    for size in (1, 255, 16384, 16385, 1000000):
        for source, target in ((client, server), (server, client)):
            data = bytes(bytearray(number % 251 for number in range(size)))
            seen.append(source.write(data) == size and ends.carry(source, target) > 0 and everything(target) == data)
    offered = openssl.library.items(openssl.library.SSL_get_ciphers(client.ssl))
    seen.append(len(offered) > 10 and ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLSv1/SSLv3", 256) in map(client.connection._describe, offered))
    server.shutdown(), ends.carry(server, client)
    seen += [not client.connection.is_closed_by_peer(), ending(client) == (ends.ZERO_RETURN, ""), client.connection.is_closed_by_peer(),
             not client.connection.takes_nothing()]
    server.incoming.write_eof()
    seen += [server.connection.is_at_eof(), ending(server) == (ends.SYSCALL, "")]
    return Result(seen[:1] == [False] and all(seen[1:]), "%d answers: %s" % (len(seen), "".join("ny"[bool(answer)] for answer in seen)))


def everything(end):
    found = []
    while end.incoming.pending:
        found.append(end.read())
    return b"".join(found)


def ending(end):
    """How a read ends that has nothing to give."""
    try:
        return "%d bytes" % len(end.read())
    except ends.Failed as failure:
        return failure.kind, failure.text


def deaths(openssl, count=3000):
    """Connections whose three objects die in each order, some of them with one BIO for both directions: memory stays flat."""
    from tests.reliability.soak import resident_kib
    contexts = openssl.server_context(), openssl.client_context()
    orders = itertools.cycle(itertools.permutations(("ssl", "incoming", "outgoing")))
    for number in range(count + WARM_UP):
        if number == WARM_UP:
            gc.collect()
            before = resident_kib()
        pair = openssl.pair(*contexts)
        ends.handshake(*pair)
        pair[0].write(b"unread"), ends.carry(*pair)
        pair += ends.End(openssl, contexts[1], openssl.SSL_set_connect_state, one_bio=True),
        for end in pair:
            die(end, next(orders))
    gc.collect()
    growth = resident_kib() - before
    return Result(growth <= ALLOWED_GROWTH, "%d connections after %d: memory %+d KiB" % (count, WARM_UP, growth))


def die(end, order):
    end.connection = None  # it has the incoming BIO, too
    for part in order:
        if part == "ssl":
            end.free()
        else:
            setattr(end, part, None)


# -- sabotage: what is put in the place of a method, after the library was opened ----------------------------------------------------------

ADD_REFERENCE = bio.BIOs.add_reference


def twice(self, owner):
    ADD_REFERENCE(self, owner)
    ADD_REFERENCE(self, owner)


# name -> (class, method, substitute)
SABOTAGES = {
    "one_reference_too_many": (bio.BIOs, "add_reference", twice),
    "no_reference": (bio.BIOs, "add_reference", lambda self, owner: None),
    "no_proof": (bio.BIOs, "_counts", lambda self: True),
    "released_buffers": (library.Library, "locks_by_callback", lambda self: False),
    "no_name_required": (ends.GenuineConnection, "require_name", lambda self, name: None),
    "wrong_state": (library.Library, "is_handshake_finished", lambda self, ssl: self.state(ssl) == 1),
}

# the check -> its sabotages
CHECKS = (
    (symbols, ("released_buffers",)), (proof, ("no_proof",)), (names, ("no_name_required", "wrong_state")), (talk, ("wrong_state",)),
    (deaths, ("one_reference_too_many", "no_reference")),
)


def runs(names):
    """(check, None) and (check, sabotage) by name, for all that is to be run of these checks."""
    return [(check.__name__, each) for check, sabotages in CHECKS if check.__name__ in names for each in (None,) + sabotages]


def run(name, sabotage, python, libssl):
    """Runs a check in a process of its own; (whether it ends as it should: well, or with a sabotage badly; its figure)."""
    command = [python, "-m", "tests.openssl102.checks", name, libssl] + (["--sabotage", sabotage] if sabotage else [])
    outcome = processes.judged_by_itself(processes.run(command, {}, seconds=120))
    return processes.twin_caught(outcome) if sabotage else outcome.good, outcome.figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=[check.__name__ for check, _ in CHECKS])
    parser.add_argument("libssl")
    parser.add_argument("--sabotage", choices=sorted(SABOTAGES))
    options = parser.parse_args()
    check = dict((check.__name__, check) for check, _ in CHECKS)[options.name]
    openssl = ends.OpenSSL(options.libssl)
    if options.sabotage:
        setattr(*SABOTAGES[options.sabotage])
    result = check(openssl)
    print(result.figure)
    sys.stdout.flush()
    sys.exit(0 if result.good else FAILED)


if __name__ == "__main__":
    main()
