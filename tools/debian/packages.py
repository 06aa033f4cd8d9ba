"""Packages: the index of a suite, and what must come along with a package so that it works with nothing else around."""
from __future__ import absolute_import, division, print_function

import re
import subprocess

from tools.debian.command import Failed
from tools.debian.recipes import C_LIBRARY, SKIPPED


def newer(version, other):
    """By Debian's rules (deb-version(7)), which are dpkg's to know."""
    return subprocess.call(["dpkg", "--compare-versions", version, "gt", other]) == 0


class Index(object):
    """The stanzas of a Packages file, the newest version of each package."""

    def __init__(self, text, architecture):
        self._stanzas, self._providers = {}, {}
        for block in text.split("\n\n"):
            stanza = dict(re.findall(r"(?m)^([A-Za-z0-9-]+):[ \t]*(.*)$", block))
            if stanza.get("Architecture") in (architecture, "all"):
                self._add(stanza)

    def _add(self, stanza):
        name = stanza["Package"]
        if name not in self._stanzas or newer(stanza["Version"], self._stanzas[name]["Version"]):
            self._stanzas[name] = stanza
        for alternatives in names(stanza.get("Provides", "")):
            self._providers.setdefault(alternatives[0], name)

    def find(self, name):
        """The stanza of a package, or of one that provides it, or None."""
        return self._stanzas.get(name) or self._stanzas.get(self._providers.get(name))


def names(field):
    """[[name, alternative, ...], ...] of a field like Depends, without versions and architectures."""
    groups = [group for group in field.split(",") if group.strip()]
    return [[re.split(r"[\s(:\[]", one.strip())[0] for one in group.split("|")] for group in groups]


def closure(recipe, suite):
    """[(suite, stanza), ...] of a recipe's packages and all that they need. `suite`: what gives a Suite for its name."""
    chosen, wanted = {}, [[name] for name in recipe.packages]
    while wanted:
        alternatives = wanted.pop(0)
        if any(name in SKIPPED or name in chosen for name in alternatives):
            continue
        source, stanza = first(alternatives, recipe, suite)
        if stanza["Package"] not in SKIPPED and stanza["Package"] not in chosen:
            chosen[stanza["Package"]] = source, stanza
            wanted += names(stanza.get("Pre-Depends", "")) + names(stanza.get("Depends", ""))
    return [chosen[name] for name in sorted(chosen)]


def first(alternatives, recipe, suite):
    """(suite, stanza) of the first alternative that there is."""
    for name in alternatives:
        source = suite(recipe.libc if name in C_LIBRARY else recipe.suite)
        stanza = source.index.find(name)
        if stanza:
            return source, stanza
    raise Failed("Debian %s has no %s any more: the recipe %s needs a look (tools/debian/recipes.py)"
                 % (recipe.suite, " or ".join(alternatives), recipe.name))
