"""The finder that tells adapters what was imported: a package must not notice that it was waited for. On every Python alike."""
from __future__ import absolute_import, division, print_function

import zipfile

import pytest
from tests.support import child, facts

PRELUDE = """
    import importlib, sys
    from tls_bootstrap.adapters._imports import Finder

    seen = []

    def arrived(name):
        seen.append((name, getattr(sys.modules[name], "READY", None)))

    adapters = {"greeting": None}
    finder = Finder(adapters, arrived)
    sys.path.insert(0, sys.argv[1])
"""

WAIT = """
    sys.meta_path.insert(0, finder)
"""

FILES = {
    "greeting/__init__.py": "from greeting import words\nREADY = True\n",
    "greeting/words.py": "WORDS = 'hello'\n",
    "top/__init__.py": "",
    "top/sub/__init__.py": "",
    "top/sub/greeting/__init__.py": "READY = 'nested'\n",
    "relative/__init__.py": "import greeting\n",
    "greetings.py": "",
    "broken/__init__.py": "",
    "broken/greeting.py": "import no_such_module_anywhere\n",
    "wrong/__init__.py": "",
    "wrong/greeting.py": "1 / 0\n",
}


no_reload_from_zip = pytest.mark.xfail(facts.is_pypy() and facts.is_upgraded(), strict=True, reason=(
    "PyPy 2.7 cannot reload a package in a zip file that imports from itself, be we there or not: its zipimporter makes a new module "
    "(https://github.com/pypy/pypy/blob/main/pypy/module/zipimport/interp_zipimport.py)"))


@pytest.fixture(params=["folder", "zip"])
def place(request, tmp_path):
    """What to put on sys.path: a folder or a zip file with FILES."""
    if request.param == "zip":
        path = tmp_path / "files.zip"
        with zipfile.ZipFile(str(path), "w") as archive:
            for name, text in FILES.items():
                archive.writestr(name, text)
        return str(path)
    for name, text in FILES.items():
        path = tmp_path / name
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        path.write_text(u"" + text)
    return str(tmp_path)


def check(code, place):
    child.check(PRELUDE + WAIT + code, place)


def test_after_the_whole_package(place):
    check("""
    import greeting
    assert seen == [("greeting", True)], seen
    import greeting.words, greetings
    assert len(seen) == 1 and greeting.words.WORDS == "hello"
    """, place)


def test_wherever_it_is(place):
    check("""
    import top.sub.greeting
    assert seen == [("top.sub.greeting", "nested")], seen
    assert top.sub.greeting.__name__ == "top.sub.greeting"
    """, place)


def test_from_a_package_that_could_have_one_of_that_name(place):
    """Python 2.7 asks for relative.greeting first, and goes on when there is none."""
    check("""
    import relative
    assert seen == [("greeting", True)], seen
    """, place)


def test_the_module_looks_as_always(place):
    child.check(PRELUDE + """
    def look(module):
        names = ("__name__", "__file__", "__path__", "__package__")
        spec = getattr(module, "__spec__", None)
        loaders = [getattr(module, "__loader__", None), getattr(spec, "loader", None)]
        return [getattr(module, name, None) for name in names] + [type(loader) for loader in loaders], sorted(vars(module))

    import greeting
    before = look(greeting)
    for name in list(sys.modules):
        if name.startswith("greeting"):
            del sys.modules[name]
    sys.meta_path.insert(0, finder)
    import greeting
    assert look(greeting) == before, (look(greeting), before)
    assert len(seen) == 1
    import pkgutil
    assert pkgutil.get_data("greeting", "words.py") == b"WORDS = 'hello'\\n"
    """, place)


@pytest.mark.parametrize("place", ["folder", pytest.param("zip", marks=no_reload_from_zip)], indirect=True)
def test_reload(place):
    check("""
    import greeting
    reload = getattr(importlib, "reload", None) or __builtins__.reload
    reload(greeting)
    assert greeting.READY and seen in ([("greeting", True)], [("greeting", True)] * 2)
    """, place)


@pytest.mark.parametrize("name, words", [
    ("no_such_package.greeting", "no_such_package"),
    ("top.greeting", "greeting"),
    ("broken.greeting", "no_such_module_anywhere"),
    ("wrong.greeting", "zero"),
])
def test_errors_are_those_without_us(place, name, words):
    check("""
    def outcome():
        try:
            __import__(%r)
        except (ImportError, ZeroDivisionError) as error:
            return type(error), str(error), %r in sys.modules
    ours = outcome()
    sys.meta_path.remove(finder)
    assert outcome() == ours, (outcome(), ours)
    assert %r in ours[1], ours
    assert seen == []
    """ % (name, name, words), place)


def test_an_error_of_the_adapter_comes_through(place):
    check("""
    def arrived(name):
        raise KeyError("the adapter")
    finder.arrived = arrived
    try:
        import greeting
    except KeyError as error:
        assert "the adapter" in str(error)
    else:
        raise AssertionError("swallowed")
    """, place)


def test_disabled_meanwhile(place):
    check("""
    import top.sub
    adapters.clear()
    import greeting, top.sub.greeting
    assert seen == []
    """, place)


def test_from_many_threads(place):
    """Python 3.6 to 3.9 give a module of a zip file to a second thread before it is complete, with or without a finder of ours: such a
    file is loaded by load_module(), which knows no `_initializing`. There the module is looked at when all is done."""
    check("""
    import threading, zipimport
    waits = sys.version_info[0] == 2 or hasattr(zipimport.zipimporter, "exec_module") or not sys.argv[1].endswith(".zip")
    errors = []

    def work():
        try:
            import greeting, top.sub.greeting
            assert not waits or greeting.READY and top.sub.greeting.READY
        except BaseException as error:
            errors.append(error)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    import greeting, top.sub.greeting
    assert greeting.READY and top.sub.greeting.READY
    assert sorted(seen) == [("greeting", True), ("top.sub.greeting", "nested")], seen
    """, place)


def test_asking_without_importing(place):
    """runpy and others ask for the spec, or the loader, and use what it has: the code, say."""
    check("""
    find = getattr(importlib, "util", None) and importlib.util.find_spec
    if find is None:
        import importlib
        try:
            import importlib.util
            find = importlib.util.find_spec
        except ImportError:
            import pkgutil
            find = pkgutil.find_loader
    found = find("greeting")
    assert getattr(found, "loader", found).get_code("greeting") is not None
    import greeting
    assert greeting.READY and ("greeting", True) in seen
    """, place)
