"""The table of expected failures is about tests that exist, and says why."""
from __future__ import absolute_import, division, print_function

import ast
import os

import pytest

from tests import expected_failures

HERE = os.path.dirname(os.path.abspath(__file__))


def functions_in(file_name):
    """Every ``file.py::Class::function`` and ``file.py::function`` of a test file of this directory."""
    with open(os.path.join(HERE, file_name), "rb") as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "%s::%s" % (file_name, node.name)
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    yield "%s::%s::%s" % (file_name, node.name, member.name)


ROWS = [(difference, name) for difference in expected_failures.KNOWN for name in difference.tests]


@pytest.mark.parametrize("difference, name", ROWS, ids=[name for _, name in ROWS])
def test_row(difference, name):
    function = name.split("[")[0]
    assert function in set(functions_in(function.split("::")[0]))
    assert difference.link.startswith("https://") and difference.name


def test_names_match_whole_functions():
    named = expected_failures.is_named
    assert named("tests/conformance/test_a.py::TestB::test_c", "test_a.py::TestB::test_c")
    assert named("tests/conformance/test_a.py::TestB::test_c[TLSv1.2-whole]", "test_a.py::TestB::test_c")
    assert named("test_a.py::test_c[x]", "test_a.py::test_c[x]")
    assert not named("tests/conformance/test_a.py::TestB::test_cd", "test_a.py::TestB::test_c")
    assert not named("tests/conformance/test_aa.py::TestB::test_c", "a.py::TestB::test_c")
    assert not named("test_a.py::test_c[y]", "test_a.py::test_c[x]")
    assert named("test_a.py::test_c[1-x-2]", "test_a.py::test_c[*-x-*]")
    assert not named("test_a.py::test_c[1-xx-2]", "test_a.py::test_c[*-x-*]")
