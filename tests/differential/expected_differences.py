"""Differences that a differential run may find, each with its reason. What is not in here makes the run fail.

A row says when it applies (facts of the left and the right interpreter, see actor.py) and which pairs of outcomes it covers.
"""
from __future__ import absolute_import, division, print_function


class Row(object):
    """`applies(left_facts, right_facts)` and `covers(step, left, right)`, where left and right are [outcome, state]."""

    def __init__(self, reason, applies, covers):
        self.reason, self.applies, self.covers = reason, applies, covers


ROWS = ()


def reason(left_facts, right_facts, step, left, right):
    """Why this difference is expected, or None."""
    for row in ROWS:
        if row.applies(left_facts, right_facts) and row.covers(step, left, right):
            return row.reason
    return None
