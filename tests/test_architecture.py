"""The rules of the house that a machine can check: who may import what, how long a file may be, what is never written."""
from __future__ import absolute_import, division, print_function

import ast
import io
import os
import re

import pytest
from tests.support.child import SOURCES

PACKAGE = os.path.join(SOURCES, "tls_bootstrap")
FILES = sorted(
    os.path.relpath(os.path.join(folder, name), PACKAGE).replace(os.sep, "/")
    for folder, _, names in os.walk(PACKAGE)
    for name in names
    if name.endswith(".py")
)
LONGEST = 400

# the floors of the house, top to bottom: a part may import from parts below it, never from above
FLOORS = ("face", "adapters", "patch", "surface", "stream", "engines", "openssl", "ground")
FACE = ("__init__", "__main__", "_cli", "_run", "_report", "_diagnosis")
GROUND = ("_compat", "_features", "_facts", "_ledger", "_caller", "_plan", "_repairs", "_streamfile", "formats")
FLOOR_OF = dict([(name, "face") for name in FACE] + [(name, "ground") for name in GROUND])
FLOOR_OF.update(adapters="adapters", stream="stream", _patch="patch", _library="patch", surface="surface", engines="engines", openssl="openssl")

# surface/__init__ makes the classes that an engine asks for: the contract and its BIOs know each other
ALLOWED_UPWARDS = {
    ("engines/inplace.py", "surface"): "an engine makes the MemoryBIO that is bound to its library",
    ("engines/pypy.py", "surface"): "an engine makes the MemoryBIO that is bound to its library",
    ("engines/loopback/__init__.py", "surface"): "it takes the MemoryBIO of Python bytes",
    ("engines/pyopenssl/__init__.py", "surface"): "it takes the MemoryBIO of Python bytes",
}

MODULES_OF_THE_SYSTEM = ("ssl", "_ssl", "ctypes", "_ctypes", "socket", "_socket")


def source(name):
    with io.open(os.path.join(PACKAGE, name), encoding="ascii") as stream:
        return stream.read()


def tree(name):
    return ast.parse(source(name), name)


def part(name):
    return name.split("/")[0].replace(".py", "")


def imports(name):
    """(node, level, module, whether it stands at the top of the file) of every import of a file."""
    parsed = tree(name)
    top = set(map(id, parsed.body))
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom):
            yield node, node.level, node.module or "", id(node) in top
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield node, 0, alias.name, id(node) in top


def imported_parts(name):
    """The parts of the package that a file imports from."""
    depth = name.count("/")
    for node, level, module, _ in imports(name):
        if not level:
            continue
        path = name.split("/")[: depth + 1 - level] + ([module] if module else [])
        if path and path[0]:
            yield path[0].split(".")[0]
        else:
            for alias in node.names:
                yield alias.name if alias.name in FLOOR_OF else "__init__"


@pytest.mark.parametrize("name", FILES)
def test_parts_import_downwards_only(name):
    here = FLOORS.index(FLOOR_OF[part(name)])
    for other in imported_parts(name):
        if (name, other) not in ALLOWED_UPWARDS:
            assert FLOORS.index(FLOOR_OF[other]) >= here, "%s may not import %s" % (name, other)


def test_exceptions_to_the_floors_are_in_use():
    for name, other in ALLOWED_UPWARDS:
        assert other in set(imported_parts(name)), "no longer needed: %s -> %s" % (name, other)


@pytest.mark.parametrize("name", FILES)
def test_system_modules_are_not_imported_at_the_top(name):
    for _, level, module, at_top in imports(name):
        assert not (at_top and not level and module.split(".")[0] in MODULES_OF_THE_SYSTEM), (name, module)


@pytest.mark.parametrize("name", FILES)
def test_imports_within_the_package_are_relative(name):
    for _, level, module, _ in imports(name):
        assert level or module.split(".")[0] != "tls_bootstrap", name


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_why_it_is_there_and_is_short(name):
    text = source(name)
    assert ast.get_docstring(tree(name)), name
    assert "from __future__ import absolute_import, division, print_function" in text
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize("name", FILES)
def test_only_compat_tells_python_2_from_3(name):
    if name not in ("_compat.py", "_facts.py", "_report.py"):
        assert not re.search(r"version_info|\bPY2\b|\bPY3\b|version_info|hexversion", source(name)), name


@pytest.mark.parametrize("name", FILES)
def test_what_is_never_written(name):
    code = re.sub(r'""".*?"""', "", source(name), flags=re.DOTALL)
    code = re.sub(r"#.*", "", code)
    assert not re.search(r"\bCDLL\(|\bcdll\b|\bWinDLL\b", code), "PyDLL only: a CDLL call lets other threads into a BIO (G2)"
    assert "PYFUNCTYPE" not in code and ("CFUNCTYPE" not in code or name == "openssl/library.py"), "callbacks are for openssl/thunks.py"
    assert "pythonapi" not in code, "prototypes on ctypes.pythonapi are shared with every other package (G9)"
    assert "def __del__" not in code, "__del__ swallows exceptions and keeps cycles alive on Python 2 (G9)"


@pytest.mark.parametrize("name", FILES)
def test_no_exception_is_swallowed_without_a_reason_beside_it(name):
    assert not re.search(r"except( Exception| BaseException)?:[ ]*\n\s*pass", source(name))


def writes(name):
    """The nodes of a file that set attributes of something called ssl."""
    for node in ast.walk(tree(name)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in ("ssl", "_ssl"):
                yield node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
            if isinstance(node.args[0], ast.Name) and node.args[0].id in ("ssl", "_ssl", "owner", "module", "context"):
                yield node


@pytest.mark.parametrize("name", FILES)
def test_only_the_patch_and_its_ledger_write_on_ssl(name):
    if name not in ("_patch.py", "_ledger.py"):
        assert not list(writes(name)), name


def test_no_file_is_called_like_a_module_of_the_standard_library():
    """Python 2's implicit relative imports would find it first."""
    import pkgutil

    standard = set(name for _, name, _ in pkgutil.iter_modules([os.path.dirname(os.__file__)]))
    assert standard.isdisjoint(os.path.basename(name)[:-3] for name in FILES if not name.endswith(("__init__.py", "__main__.py")))
