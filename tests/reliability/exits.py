"""The interpreter ends with live contexts, connections and BIOs everywhere: no crash, no word on standard error."""
from __future__ import absolute_import, division, print_function

import sys

from tests.reliability import child

alive = []  # module globals are taken apart late, in an order that nobody promises


def measure(options):
    from tests.reliability import sessions
    import ssl
    contexts = sessions.contexts()
    for _ in range(options.count):
        session = sessions.Session(*contexts).handshake().transfer(b"alive")
        alive.append(session)
    sys.modules["an_ssl_object"], sys.modules["a_memory_bio"] = alive[0].client, alive[1].client_in
    ring = [sessions.Session(*contexts)]
    ring.append(ring)  # for the last collection
    ssl.left_behind = alive[2].server
    return child.Result(True, "%d sessions alive at exit: silent" % len(alive))


if __name__ == "__main__":
    child.main(measure, __doc__, count=30)
