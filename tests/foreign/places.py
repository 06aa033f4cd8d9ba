"""Where foreign source and its environments are: under `.environments/foreign/`, fetched by pip, never committed."""
from __future__ import absolute_import, division, print_function

import glob
import os
import shutil
import subprocess
import sys
import tarfile

from tools import environments, interpreters

FOLDER = os.path.join(environments.ROOT, "foreign")
INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside")


class Missing(Exception):
    """Something that a suite needs is not to be had here; the text says what."""


def interpreter(minor):
    """The Interpreter for "2.7", "3.8" ...; raises Missing."""
    found = [one for one in interpreters.find([minor]) if one.implementation == "CPython"]
    if not found:
        raise Missing("no CPython %s on this machine (python3 tools/interpreters.py lists what is found)" % minor)
    return found[0]


def all_cpython(least=(2, 7)):
    """The Interpreters of CPython from the version `least` on, oldest first."""
    return [one for one in interpreters.find() if one.implementation == "CPython" and one.version >= least]


def described(one):
    """``"2.7.18, OpenSSL 1.1.1w"`` for an Interpreter: twins of one version differ by their OpenSSL."""
    python = "%d.%d.%d" % one.version
    name = python if one.implementation == "CPython" else "%s %s" % (one.implementation, python)
    return "%s, %s" % (name, " ".join(one.openssl.split()[:2]))


def having(pins):
    """Pairs (Interpreter, its pins) for each CPython of a minor version in `pins` (dict of "3.8" -> text), oldest first; raises Missing.

    Which of them are not here is printed.
    """
    found = [(one, pins[one.minor]) for one in all_cpython() if one.minor in pins]
    lacking = sorted(set(pins) - set(one.minor for one, _ in found))
    sentence = "no CPython %s on this machine (python3 tools/interpreters.py lists what is found)" % " and no ".join(lacking)
    if not found:
        raise Missing(sentence)
    if lacking:
        print("not run: " + sentence, flush=True)
    return found


def own_tests(one):
    """The package `test` of an Interpreter's own installation: its folder, None if it comes without (some distributions)."""
    found = glob.glob(os.path.join(one.prefix, "lib", "python" + one.minor, "test", "test_ssl.py"))
    return os.path.dirname(found[0]) if found else None


def tests_for(one):
    """[] if the Interpreter has CPython's own tests, else [a folder for PYTHONPATH with those of another one]; raises Missing.

    The lender has the same minor version and is not newer: tests of a later fix fail without it, or never end. On 3.9.2 test_ssl of
    3.9.18 does the one for https://github.com/python/cpython/issues/108310 and the other for https://bugs.python.org/issue43577.
    """
    if own_tests(one):
        return []
    lenders = [other for other in all_cpython() if other.minor == one.minor and own_tests(other)]
    fitting = [other for other in lenders if other.version <= one.version]
    if not fitting:
        raise Missing("it comes without its own tests, and " + (
            "those of %s are newer" % described(lenders[0]) if lenders else "no other CPython %s here has them" % one.minor))
    folder = os.path.join(FOLDER, "lent-%s" % environments.digest(own_tests(fitting[-1])))
    os.makedirs(folder, exist_ok=True)
    if not os.path.lexists(os.path.join(folder, "test")):
        os.symlink(own_tests(fitting[-1]), os.path.join(folder, "test"))
    return [folder]


def environment(one, name, pins):
    """The Python of an environment with the requirements `pins` (one a line) for the Interpreter `one`; made once, then reused."""
    folder = os.path.join(FOLDER, "%s-%s-%s" % (name, one.minor, environments.digest(one.executable, pins)))
    python, marker, log = environments.python_in(folder), os.path.join(folder, environments.MARKER), folder + ".log"
    os.makedirs(FOLDER, exist_ok=True)
    with environments.locked(folder):
        if not os.path.exists(marker):
            print("making the environment %s for %s" % (os.path.basename(folder), one.name), flush=True)
            environments.create(one, folder, log, print)
            requirements = os.path.join(folder, "requirements.txt")
            with open(requirements, "w") as file:
                file.write(pins)
            environments.install(python, requirements, one.name, log)
            open(marker, "w").close()
    return python


def sdist(project, version):
    """A fresh copy of the source distribution of `project`, unpacked; returns its folder. The archive is fetched once."""
    archives = os.path.join(FOLDER, "archives")
    pattern = os.path.join(archives, "%s-%s.tar.gz" % (project, version))
    if not os.path.exists(pattern):
        os.makedirs(archives, exist_ok=True)
        environments.run([sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", project, "--ignore-requires-python",
                          "--dest", archives, "%s==%s" % (project, version)],
                         "fetching %s %s" % (project, version), environments.NO_INDEX, os.path.join(FOLDER, "fetching.log"))
    target = os.path.join(FOLDER, "source-%s-%s" % (project, version))
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(pattern) as archive:
        archive.extractall(target)
    inner, = glob.glob(os.path.join(target, "*"))
    return inner


def run(command, folder, seconds, paths=()):
    """Runs a command in `folder` with `paths` on PYTHONPATH; returns its output. Ends it after `seconds`: Missing."""
    variables = dict((name, value) for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST")))
    variables.update(PYTHONPATH=os.pathsep.join(paths), PYTHONDONTWRITEBYTECODE="1", NO_PROXY="*")
    process = subprocess.Popen(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output = process.communicate(timeout=seconds)[0]
        if process.returncode not in (0, 1):
            output += b"\nended with status %d" % process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output = process.communicate()[0] + b"\nnot finished after %d seconds" % seconds
    return output.decode("utf-8", "replace")
