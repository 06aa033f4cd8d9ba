"""Decisions, with made-up facts: any interpreter's plan can be looked at on any other."""
from __future__ import absolute_import, division, print_function

import pytest
from tls_bootstrap import _features, _plan
from tls_bootstrap._facts import Facts
from tls_bootstrap._features import ADDITIONS, CORE, FEATURES, OF_SSLOBJECT

ALL = [row.name for row in FEATURES]
WORKS = _plan.Verdict("one", type("Engine", (), {"name": "one"}), "works")
BROKEN = _plan.Verdict("other", None, "it has no legs")
OWN = _plan.Verdict("pyopenssl", type("Engine", (), {"name": "pyopenssl"}), "works")


class Functions(object):
    """Those of an OpenSSL that has all but these."""

    def __init__(self, *absent):
        self.absent = absent

    def has(self, name):
        return name not in self.absent


def reach(*absent):
    return _plan.Verdict("reach", type("Reach", (), {"functions": Functions(*absent)}), "proved")


def facts(native=(), ssl_error=None, openssl=(3, 5)):
    return Facts("cpython", "2.7.18", ssl_error, "/lib/_ssl.so", "OpenSSL", native, openssl)


def make(native=(), verdicts=(), way=None, features=None, ssl_error=None, engine="auto"):
    return _plan.make(facts(native, ssl_error), _plan.Request(engine, features), verdicts, way or reach())


def names(rows):
    return [row.name for row in rows]


def test_all_that_is_missing_is_added():
    plan = make(verdicts=[BROKEN, WORKS])
    assert plan.engine is WORKS.engine
    assert (names(plan.core), names(plan.additions), plan.left_out) == (names(CORE), names(ADDITIONS), {})
    assert plan.why == ["engine other: it has no legs", "engine one: works"]


def test_what_is_native_is_not_added():
    plan = make([CORE[0].name, ADDITIONS[0].name], [WORKS])
    assert names(plan.core) == names(CORE)[1:]
    assert names(plan.additions) == names(ADDITIONS)[1:]


def test_with_everything_nothing_is_done():
    plan = make(ALL)
    assert plan.engine is None and (plan.core, plan.additions, plan.left_out) == ((), [], {})
    assert "nothing was changed" in plan.why[0]


def test_with_an_sslobject_of_its_own_no_engine_is_needed():
    plan = make(["MemoryBIO", "SSLObject", "SSLContext.wrap_bio"])
    assert plan.engine is None and plan.core == () and names(plan.additions) == names(ADDITIONS)


def test_only_what_is_asked_for_by_name():
    name = next(row.name for row in ADDITIONS if row not in OF_SSLOBJECT)
    plan = make(features=frozenset([name]))
    assert plan.engine is None and plan.core == () and names(plan.additions) == [name]
    plan = make(verdicts=[WORKS], features=frozenset(["MemoryBIO"]))
    assert plan.engine is WORKS.engine and names(plan.core) == names(CORE) and plan.additions == []


NEEDY = [row for row in ADDITIONS if row.needs]


def test_without_its_function_a_row_is_left_out_with_the_reason():
    row = NEEDY[0]
    plan = make(ALL[:len(CORE)], way=reach(*row.needs))
    assert row not in plan.additions and "OpenSSL has no %s" % row.needs[0] in plan.left_out[row.name]


def test_without_a_way_to_openssl_all_rows_that_need_it_are_left_out():
    plan = make(ALL[:len(CORE)], way=_plan.Verdict("reach", None, "it is built in"))
    assert plan.left_out == dict((row.name, "it is built in") for row in NEEDY)
    assert plan.additions == [row for row in ADDITIONS if not row.needs]


def test_an_option_is_left_out_where_its_bit_means_something_else():
    late = dict((row.name, row.openssl) for row in ADDITIONS if row.openssl)
    for openssl in ((1, 0, 2, 20, 15), (1, 1, 1, 23, 15), (3, 0, 0, 0, 0)):
        additions, left_out = _plan.divide(facts(openssl=openssl), _plan.Request(), None, reach())
        assert set(left_out) == set(name for name in late if late[name] > openssl) and set(names(additions)) == set(names(ADDITIONS)) - set(left_out)
    assert _plan.divide(facts(openssl=(1, 1, 1)), _plan.Request(), None, reach())[1]["OP_ENABLE_KTLS"].startswith("before OpenSSL 3.0 its bit")


def test_an_engine_with_an_openssl_of_its_own_is_out_of_reach():
    plan = make(verdicts=[OWN], engine="pyopenssl")
    assert set(plan.left_out) == set(names(NEEDY)) and "pyopenssl" in plan.left_out[NEEDY[0].name]


def test_what_was_asked_for_by_name_and_cannot_be_given_is_an_import_error():
    row = NEEDY[0]
    with pytest.raises(ImportError) as caught:
        make(way=reach(*row.needs), features=frozenset([row.name]))
    assert "ssl.%s cannot be given here: its OpenSSL has no %s" % (row.name, row.needs[0]) in str(caught.value)


def test_no_engine_is_an_import_error_with_every_reason():
    with pytest.raises(ImportError) as caught:
        make(verdicts=[BROKEN, _plan.Verdict("third", None, "it sleeps")])
    for wanted in ("MemoryBIO", "other: it has no legs", "third: it sleeps"):
        assert wanted in str(caught.value)


def test_no_ssl_is_an_import_error():
    with pytest.raises(ImportError) as caught:
        make(ssl_error="No module named _ssl")
    assert "No module named _ssl" in str(caught.value)


def test_requests_are_compared_by_what_they_ask_for():
    one = _plan.Request("auto", frozenset(["a", "b"]))
    assert one == _plan.Request("auto", frozenset(["b", "a"])) and one != _plan.Request("auto") and one != _plan.Request("loopback", one.features)
    assert str(one) == "engine='auto', features=['a', 'b']" and str(_plan.Request()) == "engine='auto'"


def test_names_of_features():
    assert _features.named(None) is None and _features.named(["MemoryBIO"]) == frozenset(["MemoryBIO"])
    with pytest.raises(ValueError) as caught:
        _features.named(["MemoryBIO", "MemoryBoi"])
    assert "'MemoryBoi'" in str(caught.value)
    with pytest.raises(TypeError):
        _features.named("MemoryBIO")


def test_the_table_is_sound():
    assert len(set(ALL)) == len(ALL)
    for feature in FEATURES:
        assert feature.link.startswith((
            "https://github.com/python/cpython/issues/", "https://github.com/python/cpython/pull/", "https://bugs.python.org/issue",
            "https://docs.python.org/3/")), feature.link
        assert feature.since.startswith("3.")
