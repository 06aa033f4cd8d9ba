"""The tables of repairs and policies, and the decisions on them, with made-up facts."""
from __future__ import absolute_import, division, print_function

import pytest
from tests.unit.test_plan import OWN, WORKS, facts, reach
from tls_bootstrap import _plan, _repairs
from tls_bootstrap._features import FEATURES
from tls_bootstrap._repairs import POLICIES, REMEDIES, REPAIRS

NATIVE = [row.name for row in FEATURES]
NEEDY, MODEST = REPAIRS[1], REPAIRS[0]  # one that needs a function of OpenSSL, one that needs none


def request(**switches):
    return _plan.Request(**dict((switch, _repairs.named(switch, wanted)) for switch, wanted in switches.items()))


def make(wanted, needed=REMEDIES, way=None, verdicts=(), engine="auto", refusals=()):
    """The Plan where the rows `needed` are needed."""
    wanted.engine = engine
    asked = [_plan.Verdict(row.title, None if row in refusals else object(), "it has no legs" if row in refusals else None)
             for row in needed if wanted.wants(row)]
    return _plan.make(facts(NATIVE), wanted, verdicts, way or reach(), asked)


def rows(plan):
    return [row for row, _ in plan.remedies]


def test_the_tables_are_sound():
    assert len(set(row.title for row in REMEDIES)) == len(REMEDIES)
    for row in REMEDIES:
        assert row.switch == ("repair" if row in REPAIRS else "policy")
        assert row.link.startswith("https://github.com/python/cpython/issues/") and row.since.startswith("3.")
        assert row.names and row.without and set(row.brings) <= set(repair.name for repair in REPAIRS)


def test_names():
    assert _repairs.named("repair", True) is None
    for nothing in (False, [], (), None):
        assert _repairs.named("policy", nothing) == frozenset()
    assert _repairs.named("repair", ["ragged_eof", "ragged_eof"]) == frozenset(["ragged_eof"])
    assert _repairs.named("repair", iter(["hostname_in_handshake"])) == frozenset(["hostname_in_handshake", "certificate_errors"])


@pytest.mark.parametrize("wanted", ["ragged_eof", u"ragged_eof", b"ragged_eof".decode("ascii"), 5, 1])
def test_what_are_no_names(wanted):
    with pytest.raises(TypeError):
        _repairs.named("repair", wanted)


@pytest.mark.parametrize("switch, wanted", [("repair", ["tls12"]), ("policy", ["ragged_eof"]), ("repair", ["ragged_eof", "raged_eof"])])
def test_names_that_nothing_has(switch, wanted):
    with pytest.raises(ValueError) as caught:
        _repairs.named(switch, wanted)
    assert repr(wanted[-1]) in str(caught.value) and "no %s is called" % switch in str(caught.value)


def test_nothing_is_done_without_being_asked():
    plan = make(request())
    assert plan.is_empty() and plan.remedies == []


def test_all_that_is_needed():
    assert rows(make(request(repair=True))) == list(REPAIRS)
    assert rows(make(request(policy=True))) == list(POLICIES)
    plan = make(request(repair=True, policy=True), needed=[MODEST])
    assert rows(plan) == [MODEST] and not plan.is_empty() and plan.left_out == {}


def test_only_what_is_asked_for():
    assert rows(make(request(repair=[MODEST.name]))) == [MODEST]


def test_what_is_not_needed_is_said_of_what_was_named():
    plan = make(request(repair=[MODEST.name]), needed=[])
    assert plan.is_empty() and "%s: not needed here" % MODEST.title in plan.why
    plan = make(request(repair=True), needed=[])
    assert plan.is_empty() and not any("not needed" in line for line in plan.why)


@pytest.mark.parametrize("way, reason", [
    (_plan.Verdict("reach", None, "it is built in"), "it is built in"),
    (reach(*NEEDY.needs), "its OpenSSL has no %s" % NEEDY.needs[0]),
])
def test_out_of_reach(way, reason):
    plan = make(request(repair=True), needed=[NEEDY, MODEST], way=way)
    assert rows(plan) == [MODEST] and plan.left_out == {NEEDY.title: reason}
    with pytest.raises(ImportError) as caught:
        make(request(repair=[NEEDY.name]), way=way)
    assert str(caught.value) == "%s cannot be done here: %s" % (NEEDY.title, reason)


def test_a_refusal():
    plan = make(request(repair=True), needed=[NEEDY, MODEST], refusals=[MODEST])
    assert rows(plan) == [NEEDY] and plan.left_out == {MODEST.title: "it has no legs"}
    with pytest.raises(ImportError):
        make(request(repair=[MODEST.name]), refusals=[MODEST])


def test_an_engine_with_an_openssl_of_its_own():
    plan = make(request(repair=True), needed=[NEEDY, MODEST], verdicts=[OWN], engine="pyopenssl")
    assert rows(plan) == [MODEST] and "pyopenssl" in plan.left_out[NEEDY.title]
    assert rows(make(request(repair=True), verdicts=[WORKS])) == list(REPAIRS)


def test_requests_are_compared_by_what_they_ask_for():
    one = request(repair=["ragged_eof", "empty_write"])
    assert one == request(repair=["empty_write", "ragged_eof"]) and hash(one) == hash(request(repair=["empty_write", "ragged_eof"]))
    for other in ({}, {"repair": True}, {"repair": ["ragged_eof"]}, {"policy": ["tls12"]}, {"repair": ["ragged_eof", "empty_write"], "policy": True}):
        assert one != request(**other)
    assert str(one) == "engine='auto', repair=['empty_write', 'ragged_eof']"
    assert str(request(repair=True, policy=["tls12"])) == "engine='auto', repair=True, policy=['tls12']"
