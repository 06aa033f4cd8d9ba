"""The comparison of engines itself: the behaviours run here, and a difference that is planted is found and judged."""
from __future__ import absolute_import, division, print_function

import copy
import ssl
import sys

import pytest
from tests.engines import behaviours, known_gaps, outcomes, pairs, peer, run, worker
from tests.support import facts, needs

ORACLE = {"python": "3.11.7", "openssl": "OpenSSL 3.0.19 27 Jan 2026", "engine": "native"}
LOOPBACK = {"python": "2.7.18", "openssl": "OpenSSL 3.0.19 27 Jan 2026", "engine": "loopback"}
PYTHONS = ("2.7.18", "3.6.15", "3.7.16", "3.8.18", "3.9.18", "3.10.13", "3.11.7", "3.12.1", "3.13.0")
OPENSSLS = ("OpenSSL 1.1.1i  8 Dec 2020", "OpenSSL 3.0.19 27 Jan 2026", "OpenSSL 3.5.2 5 Aug 2025", "OpenSSL 4.0.3 29 Sep 2026")


@pytest.fixture(scope="module")
def performed():
    """What this interpreter's `ssl` makes of the behaviours."""
    return worker.perform()


@needs.tls13
def test_behaviours_run(performed):
    assert len(behaviours.NAMES) == len(set(behaviours.NAMES)) == 58
    assert sorted(performed["outcomes"]) == sorted(behaviours.NAMES)
    assert performed["facts"]["engine"] == facts.engine()
    for name, found in performed["outcomes"].items():
        assert found and not any(text.startswith("stumbled") for text in found), (name, found)


@needs.tls13
def test_they_are_the_same_again(performed):
    """What depends on chance or on the behaviours before must not be an outcome."""
    assert worker.perform()["outcomes"] == performed["outcomes"]


def like(performed, told):
    return {"facts": told, "outcomes": copy.deepcopy(performed["outcomes"])}


def plant(performed, told, *changes):
    """The outcomes again, of an interpreter with these facts; `changes` are (behaviour, position)."""
    found = like(performed, told)
    for name, position in changes:
        found["outcomes"][name][position] = "planted"
    return found


def test_nothing_differs_from_itself(performed):
    assert run.compare(performed, like(performed, ORACLE)) == []


def test_finds_what_is_planted(performed):
    verdict, = run.compare(performed, plant(performed, ORACLE, ("write_read", 2)))
    assert (verdict.name, verdict.state) == ("write_read", run.NOT_LISTED) and not run.good([verdict])
    difference, = verdict.differences
    assert (difference.position, difference.native, difference.found) == (2, "'hell'", "planted")
    assert run.like_native(performed, [verdict]) == 57 and "'hell'" in "\n".join(run.lines_of(verdict))


@pytest.mark.parametrize("outcome_lists, positions", [
    ((["1"], ["1"]), []), ((["1"], ["2"]), [0]), ((["1", "2"], ["1"]), [1]), (([], ["1", "2"]), [0, 1])])
def test_differences(outcome_lists, positions):
    assert [each.position for each in run.differences("name", *outcome_lists)] == positions


def states(performed, *changes):
    return dict((verdict.name, verdict.state) for verdict in run.compare(performed, plant(performed, LOOPBACK, *changes)))


def test_what_is_listed_must_differ_exactly_there(performed):
    expected = [(name, position) for name, (positions, _) in known_gaps.gaps_of(LOOPBACK).items() for position in positions]
    assert set(states(performed, *expected).values()) == {run.LISTED}
    assert states(performed)["untrusted"] == run.DOES_NOT_OCCUR
    assert states(performed, ("untrusted", 1), *expected)["untrusted"] == run.NOT_LISTED
    assert states(performed, ("untrusted", 1))["untrusted"] == run.NOT_LISTED


def test_gaps_name_behaviours_and_reasons(performed):
    for gap in known_gaps.GAPS:
        assert gap.reason and gap.behaviours
        for name, positions in gap.behaviours.items():
            assert max(positions) < len(performed["outcomes"][name]) and list(positions) == sorted(set(positions))


def test_every_gap_is_somewhere_and_no_two_at_once():
    """Each row applies on some interpreter, and none lists what another does: the dict would hide one of them."""
    told = [dict(python=python, openssl=openssl, engine=engine)
            for python in PYTHONS for openssl in OPENSSLS for engine in ("loopback", "pyopenssl")]
    assert all(any(gap.applies(known_gaps.Facts(each)) for each in told) for gap in known_gaps.GAPS)
    real = [each for each in told if each["openssl"] != OPENSSLS[0] or each["python"] == "2.7.18"]
    for each in real:
        names = [name for gap in known_gaps.GAPS if gap.applies(known_gaps.Facts(each)) for name in gap.behaviours]
        assert len(names) == len(set(names)), each
    assert known_gaps.gaps_of(ORACLE) == {}


def error_with(error, **attributes):
    vars(error).update(attributes)
    return error


@pytest.mark.parametrize("value, text", [
    (b"abc", "'abc'"), (u"abc", "'abc'"), (bytearray(b"\x00"), "'\\x00'"), (u"\xfc", "'\\xfc'"), (b"\xc3\xbc", "'\\xfc'"),
    (b"\xfc", "'\\xfc'"), (object(), "<object>"), (1, "1"), (True, "True"), (None, "None"), (2 ** 70, "1180591620717411303424"),
    (ssl.CERT_REQUIRED, "2"),
    ((), "()"), ((1,), "(1,)"), ((b"a", [u"b"]), "('a', ['b'])"), ({u"b": 1, u"a": 2}, "{'a': 2, 'b': 1}"),
    (ValueError(u"no"), "ValueError('no')"), (TypeError("no"), "TypeError"), (ssl.SSLError(8, "EOF (_ssl.c:123)"), "SSLError(8, 'EOF')"),
    (error_with(ssl.SSLError(1, "[SSL: NO] no"), library="SSL", reason="NO"), "SSLError[SSL: NO](1)"),
    (error_with(ssl.SSLError(1, "no"), library="SSL", reason="NO", verify_code=1, verify_message=u"so"),
     "SSLError[SSL: NO](1) 1 'so'")])
def test_outcomes_as_text(value, text):
    assert outcomes.as_text(value) == text and type(outcomes.as_text(value)) is str


@needs.tls13
def test_a_pair_talks():
    """This interpreter with itself, by two processes."""
    here = sys.executable, facts.engine()
    said = pairs.talk(here, here)
    for conversation, both in zip(peer.CONVERSATIONS[:2], said):
        assert pairs.is_good(conversation, *both), (conversation, both)
    assert not pairs.is_good(peer.CONVERSATIONS[0], *said[1]) and "raised" in said[2][0]


@needs.tls13
def test_a_pair_that_cannot_talk_is_told():
    """Not even an interpreter's own mistake is taken for a good conversation."""
    said = pairs.talk((sys.executable, "no such engine"), (sys.executable, facts.engine()))
    assert "no such engine" in said[0][0]["ended"] and not pairs.is_good(peer.CONVERSATIONS[0], *said[0])
