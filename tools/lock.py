"""A lock that programs share: two that make the same thing at once take turns, and the second finds it made."""
from __future__ import absolute_import, division, print_function

import contextlib
import os

from tools.folders import made


@contextlib.contextmanager
def held(path, waiting=lambda: None):
    """Holds the lock of the file `path`, which the kernel frees when the process ends, however it ends.

    Calls `waiting` if another holds it."""
    made(os.path.dirname(path))
    with open(path, "w") as file:
        try:
            import fcntl
        except ImportError:  # Windows: one program at a time is up to the user there
            pass
        else:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (IOError, OSError):  # held by another; a true fault of the file shows in the next line
                waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
