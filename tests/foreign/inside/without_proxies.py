"""A pytest plugin: the environment names no proxy, nor hosts without one. For tests of programs that read it and write it."""
from __future__ import absolute_import, division, print_function

import os


def pytest_configure():
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
