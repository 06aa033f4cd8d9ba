"""Memory, descriptors and Python objects stay flat over thousands of whole sessions."""
from __future__ import absolute_import, division, print_function

import ctypes
import gc
import os
import resource
import ssl

from tests.reliability import child

WARM_UP = 0.25  # of the sessions: OpenSSL's and Python's own pools fill during these
TO_BE_COMPILED = 2000 if child.ENGINE == "pypy" else 0  # sessions until PyPy has compiled what they run, which takes memory of malloc()
ALLOWED_GROWTH = 256  # KiB; a single BIO of 4 KiB lost per session would be 16,000 at 4,000 sessions


def resident_kib():
    """The resident set of this process now, in KiB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() // 1024


class MallocInfo(ctypes.Structure):
    """struct mallinfo2 of glibc 2.33 and newer (malloc.h)."""

    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]


def allocated_kib():
    """What malloc() has given and not got back, in KiB. PyPy's own memory, of which compiled code goes on growing, is none of that."""
    mallinfo2 = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = MallocInfo
    return int(mallinfo2().uordblks) // 1024


memory_kib = allocated_kib if child.ENGINE == "pypy" else resident_kib


def state():
    """(KiB, open descriptors, objects the collector knows), after a collection."""
    child.collect()
    return memory_kib(), len(os.listdir("/proc/self/fd")), len(gc.get_objects())


def lost_by_contexts(count):
    """KiB that this many contexts lose for ever, without any upgrade: PyPy 2.7 makes two SSL_CTX for each, and forgets one
    (lib_pypy/_cffi_ssl/_stdssl/__init__.py, _SSLContext.__new__)."""
    if child.ENGINE != "pypy":
        return 0
    for number in (500, 2000):
        before = state()[0]
        for _ in range(number):
            ssl.SSLContext(ssl.PROTOCOL_SSLv23)
    return (state()[0] - before) * count // number


def measure(options):
    from tests.reliability import sessions
    contexts = sessions.contexts()
    measured = options.count - int(options.count * WARM_UP)
    warm = max(options.count - measured, TO_BE_COMPILED)
    for _ in range(warm):
        sessions.Session(*contexts).run()
    before = state()
    before = state()  # the first call makes objects of its own
    for _ in range(measured):
        sessions.Session(*contexts).run()
    after = state()
    growth = [end - start for start, end in zip(before, after)]
    good = growth[0] <= ALLOWED_GROWTH and growth[1] == 0 and abs(growth[2]) <= 5
    return child.Result(good, "%d sessions after %d: memory %+d KiB, descriptors %+d, gc objects %+d"
                        % ((measured, warm) + tuple(growth)))


if __name__ == "__main__":
    child.main(measure, __doc__, count=4000)
