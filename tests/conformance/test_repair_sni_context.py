"""The repair `sni_context`: a connection keeps the context that it was made with when its SNI callback chooses another one.

What is freed too early is never used here: the tests without the repair only look whether the first context still lives.
"""
from __future__ import absolute_import, division, print_function

import contextlib
import gc
import ssl
import sys
import weakref

import pytest

from tests.reliability.context_switch import set_bare_callback
from tests.support import certs, facts, needs
from tests.support.connected import KINDS
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair
from tests.support.peers_stream import Task, tcp_pair
from tests.support.remedies import both_ways, interpreters_own, upgraded
from tls_bootstrap import _facts
from tls_bootstrap.openssl.reach import open_reach
from tls_bootstrap.surface.repairs import trial

pytestmark = interpreters_own

# of CVE-2026-19445; distributions may have mended older ones
RIGHT = ((3, 10, 22), (3, 11, 17), (3, 12, 15), (3, 13, 16), (3, 14, 8))


def is_right_by_version():
    version = sys.version_info[:3]
    return version >= (3, 15) or any(right <= version < (right[0], right[1] + 1) for right in RIGHT)


def verdict():
    """Whether the interpreter has the defect, None if that cannot be found out."""
    return trial.is_called_for_what_is_gone(ssl, open_reach(_facts.read()))


def is_ours(kind):
    return kind == "SSLObject" and facts.is_upgraded()


def test_where_it_is_needed():
    if is_right_by_version() and not facts.is_pypy():
        assert verdict() is False
    for wanted in (True, ["sni_context"]):
        with upgraded(repair=wanted) as report:
            assert ("sni_context" in report.repairs) is (verdict() is not False)


@contextlib.contextmanager
def connection(kind, client, make_server):
    """(what does the handshake, the server's end) before the handshake; nobody but that has its context."""
    if kind == "SSLObject":
        pair = Pair(client, make_server())
        pair.server_context = None
        yield pair.outcomes, pair.server.tls
        return
    sockets = list(tcp_pair())
    try:
        sockets.append(client.wrap_socket(sockets[0], server_hostname=u"localhost", do_handshake_on_connect=False))
        sockets.append(make_server().wrap_socket(sockets[1], server_side=True, do_handshake_on_connect=False))
        yield lambda: both_shake_hands(*sockets[2:]), sockets[3]
    finally:
        for sock in reversed(sockets):
            sock.close()
        del sockets[:]
        sock = None


def both_shake_hands(near, far):
    task = Task(far.do_handshake)
    return near.do_handshake(), task.result()


@KINDS
def test_the_first_context_lives_as_long_as_the_connection(kind, version):
    seen = []

    def make_server():
        context = server_context(version)
        seen.append(weakref.ref(context))
        return context

    def scenario():
        with connection(kind, client_context(version), make_server) as (_, server):
            for _ in range(2):
                server.context = other = server_context(version, certs.OTHER)
                collect()
                assert seen[-1]() is not None and server.context is other
        server = None
        collect()
        assert seen[-1]() is None

    if verdict() is False:
        pytest.skip("the interpreter has no use for the first context")
    both_ways("repair", "sni_context", not is_ours(kind), scenario)


def collect():
    for _ in range(4):  # PyPy runs finalizers between two collections
        gc.collect()


@needs.tls13
@needs.name("SSLObject")
def test_the_verdict_is_right():
    """Who calls for the first context although another one is in use would call for it when it is gone; here it lives."""
    calls, first, other = [], server_context(), server_context()
    for context in (first, other):
        context.set_ecdh_curve("secp384r1")

    def callback(end, name, context):
        calls.append(end.context)
        end.context = other

    set_bare_callback(first, callback)
    assert Pair(client_context(), first).outcomes() == (None, None)
    assert calls in ([first], [first, other])
    assert verdict() is (len(calls) == 2)


@needs.tls13
@KINDS
def test_two_hellos(kind):
    """The client guesses another group than the server wants, and asks again."""
    calls, other = [], server_context()
    other.set_ecdh_curve("secp384r1")

    def make_server():
        context = server_context()
        context.set_ecdh_curve("secp384r1")
        set_bare_callback(context, callback)
        return context

    def callback(end, name, context):
        calls.append(end.context)
        end.context = other
        collect()

    def scenario():
        with connection(kind, client_context(), make_server) as (handshake, server):
            assert handshake() == (None, None)
            assert server.context is other

    with upgraded(repair=["sni_context"]) as report:
        scenario()
    again = "sni_context" in report.repairs or is_ours(kind)
    assert calls[1:] == ([other] if again else [])  # newer Pythons ask the context that is in use for a callback


@pytest.mark.parametrize("wrong", [None, 3, "context"])
@KINDS
def test_what_is_no_context(kind, wrong, version):
    seen = []

    def make_server():
        context = server_context(version)
        seen.append(weakref.ref(context))
        return context

    def refuse(server):
        with raises(TypeError, "The value must be a SSLContext"):
            server.context = wrong

    def scenario():
        with connection(kind, client_context(version), make_server) as (handshake, server):
            refuse(server)
            server.context = other = server_context(version)
            collect()
            assert server.context is other and (seen[-1]() is not None or "sni_context" not in repairs)

    with upgraded(repair=["sni_context"]) as report:
        repairs = report.repairs
        scenario()
    with upgraded() as report:
        repairs = report.repairs
        scenario()
