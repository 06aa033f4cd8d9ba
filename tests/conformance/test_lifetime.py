"""Who keeps whom alive: SSLObjects die by reference count alone, and the order in which the parts die is free."""
from __future__ import absolute_import, division, print_function

import contextlib
import copy
import gc
import pickle
import ssl
import weakref

import pytest

from tests.support import needs
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import End, Pair


@contextlib.contextmanager
def no_collector():
    """Without the cyclic collector: what dies in here died by its reference count."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def attempt(operation, *arguments):
    """Calls `operation`, whatever TLS makes of it. (No context manager: that of 3.12 keeps the exception in a cycle.)"""
    try:
        operation(*arguments)
    except ssl.SSLError:
        pass


STAGES = {
    "new": lambda pair: None,
    "in the handshake": lambda pair: pair.client.tls.do_handshake(),
    "connected": lambda pair: pair.handshake(),
    "closed": lambda pair: pair.handshake().client.tls.unwrap(),
    "failed": lambda pair: pair.client.reads(b"garbage, not TLS"),
}


@needs.counted
class TestRelease(object):

    @pytest.mark.parametrize("stage", sorted(STAGES))
    def test_by_reference_count(self, version, stage):
        with no_collector():
            pair = Pair(version=version)
            attempt(STAGES[stage], pair)
            client, server = weakref.ref(pair.client.tls), weakref.ref(pair.server.tls)
            del pair
            assert client() is None and server() is None

    def test_after_an_error(self, version):
        """The exception that was caught must not keep the object by its traceback or context."""
        with no_collector():
            tls = Pair(version=version).client.tls
            attempt(tls.read, 1)
            dead = weakref.ref(tls)
            del tls
            assert dead() is None

    def test_with_a_servername_callback(self, version):
        with no_collector():
            server = server_context(version)
            server.set_servername_callback(lambda tls, name, context: None)
            pair = Pair(client_context(version), server).handshake()
            dead = weakref.ref(pair.server.tls)
            del pair
            assert dead() is None

    def test_context_is_not_kept_by_a_dead_object(self, version):
        with no_collector():
            context = client_context(version)
            dead = weakref.ref(context)
            tls = End(context, server_hostname=u"localhost").tls
            del context
            assert dead() is not None
            del tls
            assert dead() is None

    def test_nothing_is_left_for_the_collector(self, version):
        Pair(version=version).handshake()
        with no_collector():
            for _ in range(5):
                Pair(version=version).handshake()
            assert gc.collect() == 0
        assert gc.garbage == []


class TestOrderOfDeath(object):

    def test_bios_outlive_the_object(self, pair):
        incoming, outgoing = pair.client.incoming, pair.client.outgoing
        incoming.write(b"unread")
        pair.client.tls.write(b"unsent")
        pair.client = pair.ends = None
        gc.collect()
        assert incoming.read() == b"unread"
        assert outgoing.pending > 0 and len(outgoing.read()) > 0
        assert incoming.write(b"more") == 4 and incoming.read() == b"more"

    def test_object_outlives_its_bios(self, pair):
        """The object keeps what it needs; a caller that lost its BIOs can still write, and read what had arrived."""
        pair.server.tls.write(b"arrived")
        pair.client.take(pair.server.sent())
        tls = pair.client.tls
        pair.client = pair.ends = None
        gc.collect()
        assert tls.read(100) == b"arrived"
        assert tls.write(b"into the void") == 13
        with raises(ssl.SSLWantReadError):
            tls.read(1)

    def test_object_outlives_the_context(self, version):
        pair = Pair(version=version)
        pair.client_context = pair.server_context = None
        gc.collect()
        pair.handshake()
        assert pair.client.tls.context is not None
        pair.client.tls.write(b"alive")
        assert pair.server.reads(pair.client.sent()) == b"alive"

    def test_one_end_outlives_the_other(self, version):
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = End(client_context(version), back, there, server_hostname=u"localhost")
        server = End(server_context(version), there, back, server_side=True)
        for end in client, server, client, server, client:
            attempt(end.tls.do_handshake)
        client.tls.write(b"last words")
        del client
        gc.collect()
        assert server.tls.read(100) == b"last words"

    def test_one_bio_serves_one_object_after_the_other(self, version):
        """STARTTLS again after close_notify, over the same two BIOs."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = client_context(version)
        for _ in range(3):
            pair = Pair(context, server_context(version))
            pair.client = End(context, incoming, outgoing, server_hostname=u"localhost")
            assert pair.outcomes() == (None, None)
            with raises(ssl.SSLWantReadError):
                pair.client.tls.unwrap()
            pair.server.take(pair.client.sent())
            attempt(pair.server.tls.unwrap)
            pair.server.tls.unwrap()
            pair.client.take(pair.server.sent())
            assert pair.client.tls.unwrap() is None
            assert incoming.pending == 0 and outgoing.pending == 0

    def test_object_dies_in_its_callback(self, version):
        """The name of the object goes away while it is being used; the call in progress keeps it."""
        pair = Pair(version=version)

        def forget(tls, name, context):
            pair.server.tls = None

        pair.server_context.set_servername_callback(forget)
        with raises(ssl.SSLWantReadError):
            pair.client.tls.do_handshake()
        pair.server.take(pair.client.sent())
        operation = pair.server.tls.do_handshake
        with raises(ssl.SSLWantReadError):
            operation()
        assert pair.server.outgoing.pending > 0


class TestReferences(object):

    def test_object_can_be_referenced_weakly(self, pair):
        assert weakref.ref(pair.client.tls)() is pair.client.tls
        assert weakref.WeakKeyDictionary({pair.client.tls: 1})[pair.client.tls] == 1

    def test_bio_cannot(self):
        with raises(TypeError):
            weakref.ref(ssl.MemoryBIO())

    def test_identity(self, pair):
        assert pair.client.tls == pair.client.tls and pair.client.tls != pair.server.tls
        assert len({pair.client.tls, pair.server.tls}) == 2


class TestDuplicates(object):
    """Two Python objects over one OpenSSL connection would both free it."""

    def test_deepcopy(self, pair):
        with raises(TypeError):
            copy.deepcopy(pair.client.tls)

    @needs.upgrade("makes a second SSLObject over the same connection, which its reference count protects")
    def test_copy(self, pair):
        with raises(TypeError):
            copy.copy(pair.client.tls)

    @pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
    def test_pickle(self, pair, protocol):
        with raises(TypeError):
            pickle.dumps(pair.client.tls, protocol)

    @needs.upgrade("writes a pickle that cannot be loaded for protocols 0 and 1 in some versions")
    @pytest.mark.parametrize("protocol", [0, 1])
    def test_old_pickle(self, pair, protocol):
        with raises(TypeError):
            pickle.dumps(pair.client.tls, protocol)
