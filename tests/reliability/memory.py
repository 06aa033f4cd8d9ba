"""Sessions whose parts die in three orders, to be run under valgrind and under glibc's malloc debugging.

BIOs are counted by OpenSSL, an SSL holds one reference of each of its two, so any order of death must be right.
"""
from __future__ import absolute_import, division, print_function

import gc

from tests.reliability import child

ORDERS = (("bios", "objects", "contexts"), ("objects", "contexts", "bios"), ("contexts", "bios", "objects"))


def measure(options):
    from tests.reliability import sessions
    for number in range(options.count):
        contexts = sessions.contexts()
        session = sessions.Session(*contexts).run()
        parts = {"bios": [session.client_in, session.client_out, session.server_in, session.server_out],
                 "objects": [session.client, session.server], "contexts": list(contexts)}
        del session, contexts
        for name in ORDERS[number % len(ORDERS)]:
            del parts[name][:]
            gc.collect()
    return child.Result(True, "%d sessions in %d orders of death" % (options.count, len(ORDERS)))


if __name__ == "__main__":
    child.main(measure, __doc__, count=60)
