"""fork() while four threads transfer data: every child can close all descriptors and still have sessions of its own.

The threads only read and write, on connections of their own. In a handshake OpenSSL itself takes locks of the process (for random
numbers, providers, engines), and a child that is born meanwhile finds them locked for ever: one in some hundred, natively as well
(measured with 3.11 and 3.13). That is why POSIX allows next to nothing after a fork of many threads, and it is not ours to cure.
What is examined is that *we* add no lock of that kind.
"""
from __future__ import absolute_import, division, print_function

import os
import threading
import time
import warnings

from tests.reliability import child

# Seconds for a child, which needs some ten milliseconds of CPU time. One that waits for the lock of a thread that is not there would
# need for ever.
PATIENCE = 10.0


def measure(options):
    from tests.reliability import sessions
    warnings.simplefilter("ignore", DeprecationWarning)  # 3.12+: fork with threads. It is what we are here for
    contexts = sessions.contexts()
    stop, errors, done = threading.Event(), [], [0]
    busy_sessions = [sessions.Session(*contexts).handshake().transfer(b"x") for _ in range(4)]

    def busy(session):
        try:
            while not stop.is_set():
                session.transfer(b"some data")
                done[0] += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=busy, args=(session,)) for session in busy_sessions]
    for thread in threads:
        thread.start()
    statuses = []
    try:
        for _ in range(options.count):
            statuses.append(one_fork(contexts, sessions, options.patience))
            if sum(status != 0 for status in statuses) == 2:
                break  # it is settled, and children that hang take their time
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    bad = [status for status in statuses if status != 0]
    return child.Result(not bad and not errors, "%d forks during %d transfers by 4 threads: %d bad children%s" % (
        len(statuses), done[0], len(bad), ", %r" % (bad + errors) if bad or errors else ""))


def one_fork(contexts, sessions, patience):
    """Forks; returns the wait status of the child, or "hung"."""
    identifier = os.fork()
    if identifier == 0:
        status = 1
        try:
            os.closerange(3, 256)
            for _ in range(2):
                sessions.Session(*contexts).run()
            status = 0
        finally:
            os._exit(status)
    deadline = time.time() + patience
    while time.time() < deadline:
        ended, status = os.waitpid(identifier, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    os.kill(identifier, 9)
    os.waitpid(identifier, 0)
    return "hung"


if __name__ == "__main__":
    child.main(measure, __doc__, count=60, patience=PATIENCE)
