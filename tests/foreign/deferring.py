"""What a test file of a newer Python asks of `ssl` while it is imported is asked when a test runs.

On an older Python the question ends in an AttributeError. Asked at import, that would end the whole file; asked in a test, it is the
failure of the tests that need the answer, which is what is to be counted. So

    from ssl import TLSVersion                      becomes     ssl.TLSVersion, wherever TLSVersion is read
    @unittest.skipUnless(ssl.HAS_PSK, "reason")     becomes     ``if not ssl.HAS_PSK: self.skipTest("reason")`` at the beginning of
                                                                the test, or of each test of the class that it stands above
"""
from __future__ import absolute_import, division, print_function

import ast

CONDITIONS = {"unittest.skipUnless": "if not ({}):\n    self.skipTest({})", "unittest.skipIf": "if {}:\n    self.skipTest({})"}


def defer(module):
    """The syntax tree of a file, changed so."""
    names, body = set(), []
    for one in module.body:
        if isinstance(one, ast.ImportFrom) and one.module == "ssl":
            names |= set(alias.name for alias in one.names)
            continue
        body.append(one)
        if isinstance(one, ast.ClassDef):
            above = taken(one)
            for method in [method for method in one.body if isinstance(method, ast.FunctionDef)]:
                conditions = taken(method)
                if method.name.startswith("test"):
                    method.body[:0] = ast.parse("\n".join(above + conditions)).body
    module.body = body
    return Attributes(names).visit(module)


def taken(statement):
    """Takes the conditions off a class or a function; returns them as source of ``if`` statements."""
    found = [one for one in statement.decorator_list if isinstance(one, ast.Call) and ast.unparse(one.func) in CONDITIONS]
    statement.decorator_list = [one for one in statement.decorator_list if one not in found]
    return [CONDITIONS[ast.unparse(one.func)].format(*map(ast.unparse, one.args)) for one in found]


class Attributes(ast.NodeTransformer):
    """Reads the `names` as attributes of `ssl`."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        if node.id in self.names and isinstance(node.ctx, ast.Load):
            return ast.Attribute(ast.Name("ssl", ast.Load()), node.id, ast.Load())
        return node
