"""The pyopenssl engine in whole programs: asyncio, urllib3 and requests, what `ssl` says of itself, and undo. Each in a process of its own."""
from __future__ import absolute_import, division, print_function

import sys

import pytest
from tests.support import child, facts

pytest.importorskip("OpenSSL.SSL", reason="PyOpenSSL is not installed here")
LACKS_MEMORYBIO = facts.is_upgraded()

PRELUDE = """
    import socket, sys, threading, warnings
    warnings.simplefilter("ignore")
    import OpenSSL.SSL
    import ssl
    import tls_bootstrap
    from tests.support import certs

    def snapshot():
        return [dict(vars(holder)) for holder in (ssl, ssl.SSLContext, ssl.SSLSocket)]

    before = snapshot()
    report = tls_bootstrap.monkeypatch_ssl(engine="pyopenssl")

    from tests.support.contexts import client_context, server_context
    from tests.support.pairs import Pair
"""


def check(code, *arguments, **changes):
    return child.check(PRELUDE + code, *arguments, **changes)


def test_ssl_tells_the_truth_and_undo_takes_it_back():
    check("""
    assert report.engine == "pyopenssl" and report.patched, report
    text = OpenSSL.SSL.SSLeay_version(OpenSSL.SSL.SSLEAY_VERSION).decode("ascii")
    assert ssl.OPENSSL_VERSION == text == report.openssl != before[0]["OPENSSL_VERSION"]
    assert ssl.OPENSSL_VERSION_INFO[:2] == tuple(int(part) for part in text.split()[1].split(".")[:2])
    assert ssl.HAS_TLSv1_3 and not getattr(ssl, "HAS_SSLv2", False) and "pyOpenSSL" in str(report)
    assert tls_bootstrap.get_original("OPENSSL_VERSION") == before[0]["OPENSSL_VERSION"]
    tls_bootstrap.unpatch_ssl()
    assert snapshot() == before
    """)


def test_everything_of_a_context_uses_it():
    """Objects between BIOs and sockets, contexts of create_default_context() and of subclasses, made before or after."""
    check("""
    class Context(ssl.SSLContext):
        pass

    context = Context(ssl.PROTOCOL_SSLv23)
    context.load_verify_locations(certs.CA)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    pair = Pair(client=context).handshake()
    assert pair.client.tls._sslobj.conn and pair.client.tls.context is context and isinstance(pair.client.tls, ssl.SSLObject)
    plain, other = socket.socket(), None
    wrapped = context.wrap_socket(plain, server_hostname="localhost")
    assert isinstance(wrapped, ssl.SSLSocket) and type(wrapped) is not before[0]["SSLSocket"]
    wrapped.close()
    """)


def test_a_newer_key_exchange_is_negotiated():
    """X25519MLKEM768 with no configuration, where the OpenSSL of PyOpenSSL offers it; the interpreter's own may be older."""
    out = check("""
    from tls_bootstrap._ledger import current
    offered = current().engine.offered_groups()
    pair = Pair(version="TLSv1.3").handshake()
    assert offered and pair.client.tls._sslobj.group() in (None, offered[0]), offered
    print(",".join(offered))
    """)
    from OpenSSL import SSL

    if SSL.OPENSSL_VERSION_NUMBER >= 0x30500000:
        assert out.split(",")[0] == "X25519MLKEM768"


def test_doctor_shows_what_it_offers():
    out = child.check("""
    import sys
    from tls_bootstrap import _cli
    sys.exit(_cli.main(["doctor"]))
    """)
    line, = [line for line in out.splitlines() if line.startswith("engine pyopenssl: on request, pyOpenSSL ")]
    assert "a client offers keys for " in line


def test_a_context_is_changed_between_two_connections():
    check("""
    client, server = client_context(), server_context()
    assert Pair(client, server).handshake().client.tls.version() == "TLSv1.3"
    client.options |= ssl.OP_NO_TLSv1_3
    assert Pair(client, server).handshake().client.tls.version() == "TLSv1.2"
    client.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    assert Pair(client, server).handshake().client.tls.cipher()[0] == "ECDHE-ECDSA-CHACHA20-POLY1305"
    server.load_cert_chain(certs.WRONGHOST)
    try:
        Pair(client, server).handshake()
    except ssl.SSLError as error:
        assert error.reason == "CERTIFICATE_VERIFY_FAILED", error
    else:
        raise AssertionError("the old certificate was shown")
    """)


def test_what_was_recorded_before_an_undo_is_not_believed_after_it():
    """The certificate that a context shows is the one that was loaded last, or the engine says that it does not know it."""
    check("""
    tls_bootstrap.unpatch_ssl()
    library = tls_bootstrap.get_ssl(engine="pyopenssl")
    tls_bootstrap.monkeypatch_ssl(engine="pyopenssl")
    ours = library.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certs.SERVER)
    client, server = client_context(), server_context()
    Pair(client, server).handshake()
    tls_bootstrap.unpatch_ssl()
    server.load_cert_chain(certs.WRONGHOST)
    tls_bootstrap.monkeypatch_ssl(engine="pyopenssl")
    try:
        Pair(client, server).handshake()
    except ssl.SSLError as error:
        assert "cannot be read back" in str(error), error
    else:
        raise AssertionError("the certificate of before was shown")
    Pair(client, ours).handshake()  # its class has recorders of its own, which were always there
    """)


def test_objects_alive_at_exit_are_no_trouble():
    check("""
    sys.kept = [Pair(version="TLSv1.3").handshake() for _ in range(5)]
    sys.kept.append(client_context().wrap_socket(socket.socket(), server_hostname="localhost"))
    """)


def test_a_context_is_shared_by_threads():
    check("""
    client, server = client_context(), server_context()
    errors = []

    def work(number):
        try:
            for _ in range(15):
                pair = Pair(client, server).handshake()
                pair.client.tls.write(b"x" * 1000 * number)
                assert pair.server.reads(pair.client.sent()) == b"x" * 1000 * number
                if number == 3:
                    client.set_alpn_protocols(["h%d" % number])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    """)


@pytest.mark.parametrize("program", ["urllib3", "requests"])
def test_http_programs(program):
    pytest.importorskip(program)
    check("""
    from tools.loopback.index import GREETING, GREETING_PATH, PackageIndex

    def get(url):
        if sys.argv[1] == "requests":
            import requests
            return requests.get(url, verify=certs.CA, timeout=20, proxies={"https": None}).text
        import urllib3
        return urllib3.PoolManager(ca_certs=certs.CA, timeout=20, retries=False).request("GET", url).data.decode("ascii")

    for certificate in (certs.SERVER, certs.WRONGHOST, certs.STRANGER, certs.EXPIRED):
        with PackageIndex(certificate) as index:
            try:
                answer = get("https://localhost:%d%s" % (index.port, GREETING_PATH))
            except EnvironmentError as error:
                answer = str(error)
            except Exception as error:  # urllib3's own are no EnvironmentError
                answer = str(error)
        if certificate == certs.SERVER:
            assert answer == GREETING, answer
        else:
            assert ("certificate" in answer.lower() or "doesn't match" in answer) and not index.requests, answer
    """, program)


@pytest.mark.skipif(LACKS_MEMORYBIO, reason="asyncio came with Python 3.4")
@pytest.mark.parametrize("client, server", [("patched", "patched"), ("library", "library"), ("library", "native"), ("native", "library")])
def test_asyncio(client, server):
    """Streams of a megabyte both ways, start_tls(), which insists on a genuine SSLContext, and a refused name; with the `ssl` of the
    process upgraded, and with contexts of get_ssl() against native ones."""
    check("""
    import asyncio
    DATA = b"0123456789abcdef" * 65536
    if "patched" not in sys.argv:
        tls_bootstrap.unpatch_ssl()
    library = tls_bootstrap.get_ssl(engine="pyopenssl")
    modules = {"patched": ssl, "native": ssl, "library": library}
    client = modules[sys.argv[1]].create_default_context(cafile=certs.CA)
    server = modules[sys.argv[2]].create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certs.SERVER)

    async def serve(reader, writer):
        writer.write(await reader.readexactly(len(DATA)))
        await writer.drain()
        writer.close()

    async def upgrade(reader, writer):
        writer.write(b"go\\n")
        await writer.drain()
        loop = asyncio.get_running_loop()
        protocol = writer.transport.get_protocol()
        transport = await loop.start_tls(writer.transport, protocol, server, server_side=True)
        protocol._over_ssl, reader._transport = True, transport  # StreamWriter.start_tls() does that since 3.11
        transport.write(await reader.readexactly(4))
        await asyncio.sleep(0.2)
        transport.close()

    async def main():
        listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
        port = listener.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="localhost")
        engine = type(writer.get_extra_info("ssl_object")._sslobj).__module__
        assert ("pyopenssl" in engine) == (sys.argv[1] != "native"), engine
        assert writer.get_extra_info("peercert")["subject"] and writer.get_extra_info("cipher")
        writer.write(DATA)
        assert await reader.readexactly(len(DATA)) == DATA
        writer.close()
        try:
            await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="wrong.test")
        except (ssl.SSLError, ssl.CertificateError) as error:
            assert "wrong.test" in str(error) and getattr(error, "verify_code", 62) == 62, error
        else:
            raise AssertionError("a wrong name was accepted")
        listener.close()
        if hasattr(asyncio.get_event_loop(), "start_tls"):
            await start_tls()

    async def start_tls():
        listener = await asyncio.start_server(upgrade, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.sockets[0].getsockname()[1])
        assert await reader.readline() == b"go\\n"
        loop, protocol = asyncio.get_running_loop(), writer.transport.get_protocol()
        transport = await loop.start_tls(writer.transport, protocol, client, server_hostname="localhost")
        protocol._over_ssl, reader._transport = True, transport
        transport.write(b"ping")
        assert await reader.readexactly(4) == b"ping"
        transport.close()
        listener.close()

    def ignore(loop, context):
        error = context.get("exception")
        assert isinstance(error, (ssl.SSLError, ssl.CertificateError, ConnectionError)) or error is None, context  # of the server, on the refused name

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(ignore)
    loop.run_until_complete(asyncio.wait_for(main(), 60))
    """.replace("asyncio.get_running_loop", "asyncio.get_event_loop" if sys.version_info < (3, 7) else "asyncio.get_running_loop"), client, server)


@pytest.mark.parametrize("sabotage, words", [
    ("sys.modules['OpenSSL'] = None", "pyOpenSSL is not installed"),
    ("import OpenSSL.SSL; del OpenSSL.SSL.Context.set_min_proto_version", "21.0 or newer is needed"),
    ("sys.modules['cryptography'] = type('Broken', (), {})(); [sys.modules.pop(name) for name in list(sys.modules) if name.startswith('OpenSSL')]",
     "pyOpenSSL cannot be imported"),
])
def test_what_is_missing_is_said_in_a_sentence(sabotage, words):
    child.check("""
    import sys, warnings
    warnings.simplefilter("ignore")
    import ssl, tls_bootstrap
    before = dict(vars(ssl))
    exec(sys.argv[1])
    try:
        tls_bootstrap.monkeypatch_ssl(engine="pyopenssl")
    except ImportError as error:
        assert sys.argv[2] in str(error) or "import of OpenSSL halted" in str(error), error
        assert "engine pyopenssl" in str(error), error
    else:
        raise AssertionError("upgraded with nothing")
    assert dict(vars(ssl)) == before
    """, sabotage, words)
