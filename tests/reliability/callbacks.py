"""Callbacks of OpenSSL, thousands of them, with a collection at every step, in contexts that die before and after their connections.

`--feature` is a number of FEATURES, or -1 for all; `--growth` is by how many KiB memory may grow.

A session has contexts, callbacks and connections of its own; the callbacks know the context they are set on, as callbacks do. They are set,
a connection is made, they are exchanged for others - OpenSSL has copies of what was set first - and then contexts and connections die in
one of the 24 orders, after a handshake as late as can be. Every callback must have been called as often as it should, and nothing may be
left of a session.
"""
from __future__ import absolute_import, division, print_function

import itertools
import os
import ssl
import tempfile

from tests.reliability import child
from tests.support.contexts import TLS12, pin_version

KEY = b"\x00key" * 8
MORTALS = ("client context", "server context", "client", "server")
ORDERS = tuple(itertools.permutations(MORTALS))
WARM_UP = 0.25  # of the sessions


class Counter(object):
    """Makes callbacks; `calls` is how often they were called, each with a collection, `total` that of all Counters."""

    total = 0

    def __init__(self):
        self.calls, self.late = 0, 0

    def callback(self, context, answer):
        def called(*arguments):
            assert context is not None
            child.collect()
            self.calls += 1
            Counter.total += 1
            return answer

        return called

    def too_late(self, context):
        """A callback that has been exchanged for another, and should not be called any more."""
        def called(*arguments):
            assert context is not None
            self.late += 1

        return called


def psk(client, server, counter, number):
    for context in (client, server) if number % 2 else ():  # else it is TLS 1.3, if there is that
        context.set_ciphers("PSK")
        pin_version(context, TLS12)
    client.set_psk_client_callback(counter.too_late(client)), server.set_psk_server_callback(counter.too_late(server), "hint")

    def exchange():
        client.set_psk_client_callback(counter.callback(client, (u"identity", KEY)))
        server.set_psk_server_callback(counter.callback(server, KEY), "hint")

    return exchange, lambda: counter.calls == 2


def key_log(client, server, counter, number):
    name = os.path.join(FOLDER, "log")
    client.keylog_filename = server.keylog_filename = os.devnull

    def exchange():
        client.keylog_filename = server.keylog_filename = name

    def is_good():
        with open(name) as file:
            lines = file.readlines()
        os.unlink(name)
        Counter.total += len(lines) - 1
        return len(lines) - 1 in (2, 10)  # one or five of each side, and the header

    return exchange, is_good


def messages(client, server, counter, number):
    client._msg_callback = server._msg_callback = counter.too_late(client)

    def exchange():
        client._msg_callback, server._msg_callback = counter.callback(client, None), counter.callback(server, None)

    return exchange, lambda: 20 <= counter.calls <= 200


def server_name(client, server, counter, number):
    server.sni_callback = counter.too_late(server)

    def exchange():
        server.sni_callback = counter.callback(server, None)

    return exchange, lambda: counter.calls == 1


FEATURES = (psk, key_log, messages, server_name)
FOLDER = None  # of measure()


def prepare(options):
    """The upgrade in any case: what it adds is examined, also on a Python that has a MemoryBIO. With the sabotage that is asked for."""
    def upgrade():
        import tls_bootstrap
        tls_bootstrap.monkeypatch_ssl(engine="auto" if hasattr(ssl, "MemoryBIO") else child.ENGINE)
        return child.ENGINE

    if options.sabotage:
        from tests.reliability import sabotage
        sabotage.apply(options.sabotage, upgrade)
    else:
        upgrade()


def run(feature, number):
    """One session; whether its callbacks were called as they should be."""
    from tests.reliability import sessions
    from tests.support.contexts import client_context, server_context
    client, counter = client_context(cafile=None), Counter()
    server = server_context(certfile=None) if feature is psk else server_context()
    exchange, is_good = feature(client, server, counter, number)
    session = sessions.Session(client, server)
    child.collect()
    exchange()
    child.collect()
    living = {"client context": [client], "server context": [server], "client": [session.client], "server": [session.server]}
    keeping = [session.client_in, session.client_out, session.server_in, session.server_out]
    del client, server, exchange
    shaken = False
    for name in ORDERS[number % len(ORDERS)]:
        if name in ("client", "server") and not shaken:
            session.both(collecting(session.client.do_handshake), collecting(session.server.do_handshake))
            session.transfer(b"data")
            shaken, session = True, None
        del living[name][:]
        child.collect()
    del keeping
    return is_good() and not counter.late


def is_right(feature, number):
    """Whether one session goes as it should."""
    try:
        return run(feature, number)
    except ssl.SSLError:  # of a handshake, for want of a key
        return False


def collecting(call):
    """A call with a collection behind it, whatever its outcome."""
    def step():
        try:
            return call()
        finally:
            child.collect()

    return step


def measure(options):
    global FOLDER
    from tests.reliability import soak
    FOLDER = tempfile.mkdtemp()
    features = FEATURES if options.feature < 0 else (FEATURES[options.feature],)
    wrong, session = 0, lambda number: sum(not is_right(feature, number) for feature in features)
    warm = max(int(options.count * WARM_UP), soak.TO_BE_COMPILED // 4)
    for number in range(warm):
        wrong += session(number)
    lost = soak.lost_by_contexts(2 * options.count * len(features))
    before = soak.state()
    before = soak.state()
    for number in range(options.count):
        wrong += session(number)
    growth = [end - start for start, end in zip(before, soak.state())]
    growth[0] -= lost
    os.rmdir(FOLDER)
    good = not wrong and growth[0] <= options.growth and growth[1] == 0 and abs(growth[2]) <= 5
    beside = ", beside %d KiB of PyPy's own contexts" % lost if lost else ""
    return child.Result(good, "%d callbacks in %d sessions after %d, %d wrong: memory %+d KiB%s, descriptors %+d, gc objects %+d"
                        % (Counter.total, options.count, warm, wrong, growth[0], beside, growth[1], growth[2]))


if __name__ == "__main__":
    child.main(measure, __doc__, before=prepare, count=5000, feature=-1, growth=256)
