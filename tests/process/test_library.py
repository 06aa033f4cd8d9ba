"""get_ssl(): what libraries get, over each engine that is to be had here, and that nothing is changed. Each scenario in a process of its own."""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts, needs

IS_UPGRADED = facts.is_upgraded()
upgraded = pytest.mark.skipif(not IS_UPGRADED, reason="this interpreter has MemoryBIO of its own: libraries get the real ssl")
complete = pytest.mark.skipif(IS_UPGRADED, reason="this interpreter lacks MemoryBIO")


def has_pyopenssl():
    try:
        import OpenSSL.SSL  # noqa: F401  only whether that goes
    except Exception:
        return False
    return True


OVER_OWN_SSL = facts.engines_over_own_ssl()
ENGINES = (OVER_OWN_SSL if IS_UPGRADED else []) + (["pyopenssl"] if has_pyopenssl() else [])

PRELUDE = """
    import ssl, sys, warnings
    warnings.simplefilter("ignore")
    import tls_bootstrap
    from tests.support import certs

    def snapshot():
        return [dict(vars(holder)) for holder in (ssl, ssl.SSLContext, ssl.SSLSocket)]

    before = snapshot()

    def contexts(tls):
        client = tls.create_default_context(cafile=certs.CA)
        server = tls.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain(certs.SERVER)
        return client, server

    def talk(tls, wrap, client_context, server_context, name=u"localhost"):
        ends = []
        for context, options in ((client_context, {"server_hostname": name}), (server_context, {"server_side": True})):
            incoming, outgoing = tls.MemoryBIO(), tls.MemoryBIO()
            ends.append((wrap(context)(incoming, outgoing, **options), incoming, outgoing))
        done = [False, False]
        while not all(done):
            for index, (end, incoming, outgoing) in enumerate(ends):
                try:
                    end.do_handshake()
                    done[index] = True
                except ssl.SSLWantReadError:
                    pass
                ends[1 - index][1].write(outgoing.read())
        ends[0][0].write(b"some text")
        ends[1][1].write(ends[0][2].read())
        assert ends[1][0].read(100) == b"some text"
        return ends[0][0]
"""


def check(code, *arguments, **changes):
    return child.check(PRELUDE + code, *arguments, **changes)


@complete
def test_the_real_ssl_where_it_has_all():
    check("""
    assert tls_bootstrap.get_ssl() is ssl
    assert tls_bootstrap.get_ssl(require=("MemoryBIO", "SSLContext.wrap_bio")) is ssl
    for engine in ("inplace", "loopback"):
        assert tls_bootstrap.get_ssl(engine=engine) is ssl
    assert snapshot() == before and not tls_bootstrap.is_patched()
    """)


def test_the_real_ssl_where_nothing_is_required_that_it_lacks():
    check("""
    assert tls_bootstrap.get_ssl(require=()) is ssl
    assert tls_bootstrap.get_ssl(require=("SSLContext", "SSLContext.load_cert_chain")) is ssl
    """)


@upgraded
def test_the_real_ssl_where_the_application_has_upgraded_it():
    check("""
    library = tls_bootstrap.get_ssl()
    assert library is not ssl
    tls_bootstrap.monkeypatch_ssl()
    assert tls_bootstrap.get_ssl() is ssl
    tls_bootstrap.unpatch_ssl()
    assert tls_bootstrap.get_ssl() is library and snapshot() == before
    """)


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_works_and_nothing_is_changed(engine):
    check("""
    tls = tls_bootstrap.get_ssl(engine=sys.argv[1])
    assert tls is not ssl and tls is tls_bootstrap.get_ssl(engine=sys.argv[1])
    assert sys.argv[1] in repr(tls) and "MemoryBIO" in dir(tls) and "CERT_REQUIRED" in dir(tls)
    assert tls.SSLError is ssl.SSLError and tls.CERT_REQUIRED is ssl.CERT_REQUIRED and issubclass(tls.SSLContext, ssl.SSLContext)
    client, server = contexts(tls)
    assert type(client) is tls.SSLContext and isinstance(client, ssl.SSLContext) and client.check_hostname
    end = talk(tls, lambda context: context.wrap_bio, client, server)
    assert isinstance(end, tls.SSLObject) and end.getpeercert()["subject"]
    try:
        talk(tls, lambda context: context.wrap_bio, client, server, u"wrong.test")
    except tls.SSLCertVerificationError as error:
        assert isinstance(error, ssl.SSLError) and isinstance(error, ssl.CertificateError), error
    else:
        raise AssertionError("a wrong name was accepted")
    plain = tls.SSLContext(ssl.PROTOCOL_SSLv23)
    assert plain.verify_mode == ssl.CERT_NONE
    assert snapshot() == before and not tls_bootstrap.is_patched()
    """, engine)


@upgraded
@pytest.mark.parametrize("engine", OVER_OWN_SSL)
def test_contexts_that_somebody_else_has_made(engine):
    check("""
    tls = tls_bootstrap.get_ssl(engine=sys.argv[1])
    client, server = contexts(ssl)
    assert type(client) is ssl.SSLContext and not hasattr(client, "wrap_bio")
    end = talk(tls, lambda context: lambda *arguments, **options: tls.SSLContext.wrap_bio(context, *arguments, **options), client, server)
    assert end.context is client and snapshot() == before
    """, engine)


@pytest.mark.skipif("pyopenssl" not in ENGINES, reason="PyOpenSSL is not installed here")
def test_clients_that_somebody_else_has_made_over_pyopenssl():
    """A certificate cannot be read from a genuine context, what it trusts can."""
    check("""
    tls = tls_bootstrap.get_ssl(engine="pyopenssl")
    wrap = lambda context: lambda *arguments, **options: tls.SSLContext.wrap_bio(context, *arguments, **options)
    end = talk(tls, wrap, contexts(ssl)[0], contexts(tls)[1])
    assert end.getpeercert()["subject"] and snapshot() == before
    try:
        talk(tls, wrap, *contexts(ssl))
    except ssl.SSLError as error:
        assert "certificate" in str(error), error
    else:
        raise AssertionError("a key was read from a genuine context")
    """)


def test_the_import_error_names_every_rung():
    out = check("""
    sys.modules["OpenSSL"] = None
    try:
        tls_bootstrap.get_ssl(require=("MemoryBIO", "no_such_thing"))
    except ImportError as error:
        print(error)
    assert snapshot() == before
    """)
    assert out.startswith("Failed to import asynchronous SSL/TLS support: the interpreter's ssl lacks ")
    for words in ("no_such_thing", "engine inplace", "engine loopback", "engine pyopenssl: "):
        assert words in out, out


@needs.something_to_add
def test_what_only_an_application_can_have():
    check("""
    try:
        tls_bootstrap.get_ssl(require=["SSLContext.set_groups"])
    except ImportError as error:
        assert str(error).endswith("only monkeypatch_ssl(), which is for the application to call, adds SSLContext.set_groups"), error
    else:
        raise AssertionError("set_groups() out of nowhere")
    assert snapshot() == before
    tls_bootstrap.monkeypatch_ssl(features=["SSLContext.set_groups"])
    assert tls_bootstrap.get_ssl(require=["SSLContext.set_groups"]) is ssl
    """)


def test_an_unknown_engine_is_refused():
    check("""
    for function in (tls_bootstrap.get_ssl, tls_bootstrap.monkeypatch_ssl):
        try:
            function(engine="no such")
        except ValueError as error:
            assert "loopback" in str(error), error
        else:
            raise AssertionError("accepted")
    """)


def test_without_ssl():
    child.check("""
    import sys
    sys.modules["_ssl"] = None
    import tls_bootstrap
    try:
        tls_bootstrap.get_ssl()
    except ImportError as error:
        assert str(error).startswith("Failed to import asynchronous SSL/TLS support: there is no ssl module"), error
    else:
        raise AssertionError("an ssl of nothing")
    """)


@upgraded
def test_a_stream_over_its_contexts():
    check("""
    import socket, threading
    tls = tls_bootstrap.get_ssl()
    client, server = contexts(tls)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)

    def serve():
        sock = listener.accept()[0]
        sock.settimeout(20)
        with tls_bootstrap.TLSStream(sock, server, server_side=True) as stream:
            stream.sendall(stream.recv(100))

    thread = threading.Thread(target=serve)
    thread.start()
    with tls_bootstrap.TLSStream(socket.create_connection(listener.getsockname(), 20), client, u"localhost") as stream:
        stream.sendall(b"echo")
        assert stream.recv(100) == b"echo"
    thread.join()
    assert snapshot() == before
    """)


@complete
def test_an_ssl_that_has_lost_its_memory_bio_is_refused_for_a_reason():
    """Engines over the interpreter's own `_ssl` are for that of Python 2.7; another one is a refusal, never a TypeError."""
    check("""
    from tls_bootstrap import _facts, _patch
    for name in ("MemoryBIO", "SSLObject"):
        delattr(ssl, name)
    for name in ("inplace", "pypy", "loopback"):
        verdict, = _patch.ask_engines((name,), _facts.read())
        assert verdict.engine is None and verdict.reason, name
    """)
