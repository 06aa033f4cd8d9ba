"""Tests of suite_features.py that do not end as they do at home, and why: a table, and the verdict that believes nothing else.

A row is a test, the interpreters it is about, a text of its message and the reason. A row that no run needs is stale, and a difference
itself, unless it is about what happens by chance.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

LEAST = 60  # tests that pass on the upgraded interpreter


class Gap(object):
    """`where`: versions ("3.8") or parts of an interpreter's description ("OpenSSL 1.1.1"), separated by " or "; all if it is empty.
    `passed_before`: whether the test may have passed without the upgrade, because it asks that there is nothing new; `by_chance`: whether
    it may pass."""

    def __init__(self, test, where, text, reason, passed_before=False, by_chance=False):
        self.test, self.where, self.text, self.reason = test, where, text, reason
        self.passed_before, self.by_chance = passed_before, by_chance

    def explains(self, name, interpreter, message):
        return name == self.test and self.is_about(interpreter) and self.text.lower() in message.lower()

    def is_about(self, interpreter):
        return not self.where or any(part == interpreter.minor or part in interpreter.openssl for part in self.where.split(" or "))


POLICY = "a default of newer Pythons, which is a policy and not an addition: what an interpreter does by default stays as it is."
SETTER = "an attribute in C of the interpreter's own class, which is not replaced; its errors became others later."
WRAP_BIO = "wrap_bio() of the interpreter itself, which began to refuse this in a late 3.15; the upgrade does not replace it."
DELETING = "nothing in C could refuse to be deleted yet; 3.12 and older crash or raise another error, without the upgrade, too."
VERSION = "the test asks for the version of OpenSSL that CPython needs, not for the name; the upgrade gives it with older ones, too."
UNRAISABLE = "before Python 3.8 there is no sys.unraisablehook in which the test could see the traceback; it is printed."
ENUM = "the test is made of private helpers of the module enum of 3.11 and newer."
AFTER_FREE = "the interpreter's own code uses a context that was freed, mended in a late 3.15; it crashes without the upgrade, too."
PRIVATE = "private: the attribute of the class in C below, or of the interpreter's own connection object."
REPAIR = "a defect of the interpreter's own SSLSocket, whose repair is a switch of its own."
BEHIND = "SSLSocket of 2.7 and 3.6 compares names behind the handshake, by match_hostname(); repair=['hostname_in_handshake'] is for that."
NO_MOCK = "there is no unittest.mock in 2.7, of which the test is made."
KEYLOG_ENV = "SSLKEYLOGFILE counts if it is set when the upgrade is made, and the test sets it later."
AS_GIVEN = "SSLSocket of 2.7 and 3.6 keeps server_hostname as it is given; the A-label came with https://bugs.python.org/issue28414."
MENDED_LATER = "a defect of the interpreter's own get_unverified_chain(), mended in a later 3.13; it is so without the upgrade, too."
SHARED = ("shared_ciphers() was what the client offered, and one of a client, too: "
          "https://github.com/python/cpython/issues/96931 (3.10.11, 3.11.3).")
OLD = "2.7 or 3.6 or 3.7 or 3.8 or 3.9 or 3.10"
BEFORE_3_8 = "2.7 or 3.6 or 3.7"

GAPS = tuple(Gap(*row) for row in (
    ("ContextTests.test_create_default_context", "", "!=", POLICY),
    ("ContextTests.test__create_stdlib_context", "2.7 or 3.6 or 3.7 or 3.8 or 3.9", "PROTOCOL_TLS_CLIENT", POLICY),
    ("ThreadedTests.test_verify_strict", "2.7 or 3.6 or 3.7 or 3.8 or 3.9 or 3.10 or 3.11 or 3.12", "SSLError not raised", POLICY),
    ("ContextTests.test_options", "", "", SETTER),
    ("ContextTests.test__create_stdlib_context_check_hostname", "", "ValueError not raised", WRAP_BIO),
    ("SSLObjectTests.test_check_hostname_requires_server_hostname", "", "ValueError not raised", WRAP_BIO),
    ("SSLObjectTests.test_server_side_bad_params", "", "ValueError not raised", WRAP_BIO),
    ("SSLObjectTests.test_distrusted_spki", "", "", "the list of distrusted keys is inside _ssl of 3.15: "
                                                    "https://github.com/python/cpython/issues/160040."),
    ("ContextTests.test_delete_attributes", "", "", DELETING),
    ("ContextTests.test_delete_sslobject_attributes", "", "", DELETING),
    ("TestSSLDebug.test_keylog_defaults", "", "", DELETING),
    ("TestSSLDebug.test_msg_callback", "", "", PRIVATE),
    ("TestPostHandshakeAuth.test_internal_chain_client", "2.7 or 3.6 or 3.7 or 3.8 or 3.9", "get_", PRIVATE),
    ("ContextTests.test_get_groups", "OpenSSL 1.1.1 or OpenSSL 3.0", "OpenSSL version", VERSION),
    ("ContextTests.test_get_sigalgs", "OpenSSL 1.1.1 or OpenSSL 3.0", "SSL library", VERSION),
    ("ContextTests.test_no_session_group_does_not_crash", "OpenSSL 1.1.1 or OpenSSL 3.0", "SSL library", VERSION),
    ("SSLObjectTests.test_sni_callback_context_released_and_callback_raises", BEFORE_3_8, "exc_value", UNRAISABLE),
    ("ThreadedTests.test_sni_callback_raising", BEFORE_3_8, "exc_type", UNRAISABLE),
    ("ThreadedTests.test_sni_callback_wrong_return_type", BEFORE_3_8, "exc_type", UNRAISABLE),
    ("SSLObjectTests.test_sni_callback_context_released_before_second_client_hello", "3.7", "ended with status", AFTER_FREE),
    ("SSLObjectTests.test_sni_callback_context_released_before_second_client_hello", "2.7 or 3.6", "is not None",
     "the connection keeps the context that it was made with, whose address OpenSSL passes with the second ClientHello."),
    ("BasicSocketTests.test_str_for_enums", "3.6 or 3.7 or 3.8 or 3.9 or 3.10", "PROTOCOL_TLS_CLIENT",
     "str() of an enumeration of numbers is the number since 3.11."),
    ("TestEnumerations.test_options", "3.11", "enum mismatch",
     "the test asks that ssl.Options has no more than _ssl had at the start, in that order.", True),
    ("ContextTests.test_sni_callback_on_dead_references", "2.7", "mock", NO_MOCK),
    ("ContextTests.test_sni_callback_on_dead_references", "3.13", "ended with status",
     "the interpreter's own callback crashes, without the upgrade, too: https://github.com/python/cpython/issues/146080."),
    ("TestSSLDebug.test_keylog_env", "2.7", "mock", NO_MOCK),
    ("TestSSLDebug.test_keylog_env", "3.6 or 3.7", "None !=", KEYLOG_ENV),
    ("TestPostHandshakeAuth.test_bpo37428_pha_cert_none", "3.6", "CERTIFICATE_VERIFY_FAILED",
     "post_handshake_auth of 3.6 is the interpreter's own, from before https://bugs.python.org/issue37428."),
    ("TestPostHandshakeAuth.test_internal_chain_server_no_client_cert", "3.13", "public_bytes", MENDED_LATER),
    ("TestPostHandshakeAuth.test_internal_chain_server_resumed_session", "3.13", "!=", MENDED_LATER),
    ("ThreadedTests.test_check_hostname", "2.7 or 3.6", "AssertionError", BEHIND),
    ("ThreadedTests.test_hostname_checks_common_name", "2.7 or 3.6", "doesn't match", BEHIND),
    ("ThreadedTests.test_check_hostname_idn", "2.7", "UnicodeEncodeError", AS_GIVEN),
    ("ThreadedTests.test_check_hostname_idn", "3.6", "idn.pythontest.net", AS_GIVEN),
    ("ThreadedTests.test_ssl_cert_verify_error", "2.7 or 3.6", "is not an instance", REPAIR),
    ("ThreadedTests.test_sendfile", "2.7", "__exit__", "plain sockets of 2.7 are no context managers, and stay as they are."),
    ("BasicSocketTests.test_random", "2.7", "RAND_add", "RAND_add() of 2.7 takes no bytearray; it is the interpreter's own."),
    ("ContextTests.test_constructor", "2.7", "has no attribute 'name'", "private: the numbers in ssl._PROTOCOL_NAMES of 2.7."),
    ("SimpleBackgroundTests.test_bio_handshake", "2.7", "has no attribute 'owner'", PRIVATE),
    ("BasicSocketTests.test_read_write_zero", "2.7 or 3.6 or 3.7 or 3.8 or 3.9", "EOF occurred", REPAIR),
    ("ThreadedTests.test_got_eof", "2.7 or 3.6 or 3.7 or 3.8 or 3.9", "eof", REPAIR),
    ("SimpleBackgroundTests.test_bio_handshake", "3.6 or 3.7 or 3.8 or 3.9", "TLS_AES", SHARED),
    ("ThreadedTests.test_shared_ciphers", "3.6 or 3.7 or 3.8 or 3.9", "NULL-SHA", SHARED),
    ("ThreadedTests.test_check_hostname_idn", "3.7 or 3.8 or 3.9 or 3.10 or 3.11 or 3.12", "WarningMessage",
     "SSLSocket of the interpreter warns of a socket that is not closed when the name is refused, without the upgrade, too."),
    ("ThreadedTests.test_client_sigalgs_mismatch", "2.7", "[Errno",
     "the server may be gone before its alert is read; 2.7 has no ConnectionResetError (PEP 3151), which the test takes.", False, True),
    ("ThreadedTests.test_dh_params", "OpenSSL 3.0", "ephemeral DH",
     "this OpenSSL describes these suites by Kx=DH, not Kx=DHE, so the test believes that there is none."),
) + tuple(("TestEnumerations.test_" + name, OLD, "", ENUM) for name in (
    "alertdescription", "options", "sslerrornumber", "sslmethod", "tlsalerttype", "tlscontenttype", "tlsmessagetype", "tlsversion",
    "verifyflags", "verifymode")))


def verdict(runs):
    """(whether it is as wanted, lines: what was lost, what does not end as at home, and the explanations)."""
    native, good, lines, used = runs[0], len(runs) > 2, [], set()
    for before, after in outcomes.pairs(runs):
        lost = sorted(name for name in before.named(outcomes.PASSED) - after.named(outcomes.PASSED) if not is_wanted(name, after))
        lines += ["LOST: %s passed on %s, and not after the upgrade: %s" % (name, before.label, first_line(after, name)) for name in lost]
        good = good and not lost and after.count(outcomes.PASSED) >= LEAST
        for name in sorted(differing(native, after)):
            message = after.messages.get(name) or ""
            gap = next((gap for gap in GAPS if gap.explains(name, after.interpreter, message)), None)
            used.add(gap)
            good = good and gap is not None
            lines.append("known: %s: %s" % (name, gap.reason) if gap else "%s: %s (%s): %s" % (
                name, after.tests[name], after.label.replace(outcomes.UPGRADED, ""), first_line(after, name)))
    needed = [gap for gap in GAPS if not gap.by_chance and any(gap.is_about(after.interpreter) for _, after in outcomes.pairs(runs))]
    stale = [gap for gap in needed if gap not in used]
    lines += ["STALE: nothing needs the explanation of %s on %s any more" % (gap.test, gap.where or "all") for gap in stale]
    return good and not stale, list(dict.fromkeys(lines))


def is_wanted(name, after):
    """Whether a test that has passed before fails for a reason that a row allows even then."""
    return any(gap.passed_before and gap.explains(name, after.interpreter, after.messages.get(name) or "") for gap in GAPS)


def differing(native, after):
    """The tests that end otherwise than at home; to pass is never a fault, and what the interpreter was not given is none."""
    return [name for name, outcome in after.tests.items() if outcome not in (outcomes.PASSED, native.tests.get(name))]


def first_line(run, name):
    return next(iter((run.messages.get(name) or "no message").strip().splitlines()), "an empty message")
