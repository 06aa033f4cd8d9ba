"""What the upgrade does to contexts that were made before it, to those that outlive it, and to what additions keep in a context."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest
from tests.support import child, facts

upgraded = pytest.mark.skipif(not facts.is_upgraded(), reason="this interpreter has roles of its own")
has_slot = pytest.mark.skipif("protocol" not in vars(ssl.SSLContext).get("__slots__", ()), reason="what is remembered is in a __dict__")


@upgraded
def test_a_context_from_before():
    """It has all that is new; and one from in between goes on working afterwards, with all that it checks."""
    child.check("""
    import ssl, tls_bootstrap
    from tests.support import certs
    from tests.support.pairs import Pair
    before = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    before.load_cert_chain(certs.SERVER)
    tls_bootstrap.monkeypatch_ssl()
    assert before.protocol is ssl.PROTOCOL_TLS and before.verify_mode is ssl.CERT_NONE and not before.check_hostname
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(certs.CA)
    Pair(client, before).handshake()
    before.check_hostname = True
    assert before.verify_mode is ssl.CERT_REQUIRED
    tls_bootstrap.unpatch_ssl()
    assert (client.protocol, client.verify_mode, client.check_hostname) == (16, 2, True)
    assert type(client.protocol).__name__ in ("int", "State")
    assert (before.protocol, before.verify_mode, before.check_hostname) == (2, 2, True)
    assert not hasattr(ssl, "PROTOCOL_TLS_CLIENT") and ssl.SSLContext(ssl.PROTOCOL_TLS).verify_mode == 0
    for wrong in (16, 17):
        try:
            ssl.SSLContext(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)
    tls_bootstrap.monkeypatch_ssl()
    assert client.protocol is ssl.PROTOCOL_TLS_CLIENT
    try:
        client.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True)
    except ssl.SSLError as error:
        assert "PROTOCOL_TLS_CLIENT" in str(error)
    else:
        raise AssertionError("the role is forgotten")
    """)


@upgraded
def test_properties_that_outlive_the_upgrade():
    """eventlet copies them, with setters of its own."""
    child.check("""
    import ssl, tls_bootstrap
    tls_bootstrap.monkeypatch_ssl()
    class Copied(ssl.SSLContext):
        options, verify_flags, verify_mode = ssl.SSLContext.options, ssl.SSLContext.verify_flags, ssl.SSLContext.verify_mode
        check_hostname, protocol = ssl.SSLContext.check_hostname, ssl.SSLContext.protocol
    assert Copied(ssl.PROTOCOL_TLS).verify_mode is ssl.CERT_NONE
    tls_bootstrap.unpatch_ssl()
    context = Copied(ssl.PROTOCOL_TLS)
    assert (context.verify_mode, context.protocol, context.check_hostname) == (0, 2, False) and not hasattr(context.verify_mode, "name")
    context.check_hostname = True
    context.options |= ssl.OP_NO_TLSv1
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert (context.verify_mode, context.check_hostname) == (2, True) and context.options & ssl.OP_NO_TLSv1 and context.verify_flags & 0x20
    """)


@has_slot
def test_what_is_remembered_stays():
    """State lives in the slot `protocol`, below the property of this name."""
    child.check("""
    import ssl
    from tls_bootstrap.surface.state import State, make_state_of
    state_of = make_state_of(ssl.SSLContext)  # as a builder does, before anything is put in place
    contexts = [ssl.SSLContext(ssl.PROTOCOL_SSLv23)]
    state_of(contexts[0]).note = "before"
    import tls_bootstrap
    tls_bootstrap.monkeypatch_ssl()
    assert contexts[0].protocol is ssl.PROTOCOL_TLS and state_of(contexts[0]).note == "before"
    for protocol in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLSv1_2):
        context = ssl.SSLContext(protocol)
        state_of(context).note = protocol
        assert context.protocol is protocol and type(context.protocol) is ssl._SSLMethod and state_of(context).note is protocol
        contexts.append(context)
    context.protocol = ssl.PROTOCOL_TLS  # which these Pythons allow, in vain
    assert context.protocol is ssl.PROTOCOL_TLS and state_of(context).note is protocol
    context.__init__(5)
    assert state_of(context).note is protocol
    client, server = contexts[1:3]
    for wrong, text in ((lambda: client.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), True), "PROTOCOL_TLS_CLIENT"),
                        (lambda: server.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()), "PROTOCOL_TLS_SERVER")):
        if %r:
            try:
                wrong()
            except ssl.SSLError as error:
                assert text in str(error)
            else:
                raise AssertionError(text)
    tls_bootstrap.unpatch_ssl()
    assert state_of(contexts[0]).note == "before" and contexts[0].protocol == 2 and type(contexts[0].protocol) is State
    """ % facts.is_upgraded())


@upgraded
@pytest.mark.parametrize("name", ["SSLContext.check_hostname", "PROTOCOL_TLS_CLIENT", "VerifyMode", "VERIFY_X509_PARTIAL_CHAIN"])
def test_one_by_itself(name):
    child.check("""
    import ssl, tls_bootstrap
    names = set(vars(ssl)) | set(vars(ssl.SSLContext))
    report = tls_bootstrap.monkeypatch_ssl(features=[%r])
    assert report.patched and %r in report.added, report
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    if %r == "PROTOCOL_TLS_CLIENT":
        assert type(ssl.PROTOCOL_TLS_CLIENT) is int and ssl.SSLContext(16).verify_mode == 2 and ssl.SSLContext(16).check_hostname
        assert not hasattr(ssl, "PROTOCOL_TLS_SERVER") and ssl.SSLContext(17).verify_mode == 0
    elif %r == "VERIFY_X509_PARTIAL_CHAIN":
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        assert type(ssl.VERIFY_X509_PARTIAL_CHAIN) is int and context.verify_flags & 0x80000
    elif %r == "VerifyMode":
        assert context.verify_mode is ssl.CERT_NONE is ssl.VerifyMode.CERT_NONE
    else:
        context.check_hostname = True
        assert context.verify_mode == 2
    tls_bootstrap.unpatch_ssl()
    assert set(vars(ssl)) | set(vars(ssl.SSLContext)) == names
    """ % ((name,) * 5))


@upgraded
def test_where_verification_would_be_lost():
    """The sabotage twin of the tests of roles: a constructor that forgets what a client is makes one that accepts a stranger."""
    child.check("""
    import ssl, tls_bootstrap
    from tls_bootstrap.surface import protocols
    from tests.support import certs
    from tests.support.contexts import server_context
    from tests.support.pairs import Pair
    protocols.CLIENT = -1
    tls_bootstrap.monkeypatch_ssl()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert client.protocol is ssl.PROTOCOL_TLS_CLIENT and client.verify_mode is ssl.CERT_NONE
    Pair(client, server_context(certfile=certs.STRANGER)).handshake()
    """)
