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
