"""The loopback engine's pairs: forks, daemons, threads, signals, few descriptors. Each scenario in a process of its own."""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts

pytestmark = pytest.mark.skipif(not facts.is_upgraded(), reason="this interpreter has MemoryBIO of its own: no engine is used")
if facts.is_pypy():
    pytest.skip("engine loopback is for CPython", allow_module_level=True)

PRELUDE = """
    import gc, os, resource, signal, socket, sys, threading
    import tls_bootstrap
    report = tls_bootstrap.monkeypatch_ssl("loopback")
    assert report.engine == "loopback", report
    import ssl
    from tests.support import certs, facts
    from tests.support.contexts import client_context, server_context
    from tests.support.pairs import Pair
    from tls_bootstrap._ledger import current
    engine = current().engine

    def descriptors():
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]  # with the one of this list, closed by now
        return set(number for number in numbers if os.path.exists("/proc/self/fd/%d" % number))

    def talk(pair, text=b"some text"):
        for sender, receiver in ((pair.client, pair.server), (pair.server, pair.client)):
            sender.tls.write(text)
            assert receiver.reads(sender.sent()) == text
"""


def check(code, *arguments, **changes):
    return child.check(PRELUDE + code, *arguments, **changes)


def test_two_thousand_connections_under_256_descriptors():
    check("""
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    before = descriptors()
    contexts = client_context("TLSv1.3"), server_context("TLSv1.3")
    pairs = [Pair(*contexts).handshake() for _ in range(1000)]
    for pair in pairs:
        talk(pair)
    assert len(descriptors() - before) <= 2, descriptors()
    del pair, pairs
    """)


def test_threads_have_pairs_of_their_own_and_no_more_than_the_pool():
    out = check("""
    contexts = client_context("TLSv1.2"), server_context("TLSv1.2")
    before, errors = descriptors(), []

    def work():
        try:
            pairs = [Pair(*contexts).handshake() for _ in range(50)]
            for pair in pairs * 2:
                talk(pair)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    print(len(descriptors() - before))
    """)
    assert 2 <= int(out) <= 16


def test_one_connection_is_used_by_several_threads():
    check("""
    from tests.reliability import threads
    sys.setcheckinterval(1)
    carried, errors = threads.share_a_connection(3.0)
    assert not errors and carried[0] > 10, (carried, errors)
    carried, errors = threads.share_a_bio(2.0)
    assert not errors and carried, (carried, errors)
    """)


def test_forks_in_the_middle():
    """Parent and child go on with copies of the same connections, at the same time, and never read each other's records."""
    check("""
    pair = Pair(version="TLSv1.3").handshake()
    for number in range(60):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                for _ in range(20):
                    talk(pair, b"child")
                Pair(version="TLSv1.2").handshake()
                status = 0
            finally:
                os._exit(status)
        for _ in range(20):
            talk(pair, b"parent")
        assert os.waitpid(pid, 0)[1] == 0, number
    """)


def test_sabotage_a_pair_that_does_not_notice_forks_mixes_them_up():
    status, out, err = child.run(PRELUDE + """
    from tls_bootstrap.engines.loopback import pair as module
    module.Pair.is_ready = lambda self: self.user is None
    pair = Pair(version="TLSv1.3").handshake()
    signal.alarm(20)
    failures = 0
    for _ in range(30):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                for _ in range(300):
                    talk(pair, b"child")
                status = 0
            finally:
                os._exit(status)
        try:
            for _ in range(300):
                talk(pair, b"parent")
        except Exception:
            failures += 1
        failures += os.waitpid(pid, 0)[1] != 0
        if failures:
            break
    print(failures)
    """)
    assert status != 0 or int(out) > 0, (status, out, err)


def test_a_daemon_that_closes_everything_goes_on():
    check("""
    pair = Pair(version="TLSv1.3").handshake()
    os.closerange(3, 256)
    for _ in range(3):
        talk(pair)
    Pair(version="TLSv1.2").handshake()
    """)


@pytest.mark.parametrize("operation", ["write", "read", "unwrap"])
def test_a_stranger_who_got_our_number_is_left_alone(operation, tmp_path):
    check("""
    pair = Pair(version="TLSv1.3").handshake()
    pair.client.take(pair.server.tls.write(b"x" * 100) and pair.server.sent())
    os.closerange(3, 256)
    files = [open(os.path.join(sys.argv[2], str(number)), "w+") for number in range(20)]
    call = {"write": lambda: pair.client.tls.write(b"secret"), "read": lambda: pair.client.tls.read(10), "unwrap": pair.client.tls.unwrap}
    try:
        call[sys.argv[1]]()
    except ssl.SSLError as error:
        assert "closed by another part of the program" in str(error), error
    else:
        raise AssertionError("wrote into a stranger's file")
    other = Pair(version="TLSv1.3").handshake()  # a new pair is taken
    talk(other)
    del pair
    gc.collect()
    for number, file in enumerate(files):
        file.write("mine")
        file.seek(0)
        assert file.read() == "mine", number
    """, operation, str(tmp_path))


def test_nothing_is_inherited_by_other_programs():
    check("""
    import fcntl
    before = descriptors()
    pair = Pair(version="TLSv1.3").handshake()
    pair.server.incoming.write_eof()
    try:
        pair.server.tls.read(1)
    except ssl.SSLEOFError:
        pass
    ours = descriptors() - before
    assert ours and all(fcntl.fcntl(number, fcntl.F_GETFD) & fcntl.FD_CLOEXEC for number in ours)
    """)


def test_signals_that_raise_lose_no_connection_to_another():
    """A handler that raises tears an operation; the other connections of the pair never see its bytes."""
    check("""
    class Interrupted(Exception):
        pass

    def handler(number, frame):
        raise Interrupted()

    contexts = client_context("TLSv1.3"), server_context("TLSv1.3")
    witness = Pair(*contexts).handshake()
    signal.signal(signal.SIGALRM, handler)
    raised = 0
    while raised < 300:
        try:
            torn = Pair(*contexts).handshake()
            signal.setitimer(signal.ITIMER_REAL, 1e-4 * (1 + raised % 7))
            while True:
                torn.client.tls.write(b"y" * 3000)
                torn.server.take(torn.client.sent())
                torn.server.tls.read(3000)
        except Interrupted:
            raised += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        talk(witness)
    """)


def test_a_callback_may_use_another_connection_of_the_pair():
    check("""
    from tests.support.pairs import End
    other = Pair(version="TLSv1.3").handshake()
    asked = []

    def callback(tls, name, context):
        talk(other)
        Pair(version="TLSv1.2").handshake()
        asked.append(name)

    context = server_context("TLSv1.3")
    context.set_servername_callback(callback)
    pair = Pair(server=context, version="TLSv1.3").handshake()
    talk(pair)
    talk(other)
    assert asked == ["localhost"]
    """)


def test_objects_alive_at_exit_are_no_trouble():
    check("""
    sys.kept = [Pair(version="TLSv1.3").handshake() for _ in range(5)]
    """)


def test_the_default_timeout_of_sockets_does_not_matter():
    check("""
    socket.setdefaulttimeout(0.001)
    talk(Pair(version="TLSv1.3").handshake())
    """)


def test_no_name_of_the_pair_is_visible():
    check("""
    pair = Pair(version="TLSv1.3").handshake()
    for name in dir(pair.client.tls):
        if not name.startswith("_"):
            assert not isinstance(getattr(pair.client.tls, name), (socket.socket, socket._socket.socket)), name
    for end in pair.ends:
        try:
            end.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
    pair.client.take(pair.server.sent())
    assert pair.client.tls.unwrap() is None
    """)


def test_the_pair_of_windows():
    """TCP on the loopback interface, a pair for each connection; run here where there is a socketpair, too."""
    check("""
    from tls_bootstrap.engines.loopback import Loopback
    from tls_bootstrap.engines.loopback import pair as module
    module.Pair.can_be_shared = False
    windows = Loopback(module.TCPPair)
    engine.place, before = windows.place, descriptors()
    for version in ("TLSv1.2", "TLSv1.3"):
        pair = Pair(version=version).handshake()
        talk(pair, b"z" * 16384)
        assert pair.client.tls.write(b"z" * 500000) == 500000
        pair.server.take(pair.client.sent())
        left = 500000
        while left:
            left -= len(pair.server.tls.read(65536))
        assert isinstance(pair.client.tls._sslobj.pair, module.TCPPair)
        pair.client.incoming.write_eof()
        try:
            pair.client.tls.read(1)
        except ssl.SSLEOFError:
            pass
        else:
            raise AssertionError("the end was not seen")
    del pair
    sys.exc_clear()  # a traceback holds the last one
    assert len(descriptors()) <= len(before)
    """)


def test_a_peer_that_is_not_us_is_refused():
    check("""
    import _socket
    from tls_bootstrap.engines.loopback import pair as module

    class Hasty(object):
        "Connects to a listener before the real one does."
        def __init__(self, *arguments):
            self.sock = _socket.socket(*arguments)
        def __getattr__(self, name):
            return getattr(self.sock, name)
        def connect(self, address):
            self.first = _socket.socket()
            self.first.connect(address)
            self.sock.connect(address)

    class Socket(object):
        socket = staticmethod(lambda *arguments: Hasty(*arguments))
    sys.modules["_socket"] = Socket
    try:
        module.TCPPair()
    except EnvironmentError as error:
        assert "somebody else" in str(error), error
    else:
        raise AssertionError("a stranger's connection was taken")
    finally:
        sys.modules["_socket"] = _socket
    """)
