"""Sessions that are read, given to another connection, resumed and dropped: nothing of them is left, and each is freed once.

Every tenth connection is dropped without close_notify, and its session must be resumable all the same.
"""
from __future__ import absolute_import, division, print_function

import ssl

from tests.reliability import child, sessions, soak

ALLOWED_GROWTH = 512  # KiB, however many connections there are; a session lost each time would be 1 MiB in 1000 of them


def resume(contexts, earlier, politely):
    """A connection that resumes the session `earlier`, if there is one; its own session."""
    pair = sessions.Session(*contexts, session=earlier)
    del earlier
    pair.handshake().transfer(b"x" * 100)
    session = pair.client.session
    if politely:
        pair.close()
    return session, pair.client.session_reused


def run(contexts, count):
    """How many of so many connections resumed a session; those after the first that went wrong do not count."""
    resumed, session = 0, None
    for number in range(count):
        try:
            session, is_resumed = resume(contexts, session, politely=number % 10)
        except ssl.SSLError:
            break
        if not session.id or session != session:  # it is somebody else's memory
            break
        resumed += is_resumed
    return resumed


def measure(options):
    if not hasattr(ssl, "SSLSession"):
        return child.Result(False, "this OpenSSL has no SSL_SESSION_dup(): there are no sessions to check")
    contexts = sessions.contexts()
    warm = max(int(options.count * soak.WARM_UP), soak.TO_BE_COMPILED)
    run(contexts, warm)
    before = soak.state()
    before = soak.state()  # the first call makes objects of its own
    resumed = run(contexts, options.count)
    growth = [end - start for start, end in zip(before, soak.state())]
    good = resumed == options.count - 1 and growth[0] <= ALLOWED_GROWTH and growth[1] == 0 and abs(growth[2]) <= 5
    return child.Result(good, "%d of %d connections resumed a session: memory %+d KiB, descriptors %+d, gc objects %+d"
                        % ((resumed, options.count) + tuple(growth)))


if __name__ == "__main__":
    child.main(measure, __doc__, count=3000)
