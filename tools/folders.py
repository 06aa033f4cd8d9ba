"""Where the tools keep what they make: all of it under `.environments/`, so ``rm -r .environments`` is always allowed."""
from __future__ import absolute_import, division, print_function

import os

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.join(REPOSITORY, ".environments")
CACHE_VARIABLE = "TLS_BOOTSTRAP_CACHE"


def made(path):
    """Makes a folder if it is not there, even if another program makes it at the same moment; returns its path."""
    try:
        os.makedirs(path)
    except OSError:
        if not os.path.isdir(path):
            raise
    return path


def cache():
    """The folder of the unpacked interpreters. The launchers in it name each other's absolute paths: it cannot be moved."""
    return os.path.realpath(os.environ.get(CACHE_VARIABLE) or os.path.join(ROOT, "interpreters"))
