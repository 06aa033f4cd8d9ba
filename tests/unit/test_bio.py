"""References to memory BIOs, and the way to count them where there is no BIO_up_ref (OpenSSL 1.0.2).

The library here is the interpreter's own; a 1.0.2 is made of it by taking BIO_up_ref away and giving CRYPTO_add_lock, which
adds to an integer. The place of that integer is searched for in a BIO, because it differs from that of 1.0.2. (A real one:
tests/openssl102.)
"""
from __future__ import absolute_import, division, print_function

import ctypes

import pytest
from tls_bootstrap.openssl import bio
from tls_bootstrap.openssl.library import Library

pytestmark = pytest.mark.skipif(
    not hasattr(getattr(ctypes, "pythonapi", None), "PyCObject_FromVoidPtr"), reason="these BIOs are for an interpreter with PyCObject"
)


def library():
    import _ssl

    return Library(_ssl.__file__)


def bios(a_library):
    return bio.BIOs(a_library, ctypes.PyDLL(None))


def count_place(a_library):
    """The offset of the reference count: the int that goes from 1 to 2 and back."""
    made = bios(a_library)
    _, owner = made.new()
    address = made._address_of(owner)
    ints = (ctypes.c_int * 32).from_address(address)
    before = list(ints)
    made.add_reference(owner)
    after = list(ints)
    a_library.BIO_free(address)
    changed = [index for index in range(32) if (before[index], after[index], ints[index]) == (1, 2, 1)]
    assert len(changed) == 1, "no single int counts"
    return changed[0] * ctypes.sizeof(ctypes.c_int)


class AddLock(object):
    """CRYPTO_add_lock of OpenSSL 1.0.2, less the lock."""

    __name__ = "CRYPTO_add_lock"

    def __init__(self):
        self.calls = []

    def __call__(self, address, amount, lock, name, line):
        self.calls.append((amount, lock))
        ctypes.c_int.from_address(address).value += amount


@pytest.fixture
def old_library():
    made = library()
    made.reference = AddLock()
    return made


def test_the_new_way_needs_no_proof():
    made = bios(library())
    if made._library.reference.__name__ != "BIO_up_ref":
        pytest.skip("%s has no BIO_up_ref" % made._library.version())
    made.prove()
    assert made._place is None


def test_the_old_way_counts(old_library, monkeypatch):
    place = count_place(library())
    monkeypatch.setattr(bio, "place_of_references_1_0", lambda _: place)
    made = bios(old_library)
    made.prove()
    assert old_library.reference.calls == [(1, 21)]  # CRYPTO_LOCK_BIO
    _, owner = made.new()
    count = ctypes.c_int.from_address(made._address_of(owner) + place)
    made.add_reference(owner)
    assert count.value == 2
    old_library.BIO_free(made._address_of(owner))
    assert count.value == 1


def test_a_count_at_another_place_is_refused(old_library, monkeypatch):
    place = count_place(library())
    monkeypatch.setattr(bio, "place_of_references_1_0", lambda _: place + 4 if place < 60 else place - 4)
    with pytest.raises(ImportError) as caught:
        bios(old_library).prove()
    assert "reference count" in str(caught.value)


def test_another_field_that_is_1_is_refused(old_library, monkeypatch):
    """One that says whether the BIO is ready, say: what the proof then takes away is the real, the only reference."""
    made = bios(library())
    _, owner = made.new()
    place = count_place(library())
    ones = [4 * index for index, value in enumerate((ctypes.c_int * (place // 4)).from_address(made._address_of(owner))) if value == 1]
    assert ones, "no other field is 1"
    for one in ones:
        monkeypatch.setattr(bio, "place_of_references_1_0", lambda _: one)
        with pytest.raises(ImportError):
            bios(old_library).prove()


def test_the_place_in_1_0_2():
    assert bio.place_of_references_1_0(ctypes) == {8: 72, 4: 44}[ctypes.sizeof(ctypes.c_void_p)]


def test_no_pycobject_is_refused():
    with pytest.raises(ImportError) as caught:
        bio.BIOs(library(), object())
    assert "PyCObject" in str(caught.value)
