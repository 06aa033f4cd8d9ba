"""Adapters: switched on before and after the import of what they repair, undone, refused; HTTPS through an HTTPS proxy with urllib3.

Each scenario in a process of its own. `upgraded` marks what needs an interpreter that lacks wrap_bio, where there is something to
repair. pip and requests through the proxy are in test_main_job.py, the imports that adapters wait for in test_adapter_imports.py.
"""
from __future__ import absolute_import, division, print_function

import os
import shutil

import pytest
from tests.support import certs, child, facts

urllib3 = pytest.importorskip("urllib3")

IS_UPGRADED = facts.is_upgraded()
upgraded = pytest.mark.skipif(not IS_UPGRADED, reason="this interpreter has wrap_bio of its own: nothing is repaired")
complete = pytest.mark.skipif(IS_UPGRADED, reason="this interpreter lacks wrap_bio")

PRELUDE = """
    import sys
    import tls_bootstrap
    import tls_bootstrap.adapters as adapters

    def raises(kind, function, *arguments):
        try:
            function(*arguments)
        except kind as error:
            return str(error)
        raise AssertionError("no %s" % kind.__name__)

    def modules(package):
        return sorted(name for name in sys.modules if name.startswith(package + ".") and sys.modules[name])

    def snapshot(package):
        things = [sys.modules[name] for name in modules(package)]
        things += [sys.modules[package + ".poolmanager"].PoolManager, sys.modules[package + ".connection"].HTTPSConnection]
        return list(sys.meta_path), [dict(vars(thing)) for thing in things]

    def finders():  # urllib3's copy of six leaves one of its own
        return [finder for finder in sys.meta_path if type(finder).__module__.startswith("tls_bootstrap")]

    def is_repaired(package):
        from tls_bootstrap import TLSStream
        holders = [sys.modules[package + end].SSLTransport for end in (".util.ssltransport", ".util.ssl_")]
        assert holders[0] is holders[1]
        return issubclass(holders[0], TLSStream)
"""


@pytest.fixture(params=["urllib3", "pip._vendor.urllib3", "app.vendor.urllib3"])
def package(request, tmp_path):
    """(name, folder to put on the path) of a copy of urllib3: the usual one, pip's, one that somebody else vendored."""
    if request.param.startswith("pip."):
        pytest.importorskip(request.param + ".util.ssltransport")
    if request.param.startswith("app."):
        shutil.copytree(os.path.dirname(urllib3.__file__), str(tmp_path / "app" / "vendor" / "urllib3"))
        for folder in ("app", "app/vendor"):
            (tmp_path / folder / "__init__.py").write_text(u"")
    return request.param, str(tmp_path)


def check(code, *arguments):
    return child.check(PRELUDE + code, *arguments)


class TestSwitch(object):

    @complete
    def test_nothing_to_do(self):
        check("""
    import urllib3.poolmanager, urllib3.connection
    before = snapshot("urllib3")
    said = adapters.enable()
    assert "not needed" in said and adapters.enable("urllib3") == said, said
    tls_bootstrap.monkeypatch_ssl()
    assert adapters.enable() == said
    adapters.disable()
    assert snapshot("urllib3") == before
    """)

    @upgraded
    def test_first_the_upgrade(self):
        check("""
    before = list(sys.meta_path)
    assert "tls_bootstrap.monkeypatch_ssl()" in raises(RuntimeError, adapters.enable)
    adapters.disable()  # of what is not enabled: no error
    assert sys.meta_path == before
    """)

    def test_unknown_name(self):
        check("""
    tls_bootstrap.monkeypatch_ssl()
    for function in (adapters.enable, adapters.disable):
        message = raises(ValueError, function, "urllib3", "httplib2")
        assert "'httplib2'" in message and "'urllib3'" in message, message
    """)

    @upgraded
    def test_before_the_import(self, package):
        check("""
    sys.path.insert(0, sys.argv[2])
    tls_bootstrap.monkeypatch_ssl()
    assert "not imported yet" in adapters.enable()
    __import__(sys.argv[1])
    assert is_repaired(sys.argv[1])
    assert sys.argv[1] in str(tls_bootstrap.status())
    """, *package)

    @upgraded
    def test_after_the_import(self, package):
        check("""
    sys.path.insert(0, sys.argv[2])
    __import__(sys.argv[1])
    tls_bootstrap.monkeypatch_ssl()
    said = adapters.enable()
    assert sys.argv[1] + ".util.ssl_.SSLTransport" in said, said
    assert is_repaired(sys.argv[1])
    assert said.splitlines()[-1] in str(tls_bootstrap.status())
    """, *package)

    @upgraded
    @pytest.mark.parametrize("undo", ["tls_bootstrap.unpatch_ssl()", "adapters.disable()", "adapters.disable('urllib3')"])
    @pytest.mark.parametrize("order", ["enable import", "import enable"])
    def test_undo_restores_everything(self, package, undo, order):
        check("""
    name, folder, undo, order = sys.argv[1:]
    sys.path.insert(0, folder)
    tls_bootstrap.monkeypatch_ssl()
    report = tls_bootstrap.status().why
    for times in range(2):
        steps = {"enable": adapters.enable, "import": lambda: __import__(name)}
        for step in order.split():
            steps[step]()
        assert is_repaired(name) and len(finders()) == 1
        during = snapshot(name)
        adapters.enable()  # again: a no-op
        assert snapshot(name) == during
        eval(undo)
        assert not is_repaired(name) and not finders()
        assert tls_bootstrap.is_patched() == undo.startswith("adapters")
        tls_bootstrap.monkeypatch_ssl()
        assert tls_bootstrap.status().why == report
        if times == 0:
            first = snapshot(name)
    assert snapshot(name) == first
    for module in modules(name):
        del sys.modules[module]
    del sys.modules[name]
    __import__(name)
    assert not is_repaired(name)
    """, package[0], package[1], undo, order)

    @upgraded
    def test_who_holds_the_class_already(self):
        check("""
    import types
    from urllib3.util.ssltransport import SSLTransport
    holder, original = types.ModuleType("holder"), [SSLTransport]  # in a list, or it would be replaced itself
    holder.Renamed, sys.modules["holder"] = SSLTransport, holder
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    import urllib3.util.ssltransport
    assert holder.Renamed is SSLTransport is urllib3.util.ssltransport.SSLTransport is not original[0]
    adapters.disable()
    assert holder.Renamed is SSLTransport is original[0]
    """)

    @upgraded
    def test_somebody_elses_work_is_not_undone(self):
        check("""
    import urllib3.util.ssl_
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    ours, urllib3.util.ssl_.SSLTransport = urllib3.util.ssl_.SSLTransport, object
    assert "urllib3.util.ssl_.SSLTransport" in raises(RuntimeError, adapters.disable)
    assert urllib3.util.ssltransport.SSLTransport is ours  # nothing was changed
    urllib3.util.ssl_.SSLTransport = ours
    adapters.disable()
    """)

    @upgraded
    def test_alias_of_requests(self):
        pytest.importorskip("requests")
        check("""
    tls_bootstrap.monkeypatch_ssl()
    import requests
    said = adapters.enable()
    assert is_repaired("requests.packages.urllib3") and is_repaired("urllib3")
    assert [line for line in said.splitlines() if line.startswith("urllib3 ")] == [said.splitlines()[-1]], said
    """)

    @upgraded
    def test_two_copies_of_the_package(self, tmp_path):
        """The second finds the work of the first done, and takes nothing away from it."""
        shutil.copytree(os.path.join(child.SOURCES, "tls_bootstrap"), str(tmp_path / "other_bootstrap"))
        check("""
    sys.path.insert(0, sys.argv[1])
    import other_bootstrap.adapters
    import urllib3
    tls_bootstrap.monkeypatch_ssl()
    other_bootstrap.monkeypatch_ssl()
    adapters.enable()
    during = snapshot("urllib3")
    assert "nothing to repair" in other_bootstrap.adapters.enable()
    other_bootstrap.adapters.disable()
    assert snapshot("urllib3") == during and is_repaired("urllib3")
    """, str(tmp_path))


class TestWhatIsNoUrllib3(object):
    """Others have modules of that name, and urllib3 was not always able to do TLS in TLS."""

    @upgraded
    @pytest.mark.parametrize("files, said", [
        ({"__init__": ""}, "not imported yet"),
        ({"__init__": "from . import poolmanager\n__version__ = '1.25.11'", "poolmanager": ""}, "1.25.11: nothing to repair"),
    ])
    def test_is_left_alone(self, tmp_path, files, said):
        folder = tmp_path / "integrations" / "urllib3"
        folder.mkdir(parents=True)
        (tmp_path / "integrations" / "__init__.py").write_text(u"")
        for name, text in files.items():
            (folder / (name + ".py")).write_text(u"" + text)
        check("""
    sys.path.insert(0, sys.argv[1])
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    import integrations.urllib3
    before = dict(vars(integrations.urllib3))
    assert sys.argv[2] in adapters.enable(), adapters.enable()
    assert vars(integrations.urllib3) == before
    """, str(tmp_path), said)


HTTPS_PROXY = PRELUDE + """
    import ssl
    import warnings
    from tests.support import certs
    from tools.loopback.index import GREETING, GREETING_PATH, PackageIndex
    from tools.loopback.proxy import HTTPSProxy

    def get(index_cert, proxy_cert, count=1, **pool_arguments):
        import urllib3
        with PackageIndex(index_cert) as index, HTTPSProxy(proxy_cert) as proxy:
            manager = urllib3.ProxyManager("https://localhost:%d" % proxy.port, ca_certs=certs.CA, retries=False, timeout=20, **pool_arguments)
            try:
                for _ in range(count):
                    body = manager.request("GET", "https://localhost:%d%s" % (index.port, GREETING_PATH)).data
            finally:
                manager.clear()
                tunnels, requests = proxy.tunnels, index.requests
            assert len(requests) == count and all(tunnel.carried_tls for tunnel in tunnels)
            return body.decode("ascii"), len(tunnels)
"""


class TestPoolManager(object):
    """urllib3 by itself, through an HTTPS proxy. pip and requests do not ask PoolManager, see test_main_job.py."""

    @upgraded
    def test_stock_refuses(self):
        child.check(HTTPS_PROXY + """
    import urllib3
    tls_bootstrap.monkeypatch_ssl()
    message = raises(urllib3.exceptions.ProxySchemeUnsupported, get, certs.SERVER, certs.SERVER)
    assert "Python 2" in message, message
    """)

    def test_works(self):
        """Also where nothing has to be repaired: that is how it should look."""
        child.check(HTTPS_PROXY + """
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    assert get(certs.SERVER, certs.SERVER) == (GREETING, 1)
    assert get(certs.SERVER, certs.SERVER, 3) == (GREETING, 3)  # the index answers "Connection: close"
    """)

    @pytest.mark.parametrize("wrong", [certs.WRONGHOST, certs.EXPIRED, certs.STRANGER, certs.SELFSIGNED])
    @pytest.mark.parametrize("place", ["index", "proxy"])
    def test_refuses_a_wrong_certificate(self, wrong, place):
        child.check(HTTPS_PROXY + """
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    import urllib3
    wrong, place = sys.argv[1:]
    pair = (wrong, certs.SERVER) if place == "index" else (certs.SERVER, wrong)
    try:
        get(*pair)
    except urllib3.exceptions.HTTPError as error:
        words = str(error).lower()
        assert "certificate" in words or "match" in words, error
    else:
        raise AssertionError("no error")
    """, wrong, place)

    @upgraded
    def test_a_context_without_wrap_bio_is_still_refused(self):
        """As those of urllib3.contrib.pyopenssl: the reason to refuse is there, so is the refusal."""
        child.check(HTTPS_PROXY + """
    import urllib3
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()

    class Shim(object):
        pass
    manager = urllib3.ProxyManager("https://localhost:1", ssl_context=Shim())
    raises(urllib3.exceptions.ProxySchemeUnsupported, manager.request, "GET", "https://localhost:2/")
    urllib3.util.ssl_.SSLContext = Shim
    manager = urllib3.ProxyManager("https://localhost:1")
    raises(urllib3.exceptions.ProxySchemeUnsupported, manager.request, "GET", "https://localhost:2/")
    raises(urllib3.exceptions.ProxySchemeUnsupported, urllib3.util.ssltransport.SSLTransport._validate_ssl_context_for_tls_in_tls, Shim())
    """)


class TestSSLTransport(object):

    @upgraded
    def test_signature_and_attributes(self):
        check("""
    import contextlib
    tls_bootstrap.monkeypatch_ssl()
    adapters.enable()
    from urllib3.util.ssltransport import SSLTransport
    from tests.support.contexts import client_context, server_context
    from tests.support.peers_stream import Task, echo, serve, tcp_pair
    assert (SSLTransport.__name__, SSLTransport.__module__) == ("SSLTransport", "urllib3.util.ssltransport")
    one, other = tcp_pair()
    task = Task(serve, echo, other, server_context())
    transport = SSLTransport(socket=one, ssl_context=client_context(), server_hostname="localhost", suppress_ragged_eofs=False)
    with contextlib.closing(transport):
        assert transport.socket is one and transport.suppress_ragged_eofs is False
        assert transport.sslobj.version() == transport.version()
        assert (transport.incoming.pending, transport.outgoing.pending) == (0, 0)
        raises(ValueError, transport.makefile, "r", 0)
        text = transport.makefile("rw")
        text.write(u"text\\n")
        text.flush()
        assert text.readline() == u"text\\n"
        transport.unwrap()
        task.result()
    """)


class TestPredicates(object):

    def test_works_here(self):
        from tls_bootstrap.adapters.urllib3 import SSLTransport, works_here

        class Old(object):
            def sendall(self, data, flags=0):
                raise AttributeError("__exit__")

        class New(object):
            def sendall(self, data, flags=0):
                self.send(data)
        assert [works_here(class_) for class_ in (Old, New, SSLTransport)] == [False, True, True]

    def test_checks_proxy_name(self):
        from tls_bootstrap.adapters.urllib3 import checks_proxy_name

        class Vulnerable(object):
            def _connect_tls_proxy(self, hostname, conn):
                return conn

        class Repaired(object):
            def _connect_tls_proxy(self, hostname, conn):
                _match_hostname(conn, hostname)  # noqa: F821  never run: the adapter looks for the name

        class Newer(object):  # urllib3 2
            def _connect_tls_proxy(self, hostname, conn):
                _ssl_wrap_socket_and_match_hostname(conn, hostname)  # noqa: F821  never run: the adapter looks for the name

        class Without(object):
            pass
        assert [checks_proxy_name(class_) for class_ in (Vulnerable, Repaired, Newer, Without)] == [False, True, True, True]

    def test_refuses(self):
        from tls_bootstrap.adapters.urllib3 import refuses

        class Refusing(object):
            def _validate_proxy_scheme_url_selection(self, url_scheme):
                if self.proxy.scheme == url_scheme == "https" and not self.proxy_config.use_forwarding_for_https:
                    raise KeyError

        class Agreeing(object):
            def _validate_proxy_scheme_url_selection(self, url_scheme):
                pass

        class Without(object):
            pass
        assert [refuses(class_, KeyError) for class_ in (Refusing, Agreeing, Without)] == [True, False, False]

    def test_of_the_urllib3_that_is_here(self):
        from tls_bootstrap.adapters import urllib3 as adapter
        import urllib3.connection
        import urllib3.util.ssltransport
        works = adapter.works_here(urllib3.util.ssltransport.SSLTransport)
        assert works != IS_UPGRADED
        assert adapter.refuses(urllib3.PoolManager, urllib3.exceptions.ProxySchemeUnsupported) == IS_UPGRADED
        assert adapter.checks_proxy_name(urllib3.connection.HTTPSConnection)
