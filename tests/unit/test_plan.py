"""Decisions, with made-up facts: any interpreter's plan can be looked at on any other."""
from __future__ import absolute_import, division, print_function

import pytest
from tls_bootstrap import _plan
from tls_bootstrap._facts import Facts
from tls_bootstrap._features import FEATURES

ALL = [feature.name for feature in FEATURES]
WORKS = _plan.Verdict("one", object(), "works")
BROKEN = _plan.Verdict("other", None, "it has no legs")


def facts(native=(), ssl_error=None):
    return Facts("cpython", "2.7.18", ssl_error, "/lib/_ssl.so", "OpenSSL 1.0.2", native)


def test_all_that_is_missing_is_added_by_the_engine_that_works():
    plan = _plan.make(facts(), [BROKEN, WORKS])
    assert plan.engine is WORKS.engine
    assert [feature.name for feature in plan.features] == ALL
    assert plan.why == ["engine other: it has no legs", "engine one: works"]


def test_what_is_native_is_not_added():
    plan = _plan.make(facts(["SSLCertVerificationError"]), [WORKS])
    assert "SSLCertVerificationError" not in [feature.name for feature in plan.features]


@pytest.mark.parametrize("native", [ALL, ["MemoryBIO", "SSLObject", "SSLContext.wrap_bio"]])
def test_with_an_sslobject_of_its_own_nothing_is_done(native):
    plan = _plan.make(facts(native), ())
    assert plan.engine is None and plan.features == () and "nothing was changed" in plan.why[0]


def test_no_engine_is_an_import_error_with_every_reason():
    with pytest.raises(ImportError) as caught:
        _plan.make(facts(), [BROKEN, _plan.Verdict("third", None, "it sleeps")])
    for wanted in ("MemoryBIO", "other: it has no legs", "third: it sleeps"):
        assert wanted in str(caught.value)


def test_no_ssl_is_an_import_error():
    with pytest.raises(ImportError) as caught:
        _plan.make(facts(ssl_error="No module named _ssl"), [WORKS])
    assert "No module named _ssl" in str(caught.value)


def test_the_table_is_sound():
    assert len(set(ALL)) == len(ALL)
    for feature in FEATURES:
        assert feature.link.startswith("https://github.com/python/cpython/issues/")
        assert feature.since.startswith("3.")
