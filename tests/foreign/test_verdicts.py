"""The verdicts on made-up runs: each "as wanted" again with one thing wrong, which must be noticed."""
from __future__ import absolute_import, division, print_function

import collections

import pytest

from tests.foreign import outcomes, run as command

PYTHON = collections.namedtuple("Python", "version implementation openssl")((3, 13, 0), "CPython", "OpenSSL 3.0.19 27 Jan 2026")


def made_up(label, again=None, state="asked, nothing to add", **tests):
    """A Run with the outcomes `tests`; when run again, a test ends as the next of the outcomes in the dict of lists `again` says."""
    messages = dict((name, "message of " + name) for name, outcome in tests.items() if outcome == outcomes.FAILED)
    run = outcomes.Run(label, tests, messages, "tls_bootstrap: %s\n" % state, PYTHON)
    if again is not None:
        run.again = lambda names: made_up(label, **dict((name, again[name].pop(0)) for name in names))
    return run


def pair(before, after, again_before=None, again_after=None):
    return [made_up("3.13", again_before, "not imported", **before), made_up("3.13, upgraded", again_after, **after)]


ONE = {"a": "passed", "b": "failed"}


def test_equal_runs_are_as_wanted():
    assert outcomes.no_change(pair(ONE, ONE), 1) == (True, [])
    assert outcomes.nothing_lost(pair(ONE, ONE), 1) == (True, [])


@pytest.mark.parametrize("after", [
    {"a": "failed", "b": "failed"}, {"a": "passed", "b": "passed"}, {"a": "passed"}, {"a": "skipped", "b": "failed"}])
def test_any_change_is_noticed(after):
    good, lines = outcomes.no_change(pair(ONE, after), 1)
    assert not good and len(lines) == 1


def test_a_gain_is_no_loss_and_a_skip_is_one():
    assert outcomes.nothing_lost(pair(ONE, {"a": "passed", "b": "passed"}), 1)[0]
    assert not outcomes.nothing_lost(pair(ONE, {"a": "skipped", "b": "passed"}), 1)[0]
    assert not outcomes.nothing_lost(pair(ONE, {"b": "passed"}), 1)[0]


def test_too_few_tests_prove_nothing():
    assert not outcomes.no_change(pair(ONE, ONE), 2)[0]
    assert not outcomes.nothing_lost(pair(ONE, ONE), 2)[0]
    assert not outcomes.no_change([made_up("3.13", **ONE)], 1)[0]
    assert not outcomes.nothing_lost([made_up("3.13", **ONE)], 1)[0]


def test_a_run_without_a_report_is_not_as_wanted():
    broken = {outcomes.ITSELF: outcomes.FAILED}
    assert not outcomes.no_change(pair(broken, broken), 0)[0]


def test_a_race_on_both_sides_is_known():
    runs = pair({"a": "passed"}, {"a": "failed"}, {"a": ["passed", "failed"]}, {"a": ["failed", "passed"]})
    good, lines = outcomes.no_change(runs, 1)
    assert good and lines[0].startswith("known: a:") and "2 times" in lines[0]


@pytest.mark.parametrize("before, after", [("passed", "failed"), ("failed", "passed")])
def test_a_race_on_one_side_only_is_a_difference(before, after):
    steady, racing = [before] * outcomes.AGAIN, [after, before] * outcomes.AGAIN
    runs = pair({"a": before, "b": "passed"}, {"a": after, "b": "passed"}, {"a": list(steady)}, {"a": racing})
    assert not outcomes.no_change(runs, 1)[0]


def test_a_run_that_was_never_upgraded_is_noticed():
    honest = made_up("3.13, upgraded", **ONE)
    assert outcomes.impostors([made_up("3.13", state="not imported", **ONE), honest]) == []
    assert len(outcomes.impostors([made_up("3.13, upgraded", state="not imported", **ONE)])) == 1


def test_an_interpreter_that_did_not_run_is_not_among_those_that_did():
    class Module:
        __doc__ = "A suite."

    absent = outcomes.absent(PYTHON._replace(version=(3, 14, 0)), "a reason")
    text = command.section("one", Module, pair(ONE, ONE) + [absent], True, [], 1)
    assert "on 3.13.0, OpenSSL 3.0.19.\n" in text and "| 3.14.0, OpenSSL 3.0.19 | | |  | not run: a reason |" in text


def test_known_failures_count_only_with_their_text():
    runs = pair({"a": "passed"}, {"a": "failed"})
    assert outcomes.differences(*runs, known={"a": ("MESSAGE of", "a reason")}) == (True, ["known: a: a reason"])
    assert not outcomes.differences(*runs, known={"a": ("another", "a reason")})[0]


def test_the_overview_sums_up_and_survives_other_suites(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "RESULTS", str(tmp_path / "results.md"))
    monkeypatch.setattr(command, "SUITES", ("two", "one"))
    rows = command.overview("one", pair(ONE, ONE), True)
    assert rows == ["| [one](#one) | 3.13.0, OpenSSL 3.0.19 | 1 | 1 | as wanted |"]
    command.write({"one": rows}, {"one": "## one\n\ntext\n"})
    command.write({"two": ["| [two](#two) | 2.7 | 1 | 2 | NOT as wanted |"]}, {"two": "## two\n\ntext\n"})
    text = (tmp_path / "results.md").read_text()
    assert text.index("[two]") < text.index("[one]") < text.index("## two") < text.index("## one")
    command.write({"one": rows}, {"one": "## one\n\nnewer\n"})
    assert (tmp_path / "results.md").read_text() == text.replace("## one\n\ntext", "## one\n\nnewer")
