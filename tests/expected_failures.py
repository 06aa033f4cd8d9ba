"""The differences between this interpreter and the conformance tests that are known, each with its cause.
"""
from __future__ import absolute_import, division, print_function
def mark(items): pass
