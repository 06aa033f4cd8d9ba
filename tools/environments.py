"""Isolated environments to test in: made once under `.environments/`, then reused; ``rm -r .environments`` is always allowed.

An environment's folder is named after its interpreter and a hash of everything that went into it, so a changed pin or a
rebuilt interpreter means a new folder, never a repaired one. Its last file is the marker `complete`: a folder without it
was interrupted and is made again from nothing.

Python 3 makes its environments with its own `venv`. Python 2.7 has none: virtualenv 20.21, the last that can make them,
does it, itself installed in one more environment (`helper-*`), as it also is for a Python 3 without `venv` (Debian).
"""
from __future__ import absolute_import, division, print_function

import contextlib
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(HERE)
ROOT = os.path.join(REPOSITORY, ".environments")
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
    """The requirements file of the newest version that is not above the interpreter's."""
    files = {}
    for path in glob.glob(os.path.join(HERE, "requirements-*.txt")):
        version = re.search(r"requirements-(\d+)\.(\d+)\.txt$", path)
        files[tuple(int(number) for number in version.groups())] = path
    return files[max(version for version in files if version <= interpreter.version)]


def pins(path):
    """The lines of a requirements file that are requirements."""
    with open(path) as file:
        lines = [line.partition("#")[0].strip() for line in file]
    return [line for line in lines if line]


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


@contextlib.contextmanager
def locked(folder):
    """Holds a file lock beside `folder`, so that two programs at once do not both make it."""
    os.makedirs(ROOT, exist_ok=True)
    with open(folder + ".lock", "w") as file:
        try:
            import fcntl
        except ImportError:  # Windows: one program at a time is up to the user there
            pass
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


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


def virtualenv_python(log, say):
    """A Python that has virtualenv: the running one's helper environment."""
    folder = os.path.join(ROOT, "helper-%d.%d-%s" % (sys.version_info[:2] + (digest(RECIPE, sys.executable, VIRTUALENV),)))
    python, marker = python_in(folder), os.path.join(folder, MARKER)
    with locked(folder):
        if not os.path.exists(marker):
            say("making the helper environment with %s" % VIRTUALENV)
            run([sys.executable, "-m", "venv", "--clear", folder], "`%s -m venv`" % sys.executable, NO_VENV, log)
            run([python, "-m", "pip", "install", VIRTUALENV], "installing %s" % VIRTUALENV, NO_INDEX, log)
            open(marker, "w").close()
    return python


def create(interpreter, folder, log, say):
    """Makes an environment that has pip and nothing else."""
    if interpreter.version >= (3, 3):
        try:
            return run([interpreter.executable, "-m", "venv", "--clear", folder], "venv", NO_VENV, log)
        except EnvironmentFailed:
            say("%s: has no working venv, taking virtualenv" % interpreter.name)
            shutil.rmtree(folder, ignore_errors=True)
    run([virtualenv_python(log, say), "-m", "virtualenv", "--clear", "-p", interpreter.executable, folder],
        "virtualenv for %s" % interpreter.executable, NO_ENVIRONMENT, log)


def install(python, requirements, what, log):
    """Installs a requirements file, its pip before all else: an old pip may not understand the rest."""
    pip = [pin for pin in pins(requirements) if pin.startswith("pip==")]
    for arguments in (pip, ["-r", requirements]):
        if arguments:
            run([python, "-m", "pip", "install"] + arguments,
                "installing %s for %s" % (os.path.basename(requirements), what), NO_INDEX, log)


def environment(interpreter, say=print):
    """The Python executable of the interpreter's environment, which is made if it is not there. Raises EnvironmentFailed."""
    requirements = requirements_for(interpreter)
    key = digest(RECIPE, os.path.realpath(interpreter.executable), interpreter.name, interpreter.openssl or "",
                 *pins(requirements))
    folder = os.path.join(ROOT, "%s-%s" % (interpreter.name.replace(" ", "-"), key))
    python, marker = python_in(folder), os.path.join(folder, MARKER)
    with locked(folder):
        if not os.path.exists(marker):
            say("%s: making %s" % (interpreter.name, os.path.relpath(folder, REPOSITORY)))
            log = folder + ".log"
            create(interpreter, folder, log, say)
            install(python, requirements, interpreter.name, log)
            open(marker, "w").close()
    return python
