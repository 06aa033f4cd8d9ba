"""Each name of `ssl` and of its classes is the very same object as before: where nothing is lacking, and everywhere after the undo.

`==` would not do: a copy of a class, or of a table, is equal, and who holds the first one has another `ssl` than who asks for it now.
"""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts

IS_UPGRADED = facts.is_upgraded()

IDENTITIES = """
    import ssl, _ssl, socket, sys

    def holders():
        yield "ssl", ssl
        yield "_ssl", _ssl
        yield "socket", socket
        for name, value in sorted(vars(ssl).items()):
            if isinstance(value, type):
                for index, kind in enumerate(value.__mro__):
                    yield "ssl.%s.__mro__[%d]" % (name, index), kind

    def everything():
        "{where: object}, which also keeps the objects alive: a number of id() could be that of another one later."
        found = {}
        for holder, value in holders():
            found[holder] = value
            for name, member in vars(value).items():
                found["%s.%s" % (holder, name)] = member
        return found

    def differences(before, after):
        return sorted(name for name in set(before) | set(after)
                      if name not in before or name not in after or before[name] is not after[name])

    before = everything()
    assert len(before) > 400, len(before)
"""


def test_a_copy_is_noticed():
    """The sabotage twin: what is equal and not the same, what is new and what is gone."""
    child.check(IDENTITIES + """
    table = ssl._PROTOCOL_NAMES
    ssl._PROTOCOL_NAMES, ssl.extra, cert_none = dict(table), 1, ssl.CERT_NONE
    del ssl.CERT_NONE
    assert ssl._PROTOCOL_NAMES == table
    wrap = ssl.SSLContext.wrap_socket
    ssl.SSLContext.wrap_socket = lambda *args, **kwargs: wrap(*args, **kwargs)
    found = differences(before, everything())
    assert found == ["ssl.CERT_NONE", "ssl.SSLContext.__mro__[0].wrap_socket", "ssl._PROTOCOL_NAMES", "ssl.extra"], found
    """)


@pytest.mark.skipif(IS_UPGRADED, reason="this interpreter lacks MemoryBIO: names are added, see test_what_was_there_stays")
def test_nothing_changes_where_nothing_is_lacking():
    child.check(IDENTITIES + """
    import tls_bootstrap
    from tls_bootstrap import _plan
    _plan.ADDITIONS = ()  # as on a Python that has them all
    report = tls_bootstrap.monkeypatch_ssl()
    assert not report.patched, str(report)
    assert not differences(before, everything())
    tls_bootstrap.monkeypatch_ssl()
    assert not differences(before, everything())
    tls_bootstrap.unpatch_ssl()
    assert not differences(before, everything())
    """)


def test_what_was_there_stays():
    child.check(IDENTITIES + """
    import tls_bootstrap
    assert tls_bootstrap.monkeypatch_ssl().patched
    added = differences(before, everything())
    assert "ssl.SSLContext.__mro__[0].set_groups" in added, added
    if %r:
        assert "ssl.MemoryBIO" in added and "ssl.SSLContext.__mro__[0].wrap_bio" in added
    assert not set(added) & set(before), sorted(set(added) & set(before))
    tls_bootstrap.unpatch_ssl()
    assert not differences(before, everything())
    """ % IS_UPGRADED)


ENGINES = ["auto", "loopback", "pyopenssl"] if IS_UPGRADED else ["pyopenssl"]  # what can change anything here


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_left_behind(engine):
    """Whatever the engine replaced, and used: a connection is made in between."""
    if engine == "pyopenssl":
        pytest.importorskip("OpenSSL")
    child.check(IDENTITIES + """
    import tls_bootstrap, warnings
    warnings.simplefilter("ignore")  # PyOpenSSL's, about Python 2
    assert tls_bootstrap.monkeypatch_ssl(%r).patched
    from tests.support.pairs import Pair
    Pair().handshake()
    assert differences(before, everything())
    tls_bootstrap.unpatch_ssl()
    assert not differences(before, everything()), differences(before, everything())
    """ % engine)
