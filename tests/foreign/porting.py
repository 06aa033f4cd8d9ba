"""Takes test classes out of a Python 3 test file and makes source of them for an older Python, at run time.

    cut    the classes, and of the module's other statements those that they use, directly or through each other
    defer  on wish, what the file asks of `ssl` while it is imported, until a test runs (deferring.py)
    turn   for 2.7, what that cannot parse into what it can: annotations, keyword-only arguments, f-strings, ``raise … from``, super()
    lead   a prelude (inside/python3_names.py, inside/newer_names.py) for the names that an older Python lacks: assertRaisesRegex,
           subTest, test.support …

Everything else stays as it is: in particular string literals, which with unicode_literals mean on 2.7 what they meant. A construct
that is not known here is an error, not a guess.
"""
from __future__ import absolute_import, division, print_function

import ast
import copy

from tests.foreign import deferring

BEGINNING = """# -*- coding: utf-8 -*-
from __future__ import absolute_import, division, print_function, unicode_literals
__file__ = {path!r}
from {prelude} import *
"""


def parsed(path):
    """The syntax tree of a file."""
    with open(path, encoding="utf-8") as file:
        return ast.parse(file.read(), path)


def port(path, classes, given=(), left_out=()):
    """2.7 source with the `classes` of the file `path`: a dict of name -> method names to keep, None for all.

    The names in `given` are not taken from the file: the prelude has them. Statements that contain a text of `left_out` are left out.
    Returns the source and how many these were.
    """
    turner = Turner(left_out)
    turned = [turner.visit(one) for one in cut(parsed(path), classes, given)]
    return written(path, "python3_names", turned), turner.left_out


def port_deferred(path, classes, given=(), old=False):
    """Like port(), with the prelude newer_names, and deferred. What is not asked to be `old` stays Python 3.

    Returns the source and a dict {"Class.test" or a name of the module: why it is left out}, of what 2.7 cannot be given.
    """
    kept = cut(deferring.defer(parsed(path)), classes, given)
    kept, refused = [Spelling().visit(optional(one)) for one in kept], {}
    if old:
        turner = Turner()
        kept = [one for one in (without_refused(one, turner, refused) for one in kept) if one is not None]
    return written(path, "newer_names", kept), refused


def cut(module, classes, given):
    """The statements of the module that make its `classes` and what they use."""
    statements = [cut_class(one, classes[one.name]) if is_class(one, classes) else one for one in module.body]
    return closure(statements, [one for one in statements if is_class(one, classes)], set(given))


def optional(statement):
    """An import that an older Python may not be able to do: whoever needs it fails then, not the file."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return ast.Try([statement], [ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [ast.Pass()])], [], [])
    return statement


def written(path, prelude, statements):
    """The source of the ported file."""
    texts = [ast.unparse(ast.fix_missing_locations(one)) + "\n" for one in statements]
    return BEGINNING.format(path=path, prelude=prelude) + "".join(texts)


def without_refused(statement, turner, refused):
    """The statement turned by the Turner, of a class the tests that can be; None if it cannot be itself. Notes both in `refused`."""
    methods = [one for one in getattr(statement, "body", ()) if isinstance(one, ast.FunctionDef)]
    for method in [one for one in methods if one.name.startswith("test")]:
        try:
            turner.within(statement.name).visit(copy.deepcopy(method))
        except NotImplementedError as error:
            refused["%s.%s" % (statement.name, method.name)] = str(error)
            statement.body.remove(method)
    try:
        return turner.within().visit(statement)
    except NotImplementedError as error:
        refused.update(dict.fromkeys(sorted(bound_names(statement)), str(error)))
        return None


def is_class(statement, names):
    return isinstance(statement, ast.ClassDef) and statement.name in names


def cut_class(statement, methods):
    """The class with only these methods."""
    if methods is not None:
        statement.body = [one for one in statement.body if isinstance(one, ast.FunctionDef) and one.name in methods]
    return statement


def bound_names(statement):
    """The names that a statement binds in its own scope; of an ``if`` or ``try`` what its branches bind."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return set((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    if isinstance(statement, ast.Name):
        return {statement.id} if isinstance(statement.ctx, ast.Store) else set()
    return set().union(*[bound_names(child) for child in ast.iter_child_nodes(statement)])


def used_names(statement):
    """The names, and names with one attribute (``a.b``), that a statement reads."""
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add("%s.%s" % (node.value.id, node.attr))
    return names


def closure(statements, wanted, given):
    """The statements, in order, that `wanted` needs; imports only of what is used."""
    kept, names = list(wanted), set.union(*[used_names(one) for one in wanted]) if wanted else set()
    growing = True
    while growing:
        growing = False
        for one in statements:
            if one not in kept and (bound_names(one) - given) & names:
                kept.append(one)
                names |= used_names(one)
                growing = True
    imports = (ast.Import, ast.ImportFrom)
    ordered = [narrowed(one, names - given) if isinstance(one, imports) else one for one in statements if one in kept]
    return [one for one in ordered if one is not None]


def narrowed(statement, names):
    """An import without the names that nobody uses, or None if none is left."""
    used = [alias for alias in statement.names if (alias.asname or alias.name) in names]
    if not used or isinstance(statement, ast.Import):
        return ast.Import(names=used) if used else None
    return ast.ImportFrom(module=statement.module, names=used, level=statement.level)


class Spelling(ast.NodeTransformer):
    """Spells ``while (a := b):`` (3.8) out."""

    def visit_While(self, node):
        if isinstance(node.test, ast.NamedExpr):
            target, value = node.test.target, node.test.value
            node.test = ast.Constant(True)
            leave = ast.If(ast.UnaryOp(ast.Not(), ast.Name(target.id, ast.Load())), [ast.Break()], [])
            node.body[:0] = [ast.Assign([target], value, lineno=node.lineno), leave]
        return self.generic_visit(node)


class Turner(Spelling):
    """Turns Python 3's syntax into what both understand."""

    def __init__(self, left_out=()):
        self.texts, self.left_out = left_out, 0
        self.within()

    def within(self, *classes):
        """Begins anew, inside of these classes; returns itself."""
        self.classes, self.functions = list(classes), []
        return self

    def visit_Expr(self, node):
        if any(text in ast.unparse(node) for text in self.texts):
            self.left_out += 1
            return ast.Pass()
        if isinstance(node.value, ast.Constant) and node.value.value is Ellipsis:
            return ast.Pass()
        return self.generic_visit(node)

    def visit_ClassDef(self, node):
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()
        if node.keywords:
            raise NotImplementedError("line %d: a class with keywords" % node.lineno)
        node.bases = node.bases or [ast.Name("object", ast.Load())]
        return node

    def visit_FunctionDef(self, node):
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        node.returns = None
        arguments = node.args
        if arguments.kwonlyargs:
            if arguments.vararg or None in arguments.kw_defaults:
                raise NotImplementedError("line %d: keyword-only arguments of %s()" % (node.lineno, node.name))
            arguments.args += arguments.kwonlyargs  # still called by name
            arguments.defaults += arguments.kw_defaults
            arguments.kwonlyargs, arguments.kw_defaults = [], []
        arguments.args, arguments.posonlyargs = arguments.posonlyargs + arguments.args, []
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        return ast.Assign([node.target], node.value, lineno=node.lineno) if node.value else ast.Pass()

    def visit_Assign(self, node):
        """``a, b, *_ = c`` becomes ``a, b = c[:2]``."""
        names = getattr(node.targets[0], "elts", ())
        if names and isinstance(names[-1], ast.Starred) and ast.unparse(names[-1]) == "*_":
            del names[-1]
            node.value = ast.Subscript(node.value, ast.Slice(upper=ast.Constant(len(names))), ast.Load())
        return self.generic_visit(node)

    def visit_Raise(self, node):
        self.generic_visit(node)
        node.cause = None
        return node

    def visit_Call(self, node):
        if ast.unparse(node.func) == "bytes.fromhex":
            node.func.value.id = "bytearray"
            node = ast.Call(ast.Name("bytes", ast.Load()), [node], [])
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "to_bytes" and ast.unparse(node.args[0]) == "1":
            node = ast.parse("bytes(bytearray([%s]))" % ast.unparse(node.func.value), mode="eval").body
        if node.args and isinstance(node.args[-1], ast.Starred):  # there, and only there, 2.7 has it too
            self.generic_visit(node.args[-1])
            starred = node.args.pop()
            self.visit_Call(node).args.append(starred)
            return node
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            node.args = [ast.Name(self.classes[-1], ast.Load()), ast.Name(self.functions[-1].args.args[0].arg, ast.Load())]
        return node

    def visit_JoinedStr(self, node):
        """f"{a!r:>3}" becomes "{!r:>3}".format(a)."""
        self.generic_visit(node)
        text, values = "", []
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += part.value.replace("{", "{{").replace("}", "}}")
                continue
            conversion = "!" + chr(part.conversion) if part.conversion != -1 else ""
            if part.format_spec is not None and not isinstance(part.format_spec, ast.Constant):
                raise NotImplementedError("line %d: a computed format" % node.lineno)
            text += "{%s%s}" % (conversion, ":" + part.format_spec.value if part.format_spec else "")
            values.append(part.value)
        return ast.Call(ast.Attribute(ast.Constant(text), "format", ast.Load()), values, [])

    def refuse(self, node):
        raise NotImplementedError("line %d: %s cannot be turned into Python 2.7" % (node.lineno, type(node).__name__))

    visit_Nonlocal = visit_NamedExpr = visit_YieldFrom = visit_AsyncFunctionDef = visit_Await = visit_Starred = refuse
