"""What was replaced is put back, to the identity, whatever it was."""
from __future__ import absolute_import, division, print_function

import types

import pytest
from tls_bootstrap._ledger import LEDGER, LOCK, Ledger, transaction


class Holder(object):
    here = 1

    @staticmethod
    def static():
        return "static"

    @classmethod
    def of_class(cls):
        return "class"

    @property
    def prop(self):
        return "property"


class Heir(Holder):
    pass


@pytest.mark.parametrize("name", ["here", "static", "of_class", "prop", "new"])
@pytest.mark.parametrize("holder", [Holder, Heir])
def test_undo_restores_the_very_object(holder, name):
    before = dict(vars(holder))
    ledger = Ledger("auto", None)
    ledger.set(holder, name, "replaced")
    ledger.set(holder, name, "replaced again")
    assert getattr(holder, name) == "replaced again"
    ledger.undo()
    assert dict(vars(holder)) == before
    assert all(vars(holder)[key] is value for key, value in before.items())


def test_functions_are_called_last_first_and_once():
    ledger, called = Ledger("auto", None), []
    ledger.at_undo(lambda: called.append(1))
    ledger.at_undo(lambda: called.append(2))
    ledger.undo()
    ledger.undo()
    assert called == [2, 1]


def test_what_somebody_else_replaced_is_named():
    module = types.ModuleType("thing")
    ledger = Ledger("auto", None)
    ledger.set(module, "name", "ours")
    assert ledger.overwritten() == []
    module.name = "theirs"
    assert ledger.overwritten() == ["thing.name"]


def test_a_transaction_leaves_no_lock_behind():
    module = types.ModuleType("thing")
    with transaction(module):
        assert LOCK in vars(module)
    assert LOCK not in vars(module)
    with transaction(module):
        setattr(module, LEDGER, object())
    assert LOCK in vars(module)  # as long as there is a ledger
    with pytest.raises(ZeroDivisionError):
        with transaction(module):
            delattr(module, LEDGER)
            1 // 0
    assert not [name for name in vars(module) if "bootstrap" in name]
