"""urllib3 1.26.20: SSLTransport (TLS in TLS) and proxies. What works on 3.8 must work on the upgraded 2.7.

urllib3 refuses TLS in TLS on Python 2 since it has no `wrap_bio` there, and its tests skip it; inside/lift_urllib3_gates.py lets
them run. The tests against an unroutable address are left out: their result is the network's. Pins: the project's own
dev-requirements.txt for 2.7 and 3.8, less its linters, with trustme from the index where it names a commit.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes, places

PINS = {
    "2.7": "mock==3.0.5\ntornado==5.1.1\nPySocks==1.7.1\npytest==4.6.11\npytest-timeout==1.4.2\npytest-freezegun==0.4.2\n"
           "trustme==0.9.0\ncryptography==3.3.2\n",
    "3.8": "mock==5.1.0\ntornado==6.4.1\nPySocks==1.7.1\npytest==8.3.2\npytest-timeout==2.3.1\npytest-freezegun==0.4.2\n"
           "trustme==1.1.0\ncryptography==43.0.0\n",
}
TESTS = ["test/test_ssltransport.py", "test/with_dummyserver/test_proxy_poolmanager.py", "-k", "not (request_timeout or connect_timeout)"]
# test: what its message says on 2.7, and why it fails there
KNOWN = {
    "test.test_ssltransport.TlsInTlsTestCase.test_wrong_sni_hint": (
        "ssl.SSLCertVerificationError",
        "the certificate is refused as it must be. The test wants exactly ssl.SSLError or ssl.CertificateError; SSLCertVerificationError "
        "is both, and only since 3.7 the very same class as the latter."),
}


def run(source):
    """Yields the runs; `source` is the folder of tls_bootstrap."""
    folder = places.sdist("urllib3", "1.26.20")
    python = dict((minor, [places.environment(places.interpreter(minor), "urllib3", PINS[minor])]) for minor in PINS)
    lifted = ["-p", "lift_urllib3_gates"] + TESTS
    upgraded = python["2.7"] + ["-m", "tls_bootstrap", "run"]
    yield outcomes.pytest("3.8", python["3.8"], TESTS, folder, ["src"])
    yield outcomes.pytest("2.7", python["2.7"], TESTS, folder, ["src"])
    yield outcomes.pytest("2.7, gates lifted", python["2.7"], lifted, folder, ["src", places.INSIDE])
    yield outcomes.pytest("2.7, upgraded, gates lifted", upgraded, lifted, folder, ["src", source, places.INSIDE])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    native, _, _, upgraded = runs
    agree, lines = outcomes.differences(native, upgraded, KNOWN)
    return agree and native.count(outcomes.PASSED) > 40, lines
