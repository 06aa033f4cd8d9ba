"""ssl.MemoryBIO by itself: a queue of bytes with an end (https://docs.python.org/3/library/ssl.html#memory-bio-support)."""
from __future__ import absolute_import, division, print_function

import array
import copy
import pickle
import ssl

import pytest

from tests.support import needs
from tests.support.failures import raises


def filled(*chunks):
    bio = ssl.MemoryBIO()
    for chunk in chunks:
        assert bio.write(chunk) == len(chunk)
    return bio


def state(bio):
    """(pending, eof), with their exact types proved."""
    assert type(bio.pending) is int
    assert type(bio.eof) is bool
    return bio.pending, bio.eof


class TestRead(object):

    def test_empty(self):
        data = ssl.MemoryBIO().read()
        assert data == b"" and type(data) is bytes

    def test_everything(self):
        bio = filled(b"ab", b"cdef")
        data = bio.read()
        assert data == b"abcdef" and type(data) is bytes
        assert bio.read() == b""

    @pytest.mark.parametrize("size, expected", [(1, b"a"), (5, b"abcde"), (6, b"abcdef"), (7, b"abcdef"), (2 ** 31 - 1, b"abcdef"),
                                                (0, b""), (-1, b"abcdef"), (-7, b"abcdef"), (-2 ** 31, b"abcdef"), (True, b"a")])
    def test_size(self, size, expected):
        bio = filled(b"abc", b"def")
        data = bio.read(size)
        assert data == expected and type(data) is bytes
        assert bio.pending == 6 - len(expected)

    def test_interleaved_with_writes(self):
        bio = filled(b"abc")
        assert bio.read(2) == b"ab"
        assert bio.write(b"de") == 2
        assert bio.read(2) == b"cd"
        assert bio.read(2) == b"e"
        assert bio.read(2) == b""

    @pytest.mark.parametrize("size", [None, "2", u"2", b"2", 2.0, [], object()])
    def test_size_of_wrong_type(self, size):
        bio = filled(b"abc")
        with raises(TypeError):
            bio.read(size)
        assert bio.pending == 3

    @pytest.mark.parametrize("size", [2 ** 31, 2 ** 40, -2 ** 31 - 1, 2 ** 70])
    def test_size_beyond_a_c_int(self, size):
        bio = filled(b"abc")
        with raises(OverflowError):
            bio.read(size)
        assert bio.pending == 3

    def test_size_with_index(self):
        class Two(object):
            def __index__(self):
                return 2
            __int__ = __index__
        assert filled(b"abc").read(Two()) == b"ab"

    def test_arguments(self):
        bio = filled(b"abc")
        with raises(TypeError):
            bio.read(1, 2)

    def test_no_keywords(self):
        bio = filled(b"abc")
        with raises(TypeError):
            bio.read(n=1)
        with raises(TypeError):
            bio.read(size=1)


class TestWrite(object):

    @pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda data: array.array("B", bytearray(data)),
                                      lambda data: memoryview(b"<" + data + b">")[1:-1], lambda data: memoryview(bytearray(data))],
                             ids=["bytes", "bytearray", "memoryview", "array", "slice", "writable memoryview"])
    def test_bytes_like(self, make):
        bio = ssl.MemoryBIO()
        written = bio.write(make(b"a\0\xff"))
        assert written == 3 and type(written) is int
        assert bio.read() == b"a\0\xff"

    def test_array_of_wider_items_counts_bytes(self):
        items = array.array("I", [1, 2])
        bio = ssl.MemoryBIO()
        assert bio.write(items) == 2 * items.itemsize
        to_bytes = getattr(items, "tobytes", None) or items.tostring  # 2.7 has the old name only
        assert bio.read() == to_bytes()

    def test_nothing(self):
        bio = ssl.MemoryBIO()
        assert bio.write(b"") == 0 and bio.write(bytearray()) == 0
        assert state(bio) == (0, False)

    def test_is_a_copy(self):
        source = bytearray(b"abc")
        bio = filled(source)
        source[:] = b"xyz"
        assert bio.read() == b"abc"

    @pytest.mark.parametrize("data", [u"text", u"", None, 5, 5.0, [1, 2], (), object()], ids=repr)
    def test_not_bytes(self, data):
        bio = ssl.MemoryBIO()
        with raises(TypeError):
            bio.write(data)
        assert bio.pending == 0

    def test_not_contiguous(self):
        bio = ssl.MemoryBIO()
        with raises(BufferError):
            bio.write(needs.view_with_gaps())
        assert bio.pending == 0

    def test_arguments(self):
        bio = ssl.MemoryBIO()
        with raises(TypeError):
            bio.write()
        with raises(TypeError):
            bio.write(b"a", b"b")

    def test_no_keywords(self):
        bio = ssl.MemoryBIO()
        with raises(TypeError):
            bio.write(b=b"a")
        with raises(TypeError):
            bio.write(data=b"a")

    @pytest.mark.parametrize("size", [1, 16384, 16385, 1 << 20, (8 << 20) + 1])
    def test_large(self, size):
        data = bytes(bytearray(range(256))) * (size // 256 + 1)
        bio = filled(data[:size])
        assert bio.pending == size
        assert bio.read(size // 2) == data[:size // 2]
        assert bio.pending == size - size // 2
        assert bio.read() == data[size // 2:size]
        assert bio.pending == 0

    def test_many_small(self):
        bio = ssl.MemoryBIO()
        for number in range(10000):
            bio.write(b"%d," % (number % 10))
        assert bio.pending == 20000
        assert bio.read() == b"0,1,2,3,4,5,6,7,8,9," * 1000


class TestEof(object):

    def test_new(self):
        assert state(ssl.MemoryBIO()) == (0, False)

    def test_pending_counts(self):
        bio = filled(b"abc")
        assert state(bio) == (3, False)
        bio.read(2)
        assert state(bio) == (1, False)
        bio.read(2)
        assert state(bio) == (0, False)

    def test_of_an_empty_bio(self):
        bio = ssl.MemoryBIO()
        assert bio.write_eof() is None
        assert state(bio) == (0, True)
        assert bio.read() == b"" and bio.read(1) == b""

    def test_comes_after_the_data(self):
        bio = filled(b"abc")
        bio.write_eof()
        assert state(bio) == (3, False)
        assert bio.read(2) == b"ab"
        assert state(bio) == (1, False)
        assert bio.read() == b"c"
        assert state(bio) == (0, True)
        assert bio.read() == b""
        assert state(bio) == (0, True)

    def test_twice(self):
        bio = filled(b"a")
        bio.write_eof()
        assert bio.write_eof() is None
        assert state(bio) == (1, False)

    @pytest.mark.parametrize("data", [b"x", b"", bytearray(b"x")])
    def test_no_write_behind_it(self, data):
        bio = filled(b"a")
        bio.write_eof()
        with raises(ssl.SSLError) as failure:
            bio.write(data)
        # CPython calls PyErr_SetObject() with a 1-tuple, which makes it the one argument's text as well.
        assert failure.error.args == ("cannot write() after write_eof()",)
        assert failure.error.errno is None
        assert state(bio) == (1, False)
        assert bio.read() == b"a"

    def test_type_is_checked_before_eof(self):
        bio = ssl.MemoryBIO()
        bio.write_eof()
        with raises(TypeError):
            bio.write(u"x")

    def test_arguments(self):
        with raises(TypeError):
            ssl.MemoryBIO().write_eof(1)


class TestObject(object):

    @pytest.mark.parametrize("arguments, keywords", [((b"data",), {}), ((1,), {}), ((None,), {}), ((), {"data": b""}), ((), {"x": 1})])
    def test_constructor_takes_nothing(self, arguments, keywords):
        with raises(TypeError):
            ssl.MemoryBIO(*arguments, **keywords)

    def test_is_final(self):
        with raises(TypeError):
            type("Queue", (ssl.MemoryBIO,), {})()

    @pytest.mark.parametrize("name, value", [("pending", 3), ("eof", True), ("other", 1)])
    def test_attributes_are_read_only(self, name, value):
        bio = ssl.MemoryBIO()
        with raises(AttributeError):
            setattr(bio, name, value)
        with raises(AttributeError):
            delattr(bio, name)
        assert state(bio) == (0, False)

    def test_public_names(self):
        assert [name for name in dir(ssl.MemoryBIO) if not name.startswith("_")] == ["eof", "pending", "read", "write", "write_eof"]
        assert ssl.MemoryBIO.__name__ == "MemoryBIO"

    def test_identity(self):
        one, two = filled(b"a"), filled(b"a")
        assert one == one and one != two
        assert hash(one) == hash(one) and len({one, two}) == 2
        assert bool(ssl.MemoryBIO()) is True
        with raises(TypeError):
            len(one)

    @pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
    def test_cannot_be_copied(self, duplicate):
        with raises(TypeError):
            duplicate(filled(b"a"))

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_cannot_be_pickled(self, protocol):
        with raises(TypeError):
            pickle.dumps(filled(b"a"), protocol)
