"""Finds the interpreters that are to be compared."""
from __future__ import absolute_import, division, print_function

import glob
import os
import subprocess


def find_interpreter(version):
    """The path of a Python `version` ("2.7", "3.11"), or None.

    Looked for in TLS_BOOTSTRAP_PYTHONS (paths, separated as in PATH), as pythonX.Y on PATH, and among pyenv's. Each is asked
    for its version: pyenv's shims are on PATH for versions that are not there.
    """
    for path in _candidates(version):
        if _version_of(path) == version:
            return path
    return None


def _candidates(version):
    for path in os.environ.get("TLS_BOOTSTRAP_PYTHONS", "").split(os.pathsep):
        if path:
            yield path
    for directory in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield os.path.join(directory, "python" + version)
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser(os.path.join("~", ".pyenv"))
    for path in sorted(glob.glob(os.path.join(pyenv, "versions", version + ".*", "bin", "python"))):
        yield path


def _version_of(path):
    if not os.access(path, os.X_OK):
        return None
    command = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    output, _ = process.communicate()
    return output.strip() if process.returncode == 0 else None
