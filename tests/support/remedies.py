"""Repairs and policies in tests: the same scenario with and without them.

A scenario is a function that asserts what the newest CPython does. `both_ways` runs it twice, and both results are asked for: with the
repair it passes everywhere; without it, it fails where the interpreter is `wrong` and passes where it is not - so a scenario that could not
tell the difference is an error, and so is a repair that does nothing.
"""
from __future__ import absolute_import, division, print_function

import contextlib
import errno
import os
import socket
import ssl
import sys
import threading

import pytest

import tls_bootstrap
from tests.support import facts
from tests.support.peers_stream import PATIENCE, Task, tcp_pair

ENGINE = os.environ.get("TLS_BOOTSTRAP_TEST_ENGINE", "auto")

interpreters_own = pytest.mark.skipif(facts.engine() == "pyopenssl", reason="engine pyopenssl does TLS, not the interpreter's own ssl")


@contextlib.contextmanager
def upgraded(**switches):
    """Inside, `ssl` is upgraded with these arguments, in the place of the upgrade that the whole run has."""
    tls_bootstrap.unpatch_ssl()
    try:
        yield tls_bootstrap.monkeypatch_ssl(ENGINE, **switches)
    finally:
        tls_bootstrap.unpatch_ssl()
        tls_bootstrap.monkeypatch_ssl(ENGINE)


def both_ways(switch, name, wrong, scenario, *arguments):
    """With the repair or policy and without; `wrong` tells whether the scenario must fail without."""
    with upgraded(**{switch: [name]}) as report:
        scenario(*arguments)
        done = report.repairs if switch == "repair" else report.policies
        assert name in done or not wrong, "%s is not needed here, says the report" % name
    with upgraded():
        try:
            scenario(*arguments)
        except (Exception, pytest.fail.Exception) as error:  # the latter is no Exception
            if not wrong:
                raise
            print("without %s: %s: %s" % (name, type(error).__name__, error))
        else:
            assert not wrong, "the scenario passes without %s" % name


def python(first=(2, 7), before=(99,)):
    return first <= sys.version_info < before


@contextlib.contextmanager
def sockets(client_context, server_context, server_side=False, server_hostname="localhost", handshake=True, **keywords):
    """(an SSLSocket on the given side, with keywords, its peer), connected by TCP and after their handshake.

    Threads that were started meanwhile are waited for: a descriptor that they read from must not be closed and used again.
    """
    one, other = tcp_pair()
    opened, threads = [one, other], set(threading.enumerate())
    try:
        far = {"server_hostname": "localhost"} if server_side else {"server_side": True}
        near = {"server_side": True} if server_side else {"server_hostname": server_hostname}
        contexts = (server_context, client_context) if server_side else (client_context, server_context)
        peer = contexts[1].wrap_socket(other, do_handshake_on_connect=False, **far)
        opened.append(peer)
        sock = contexts[0].wrap_socket(one, do_handshake_on_connect=False, **dict(near, **keywords))
        opened.append(sock)
        if handshake:
            task = Task(peer.do_handshake)
            sock.do_handshake()
            task.result()
            peer.sendall(b"!")  # takes the session tickets out of the way
            assert sock.recv(1) == b"!"
        yield sock, peer
    finally:
        for each in opened:
            end_transport(each)
        for thread in set(threading.enumerate()) - threads:
            thread.join(PATIENCE)
        for each in reversed(opened):
            each.close()


def end_transport(sock):
    """Whoever reads from it comes to the end. It may be closed already, or wrapped, or its peer may have gone."""
    try:
        getattr(socket, "_socketobject", socket.socket).shutdown(sock, socket.SHUT_RDWR)
    except EnvironmentError as error:
        assert error.errno in (errno.EBADF, errno.ENOTCONN), error


def assert_no_error_is_left():
    """OpenSSL's queue is empty: a genuine call would take for its own what it finds there."""
    from tests.support.pairs import Pair

    pair = Pair().handshake()
    with pytest.raises(ssl.SSLWantReadError):
        pair.client.tls.read(1)
