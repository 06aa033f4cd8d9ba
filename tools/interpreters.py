"""The Python interpreters of this machine: ``python3 tools/interpreters.py`` lists those that the tests would use.

They are looked for, in this order, in the environment variable TLS_BOOTSTRAP_PYTHONS (executables, separated like PATH),
on PATH and among pyenv's versions. Each candidate is *asked* what it is: pyenv's shims, symbolic links and virtual
environments have names that promise more than they hold. Of each minor version one is taken, the newest; those that the
variable names are all taken, whatever implementation they are.
"""
from __future__ import absolute_import, division, print_function

import glob
import json
import os
import re
import subprocess
import sys

VARIABLE = "TLS_BOOTSTRAP_PYTHONS"
SECONDS_TO_ANSWER = 20

NO_PYTHON_2_7 = (
    "No Python 2.7 was found, and that is the one this project is for. Get one with `pyenv install 2.7.18`, with "
    "`micromamba create -n py27 -c conda-forge python=2.7` or from a distribution that still packages it (python2.7, python2), "
    "then put it on PATH or name its executable in %s." % VARIABLE)

# Answered in JSON by every interpreter, so valid in all of them. A virtual environment answers with what it was made from:
# base_prefix since Python 3.3, real_prefix from virtualenv < 20 on Python 2.
QUESTION = """
import json, platform, sys
try:
    import ssl
    openssl = ssl.OPENSSL_VERSION
except ImportError:
    openssl = None
prefix = getattr(sys, 'real_prefix', None) or getattr(sys, 'base_prefix', sys.prefix)
print(json.dumps(dict(version=list(sys.version_info[:3]), implementation=platform.python_implementation(),
                      openssl=openssl, prefix=prefix, virtual=prefix != sys.prefix)))
"""


class Interpreter(object):
    """One Python: `executable` (str), `version` ((major, minor, micro)), `implementation`, `openssl` (str or None), `prefix`."""

    def __init__(self, executable, version, implementation, openssl, prefix, virtual=False, named=False):
        self.executable, self.version, self.implementation = executable, tuple(version), implementation
        self.openssl, self.prefix, self.virtual, self.named = openssl, os.path.realpath(prefix), virtual, named

    @property
    def minor(self):
        """``"2.7"``: what --only selects by."""
        return "%d.%d" % self.version[:2]

    @property
    def name(self):
        """``"2.7.18"``, or ``"PyPy 2.7.18"`` if it is not CPython."""
        number = "%d.%d.%d" % self.version
        return number if self.implementation == "CPython" else "%s %s" % (self.implementation, number)

    @property
    def supported(self):
        return self.version[:2] == (2, 7) or self.version >= (3, 6)

    def __str__(self):
        return "%s, %s, %s" % (self.name, self.openssl or "without ssl", self.executable)


def ask(executable, named=False):
    """The Interpreter that `executable` is, or None if it does not answer (an idle pyenv shim, something else altogether)."""
    environment = dict((name, value) for name, value in os.environ.items() if not name.startswith("PYTHON"))
    try:
        answer = subprocess.run([executable, "-c", QUESTION], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, timeout=SECONDS_TO_ANSWER, env=environment)
        return Interpreter(executable, named=named, **json.loads(answer.stdout.decode()))
    except (OSError, ValueError, TypeError, subprocess.TimeoutExpired):
        return None


def named_by_variable():
    return [path for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]


def on_path():
    """python2.7, python3, python3.11, and so on, in the order of PATH, each file once."""
    wanted = re.compile(r"python(2|2\.7|3|3\.\d+)?(\.exe)?$")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for path in sorted(glob.glob(os.path.join(folder, "python*"))):
            if wanted.match(os.path.basename(path)) and os.access(path, os.X_OK):
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


def choose(found):
    """Of `found` (Interpreters): all that were named, and of each other CPython minor version the newest."""
    chosen, by_minor = [], {}
    for interpreter in found:
        if interpreter.named:
            chosen.append(interpreter)
        elif interpreter.implementation == "CPython" and interpreter.supported and interpreter.openssl:
            best = by_minor.get(interpreter.minor)
            # An environment stands for its base only where the base itself cannot be reached.
            if best is None or (interpreter.version, not interpreter.virtual) > (best.version, not best.virtual):
                by_minor[interpreter.minor] = interpreter
    covered = set(interpreter.minor for interpreter in chosen if interpreter.implementation == "CPython")
    chosen += [interpreter for minor, interpreter in by_minor.items() if minor not in covered]
    prefixes = {}
    for interpreter in chosen:
        prefixes.setdefault((interpreter.prefix, interpreter.version), interpreter)
    return sorted(prefixes.values(), key=lambda interpreter: (interpreter.version, interpreter.implementation))


def find(only=()):
    """The interpreters to use, oldest first; `only` ("2.7", "3.11") restricts them to minor versions.

    Raises ValueError when TLS_BOOTSTRAP_PYTHONS names something that is no Python."""
    found = []
    for path, named in candidates():
        interpreter = ask(path, named)
        if interpreter is not None:
            found.append(interpreter)
        elif named:
            raise ValueError("%s names %s, which does not run as a Python: correct the variable" % (VARIABLE, path))
    return [interpreter for interpreter in choose(found) if not only or interpreter.minor in only]


def executable(minor):
    """The executable of the interpreter of a minor version ("2.7"), None if there is none."""
    found = find((minor,))
    return found[0].executable if found else None


def main():
    try:
        found = find()
    except ValueError as error:
        sys.exit(str(error))
    for interpreter in found:
        print(interpreter)
    if not any(interpreter.minor == "2.7" for interpreter in found):
        print(NO_PYTHON_2_7)
    return 0


if __name__ == "__main__":
    sys.exit(main())
