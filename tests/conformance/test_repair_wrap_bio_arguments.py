"""The repair `wrap_bio_arguments`: wrap_bio() with check_hostname and without a name is refused, and so is what only a client may say."""
from __future__ import absolute_import, division, print_function

import ssl
import sys

import pytest

from tests.support import certs, facts
from tests.support.contexts import client_context, server_context
from tests.support.failures import raises
from tests.support.pairs import Pair
from tests.support.remedies import both_ways, interpreters_own, upgraded

pytestmark = [
    interpreters_own, pytest.mark.filterwarnings("ignore:check_hostname"),  # security releases of 3.10 to 3.12 warn only
    pytest.mark.skipif(facts.is_upgraded(), reason="the SSLObject is ours, which refuses every certificate without a name"),
]

NO_NAME = "check_hostname requires server_hostname"


def is_right_by_version():
    version = sys.version_info[:3]  # of CVE-2026-19553; distributions may have mended older ones
    return version >= (3, 15) or (3, 14, 8) <= version < (3, 15) or (3, 13, 16) <= version < (3, 14)


def compares_nothing():
    """Whether the interpreter has the defect."""
    try:
        wrap_bio(client_context())
    except ValueError:
        return False
    return True


def wrap_bio(context, **keywords):
    return context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), **keywords)


def repair(wrong, scenario):
    both_ways("repair", "wrap_bio_arguments", wrong, scenario)


def test_where_it_is_needed():
    needed = compares_nothing()
    assert needed or sys.version_info >= (3, 10)
    assert not (needed and is_right_by_version())
    for wanted in (True, ["wrap_bio_arguments"]):
        with upgraded(repair=wanted) as report:
            assert ("wrap_bio_arguments" in report.repairs) is needed


def test_no_name(version):
    """The peer has a certificate that is trusted, for another host."""
    def scenario():
        with raises(ValueError, NO_NAME):
            Pair(client_context(version), server_context(version, certs.OTHER), server_hostname=None).handshake()
    repair(compares_nothing(), scenario)


def test_a_server_that_wants_a_name(version):
    def scenario():
        context = server_context(version, client_ca=certs.CA)
        context.check_hostname = True
        with raises(ValueError, NO_NAME):
            wrap_bio(context, server_side=True)
    repair(compares_nothing(), scenario)


def test_what_only_a_client_says(version):
    def scenario():
        context = server_context(version)
        with raises(ValueError, "server_hostname can only be specified in client mode"):
            wrap_bio(context, server_side=True, server_hostname=u"localhost")
        with raises(ValueError, "session can only be specified in client mode"):
            wrap_bio(context, server_side=True, session=Pair(version=version).handshake().client.tls.session)
    repair(compares_nothing() and not facts.is_pypy(), scenario)  # PyPy refuses these two


def test_all_else_goes_through(version):
    def scenario():
        pair = Pair(version=version).handshake()
        session = pair.client.tls.session
        again = pair.client_context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, u"localhost", session)
        assert again.session == session and again.server_hostname == "localhost" and not again.server_side
        assert wrap_bio(client_context(version, check_hostname=False)).server_hostname is None
        assert wrap_bio(server_context(version), server_side=True).server_side
        for arguments in ((), (ssl.MemoryBIO(),), (ssl.MemoryBIO(), ssl.MemoryBIO(), False, "localhost", None, 1)):
            with raises(TypeError):
                client_context(version).wrap_bio(*arguments)
    repair(False, scenario)


def test_a_class_of_ones_own(version):
    """What overrides wrap_bio() gets what it was given, and what it passes on is looked at."""
    class Context(ssl.SSLContext):
        def wrap_bio(self, *arguments, **keywords):
            return super(Context, self).wrap_bio(*arguments, **keywords)

    def scenario():
        with raises(ValueError, NO_NAME):
            wrap_bio(Context(ssl.PROTOCOL_TLS_CLIENT))
    repair(compares_nothing(), scenario)
