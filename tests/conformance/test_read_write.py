"""Application data: read(), read() into a buffer, write(), pending(), and how the records of it pass through the BIOs."""
from __future__ import absolute_import, division, print_function

import array
import ssl

import pytest

from tests.support import needs
from tests.support.contexts import TLS13
from tests.support.failures import raises
from tests.support.pairs import APPLICATION_DATA, Pair, records

MIB = 1 << 20
RECORD = 16384  # plaintext bytes of a full record, RFC 8446 section 5.1
# What a record costs with AES-GCM: header 5, tag 16, and the explicit nonce 8 (TLS 1.2) or the inner content type 1 (TLS 1.3).
OVERHEAD = {"TLSv1.2": 29, "TLSv1.3": 22}


def pattern(size):
    return (bytes(bytearray(range(251))) * (size // 251 + 1))[:size]


class TestRead(object):

    def test_both_directions(self, pair, how):
        for source, target in (pair.ends, pair.ends[::-1]):
            source.tls.write(b"hello")
            data = how.call(target, source.sent(), target.tls.read)
            assert data == b"hello" and type(data) is bytes

    def test_in_parts(self, pair):
        client, server = pair.ends
        client.tls.write(b"hello world")
        assert server.tls.pending() == 0
        assert server.reads(client.sent(), 4) == b"hell"
        pending = server.tls.pending()
        assert pending == 7 and type(pending) is int
        assert server.incoming.pending == 0
        assert server.tls.read(7) == b"o world"
        assert server.tls.pending() == 0
        with raises(ssl.SSLWantReadError):
            server.tls.read(7)

    def test_default_size_is_1024(self, pair):
        pair.client.tls.write(pattern(3000))
        pair.server.take(pair.client.sent())
        assert [len(pair.server.tls.read()) for _ in range(3)] == [1024, 1024, 952]

    def test_does_not_join_records(self, pair):
        for data in b"one", b"two":
            pair.client.tls.write(data)
        assert pair.server.reads(pair.client.sent(), 100) == b"one"
        assert pair.server.tls.read(100) == b"two"

    def test_takes_one_record_at_a_time_from_incoming(self, pair, version):
        for _ in range(3):
            pair.client.tls.write(pattern(100))
        length = 100 + OVERHEAD[version]
        pair.server.take(pair.client.sent())
        left = [pair.server.incoming.pending]
        for _ in range(3):
            assert len(pair.server.tls.read(1000)) == 100
            left.append(pair.server.incoming.pending)
        assert left == [3 * length, 2 * length, length, 0]
        with raises(ssl.SSLWantReadError):
            pair.server.tls.read(1)

    def test_half_a_record(self, pair):
        pair.client.tls.write(pattern(500))
        record = pair.client.sent()
        for part in record[:3], record[3:5], record[5:200], record[200:-1]:
            with raises(ssl.SSLWantReadError, "The operation did not complete (read)", errno=2):
                pair.server.reads(part)
            assert pair.server.incoming.pending == 0 and pair.server.tls.pending() == 0
        assert pair.server.reads(record[-1:]) == pattern(500)

    def test_largest_record(self, pair, how):
        pair.client.tls.write(pattern(RECORD))
        data = how.call(pair.server, pair.client.sent(), lambda: pair.server.tls.read(2 * RECORD))
        assert data == pattern(RECORD)

    def test_nothing_there(self, pair):
        for end in pair.ends:
            for _ in range(2):
                with raises(ssl.SSLWantReadError, "The operation did not complete (read)", errno=2):
                    end.tls.read()
            assert end.outgoing.pending == 0

    @pytest.mark.parametrize("size", [0, False])
    def test_zero_bytes_are_always_there(self, pair, size):
        data = pair.client.tls.read(size)
        assert data == b"" and type(data) is bytes

    def test_negative_size(self, pair):
        for size in (-1, -2 ** 31):
            with raises(ValueError, "size should not be negative"):
                pair.client.tls.read(size)

    @pytest.mark.parametrize("size", [None, "1", u"1", 1.0, []])
    def test_size_of_wrong_type(self, pair, size):
        pair.client.tls.write(b"kept")
        pair.server.take(pair.client.sent())
        with raises(TypeError):
            pair.server.tls.read(size)
        assert pair.server.tls.read(10) == b"kept"

    def test_size_beyond_any_memory(self, pair):
        with raises(OverflowError):
            pair.client.tls.read(2 ** 70)

    def test_size_by_name(self, pair):
        pair.client.tls.write(b"abc")
        pair.server.take(pair.client.sent())
        assert pair.server.tls.read(len=2) == b"ab"
        buffer = bytearray(1)
        assert pair.server.tls.read(len=1, buffer=buffer) == 1 and buffer == b"c"
        with raises(TypeError):
            pair.server.tls.read(1, buffer, 2)
        with raises(TypeError):
            pair.server.tls.read(size=1)


class TestReadInto(object):

    def make(self, pair, data=b"0123456789"):
        pair.client.tls.write(data)
        pair.server.take(pair.client.sent())
        return pair.server.tls

    def test_returns_the_count(self, pair, how):
        pair.client.tls.write(b"hello")
        buffer = bytearray(b"........")
        count = how.call(pair.server, pair.client.sent(), lambda: pair.server.tls.read(8, buffer))
        assert count == 5 and type(count) is int
        assert buffer == b"hello..."

    def test_size_smaller_than_the_buffer(self, pair):
        tls, buffer = self.make(pair), bytearray(b"....")
        assert tls.read(3, buffer) == 3
        assert buffer == b"012."

    @pytest.mark.parametrize("size", [5, 4, 0, -1, -100])
    def test_other_sizes_mean_the_whole_buffer(self, pair, size):
        """size <= 0 and size > len(buffer) are both replaced by len(buffer), Modules/_ssl.c since 3.3."""
        tls, buffer = self.make(pair), bytearray(b"....")
        assert tls.read(size, buffer) == 4
        assert buffer == b"0123"
        assert tls.read(100) == b"456789"

    def test_size_beyond_a_c_int(self, pair):
        """SSL_read_ex() counts in size_t, bpo-42854 (3.10)."""
        tls, buffer = self.make(pair), bytearray(b"....")
        assert tls.read(2 ** 31, buffer) == 4
        with raises(OverflowError):
            tls.read(2 ** 70, buffer)

    def test_memoryview(self, pair):
        tls, buffer = self.make(pair), bytearray(b"..........")
        assert tls.read(4, memoryview(buffer)[3:7]) == 4
        assert buffer == b"...0123..."

    def test_array(self, pair):
        tls, buffer = self.make(pair, b"\x01\x02\x03"), array.array("B", [0, 0, 0, 0])
        assert tls.read(4, buffer) == 3
        assert buffer.tolist() == [1, 2, 3, 0]

    def test_empty_buffer(self, pair):
        tls = self.make(pair)
        assert tls.read(5, bytearray()) == 0
        assert tls.read(10) == b"0123456789"

    @pytest.mark.parametrize("buffer", [b"....", memoryview(b"...."), u"....", 5, [1, 2], object()],
                             ids=["bytes", "read-only memoryview", "text", "int", "list", "object"])
    def test_not_a_writable_buffer(self, pair, buffer):
        tls = self.make(pair)
        with raises(TypeError):
            tls.read(4, buffer)
        assert tls.read(10) == b"0123456789"

    @pytest.mark.parametrize("size", [None, "1", 1.0])
    def test_size_of_wrong_type(self, pair, size):
        with raises(TypeError):
            self.make(pair).read(size, bytearray(4))

    def test_none_is_no_buffer(self, pair):
        assert self.make(pair).read(3, None) == b"012"

    def test_nothing_there(self, pair):
        buffer = bytearray(b"....")
        with raises(ssl.SSLWantReadError):
            pair.client.tls.read(4, buffer)
        assert buffer == b"...."


class TestWrite(object):

    @pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda data: memoryview(b"<" + data + b">")[1:-1],
                                      lambda data: array.array("B", bytearray(data))],
                             ids=["bytes", "bytearray", "memoryview", "slice", "array"])
    def test_bytes_like(self, pair, make):
        written = pair.client.tls.write(make(b"a\0\xff"))
        assert written == 3 and type(written) is int
        assert pair.server.reads(pair.client.sent()) == b"a\0\xff"

    def test_array_of_wider_items_counts_bytes(self, pair):
        items = array.array("I", [1, 2])
        assert pair.client.tls.write(items) == 2 * items.itemsize
        assert len(pair.server.reads(pair.client.sent())) == 2 * items.itemsize

    @pytest.mark.parametrize("data", [b"", bytearray(), memoryview(b"")], ids=["bytes", "bytearray", "memoryview"])
    def test_nothing(self, pair, data):
        written = pair.client.tls.write(data)
        assert written == 0 and type(written) is int
        pair.client.tls.write(b"x")
        assert pair.server.reads(pair.client.sent()) == b"x"

    @pytest.mark.parametrize("data", [u"text", u"", None, 5, 5.0, [1], object()], ids=repr)
    def test_not_bytes(self, pair, data):
        with raises(TypeError):
            pair.client.tls.write(data)
        assert pair.client.outgoing.pending == 0

    def test_not_contiguous(self, pair):
        with raises(BufferError):
            pair.client.tls.write(needs.view_with_gaps())
        assert pair.client.outgoing.pending == 0

    def test_arguments(self, pair):
        with raises(TypeError):
            pair.client.tls.write()
        with raises(TypeError):
            pair.client.tls.write(b"a", b"b")
        assert pair.client.tls.write(data=b"ab") == 2

    @pytest.mark.parametrize("size", [1, 100, RECORD])
    def test_one_record(self, pair, version, size):
        pair.client.tls.write(pattern(size))
        wire = records(pair.client.sent())
        assert [(record.content_type, len(record.data)) for record in wire] == [(APPLICATION_DATA, size + OVERHEAD[version])]

    @pytest.mark.parametrize("size", [RECORD + 1, MIB, 8 * MIB])
    def test_many_records_in_one_write(self, pair, version, size):
        """A memory BIO has no limit: one write() takes it all, whatever its size."""
        assert pair.client.tls.write(pattern(size)) == size
        count = -(-size // RECORD)
        assert pair.client.outgoing.pending == size + count * OVERHEAD[version]
        pair.server.take(pair.client.sent())
        received = [pair.server.tls.read(MIB) for _ in range(count)]
        assert b"".join(received) == pattern(size)
        assert set(map(len, received[:-1])) == {RECORD}
        assert pair.server.incoming.pending == 0

    def test_8_mib_both_ways(self, pair):
        data = pattern(8 * MIB)
        for end in pair.ends:
            assert end.tls.write(data) == len(data)
        for source, target in (pair.ends, pair.ends[::-1]):
            target.take(source.sent())
            assert b"".join(target.tls.read(MIB) for _ in range(len(data) // RECORD)) == data

    def test_is_encrypted(self, pair):
        pair.client.tls.write(b"confidential text")
        assert b"confidential" not in pair.client.sent()

    def test_while_data_wait_to_be_read(self, pair):
        """Reading and writing do not disturb each other, also in the middle of a record."""
        client, server = pair.ends
        client.tls.write(b"request")
        record = client.sent()
        with raises(ssl.SSLWantReadError):
            server.reads(record[:7])
        assert server.tls.write(b"early answer") == 12
        assert client.reads(server.sent()) == b"early answer"
        assert server.reads(record[7:], 3) == b"req"
        assert server.tls.write(b"late answer") == 11
        assert server.tls.read(10) == b"uest"
        assert client.reads(server.sent()) == b"late answer"


class TestTickets(object):

    @needs.tls13
    def test_are_no_data(self):
        """The session tickets of TLS 1.3 come behind the handshake; a read() that finds only them wants more."""
        pair = Pair(version=TLS13)
        assert pair.outcomes() == (None, None)
        assert pair.client.incoming.pending > 0
        assert pair.client.tls.pending() == 0
        with raises(ssl.SSLWantReadError):
            pair.client.tls.read(10)
        assert pair.client.incoming.pending == 0

    def test_and_data_behind_them(self, version, arrival):
        pair = Pair(version=version)
        assert pair.outcomes(lambda tls: tls.read(10), lambda tls: tls.write(b"data"), how=arrival) == (b"data", 4)
