"""The enumerations that the numbers of `ssl` are members of (Python 3.6), in the words of Python 3.11 and newer."""
from __future__ import absolute_import, division, print_function

import copy
import json
import pickle
import ssl
import sys

import pytest

from tests.support import needs
from tests.support.contexts import client_context
from tests.support.failures import raises

PREFIXES = {"Options": "OP_", "VerifyFlags": "VERIFY_", "VerifyMode": "CERT_", "SSLErrorNumber": "SSL_ERROR_",
            "AlertDescription": "ALERT_DESCRIPTION_", "_SSLMethod": "PROTOCOL_"}
FLAGS = ("Options", "VerifyFlags")
NUMBERS = ("VerifyMode", "SSLErrorNumber", "AlertDescription", "_SSLMethod", "TLSVersion")
every = pytest.mark.parametrize("name", FLAGS + NUMBERS)

pytestmark = needs.name("Options")


def enumeration(name):
    return getattr(ssl, name)


def members(name):
    """[(name, member)] of all of an enumeration."""
    return list(enumeration(name).__members__.items())


class TestMembers(object):
    @pytest.mark.parametrize("name", sorted(PREFIXES))
    def test_every_constant_is_one(self, name):
        constants = [constant for constant in vars(ssl) if constant.startswith(PREFIXES[name])]
        assert len(constants) >= 3
        for constant in constants:
            member = getattr(ssl, constant)
            assert type(member) is enumeration(name) and getattr(enumeration(name), constant) is member
            assert constant == "PROTOCOL_SSLv23" or enumeration(name)[constant] is member
        assert set(enumeration(name).__members__) <= set(constants)

    def test_oldest_name_of_tls_is_an_alias(self):
        assert ssl.PROTOCOL_SSLv23 is ssl.PROTOCOL_TLS is ssl._SSLMethod.PROTOCOL_SSLv23
        assert ssl.PROTOCOL_SSLv23.name == "PROTOCOL_TLS" and "PROTOCOL_SSLv23" not in ssl._SSLMethod.__members__

    @every
    def test_are_numbers(self, name):
        for _, member in members(name):
            number = member.value
            assert type(number) is int and isinstance(member, int) and member == number and number == member
            assert not member != number and hash(member) == hash(number) and {number: 1}[member] == {member: 1}[number] == 1
            assert member + 1 == number + 1 and type(member + 1) in (int, type(2**62 * 2 + 1)) and bool(member) is bool(number)
            assert "%d" % member == json.dumps(member) == json.dumps(number) and [0, 1, 2][member & 1] == number & 1

    @every
    def test_texts(self, name):
        for _, member in members(name):
            assert str(member) == "%s" % member == "{0}".format(member) == str(member.value)
            assert repr(member) == "<%s.%s: %d>" % (name, member.name, member.value)
        assert repr(enumeration(name)) == "<%s '%s'>" % ("flag" if name in FLAGS else "enum", name)

    @every
    def test_module(self, name):
        assert enumeration(name).__module__ == "ssl" and enumeration(name).__name__ == name

    @every
    def test_by_number(self, name):
        for _, member in members(name):
            assert enumeration(name)(member.value) is member is enumeration(name)(member)

    @every
    def test_by_name(self, name):
        for each, member in members(name):
            assert enumeration(name)[each] is member is getattr(enumeration(name), each)
            assert member.name == each or enumeration(name)[member.name] is member  # an alias

    @every
    def test_unknown(self, name):
        with raises(KeyError, "'NO_SUCH_NAME'"):
            enumeration(name)["NO_SUCH_NAME"]
        with pytest.raises(AttributeError):
            enumeration(name).NO_SUCH_NAME
        with raises(ValueError, "'text' is not a valid %s" % name):
            enumeration(name)("text")
        with raises(ValueError, "None is not a valid %s" % name):
            enumeration(name)(None)
        with raises(ValueError, "[] is not a valid %s" % name):
            enumeration(name)([])

    @pytest.mark.parametrize("name", NUMBERS)
    def test_unknown_number(self, name):
        with raises(ValueError, "99999 is not a valid %s" % name):
            enumeration(name)(99999)

    @every
    def test_cannot_be_changed(self, name):
        for each, member in members(name):
            with raises(AttributeError, "cannot reassign member %r" % each):
                setattr(enumeration(name), each, 1)
            with raises(AttributeError, "%r cannot delete member %r." % (name, each)):
                delattr(enumeration(name), each)
            for attribute in ("name", "value"):
                with pytest.raises(AttributeError):
                    setattr(member, attribute, 1)
            assert getattr(enumeration(name), each) is member

    @every
    def test_iteration(self, name):
        found = list(enumeration(name))
        numbers = [member.value for _, member in members(name)]
        if name in FLAGS:
            numbers = [number for number in numbers if bin(number).count("1") == 1]
        assert set(found) == set(numbers) and len(found) == len(enumeration(name)) == len(set(numbers))
        assert list(reversed(enumeration(name))) == found[::-1]
        assert all(type(member) is enumeration(name) and member in enumeration(name) for member in found)

    def test_order(self):
        assert [member.name for member in ssl.VerifyMode] == ["CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"]
        assert list(ssl.VerifyMode.__members__) == ["CERT_NONE", "CERT_OPTIONAL", "CERT_REQUIRED"]
        assert [member.name for member in ssl.TLSVersion] == [
            "MINIMUM_SUPPORTED", "SSLv3", "TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3", "MAXIMUM_SUPPORTED"]
        assert [member.value for member in ssl.TLSVersion] == [-2, 0x300, 0x301, 0x302, 0x303, 0x304, -1]

    def test_contains_numbers(self):
        assert 2 in ssl.VerifyMode and 3 not in ssl.VerifyMode and "CERT_NONE" not in ssl.VerifyMode
        assert int(ssl.OP_NO_SSLv3) in ssl.Options

    @every
    @pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
    def test_copies(self, name, protocol):
        for _, member in members(name):
            assert pickle.loads(pickle.dumps(member, protocol)) is member
            assert copy.copy(member) is copy.deepcopy(member) is member


class TestFlags(object):
    def test_operators(self):
        one, other = ssl.OP_NO_SSLv3, ssl.OP_NO_TLSv1_2
        for found, number in ((one | other, int(one) | int(other)), ((one | other) & other, int(other)),
                              (one ^ other, int(one) | int(other)),
                              (one ^ one, 0), (one | int(other), int(one) | int(other)), (int(one) | other, int(one) | int(other)),
                              (int(one) & one, int(one)), (int(one) ^ one, 0), ((one | other) & ~one, int(other))):
            assert type(found) is ssl.Options and found == number

    def test_inverted(self):
        inverted = ~ssl.OP_NO_SSLv3
        assert type(inverted) is ssl.Options and inverted & ssl.OP_NO_SSLv3 == 0
        assert all(inverted & member for member in ssl.Options if member != ssl.OP_NO_SSLv3)
        assert ~inverted == ssl.OP_NO_SSLv3 or ~inverted & inverted == 0
        assert ~ssl.OP_NO_SSLv3 & ssl.OP_NO_SSLv3 == ssl.Options(0)

    def test_inverted_is_a_number_of_all_bits(self):
        """Not a negative one, as before 3.11."""
        assert ssl.OP_ALL & 1 << 31 and ~ssl.OP_NO_SSLv3 == 0xFFFFFFFF - ssl.OP_NO_SSLv3 == ssl.Options(~int(ssl.OP_NO_SSLv3))
        assert ssl.Options(-1) == 0xFFFFFFFF

    def test_not_a_number(self):
        for operation, sign in ((lambda: ssl.OP_ALL | "a", "|"), (lambda: ssl.OP_ALL & "a", "&"), (lambda: ssl.OP_ALL ^ "a", "^")):
            with raises(TypeError, "unsupported operand type(s) for %s: 'Options' and 'str'" % sign):
                operation()
        with raises(ValueError, "1.5 is not a valid Options"):
            ssl.Options(1.5)

    def test_names(self):
        both = ssl.OP_NO_SSLv3 | ssl.OP_NO_TLSv1_3
        assert both.name == "OP_NO_SSLv3|OP_NO_TLSv1_3" and both.value == int(both)
        assert repr(both) == "<Options.OP_NO_SSLv3|OP_NO_TLSv1_3: %d>" % both
        assert repr(both | 1) == "<Options.OP_NO_SSLv3|OP_NO_TLSv1_3|1: %d>" % (both | 1) and str(both) == str(int(both))
        assert ssl.Options(1 << 36).name is None and repr(ssl.Options(1 << 36)) == "<Options: 68719476736>"
        assert repr(ssl.VERIFY_CRL_CHECK_CHAIN | ssl.VERIFY_X509_STRICT) in (
            "<VerifyFlags.VERIFY_CRL_CHECK_LEAF|VERIFY_X509_STRICT|VERIFY_CRL_CHECK_CHAIN: 44>",)

    def test_names_of_many_bits(self):
        assert (ssl.OP_ALL | ssl.OP_NO_TLSv1_3).name.split("|")[-1] == "OP_ALL"  # behind those of one bit
        assert ssl.VERIFY_CRL_CHECK_CHAIN.name == "VERIFY_CRL_CHECK_CHAIN"

    def test_members_of_a_combination(self):
        both = ssl.OP_NO_SSLv3 | ssl.OP_NO_TLSv1_3
        assert list(both) == [ssl.OP_NO_SSLv3, ssl.OP_NO_TLSv1_3] and len(both) == 2
        assert ssl.OP_NO_SSLv3 in both and ssl.OP_NO_TLSv1_2 not in both
        with raises(TypeError, "unsupported operand type(s) for 'in': 'int' and 'Options'"):
            1 in both

    def test_copies(self):
        both = ssl.OP_NO_SSLv3 | ssl.OP_NO_TLSv1_3 | 1
        for copied in (copy.copy(both), copy.deepcopy(both), pickle.loads(pickle.dumps(both, 2))):
            assert copied == both and type(copied) is ssl.Options and copied.name == both.name


class TestContext(object):
    """The properties of a context are members."""

    def test_types(self):
        context = client_context()
        assert type(context.options) is ssl.Options and type(context.verify_flags) is ssl.VerifyFlags
        assert context.verify_mode is ssl.CERT_REQUIRED and type(context.verify_mode) is ssl.VerifyMode

    def test_options(self):
        context = client_context()
        before = context.options
        context.options |= ssl.OP_NO_TLSv1_2
        assert context.options == before | ssl.OP_NO_TLSv1_2
        context.options &= ~ssl.OP_NO_TLSv1_2
        assert context.options == before & ~ssl.OP_NO_TLSv1_2 and not context.options & ssl.OP_NO_TLSv1_2
        context.options = int(before)
        assert context.options == before

    def test_verify_flags(self):
        context = client_context()
        before = context.verify_flags
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        assert context.verify_flags & ssl.VERIFY_X509_STRICT
        context.verify_flags = before
        assert context.verify_flags == before

    @pytest.mark.parametrize("mode", [0, 1, 2])
    def test_verify_mode(self, mode):
        context = client_context(check_hostname=False)
        context.verify_mode = mode
        assert context.verify_mode is ssl.VerifyMode(mode)
        context.verify_mode = ssl.VerifyMode(2 - mode)
        assert context.verify_mode is ssl.VerifyMode(2 - mode)

    @pytest.mark.parametrize("value", ["2", 1.0, None])
    @pytest.mark.parametrize("name", ["options", "verify_mode"])
    def test_not_a_number(self, name, value):
        context = client_context()
        before = getattr(context, name)
        with raises(TypeError, "'%s' object cannot be interpreted as an integer" % type(value).__name__):
            setattr(context, name, value)
        assert getattr(context, name) == before

    @pytest.mark.parametrize("value", ["2", 1.0, None])
    def test_not_a_number_of_flags(self, value):
        context = client_context()
        with raises(TypeError, "argument must be int, not %s" % (value if value is None else type(value).__name__)):
            context.verify_flags = value

    def test_no_such_mode(self):
        context = client_context()
        with raises(ValueError, "invalid value for verify_mode"):
            context.verify_mode = 3
        assert context.verify_mode is ssl.CERT_REQUIRED

    def test_too_large(self):
        context = client_context()
        with pytest.raises(OverflowError):
            context.options = sys.maxsize * 4
        with pytest.raises(AttributeError):
            del context.options
