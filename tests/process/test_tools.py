"""The tools count what pytest reports, choose the right interpreters, and their servers go nowhere but where they should."""
from __future__ import absolute_import, division, print_function

import contextlib
import os
import socket
import ssl
import subprocess
import sys

import pytest

from tests.support import certs
from tools import environments, interpreters, isolation, suite
from tools.loopback.index import PROJECT, PackageIndex
from tools.loopback.proxy import HTTPSProxy

ONE_OF_EACH = """
import pytest

def test_pass():
    pass

def test_fail():
    assert False

@pytest.mark.xfail(reason="known")
def test_expected_failure():
    assert False

@pytest.mark.xfail(strict=True)
def test_unexpected_success():
    pass

def test_skip():
    pytest.skip("for a reason")

@pytest.mark.skipif(True, reason="for a reason")
def test_skip_by_mark():
    pass

@pytest.fixture
def bad_setup():
    raise ValueError

@pytest.fixture
def bad_teardown():
    yield
    raise ValueError

def test_error_before(bad_setup):
    pass

def test_error_after(bad_teardown):
    pass

def test_fails_twice(bad_teardown):
    assert False
"""


def test_every_outcome_is_counted_once(tmp_path):
    (tmp_path / "test_each.py").write_text(type(u"")(ONE_OF_EACH))
    report = str(tmp_path / "report.xml")
    process = subprocess.Popen([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", report, "."],
                               cwd=str(tmp_path), env=isolation.isolated_environment(), stdout=subprocess.PIPE)
    process.communicate()
    assert process.returncode == 1
    result = suite.Result(None, "", suite.cases(report))
    assert (result.passed, result.failed, result.expected) == (1, 5, 1)
    assert len(result.skips) == 2 and set(result.skips) == {"for a reason"}


def interpreter(version, prefix, implementation="CPython", openssl="OpenSSL 3", **more):
    return interpreters.Interpreter("/python", version, implementation, openssl, prefix, **more)


def names(found):
    return [each.name for each in interpreters.choose(found)]


def test_one_of_each_minor_version_the_newest():
    assert names([interpreter((3, 11, 2), "/a"), interpreter((2, 7, 18), "/b"), interpreter((3, 11, 7), "/c")]) == [
        "2.7.18", "3.11.7"]


def test_useless_interpreters_are_left_out():
    assert names([interpreter((3, 5, 9), "/a"), interpreter((3, 9, 1), "/b", openssl=None),
                  interpreter((3, 10, 1), "/c", implementation="PyPy")]) == []


def test_the_base_is_preferred_to_its_environment():
    base, virtual = interpreter((3, 9, 1), "/a"), interpreter((3, 9, 1), "/a", virtual=True)
    assert interpreters.choose([virtual, base]) == interpreters.choose([base, virtual]) == [base]


def test_named_interpreters_are_all_taken_and_replace_found_ones():
    named = [interpreter((3, 9, 1), "/a", named=True), interpreter((3, 9, 2), "/b", named=True),
             interpreter((2, 7, 13), "/c", implementation="PyPy", named=True)]
    found = [interpreter((3, 9, 18), "/d"), interpreter((2, 7, 18), "/e")]
    assert names(named + found) == ["PyPy 2.7.13", "2.7.18", "3.9.1", "3.9.2"]


def test_the_reason_for_which_a_whole_file_is_skipped():
    import xml.etree.ElementTree as ElementTree

    case = ElementTree.fromstring("<testcase name='t'><skipped message='collection skipped'>"
                                  "('/a/b.py', 1, \"Skipped: could not import 'x'\")</skipped></testcase>")
    assert suite.outcome(case) == ("skipped", "could not import 'x'")


@pytest.mark.parametrize("version, expected", [
    ((2, 7, 18), "2.7"), ((3, 6, 15), "3.6"), ((3, 9, 0), "3.8"), ((3, 10, 0), "3.10"), ((3, 15, 0), "3.10")])
def test_requirements_are_those_of_the_nearest_version_below(version, expected):
    path = environments.requirements_for(interpreter(version, "/a"))
    assert os.path.basename(path) == "requirements-%s.txt" % expected
    assert all("==" in pin for pin in environments.pins(path))


def test_the_running_python_is_what_it_says():
    asked = interpreters.ask(sys.executable) if hasattr(subprocess, "run") else pytest.skip("the tools run on Python 3")
    assert asked.version == sys.version_info[:3] and asked.openssl == ssl.OPENSSL_VERSION


def test_isolation_drops_what_steers_a_child(monkeypatch):
    for name in ("PIP_INDEX_URL", "https_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "PYTHONPATH", "TLS_BOOTSTRAP_DISABLE"):
        monkeypatch.setenv(name, "foreign")
    environment = isolation.isolated_environment(PYTHONPATH="ours")
    assert "foreign" not in environment.values() and environment["PYTHONPATH"] == "ours"


def ask(server, request):
    """What `server` answers over TLS to the bytes `request`."""
    context = ssl.create_default_context(cafile=certs.CA)
    connection = context.wrap_socket(socket.create_connection(server.address, 20), server_hostname="localhost")
    with contextlib.closing(connection):
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.mark.parametrize("request_line, status", [
    (b"GET /simple/%s/ HTTP/1.1" % PROJECT.encode("ascii"), b"200"), (b"GET /elsewhere HTTP/1.1", b"404"),
    (b"POST /simple/ HTTP/1.1", b"404")])
def test_index(request_line, status):
    with PackageIndex(certs.SERVER) as index:
        assert ask(index, request_line + b"\r\n\r\n").split()[1] == status
        assert len(index.requests) == 1


@pytest.mark.parametrize("request_line, status", [
    (b"GET / HTTP/1.1", b"405"), (b"CONNECT example.com:443 HTTP/1.1", b"403"), (b"CONNECT 192.0.2.1:443 HTTP/1.1", b"403")])
def test_proxy_refuses(request_line, status):
    with HTTPSProxy(certs.SERVER) as proxy:
        assert ask(proxy, request_line + b"\r\n\r\n").split()[1] == status
        assert not proxy.tunnels


def test_proxy_tells_plain_text_from_tls():
    with HTTPSProxy(certs.SERVER) as proxy, contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        context = ssl.create_default_context(cafile=certs.CA)
        client = context.wrap_socket(socket.create_connection(proxy.address, 20), server_hostname="localhost")
        with contextlib.closing(client):
            client.sendall(b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % listener.getsockname()[1])
            upstream = listener.accept()[0]
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
            client.sendall(b"plain")
            assert upstream.recv(10) == b"plain"
            upstream.sendall(b"answer")
            assert client.recv(10) == b"answer"
            upstream.close()
            assert client.recv(10) == b""
    tunnel = proxy.tunnels[0]
    assert (tunnel.up, tunnel.down, tunnel.carried_tls) == (5, 6, False)
