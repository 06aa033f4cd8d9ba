"""Enumerations for an `ssl` without them (Python 2.7), and new members for those of an `ssl` that has them.

What `ssl` has as numbers on 2.7 are members of enumerations since 3.6: they are still numbers, equal to and hashed like what they
were, but print as <VerifyMode.CERT_REQUIRED: 2>. Python 2.7 has no module `enum`, and the one that can be installed knows no flags.
So there are two small classes here that do what 3.13's IntEnum and IntFlag do for the enumerations of `ssl`.

An enumeration keeps its members in three tables of its class, here as in `enum`:

    _member_names_      the names that iteration gives: no aliases, and of flags only those of one bit
    _member_map_        name -> member
    _value2member_map_  number -> member; of flags of `enum` also what was ever made by combining some

and since 3.11, and here, the members are attributes of the class, and the class of flags keeps masks of all their bits. A Member enters
itself into all of them, in the enumeration that is there: who holds `ssl.Options` has the new member, too. What they were is remembered,
and put back when the upgrade is undone.
"""
from __future__ import absolute_import, division, print_function

import operator
import sys
from collections import OrderedDict

from .._compat import as_index, integer_types
from .additions import Layer, Placement
from .context import ContextProperty

TLS_VERSIONS = (
    ("MINIMUM_SUPPORTED", -2), ("SSLv3", 0x300), ("TLSv1", 0x301), ("TLSv1_1", 0x302), ("TLSv1_2", 0x303), ("TLSv1_3", 0x304),
    ("MAXIMUM_SUPPORTED", -1),
)
MASKS = {"_flag_mask_": lambda mask, number: mask | number,
         "_singles_mask_": lambda mask, number: mask | number * is_single_bit(number),
         "_all_bits_": lambda mask, number: mask | (1 << number.bit_length()) - 1}


def is_single_bit(number):
    return bin(number).count("1") == 1


class EnumType(type):
    """The class of enumerations: what can be asked of one itself."""

    def __call__(cls, value):
        """The member with this number; ValueError if there is none. Of flags any number is one."""
        try:
            return cls._value2member_map_[value]
        except (KeyError, TypeError):
            return cls._other(value)

    @property
    def __members__(cls):
        """{name: member}, aliases included."""
        return OrderedDict(cls._member_map_)

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        try:
            cls(value)
        except ValueError:
            return False
        return True

    def __iter__(cls):
        return iter([cls._member_map_[name] for name in cls._member_names_])

    def __reversed__(cls):
        return iter([cls._member_map_[name] for name in reversed(cls._member_names_)])

    def __len__(cls):
        return len(cls._member_names_)

    def __repr__(cls):
        return "<%s '%s'>" % (cls._kind_, cls.__name__)

    def __setattr__(cls, name, value):
        if name in cls._member_map_:
            raise AttributeError("cannot reassign member %r" % name)
        super(EnumType, cls).__setattr__(name, value)

    def __delattr__(cls, name):
        if name in cls._member_map_:
            raise AttributeError("%r cannot delete member %r." % (cls.__name__, name))
        super(EnumType, cls).__delattr__(name)


class Number(int):
    """The base of members that are just numbers."""

    _kind_, _name_ = "enum", None
    name = property(lambda self: self._name_, doc="The name of the member.")
    value = property(int, doc="The number of the member.")
    __str__ = int.__repr__

    def __repr__(self):
        return "<%s%s: %d>" % (type(self).__name__, "." + self.name if self.name else "", self)

    def __reduce_ex__(self, protocol):
        return type(self), (int(self),)

    @classmethod
    def _other(cls, value):
        raise ValueError("%r is not a valid %s" % (value, cls.__name__))


def _of_bits(operate):
    """The method of flags for an operator of numbers."""
    def method(self, other):
        return type(self)(operate(int(self), int(other))) if isinstance(other, integer_types) else NotImplemented
    return method


class Flag(Number):
    """The base of members whose bits can be combined. The result is a member, too, whose name tells of which."""

    _kind_ = "flag"
    _flag_mask_ = _singles_mask_ = _all_bits_ = 0
    __or__ = __ror__ = _of_bits(operator.or_)
    __and__ = __rand__ = _of_bits(operator.and_)
    __xor__ = __rxor__ = _of_bits(operator.xor)

    def __invert__(self):
        return type(self)(~int(self))

    def __contains__(self, other):
        if not isinstance(other, type(self)):
            raise TypeError("unsupported operand type(s) for 'in': %r and %r" % (type(other).__name__, type(self).__name__))
        return int(self) & int(other) == int(other)

    def __iter__(self):
        return iter([member for member in type(self) if int(self) & int(member)])

    def __len__(self):
        return bin(self).count("1")

    @property
    def name(self):
        """The name of a member, or those of which a combination is made, and the bits that have none; None if no bit has one."""
        if self._name_ is not None:
            return self._name_
        parts = list(self)
        if int(self) & ~self._singles_mask_:
            parts += [member for member in self._member_map_.values()
                      if member and member not in parts and int(self) & int(member) == int(member)]
        known = 0
        for member in parts:
            known |= int(member)
        names = [member.name for member in parts]
        return "|".join(names + [str(int(self) ^ known)] * (int(self) != known)) if names else None

    @classmethod
    def _other(cls, value):
        if not isinstance(value, integer_types):
            return super(Flag, cls)._other(value)
        if value < 0:  # ~flag has all bits that have a name, but those of the flag
            value += cls._all_bits_ + 1 if value >= ~cls._all_bits_ else 1 << value.bit_length()
        return cls._value2member_map_.get(value, int.__new__(cls, value))


def new(name, base, members):
    """A new enumeration: one of the module `enum`, if `ssl` is made with that, else one of ours. `base` is Number or Flag, `members` pairs
    of a name and a number, in the order in which they are to be iterated over."""
    enum = sys.modules.get("enum")
    if hasattr(enum, "IntFlag"):
        return {Number: enum.IntEnum, Flag: enum.IntFlag}[base](name, members, module="ssl")
    return new_of_ours(name, base, members)


def new_of_ours(name, base, members):
    """The same where there is no module `enum`, or an old one."""
    tables = dict(_member_names_=[], _member_map_=OrderedDict(), _value2member_map_={}, __module__="ssl", __doc__="An enumeration.")
    made = EnumType(name, (base,), tables)
    for each, number in members:
        enter(made, each, number)
    return made


def enter(enumeration, name, number):
    """Make `name` a member of an enumeration."""
    member = enumeration._value2member_map_.get(number)
    if member is None:
        member = enumeration._value2member_map_[number] = int.__new__(enumeration, number)
        member._value_ = number
    if getattr(member, "_name_", None) not in enumeration._member_map_:  # else `name` is an alias
        member._name_, member._sort_order_ = name, len(enumeration._member_names_)
        if not hasattr(enumeration, "_singles_mask_") or is_single_bit(number):
            enumeration._member_names_.append(name)
    if _has_members_as_attributes(enumeration):
        type.__setattr__(enumeration, name, member)
    for mask, joined in MASKS.items():
        if hasattr(enumeration, mask):
            type.__setattr__(enumeration, mask, joined(getattr(enumeration, mask), number))
    enumeration._member_map_[name] = member
    return member


def _has_members_as_attributes(enumeration):
    return all(name in vars(enumeration) for name in enumeration._member_map_)


def memory_of(enumeration):
    """A function that makes an enumeration what it is now, to the identity of each object in it."""
    tables = [enumeration._member_map_, enumeration._value2member_map_]
    tables += [vars(member) for member in enumeration._value2member_map_.values()]
    were = [(table, dict(table)) for table in tables]
    names, attributes = list(enumeration._member_names_), dict(vars(enumeration))

    def restore():
        enumeration._member_names_[:] = names
        for table, was in were:
            for key in set(table) - set(was):
                del table[key]
            table.update(was)
        for name in set(vars(enumeration)) - set(attributes):
            type.__delattr__(enumeration, name)
        for name in MASKS:
            if name in attributes:
                type.__setattr__(enumeration, name, attributes[name])

    return restore


class Member(Placement):
    """A constant of `ssl`, and a member of the enumeration of this name, if that is there."""

    def __init__(self, enumeration, number):
        self._enumeration, self._number = enumeration, number

    def put(self, ledger, owner, name):
        enumeration = getattr(owner, self._enumeration, None)
        if enumeration is None:
            ledger.set(owner, name, self._number)
            return
        ledger.at_undo(memory_of(enumeration))
        ledger.set(owner, name, enter(enumeration, name, self._number))


class Enumeration(Placement):
    """An enumeration of the constants of `ssl` whose names begin with `prefix`, which become its members.
    `aliases` are names that are no members, but attributes of the enumeration all the same."""

    def __init__(self, base, prefix, aliases=()):
        self._base, self._prefix, self._aliases, self._made = base, prefix, aliases, None

    def put(self, ledger, owner, name):
        constants = sorted((int(value), constant) for constant, value in vars(owner).items() if constant.startswith(self._prefix))
        if self._made is None:  # the same after an undo and another upgrade
            self._made = new(name, self._base, [(each, number) for number, each in constants if each not in self._aliases])
            for number, each in constants:
                if each in self._aliases:
                    setattr(self._made, each, self._made(number))
        for number, each in constants:
            ledger.set(owner, each, self._made(number))
        ledger.set(owner, name, self._made)


def typed(name, as_number):
    """A Layer over a number that is a property of contexts: it is a member of the enumeration `name` of `ssl`, if there is one with that
    number, and `as_number` says what is wrong with a value that is to be set."""
    def make(original):
        import ssl

        def get(self):
            number = original.__get__(self, type(self))
            try:
                return getattr(ssl, name)(number)
            except (AttributeError, ValueError):  # eventlet copies the property, and has it still when the upgrade is undone
                return number

        def put(self, value):
            original.__set__(self, as_number(value))

        return ContextProperty(get, put, doc=original.__doc__)

    return Layer(make)


def _as_int(value):
    if not isinstance(value, integer_types):
        raise TypeError("argument must be int, not %s" % (value if value is None else type(value).__name__))
    return value


def make(reach):
    """{name: Enumeration, or the property of contexts that gives its members}"""
    return {
        "_SSLMethod": Enumeration(Number, "PROTOCOL_", aliases=("PROTOCOL_SSLv23",)),
        "Options": Enumeration(Flag, "OP_"),
        "AlertDescription": Enumeration(Number, "ALERT_DESCRIPTION_"),
        "SSLErrorNumber": Enumeration(Number, "SSL_ERROR_"),
        "TLSVersion": new("TLSVersion", Number, TLS_VERSIONS),
        "VerifyFlags": Enumeration(Flag, "VERIFY_"),
        "VerifyMode": Enumeration(Number, "CERT_"),
        "SSLContext.options": typed("Options", as_index),
        "SSLContext.verify_flags": typed("VerifyFlags", _as_int),
        "SSLContext.verify_mode": typed("VerifyMode", as_index),
    }
