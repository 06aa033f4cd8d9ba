"""SSLContext.hostname_checks_common_name (3.7, gh-75580): whether a certificate without DNS names is for a host by its common name."""
from __future__ import absolute_import, division, print_function

import ssl
import sys

import pytest

from tests.support import certs, needs
from tests.support.connected import KINDS, assert_no_error_is_left, connected
from tests.support.contexts import client_context, server_context
from tests.support.failures import text_of
from tests.support.pairs import Pair

pytestmark = [needs.name("SSLContext.hostname_checks_common_name"),
              pytest.mark.skipif(not getattr(ssl, "HAS_NEVER_CHECK_COMMON_NAME", False),
                                 reason="%s always checks common names" % ssl.OPENSSL_VERSION)]
INSIDE = pytest.mark.skipif((3,) <= sys.version_info < (3, 7), reason="the SSLObject of Python 3.6 compares names behind the handshake")


def contexts(version, certfile, checks):
    client = client_context(version)
    client.hostname_checks_common_name = checks
    return client, server_context(version, certfile)


class TestProperty(object):

    def test_default(self):
        assert client_context().hostname_checks_common_name is True
        assert server_context().hostname_checks_common_name is True

    @pytest.mark.parametrize("value", [False, 0, None, "", True, 1, "x", []], ids=repr)
    def test_is_a_truth_value(self, value):
        context, other = client_context(), client_context()
        context.hostname_checks_common_name = value
        assert context.hostname_checks_common_name is bool(value) and other.hostname_checks_common_name is True
        context.hostname_checks_common_name = True
        assert context.hostname_checks_common_name is True

    def test_cannot_be_deleted(self):
        with pytest.raises(AttributeError):
            del client_context().hostname_checks_common_name

    def test_changes_nothing_else(self):
        context = client_context()
        before = context.verify_flags, context.verify_mode, context.check_hostname, context.options
        context.hostname_checks_common_name = False
        assert (context.verify_flags, context.verify_mode, context.check_hostname, context.options) == before


class TestConnection(object):

    @KINDS
    def test_common_name_does(self, version, kind):
        with connected(kind, *contexts(version, certs.CN_ONLY, True)) as (client, server):
            assert_no_error_is_left(client, server)

    @KINDS
    def test_common_name_does_not(self, version, kind):
        with pytest.raises(ssl.CertificateError) as caught:
            with connected(kind, *contexts(version, certs.CN_ONLY, False)):
                pass
        assert "localhost" in text_of(caught.value)

    @KINDS
    def test_other_names_do(self, version, kind):
        with connected(kind, *contexts(version, certs.SERVER, False)) as (client, server):
            assert_no_error_is_left(client, server)

    @KINDS
    def test_wrong_name(self, version, kind):
        for checks in True, False:
            with pytest.raises(ssl.CertificateError):
                with connected(kind, *contexts(version, certs.WRONGHOST, checks)):
                    pass

    @KINDS
    def test_no_name_is_checked(self, version, kind):
        client = client_context(version, check_hostname=False)
        client.hostname_checks_common_name = False
        with connected(kind, client, server_context(version, certs.CN_ONLY)) as (client, server):
            assert_no_error_is_left(client, server)

    @INSIDE
    def test_is_refused_inside_the_handshake(self, version):
        """By an alert, before anything is sent. (The SSLSocket of 2.7, and 3.6, compare names behind it.)"""
        client, server = Pair(*contexts(version, certs.CN_ONLY, False)).outcomes()
        assert type(client) is ssl.SSLCertVerificationError and client.verify_code == 62
        assert text_of(client) == ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not "
                                   "valid for 'localhost'.")
        assert isinstance(server, ssl.SSLError) and "ALERT_BAD_CERTIFICATE" in str(server)

    @INSIDE
    def test_is_fixed_when_the_object_is_made(self, version):
        client, server = contexts(version, certs.CN_ONLY, False)
        pair = Pair(client, server)
        client.hostname_checks_common_name = True
        assert isinstance(pair.outcomes()[0], ssl.SSLCertVerificationError)
        pair = Pair(client, server)
        client.hostname_checks_common_name = False
        assert pair.outcomes() == (None, None)
