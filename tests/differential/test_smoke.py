"""The differential run itself: it finds nothing between an interpreter and itself, and it finds what is planted."""
from __future__ import absolute_import, division, print_function

import copy
import json
import sys

import pytest

from tests.differential import expected_differences, run, scenarios, transcript

COUNT = 25


@pytest.fixture(scope="module")
def performed(tmp_path_factory):
    """Sequences and what this interpreter made of them."""
    sequences = scenarios.generate(seed=1, count=COUNT)
    folder = tmp_path_factory.mktemp("differential")
    return sequences, run.perform(sys.executable, sequences, str(folder), "left")


def test_sequences_depend_on_the_seed_alone():
    assert scenarios.generate(3, 10) == scenarios.generate(3, 20)[:10]
    assert scenarios.generate(3, 10) != scenarios.generate(4, 10)
    assert json.loads(json.dumps(scenarios.generate(3, 50))) == scenarios.generate(3, 50)


def test_nothing_differs_from_itself(performed, tmp_path):
    sequences, left = performed
    right = run.perform(sys.executable, sequences, str(tmp_path), "right")
    assert list(run.compare(sequences, left, right)) == []


def test_most_connections_come_to_life(performed):
    """Sequences that all fail at once would agree on nothing of interest."""
    sequences, left = performed
    connections = [steps for scenario, steps in zip(sequences, left["transcripts"]) if scenario["kind"] == "connection"]
    alive = [steps for steps in connections if any("'value': ['int', 100]" in str(found) or "TLSv1" in str(found) for found, _ in steps)]
    assert len(alive) > len(connections) / 2


@pytest.mark.parametrize("plant", [
    lambda found, state: found.update(value=["int", -1]), lambda found, state: found.update(raises={"class": "KeyError", "bases": []}),
    lambda found, state: state.append(["int", 1])], ids=["value", "exception", "state"])
def test_finds_what_is_planted(performed, plant):
    sequences, left = performed
    right = copy.deepcopy(left)
    plant(*right["transcripts"][7][1])
    findings = list(run.compare(sequences, left, right))
    assert findings[0].scenario["number"] == 7 and findings[0].number == 1 and findings[0].reason is None
    assert run.report(sequences, left, right) > 0


@pytest.mark.parametrize("left, right, expected", [
    (["bytes", "a"], ["str", "a"], True), (["str", "a"], ["str", "a"], True), (["unicode", "a"], ["str", "a"], False),
    (["long", 1], ["int", 1], False), (["int", 1], ["bool", 1], False), (["bytes", "a"], ["str", "b"], False),
    (["tuple", [["int", 1]]], ["list", [["int", 1]]], False), ({"raises": 1}, {"value": 1}, False)])
def test_same(left, right, expected):
    def as_text(value):
        return json.loads(json.dumps(value))
    assert transcript.same(as_text(left), as_text(right)) is expected
    assert bool(transcript.differences(as_text(left), as_text(right))) is not expected


def test_every_row_has_a_reason():
    assert all(row.reason and callable(row.covers) for row in expected_differences.ROWS)
