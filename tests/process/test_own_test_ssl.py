"""Python 2.7's own test.test_ssl ends as it did before: the upgrade adds, and changes nothing of what was there.

Many of these tests fail before and after, the file being older than OpenSSL 3; what counts is that each ends the same way.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import sys

import pytest
from tests.foreign.new_behaviour import WANTED
from tests.support import child

RUNNER = os.path.join(child.ROOT, "tests", "foreign", "inside")
CODE = """
    import runpy, sys
    folder, upgraded = sys.argv[1:]
    if upgraded == "upgraded":
        import tls_bootstrap
        print(tls_bootstrap.monkeypatch_ssl())
    sys.path.insert(0, folder)
    sys.argv[1:] = ["test.test_ssl"]
    runpy.run_module("unittest_json", run_name="__main__", alter_sys=True)
"""

pytestmark = [
    pytest.mark.skipif(sys.version_info[0] != 2, reason="only where the upgrade changes ssl: Python 2.7"),
    pytest.mark.skipif(sys.version_info[0] == 2 and child.run("import test.test_ssl")[0] != 0,
                       reason="this Python comes without its own tests (a package of its own in some distributions)"),
]


def outcomes(upgraded):
    """{test id: outcome}, and the messages of those that failed."""
    status, out, err = child.run(CODE, RUNNER, upgraded)
    assert status == 0, out[-2000:] + err[-2000:]
    found = json.loads(out.splitlines()[-1].partition(" ")[2])
    return dict((name, outcome) for name, (outcome, _) in found.items()), found


def test_each_test_ends_as_before():
    before, messages_before = outcomes("")
    after, messages_after = outcomes("upgraded")
    changed = [(name, messages_before[name], messages_after.get(name)) for name in before if after.get(name) != before[name]]
    assert [each for each in changed if each[0] not in WANTED] == []
    for name, _, (outcome, message) in changed:
        assert outcome == "failed" and WANTED[name][0] in message
    assert set(name for name, _, _ in changed) == set(WANTED)
    assert set(after) == set(before)
    assert sum(outcome == "passed" for outcome in before.values()) > 60
