"""Cycles through contexts, callbacks, connections and BIOs are collected; gc.garbage stays empty.

Python 2.7 cannot collect a cycle with an object that has `__del__`; it goes to gc.garbage for ever. Hence the rule: no `__del__`.
"""
from __future__ import absolute_import, division, print_function

import gc
import weakref

from tests.reliability import child


class Node(object):
    """Something of the user's in the middle of a cycle."""


def make_cycles(count):
    """Weak references to `count` sessions in cycles, of which nobody has another reference."""
    from tests.reliability import sessions
    contexts = sessions.contexts()
    left = []
    for _ in range(count):
        session = sessions.Session(*contexts)
        nodes = [Node() for _ in range(3)]
        # SSLObject -> node -> SSLObject, MemoryBIO -> node -> MemoryBIO where they can hold attributes, and a session in a list in itself
        for node, thing in zip(nodes, (session.client, session.client_in, session)):
            node.thing = thing
            node.self = node
            for attribute in ("node", "owner", "callback"):
                try:
                    setattr(thing, attribute, node)
                except (AttributeError, TypeError):
                    pass
        session.handshake()
        left += [weakref.ref(node) for node in nodes] + [weakref.ref(session)]
    return left


def measure(options):
    left = make_cycles(options.count)
    child.collect()
    alive = sum(reference() is not None for reference in left)
    return child.Result(not gc.garbage and not alive, "%d cycles: %d objects of %d alive, gc.garbage %r" % (
        options.count * 3, alive, len(left), gc.garbage[:3]))


if __name__ == "__main__":
    child.main(measure, __doc__, count=100)
