"""Which shared libraries an ELF file asks for, and which of them an unpacked tree does not hold.

The dynamic loader would take a missing one from the machine, silently, and it would be the wrong one: this is what makes sure
that each interpreter runs with the OpenSSL of its own suite. The layout is that of elf(5): the program header of type PT_DYNAMIC
leads to pairs (tag, value), of which DT_NEEDED are places in the string table that DT_STRTAB gives the address of.
"""
from __future__ import absolute_import, division, print_function

import os
import stat
import struct

from tools.debian.command import Failed

MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian: all that the recipes are for
PT_LOAD, PT_DYNAMIC = 1, 2
DT_NULL, DT_NEEDED, DT_STRTAB = 0, 1, 5


def needed(path):
    """The names of the libraries that a file asks for; none of a file that is not ELF. Failed if it is cut off or damaged."""
    with open(path, "rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return []
        file.seek(0)
        image = file.read()
    try:
        return list(dynamic_names(image))
    except (struct.error, ValueError, KeyError, OverflowError):
        raise Failed("%s is damaged, perhaps a full disk: remove its folder and start again" % path)


def dynamic_names(image):
    """What `needed` gives, of a file's bytes."""
    headers = list(program_headers(image))
    if any(offset + size > len(image) for kind, offset, _, size in headers if kind == PT_LOAD):
        raise ValueError("cut off")
    for kind, offset, _, size in headers:
        if kind == PT_DYNAMIC:
            entries = list(dynamic_entries(image, offset, size))
            places = [value for tag, value in entries if tag == DT_NEEDED]
            strings = file_offset(dict(entries)[DT_STRTAB], headers) if places else 0
            for place in places:
                end = image.index(b"\0", strings + place)  # ValueError: the table lies outside of the file
                yield image[strings + place:end].decode("ascii")


def program_headers(image):
    """(type, offset in the file, address in memory, size) of each."""
    table, = struct.unpack_from("<Q", image, 32)
    size, count = struct.unpack_from("<HH", image, 54)
    for number in range(count):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", image, table + number * size)
        yield kind, offset, address, length


def dynamic_entries(image, offset, size):
    """The pairs (tag, value) before the end mark."""
    for place in range(offset, offset + size - 15, 16):
        tag, value = struct.unpack_from("<qQ", image, place)
        if tag == DT_NULL:
            return
        yield tag, value


def file_offset(address, headers):
    """Where in the file that is which is loaded at an address."""
    for kind, offset, start, size in headers:
        if kind == PT_LOAD and start <= address < start + size:
            return offset + address - start
    raise ValueError("no segment has the address %#x" % address)


def missing(root):
    """{library: [files that ask for it]} of what the tree below `root` does not hold itself."""
    held, asked = set(), {}
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            held.add(name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                for library in needed(path):
                    asked.setdefault(library, []).append(os.path.relpath(path, root))
    return dict((library, sorted(files)) for library, files in asked.items() if library not in held)
