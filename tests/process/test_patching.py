"""Import, upgrade, upgrade again, undo, veto, two copies: each in a process of its own.

`upgraded` marks what needs an interpreter that lacks MemoryBIO; `complete` what needs one that has everything.
"""
from __future__ import absolute_import, division, print_function

import os
import shutil
import sys

import pytest
from tests.support import child, facts, needs

IS_UPGRADED = facts.is_upgraded()
upgraded = pytest.mark.skipif(not IS_UPGRADED, reason="this interpreter has MemoryBIO of its own: nothing is patched")
complete = pytest.mark.skipif(IS_UPGRADED, reason="this interpreter lacks MemoryBIO")

SNAPSHOT = """
    import ssl

    def snapshot():
        return dict((name, dict(vars(holder))) for name, holder in (
            ("ssl", ssl), ("SSLContext", ssl.SSLContext), ("SSLSocket", ssl.SSLSocket), ("_ssl", ssl._ssl)))
"""


def test_importing_changes_nothing():
    child.check("""
        import pkgutil, sys
        paths, hooks = list(sys.meta_path), list(sys.path_hooks)
        before = set(sys.modules)
        import tls_bootstrap, _tls_bootstrap
        for _, name, _ in pkgutil.walk_packages(tls_bootstrap.__path__, "tls_bootstrap."):
            if not name.endswith("__main__"):
                __import__(name)
        unwanted = set(["ssl", "_ssl", "ctypes", "_ctypes", "socket", "_socket"])
        assert not unwanted & (set(sys.modules) - before), unwanted & set(sys.modules)
        assert (paths, hooks) == (sys.meta_path, sys.path_hooks)
        import ssl
        assert not tls_bootstrap.is_patched()
        assert not [name for name in vars(ssl) if "bootstrap" in name]
    """)


def test_the_historical_spelling_is_the_same():
    child.check("""
        import tls_bootstrap, _tls_bootstrap
        for name in tls_bootstrap.__all__:
            assert getattr(_tls_bootstrap, name) is getattr(tls_bootstrap, name), name
    """)


@upgraded
def test_undo_restores_everything():
    child.check(SNAPSHOT + """
    import sys, tls_bootstrap
    before = snapshot()
    report = tls_bootstrap.monkeypatch_ssl()
    assert report.patched and report.engine == sys.argv[1] and tls_bootstrap.is_patched(), str(report)
    during = snapshot()
    assert during != before
    assert during["_ssl"] == before["_ssl"]
    from tls_bootstrap._features import ADDITIONS
    also = set(name for row in ADDITIONS for name in row.also)
    also |= set(["_create_default_https_context", "_create_stdlib_context"])  # other names of two of them
    for holder, names in before.items():  # nothing that was there is replaced but what the table says, and numbers by their equals
        for name, value in names.items():
            found = during[holder][name]
            assert found is value or found == value or name in also or "%s.%s" % (holder, name) in also, name
    tls_bootstrap.unpatch_ssl()
    assert snapshot() == before
    assert not tls_bootstrap.is_patched()
    tls_bootstrap.unpatch_ssl()  # nothing to undo is no error
    """, facts.first_engine())


@upgraded
def test_the_classes_survive_undo_and_redo():
    child.check("""
        import ssl, tls_bootstrap
        tls_bootstrap.monkeypatch_ssl()
        bio, Error = ssl.MemoryBIO(), ssl.SSLCertVerificationError
        tls_bootstrap.unpatch_ssl()
        bio.write(b"still there")
        tls_bootstrap.monkeypatch_ssl()
        assert isinstance(bio, ssl.MemoryBIO) and bio.read() == b"still there"
        assert ssl.SSLCertVerificationError is Error
    """)


@upgraded
def test_the_same_call_again_is_a_no_op_and_another_one_an_error():
    child.check(SNAPSHOT + """
    import tls_bootstrap
    first = tls_bootstrap.monkeypatch_ssl()
    before = snapshot()
    second = tls_bootstrap.monkeypatch_ssl()
    assert snapshot() == before and vars(second) == vars(first)
    try:
        tls_bootstrap.monkeypatch_ssl(engine="inplace")
    except RuntimeError as error:
        assert "engine='auto'" in str(error) and "unpatch_ssl" in str(error), error
    else:
        raise AssertionError("other arguments were accepted")
    assert snapshot() == before
    """)


def test_an_unknown_engine_is_a_value_error():
    child.check("""
        import tls_bootstrap
        try:
            tls_bootstrap.monkeypatch_ssl(engine="steam")
        except ValueError as error:
            assert "steam" in str(error) and "inplace" in str(error)
        else:
            raise AssertionError("accepted")
        assert not tls_bootstrap.is_patched()
    """)


@complete
def test_a_complete_interpreter_is_left_alone():
    child.check(SNAPSHOT + """
    import sys, tls_bootstrap
    before = snapshot()
    report = tls_bootstrap.monkeypatch_ssl(features=["MemoryBIO", "SSLObject", "SSLContext.wrap_bio"])
    assert "nothing was changed" in str(report) and not report.patched and report.added == []
    assert snapshot() == before and not tls_bootstrap.is_patched()
    assert "ctypes" not in sys.modules
    tls_bootstrap.unpatch_ssl()
    assert snapshot() == before
    """)


def test_the_operator_has_a_veto():
    child.check(SNAPSHOT + """
    import tls_bootstrap
    before = snapshot()
    try:
        tls_bootstrap.monkeypatch_ssl()
    except RuntimeError as error:
        assert "TLS_BOOTSTRAP_DISABLE=1" in str(error)
    else:
        raise AssertionError("the veto was ignored")
    assert snapshot() == before
    """, TLS_BOOTSTRAP_DISABLE="1")


def test_a_veto_of_zero_is_none():
    child.check("import tls_bootstrap; tls_bootstrap.monkeypatch_ssl()", TLS_BOOTSTRAP_DISABLE="0")


@upgraded
def test_get_original():
    child.check("""
        import ssl, tls_bootstrap
        tls_bootstrap.monkeypatch_ssl()
        assert tls_bootstrap.get_original("SSLContext") is ssl.SSLContext
        for name in ("MemoryBIO", "SSLContext.wrap_bio", "no_such_name"):
            try:
                tls_bootstrap.get_original(name)
            except AttributeError as error:
                assert name.split(".")[-1] in str(error)
            else:
                raise AssertionError(name)
        inherited = tls_bootstrap.get_original("SSLContext.verify_mode")
        assert inherited is vars(ssl._ssl._SSLContext)["verify_mode"] and type(tls_bootstrap.get_original("CERT_REQUIRED")) is int
        tls_bootstrap.unpatch_ssl()
        assert tls_bootstrap.get_original("SSLContext") is ssl.SSLContext and ssl.SSLContext.verify_mode is inherited
    """)


@upgraded
def test_status_tells_who_asked(tmp_path):
    program = tmp_path / "who_asked.py"
    program.write_text(u"import tls_bootstrap\n\ntls_bootstrap.monkeypatch_ssl()\nprint(tls_bootstrap.status())\n")
    out = child.check("import runpy, sys; runpy.run_path(sys.argv[1])", str(program))
    assert "asked by: %s:3" % program in out
    for wanted in ("engine %s" % facts.first_engine(), "MemoryBIO", facts.loaded_openssl()):
        assert wanted in out


@upgraded
def test_contexts_and_subclasses_made_before_have_it():
    child.check("""
        import ssl
        from ssl import SSLContext, SSLError
        class Mine(SSLContext):
            pass
        old, mine = SSLContext(ssl.PROTOCOL_SSLv23), Mine(ssl.PROTOCOL_SSLv23)
        import tls_bootstrap
        tls_bootstrap.monkeypatch_ssl()
        for context in (old, mine):
            obj = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO())
            assert type(obj) is ssl.SSLObject and obj.context is context
        assert ssl.SSLContext is SSLContext and ssl.SSLError is SSLError
    """)


@upgraded
def test_another_patcher_on_top_is_not_destroyed():
    child.check("""
        import ssl, tls_bootstrap
        tls_bootstrap.monkeypatch_ssl()
        ours = ssl.SSLObject
        ssl.SSLObject = Other = type("Other", (ours,), {})
        try:
            tls_bootstrap.unpatch_ssl()
        except RuntimeError as error:
            assert "ssl.SSLObject" in str(error)
        else:
            raise AssertionError("another patcher's work was destroyed")
        assert ssl.SSLObject is Other and tls_bootstrap.is_patched() and ssl.MemoryBIO
        ssl.SSLObject = ours
        tls_bootstrap.unpatch_ssl()
        assert not hasattr(ssl, "SSLObject")
    """)


@upgraded
def test_a_failure_in_the_middle_leaves_nothing():
    child.check(SNAPSHOT + """
    import tls_bootstrap
    from tls_bootstrap import _features, _plan
    before = snapshot()
    _plan.CORE += (_features.Feature("SSLContext.sabotage", "9.9", 0, None),)
    try:
        tls_bootstrap.monkeypatch_ssl()
    except AttributeError:
        pass
    else:
        raise AssertionError("the sabotage had no effect")
    assert snapshot() == before and not tls_bootstrap.is_patched()
    """)


@needs.something_to_add
def test_a_failure_behind_additions_leaves_nothing():
    child.check(SNAPSHOT + """
    import tls_bootstrap
    from tls_bootstrap import _features, _plan
    before = snapshot()
    _plan.ADDITIONS += (_features.Feature("SSLContext.sabotage", "9.9", 0, "negotiation"),)  # which does not make it
    try:
        tls_bootstrap.monkeypatch_ssl()
    except KeyError:
        pass
    else:
        raise AssertionError("the sabotage had no effect")
    assert snapshot() == before and not tls_bootstrap.is_patched()
    assert tls_bootstrap.monkeypatch_ssl(features=["SSLContext.set_groups"]).added == ["SSLContext.set_groups"]
    """)


@needs.something_to_add
def test_features_by_name():
    """Only those, the same call again is a no-op, another one an error."""
    child.check(SNAPSHOT + """
    import tls_bootstrap

    def fails(error, text, **arguments):
        try:
            tls_bootstrap.monkeypatch_ssl(**arguments)
        except error as caught:
            assert text in str(caught), caught
        else:
            raise AssertionError("nothing was raised")

    before, names = snapshot(), ["SSLContext.set_groups", "SSLContext.set_ciphersuites"]
    report = tls_bootstrap.monkeypatch_ssl(features=names)
    assert report.patched and report.engine == "native" and set(report.added) == set(names), report
    assert tls_bootstrap.monkeypatch_ssl(features=reversed(names)).added == report.added
    fails(RuntimeError, "features=")
    fails(ValueError, "'set_groups'", features=["set_groups"])
    fails(TypeError, "list of names", features="SSLContext.set_groups")
    assert not tls_bootstrap.unpatch_ssl().patched and snapshot() == before
    """)


@upgraded
def test_threads_that_ask_at_once():
    child.check("""
        import ssl, sys, threading, tls_bootstrap
        sys.setcheckinterval(1)
        before = dict(vars(ssl))
        errors, reports = [], []
        def ask():
            try:
                for _ in range(30):
                    reports.append(tls_bootstrap.monkeypatch_ssl())
                    tls_bootstrap.unpatch_ssl()
            except Exception as error:
                errors.append(error)
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert not errors, errors
        assert len(reports) == 240
        tls_bootstrap.unpatch_ssl()
        assert dict(vars(ssl)) == before
    """)


@pytest.fixture
def two_copies(tmp_path):
    """A folder with a second copy of the package under another name, as pip would vendor it."""
    vendor = tmp_path / "app" / "_vendor"
    vendor.mkdir(parents=True)
    (tmp_path / "app" / "__init__.py").write_text(u"")
    (vendor / "__init__.py").write_text(u"")
    shutil.copytree(os.path.join(child.SOURCES, "tls_bootstrap"), str(vendor / "renamed_tls"))
    return str(tmp_path)


@upgraded
def test_two_copies_share_one_upgrade(two_copies):
    child.check("""
        import ssl, sys
        sys.path.insert(0, sys.argv[1])
        before = dict(vars(ssl))
        import tls_bootstrap
        from app._vendor import renamed_tls
        tls_bootstrap.monkeypatch_ssl()
        assert renamed_tls.is_patched() and "asked by" in str(renamed_tls.status())
        renamed_tls.unpatch_ssl()  # has not asked: leaves the other's upgrade alone
        assert tls_bootstrap.is_patched()
        Object = ssl.SSLObject
        renamed_tls.monkeypatch_ssl()
        assert ssl.SSLObject is Object and len(renamed_tls.status().asked_by) == 2
        try:
            renamed_tls.monkeypatch_ssl(engine="inplace")
        except RuntimeError:
            pass
        else:
            raise AssertionError("the other copy's arguments were overruled")
        tls_bootstrap.unpatch_ssl()  # the second copy still wants it
        assert ssl.SSLObject is Object and renamed_tls.is_patched()
        renamed_tls.unpatch_ssl()
        assert dict(vars(ssl)) == before and not tls_bootstrap.is_patched()
    """, two_copies)


def test_without_ssl_the_import_error_says_so():
    child.check("""
        import sys
        sys.modules["_ssl"] = None
        import tls_bootstrap
        try:
            tls_bootstrap.monkeypatch_ssl()
        except ImportError as error:
            assert "no ssl module" in str(error), error
        else:
            raise AssertionError("upgraded nothing")
        assert "no ssl module" in str(tls_bootstrap.status())
    """)


@pytest.mark.parametrize("flags", ["-E", "-S", "-O", "-OO", "-B"])
def test_it_works_under_every_flag(flags):
    import subprocess

    if subprocess.call([sys.executable, flags, "-c", "import ssl"], stderr=subprocess.PIPE):
        pytest.skip("this environment finds its standard library only with site, so not under %s" % flags)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import tls_bootstrap as t; t.monkeypatch_ssl(); import ssl; b = ssl.MemoryBIO(); b.write(b'x'); assert b.read() == b'x' or 1/0"
    subprocess.check_call([sys.executable, flags, "-c", code, child.SOURCES])


@upgraded
def test_who_wraps_a_connection_as_36_did_gets_it_back():
    """eventlet 0.33 does that wherever ssl has an SSLObject and Python is older than 3.7; anything else is refused as ever."""
    child.check("""
        import socket, ssl
        import tls_bootstrap
        tls_bootstrap.monkeypatch_ssl()
        connection = ssl.SSLContext(ssl.PROTOCOL_SSLv23)._wrap_socket(socket.socket()._sock, False, None)
        assert ssl.SSLObject(connection, owner=connection) is connection
        for arguments, keywords in (((), {}), ((connection,), {}), ((), {"owner": connection}), ((object(),), {"owner": connection})):
            try:
                ssl.SSLObject(*arguments, **keywords)
            except TypeError as error:
                assert "does not have a public constructor" in str(error), error
            else:
                raise AssertionError("an SSLObject was made of %r" % (arguments,))
    """)
