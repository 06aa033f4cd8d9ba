"""Sessions between two marks that strace can see: writes to a descriptor that does not exist. run.py reads what is between them.

An SSLObject does no input and no output of its own; only its user moves the bytes.
"""
from __future__ import absolute_import, division, print_function

import os

from tests.reliability import child

BEGIN, END = b"begin of the sessions", b"end of the sessions"
# What a process does for memory, time, threads and randomness. Everything else is I/O or touches descriptors.
HARMLESS = {"brk", "mmap", "munmap", "mremap", "madvise", "mprotect", "futex", "getrandom", "clock_gettime", "gettimeofday",
            "time", "getpid", "gettid", "sched_yield", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "restart_syscall"}


def mark(text):
    try:
        os.write(4095, text)
    except OSError:
        pass


def measure(options):
    from tests.reliability import sessions
    contexts = sessions.contexts()
    held = [sessions.Session(*contexts) for _ in range(options.count)]
    mark(BEGIN)
    try:
        for session in held:
            session.run()
    finally:
        mark(END)
    return child.Result(True, "%d sessions from the first handshake to unwrap()" % options.count)


def between_marks(log):
    """The names of the system calls that `log`, the text of strace, has between the marks; ValueError if a mark is missing."""
    begin, end = log.index(BEGIN.decode()), log.index(END.decode())
    lines = log[begin:end].splitlines()[1:-1]
    return [line.split("(", 1)[0].split()[-1] for line in lines if "(" in line]


if __name__ == "__main__":
    child.main(measure, __doc__, count=20)
