"""The small enumerations for Python 2.7 against those of the module `enum`, number by number; and members that come and go."""
from __future__ import absolute_import, division, print_function

import sys

import pytest
from tls_bootstrap.surface import enums

newest = pytest.mark.skipif(sys.version_info < (3, 12), reason="flags of today came with 3.11, and `in` for numbers with 3.12")

MEMBERS = [("NONE", 0), ("NOTHING", 0), ("ONE", 1), ("UNO", 1), ("FOUR", 4), ("FIVE", 5), ("TWELVE", 12), ("SIXTY_FOUR", 64)]


def both(base, members=MEMBERS):
    import enum

    theirs = {enums.Number: enum.IntEnum, enums.Flag: enum.IntFlag}[base]
    more = {"boundary": enum.KEEP} if base is enums.Flag else {}  # as ssl has them
    return enums.new_of_ours("Some", base, members), theirs("Some", members, module="ssl", **more)


def outcome(function):
    try:
        found = function()
    except Exception as error:
        return type(error), str(error)
    return [(str(each), repr(each)) for each in found] if isinstance(found, (list, tuple)) else (str(found), repr(found))


@newest
@pytest.mark.parametrize("base", [enums.Number, enums.Flag])
@pytest.mark.parametrize("number", list(range(-20, 150)) + [1 << 20, -(1 << 20)])
def test_every_number(base, number):
    ours, theirs = both(base)
    for question in (lambda some: some(number), lambda some: some(number).name, lambda some: some(number).value,
                     lambda some: number < 0 or number in some, lambda some: ~some(number), lambda some: some(number) | 8,
                     lambda some: 5 & some(number), lambda some: some(number) ^ 1,
                     lambda some: list(some(number)) if base is enums.Flag and _has_a_name(some, number) else None,
                     lambda some: len(some(number)) if base is enums.Flag and number >= 0 else None,
                     lambda some: some.FOUR in some(number) if base is enums.Flag else None):
        if base is enums.Number and number not in theirs:
            assert outcome(lambda: ours(number)) == outcome(lambda: theirs(number))
        else:
            assert outcome(lambda: question(ours)) == outcome(lambda: question(theirs))


def _has_a_name(some, number):
    """Bits without a name make None in theirs: gh-150577."""
    return number >= 0 and not number & ~(1 | 4 | 64)


@newest
@pytest.mark.parametrize("base", [enums.Number, enums.Flag])
def test_the_class(base):
    ours, theirs = both(base)
    for question in (list, len, repr, lambda some: list(reversed(some)), lambda some: list(some.__members__), lambda some: some["UNO"],
                     lambda some: list(some.__members__.values()), lambda some: some["X"], lambda some: some("x"),
                     lambda some: setattr(some, "ONE", 3), lambda some: delattr(some, "ONE"), lambda some: some.FIVE | "x",
                     lambda some: 1.5 in some, lambda some: some.UNO is some.ONE, lambda some: some.ONE + 1, lambda some: bool(some.NONE)):
        assert outcome(lambda: question(ours)) == outcome(lambda: question(theirs))


def state_of(enumeration):
    members = enumeration._value2member_map_
    tables = [dict(vars(enumeration)), list(enumeration._member_names_), dict(enumeration._member_map_), dict(members)]
    return tables + [dict(vars(member)) for _, member in sorted(members.items())]


@pytest.mark.parametrize("base", [enums.Number, enums.Flag])
@pytest.mark.parametrize("make", [enums.new, enums.new_of_ours], ids=["enum's, where there is one", "ours"])
def test_members_come_and_go(base, make):
    """A new bit, one that was combined before it had a name, and an alias."""
    some = make("Some", base, MEMBERS)
    early = some(4 | 128) if base is enums.Flag else None
    before, restore = state_of(some), enums.memory_of(some)
    assert [enums.enter(some, name, number).name for name, number in (("TWO", 2), ("EIGHT", 8), ("FOURTH", 4))] == ["TWO", "EIGHT", "FOUR"]
    assert some(2) is some.TWO is some["TWO"] and some.TWO in list(some) and some.FOURTH is some.FOUR and "FOURTH" in some.__members__
    if base is enums.Flag:
        assert type(some.TWO | some.FOUR) is some and type(~some.TWO) is some and "TWO" in repr(some(2 | 64))
    restore()
    assert state_of(some) == before and not hasattr(some, "TWO") and early is None or early == 132
    assert "TWO" not in repr(some(2 | 64)) if base is enums.Flag else 2 not in [int(member) for member in some]


def test_members_may_be_entered_again():
    some = enums.new_of_ours("Some", enums.Flag, MEMBERS)
    for _ in range(2):
        restore = enums.memory_of(some)
        assert enums.enter(some, "TWO", 2) == 2 and len(some) == 4
        restore()
        assert len(some) == 3
