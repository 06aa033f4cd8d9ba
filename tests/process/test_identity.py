"""Each name of `ssl` and of its classes is the very same object as before: where nothing is lacking, and everywhere after the undo.

`==` would not do: a copy of a class, or of a table, is equal, and who holds the first one has another `ssl` than who asks for it now.
"""
from __future__ import absolute_import, division, print_function

import pytest
from tests.support import child, facts, needs

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

    def tables(enumeration):
        "(where, name, object) of what an enumeration keeps of its members; combinations, which flags of `enum` keep as they are made, left out"
        for index, name in enumerate(vars(enumeration).get("_member_names_", ())):
            yield "_member_names_", index, name
        for table in ("_member_map_", "_value2member_map_"):
            for key, member in vars(enumeration).get(table, {}).items():
                if member not in vars(enumeration)["_member_map_"].values():
                    continue
                yield table, key, member
                for name, value in getattr(member, "__dict__", {}).items():
                    if name != "_inverted_":
                        yield "%s[%r]" % (table, key), name, value

    def everything():
        "{where: object}, which also keeps the objects alive: a number of id() could be that of another one later."
        found = {}
        for holder, value in holders():
            found[holder] = value
            for name, member in vars(value).items():
                found["%s.%s" % (holder, name)] = member
            if hasattr(value, "_member_map_"):
                for table, key, member in tables(value):
                    found["%s.%s[%r]" % (holder, table, key)] = member
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


@pytest.mark.skipif(IS_UPGRADED, reason="this interpreter has no enumerations of its own")
def test_a_member_is_noticed():
    """The same for what is inside an enumeration, of which the tables stay the same objects."""
    child.check(IDENTITIES + """
    ssl.VerifyMode._member_names_.append("new")
    ssl.VerifyMode._member_map_["new"] = ssl.VerifyMode._value2member_map_[3] = 3
    ssl.CERT_NONE.note = 1
    ssl.VerifyMode._member_map_["CERT_OPTIONAL"] = 1
    found = [name.replace("ssl.VerifyMode.__mro__[0].", "") for name in differences(before, everything()) if "VerifyMode.__mro__[0]" in name]
    for name in ("_member_names_[3]", "_member_map_['new']", "_value2member_map_[3]", "_member_map_['CERT_NONE']['note']",
                 "_member_map_['CERT_OPTIONAL']"):
        assert name in found, (name, found)
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


@needs.something_to_add
def test_what_was_there_stays():
    child.check(IDENTITIES + """
    import tls_bootstrap
    assert tls_bootstrap.monkeypatch_ssl().patched
    added = differences(before, everything())
    assert "ssl.SSLContext.__mro__[0].set_groups" in added, added
    if %r:
        assert "ssl.MemoryBIO" in added and "ssl.SSLContext.__mro__[0].wrap_bio" in added
    from tls_bootstrap._features import ADDITIONS
    may_be_replaced = set(name for row in ADDITIONS for name in row.also)
    may_be_replaced |= set(["_create_default_https_context", "_create_stdlib_context"])  # other names of two of them
    for name in set(added) & set(before):
        was, now = before[name], everything()[name]
        is_joined = name.rpartition(".")[2] in ("_flag_mask_", "_singles_mask_", "_all_bits_") and now & was == was
        assert was == now or is_joined or name.replace("ssl.", "").replace("__mro__[0].", "") in may_be_replaced, name
    tls_bootstrap.unpatch_ssl()
    assert not differences(before, everything())
    """ % IS_UPGRADED)


ENGINES = ["auto"] + (facts.engines_over_own_ssl()[1:] if IS_UPGRADED else []) + ["pyopenssl"]


@needs.something_to_add
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_left_behind(engine):
    """Whatever the engine replaced, and used: a connection is made in between."""
    if engine == "pyopenssl":
        pytest.importorskip("OpenSSL")
    child.check(IDENTITIES + """
    import tls_bootstrap, warnings
    warnings.simplefilter("ignore")  # PyOpenSSL's, about Python 2
    from tests.support.pairs import Pair
    lacks_an_option = not hasattr(ssl, "OP_LEGACY_SERVER_CONNECT")
    assert tls_bootstrap.monkeypatch_ssl(%r).patched
    Pair().handshake()
    if lacks_an_option:
        combined = [~ssl.OP_NO_SSLv3, ssl.OP_ALL | ssl.OP_NO_TLSv1 | ssl.OP_LEGACY_SERVER_CONNECT]
    assert differences(before, everything())
    tls_bootstrap.unpatch_ssl()
    assert not differences(before, everything()), differences(before, everything())
    if lacks_an_option and hasattr(ssl, "Options"):  # no combination, either, is called after it any more
        assert not [member for member in ssl.Options._value2member_map_.values() if "OP_LEGACY" in repr(vars(member))]
    """ % engine)
