"""The folder of what is unpacked: a folder for each recipe, whose manifest is the proof that it is whole."""
from __future__ import absolute_import, division, print_function

import io
import json
import os

from tools import folders
from tools.debian import recipes

MANIFEST = "manifest.json"


def home_of(recipe):
    """Where a recipe's interpreter is, or will be."""
    return os.path.join(folders.cache(), recipe.name)


def python_in(home):
    """The launcher."""
    return os.path.join(home, "bin", "python")


def manifest(recipe):
    """What was noted of a recipe's folder when it was whole, None if it is not there or was made in another way or elsewhere."""
    home = home_of(recipe)
    try:
        with io.open(os.path.join(home, MANIFEST), encoding="utf-8") as file:
            known = json.load(file)
    except (IOError, OSError, ValueError):  # not there: the usual case; half a file cannot be, it is renamed into its place
        return None
    return known if known.get("recipe") == recipe.digest and known["home"] == home and os.path.exists(known["program"]) else None


def unpacked():
    """(recipe's name, executable, what it says of itself) for each interpreter that is there."""
    for name in sorted(recipes.INTERPRETERS):
        known = manifest(recipes.INTERPRETERS[name])
        if known is not None:
            yield name, known["program"], known["answer"]
