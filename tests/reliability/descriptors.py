"""All descriptors are closed behind our back, as daemons do, and their numbers are given to others: no session ever touches them (G7).

Neither a session that was alive at that moment nor its death may read, write or close a descriptor that now belongs to somebody else.
"""
from __future__ import absolute_import, division, print_function

import gc
import os

from tests.reliability import child

VICTIMS = 64


def open_descriptors():
    return len(os.listdir("/proc/self/fd"))


def measure(options):
    from tests.reliability import sessions
    contexts = sessions.contexts()
    sessions.Session(*contexts).run()  # whatever is opened once and for all, a random device for example
    before = open_descriptors()
    held = [sessions.Session(*contexts).handshake() for _ in range(options.count)]
    taken = open_descriptors() - before
    os.closerange(3, 1024)
    victims = [os.open(os.devnull, os.O_RDWR) for _ in range(VICTIMS)]
    identities = [identity(victim) for victim in victims]
    for session in held[::2]:
        session.transfer(b"after closerange").close()
    del held, session
    gc.collect()
    sessions.Session(*contexts).run()
    gc.collect()
    lost = [victim for victim, known in zip(victims, identities) if identity(victim) != known]
    return child.Result(not lost, "%d sessions over %d descriptors; closerange(3, 1024); %d of %d victims lost" % (
        options.count, taken, len(lost), VICTIMS))


def identity(descriptor):
    """What the descriptor is open on, or None if it is not open."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_rdev


if __name__ == "__main__":
    child.main(measure, __doc__, count=20)
