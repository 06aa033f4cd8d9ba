"""The repair `reason_names`: errors of the OpenSSL in use are called what that calls them."""
from __future__ import absolute_import, division, print_function

import ssl

import pytest

from tests.support import facts
from tests.support.contexts import client_context
from tests.support.failures import raises
from tests.support.peers_stream import tcp_pair
from tests.support.remedies import both_ways, interpreters_own, python, upgraded
from tls_bootstrap.surface.repairs import reason_names

pytestmark = interpreters_own

OLD_TABLE = python(before=(3, 8))  # made from OpenSSL 1.0.x
TABLE, _ = reason_names.tables()


def repair(wrong, scenario, *arguments):
    both_ways("repair", "reason_names", wrong, scenario, *arguments)


def alert_record(number):
    """A fatal alert (RFC 8446, 6)."""
    return bytes(bytearray([21, 3, 3, 0, 2, 2, number]))


def after_alert(number, version):
    """What a client raises that gets an alert for its ClientHello."""
    one, other = tcp_pair()
    try:
        other.sendall(alert_record(number))
        client_context(version).wrap_socket(one, server_hostname="localhost")
    finally:
        one.close()
        other.close()


def named(reason, prose):
    if facts.is_pypy():  # its text has the name of the library only in some versions
        return dict(kind=ssl.SSLError, library="SSL", reason=reason, errno=1)
    return dict(kind=ssl.SSLError, text="[SSL: %s] %s" % (reason, prose), library="SSL", reason=reason, errno=1)


def test_an_alert_of_tls13(version):
    def scenario():
        with raises(**named("TLSV13_ALERT_CERTIFICATE_REQUIRED", "tlsv13 alert certificate required")):
            after_alert(116, version)
    repair(OLD_TABLE, scenario)


@pytest.mark.skipif(not facts.openssl((3, 0, 14)), reason="this OpenSSL has no text for the alert (openssl/openssl#24300)")
@pytest.mark.skipif(TABLE is None and not facts.openssl((3, 2)), reason="no table to repair, and a name in that of the newer OpenSSLs only")
def test_an_alert_that_is_newer_than_every_table(version):
    def scenario():
        with raises(**named("TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "tlsv1 alert no application protocol")):
            after_alert(120, version)
    repair(TABLE is not None, scenario)


def test_a_reason_without_alert(version):
    def scenario():
        one, other = tcp_pair()
        sock = client_context(version).wrap_socket(one, server_hostname="localhost", do_handshake_on_connect=False)
        with raises(**named("SHUTDOWN_WHILE_IN_INIT", "shutdown while in init")):
            sock.unwrap()
        for each in (sock, one, other):
            each.close()
    repair(OLD_TABLE, scenario)


@pytest.mark.parametrize("number, reason", [(40, "SSLV3_ALERT_HANDSHAKE_FAILURE"), (70, "TLSV1_ALERT_PROTOCOL_VERSION")])
def test_what_had_its_name_keeps_it(version, number, reason):
    def scenario():
        with pytest.raises(ssl.SSLError) as caught:
            after_alert(number, version)
        assert caught.value.reason == reason
    repair(False, scenario)


@pytest.mark.skipif(TABLE is None, reason="this _ssl has no table that could be seen")
class TestTable(object):
    def test_it_is_the_same_one_and_restored(self):
        with upgraded():
            before, order = dict(TABLE), list(TABLE)
        with upgraded(repair=["reason_names"]):
            assert reason_names.tables()[0] is TABLE
            assert TABLE != before and set(before) <= set(TABLE)
        with upgraded():
            assert TABLE == before and list(TABLE) == order

    def test_the_unexpected_end(self):
        """294 was a matter of Kerberos, then nothing, and is this since OpenSSL 3."""
        with upgraded(repair=["reason_names"]):
            if facts.openssl((3,)):
                assert TABLE[20, 294] == "UNEXPECTED_EOF_WHILE_READING"
            assert TABLE[20, 134] == "CERTIFICATE_VERIFY_FAILED" and TABLE[9, 108] == "NO_START_LINE"
