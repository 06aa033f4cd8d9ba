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
    assert (result.passed, result.failed, len(result.expected)) == (1, 5, 1)
    assert len(result.skips) == 2 and set(result.skips) == {"for a reason"}


def interpreter(version, prefix, implementation="CPython", openssl="OpenSSL 3", **more):
    return interpreters.Interpreter("/python", version, implementation, openssl, prefix, **more)


def names(found, everything=False):
    return [each.name for each in interpreters.choose(found, everything)]


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
    assert names(named + found) == ["2.7.18", "PyPy 2.7.13", "3.9.1", "3.9.2"]


def test_the_reason_for_which_a_whole_file_is_skipped():
    import xml.etree.ElementTree as ElementTree

    case = ElementTree.fromstring("<testcase name='t'><skipped message='collection skipped'>"
                                  "('/a/b.py', 1, \"Skipped: could not import 'x'\")</skipped></testcase>")
    assert suite.outcome(case) == ("skipped", "could not import 'x'")


OWN = interpreter((2, 7, 18), "/a")
TWIN = interpreter((2, 7, 18), "/b", openssl="OpenSSL 1.1.1w  11 Sep 2023", recipe=interpreters.STAND_IN)
PYPY, NEW = interpreter((2, 7, 18), "/c", "PyPy", recipe="pypy2.7"), interpreter((3, 14, 1), "/d", recipe="cpython3.14-openssl3.6")
ALL = ["2.7.18", "2.7.18 OpenSSL 1.1.1", "PyPy 2.7.18", "3.14.1"]


def test_unpacked_ones_and_pypy_only_when_asked_for():
    assert names([OWN, TWIN, PYPY, NEW]) == ["2.7.18"]
    assert names([NEW, PYPY, TWIN, OWN], everything=True) == names([OWN, TWIN, PYPY, NEW], everything=True) == ALL


def test_an_unpacked_2_7_stands_in():
    twin = interpreter((2, 7, 18), "/b", recipe=interpreters.STAND_IN)
    assert names([PYPY, twin, NEW]) == ["2.7.18"] and not twin.optional
    assert names([PYPY, NEW]) == [] and PYPY.optional


def test_twins_have_names_of_their_own():
    """By their OpenSSL, by its letter, in the end by their place; what two paths lead to is one."""
    found = [interpreter((3, 9, 1), prefix, openssl="OpenSSL 3.0.1 " + day, named=True)
             for prefix, day in (("/a", "1"), ("/b", "1"), ("/b", "1"), ("/b", "2"))]
    assert names(found) == ["3.9.1", "3.9.1 OpenSSL 3.0.1", "3.9.1 OpenSSL 3.0.1 2"]
    assert interpreters.distinguish([interpreter((3, 9, 1), "/%d" % number) for number in range(3)])[-1].name == "3.9.1 /python"
    assert all("/" not in one.file_name and " " not in one.file_name for one in found)


def test_other_openssls_of_this_machine_count_when_all_are_asked_for():
    found = [interpreter((3, 9, 1), "/a", openssl="OpenSSL 1.1.1"), interpreter((3, 9, 2), "/b", openssl="OpenSSL 3.0.1")]
    assert names(found) == ["3.9.2"] and names(found, everything=True) == ["3.9.1", "3.9.2"]


@pytest.mark.parametrize("word, usual, everything", [
    ("2.7", ["2.7.18"], ALL[:3]), ("2.7.18", ["2.7.18"], ALL[:3]), ("3.14", [], ALL[3:]), ("2.7.1", [], []), ("2", [], []),
    ("pypy", ["PyPy 2.7.18"], ["PyPy 2.7.18"]), ("PyPy2.7", ["PyPy 2.7.18"], ["PyPy 2.7.18"]), ("pypy3", [], []),
    ("2.7.18 openssl 1.1.1", ALL[1:2], ALL[1:2]), (interpreters.STAND_IN, ALL[1:2], ALL[1:2]), ("", [], [])])
def test_only(monkeypatch, word, usual, everything):
    monkeypatch.setattr(interpreters, "present", lambda: [OWN, TWIN, PYPY, NEW])
    assert [one.name for one in interpreters.find([word])] == usual
    assert [one.name for one in interpreters.find([word], everything=True)] == everything
    assert [one.name for one in interpreters.find(["2.7", "pypy2.7"])] == [ALL[0], ALL[2]], "a name beside it makes 2.7 mean no more"


def test_what_cannot_be_unpacked_is_refused_by_name():
    with pytest.raises(ValueError) as caught:
        interpreters.get(["pypy2.7", "pypy1"])
    assert str(caught.value).startswith("nothing that can be unpacked is called pypy1; there are: all, cpython2.7")


@pytest.mark.parametrize("implementation, version, expected", [
    ("CPython", (2, 7, 18), "2.7"), ("CPython", (3, 6, 15), "3.6"), ("CPython", (3, 9, 0), "3.8"), ("CPython", (3, 10, 0), "3.10"),
    ("CPython", (3, 14, 0), "3.10"), ("CPython", (3, 15, 0), "3.15"), ("PyPy", (2, 7, 13), "pypy2.7"), ("PyPy", (3, 11, 1), "pypy3.10"),
    ("PyPy", (3, 9, 1), "3.8")])
def test_requirements_are_those_of_the_nearest_version_below(implementation, version, expected):
    one = interpreter(version, "/a", implementation)
    path = environments.requirements_for(one)
    assert os.path.basename(path) == "requirements-%s.txt" % expected
    assert all("==" in pin for pin in environments.pins(path))
    assert environments.requires(one, "pyopenssl") == (expected not in ("pypy2.7", "pypy3.10", "3.15"))


def test_no_requirements():
    with pytest.raises(environments.EnvironmentFailed):
        environments.requirements_for(interpreter((3, 5, 0), "/a"))


def failing(reason):
    def way(executable, folder, log, say):
        raise environments.EnvironmentFailed(reason)
    return way


def test_ways_to_an_environment_are_tried_in_order(tmp_path):
    said, done = [], []
    good = "good", lambda *arguments: done.append(arguments)
    environments.make((("bad", failing("no")), good), "/python", str(tmp_path), "log", said.append)
    assert said == ["/python: bad does not work, taking good"] and len(done) == 1
    with pytest.raises(environments.EnvironmentFailed) as caught:
        environments.make((("bad", failing("first")), ("worse", failing("last"))), "/python", str(tmp_path), "log", said.append)
    assert str(caught.value) == "last"


def test_no_pip_wheel_says_both_reasons(monkeypatch):
    monkeypatch.setattr(environments, "unpack", lambda recipes, say: {"pip": "no network"})
    with pytest.raises(environments.EnvironmentFailed) as caught:
        environments.pip_wheel(None)
    assert "python3-venv" in str(caught.value) and str(caught.value).endswith("no network")


def test_jython_is_found_where_it_says_so(monkeypatch, tmp_path):
    """A program that answers as Jython does; a CPython named beside it and one called jython that is none are passed over."""
    if os.name != "posix":
        pytest.skip("the made-up Jython is a script")
    answer = '{"version": [2, 7, 2], "implementation": "%s", "openssl": null, "prefix": "/", "virtual": false}'
    for name, implementation in (("jython2.7", "Jython"), ("jython", "CPython")):
        (tmp_path / name).write_bytes(("#!/bin/sh\necho '%s'\n" % answer % implementation).encode())
        os.chmod(str(tmp_path / name), 0o755)
    monkeypatch.setattr(interpreters, "unpacked", lambda: [])
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv(interpreters.VARIABLE, raising=False)
    assert interpreters.jython() is None
    monkeypatch.setenv(interpreters.VARIABLE, os.pathsep.join((sys.executable, str(tmp_path / "jython2.7"))))
    assert interpreters.jython() == str(tmp_path / "jython2.7")
    monkeypatch.delenv(interpreters.VARIABLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreters.jython() == str(tmp_path / "jython2.7")
    os.remove(str(tmp_path / "jython2.7"))
    assert interpreters.jython() is None
    monkeypatch.setattr(interpreters, "unpacked", lambda: [interpreter((2, 7, 2), "/j", "Jython")])
    assert interpreters.jython() == "/python"


@pytest.fixture
def program():
    pytest.importorskip("concurrent.futures", reason="tools/test_all.py runs on Python 3")
    from tools import test_all

    return test_all


def test_every_job_of_an_interpreter(program):
    three = interpreter((3, 11, 2), "/x")
    engines = ["auto", "loopback", "pyopenssl"]
    assert [(job[0], job[2]) for job in program.jobs([OWN, PYPY, three], engines, [], [], [OWN, three])] == [
        (OWN, "auto"), (OWN, "loopback"), (OWN, "pyopenssl"), (PYPY, "auto"), (three, "auto"), (three, "pyopenssl")]


def test_pyopenssl_is_tested_at_the_ends(program):
    threes = [interpreter((3, minor, 2), "/%d" % minor) for minor in (13, 8, 6, 9)]
    assert program.with_pyopenssl([OWN, PYPY] + threes, False) == [OWN, threes[0], threes[2]]
    assert program.with_pyopenssl([OWN, PYPY] + threes, True) == [OWN] + threes
    assert program.with_pyopenssl([OWN, PYPY], False) == [OWN] and program.with_pyopenssl([], False) == []


def test_what_was_not_tested_has_a_reason(program, monkeypatch):
    monkeypatch.setattr(interpreters, "to_be_unpacked", lambda: ["pypy3", "jython2.7"])
    monkeypatch.setattr(interpreters, "jython", lambda: None)
    assert program.not_tested([OWN], ["auto"], [], False, {}, [OWN]) == []
    assert program.not_tested([OWN, PYPY], ["auto", "pyopenssl"], ["2.7", "pypy3", "3.99"], False, {"jython2.7": "no network"}, []) == [
        "jython2.7: no network", "pypy3: not unpacked yet (`python3 tools/test_all.py --unpack pypy3`)",
        "3.99: no such Python here (`python3 tools/interpreters.py` lists what is)",
        "2.7.18 with pyopenssl: only with --all or --only",
        "PyPy 2.7.18 with pyopenssl: tools/requirements-*.txt have no PyOpenSSL for it"]
    assert len(program.not_tested([OWN], ["auto"], [], True, {}, [])) == 2


@pytest.mark.parametrize("reason, shown", [(None, False), ("no apt", True)])
def test_without_a_2_7_one_is_unpacked_or_it_is_said_why_not(program, monkeypatch, capsys, reason, shown):
    got, reasons = [], {interpreters.STAND_IN: reason} if reason else {}
    monkeypatch.setattr(interpreters, "unpack", lambda recipes, say: got.append(recipes) or reasons)
    monkeypatch.setattr(interpreters, "present", lambda: [])
    assert program.interpreters_for([], False) == [] and [recipe.name for recipe in got[0]] == [interpreters.STAND_IN]
    said = capsys.readouterr()[0]
    assert ("failed: no apt" in said) == (interpreters.NO_PYTHON_2_7 in said) == shown
    program.interpreters_for(["3.11"], False)
    monkeypatch.setattr(interpreters, "present", lambda: [OWN])
    program.interpreters_for([], False)
    assert len(got) == 1, "with a 2.7, or where none is asked for, nothing is got"


def test_the_report(program):
    """Twins have rows of their own, and each reason stands there once."""
    results = [suite.Result(one, "", [("passed", None), ("expected", "known"), ("skipped", "absent")]) for one in (OWN, TWIN)]
    interpreters.distinguish([OWN, TWIN])
    header, own, twin = program.table(results)
    assert own.split() == ["2.7.18", "OpenSSL", "3", "auto", "1", "0", "1", "1"] and twin.startswith("2.7.18 OpenSSL 1.1.1  ")
    assert header.index("engine") == own.index("auto") == twin.index("auto")
    for kind, reason in (("expected", "known"), ("skips", "absent")):
        assert program.reasons_of(results, kind) == ["%s (2.7.18: 1, 2.7.18 OpenSSL 1.1.1: 1)" % reason]


def test_the_running_python_is_what_it_says():
    asked = interpreters.ask(sys.executable)
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
