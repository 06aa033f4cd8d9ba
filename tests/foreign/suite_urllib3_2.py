"""urllib3 2, the newest that runs on each Python 3.9 and newer: its tests of TLS, of proxies and of connections.

This proves that the most used client of Python 3 works as it did beside what the upgrade adds. It asks `ssl` by name for what newer Pythons
have (TLSVersion, minimum_version, VERIFY_X509_PARTIAL_CHAIN, hostname_checks_common_name, keylog_filename, post_handshake_auth), so each
new name may lead it another way; its SSLTransport is written on SSLObject. The remark counts the connections. Left out are the tests
against an unroutable address, whose result is the network's, and those of HTTP/2. Pins: the project's own lock file. Where that names
a commit of a fork of Hypercorn, inside/hypercorn_extensions.py makes that of the index do.
"""
from __future__ import absolute_import, division, print_function

from tests.foreign import outcomes

COMMON = ("h2==4.3.0\nhttpx==0.28.1\nhypercorn==0.17.3\nPySocks==1.7.1\npytest-socket==0.7.0\npytest-timeout==2.4.0\nquart==0.20.0\n"
          "quart-trio==0.12.0\ntrustme==1.2.1\n")
OLD = "urllib3==2.6.3\n" + COMMON + "anyio==4.12.0\ntrio==0.31.0\npytest==8.4.2\ncryptography==46.0.3\npyOpenSSL==25.3.0\nidna==3.11\n"
NEW = "urllib3==2.8.0\n" + COMMON + "anyio==4.13.0\ntrio==0.33.0\npytest==9.1.1\ncryptography==49.0.0\npyOpenSSL==26.3.0\nidna==3.13\n"
PINS = dict(dict.fromkeys(("3.10", "3.11", "3.12", "3.13", "3.14"), NEW), **{"3.9": OLD})
FILES = ["test/test_ssl.py", "test/test_ssltransport.py", "test/test_connection.py"] + [
    "test/with_dummyserver/test_%s.py" % name for name in ("https", "proxy_poolmanager", "socketlevel")]
TESTS = ["-p", "count_tls", "-p", "hypercorn_extensions", "--timeout=60", "-k",
         "not (request_timeout or connect_timeout or HTTP2 or http2 or h2)"] + FILES
LEAST = 300  # tests that pass


def run(source):
    """Yields two runs for each interpreter; `source` is the folder of tls_bootstrap."""
    return (outcomes.tls_counted(run) for run in outcomes.of_each_release(PINS, TESTS, source))


def verdict(runs):
    """(whether it is as wanted, lines that say why not)."""
    return outcomes.no_change(runs, LEAST)
