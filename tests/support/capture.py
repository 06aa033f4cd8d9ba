"""A capture file of a conversation in memory, as if it had gone by TCP: for tshark, which only reads such files."""
from __future__ import absolute_import, division, print_function

import struct

RAW_IP = 101  # LINKTYPE_RAW of https://www.tcpdump.org/linktypes.html
ACK, PUSH = 0x10, 0x08


class Capture(object):
    """Of one connection to `port`. `add` takes bytes in the order in which they were sent."""

    CLIENT, SERVER = (b"\x7f\0\0\1", 40000), b"\x7f\0\0\2"

    def __init__(self, port=4433):
        self._ends = {"client": self.CLIENT, "server": (self.SERVER, port)}
        self._next = {"client": 1, "server": 1}  # sequence numbers
        self._packets = []

    def add(self, sender, data, most=1400):
        """Bytes that the "client" or the "server" has sent."""
        receiver = {"client": "server", "server": "client"}[sender]
        for start in range(0, len(data), most):
            piece = data[start:start + most]
            self._packets.append(self._packet(sender, receiver, piece))
            self._next[sender] += len(piece)

    def _packet(self, sender, receiver, data):
        """IPv4 (RFC 791) and TCP (RFC 9293) without options and checksums, which tshark does not ask for."""
        (source, source_port), (destination, destination_port) = self._ends[sender], self._ends[receiver]
        tcp = struct.pack(">HHIIBBHHH", source_port, destination_port, self._next[sender], self._next[receiver], 5 << 4, ACK | PUSH, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + len(data), 0, 0, 64, 6, 0, source, destination)
        return ip + tcp + data

    def file(self):
        """The bytes of a file in the format of libpcap."""
        parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, RAW_IP)]
        for number, packet in enumerate(self._packets):
            parts += [struct.pack("<IIII", number, 0, len(packet), len(packet)), packet]
        return b"".join(parts)
