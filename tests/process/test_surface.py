"""How much of the `ssl` of Python 3.15 there is after the upgrade, and that the published table tells of all rows."""
from __future__ import absolute_import, division, print_function

import io
import os
import re
import ssl

import pytest
import tls_bootstrap
from tests.support import child, facts
from tests.support.surface315 import DOTTED
from tls_bootstrap._features import FEATURES, resolve

ROW = re.compile(r"^\| \[`([\w.]+)`\]\((\S+)\)( \*)? \| ([\d.]+) \|", re.M)


def has(name):
    try:
        owner, last = resolve(ssl, name)
    except AttributeError:
        return False
    return hasattr(owner, last)


@pytest.mark.skipif(facts.engine() == "pyopenssl", reason="what needs OpenSSL is left out with an engine that brings its own")
def test_what_is_missing_is_said():
    """Nearly all is there, and of the rest the report tells why it is not."""
    missing = [name for name in DOTTED if not has(name)]
    said = set(tls_bootstrap.status().left_out)
    assert set(missing) <= said, sorted(set(missing) - said)
    assert len(missing) <= 0.02 * len(DOTTED), missing


def test_the_page_has_each_row():
    with io.open(os.path.join(child.ROOT, "docs", "features.md"), encoding="utf-8") as page:
        found = [(name, link, bool(star), since) for name, link, star, since in ROW.findall(page.read())]
    assert found == [(row.name, row.link, bool(row.differs), row.since) for row in FEATURES], "run tools/features.py"
