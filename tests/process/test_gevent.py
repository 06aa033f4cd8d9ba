"""gevent patches `ssl`, `socket` and `thread` too: before us or after us, with every engine. Each order in a process of its own.

test_orders.py has the orders themselves; here greenlets use what is there then.
"""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts

pytest.importorskip("gevent", reason="gevent is installed for CPython 2.7 and 3.10 and newer")
LACKS_MEMORYBIO = facts.is_upgraded()
ENGINES = ["inplace", "loopback", "pyopenssl"] if LACKS_MEMORYBIO else ["pyopenssl"]

BOTH = """
    import sys, warnings
    warnings.simplefilter("ignore")

    def we():
        import tls_bootstrap
        assert tls_bootstrap.monkeypatch_ssl(sys.argv[2]).engine == sys.argv[2]

    def they():
        from gevent import monkey
        monkey.patch_all()

    for patch in (we, they) if sys.argv[1] == "we first" else (they, we):
        patch()

    import gevent, socket, ssl
    import tls_bootstrap
    from tests.support.contexts import client_context, server_context
    from tests.support.pairs import Pair
"""


@pytest.fixture(params=ENGINES)
def engine(request):
    if request.param == "pyopenssl":
        pytest.importorskip("OpenSSL.SSL", reason="PyOpenSSL is not installed here")
    return request.param


@pytest.mark.parametrize("order", ["we first", "they first"])
def test_greenlets_take_turns_between_operations(order, engine):
    child.check(BOTH + """
    done = []

    def work(number):
        contexts = client_context("TLSv1.3"), server_context("TLSv1.3")
        for _ in range(20):
            pair = Pair(*contexts).handshake()
            pair.client.tls.write(b"x" * number * 1000)
            data = pair.client.sent()
            gevent.sleep(0)
            pair.server.take(data)
            gevent.sleep(0)
            assert len(pair.server.tls.read(100000)) == number * 1000
        done.append(number)

    gevent.joinall([gevent.spawn(work, number) for number in range(1, 6)])
    assert sorted(done) == [1, 2, 3, 4, 5]
    """, order, engine)


@pytest.mark.parametrize("order", ["we first", "they first"])
def test_a_stream_over_sockets_of_gevent(order, engine):
    child.check(BOTH + """
    from tls_bootstrap import TLSStream
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)

    def serve():
        with TLSStream(listener.accept()[0], server_context(), server_side=True) as stream:
            stream.sendall(stream.recv(100))

    server = gevent.spawn(serve)
    with TLSStream(socket.create_connection(listener.getsockname(), 20), client_context(), u"localhost") as stream:
        stream.sendall(b"echo")
        assert stream.recv(100) == b"echo"
    server.join()
    """, order, engine)


@pytest.mark.skipif(not LACKS_MEMORYBIO, reason="this interpreter has MemoryBIO of its own")
@pytest.mark.parametrize("order", ["we first", "they first"])
def test_undo(order, engine):
    """What gevent has replaced stays, what we have added goes."""
    child.check(BOTH + """
    tls_bootstrap.unpatch_ssl()
    assert not hasattr(ssl, "MemoryBIO") and not hasattr(ssl.SSLContext, "wrap_bio")
    assert ssl.SSLContext.__module__.startswith("gevent")
    """, order, engine)
