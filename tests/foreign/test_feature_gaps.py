"""The verdict on CPython's tests of features, on made-up runs: as wanted, and again with one thing wrong."""
from __future__ import absolute_import, division, print_function

import collections

import pytest

from tests.foreign import feature_gaps, outcomes

PYTHON = collections.namedtuple("Python", "version minor implementation openssl")((3, 8, 1), "3.8", "CPython", "OpenSSL 3.0.19 27 Jan 2026")
HOME = {"a": "passed", "b": "passed", "c": "skipped"}


def made_up(label, **tests):
    messages = dict((name, "message of " + name) for name, outcome in tests.items() if outcome != outcomes.PASSED)
    return outcomes.Run(label, tests, messages, "tls_bootstrap: upgraded\n", PYTHON)


@pytest.fixture
def verdict(monkeypatch):
    monkeypatch.setattr(feature_gaps, "LEAST", 1)

    def of(before, after, *gaps):
        monkeypatch.setattr(feature_gaps, "GAPS", tuple(feature_gaps.Gap(*row) for row in gaps))
        return feature_gaps.verdict([made_up("at home", **HOME), made_up("x", **before), made_up("x, upgraded", **after)])
    return of


NOTHING = {"a": "failed", "b": "failed", "c": "failed"}


def test_what_ends_as_at_home_or_better_is_as_wanted(verdict):
    assert verdict(NOTHING, HOME) == (True, [])
    assert verdict(NOTHING, dict(HOME, c="passed")) == (True, [])


def test_a_difference_needs_an_explanation_that_fits(verdict):
    after = dict(HOME, b="failed")
    good, lines = verdict(NOTHING, after)
    assert not good and lines == ["b: failed (x): message of b"]
    assert verdict(NOTHING, after, ("b", "3.8", "MESSAGE", "reason")) == (True, ["known: b: reason"])
    for row in (("b", "3.9", "message", "reason"), ("b", "", "another", "reason"), ("a", "", "", "reason")):
        assert not verdict(NOTHING, after, row)[0]
    assert not verdict(NOTHING, dict(HOME, a="skipped"))[0]


def test_an_explanation_that_nothing_needs_is_a_difference(verdict):
    good, lines = verdict(NOTHING, HOME, ("b", "", "", "reason"))
    assert not good and "STALE" in lines[0]
    assert verdict(NOTHING, HOME, ("b", "3.9", "", "reason"))[0]  # that one did not run


def test_an_explanation_of_what_happens_by_chance_may_be_needed_or_not(verdict):
    row = ("b", "", "message", "reason", False, True)
    assert verdict(NOTHING, HOME, row) == (True, []) and verdict(NOTHING, dict(HOME, b="failed"), row) == (True, ["known: b: reason"])
    assert not verdict(NOTHING, dict(HOME, b="failed"), ("b", "", "another", "reason", False, True))[0]


def test_a_loss_is_one_even_if_it_is_explained(verdict):
    assert not verdict(HOME, dict(HOME, b="failed"), ("b", "", "", "reason"))[0]


def test_a_loss_that_is_wanted_is_none(verdict):
    assert verdict(HOME, dict(HOME, b="failed"), ("b", "", "message", "reason", True)) == (True, ["known: b: reason"])
    assert not verdict(HOME, dict(HOME, b="failed"), ("b", "", "another", "reason", True))[0]
