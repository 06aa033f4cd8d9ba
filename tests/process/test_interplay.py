"""Where two parts meet that know nothing of each other: the system's policy and ours, a repair and an addition, keys and sessions."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest
from tests.support import certs, child, facts

own_openssl = pytest.mark.skipif(facts.engine() == "pyopenssl", reason="engine pyopenssl brings an OpenSSL that these parts do not reach")
PRELUDE = """
    import ssl, sys, warnings
    warnings.simplefilter("ignore")
    import tls_bootstrap
"""


def test_the_systems_security_level_is_kept_where_it_is_higher(tmpdir):
    conf = tmpdir.join("openssl.cnf")
    conf.write("openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nCipherString = DEFAULT@SECLEVEL=3\n")
    child.check(PRELUDE + """
    protocol = getattr(ssl, "PROTOCOL_TLS_CLIENT", ssl.PROTOCOL_SSLv23)
    tls_bootstrap.monkeypatch_ssl()
    stock = ssl.SSLContext(protocol).security_level
    assert stock == 3 or sys.version_info >= (3, 10), stock  # which set their own list of cipher suites, with level 2
    tls_bootstrap.unpatch_ssl()
    tls_bootstrap.monkeypatch_ssl(policy=True)
    assert ssl.SSLContext(protocol).security_level >= stock
    """, OPENSSL_CONF=str(conf))


REACHING = """
    def reach(client, server):
        # an implicit handshake by read() and write(): "secret" arrives, or what was raised
        ends = []
        for context, options in ((client, {"server_hostname": u"localhost"}), (server, {"server_side": True})):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            ends.append((context.wrap_bio(incoming, outgoing, **options), incoming, outgoing))
        (near, near_in, near_out), (far, far_in, far_out) = ends
        for _ in range(6):
            for operation in (lambda: near.write(b"secret"), lambda: far.read(100)):
                try:
                    result = operation()
                except ssl.SSLWantReadError:
                    result = None
                except (ssl.SSLError, ssl.CertificateError) as error:
                    return error
                if result == b"secret":
                    return result
                far_in.write(near_out.read())
                near_in.write(far_out.read())
"""


def test_a_common_name_that_does_not_count_is_refused_by_an_implicit_handshake_too():
    child.check(PRELUDE + REACHING + """
    tls_bootstrap.monkeypatch_ssl(repair=True)
    client, server = ssl.create_default_context(cafile=sys.argv[1]), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(sys.argv[2])
    found = reach(client, server)
    assert found == b"secret", found
    client.hostname_checks_common_name = False
    found = reach(client, server)
    assert isinstance(found, ssl.SSLCertVerificationError), found
    """, certs.CA, certs.CN_ONLY)


@own_openssl
@pytest.mark.parametrize("key", [b"", b"k" * 32], ids=["no key", "a key that the server does not ask for"])
def test_a_callback_for_keys_does_not_keep_sessions_from_being_resumed(key):
    if facts.is_pypy() and not facts.is_upgraded():
        pytest.skip("PyPy's own SSLSession is that of its connection")
    child.check(PRELUDE + """
    tls_bootstrap.monkeypatch_ssl()
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(sys.argv[1])
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    key = sys.argv[2].encode()
    client.set_psk_client_callback(lambda hint: (u"me" if key else u"", key))

    def connect(session=None):
        ends = []
        for context, options in ((client, {"session": session}), (server, {"server_side": True})):
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            ends.append((context.wrap_bio(incoming, outgoing, **options), incoming, outgoing))
        for _ in range(4):
            for (end, _, outgoing), (_, incoming, _) in (ends, ends[::-1]):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    pass
                incoming.write(outgoing.read())
        ends[1][0].write(b"x")  # with TLS 1.3 the tickets come in front of it
        ends[0][1].write(ends[1][2].read())
        assert ends[0][0].read(1) == b"x"
        return ends[0][0]

    first = connect()
    assert not first.session_reused and connect(first.session).session_reused
    """, certs.SERVER, key.decode())


def test_a_session_may_be_given_by_position():
    child.check(PRELUDE + """
    import socket
    tls_bootstrap.monkeypatch_ssl()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1)
    plain = socket.create_connection(listener.getsockname())
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.wrap_socket(plain, False, False, True, None, None).close()
    """)


@pytest.mark.skipif(not hasattr(ssl.SSLContext, "keylog_filename"), reason="this ssl has no key log")
def test_a_key_log_that_is_open_at_the_end_is_closed_without_a_word(tmpdir):
    child.check(PRELUDE + """
    tls_bootstrap.monkeypatch_ssl()
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    context.keylog_filename = sys.argv[1]
    ssl.kept = context  # until modules are torn down
    """, str(tmpdir.join("log")))


@pytest.mark.parametrize("name", ["sslsocket_class", "sslobject_class"])
def test_a_context_goes_with_a_class_of_its_own_that_refers_to_it(name):
    child.check(PRELUDE + """
    import gc, weakref
    tls_bootstrap.monkeypatch_ssl()
    name = sys.argv[1]
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if hasattr(context, name):
        default = getattr(context, name)
        setattr(context, name, type("Own", (default,), {"context_of_mine": context}))
        assert getattr(context, name) is not default and getattr(ssl.SSLContext, name) is default
        assert getattr(ssl.SSLContext(ssl.PROTOCOL_SSLv23), name) is default
    gone = weakref.ref(context)
    del context
    gc.collect()
    gc.collect()
    assert gone() is None
    """, name)
