"""Repairs and policies as a whole, each scenario in a process of its own: what they replace, what they say, and that they leave nothing."""
from __future__ import absolute_import, division, print_function

import json
import sys

import pytest
from tests.process.test_identity import IDENTITIES
from tests.support import child, facts, needs
from tests.support.remedies import interpreters_own

pytestmark = interpreters_own

NEEDED = sys.version_info < (3, 10)  # something, on every OpenSSL


@needs.something_to_add
def test_all_is_put_back():
    child.check(IDENTITIES + """
    import tls_bootstrap
    from tls_bootstrap.surface.repairs import reason_names
    table, libraries = reason_names.tables()
    names = dict(table or {})
    for switches in (dict(repair=True, policy=True), dict(repair=True), dict(policy=["tls12"]), dict(repair=["hostname_in_handshake"])):
        report = tls_bootstrap.monkeypatch_ssl(**switches)
        assert report.patched
        from tests.support.pairs import Pair
        Pair().handshake()
        tls_bootstrap.unpatch_ssl()
        assert not differences(before, everything()), differences(before, everything())
        assert dict(table or {}) == names
    """)


def test_what_is_replaced_is_in_the_table():
    child.check("""
    import tls_bootstrap, ssl
    from tls_bootstrap._repairs import REMEDIES
    from tls_bootstrap import _plan
    report = tls_bootstrap.monkeypatch_ssl()
    before = set(report.added)
    tls_bootstrap.unpatch_ssl()
    for row in REMEDIES:
        report = tls_bootstrap.monkeypatch_ssl(**{row.switch: [row.name]})
        allowed = set(row.names) | set(name for other in REMEDIES if other.name in row.brings for name in other.names)
        if "create_default_context" in allowed:
            allowed.add("_create_default_https_context")
        assert set(report.added) - before <= allowed, (row.name, set(report.added) - before - allowed)
        tls_bootstrap.unpatch_ssl()
    """)


def test_nothing_private_is_replaced():
    child.check("""
    import tls_bootstrap, ssl
    report = tls_bootstrap.monkeypatch_ssl(features=[], repair=True, policy=True)
    private = [name for name in report.added if name.split(".")[-1].startswith("_") and not name.endswith("__")]
    assert private in ([], ["_create_default_https_context"]), private
    """)


def test_the_report_tells():
    child.check("""
    import tls_bootstrap, json
    report = tls_bootstrap.monkeypatch_ssl(repair=True, policy=["tls12"])
    needed = %r
    assert ("empty_write" in report.repairs) is needed and (report.policies == ["tls12"] or not needed)
    assert report.policies in (["tls12"], [])
    assert len(set(report.added)) == len(report.added)
    status = tls_bootstrap.status()
    assert (status.repairs, status.policies) == (report.repairs, report.policies)
    assert ("repaired: " in str(status)) is bool(report.repairs) and ("policies in force: tls12" in str(status)) is bool(report.policies)
    json.dumps(status.as_dict())
    tls_bootstrap.unpatch_ssl()
    assert tls_bootstrap.status().repairs == tls_bootstrap.status().policies == []
    """ % NEEDED)


@needs.something_to_add
def test_the_same_call_again_and_another_one():
    child.check("""
    import tls_bootstrap
    first = tls_bootstrap.monkeypatch_ssl(repair=["empty_write", "ragged_eof"])
    assert tls_bootstrap.monkeypatch_ssl(repair=("ragged_eof", "empty_write")).as_dict() == first.as_dict()
    for other in (dict(), dict(repair=True), dict(repair=["empty_write"]), dict(repair=["empty_write", "ragged_eof"], policy=True)):
        try:
            tls_bootstrap.monkeypatch_ssl(**other)
        except RuntimeError as error:
            assert "repair=['empty_write', 'ragged_eof']" in str(error), error
        else:
            raise AssertionError(other)
    """)


def test_wrong_arguments_change_nothing():
    child.check(IDENTITIES + """
    import tls_bootstrap
    for switches, kind in ((dict(repair="ragged_eof"), TypeError), (dict(policy=u"tls12"), TypeError), (dict(repair=7), TypeError),
                           (dict(repair=["nonsense"]), ValueError), (dict(policy=["ragged_eof"]), ValueError)):
        try:
            tls_bootstrap.monkeypatch_ssl(**switches)
        except kind:
            assert not tls_bootstrap.is_patched() and not differences(before, everything())
        else:
            raise AssertionError(switches)
    """)


def test_a_failure_on_the_way_puts_all_back():
    """The last of the repairs fails to be made."""
    child.check(IDENTITIES + """
    import tls_bootstrap
    from tls_bootstrap.surface import policies
    from tls_bootstrap.surface.repairs import reason_names
    table = reason_names.tables()[0]
    names = dict(table or {})
    def fail(self):
        raise ZeroDivisionError
    policies.X509Strict.make, policies.X509Strict.is_needed = fail, lambda self: True
    try:
        tls_bootstrap.monkeypatch_ssl(repair=True, policy=True)
    except ZeroDivisionError:
        assert not tls_bootstrap.is_patched() and not differences(before, everything()) and dict(table or {}) == names
    else:
        raise AssertionError("no failure")
    """)


@pytest.mark.skipif(not NEEDED, reason="no socket needs repair")
def test_originals_can_be_had():
    child.check("""
    import ssl
    write, new = vars(ssl.SSLSocket)["write"], vars(ssl.SSLContext)["__new__"]
    import tls_bootstrap
    tls_bootstrap.monkeypatch_ssl(repair=True, policy=True)
    assert vars(ssl.SSLSocket)["write"] is not write and tls_bootstrap.get_original("SSLSocket.write") is write
    assert tls_bootstrap.get_original("SSLContext.__new__") is new
    """)


@pytest.mark.skipif(not NEEDED, reason="no socket needs repair")
def test_sockets_of_others_are_left_alone():
    """As gevent's and eventlet's, which do their own reading and writing."""
    child.check("""
    import ssl
    class SSLSocket(ssl.SSLSocket):
        __module__ = "somebody.else"
    genuine, before = ssl.SSLSocket, dict(vars(ssl.SSLSocket))
    ssl.SSLSocket = SSLSocket
    import tls_bootstrap
    report = tls_bootstrap.monkeypatch_ssl(repair=True)
    assert dict(vars(genuine)) == before and "write" not in vars(SSLSocket)
    if report.repairs:
        assert "TLS sockets are made by somebody.else, repairs are of the interpreter's own" in report.why
    if "SSLObject" in report.added:  # nothing but sockets could be repaired
        assert report.left_out["repair empty_write"] == "TLS sockets are made by somebody.else", report.left_out
        tls_bootstrap.unpatch_ssl()
        try:
            tls_bootstrap.monkeypatch_ssl(repair=["empty_write"])
        except ImportError as error:
            assert str(error) == "repair empty_write cannot be done here: TLS sockets are made by somebody.else"
        else:
            raise AssertionError("done")
    """)


SUBCLASS = """
    class SSLContext(ssl.SSLContext):
        pass
    for name in ("options", "verify_flags", "verify_mode", "minimum_version", "maximum_version"):
        genuine = vars(ssl._ssl._SSLContext).get(name)
        if genuine is not None:
            setattr(SSLContext, name, property(genuine.__get__, genuine.__set__))
"""


@pytest.mark.parametrize("made", [SUBCLASS, "from truststore import SSLContext"], ids=["subclass", "truststore"])
def test_behind_another_context(made):
    """gevent, eventlet and truststore rebind ssl.SSLContext: the setters of the one below, which name it, call themselves then
    (gevent/gevent#903)."""
    if "truststore" in made:
        pytest.importorskip("truststore", reason="truststore is for Python 3.10 and newer")
    child.check("""
    import ssl
    %s
    ssl.SSLContext = SSLContext
    import tls_bootstrap
    from tls_bootstrap._repairs import REMEDIES
    for switches in [dict(repair=True, policy=True)] + [{row.switch: [row.name]} for row in REMEDIES]:
        tls_bootstrap.monkeypatch_ssl(**switches)
        tls_bootstrap.unpatch_ssl()
    """ % made.strip())


def test_what_is_made_can_die():
    """No table keeps a context, a socket or an error."""
    child.check("""
    import gc, socket, ssl, weakref, tls_bootstrap
    tls_bootstrap.monkeypatch_ssl(repair=True, policy=True)
    from tests.support import certs
    from tests.support.contexts import client_context, server_context
    from tests.support.peers_stream import Task, tcp_pair
    def make():
        one, other = tcp_pair()
        context = client_context()
        task = Task(lambda: server_context(certfile=certs.WRONGHOST).wrap_socket(other, server_side=True).recv(1))
        sock = context.wrap_socket(one, server_hostname="localhost", do_handshake_on_connect=False)
        try:
            sock.write(b"secret")
        except ssl.SSLError:
            pass
        references = [weakref.ref(sock), weakref.ref(context)]
        for each in (sock, one, other):
            each.close()
        try:
            task.result()
        except EnvironmentError:
            pass
        return references
    references = make()
    gc.collect()
    gc.collect()
    assert [reference() for reference in references] == [None, None], references
    """)


def test_doctor_tells():
    out = child.check("import sys; from tls_bootstrap._cli import main; sys.exit(main(['doctor', '--json']))")
    diagnosis = json.loads(out)
    assert ("empty_write" in diagnosis["repairs"]) is NEEDED
    assert set(diagnosis["policies"]) <= {"tls12", "ciphers", "x509_strict"}
    text = child.check("import sys; from tls_bootstrap._cli import main; sys.exit(main(['doctor']))")
    for switch, found in (("repair", diagnosis["repairs"]), ("policy", diagnosis["policies"])):
        for name in found:
            assert "%s %s (Python 3." % (switch, name) in text and "by %s=['%s']" % (switch, name) in text
    assert text.count("\nrepair ") == len(diagnosis["repairs"])


RUN = "import sys; from tls_bootstrap._cli import main; sys.exit(main(sys.argv[1:]))"
SAY = "import tls_bootstrap; r = tls_bootstrap.status(); print(r.repairs, r.policies)"


@pytest.mark.parametrize("options, repairs, policies", [
    ([], [], []),
    (["--repair=empty_write"], ["empty_write"], []),
    (["--policy=tls12", "--repair=empty_write"], ["empty_write"], ["tls12"]),
    (["--policy=tls12,ciphers"], [], ["tls12", "ciphers"]),
])
@pytest.mark.skipif(not NEEDED, reason="nothing that could be seen")
def test_run(tmp_path, options, repairs, policies):
    program = tmp_path / "program.py"
    program.write_text(u"from __future__ import print_function\n" + SAY)
    status, out, err = child.run(RUN, *(["run"] + options + [str(program)]))
    assert (status, out, err) == (0, "%r %r\n" % (repairs, policies), "")


def test_run_with_all(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(u"import tls_bootstrap; assert tls_bootstrap.status().patched")
    assert child.run(RUN, "run", "--repair", "--policy", str(program))[0::2] == (0, "")


@pytest.mark.parametrize("option, complaint", [
    ("--repair=nonsense", "no repair is called 'nonsense'"), ("--policy=", "no policy is called ''"), ("--repairs", "run has no option"),
    ("--policy=ragged_eof", "no policy is called"),
])
def test_run_with_wrong_names(tmp_path, option, complaint):
    program = tmp_path / "program.py"
    program.write_text(u"print(1)")
    status, out, err = child.run(RUN, "run", option, str(program))
    assert status in (1, 2) and out == "" and complaint in err, (status, out, err)


@pytest.mark.skipif(facts.is_upgraded(), reason="engine pyopenssl of 2.7 has an OpenSSL that is too old for these tests")
def test_the_engine_pyopenssl_needs_no_repair():
    pytest.importorskip("OpenSSL")
    child.check("""
    import warnings
    warnings.simplefilter("ignore")
    import tls_bootstrap, ssl
    report = tls_bootstrap.monkeypatch_ssl("pyopenssl", repair=True, policy=True)
    assert report.engine == "pyopenssl"
    from tests.support.pairs import Pair
    Pair().handshake()
    ssl.create_default_context()
    tls_bootstrap.unpatch_ssl()
    """)
