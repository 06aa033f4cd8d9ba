"""Holds one conversation per byte and fault on this interpreter: ``worker.py MASK EVERY``, see run.py.

Prints one line of JSON with the facts of this interpreter, then one per TLS version, kind of fault and direction:
``{"name": "TLSv1.2 flip to server", "verdicts": [[verdict of the client, of the server], ...]}``, a pair per byte.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import platform
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERSIONS = ("TLSv1.2", "TLSv1.3")


def series(mask, every):
    """Yields (name, function that yields the verdicts) of each series of faults; `every` 1 is every byte."""
    from tests.faults.conversation import TO_CLIENT, TO_SERVER, Conversation, cut, flip

    kinds = (("flip", lambda position: flip(position, mask)), ("end", cut))
    for version in VERSIONS:
        conversation = Conversation(version)
        lengths = dict(zip((TO_SERVER, TO_CLIENT), without_fault(conversation)))
        for kind, fault in kinds:
            for direction in (TO_SERVER, TO_CLIENT):
                verdicts = [conversation.hold(direction, fault(position))[:2] for position in range(0, lengths[direction], every)]
                yield "%s %s %s" % (version, kind, direction), verdicts


def without_fault(conversation):
    """The bytes that a conversation carries in each direction; AssertionError unless it ends well and is always of that length."""
    endings = set(conversation.hold() for _ in range(10))
    assert len(endings) == 1, endings
    client, server, to_server, to_client = endings.pop()
    assert client == server == "done, data whole", (client, server)
    return to_server, to_client


def main():
    sys.path[:0] = [ROOT, os.path.join(ROOT, "src")]
    import tls_bootstrap

    report = tls_bootstrap.monkeypatch_ssl()
    import ssl

    answer({"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION, "ssl": repr(report)})
    for name, verdicts in series(mask=int(sys.argv[1], 0), every=int(sys.argv[2])):
        answer({"name": name, "verdicts": verdicts})


def answer(what):
    print(json.dumps(what))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
