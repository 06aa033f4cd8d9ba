"""The system's programs that are started, and the one error that everything here ends in."""
from __future__ import absolute_import, division, print_function

import os
import subprocess

try:
    from shlex import quote
except ImportError:  # Python 2, where the tests of this package run too
    from pipes import quote

__all__ = ["Failed", "output", "quote"]

class Failed(Exception):
    """Something could not be unpacked; the text says what, why and what to do."""


def output(command, folder=None):
    """What a program prints. Failed, with its last lines, if it ends with an error."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", DEBIAN_FRONTEND="noninteractive")
    try:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise Failed("%s does not start (%s): Pythons are unpacked from the archive of a Debian by its own apt-get and dpkg-deb, so "
                     "this needs a Debian" % (command[0], error.strerror))
    text = process.communicate()[0].decode("utf-8", "replace")
    if process.returncode:
        last = " | ".join(line.strip() for line in text.splitlines()[-4:])
        raise Failed("`%s ... %s` ended with %d: %s" % (command[0], command[-1], process.returncode, last))
    return text
