"""Two threads use one BIO and one connection while signals hit the main one: its handler raises, or uses the same BIO itself.

Whatever keeps threads apart (guard G3) must not be left locked by an exception out of a handler, and must let a handler in that comes
back in the thread that is inside already. Both would be a deadlock: a watchdog ends the process when nobody makes progress.
"""
from __future__ import absolute_import, division, print_function

import os
import random
import signal
import sys
import threading
import time

from tests.reliability import child

PATIENCE = 10.0  # seconds without progress of either thread


class Interrupted(Exception):
    """Raised by the handler."""


class Users(object):
    """The main thread and one more, both using `operate`."""

    def __init__(self, operate, patience):
        self.operate, self.patience, self.rounds, self.stop = operate, patience, [0, 0], threading.Event()

    def other(self):
        while not self.stop.is_set():
            self.operate()
            self.rounds[1] += 1

    def watchdog(self, text):
        """Ends the process when a thread stands still."""
        last, since = list(self.rounds), time.time()
        while not self.stop.is_set():
            time.sleep(0.1)
            now = list(self.rounds)
            if now[0] != last[0] and now[1] != last[1]:
                last, since = now, time.time()
            elif time.time() - since > self.patience:
                print("%s: no progress after %r rounds of the two threads" % (text, now))
                sys.stdout.flush()
                os._exit(child.FAILED)

    def run(self, count, handler, text):
        """Until `count` signals were handled; returns how many exceptions the main thread caught."""
        threads = [threading.Thread(target=self.other), threading.Thread(target=self.watchdog, args=(text,))]
        for thread in threads:
            thread.daemon = True
            thread.start()
        chance, caught = random.Random(2), 0
        signal.signal(signal.SIGALRM, handler)
        while True:
            try:
                while handler.calls < count:
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-5, 1e-3))
                    for _ in range(50):
                        self.operate()
                        self.rounds[0] += 1
                    signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, signal.SIG_IGN)
                break
            except Interrupted:
                caught += 1
        self.stop.set()
        for thread in threads:
            thread.join()
        return caught


class Raising(object):
    calls = 0

    def __call__(self, _signal, _frame):
        self.calls += 1
        raise Interrupted()


class Using(Raising):
    def __init__(self, operate):
        self.operate = operate

    def __call__(self, _signal, _frame):
        self.calls += 1
        self.operate()


def measure(options):
    import ssl
    from tests.reliability import sessions
    bio = ssl.MemoryBIO()
    session = sessions.Session(*sessions.contexts()).handshake()

    def use_bio():
        bio.write(b"a few bytes")
        bio.read(7)
        if bio.pending > 1 << 16:
            bio.read()

    def use_connection():
        session.client.write(b"a few bytes")
        session.client_out.read()

    figures, good = [], True
    for name, operate in (("BIO", use_bio), ("connection", use_connection)):
        raising, using = Raising(), Using(operate)
        caught = Users(operate, options.patience).run(options.count, raising, name + ", raising handler")
        Users(operate, options.patience).run(options.count, using, name + ", handler that uses it")
        good = good and caught == raising.calls
        figures.append("%s: %d raised, %d swallowed, %d handlers came back into it" % (
            name, raising.calls, raising.calls - caught, using.calls))
    return child.Result(good, "; ".join(figures))


if __name__ == "__main__":
    child.main(measure, __doc__, count=2000, patience=PATIENCE)
