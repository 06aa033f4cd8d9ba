"""Builds one wheel, py2.py3-none-any, with the setuptools of Python 2.7 (44) as well as with today's.

Everything that can be said declaratively is in setup.cfg. There is no pyproject.toml, on purpose: with that file present,
pip builds in an isolated environment into which it downloads setuptools anew. The users of this package are the ones whose
pip cannot reach an index yet; without the file, pip 20.3.4 of Python 2.7 builds with the setuptools that is installed,
so that ``pip install .`` needs no network.
"""
from __future__ import absolute_import, division, print_function

import io
import os
import re

from setuptools import setup

HERE = os.path.dirname(os.path.abspath(__file__))


def version():
    """The package's ``__version__``, read and not imported: ``attr:`` of setuptools 44 would import the package."""
    path = os.path.join(HERE, "src", "tls_bootstrap", "__init__.py")
    with io.open(path, encoding="utf-8") as file:
        found = re.search(r"""^__version__ = ["']([^"']+)["']""", file.read(), re.MULTILINE)
    if found is None:
        raise RuntimeError('no line \'__version__ = "..."\' in %s: add it, the version is kept nowhere else' % path)
    return found.group(1)


setup(version=version())
