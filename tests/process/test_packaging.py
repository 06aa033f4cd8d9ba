"""The package works in every form it is delivered in: wheel, zip, sdist, ``pip install .`` and vendored under another name.

Each form is used by a process of its own that has nothing else of this project on its path. Where setuptools or pip is
missing the tests that need them are skipped; the zip and the vendored copy need neither.
"""
from __future__ import absolute_import, division, print_function

import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

from tests.support import certs
from tools.environments import REPOSITORY, options_of_pip
from tools.isolation import isolated_environment

SOURCES = os.path.join(REPOSITORY, "src")
PACKAGE = "tls_bootstrap"
BYTECODE = shutil.ignore_patterns("__pycache__", "*.pyc")

# Imports the modules of the package that are named to it, and looks at what each brought along.
IMPORT_EVERYTHING = """
import importlib, os, sys
name, location = sys.argv[1:3]
unwanted = set(["ssl", "_ssl", "ctypes", "_ctypes", "socket"])
assert not unwanted & set(sys.modules), "the start of the interpreter brings %s: nothing can be told" % sorted(unwanted)
package = importlib.import_module(name)
assert os.path.abspath(package.__file__).startswith(location), package.__file__
for module in sys.argv[3:]:
    importlib.import_module(name + "." + module)
    brought = unwanted & set(sys.modules)
    assert not brought, "%s brings %s" % (module, sorted(brought))
"""

ROUND_TRIP = """
import importlib, os, sys
name, location, certfile, cafile = sys.argv[1:]
package = importlib.import_module(name)
assert os.path.abspath(package.__file__).startswith(location), package.__file__
import ssl
package.monkeypatch_ssl()
client_context = ssl.create_default_context(cafile=cafile)
server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
server_context.load_cert_chain(certfile)
up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
client = client_context.wrap_bio(down, up, server_hostname=u"localhost")
server = server_context.wrap_bio(up, down, server_side=True)
unfinished = [client, server]
while unfinished:
    for each in list(unfinished):
        try:
            each.do_handshake()
            unfinished.remove(each)
        except ssl.SSLWantReadError:
            pass
client.write(b"ping")
assert server.read(10) == b"ping"
server.write(b"pong")
assert client.read(10) == b"pong"
assert ("DNS", "localhost") in client.getpeercert()["subjectAltName"]
"""


def run(command, folder, **variables):
    """The output of a child process (text) that must succeed, run in `folder` and isolated from this machine's settings."""
    process = subprocess.Popen([sys.executable] + command, cwd=str(folder), env=isolated_environment(**variables),
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0].decode("utf-8", "replace")
    assert process.returncode == 0, output
    return output


def modules():
    """The dotted names of all modules within the package: "stream", "surface", "surface.context" and so on."""
    # Told by the sources: pkgutil.walk_packages() of 2.7 forgets the prefix of packages in an archive.
    paths = files_below(os.path.join(SOURCES, PACKAGE), (".py",)) - set(["__init__.py", "__main__.py"])
    dotted = set(path[:-len(".py")].replace("/", ".") for path in paths)
    return sorted(name[:-len(".__init__")] if name.endswith(".__init__") else name for name in dotted)


def check_import(name, location, folder):
    """Every module of the package `name` below `location` (a folder or an archive) can be imported and brings no ssl along."""
    run(["-c", IMPORT_EVERYTHING, name, str(location)] + modules(), folder, PYTHONPATH=str(location))


def check_use(name, location, folder):
    """The package `name` below `location` can upgrade ssl, and two SSLObjects then talk to each other."""
    run(["-c", ROUND_TRIP, name, str(location), certs.SERVER, certs.CA], folder, PYTHONPATH=str(location))


def can_build():
    """Whether this Python can build a wheel: setuptools since 70.1, or an older one with the wheel package beside it."""
    command = "import setuptools, distutils.dist as d; d.Distribution().get_command_class('bdist_wheel')"
    child = subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.communicate()
    return child.returncode == 0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what a checkout has: building writes into it, and several Pythons may run these tests at the same time."""
    copy = str(tmp_path_factory.mktemp("checkout") / "copy")
    ignored = shutil.ignore_patterns(".git", ".environments", ".hypothesis", "build", "dist", "*.egg-info", "__pycache__", "*.pyc")
    shutil.copytree(REPOSITORY, copy, ignore=ignored)
    return copy


@pytest.fixture(scope="module")
def built(checkout):
    """The folder with the wheel and the sdist, as this Python's setuptools builds them."""
    if not can_build():
        pytest.skip("setuptools with bdist_wheel is not installed here")
    run(["setup.py", "-q", "sdist", "--formats", "gztar", "bdist_wheel"], checkout)
    return os.path.join(checkout, "dist")


def only_file(folder, ending):
    found = [name for name in os.listdir(folder) if name.endswith(ending)]
    assert len(found) == 1, found
    return os.path.join(folder, found[0])


@pytest.fixture(scope="module")
def wheel(built):
    return only_file(built, ".whl")


def files_below(folder, endings):
    """The paths below `folder` that end in one of `endings`, relative and with slashes."""
    found = (os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/")
             for parent, _, names in os.walk(folder) for name in names if name.endswith(endings))
    return set(found)


def test_wheel_is_for_both_pythons(wheel):
    assert wheel.endswith("-py2.py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        info = [name for name in archive.namelist() if name.endswith(".dist-info/WHEEL")][0]
        lines = archive.read(info).decode().splitlines()
        metadata = archive.read(info.replace("WHEEL", "METADATA")).decode("utf-8").splitlines()
    assert [line for line in lines if line.startswith(("Tag", "Root"))] == [
        "Root-Is-Purelib: true", "Tag: py2-none-any", "Tag: py3-none-any"]
    pythons = [line.partition(":")[2].replace(" ", "") for line in metadata if line.startswith("Requires-Python:")][0]
    assert sorted(pythons.split(",")) == ["!=3.%d.*" % minor for minor in range(6)] + [">=2.7"]
    assert not [line for line in metadata if line.startswith("Requires-Dist")]


def test_wheel_has_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(name for name in archive.namelist() if ".dist-info/" not in name)
        info = set(name.partition(".dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name)
    # setuptools ships the stubs of packages only, and PEP 561 knows of none beside a single-file module.
    assert names == files_below(SOURCES, (".py", ".pyi", "py.typed")) - set(["_tls_bootstrap.pyi"])
    assert PACKAGE + "/py.typed" in names
    assert "entry_points.txt" not in info  # nothing may start by being installed


def test_sdist_has_tests_and_tools(built):
    with tarfile.open(only_file(built, ".tar.gz")) as archive:
        names = set(name.partition("/")[2] for name in archive.getnames())
    for folder in ("src", "tests", "tools"):
        wanted = set(folder + "/" + name for name in
                     files_below(os.path.join(REPOSITORY, folder), (".py", ".pyi", "py.typed", ".pem", ".txt")))
        assert wanted and not wanted - names
    assert names >= set(["setup.py", "setup.cfg", "LICENSE", ".ci/run"])


def test_wheel_on_the_path(wheel, tmp_path):
    check_import(PACKAGE, wheel, tmp_path)
    check_use(PACKAGE, wheel, tmp_path)


def test_plain_zip(tmp_path):
    copy = str(tmp_path / "copy")
    shutil.copytree(SOURCES, copy, ignore=BYTECODE)
    archive = shutil.make_archive(str(tmp_path / "sources"), "zip", copy)
    shutil.rmtree(copy)
    check_import(PACKAGE, archive, tmp_path)
    check_use(PACKAGE, archive, tmp_path)
    check_use("_tls_bootstrap", archive, tmp_path)


def vendor(folder):
    """Copies the package as ``app._vendor.renamed_tls`` below `folder`; returns its dotted name."""
    parent = os.path.join(str(folder), "app", "_vendor")
    shutil.copytree(os.path.join(SOURCES, PACKAGE), os.path.join(parent, "renamed_tls"), ignore=BYTECODE)
    for package in (parent, os.path.dirname(parent)):
        open(os.path.join(package, "__init__.py"), "w").close()
    return "app._vendor.renamed_tls"


def test_vendored_under_another_name(tmp_path):
    name = vendor(tmp_path)
    check_import(name, tmp_path, tmp_path)
    check_use(name, tmp_path, tmp_path)


def test_the_check_of_imports_can_fail(tmp_path):
    name = vendor(tmp_path)
    with open(str(tmp_path / "app" / "_vendor" / "renamed_tls" / "_plan.py"), "a") as module:
        module.write("\nimport ssl\n")
    with pytest.raises(AssertionError) as caught:
        check_import(name, tmp_path, tmp_path)
    assert re.search(r"brings \[.*'ssl'", str(caught.value))


def test_the_old_spelling_is_the_same(tmp_path):
    run(["-c", "import tls_bootstrap as new, _tls_bootstrap as old\n"
               "assert 'monkeypatch_ssl' in new.__all__\n"
               "assert all(getattr(old, name) is getattr(new, name) for name in new.__all__)"], tmp_path, PYTHONPATH=SOURCES)


def test_pip_install_without_an_index(checkout, tmp_path):
    pytest.importorskip("pip")
    if not can_build():
        pytest.skip("setuptools with bdist_wheel is not installed here")
    target = str(tmp_path / "installed")
    # pip 20.3.4 of Python 2.7 needs no option to build without a network, since there is no pyproject.toml; later ones do.
    options = ["--no-build-isolation"] if sys.version_info >= (3,) else []
    options += options_of_pip(platform.python_implementation(), sys.version_info)
    run(["-m", "pip", "install", "-q", "--isolated", "--no-index", "--target", target] + options + [checkout], tmp_path)
    assert not files_below(target, (".pth",)) and not os.path.exists(os.path.join(target, "bin"))
    check_import(PACKAGE, target, tmp_path)
    check_use(PACKAGE, target, tmp_path)
