"""Isolated environments to test in: made once under `.environments/`, then reused; ``rm -r .environments`` is always allowed.

An environment's folder is named after its interpreter and a hash of everything that went into it, so a changed pin or a
rebuilt interpreter means a new folder, never a repaired one. Its last file is the marker `complete`: a folder without it
was interrupted and is made again from nothing.

Python 3 makes its environments with its own `venv`. Debian's comes without pip to put into them unless python3-venv is
installed: then pip is taken from the package that python3-venv itself would take it from, unpacked, not installed
(tools/debian/). A Python that is too new for that pip gets the newest one. Python 2.7 has no `venv`: virtualenv 20.21, the last
that can make environments for it, does it, itself installed in one more environment (`helper-*`).
"""
from __future__ import absolute_import, division, print_function

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tools import lock
from tools.debian import cache, recipes
from tools.debian.unpack import unpack
from tools.folders import REPOSITORY, ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
VIRTUALENV = "virtualenv==20.21.1"
RECIPE = "1"  # to be raised when the way of making changes, so that old folders are not taken
MARKER = "complete"

NO_INDEX = ("most likely no package index is reachable, or it does not have one of them: check the network and pip's "
            "configuration")
NO_VENV = "that Python cannot make environments: install its venv module (Debian: python3-venv)"
NO_ENVIRONMENT = "that Python may be damaged: try another one by naming it in TLS_BOOTSTRAP_PYTHONS"


class EnvironmentFailed(Exception):
    """An environment could not be made; the text says which, why and what to do."""


def python_in(folder):
    """The executable of the environment in `folder`."""
    return os.path.join(folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def requirements_for(interpreter):
    """The requirements file of the newest version that is not above the interpreter's: one for its implementation, or CPython's."""
    files = {}
    for path in glob.glob(os.path.join(HERE, "requirements-*.txt")):
        kind, major, minor = re.search(r"requirements-([a-z]*)(\d+)\.(\d+)\.txt$", path).groups()
        files[kind, (int(major), int(minor))] = path
    for wanted in (interpreter.implementation.lower(), ""):
        fitting = [(version, path) for (kind, version), path in files.items()
                   if kind == wanted and version[0] == interpreter.version[0] and version <= interpreter.version]
        if fitting:
            return max(fitting)[1]
    raise EnvironmentFailed("there is no requirements file for %s in tools/: add one" % interpreter.name)


def requires(interpreter, project):
    """Whether `project` is installed in the interpreter's environment."""
    return any(pin.lower().startswith(project.lower() + "==") for pin in pins(requirements_for(interpreter)))


def pins(path):
    """The lines of a requirements file that are requirements."""
    with open(path) as file:
        lines = [line.partition("#")[0].strip() for line in file]
    return [line for line in lines if line]


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def locked(folder):
    """Holds a file lock beside `folder`, so that two programs at once do not both make it."""
    return lock.held(folder + ".lock")


def run(command, what, remedy, log):
    """Runs `command` with its output appended to the file `log`; raises EnvironmentFailed with its last lines and the remedy."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONWARNINGS="ignore")
    environment.pop("PYTHONPATH", None)
    with open(log, "ab") as output:
        status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment)
    if status != 0:
        with open(log, "rb") as output:
            last = output.read().decode("utf-8", "replace").strip().splitlines()[-8:]
        raise EnvironmentFailed("%s failed: %s, then start again.\n    %s\n(all of it: %s)"
                                % (what, remedy, "\n    ".join(last), log))


def pip_wheel(say):
    """The path of pip as a single file, which runs as it is. Raises EnvironmentFailed if it cannot be had."""
    reason = unpack([recipes.PIP], say).get(recipes.PIP.name)
    if reason:
        raise EnvironmentFailed("%s, then start again. Getting pip in another way failed, too: %s" % (NO_VENV, reason))
    return cache.manifest(recipes.PIP)["program"]


def by_venv(executable, folder, log, say):
    run([executable, "-m", "venv", "--clear", folder], "`%s -m venv`" % executable, NO_VENV, log)


def by_venv_without_ensurepip(executable, folder, log, say):
    make_without_pip(executable, folder, log)
    install_pip(pip_wheel(say), folder, log)


def by_venv_and_newest_pip(executable, folder, log, say):
    """For a Python that is newer than Debian's pip, which then does not run on it."""
    make_without_pip(executable, folder, log)
    wheels = tempfile.mkdtemp()
    try:
        run([virtualenv_python(log, say), "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-d", wheels, "pip"],
            "downloading pip", NO_INDEX, log)
        install_pip(glob.glob(os.path.join(wheels, "pip-*.whl"))[0], folder, log)
    finally:
        shutil.rmtree(wheels)


def make_without_pip(executable, folder, log):
    run([executable, "-m", "venv", "--clear", "--without-pip", folder], "`%s -m venv --without-pip`" % executable, NO_VENV, log)


def install_pip(wheel, folder, log):
    run([python_in(folder), os.path.join(wheel, "pip"), "install", "--no-index", wheel], "installing pip", NO_ENVIRONMENT, log)


def by_virtualenv(executable, folder, log, say):
    run([virtualenv_python(log, say), "-m", "virtualenv", "--clear", "-p", executable, folder],
        "virtualenv for %s" % executable, NO_ENVIRONMENT, log)


WITH_VENV = (("venv", by_venv), ("venv, pip from Debian's package", by_venv_without_ensurepip))
NEWEST_PIP = (("venv, pip from the package index", by_venv_and_newest_pip),)
WITHOUT_VENV = (("virtualenv", by_virtualenv),)


def make(ways, executable, folder, log, say):
    """Makes an environment in the first of the `ways` that succeeds; that one failed is said, the last one's failure is raised."""
    for number, (name, way) in enumerate(ways, 1):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return way(executable, folder, log, say)
        except EnvironmentFailed:
            if number == len(ways):
                raise
            say("%s: %s does not work, taking %s" % (executable, name, ways[number][0]))


def virtualenv_python(log, say):
    """A Python that has virtualenv: the running one's helper environment."""
    folder = os.path.join(ROOT, "helper-%d.%d-%s" % (sys.version_info[:2] + (digest(RECIPE, sys.executable, VIRTUALENV),)))
    python, marker = python_in(folder), os.path.join(folder, MARKER)
    with locked(folder):
        if not os.path.exists(marker):
            say("making the helper environment with %s" % VIRTUALENV)
            make(WITH_VENV, sys.executable, folder, log, say)
            run([python, "-m", "pip", "install", VIRTUALENV], "installing %s" % VIRTUALENV, NO_INDEX, log)
            open(marker, "w").close()
    return python


def create(interpreter, folder, log, say):
    """Makes an environment that has pip and nothing else."""
    ways = (WITH_VENV + NEWEST_PIP if interpreter.version >= (3, 3) else ()) + WITHOUT_VENV
    make(ways, interpreter.executable, folder, log, say)


def install(python, requirements, what, log, options=()):
    """Installs a requirements file, its pip before all else: an old pip may not understand the rest."""
    pip = [pin for pin in pins(requirements) if pin.startswith("pip==")]
    for arguments in (pip, ["-r", requirements]):
        if arguments:
            run([python, "-m", "pip", "install"] + list(options) + arguments,
                "installing %s for %s" % (os.path.basename(requirements), what), NO_INDEX, log)


# pip 20.3.4 asserts that x.py is compiled to x.pyc on every Python 2, and Debian's PyPy 2.7 compiles it to __pycache__/x.pypy-73.pyc.
OPTIONS = {("PyPy", 2): ("--no-compile",)}


def options_of_pip(implementation, version):
    """What ``pip install`` needs to be told on a Python."""
    return list(OPTIONS.get((implementation, version[0]), ()))


def environment(interpreter, say=print):
    """The Python executable of the interpreter's environment, which is made if it is not there. Raises EnvironmentFailed."""
    requirements = requirements_for(interpreter)
    key = digest(RECIPE, os.path.realpath(interpreter.executable), interpreter.title, interpreter.openssl or "",
                 *pins(requirements))
    folder = os.path.join(ROOT, "%s-%s" % (interpreter.title.replace(" ", "-"), key))
    python, marker = python_in(folder), os.path.join(folder, MARKER)
    with locked(folder):
        if not os.path.exists(marker):
            say("%s: making %s" % (interpreter.name, os.path.relpath(folder, REPOSITORY)))
            log = folder + ".log"
            create(interpreter, folder, log, say)
            install(python, requirements, interpreter.name, log, options_of_pip(interpreter.implementation, interpreter.version))
            open(marker, "w").close()
    return python
