"""The Python interpreters of this machine: ``python3 tools/interpreters.py`` lists those that the tests would use.

They are looked for, in this order, in the environment variable TLS_BOOTSTRAP_PYTHONS (executables, separated like PATH), among
pyenv's versions, on PATH and among those unpacked before. Each candidate is asked what it is (tools/interpreter.py).

Used without further ado: those that the variable names, whatever implementation they are, and of each other minor version of
CPython the newest. PyPy and what was unpacked are used when asked for, by ``--all`` or by name; one exception: where there is
no Python 2.7 at all, an unpacked one stands in.

``--unpack all``, or names, gets more from the Debian archive, installing nothing (tools/debian/).
"""
from __future__ import absolute_import, division, print_function

import argparse
import collections
import glob
import os
import re
import sys

if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the repository: `tools` is a package in it
from tools.debian import cache, recipes
from tools.debian.unpack import unpack
from tools.interpreter import NUMBER, Interpreter, ask

VARIABLE = "TLS_BOOTSTRAP_PYTHONS"
STAND_IN = "cpython2.7-openssl1.1.1"
SECONDS_FOR_JAVA = 120

NO_PYTHON_2_7 = (
    "No Python 2.7 was found, and that is the one this project is for. Get one with `pyenv install 2.7.18`, with "
    "`micromamba create -n py27 -c conda-forge python=2.7` or from a distribution that still packages it (python2.7, python2), "
    "then put it on PATH or name its executable in %s." % VARIABLE)


def named_by_variable():
    return [path for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]


def on_path(pattern=r"(python(2|2\.7|3|3\.\d+)?|pypy(2|2\.7|3|3\.\d+)?)(\.exe)?$"):
    """python2.7, python3, pypy3, and so on, in the order of PATH."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for path in sorted(glob.glob(os.path.join(folder, "[jp]y*"))):
            if re.match(pattern, os.path.basename(path)) and os.access(path, os.X_OK):
                yield path


def in_pyenv():
    root = os.environ.get("PYENV_ROOT") or os.path.join(os.path.expanduser("~"), ".pyenv")
    return sorted(glob.glob(os.path.join(root, "versions", "*", "bin", "python")))


def candidates():
    """Pairs (executable, whether the variable names it), each executable once."""
    seen = set()
    for paths, named in ((named_by_variable(), True), (in_pyenv(), False), (on_path(), False)):
        for path in paths:
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield path, named


def unpacked():
    """The Interpreters that were unpacked, Jython too."""
    return [Interpreter(executable, recipe=name, **said) for name, executable, said in cache.unpacked()]


def present():
    """All Interpreters of this machine that can run pytest, the likeliest first. ValueError if the variable names no Python."""
    found = []
    for path, named in candidates():
        interpreter = ask(path, named)
        if interpreter is not None:
            found.append(interpreter)
        elif named:
            raise ValueError("%s names %s, which does not run as a Python: correct the variable" % (VARIABLE, path))
    # Jython has no pip, hence no pytest: jython() finds it for the tests that start it.
    return [interpreter for interpreter in found + unpacked() if interpreter.implementation != "Jython"]


def newest(found, everything):
    """Of each kind the newest; `everything` makes another OpenSSL another kind."""
    best = {}
    for interpreter in found:
        kind = interpreter.implementation, interpreter.minor, interpreter.recipe, interpreter.openssl if everything else None
        known = best.get(kind)
        # An environment stands for its base only where the base itself cannot be reached.
        if known is None or (interpreter.version, not interpreter.virtual) > (known.version, not known.virtual):
            best[kind] = interpreter
    return [interpreter for interpreter in found if interpreter in best.values()]


def distinguish(chosen):
    """Gives twins names of their own; the first of them keeps the short one."""
    taken = set()
    for interpreter in chosen:
        interpreter.name = next(name for name in interpreter.names() if name not in taken)
        taken.add(interpreter.name)
    return chosen


def each_once(chosen):
    """Without those that are the same installation under another path."""
    by_place = collections.OrderedDict()
    for one in chosen:
        by_place.setdefault((one.prefix, one.version, one.openssl), one)
    return list(by_place.values())


def choose(found, everything=False):
    """Of `found` (Interpreters) those to use, oldest first: see above."""
    named = [one for one in found if one.named]
    covered = set(one.minor for one in named if one.implementation == "CPython")
    others = newest([one for one in found if not one.named and one.supported and one.openssl], everything)
    others = [one for one in others if one.optional or one.minor not in covered]
    if not any(one.minor == "2.7" and not one.optional for one in named + others):
        for one in others:
            one.optional = one.optional and one.recipe != STAND_IN
    chosen = each_once(one for one in named + others if everything or not one.optional)
    return distinguish(sorted(chosen, key=lambda one: (one.version[:2], one.implementation, one.optional, one.version)))


def find(only=(), everything=False):
    """The interpreters to use, oldest first, with `everything` also PyPy and what was unpacked.

    `only` restricts them to versions and names ("2.7", "3.11.7", "pypy3", "2.7.18 OpenSSL 1.1.1"); a name reaches also what
    otherwise only `everything` does. Raises ValueError when TLS_BOOTSTRAP_PYTHONS names something that is no Python."""
    chosen = choose(present(), everything or not all(NUMBER.match(word) for word in only))
    return [one for one in chosen if not only or any(one.answers_to(word, everything or not one.optional) for word in only)]


def executable(minor):
    """The executable of the interpreter of a minor version ("2.7"), None if there is none."""
    found = find((minor,))
    return found[0].executable if found else None


def jython():
    """The executable of a Jython, None if there is none: from the variable, PATH or what was unpacked."""
    for path in named_by_variable() + list(on_path(r"jython(2|2\.7)?$")):
        interpreter = ask(path, seconds=SECONDS_FOR_JAVA)
        if interpreter is not None and interpreter.implementation == "Jython":
            return path
    return next((one.executable for one in unpacked() if one.implementation == "Jython"), None)


def get(names, say=print):
    """Unpacks the recipes of these names, or "all": {name: why it could not be had}. ValueError for a name that is none."""
    wanted = sorted(recipes.INTERPRETERS) if "all" in names else names
    unknown = [name for name in wanted if name not in recipes.INTERPRETERS]
    if unknown:
        raise ValueError("nothing that can be unpacked is called %s; there are: %s"
                         % (" or ".join(unknown), ", ".join(["all"] + sorted(recipes.INTERPRETERS))))
    return unpack([recipes.INTERPRETERS[name] for name in wanted], say)


def get_python_2_7(say=print):
    """Unpacks the Python 2.7 that stands in where there is none. None, or in a sentence why there still is none."""
    say("No Python 2.7 was found: unpacking one from the Debian archive; nothing is installed")
    reason = get([STAND_IN], say).get(STAND_IN)
    return reason and "%s\nUnpacking one from the Debian archive failed: %s" % (NO_PYTHON_2_7, reason)


def to_be_unpacked():
    """The names of the recipes that could be."""
    present = [name for name, _, _ in cache.unpacked()]
    return [name for name in sorted(recipes.INTERPRETERS) if name not in present]


def main(command_line=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unpack", default="", metavar="all|NAME,NAME", help="first get these from the Debian archive")
    options = parser.parse_args(command_line)
    try:
        reasons = get([name for name in options.unpack.split(",") if name])
        found = present()
    except ValueError as error:
        sys.exit(str(error))
    usual, everything = choose(found), choose(found, everything=True)
    print("\n".join(str(one) for one in usual) or "none")
    if not any(one.minor == "2.7" for one in usual):
        print(NO_PYTHON_2_7)
    executables = [one.executable for one in usual]
    print("\n".join(["\nWith --all or by name also:"] + [str(one) for one in everything if one.executable not in executables]
                    + ["%s, for its own tests only: it has no pip" % one for one in unpacked() if one.implementation == "Jython"]))
    print("\nCould be unpacked (--unpack): %s" % (", ".join(to_be_unpacked()) or "no more"))
    for name, reason in sorted(reasons.items()):
        print("%s was not unpacked: %s" % (name, reason), file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
