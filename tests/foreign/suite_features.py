"""CPython's own tests of what newer Pythons have in `ssl`, from the newest Lib/test/test_ssl.py, on every older CPython.

This proves that CPython itself would accept what is added: versions, groups, cipher suites, signature algorithms, pre-shared keys, chains,
sessions, tickets, key logs, callbacks, certificates after the handshake, the enumerations. Of the file those tests are run that read
one of the names in WORDS, or have one of PARTS in their own name. Each must end on the upgraded interpreter as it does at home, on
the newest Python; one that does not is explained in feature_gaps.py or is a difference. And what passed before the upgrade passes after it.

The newest file is CPython 3.15's, from Debian's package of the tests, which tools/interpreters.py unpacks. It is read where it lies;
porting.py cuts it at run time, and turns it for 2.7. What cannot be turned is not run there: the remark counts it.
"""
from __future__ import absolute_import, division, print_function

import ast
import os

from tests.foreign import feature_gaps, outcomes, places, porting, suite_cpython
from tools import interpreters

NEWEST = "cpython3.15-openssl3.6"
WORDS = frozenset("""
    TLSVersion minimum_version maximum_version security_level get_ciphers shared_ciphers hostname_checks_common_name
    HAS_NEVER_CHECK_COMMON_NAME HAS_PSK HAS_PSK_TLS13 HAS_PHA HAS_TLSv1_2 SSLCertVerificationError verify_code verify_message
    VERIFY_X509_STRICT VERIFY_X509_PARTIAL_CHAIN VERIFY_ALLOW_PROXY_CERTS OP_LEGACY_SERVER_CONNECT OP_ENABLE_KTLS
    OP_IGNORE_UNEXPECTED_EOF OP_NO_RENEGOTIATION OP_ENABLE_MIDDLEBOX_COMPAT
    get_verified_chain get_unverified_chain num_tickets post_handshake_auth verify_client_post_handshake session session_reused
    sni_callback keylog_filename _msg_callback set_psk_client_callback set_psk_server_callback
    set_groups get_groups group set_ciphersuites set_client_sigalgs set_server_sigalgs client_sigalg server_sigalg get_sigalgs
    RAND_bytes sendfile sslobject_class sslsocket_class
    Options VerifyFlags VerifyMode SSLErrorNumber AlertDescription _SSLMethod _TLSContentType _TLSAlertType _TLSMessageType
""".split())
PARTS = ("sni_callback", "shared_ciphers", "internal_chain", "check_hostname", "client_server", "verify_mode", "str_for_enums", "options",
         "constructor", "default_context", "stdlib_context", "read_write_zero", "delete_", "TLS_1_3")
# Tests that are not run, and why.
LEFT_OUT = {
    "BasicSocketTests.test_ssl_types": "of the private C types of _ssl",
    "BasicSocketTests.test_openssl111_deprecations": "of warnings, which an upgrade must not begin to give",
}
GIVEN = ("ssl", "support", "os_helper", "socket_helper", "threading_helper", "warnings_helper", "import_helper", "HOST", "OSError",
         "socket", "time", "os", "functools", "contextlib", "nullcontext", "handle_error")


def newest():
    """The newest Interpreter that has its tests: that one, got if it is not here, else another, with a line that says so."""
    reasons = interpreters.get([NEWEST], lambda text: print(text, flush=True))
    for name, reason in reasons.items():
        print("the tests of %s are left out: %s" % (name, reason), flush=True)
    found = [one for one in interpreters.find(everything=True) if one.implementation == "CPython" and suite_cpython.source_of(one)]
    if not found:
        raise places.Missing("no CPython 3 on this machine has its test package (Debian: libpython3-testsuite)")
    return max(found, key=lambda one: one.version)


def read_in(function):
    """The names that a function reads, as variables, attributes or keywords."""
    nodes = list(ast.walk(function))
    return set([node.id for node in nodes if isinstance(node, ast.Name)] + [node.attr for node in nodes if isinstance(node, ast.Attribute)]
               + [node.arg for node in nodes if isinstance(node, ast.keyword)])


def selected(module):
    """{class: names of its methods} of a test file: the tests of features, and what is no test."""
    classes = {}
    for one in [one for one in module.body if isinstance(one, ast.ClassDef)]:
        methods = [method for method in one.body if isinstance(method, ast.FunctionDef)]
        tests = [method.name for method in methods if method.name.startswith("test") and is_of_feature(one.name, method)]
        if tests:
            classes[one.name] = tests + [method.name for method in methods if not method.name.startswith("test")]
    return classes


def is_of_feature(class_name, method):
    name = "%s.%s" % (class_name, method.name)
    return name not in LEFT_OUT and bool(WORDS & read_in(method) or [part for part in PARTS if part in name])


class Features(suite_cpython.Ported):
    """The tests of features of the Interpreter `native`, to be run on others."""

    def __init__(self, native):
        self.name, self.native, self.folder, self.left_out = "%d.%d.%d's" % native.version, native, os.path.join(places.FOLDER, "ported"), 0
        path, self.modules = suite_cpython.source_of(native), {}
        classes = selected(porting.parsed(path))
        for old in (False, True):
            text, refused = porting.port_deferred(path, classes, GIVEN, old)
            module = "features_%s%s" % (native.minor.replace(".", "_"), "_old" if old else "")
            self.modules[old] = module, suite_cpython.tests_in(text), refused
            suite_cpython.write(self.folder, module, text)
        self.module, self.names, _ = self.modules[False]

    def on(self, one, source=None):
        self.module, self.names, refused = self.modules[one.version < (3,)]
        run = suite_cpython.Ported.on(self, one, source)
        left_out = sorted(name for name in refused if "." in name)
        run.remark = "%d cannot be turned into 2.7: %s" % (len(left_out), ", ".join(left_out)) if left_out and source else ""
        return run


def run(source):
    """Yields the run at home, then two on each older CPython; `source` is the folder of tls_bootstrap."""
    if not hasattr(ast, "unparse"):
        raise places.Missing("the command itself needs Python 3.9 or newer for this suite (ast.unparse)")
    tests = Features(newest())
    yield tests.at_home()
    for one in [other for other in places.all_cpython() if other.version < tests.native.version]:
        yield tests.on(one)
        yield tests.on(one, source)


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return feature_gaps.verdict(runs)
