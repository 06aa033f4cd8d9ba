"""Where an interpreter is known to differ from what the tests ask, and why: each row names the tests that MUST fail there.

The tests ask for the behaviour of CPython 3.11 (equal to 3.10 ... 3.12). What differs from OpenSSL to OpenSSL for every Python alike is no
row here: the tests ask tests/support/openssl_says.py for it. A row that applies makes its tests strict expected failures: one
that passes all the same is an error, so a row cannot outlive its cause. Where no row applies, every test must pass.

A test is named by file, class and function, which means all its parameters, or with the parameters in brackets as pytest prints them,
where a * stands for any text.
`tests/conformance/test_expected_failures.py` proves that the names exist and that every row has a link.
"""
from __future__ import absolute_import, division, print_function

import _ssl
import re
import ssl
import sys

import pytest

from tests.support import facts

CPYTHON = "https://github.com/python/cpython/"
BPO = "https://bugs.python.org/issue"
DOCS = "https://docs.python.org/3/library/ssl.html"
OPENSSL = "https://github.com/openssl/openssl/"
PYOPENSSL = "https://github.com/pyca/pyopenssl/"
PYPY = "https://github.com/pypy/pypy/blob/main/"


class Difference(object):
    """One known difference: `name`, the `link` to its cause, whether it `applies` here, and the tests that fail by it."""

    def __init__(self, name, link, applies, tests):
        self.name, self.link, self.applies, self.tests = name, link, applies, tests

    @property
    def reason(self):
        return "%s (%s)" % (self.name, self.link)


def over(*engines):
    """Whether one of these engines does the work."""
    return facts.engine() in engines


def pyopenssl(first=(0, 0), before=(99,)):
    """Whether PyOpenSSL does the work, with an OpenSSL from version `first` up to but without `before`."""
    return over("pyopenssl") and facts.openssl(first, before)


def python(first=(2, 7), before=(99,)):
    """The version of the interpreter, whoever does the work: what the genuine SSLContext and MemoryBIO do."""
    return first <= sys.version_info < before


def native(first=(3, 0), before=(99,)):
    """Whether this is an interpreter's own ssl, from Python `first` up to but without `before`."""
    return not facts.is_upgraded() and first <= sys.version_info < before


def pypy():
    """Whether this is PyPy's own ssl for Python 3."""
    return native() and facts.is_pypy()


NO_CERT_VERIFICATION_ERROR = (
    "test_verification.py::TestRefusal::test_both_ends", "test_verification.py::TestRefusal::test_stays_refused",
    "test_verification.py::TestRefusal::test_calls_after_refusal",
    "test_verification.py::TestRefusal::test_is_caught_as[SSLError]",
    "test_verification.py::TestRefusal::test_is_caught_as[SSLCertVerificationError]",
    "test_verification.py::TestRefusal::test_is_caught_as_builtin",
    "test_verification.py::TestRefusal::test_certificate_error_is_an_alias",
    "test_verification.py::TestRefusal::test_of_the_client_by_the_server", "test_verification.py::TestHostName::test_refused",
    "test_verification.py::TestHostName::test_common_name",
    "test_verification.py::TestHostName::test_common_name_is_ignored_beside_alternatives",
    "test_verification.py::TestHostName::test_wrong_and_not_checked",
    "test_verification.py::TestHostName::test_is_fixed_when_the_object_is_made_on",
    "test_verification.py::TestHostName::test_is_fixed_when_the_object_is_made_off",
    "test_verification.py::TestHostName::test_is_kept_when_the_context_is_exchanged",
    "test_verification.py::TestNoName::test_native_compares_nothing", "test_verification.py::TestClientCertificate::test_refused",
    "test_context.py::TestTrustFromMemory::test_the_wrong_one",
)
RAGGED_EOF = tuple("test_shutdown_eof.py::TestRaggedEof::test_" + name for name in (
    "read", "read_into", "inside_a_record", "inside_a_header", "afterwards_the_object_is_dead", "what_a_dead_object_still_knows",
    "do_handshake_of_a_dead_object", "is_seen_by_read_only", "unwrap", "before_the_handshake", "inside_the_handshake",
    "handshake_again", "is_an_ssl_error"))

KNOWN = (
    Difference("write(b'') fails, SSL_write() of nothing is undefined", CPYTHON + "issues/75892", native(before=(3, 10)),
               ["test_read_write.py::TestWrite::test_nothing"]),
    Difference("read() and write() count in int, not size_t", CPYTHON + "pull/25468", native(before=(3, 10)),
               ["test_read_write.py::TestReadInto::test_size_beyond_a_c_int"]),
    Difference("read() and write() of a failed object raise SSLSyscallError", CPYTHON + "pull/25468", native(before=(3, 10)),
               ["test_errors.py::TestNotTls::test_garbage_after_the_handshake",
                "test_errors.py::TestNotTls::test_http_request_to_a_server", "test_errors.py::TestTampered::test_record",
                "test_shutdown_eof.py::TestUnwrap::test_with_data_unread",
                "test_shutdown_eof.py::TestCloseNotify::test_unwrap_finds_data_after_our_own"]),
    Difference("read() and write() of a failed object raise SSLSyscallError", CPYTHON + "pull/25468", native((3, 7), (3, 10)),
               ["test_verification.py::TestRefusal::test_calls_after_refusal"]),
    Difference("do_handshake() of a failed object raises SSLEOFError", CPYTHON + "issues/115627", native((3, 12, 3)),
               ["test_shutdown_eof.py::TestRaggedEof::test_do_handshake_of_a_dead_object",
                "test_shutdown_eof.py::TestRaggedEof::test_handshake_again",
                "test_verification.py::TestRefusal::test_calls_after_refusal"]),
    Difference("post_handshake_auth has a client verify its server", BPO + "37428", native(before=(3, 7)),
               ["test_post_handshake.py::TestAsking::test_a_client_that_verifies_nothing_goes_on_to_do_so"]),
    Difference("the end of the transport is an SSLError with OpenSSL 3", CPYTHON + "issues/95494",
               native(before=(3, 8)) and facts.openssl((3,)), RAGGED_EOF),
    Difference("the end of the transport looks like close_notify: these Pythons set OP_IGNORE_UNEXPECTED_EOF", CPYTHON + "issues/95494",
               facts.ignores_ragged_ends() and facts.openssl((3,)), RAGGED_EOF),
    Difference("the end of the transport is an SSLSyscallError where nothing was read or written", CPYTHON + "issues/115627",
               native(before=(3, 12, 3)) and facts.openssl((0,), (3,)),
               ["test_shutdown_eof.py::TestRaggedEof::test_" + name for name in (
                   "is_seen_by_read_only", "unwrap", "before_the_handshake", "inside_the_handshake", "handshake_again")]
               + ["test_end_before_openssl3.py::TestEndBeforeOpenSSL3::test_" + name for name in (
                   "unwrap", "in_the_handshake_it_stays_an_error")]),
    Difference("read() and write() fail by themselves after the first end of the transport", CPYTHON + "pull/149102", native((3, 14, 7)),
               ["test_shutdown_eof.py::TestCloseNotify::test_unwrap_finds_data_after_our_own",
                "test_shutdown_eof.py::TestRaggedEof::test_what_a_dead_object_still_knows"]),
    Difference("wrap_bio() asks what wrap_socket() asks: a name where one is to be checked, none of a server", CPYTHON + "issues/156793",
               native((3, 13, 16), (3, 14)) or native((3, 14, 8)),
               ["test_arguments.py::TestWrapBio::test_server_with_a_host_name",
                "test_sessions.py::TestSession::test_on_a_server",
                "test_verification.py::TestNoName::test_wrap_bio_accepts", "test_verification.py::TestNoName::test_native_compares_nothing",
                "test_verification.py::TestNoName::test_native_compares_nothing_for_a_server"]),
    Difference("reasons that are newer than OpenSSL 1.1.0 have no name or another's", CPYTHON + "pull/19082", native(before=(3, 8)),
               ["test_handshake.py::TestBefore::test_unwrap", "test_sni.py::TestRefusal::test_by_alert",
                "test_sni.py::TestRefusal::test_by_exception", "test_sni.py::TestRefusal::test_by_nonsense",
                "test_verification.py::TestClientCertificate::test_missing_in_tls13"]),
    Difference("shared_ciphers() gives all ciphers of this end, on a client, too", CPYTHON + "issues/96931",
               not facts.is_pypy() and not over("pyopenssl") and (python((3, 0), (3, 10, 11)) or python((3, 11), (3, 11, 3))),
               ["test_ciphers.py::TestSharedCiphers::test_" + name for name in (
                   "of_a_server", "none_on_a_client", "none_before_the_handshake")]),
    Difference("SSLCertVerificationError is new in 3.7, as is the comparison of names inside the handshake", CPYTHON + "pull/3462",
               native(before=(3, 7)), NO_CERT_VERIFICATION_ERROR),
    Difference("server_hostname is the U-label and may be empty", BPO + "28414", native(before=(3, 7)),
               ["test_arguments.py::TestHostName::test_empty_or_leading_dot",
                "test_arguments.py::TestHostName::test_is_kept_as_a_label", "test_sni.py::TestCallback::test_international_name"]),
    Difference("set_servername_callback is the interpreter's own and gives the U-label", BPO + "28414",
               facts.is_upgraded() and python(before=(3, 7)), ["test_sni.py::TestCallback::test_international_name"]),
    Difference("ssl.CertificateError is the interpreter's own, a base of the new class: who captured it must go on catching",
               "https://docs.python.org/3/library/ssl.html#ssl.CertificateError", facts.is_upgraded() and python(before=(3, 7)),
               ["test_verification.py::TestRefusal::test_certificate_error_is_an_alias"]),
    Difference("read and write of a MemoryBIO are Python functions, whose arguments have names: refusing them would cost 0.1 us a call",
               "https://peps.python.org/pep-0570/", facts.is_upgraded() and python(before=(3,)),
               ["test_memorybio.py::TestRead::test_no_keywords", "test_memorybio.py::TestWrite::test_no_keywords"]),
    Difference("a MemoryBIO can be referred to weakly, by which its gate knows it",
               "https://docs.python.org/3/library/weakref.html", facts.is_upgraded() and python(before=(3,)),
               ["test_lifetime.py::TestReferences::test_bio_cannot"]),
    Difference("SSLObject has a public constructor", BPO + "32951", python((3, 0), (3, 7)),
               ["test_arguments.py::TestSSLObject::test_has_no_constructor"]),
    Difference("get_channel_binding() of an unknown type has another text", CPYTHON + "pull/3462", native(before=(3, 7)),
               ["test_handshake.py::TestChannelBinding::test_unknown_type"]),
    Difference("load_verify_locations(cadata=DER) takes the certificate and raises all the same with OpenSSL 3", BPO + "43920",
               python(before=(3, 8)) and _ssl.OPENSSL_VERSION_INFO >= (3,), ["test_context.py::TestTrustFromMemory::test_der"]),
    Difference("cadata without a certificate: OpenSSL's text, without a sentence", BPO + "43920",
               python(before=(3, 8)) or python((3, 9), (3, 9, 5)), ["test_context.py::TestTrustFromMemory::test_no_certificate"]),
    Difference("OpenSSL 3 calls a password callback that failed once more", BPO + "43789", python((3, 0), (3, 8)),
               ["test_context.py::TestEncryptedKey::test_callable_gives_no_text",
                "test_context.py::TestEncryptedKey::test_callable_raises"]),
    Difference("an old _ssl does not say why it refuses a chain: verify_code is X509_V_ERR_UNSPECIFIED", CPYTHON + "pull/3462",
               over("loopback"),
               ["test_verification.py::TestRefusal::test_both_ends[*-%s-*]" % cause
                for cause in ("expired", "self-signed", "unknown issuer")]
               + ["test_verification.py::TestClientCertificate::test_refused[*-%d-*]" % code for code in (18, 20)]
               + ["test_verification.py::TestHostName::test_wrong_and_not_checked",
                  "test_verification.py::TestNoName::test_the_chain_comes_first",
                  "test_verification.py::TestRefusal::test_of_the_client_by_the_server"]),
    Difference("an old _ssl does not tell the ciphers that it shares with a client", BPO + "23186", over("loopback", "pyopenssl"),
               ["test_handshake.py::TestAfter::test_shared_ciphers", "test_ciphers.py::TestSharedCiphers::test_of_a_server[*-SSLObject]"]),
    Difference("PyOpenSSL does not tell the ciphers that it shares with a client", PYOPENSSL + "blob/main/src/OpenSSL/SSL.py",
               pyopenssl() and python((3, 0)), ["test_ciphers.py::TestSharedCiphers::test_of_a_server[*-SSLSocket]"]),
    Difference("PyOpenSSL asks the context for hostname_checks_common_name when it verifies", PYOPENSSL + "blob/main/src/OpenSSL/SSL.py",
               pyopenssl() and python((3, 7)), ["test_common_name.py::TestConnection::test_is_fixed_when_the_object_is_made"]),
    Difference("PyOpenSSL cannot set the callbacks for a PSK", PYOPENSSL + "blob/main/src/OpenSSL/SSL.py", pyopenssl() and python((3, 13)),
               ["test_abilities.py::test_is_true_since[HAS_PSK]"]),
    Difference("PyOpenSSL cannot ask for a certificate after the handshake", PYOPENSSL + "blob/main/src/OpenSSL/SSL.py",
               pyopenssl() and python((3, 14)), ["test_abilities.py::test_is_true_since[HAS_PHA]"]),
    Difference("the verify callback's helper in PyOpenSSL refers to itself, once for each context",
               PYOPENSSL + "blob/main/src/OpenSSL/SSL.py", over("pyopenssl"),
               ["test_lifetime.py::TestRelease::test_nothing_is_left_for_the_collector"]),
    Difference("ssl.SSLObject is the interpreter's own; what wrap_bio() returns is a subclass", DOCS + "#ssl.SSLContext.sslobject_class",
               pyopenssl() and python((3, 0)), ["test_arguments.py::TestSSLObject::test_class_of_the_context",
                                                "test_arguments.py::TestSSLObject::test_is_what_wrap_bio_returns"]),
    Difference("PyOpenSSL's sessions are no ssl.SSLSession, which cannot be made", DOCS + "#ssl.SSLSession", pyopenssl() and python((3, 0)),
               ["test_handshake.py::TestAfter::test_session", "test_sessions.py::TestTickets::test_come_after_the_handshake"]
               + ["test_sessions.py::TestSession::test_" + name for name in (
                   "after_the_handshake", "attributes", "equality", "is_not_copied", "is_reused", "is_set", "of_another_context", "on_a_server",
                   "times")]
               + ["test_sessions.py::TestLifetime::test_" + name for name in (
                   "given_to_a_connection_that_dies", "given_to_a_connection_that_never_begins",
                   "it_dies_before_the_connection_that_it_was_given_to", "it_keeps_its_context", "nothing_is_kept_without_it",
                   "of_a_dead_connection")]
               + ["test_sessions.py::TestSocket::test_" + name for name in (
                   "after_the_handshake", "before_connecting", "goes_from_a_socket_to_an_object", "is_given_before_a_late_handshake",
                   "is_reused", "is_set_before_a_late_handshake", "of_another_context", "on_a_server", "on_a_server_from_the_beginning",
                   "what_is_refused_is_refused_before_connecting")]),
    Difference("PyOpenSSL has no post-handshake authentication", PYOPENSSL + "issues/793", pyopenssl() and python((3, 0)),
               ["test_stream_conversations.py::TestConversation::test_answers_after_the_handshake_are_sent"]
               + ["test_post_handshake.py::TestAsking::test_" + name for name in (
                   "certificate", "client_sees_its_server_as_before", "is_not_demanded_in_the_handshake",
                   "it_is_there_with_what_the_client_says_next", "none_where_one_is_required", "one_that_is_refused", "optional", "twice")]
               + ["test_post_handshake.py::TestRefusing::test_" + name for name in (
                   "to_ask_a_client_that_has_not_offered", "to_ask_as_a_client", "to_ask_before_the_handshake", "to_ask_before_tls13",
                   "to_ask_twice_at_once", "where_nothing_is_verified")]
               + ["test_post_handshake.py::TestSockets::test_" + name for name in ("certificate", "late_handshake", "refused")]),
    Difference("OpenSSL 3.2 tolerates a wrong version of a record with TLS 1.3, and objects to its type", OPENSSL + "pull/19058",
               pyopenssl((3, 2)),
               ["test_errors.py::TestNotTls::test_garbage_after_the_handshake[TLSv1.3]",
                "test_shutdown_eof.py::TestCloseNotify::test_write_after_our_own_and_a_failure[TLSv1.3-*]"]),
    Difference("OpenSSL 3.2 to 3.6 look at a record's length before its version", OPENSSL + "issues/30196", pyopenssl((3, 2), (4,)),
               ["test_errors.py::TestNotTls::test_garbage_to_a_server[*-ones]", "test_errors.py::TestNotTls::test_http_proxy_request",
                "test_errors.py::TestNotTls::test_http_response_to_a_client",
                "test_shutdown_eof.py::TestCloseNotify::test_write_after_our_own_and_a_failure[TLSv1.2-*]",
                "test_stream.py::TestHandshake::test_no_tls_at_the_other_end"]),
    Difference("OpenSSL 4 says encrypted length too long", OPENSSL + "blob/master/ssl/record/methods/tls_common.c", pyopenssl((4,)),
               ["test_errors.py::TestNotTls::test_record_too_long"]),
    Difference("OpenSSL 4.0.1 and newer refuse plaintext in another place", OPENSSL + "blob/master/ssl/record/methods/tls1_meth.c",
               pyopenssl((4, 0, 0, 1)), ["test_errors.py::TestAlerts::test_plaintext_after_the_handshake_in_tls12"]),
    Difference("PyPy's _ssl is written in Python, and asks less of its arguments", PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy(),
               ["test_arguments.py::TestHostName::test_empty_or_leading_dot[.example.test]",
                "test_arguments.py::TestHostName::test_empty_or_leading_dot[.]", "test_arguments.py::TestWrapBio::test_not_a_bio",
                "test_context.py::TestTrustFromFiles::test_nothing", "test_context.py::TestTrustFromMemory::test_empty",
                "test_context.py::TestTrustFromMemory::test_wrong_type", "test_memorybio.py::TestRead::test_no_keywords",
                "test_memorybio.py::TestRead::test_size_beyond_a_c_int", "test_memorybio.py::TestRead::test_size_with_index",
                "test_randomness.py::test_beyond_a_c_int[-2147483649]",
                "test_read_write.py::TestReadInto::test_not_a_writable_buffer[*-bytes]",
                "test_read_write.py::TestReadInto::test_not_a_writable_buffer[*-read-only memoryview]",
                "test_read_write.py::TestReadInto::test_size_beyond_a_c_int",
                "test_read_write.py::TestWrite::test_array_of_wider_items_counts_bytes",
                "test_read_write.py::TestWrite::test_not_bytes[*-'text']", "test_read_write.py::TestWrite::test_not_bytes[*-'']",
                "test_read_write.py::TestWrite::test_not_contiguous", "test_stream.py::TestReading::test_into_what_is_not_writable",
                "test_sslsocket.py::TestData::test_wrong_types"]),
    Difference("PyPy's own SSLContext and SSLSocket, which the upgrade leaves as they are, refuse in other words, and some in vain",
               PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", facts.is_pypy() and facts.is_upgraded(),
               ["test_context.py::TestEncryptedKey::test_good[*-text]", "test_context.py::TestEncryptedKey::test_good[*-callable text]",
                "test_context.py::TestEncryptedKey::test_too_long", "test_context.py::TestEncryptedKey::test_wrong[*]",
                "test_context.py::TestTrustFromFiles::test_nothing", "test_context.py::TestTrustFromMemory::test_empty",
                "test_context.py::TestTrustFromMemory::test_wrong_type", "test_sslsocket.py::TestData::test_wrong_types[*native*]",
                "test_sslsocket.py::TestEnd::test_reset[*native*]"]),
    Difference("get_ciphers() of PyPy has pointers for texts, and a name misspelled", PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py",
               facts.is_pypy(), ["test_ciphers.py::TestGetCiphers::test_" + name for name in (
                   "of_tls12", "with_a_digest", "without_encryption", "of_tls13", "types")]),
    Difference("PyPy's classes of _ssl are classes like any other", PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy(),
               ["test_lifetime.py::TestDuplicates::test_pickle", "test_lifetime.py::TestReferences::test_bio_cannot",
                "test_memorybio.py::TestEof::test_no_write_behind_it",
                "test_memorybio.py::TestObject::test_attributes_are_read_only[other-1]",
                "test_memorybio.py::TestObject::test_cannot_be_copied[copy]", "test_memorybio.py::TestObject::test_is_final",
                "test_sessions.py::TestSession::test_attributes", "test_sessions.py::TestSession::test_is_not_copied",
                "test_sni.py::TestSniCallback::test_gets_the_a_label"]
               + ["test_memorybio.py::TestObject::test_cannot_be_pickled[%d]" % protocol for protocol in (2, 3, 4, 5)]),
    Difference("PyPy's wrap_bio() refuses the name of a server, as wrap_socket() does", PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py",
               pypy(),
               ["test_arguments.py::TestWrapBio::test_server_with_a_host_name"]),
    Difference("PyPy leaves an error on OpenSSL's queue, and tells it again", PYPY + "lib_pypy/_cffi_ssl/_stdssl/error.py", pypy(),
               ["test_errors.py::TestNotTls::test_garbage_after_the_handshake", "test_errors.py::TestTampered::test_record",
                "test_psk_refusal.py::TestRefusal::test_nothing_is_left_on_the_queue",
                "test_shutdown_eof.py::TestCloseNotify::test_unwrap_finds_data_after_our_own",
                "test_shutdown_eof.py::TestUnwrap::test_with_data_unread", "test_stream_ends.py::TestAlerts::test_of_the_peer",
                "test_verification.py::TestClientCertificate::test_missing_in_tls13",
                "test_verification.py::TestRefusal::test_calls_after_refusal"]
               + ["test_shutdown_eof.py::TestRaggedEof::test_" + name for name in (
                   "afterwards_the_object_is_dead", "do_handshake_of_a_dead_object", "handshake_again", "inside_a_record", "unwrap")]),
    Difference("PyPy 3's own keylog_filename, _msg_callback and sni_callback ask less, tell less of failures and keep what callbacks raise",
               PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy() and python((3, 8)),
               ["test_keylog.py::TestFile::test_" + name for name in (
                   "is_given_back_as_it_was_named[bytes]", "is_not_inherited", "path_like")]
               + ["test_keylog.py::TestRefusal::test_" + name for name in ("cannot_be_opened", "empty_name", "no_name", "nul")]
               + ["test_keylog.py::TestVariable::test_a_file_that_cannot_be_opened", "test_messages.py::TestSetting::test_get",
                  "test_messages.py::TestSetting::test_removed", "test_sni.py::TestSniCallback::test_not_callable"]
               + ["test_messages.py::TestExceptions::test_" + name for name in (
                   "beside_another_error", "does_not_touch_the_connection", "in_a_socket", "raised_by_the_handshake")]),
    Difference("PyPy's SSLContext is written in Python: it asks less of its arguments, says it otherwise, and warns of itself",
               PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy(),
               ["test_enums.py::TestContext::test_not_a_number", "test_enums.py::TestContext::test_not_a_number_of_flags",
                "test_enums.py::TestMembers::test_are_numbers[_SSLMethod]", "test_protocols.py::TestMaking::test_cannot_be_copied",
                "test_protocols.py::TestMaking::test_no_number", "test_protocols.py::TestMaking::test_no_protocol",
                "test_versions.py::TestValues::test_old_ones_are_deprecated"]
               + ["test_versions.py::TestRefusals::test_" + name
                  for name in ("no_version", "no_number", "too_large", "context_of_a_single_version")]),
    Difference("enum says it in other words, has negative flags, and no iteration of them", "https://docs.python.org/3/whatsnew/3.11.html#enum",
               python((3, 0), (3, 11)),
               ["test_enums.py::TestMembers::test_texts", "test_enums.py::TestMembers::test_cannot_be_changed",
                "test_enums.py::TestMembers::test_iteration[Options]", "test_enums.py::TestMembers::test_iteration[VerifyFlags]",
                "test_enums.py::TestFlags::test_copies", "test_enums.py::TestFlags::test_inverted",
                "test_enums.py::TestFlags::test_inverted_is_a_number_of_all_bits", "test_enums.py::TestFlags::test_members_of_a_combination",
                "test_enums.py::TestFlags::test_names", "test_enums.py::TestFlags::test_names_of_many_bits"]),
    Difference("a number is not asked for in an enum", "https://docs.python.org/3/whatsnew/3.12.html#enum", python((3, 0), (3, 12)),
               ["test_enums.py::TestMembers::test_contains_numbers"]),
    Difference("options takes no __index__()", CPYTHON + "pull/133098", python((3, 12), (3, 14)),
               ["test_enums.py::TestContext::test_not_a_number[options-*]"]),
    Difference("an integer is required, says PyArg_Parse()", BPO + "37999", python((3, 0), (3, 10)),
               ["test_enums.py::TestContext::test_not_a_number"]),
    Difference("an integer is required, says PyArg_Parse()", BPO + "37999", python((3, 7), (3, 10)),
               ["test_versions.py::TestRefusals::test_no_number"]),
    Difference("no version is deprecated, and it is said in another way what is none", CPYTHON + "issues/88046", python((3, 7), (3, 10)),
               ["test_versions.py::TestValues::test_old_ones_are_deprecated", "test_versions.py::TestRefusals::test_no_version"]),
    Difference("SSLContext() is not deprecated, and says less of what is no protocol", CPYTHON + "issues/88046", python((3, 0), (3, 10)),
               ["test_protocols.py::TestMaking::test_" + name
                for name in ("no_number", "no_protocol", "none_is_no_argument", "without_an_argument")]),
    Difference("a context for one role takes the other", DOCS, python((3, 0), (3, 10)),
               ["test_protocols.py::TestTheOtherRole::test_" + name for name in ("of_a_socket", "of_an_object", "with_check_hostname")]),
    Difference("engine pyopenssl does not look at the role of a context", DOCS, pyopenssl() and python((3, 10)),
               ["test_protocols.py::TestTheOtherRole::test_" + name for name in ("of_a_socket", "of_an_object", "with_check_hostname")]),
    Difference("PyOpenSSL has no number of tickets", PYOPENSSL + "blob/main/src/OpenSSL/SSL.py", pyopenssl() and python((3, 8)),
               ["test_tickets.py::TestServer::test_so_many_are_sent[%s]" % number for number in "015"]
               + ["test_tickets.py::TestServer::test_without_tickets_there_is_no_session_to_resume"]),
    Difference("the interpreter's own context holds the limits, and its OpenSSL has no SSL 3.0 where PyOpenSSL's has", DOCS + "#ssl.HAS_SSLv3",
               pyopenssl((3,), (4,)) and python((3, 7)),
               ["test_constants.py::TestAbilities::test_are_true[HAS_SSLv3-SSLv3]", "test_versions.py::TestValues::test_the_other_end"]),
    Difference("OpenSSL 4 takes SSL 3.0 for a limit, and cannot speak it", OPENSSL + "blob/master/CHANGES.md", pyopenssl((4,)) and python((3, 7)),
               ["test_constants.py::TestAbilities::test_are_true[HAS_SSLv3-SSLv3]"]),
    Difference("what cannot be pickled is said in other words", "https://docs.python.org/3/library/pickle.html", python((3, 0), (3, 8)),
               ["test_protocols.py::TestMaking::test_cannot_be_copied"]),
    Difference("SSLContext.__init__() fills the slot protocol, and __new__() does not", CPYTHON + "pull/5128", python((3, 0), (3, 7)),
               ["test_protocols.py::TestSubclasses::test_both_roles[WithNew]", "test_protocols.py::TestSubclasses::test_roles[*-WithNew]",
                "test_protocols.py::TestSubclasses::test_roles[*-WithoutArguments]"]),
    Difference("PyPy's SSLSession shares the session of its connection, which OpenSSL marks when that dies",
               PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy(),
               ["test_sessions.py::TestLifetime::test_given_to_a_connection_that_dies",
                "test_sessions.py::TestLifetime::test_of_a_dead_connection"]),
    Difference("PyPy 3's own num_tickets asks less", PYPY + "lib_pypy/_cffi_ssl/_stdssl/__init__.py", pypy() and python((3, 8)),
               ["test_tickets.py::TestServer::test_of_wrong_type", "test_tickets.py::test_of_a_client",
                "test_tickets.py::test_of_a_context_for_both", "test_tickets.py::test_of_too_large_a_number"]),
    Difference("a memoryview of PyPy holds its bytearray until it is collected", "https://pypy.org/compat", pypy(),
               ["test_stream.py::TestWriting::test_the_buffer_is_free_afterwards"]
               + ["test_stream_files.py::TestMakefile::test_" + name
                  for name in ("both", "reading", "text", "unbuffered_takes_no_byte_more")]),
)


def mark(items):
    """Makes the collected tests of every row that applies strict expected failures."""
    for item in items:
        for difference in KNOWN:
            if difference.applies and any(is_named(item.nodeid, name) for name in difference.tests):
                item.add_marker(pytest.mark.xfail(reason=difference.reason, strict=True))
                break


def is_named(nodeid, name):
    """Whether `name` ("file.py::Class::function", perhaps with "[parameters]") means the test with this node id."""
    return re.search("(^|/)%s(%s)?$" % (re.escape(name).replace(r"\*", ".*"), "" if name.endswith("]") else r"\[.*\]"), nodeid) is not None
