"""The program `bin/python` of an unpacked interpreter: a shell script of one command.

It starts the C library's loader of the unpacked tree and tells *that* where the libraries are. So no environment variable is set,
and the children of the interpreter are not affected. ``--argv0`` gives the interpreter the script's own path: CPython and PyPy
derive ``sys.executable`` and the place of their library from it, so subprocesses, virtualenv and venv work as everywhere.
``--inhibit-cache`` keeps the machine's /etc/ld.so.cache out, which could lead to a library of the same name (ld.so(8)).
"""
from __future__ import absolute_import, division, print_function

import os

from tools.debian import jython
from tools.debian.command import Failed, quote
from tools.debian.tree import library_folders, link, only
from tools.folders import made

TEXT = """#!/bin/sh
# {name}, unpacked by tools/interpreters.py; it works in this place only.
{command}
"""

# What CPython and PyPy look for above `bin`, and where it is: the first row of which the tree has something.
LIBRARIES = {
    "cpython": [{"lib": "root/usr/lib", "include": "root/usr/include"}],
    "pypy": [dict((part, "root/usr/lib/pypy/" + part) for part in ("lib-python", "lib_pypy", "include", "dist-packages")),
             {"lib": "root/usr/lib", "include": "root/usr/include"}],
}


def native(home, program):
    """The command that starts `program` by the loader of its own tree."""
    folders = library_folders(os.path.join(home, "root"))
    loader = next((path for path in (only(folder, name) for folder in folders for name in ("ld-linux*.so.*", "ld64.so.*")) if path), None)
    if loader is None:
        raise Failed("the packages hold no dynamic loader: the recipe needs a look (tools/debian/recipes.py)")
    folders.append(os.path.dirname(program))  # PyPy's libpypy-c.so is beside its program
    return 'exec %s --inhibit-cache --library-path %s --argv0 "$0" %s "$@"' % (
        quote(os.path.realpath(loader)), quote(":".join(folders)), quote(program))


def program_of(home, recipe):
    """The path of what the recipe is for, in the unpacked tree."""
    program = only(os.path.join(home, "root"), recipe.program)
    if program is None:
        raise Failed("the packages of %s hold no %s: the recipe needs a look (tools/debian/recipes.py)" % (recipe.name, recipe.program))
    return program


def command(home, recipe):
    """The last line of the launcher."""
    program = program_of(home, recipe)
    return jython.command(home, program) if recipe.kind == "jython" else native(home, program)


def libraries(home, kind):
    """Links the interpreter's library to where it looks for it."""
    for links in LIBRARIES.get(kind, ()):
        present = [name for name in links if os.path.isdir(os.path.join(home, links[name]))]
        for name in present:
            link(os.path.join(home, name), links[name])
        if present:
            return


def write(home, recipe):
    """Writes `bin/python` and its other names. `home` is the final place, already filled. Returns the launcher's path."""
    libraries(home, recipe.kind)
    folder = made(os.path.join(home, "bin"))
    path = os.path.join(folder, "python")
    with open(path, "w") as file:
        file.write(TEXT.format(name=recipe.name, command=command(home, recipe)))
    os.chmod(path, 0o755)
    for alias in ("python" + recipe.python[0], "python" + recipe.python):
        link(os.path.join(folder, alias), "python")
    return path
