"""We and the other patchers of `ssl`, in every order, and our undo at every point of it. Each order in a process of its own.

gevent and eventlet put classes of their own in the place of `ssl.SSLContext` and `ssl.SSLSocket`, truststore in that of `ssl.SSLContext`.
An order is a list of words (tests/process/orders/steps.py); after each change TLS has to work both ways that there are, and to refuse a
wrong name by the classes that were bound before anybody patched.

Two others at once are beyond us where they are beyond each other. gevent and eventlet have a hub each, and a program that has both
waits for ever, or ends with gevent's LoopExit: no such order is here. gevent and truststore get along between BIOs, not over sockets.
"""
from __future__ import absolute_import, division, print_function

import itertools
import sys

import pytest

from tests.support import certs, child

PYTHON_2 = sys.version_info < (3,)
WHERE = "is installed for CPython 2.7 only" if PYTHON_2 else "is installed for CPython 3.10 and newer"
NEEDED = {"gevent": "gevent", "eventlet": "eventlet", "truststore": "truststore", "pyopenssl": "OpenSSL.SSL"}


def orders(others, talk="talk"):
    """Each order of us and `others`, with our undo at each point of it; at the end we upgrade once more."""
    for order in itertools.permutations(("us",) + others):
        for point in range(order.index("us") + 1, len(order) + 1):
            yield order[:point] + (talk, "undo") + order[point:] + (talk, "us", talk)


def rows():
    """(engine, words) of this Python."""
    if PYTHON_2:
        for engine, other in itertools.product(("inplace", "loopback", "pyopenssl"), ("gevent", "eventlet")):
            for words in orders((other,)):
                yield engine, words
        return
    for engine, other in itertools.product(("auto", "pyopenssl"), ("gevent", "truststore")):  # "auto" changes nothing on Python 3
        for words in orders((other,)):
            yield engine, words
    for words in orders(("gevent", "truststore"), "whisper"):
        yield "pyopenssl", words
    for words in ("us truststore talk extract talk undo talk", "us truststore undo extract talk us talk",
                  "truststore us talk extract talk undo talk", "truststore us undo extract talk us talk"):
        yield "pyopenssl", tuple(words.split())


def process(engine, words):
    for name in sorted(set(NEEDED) & set(words + (engine,))):
        try:
            __import__(NEEDED[name])
        except Exception as error:  # eventlet, for one, cannot be imported on a machine without /etc/protocols
            pytest.skip("%s %s (%s: %s)" % (name, WHERE, type(error).__name__, error))
    # What the system trusts is no matter here, and the many certificates of a machine would take a second each time.
    system = {"SSL_CERT_FILE": certs.OTHER_CA, "SSL_CERT_DIR": "nowhere"}
    child.check("from tests.process.orders import steps; steps.main()", engine, *words, **system)


@pytest.mark.parametrize("engine, words", [
    pytest.param(*row, id="%s: %s" % (row[0], " ".join(row[1]))) for row in rows()])
def test_every_order(engine, words):
    process(engine, words)


@pytest.mark.skipif(PYTHON_2, reason="truststore is for Python 3.10 and newer")
@pytest.mark.parametrize("words", [
    pytest.param(("gevent", "truststore", "talk"), marks=pytest.mark.xfail(
        strict=True, reason="truststore's SSLSocket is a subclass of gevent's, whose do_handshake() does not take its argument")),
    pytest.param(("truststore", "gevent", "talk"), marks=pytest.mark.xfail(
        strict=True, reason="gevent's SSLSocket uses truststore's SSLContext past its methods, and so one that was told nothing")),
])
def test_what_others_cannot_do_together(words):
    """Without us. What is known of the pair: https://github.com/sethmlarson/truststore/issues/214."""
    process("auto", words)


def test_who_stands_in_the_way_of_an_undo_is_named():
    pytest.importorskip("OpenSSL.SSL", reason="PyOpenSSL is not installed here")
    child.check("""
    import types, warnings
    warnings.simplefilter("ignore")
    import ssl, tls_bootstrap
    tls_bootstrap.monkeypatch_ssl("pyopenssl")
    ours = vars(ssl.SSLContext)["wrap_bio"]

    def wrap_bio(self, *arguments, **names):
        return ours(self, *arguments, **names)

    wrap_bio.__module__ = "another.patcher"
    ssl.SSLContext.wrap_bio = wrap_bio
    try:
        tls_bootstrap.unpatch_ssl()
    except RuntimeError as error:
        assert "SSLContext.wrap_bio" in str(error) and "(another.patcher)" in str(error) and "\\n" not in str(error), error
    else:
        raise AssertionError("another patcher's work was destroyed")
    assert tls_bootstrap.is_patched() and vars(ssl.SSLContext)["wrap_bio"] is wrap_bio
    ssl.SSLContext.wrap_bio = ours
    assert not tls_bootstrap.unpatch_ssl().patched
    """)


@pytest.mark.parametrize("engine", ["auto", "pyopenssl"])
def test_an_ssl_context_that_is_none_of_the_interpreters_is_named(engine):
    """As truststore's on PyPy."""
    child.check("""
    import sys
    import ssl, tls_bootstrap

    class Other(object):
        def __init__(self, protocol):
            raise AssertionError("used")

    Other.__module__, ssl.SSLContext = "another.patcher", Other
    before = dict(vars(ssl)), dict(vars(Other))
    try:
        tls_bootstrap.monkeypatch_ssl(sys.argv[1])
    except ImportError as error:
        assert "ssl.SSLContext is that of another.patcher now" in str(error) and "\\n" not in str(error), error
    else:
        raise AssertionError("upgraded")
    assert (dict(vars(ssl)), dict(vars(Other))) == before and not tls_bootstrap.is_patched()
    """, engine)
