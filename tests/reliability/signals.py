"""Signal handlers that raise, at random moments of sessions: every exception arrives at the caller.

An exception that is raised while Python code runs in a destructor or in a weak reference's callback is printed and forgotten. That is
why BIOs are freed by a destructor in C (guard G9): raised and caught must be the same number. A KeyboardInterrupt is such an exception.
"""
from __future__ import absolute_import, division, print_function

import random
import signal
import time

from tests.reliability import child


class Interrupted(Exception):
    """Raised by the handler."""


def measure(options):
    from tests.reliability import sessions
    raised = [0]

    def handler(_signal, _frame):
        raised[0] += 1
        raise Interrupted()

    contexts = sessions.contexts()
    longest = duration(lambda: sessions.Session(*contexts).run())
    signal.signal(signal.SIGALRM, handler)
    chance, caught, whole = random.Random(1), 0, 0
    while raised[0] < options.count:
        try:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(longest / 100, longest))  # one shot
            sessions.Session(*contexts).run()
            whole += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
        except Interrupted:
            caught += 1
    return child.Result(raised[0] == caught, "%d signals raised in %d sessions, %d swallowed" % (
        raised[0], whole + caught, raised[0] - caught))


def duration(call, rounds=20):
    """The mean time of a call, in seconds."""
    call()
    start = time.time()
    for _ in range(rounds):
        call()
    return (time.time() - start) / rounds


if __name__ == "__main__":
    child.main(measure, __doc__, count=1500)
