"""openssl/thunks.py: in whose name a callback comes, and what becomes of an exception in it."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import facts
from tls_bootstrap import _facts
from tls_bootstrap.openssl import thunks
from tls_bootstrap.openssl.library import INT, POINTER, TEXT
from tls_bootstrap.openssl.reach import open_reach

pytestmark = pytest.mark.skipif(facts.engine() == "pyopenssl", reason="engine pyopenssl does TLS with an OpenSSL of its own")


@pytest.fixture(scope="module")
def reach():
    try:
        return open_reach(_facts.read())
    except ImportError as error:
        pytest.skip("OpenSSL cannot be reached: %s" % error)


def genuine(context):
    import _ssl
    import socket

    if hasattr(_ssl._SSLContext, "_wrap_bio") and not facts.is_upgraded():
        return context._wrap_bio(_ssl.MemoryBIO(), _ssl.MemoryBIO(), False, None)
    inner = socket.socket()
    return context._wrap_socket(getattr(inner, "_sock", inner), False, None, None)


def test_an_ssl_of__ssl_leads_to_its_object(reach):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    raw = genuine(context)
    assert reach.thunks._connection_at(reach._pointer(raw)) is raw


def test_another_ssl_leads_to_nothing(reach):
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    pointer = reach.functions.SSL_new(reach.context(context))
    try:
        assert reach.thunks._connection_at(pointer) is None
    finally:
        reach.functions.SSL_free(pointer)


class Library(object):
    """Calls what it is given, as OpenSSL would."""

    read_memory = write_memory = None

    def callback(self, result, arguments, function):
        self.result, self.arguments = result, arguments
        return function


def test_every_kind_says_where_its_ssl_is():
    for result, arguments, place in thunks.KINDS.values():
        assert arguments[place] == POINTER
        assert set(arguments) <= set([INT, POINTER, TEXT, thunks.UINT, thunks.SIZE])


@pytest.mark.parametrize("kind, given, nothing", [("PSK server", ("ssl", b"identity", 1, 2), 0), ("key log", ("ssl", b"line"), None)])
def test_calls(kind, given, nothing, monkeypatch):
    connections, seen, reported = {"ssl": "connection"}, [], []
    monkeypatch.setattr(thunks, "report_unraisable", reported.append)
    made = thunks.Thunks(Library(), connections.get)
    called = made.make(kind, lambda *arguments: seen.append(arguments) or "answer")
    assert called(*given) == "answer"
    assert seen == [("connection",) + given]
    assert called("another", *given[1:]) is nothing or called("another", *given[1:]) == nothing
    assert len(seen) == 1 and reported == []


def test_exceptions_are_reported(monkeypatch):
    reported = []
    monkeypatch.setattr(thunks, "report_unraisable", reported.append)

    def fail(*arguments):
        raise KeyboardInterrupt

    called = thunks.Thunks(Library(), lambda pointer: "connection").make("PSK client", fail)
    assert called(*range(6)) == 0
    assert reported == ["Exception ignored in ssl PSK client callback"]
