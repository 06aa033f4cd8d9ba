"""The parts of tools/debian/ that compute: on made-up packages and trees, and on the libraries of the running Python.

Each success is tried again with one thing wrong.
"""
from __future__ import absolute_import, division, print_function

import io
import os
import subprocess
import sys

import pytest

from tools.debian import command, elf, jython, launchers, mirrors, packages, recipes, tree

INDEX = """
Package: python9
Version: 9.1
Architecture: amd64
Pre-Depends: libc6 (>= 2.36)
Depends: dpkg, absent | mail-agent, libssl9:any (>= 9) [amd64], python9

Package: postman
Version: 1
Architecture: all
Provides: other, mail-agent (= 1)

Package: libssl9
Version: 9.0
Architecture: amd64

Package: libssl9
Version: 9.10
Architecture: amd64
Depends: libc6

Package: libssl9
Version: 99
Architecture: riscv64

Package: libc6
Version: 2.31
Architecture: amd64
"""
NEWER = "Package: libc6\nVersion: 2.36\nArchitecture: amd64\nDepends: libgcc-s1\n\nPackage: libgcc-s1\nVersion: 12\nArchitecture: amd64\n"

with_dpkg = pytest.mark.skipif(not os.path.exists("/usr/bin/dpkg"), reason="this system has no dpkg")
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared libraries are ELF files on Linux")


class MadeUpSuite(object):
    def __init__(self, name, text):
        self.name, self.index = name, packages.Index(text, "amd64")


def closure(text, wanted="python9", libc="new"):
    known = {"old": MadeUpSuite("old", text), "new": MadeUpSuite("new", NEWER)}
    recipe = recipes.Recipe("made-up", "cpython", "old", wanted, "", libc=libc)
    return [(suite.name, stanza["Package"], stanza["Version"]) for suite, stanza in packages.closure(recipe, known.get)]


@with_dpkg
def test_closure():
    """Alternatives, what is provided, what is skipped, the newest version, the C library of another suite with what that needs."""
    assert closure(INDEX) == [("new", "libc6", "2.36"), ("new", "libgcc-s1", "12"), ("old", "libssl9", "9.10"), ("old", "postman", "1"),
                              ("old", "python9", "9.1")]
    assert ("old", "libc6", "2.31") in closure(INDEX, libc="old")


@with_dpkg
@pytest.mark.parametrize("present, absent, complaint", [
    ("mail-agent (= 1)", "something", "Debian old has no absent or mail-agent any more"),
    ("Package: libssl9", "Package: libssl8", "Debian old has no libssl9 any more"),
    ("Package: python9", "Package: python8", "Debian old has no python9 any more")])
def test_closure_without_something(present, absent, complaint):
    with pytest.raises(command.Failed) as caught:
        closure(INDEX.replace(present, absent))
    assert complaint in str(caught.value) and "recipes.py" in str(caught.value)


def libraries_of_this_python():
    names = set(line.split()[-1] for line in io.open("/proc/self/maps") if ".so" in line and "/" in line)
    return [path for path in sorted(names) if os.path.isfile(path)]


@on_linux
def test_elf_of_this_python():
    asked = [name for path in libraries_of_this_python() for name in elf.needed(path)]
    assert "libc.so.6" in asked and all(".so" in name for name in asked)
    assert elf.needed(__file__) == []


def last_byte_off(image):
    """Without the last byte that is loaded into memory; debug information may follow it."""
    return image[:max(offset + size for kind, offset, _, size in elf.program_headers(image) if kind == elf.PT_LOAD) - 1]


@on_linux
@pytest.mark.parametrize("damage", [lambda image: image[:70], last_byte_off,
                                    lambda image: image[:32] + b"\xff" * 8 + image[40:]], ids=["head only", "cut off", "wild pointer"])
def test_damaged_elf(tmp_path, damage):
    path = next(path for path in libraries_of_this_python() if "_ssl" in path or "libssl" in path)
    with open(path, "rb") as file:
        image = file.read()
    (tmp_path / "libdamaged.so").write_bytes(damage(image))
    with pytest.raises(command.Failed) as caught:
        elf.missing(str(tmp_path))
    assert "libdamaged.so is damaged" in str(caught.value)


@on_linux
def test_missing_libraries(tmp_path):
    path = next(path for path in libraries_of_this_python() if "libc.so.6" in elf.needed(path))
    (tmp_path / "folder").mkdir()
    os.symlink("/nowhere/libc.so.6", str(tmp_path / "link"))
    with open(path, "rb") as file:
        (tmp_path / "folder" / "program").write_bytes(file.read())
    assert elf.missing(str(tmp_path))["libc.so.6"] == [os.path.join("folder", "program")]
    for name in elf.needed(path):
        (tmp_path / name).write_bytes(b"")
    assert elf.missing(str(tmp_path)) == {}


def test_links_stay_in_the_tree(tmp_path):
    root, inside, outside, hanging = (str(tmp_path / name) for name in ("root", "root/a/inside", "root/a/outside", "root/a/hanging"))
    os.makedirs(os.path.join(root, "a"))
    os.makedirs(os.path.join(root, "b"))
    for path, target in ((inside, "/b"), (outside, "/proc/self"), (hanging, "c")):
        os.symlink(target, path)
    tree.relative_links(root)
    assert [os.readlink(path) for path in (inside, outside, hanging)] == ["../b", "/proc/self", "c"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write in every folder")
def test_a_folder_without_write_permission_is_removed(tmp_path):
    folder = tmp_path / "root" / "sealed"
    folder.mkdir(parents=True) if sys.version_info > (3,) else os.makedirs(str(folder))
    (folder / "file").write_bytes(b"")
    os.chmod(str(folder), 0o555)
    tree.removed(str(tmp_path / "root"))
    tree.removed(str(tmp_path / "root"))
    assert not os.path.exists(str(tmp_path / "root"))


def touch(*parts):
    path = os.path.join(*parts)
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    open(path, "w").close()
    return path


RECIPE = recipes.Recipe("made-up", "cpython", "old", "python9", "usr/bin/python9.1", "9.1", "OpenSSL 9")


def test_launcher(tmp_path):
    """It starts the tree's own loader with the tree's own libraries, and gives its own path as argv[0]; no variable is set."""
    home = str(tmp_path / "it's here")
    library, program = "root/usr/lib/x86_64-linux-gnu/", touch(home, "root/usr/bin/python9.1")
    loader = touch(home, library, "ld-linux-x86-64.so.2")
    path = launchers.write(home, RECIPE)
    with open(path) as file:
        text = file.read()
    os.rename(loader, loader + ".real")
    with open(loader, "w") as file:
        file.write('#!/bin/sh\nprintf "%s|" "$@"\n')
    os.chmod(loader, 0o755)
    words = subprocess.check_output([path, "-c", "a b"]).decode().split("|")
    assert words == ["--inhibit-cache", "--library-path", "%s:%s" % (os.path.join(home, library[:-1]), os.path.dirname(program)), "--argv0",
                     path, program, "-c", "a b", ""]
    assert "LD_" not in text and os.path.realpath(os.path.join(home, "bin", "python9.1")) == path
    assert os.readlink(os.path.join(home, "lib")) == "root/usr/lib" and not os.path.lexists(os.path.join(home, "include"))


@pytest.mark.parametrize("lacking, complaint", [("root/usr/bin/python9.1", "hold no usr/bin/python9.1"),
                                                ("root/lib64/ld-linux-x86-64.so.2", "no dynamic loader")])
def test_launcher_without_something(tmp_path, lacking, complaint):
    for path in ("root/usr/bin/python9.1", "root/lib64/ld-linux-x86-64.so.2"):
        if path != lacking:
            touch(str(tmp_path), path)
    with pytest.raises(command.Failed) as caught:
        launchers.write(str(tmp_path), RECIPE)
    assert complaint in str(caught.value)


def test_launcher_of_jython(tmp_path):
    home = str(tmp_path)
    java = touch(home, "root/usr/lib/jvm/java-11/bin/java")
    for name in ("jython.jar", "netty.jar", "antlr.jar"):
        touch(home, "root/usr/share/java", name)
    os.symlink("netty.jar", os.path.join(home, "root/usr/share/java/netty-2.jar"))
    os.makedirs(os.path.join(home, "ffi"))
    line = jython.command(home, java)
    jars = line.partition("-classpath ")[2].split()[0].split(":")
    assert [os.path.basename(jar) for jar in jars] == ["antlr.jar", "netty-2.jar", "jython.jar"]
    assert line.startswith("exec " + java) and line.endswith('-Dpython.executable="$0" org.python.util.jython "$@"')
    touch(home, "ffi", jython.FFI)
    assert jython.command(home, java) == (
        "LD_LIBRARY_PATH=%s/ffi${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; export LD_LIBRARY_PATH\n%s" % (home, line))


@pytest.mark.parametrize("text, read, expected", [
    ("deb [arch=amd64 signed-by=/key.gpg] http://a/debian/ bookworm main\n# deb http://b c\ndeb http://d e main\ndeb-src http://f g\n",
     mirrors.in_list, [("http://a/debian/", "/key.gpg"), ("http://d", None)]),
    ("Types: deb\nURIs: http://a/debian http://b\nSuites: x\nSigned-By: /key.gpg\n", mirrors.in_sources,
     [("http://a/debian", "/key.gpg"), ("http://b", "/key.gpg")]),
    ("", mirrors.in_list, []), ("", mirrors.in_sources, [])])
def test_sources_in_files(text, read, expected):
    assert list(read(text)) == expected


def test_the_archive_proper_comes_first(monkeypatch):
    monkeypatch.setattr(mirrors, "KEYRINGS", __file__)
    found = [("http://z/else", None), ("http://s/debian-security", "/key"), ("http://a/debian/", None), ("http://a/debian", "/late")]
    assert mirrors.ordered(found) == [("http://a/debian", __file__), ("http://z/else", __file__), ("http://s/debian-security", "/key")]


def test_no_mirror_at_all(monkeypatch):
    monkeypatch.setattr(mirrors, "told_by_apt", lambda: [])
    monkeypatch.setattr(mirrors, "in_files", lambda: [])
    with pytest.raises(command.Failed) as caught:
        mirrors.mirrors()
    assert "put a Debian mirror into" in str(caught.value)
