"""The table of what can be added to `ssl`: code, tests, status() and doctor read it.

A row: the name as seen from `ssl`, the Python that brought it, where that was discussed, and the attribute of the
Surface (surface/__init__.py) that is put there. The rows of this table belong together: `SSLCertVerificationError` is
raised by our SSLObject, so none of them is added where the interpreter has an SSLObject of its own.
"""
from __future__ import absolute_import, division, print_function


class Feature(object):
    """A row of the table."""

    def __init__(self, name, since, link, builder):
        self.name = name
        self.since = since
        self.link = link
        self.builder = builder


FEATURES = (
    Feature("MemoryBIO", "3.5", "https://github.com/python/cpython/issues/66164", "MemoryBIO"),
    Feature("SSLObject", "3.5", "https://github.com/python/cpython/issues/66164", "SSLObject"),
    Feature("SSLContext.wrap_bio", "3.5", "https://github.com/python/cpython/issues/66164", "wrap_bio"),
    Feature("SSLContext.sslobject_class", "3.7", "https://github.com/python/cpython/issues/77134", "sslobject_class"),
    Feature("SSLCertVerificationError", "3.7", "https://github.com/python/cpython/issues/75580", "SSLCertVerificationError"),
)

NEEDED_FOR_SSLOBJECT = ("MemoryBIO", "SSLObject", "SSLContext.wrap_bio")


def resolve(ssl, name):
    """(the object that holds it, its last name) for a dotted name: ("SSLContext.wrap_bio" -> ssl.SSLContext, "wrap_bio")."""
    owner, parts = ssl, name.split(".")
    for part in parts[:-1]:
        owner = getattr(owner, part)
    return owner, parts[-1]
