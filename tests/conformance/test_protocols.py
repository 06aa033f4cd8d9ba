"""Contexts for one role (Python 3.6), SSLContext() without an argument, and check_hostname, which requires a certificate (3.7)."""
from __future__ import absolute_import, division, print_function

import copy
import gc
import pickle
import ssl
import sys
import warnings
import weakref

import pytest

from tests.support import certs, facts, needs
from tests.support.contexts import CIPHERS, pin_version
from tests.support.failures import raises, text_of
from tests.support.sockets import tls_sockets
from tests.support.pairs import Pair
from tests.support.peers_stream import tcp_pair

pytestmark = needs.name("PROTOCOL_TLS_CLIENT")

NOT_A_SERVER = "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context"
NOT_A_CLIENT = "Cannot create a client socket with a PROTOCOL_TLS_SERVER context"


def context_of(protocol, class_=ssl.SSLContext):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return class_(protocol)


def client_of(version=None, cafile=certs.CA, class_=ssl.SSLContext):
    context = class_(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(CIPHERS)
    if cafile is not None:
        context.load_verify_locations(cafile)
    if version is not None:
        pin_version(context, version)
    return context


def server_of(version=None, certfile=certs.SERVER, class_=ssl.SSLContext):
    context = class_(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(certfile)
    if version is not None:
        pin_version(context, version)
    return context


def bios():
    return ssl.MemoryBIO(), ssl.MemoryBIO()


class TestConstants(object):
    def test_numbers(self):
        assert (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER) == (16, 17)
        assert ssl._SSLMethod(16) is ssl.PROTOCOL_TLS_CLIENT is ssl._SSLMethod.PROTOCOL_TLS_CLIENT
        assert repr(ssl.PROTOCOL_TLS_SERVER) == "<_SSLMethod.PROTOCOL_TLS_SERVER: 17>"

    def test_names(self):
        assert ssl.get_protocol_name(ssl.PROTOCOL_TLS_CLIENT) == "PROTOCOL_TLS_CLIENT"
        assert ssl.get_protocol_name(17) == "PROTOCOL_TLS_SERVER" and ssl.get_protocol_name(ssl.PROTOCOL_TLSv1_2) == "PROTOCOL_TLSv1_2"
        assert ssl.get_protocol_name(99) == "<unknown>"


class TestMaking(object):
    def test_client(self):
        for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(16), ssl.SSLContext(protocol=ssl.PROTOCOL_TLS_CLIENT)):
            assert context.protocol is ssl.PROTOCOL_TLS_CLIENT
            assert context.check_hostname is True and context.verify_mode is ssl.CERT_REQUIRED

    def test_server(self):
        for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(17), ssl.SSLContext(protocol=ssl.PROTOCOL_TLS_SERVER)):
            assert context.protocol is ssl.PROTOCOL_TLS_SERVER
            assert context.check_hostname is False and context.verify_mode is ssl.CERT_NONE

    def test_the_rest_is_alike(self):
        both = context_of(ssl.PROTOCOL_TLS)
        for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)):
            assert (context.options, context.verify_flags) == (both.options, both.verify_flags)
            assert context.options & ssl.OP_NO_SSLv3

    @pytest.mark.parametrize("name", ["PROTOCOL_SSLv23", "PROTOCOL_TLS", "PROTOCOL_TLSv1_2"])
    def test_older_protocols(self, name):
        context = context_of(getattr(ssl, name))
        assert context.protocol is getattr(ssl, name)
        assert context.check_hostname is False and context.verify_mode is ssl.CERT_NONE

    def test_without_an_argument(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            context = ssl.SSLContext()
            line = sys._getframe().f_lineno - 1
        assert context.protocol is ssl.PROTOCOL_TLS
        assert context.check_hostname is False and context.verify_mode is ssl.CERT_NONE
        found = caught[0]
        assert (found.category, str(found.message)) == (DeprecationWarning, "ssl.SSLContext() without protocol argument is deprecated.")
        assert (found.filename.rpartition(".")[0], found.lineno) == (__file__.rpartition(".")[0], line)

    def test_with_an_argument_there_is_no_warning(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def test_none_is_no_argument(self):
        assert context_of(None).protocol is ssl.PROTOCOL_TLS

    @pytest.mark.parametrize("number", [99, -1, 15, 18])
    def test_no_protocol(self, number):
        with raises(ValueError, "invalid or unsupported protocol version %d" % number):
            ssl.SSLContext(number)

    @pytest.mark.parametrize("value", ["16", 16.0, [16]])
    def test_no_number(self, value):
        with raises(TypeError, "'%s' object cannot be interpreted as an integer" % type(value).__name__):
            ssl.SSLContext(value)

    def test_default_context(self):
        context = ssl.create_default_context()
        assert context.check_hostname is True and context.verify_mode is ssl.CERT_REQUIRED
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        assert context.check_hostname is False and context.verify_mode is ssl.CERT_NONE
        context = ssl._create_unverified_context(ssl.PROTOCOL_TLS_CLIENT)
        assert context.check_hostname is False and context.protocol is ssl.PROTOCOL_TLS_CLIENT

    def test_keeps_nothing_alive(self):
        context = client_of()
        reference = weakref.ref(context)
        del context
        gc.collect()
        assert reference() is None

    @pytest.mark.parametrize("protocol", [ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS])
    def test_cannot_be_copied(self, protocol):
        context = context_of(protocol)
        for attempt in (copy.copy, copy.deepcopy, lambda context: pickle.dumps(context, 2), pickle.dumps):
            with raises(TypeError, "cannot pickle 'SSLContext' object"):
                attempt(context)


class TestHandshake(object):
    def test_good(self, version, how):
        pair = Pair(client_of(version), server_of(version)).handshake(how)
        pair.client.tls.write(b"ping")
        assert pair.server.reads(pair.client.sent()) == b"ping" and pair.client.tls.version() == version
        assert pair.client.tls.getpeercert()["subjectAltName"]

    def test_good_over_sockets(self, version):
        with tls_sockets(client_of(version), server_of(version)) as (client, server):
            assert client.send(b"ping") == 4 and client.version() == version
            server.settimeout(5)
            assert server.recv(4) == b"ping"

    @pytest.mark.parametrize("certfile, code", [
        (certs.WRONGHOST, 62), (certs.EXPIRED, 10), (certs.STRANGER, None), (certs.SELFSIGNED, None),
    ], ids=["wronghost", "expired", "stranger", "selfsigned"])
    def test_refused(self, version, certfile, code):
        outcomes = Pair(client_of(version), server_of(version, certfile)).outcomes()
        assert isinstance(outcomes[0], (ssl.SSLError, ssl.CertificateError))
        if code is not None and hasattr(outcomes[0], "verify_code") and facts.engine() != "loopback":  # which does not know it
            assert outcomes[0].verify_code == code
        with pytest.raises((ssl.SSLError, ssl.CertificateError)):
            with tls_sockets(client_of(version), server_of(version, certfile)):
                raise AssertionError("not refused")

    def test_trusts_nobody_by_itself(self, version):
        outcomes = Pair(client_of(version, cafile=None), server_of(version)).outcomes()
        assert isinstance(outcomes[0], ssl.SSLError) and "CERTIFICATE_VERIFY_FAILED" in text_of(outcomes[0])

    def test_checks_only_what_it_is_told(self, version):
        client = client_of(version)
        client.check_hostname = False
        Pair(client, server_of(version, certs.WRONGHOST)).handshake()
        client.verify_mode = ssl.CERT_NONE
        Pair(client, server_of(version, certs.STRANGER)).handshake()

    def test_without_a_name(self):
        one, other = tcp_pair()
        try:
            with raises(ValueError, "check_hostname requires server_hostname"):
                client_of().wrap_socket(one)
        finally:
            one.close()
            other.close()

    def test_client_certificate(self, version):
        for certfile, refused in ((certs.CLIENT, False), (None, True)):
            client, server = client_of(version), server_of(version)
            server.verify_mode = ssl.CERT_REQUIRED
            server.load_verify_locations(certs.CA)
            if certfile:
                client.load_cert_chain(certfile)
            outcomes = Pair(client, server).outcomes(server_call=lambda tls: tls.do_handshake())
            assert isinstance(outcomes[1], ssl.SSLError) is refused


class TestTheOtherRole(object):
    """Without check_hostname: with it, some Pythons miss a name first."""

    def test_of_an_object(self):
        client, server = client_of(), server_of()
        client.check_hostname = False
        for attempt, text in ((lambda: client.wrap_bio(*bios(), server_side=True), NOT_A_SERVER),
                              (lambda: server.wrap_bio(*bios()), NOT_A_CLIENT),
                              (lambda: server.wrap_bio(*bios(), server_hostname=u"localhost"), NOT_A_CLIENT)):
            with raises(ssl.SSLError, text, errno=0, library=None, reason=None):
                attempt()
        incoming, outgoing = bios()
        with raises(ssl.SSLError, NOT_A_SERVER):
            client.wrap_bio(incoming, outgoing, True)
        Pair(client, server).handshake()

    def test_of_a_socket(self):
        client, server = client_of(), server_of()
        client.check_hostname = False
        for context, text, arguments in ((client, NOT_A_SERVER, dict(server_side=True)), (server, NOT_A_CLIENT, {}),
                                         (server, NOT_A_CLIENT, dict(server_side=False, server_hostname="localhost"))):
            one, other = tcp_pair()
            try:
                with raises(ssl.SSLError, text):
                    context.wrap_socket(one, do_handshake_on_connect=False, **arguments)
            finally:
                one.close()
                other.close()
        with tls_sockets(client, server):
            pass

    def test_with_check_hostname(self):
        """Refused in any case, whatever is said."""
        with pytest.raises((ssl.SSLError, ValueError)):
            client_of().wrap_bio(*bios(), server_side=True)

    def test_a_context_for_both(self, version):
        client, server = context_of(ssl.PROTOCOL_TLS), context_of(ssl.PROTOCOL_TLS)
        server.load_cert_chain(certs.SERVER)
        pin_version(server, version)
        Pair(client, server).handshake()
        server.load_verify_locations(certs.CA)
        Pair(server, server).handshake()


class Plain(ssl.SSLContext):
    pass


class WithNew(ssl.SSLContext):
    def __new__(cls, protocol, note=None):
        self = super(WithNew, cls).__new__(cls, protocol)
        self.note = note
        return self

    def __init__(self, protocol, note=None):
        pass


class WithoutArguments(ssl.SSLContext):
    def __new__(cls, protocol):
        return super(WithoutArguments, cls).__new__(cls, protocol=protocol)

    def __init__(self, protocol):
        super(WithoutArguments, self).__init__()


class WithProperties(ssl.SSLContext):
    """Comes between, as truststore's and others' do."""

    @property
    def verify_mode(self):
        return super(WithProperties, self).verify_mode

    @verify_mode.setter
    def verify_mode(self, value):
        pass

    @property
    def check_hostname(self):
        return super(WithProperties, self).check_hostname

    @check_hostname.setter
    def check_hostname(self, value):
        pass


class TestSubclasses(object):
    @pytest.mark.parametrize("class_", [Plain, WithNew, WithoutArguments, WithProperties])
    def test_roles(self, class_, version):
        client, server = client_of(version, class_=class_), server_of(version, class_=class_)
        assert type(client) is class_ and client.protocol is ssl.PROTOCOL_TLS_CLIENT and server.protocol is ssl.PROTOCOL_TLS_SERVER
        assert client.check_hostname is True and client.verify_mode is ssl.CERT_REQUIRED
        assert server.check_hostname is False and server.verify_mode is ssl.CERT_NONE
        Pair(client, server).handshake()
        outcomes = Pair(client, server_of(version, certs.WRONGHOST, class_)).outcomes()
        assert isinstance(outcomes[0], (ssl.SSLError, ssl.CertificateError))

    @pytest.mark.parametrize("class_", [Plain, WithNew, WithoutArguments])
    def test_both_roles(self, class_):
        assert context_of(ssl.PROTOCOL_TLS, class_).protocol is ssl.PROTOCOL_TLS

    def test_other_arguments(self):
        assert WithNew(ssl.PROTOCOL_TLS_CLIENT, note=5).note == WithNew(ssl.PROTOCOL_TLS_CLIENT, 5).note == 5


class TestCheckHostname(object):
    """Setting it to true sees to a verify_mode that makes sense."""

    @pytest.mark.parametrize("value", [True, 1, "yes"])
    def test_requires_a_certificate(self, value):
        context = context_of(ssl.PROTOCOL_TLS)
        assert context.verify_mode == ssl.CERT_NONE and context.check_hostname is False
        context.check_hostname = value
        assert context.check_hostname is True and context.verify_mode is ssl.CERT_REQUIRED

    def test_is_enforced(self, version):
        client = context_of(ssl.PROTOCOL_TLS)
        pin_version(client, version)
        client.check_hostname = True
        outcomes = Pair(client, server_of(version)).outcomes()
        assert isinstance(outcomes[0], ssl.SSLError) and "CERTIFICATE_VERIFY_FAILED" in text_of(outcomes[0])
        client.load_verify_locations(certs.CA)
        Pair(client, server_of(version)).handshake()

    def test_keeps_what_makes_sense(self):
        context = context_of(ssl.PROTOCOL_TLS)
        for mode in (ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED):
            context.verify_mode = mode
            context.check_hostname = True
            assert context.verify_mode is mode
            context.check_hostname = False
            assert context.verify_mode is mode

    @pytest.mark.parametrize("value", [False, 0, "", None])
    def test_off(self, value):
        context = context_of(ssl.PROTOCOL_TLS)
        context.check_hostname = value
        assert context.check_hostname is False and context.verify_mode is ssl.CERT_NONE

    def test_nothing_less_while_it_is_on(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with raises(ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled."):
            context.verify_mode = ssl.CERT_NONE
        assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname is True
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        assert context.verify_mode is ssl.CERT_NONE
