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
LIFTED = ", gates lifted"
# test: what its message says on 2.7, and why it fails there
KNOWN = {
    "test.test_ssltransport.TlsInTlsTestCase.test_wrong_sni_hint": (
        "ssl.SSLCertVerificationError",
        "the certificate is refused as it must be. The test wants exactly ssl.SSLError or ssl.CertificateError; SSLCertVerificationError "
        "is both, and only since 3.7 the very same class as the latter."),
}


def run(source):
    """Yields a run of Python 3.8, then three of each 2.7; `source` is the folder of tls_bootstrap."""
    folder = places.sdist("urllib3", "1.26.20")
    lifted = ["-p", "lift_urllib3_gates"] + TESTS
    native = places.interpreter("3.8")
    yield outcomes.pytest(places.described(native), [places.environment(native, "urllib3", PINS["3.8"])], TESTS, folder, ["src"])
    for one, pins in places.having({"2.7": PINS["2.7"]}):
        label, python = places.described(one), [places.environment(one, "urllib3", pins)]
        upgraded = python + ["-m", "tls_bootstrap", "run"]
        yield outcomes.pytest(label, python, TESTS, folder, ["src"])
        yield outcomes.pytest(label + LIFTED, python, lifted, folder, ["src"])
        yield outcomes.pytest(label + outcomes.UPGRADED + LIFTED, upgraded, lifted, folder, ["src", source])


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    native, good, lines = runs[0], runs[0].count(outcomes.PASSED) > 40, []
    for _, upgraded in outcomes.pairs(runs):
        agree, differing = outcomes.differences(native, upgraded, KNOWN)
        good, lines = good and agree, lines + [line for line in differing if line not in lines]
    return good, lines
