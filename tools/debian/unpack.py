"""The act: packages are got, compared with the signed index, taken apart in a new folder, checked, started, and noted as whole.

Whatever a killed run leaves behind begins with a dot (`.build-`, `.apt-`, `.get-`) or has no manifest; the next run removes it.
What was got and verified stays in `.debs`, so a run that was interrupted goes on where it was. To get newer packages, remove the
interpreter's folder.
"""
from __future__ import absolute_import, division, print_function

import contextlib
import glob
import json
import os
import re
import tempfile
import time

from tools import folders, interpreter, lock
from tools.debian import cache, elf, jython, launchers, recipes
from tools.debian.command import Failed, output
from tools.debian.packages import closure
from tools.debian.suites import Suite
from tools.debian.tree import removed, tidy

REMNANTS = (".build-*", ".apt-*", ".debs/.get-*")
SECONDS_BETWEEN_NEWS = 2
SECONDS_TO_START = 300  # Java, the first time


class Suites(object):
    """The suites of one run, each opened when it is first asked for; one that cannot be had is not tried again."""

    def __init__(self, state, say):
        self._state, self._say, self._known = state, say, {}

    def __call__(self, name):
        if name not in self._known:
            try:
                self._known[name] = Suite(self._state, name, output(["dpkg", "--print-architecture"]).strip(), self._say)
            except Failed as error:
                self._known[name] = error
        if isinstance(self._known[name], Failed):
            raise self._known[name]
        return self._known[name]


@contextlib.contextmanager
def cache_of_one(say):
    """Holds the cache for one run, without what a killed one left; gives the folder for apt's state, which is gone at the end."""
    folder = folders.cache()
    if re.search(r"[\s:;\"']", folder):  # the loader's list of folders is separated so, and nothing can be quoted in it
        raise Failed("no interpreter can run from %s: name a folder without spaces, colons and quotes in %s"
                     % (folder, folders.CACHE_VARIABLE))
    with lock.held(os.path.join(folder, ".lock"), lambda: say("waiting for another program that is unpacking")):
        for pattern in REMNANTS:
            for path in glob.glob(os.path.join(folder, pattern)):
                removed(path)
        state = tempfile.mkdtemp(prefix=".apt-", dir=folder)
        try:
            yield state
        finally:
            removed(state)


def unpack(wanted, say=print):
    """Unpacks those of the recipes `wanted` that are not there. {recipe's name: why it could not be had}, empty if all is well."""
    reasons = {}
    absent = [recipe for recipe in wanted if cache.manifest(recipe) is None]
    if absent:
        try:
            with cache_of_one(say) as state:
                suites = Suites(state, say)
                for recipe in absent:
                    try:
                        make(recipe, suites, say)
                    except Failed as error:
                        reasons[recipe.name] = str(error)
        except Failed as error:
            reasons = dict((recipe.name, str(error)) for recipe in absent)
    return reasons


def make(recipe, suites, say):
    """Makes a recipe's folder, unless another program made it while this one waited for the lock."""
    if cache.manifest(recipe) is not None:
        return
    home, packages = cache.home_of(recipe), closure(recipe, suites)
    removed(home)  # not whole, or of an older recipe
    building = os.path.join(folders.cache(), ".build-" + recipe.name)
    fill(building, packages, recipe.name, say)
    if recipe.kind == "jython":
        jython.libraries(building)
    missing = elf.missing(os.path.join(building, "root"))
    if missing and recipe.kind != "jython":  # there: what Java wants for sound and screens, see recipes.SKIPPED
        raise Failed("%s would need the machine's %s: its recipe lacks a package (tools/debian/recipes.py)"
                     % (recipe.name, ", ".join(sorted(missing))))
    os.rename(building, home)
    note(recipe, packages, *FINISH[recipe.kind](home, recipe))


def fill(building, packages, name, say):
    """Gets the packages and takes them apart in `building`, telling how far it is."""
    store, root = os.path.join(folders.cache(), ".debs"), os.path.join(building, "root")
    folders.made(store)
    folders.made(root)
    total, done, told = sum(int(stanza["Size"]) for _, stanza in packages), 0, 0
    for number, (suite, stanza) in enumerate(packages, 1):
        if time.time() - told >= SECONDS_BETWEEN_NEWS or number == len(packages):
            told = time.time()
            say("%s: package %d of %d, %s (%.1f of %.1f MB)" % (name, number, len(packages), stanza["Package"], done / 1e6, total / 1e6))
        output(["dpkg-deb", "-x", suite.download(stanza, store), root])
        done += int(stanza["Size"])
    tidy(root)


def finish_interpreter(home, recipe):
    """Writes the launcher and asks the interpreter what it is: (executable, answer). Failed if it is not what was expected."""
    program = launchers.write(home, recipe)
    try:
        answer = interpreter.answer(program, SECONDS_TO_START)
    except (OSError, ValueError) as error:
        raise Failed("%s was unpacked but does not run: %s (try `%s -c 'import ssl'`)" % (recipe.name, error, program))
    version, openssl = ".".join(map(str, answer["version"])), answer["openssl"] or "no ssl"
    if not version.startswith(recipe.python) or not openssl.startswith(recipe.openssl):
        raise Failed("%s is now Python %s with %s: Debian %s moved on and the recipe needs a look (tools/debian/recipes.py)"
                     % (recipe.name, version, openssl, recipe.suite))
    return program, answer


def finish_wheel(home, recipe):
    """(path of the wheel, nothing to say of itself)."""
    return launchers.program_of(home, recipe), {}


FINISH = {"cpython": finish_interpreter, "pypy": finish_interpreter, "jython": finish_interpreter, "wheel": finish_wheel}


def note(recipe, packages, program, answer):
    """Writes the manifest under another name first, so that nobody ever sees half of one."""
    home = cache.home_of(recipe)
    came = [[stanza["Package"], stanza["Version"], suite.name, stanza["SHA256"]] for suite, stanza in packages]
    path = os.path.join(home, cache.MANIFEST)
    with open(path + ".new", "w") as file:
        json.dump({"recipe": recipe.digest, "home": home, "program": program, "answer": answer, "packages": came}, file, indent=1)
    os.rename(path + ".new", path)
