"""fork() while four threads are busy with sessions: every child can close all descriptors and still have sessions of its own."""
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

    def busy():
        try:
            while not stop.is_set():
                sessions.Session(*contexts).run()
                done[0] += 1
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=busy) for _ in range(4)]
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
    return child.Result(not bad and not errors, "%d forks during %d sessions of 4 threads: %d bad children%s" % (
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
