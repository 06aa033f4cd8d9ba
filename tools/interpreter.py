"""One Python interpreter: what it says of itself, and the names it answers to.

Names promise more than they hold (pyenv's shims, symbolic links, virtual environments), so an interpreter is *asked*. One
that is unpacked from a Debian archive (tools/debian/) was asked then; its answer is kept beside it.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import re
import subprocess
import threading

SECONDS_TO_ANSWER = 20

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

NUMBER = re.compile(r"\d+(\.\d+)*$")


class Interpreter(object):
    """One Python: `executable` (str), `version` ((major, minor, micro)), `implementation`, `openssl` (str or None), `prefix`.

    `named`: by the variable, so to be used in any case. `recipe`: the name of the recipe that it was unpacked by, if it was.
    `optional`: used only when asked for, as all are but the CPythons of this machine. `name` tells it from all others that were
    found; it is `title` save where two have the same."""

    def __init__(self, executable, version, implementation, openssl, prefix, virtual=False, named=False, recipe=None):
        self.executable, self.version, self.implementation = executable, tuple(version), implementation
        self.openssl, self.prefix, self.virtual, self.named = openssl, os.path.realpath(prefix), virtual, named
        self.recipe, self.name = recipe, self.title
        self.optional = not named and (recipe is not None or implementation != "CPython")

    @property
    def minor(self):
        """``"2.7"``."""
        return "%d.%d" % self.version[:2]

    @property
    def title(self):
        """``"2.7.18"``, or ``"PyPy 2.7.18"`` if it is not CPython."""
        number = "%d.%d.%d" % self.version
        return number if self.implementation == "CPython" else "%s %s" % (self.implementation, number)

    @property
    def file_name(self):
        """The name without what a file name should not have."""
        return re.sub(r"[^\w.]+", "-", self.name)

    @property
    def supported(self):
        return self.version[:2] == (2, 7) or self.version >= (3, 6)

    def names(self):
        """From the shortest to one that no other can have."""
        openssl = self.openssl or "without ssl"
        return (self.title, "%s %s" % (self.title, re.sub(r"([\d.]+)\S*.*$", r"\1", openssl)),
                "%s %s" % (self.title, openssl), "%s %s" % (self.title, self.executable))

    def answers_to(self, word, numbers=True):
        """Whether `word` means it: a name, a recipe, an implementation or, if `numbers` count, a version such as 2.7 or 3.11.7."""
        version, kind = "%d.%d.%d" % self.version, self.implementation.lower()
        words = [self.name.lower(), kind, kind + self.minor, kind + version, self.recipe]
        if NUMBER.match(word) and word != self.name:
            return numbers and word in (self.minor, version)
        return word.lower() in words

    def __str__(self):
        return "%s, %s, %s" % (self.name, self.openssl or "without ssl", self.executable)


def answer(executable, seconds=SECONDS_TO_ANSWER):
    """What `executable` says to QUESTION, as a dictionary. OSError or ValueError if it does not start or says something else."""
    environment = dict((name, value) for name, value in os.environ.items() if not name.startswith("PYTHON"))
    with open(os.devnull, "r+b") as null:
        process = subprocess.Popen([executable, "-c", QUESTION], stdin=null, stdout=subprocess.PIPE, stderr=null, env=environment)
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        output = process.communicate()[0].decode("utf-8", "replace")
    finally:
        timer.cancel()
    if process.returncode:
        raise ValueError("%s does not run as a Python: exit status %d" % (executable, process.returncode))
    return dict(json.loads(output))


def ask(executable, named=False, seconds=SECONDS_TO_ANSWER):
    """The Interpreter that `executable` is, or None if it does not answer (an idle pyenv shim, something else altogether)."""
    try:
        return Interpreter(executable, named=named, **answer(executable, seconds))
    except (OSError, ValueError, TypeError):
        return None
