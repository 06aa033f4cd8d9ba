"""Random sequences of operations on a TLS connection and on memory BIOs, as plain data that two interpreters can perform.

``generate(seed, count)`` is deterministic: one seed, one list, whatever the Python that generates it runs both sides of a comparison.
A scenario is a dict:

    kind      "connection" or "bio"
    version   "TLSv1.2" or "TLSv1.3"
    exact     whether the length of every flight is determined. It is with RSA certificates. The DER of an ECDSA signature has
              68 ... 72 bytes, so with the other certificates neither lengths nor cuts at a byte position can be compared.
    client, server   how their contexts are made (see actor.py)
    steps     [operation, argument, ...]; actor.py has one method for each operation

Arguments that JSON cannot carry are {"type": ..., "value": ...}. Steps know nothing of what the earlier ones did: most sequences make
sense for a while and then do not, which is the point.
"""
from __future__ import absolute_import, division, print_function

import random

VERSIONS = ("TLSv1.2", "TLSv1.3")
ENDS = ("client", "server")
GETTERS = ("version", "cipher", "compression", "selected_alpn_protocol", "pending", "getpeercert", "server_side", "server_hostname",
           "context", "get_channel_binding")
# (certificate of the server, name asked for, what the client checks); the first is the good one.
TRUST = (("server_rsa", "localhost", {}), ("server", "localhost", {}), ("server_rsa", "10.0.0.9", {}), ("server_rsa", "127.0.0.1", {}),
         ("server_rsa", "other.test", {}), ("server_rsa", "a.wild.test", {}), ("server_rsa", None, {"check_hostname": False}),
         ("server_rsa", "localhost", {"cafile": None}), ("server_rsa", "localhost", {"cafile": "other_ca"}),
         ("wronghost", "localhost", {}), ("expired", "localhost", {}), ("selfsigned", "localhost", {}), ("stranger", "localhost", {}),
         ("ip_only", "localhost", {}), ("ip_only", "127.0.0.1", {}), ("cn_only", "localhost", {}),
         ("partial_wildcard", "foo.partial.test", {}), ("chain", "server.test", {}), ("big_chain", "localhost", {}))
PROTOCOLS = (None, None, ["h2"], ["http/1.1"], ["h2", "http/1.1"])
SIZES = (0, 1, 2, 5, 100, 1023, 1024, 1025, 16383, 16384, 16385, 50000)


def typed(kind, value=None):
    return {"type": kind, "value": value}


def data(size):
    """`size` bytes that both sides can make for themselves."""
    return typed("pattern", size)


# What read(), write() and so on are given when they are given something odd.
ODD_SIZES = (None, typed("text", "2"), typed("float", 2.5), -1, -5, 0, True, typed("list"))
ODD_BIO_SIZES = ODD_SIZES + (2 ** 31, -2 ** 31, 2 ** 40, 2 ** 70)
ODD_DATA = (typed("text", "abc"), typed("text", ""), None, 5, typed("float", 1.5), typed("list"), typed("bytes", ""),
            typed("bytearray", "xyz"), typed("memoryview", "uvw"), typed("slice of memoryview", "0123456789"), typed("array", "pq"))
BINDINGS = (typed("str", "tls-unique"), typed("str", "foo"), typed("str", ""), typed("str", "tls-exporter"))
ODD_NAMES = (typed("text", ""), typed("text", ".a"), typed("text", "a..b"), typed("text", u"b\xfccher.test"),
             typed("text", u"xn--bcher-kva.test"), typed("bytearray", "local"), 5, typed("text", "a" * 64), typed("text", "::1"),
             typed("text", "LOCALHOST."), None)
ODD_BIOS = (None, 5, typed("bytes", ""), typed("bytearray", ""), typed("list"))


def generate(seed, count):
    """`count` scenarios for `seed`, each from a generator of its own: the n-th does not depend on how many there are."""
    return [_scenario(random.Random("%d/%d" % (seed, number)), number) for number in range(count)]


def _scenario(rng, number):
    make = _bio_scenario if rng.random() < 0.15 else _connection_scenario
    return dict(make(rng), number=number)


def _bio_scenario(rng):
    steps = []
    for _ in range(rng.randint(5, 40)):
        roll = rng.random()
        if roll < 0.4:
            steps.append(["bio", "write", [data(rng.choice(SIZES))]])
        elif roll < 0.5:
            steps.append(["bio", "write", [rng.choice(ODD_DATA)]])
        elif roll < 0.8:
            steps.append(["bio", "read", [rng.choice(SIZES)]])
        elif roll < 0.9:
            steps.append(["bio", "read", [rng.choice(ODD_BIO_SIZES)]])
        elif roll < 0.95:
            steps.append(["bio", "read", []])
        elif roll < 0.98:
            steps.append(["bio", "write_eof", []])
        else:
            steps.append(["bio", rng.choice(("read", "write", "write_eof")), [1, 2]])
    return {"kind": "bio", "steps": steps}


def _connection_scenario(rng):
    trust = TRUST[0] if rng.random() < 0.6 else rng.choice(TRUST)
    certfile, name, checks = trust
    client = dict({"cafile": "ca", "check_hostname": True, "certfile": None, "alpn": rng.choice(PROTOCOLS), "name": name}, **checks)
    server = {"certfile": certfile, "client_ca": None, "alpn": rng.choice(PROTOCOLS), "callback": None}
    version = rng.choice(VERSIONS)
    if rng.random() < 0.12:
        server["client_ca"] = rng.choice(("ca", "other_ca"))
        client["certfile"] = rng.choice((None, "client", "client", "selfsigned"))
    if rng.random() < 0.12:
        server["callback"] = rng.choice(("none", "switch", "access_denied", "raises", "text"))
    exact = certfile == "server_rsa" and client["certfile"] is None and server["callback"] != "switch"
    scenario = {"kind": "connection", "version": version, "exact": exact, "client": client, "server": server}
    scenario["steps"] = list(_steps(rng, exact))
    return scenario


def _steps(rng, exact):
    """Something before the handshake, a handshake in one of several ways, anything after it, and a look at everything."""
    for _ in range(rng.choice((0, 0, 1, 3))):
        yield _any_step(rng, exact)
    way = rng.random()
    if way < 0.45:
        yield ["drive", "do_handshake", "do_handshake"]
    elif way < 0.7:
        yield ["drive", rng.choice(("read", "write", "read_into")), rng.choice(("do_handshake", "read", "write"))]
    elif way < 0.85 or not exact:
        yield ["dribble", rng.choice(("do_handshake", "read", "write")), rng.choice(("do_handshake", "read", "write"))]
    else:
        for step in _handshake_in_pieces(rng):
            yield step
    for _ in range(rng.randint(3, 40)):
        yield _any_step(rng, exact)
    for end in ENDS:
        yield ["look", end]


def _handshake_in_pieces(rng):
    for _ in range(rng.randint(4, 40)):
        end = rng.choice(ENDS)
        yield ["call", end, rng.choice(("do_handshake",) * 4 + ("read", "write", "unwrap")), []]
        yield ["move", end, rng.choice((None, None, 1, 3, 5, 6, 100, rng.randint(1, 3000)))]


def _any_step(rng, exact):
    end = rng.choice(ENDS)
    kind = rng.choice(_KINDS)
    return kind(rng, end, exact)


def _write(rng, end, exact):
    return ["call", end, "write", [data(rng.choice(SIZES))]]


def _large_write(rng, end, exact):
    return ["call", end, "write", [data(rng.choice((1 << 20, 300000)))]]


def _odd_write(rng, end, exact):
    return ["call", end, "write", [rng.choice(ODD_DATA)]]


def _read(rng, end, exact):
    return ["call", end, "read", rng.choice(([], [rng.choice(SIZES)]))]


def _odd_read(rng, end, exact):
    return ["call", end, "read", [rng.choice(ODD_SIZES)]]


def _read_into(rng, end, exact):
    size = rng.choice((0, -1, 1, 10, 100, 20000) if rng.random() < 0.8 else ODD_SIZES)
    return ["call", end, "read", [size, typed("buffer", rng.choice((0, 1, 10, 100, 20000)))]]


def _read_into_odd(rng, end, exact):
    return ["call", end, "read", [rng.choice((1, 10)), rng.choice((typed("bytes", "...."), typed("text", "...."), 5, typed("list")))]]


def _move(rng, end, exact):
    return ["move", end, None if not exact or rng.random() < 0.6 else rng.choice((1, 4, 5, 6, 30, rng.randint(1, 20000)))]


def _flip(rng, end, exact):
    if not exact:
        return _move(rng, end, exact)
    return ["flip", end, rng.randint(0, 400)]


def _raw(rng, end, exact):
    """Bytes that no TLS stack sent."""
    return ["raw", end, rng.choice((typed("bytes", "GET / HTTP/1.0\r\n\r\n"), typed("bytes", "\x15\x03\x03\x00\x02\x01\x00"),
                                    typed("bytes", "\x15\x03\x03\x00\x02\x02\x28"), typed("bytes", "\x17\x03\x03\x00\x00"),
                                    typed("bytes", "\x17\x03\x03\xff\xff"), typed("bytes", "\x00" * 9),
                                    typed("bytes", "\x16\x03"), data(40)))]


def _repeat(rng, end, exact):
    """What was moved last arrives once more."""
    return ["repeat", end]


def _eof(rng, end, exact):
    return ["write_eof", end, rng.choice(("incoming", "outgoing"))]


def _drain(rng, end, exact):
    return ["drain", end, rng.choice(("incoming", "outgoing"))]


def _getter(rng, end, exact):
    return ["get", end, rng.choice(GETTERS)]


def _odd_call(rng, end, exact):
    return rng.choice((["call", end, "getpeercert", [rng.choice((True, False, None, 1, 0))]],
                       ["call", end, "get_channel_binding", [rng.choice(BINDINGS)]],
                       ["call", end, rng.choice(("version", "cipher", "pending", "do_handshake", "unwrap", "compression")), [1]],
                       ["set_context", end, rng.choice(("other", "other", "same", "none", "number"))],
                       ["set", end, rng.choice(("server_side", "server_hostname"))],
                       ["wrap", typed("bio"), rng.choice(ODD_BIOS), None], ["wrap", rng.choice(ODD_BIOS), typed("bio"), None],
                       ["wrap", typed("bio"), typed("bio"), rng.choice(ODD_NAMES)]))


def _handshake_again(rng, end, exact):
    return ["call", end, "do_handshake", []]


def _unwrap(rng, end, exact):
    return ["call", end, "unwrap", []]


_WEIGHTS = ((_write, 10), (_large_write, 1), (_odd_write, 3), (_read, 12), (_odd_read, 3), (_read_into, 4), (_read_into_odd, 1),
            (_move, 16), (_flip, 2), (_raw, 1), (_repeat, 1), (_eof, 1), (_drain, 1), (_getter, 8), (_odd_call, 4),
            (_handshake_again, 2), (_unwrap, 4))
_KINDS = [kind for kind, weight in _WEIGHTS for _ in range(weight)]
