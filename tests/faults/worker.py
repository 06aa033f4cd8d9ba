"""Holds conversations with a fault on this interpreter, for run.py; answers in JSON, a line each, first with its own facts.

    worker.py all EVERY MASK...                  ->   {"series": ["TLSv1.2", "to server", "flip 0x01"],
                                                       "verdicts": [[of the client, of the server], ...]}     one pair per byte
    worker.py until TRIES SERIES POSITION PAIR   ->   after how many conversations the fault at POSITION ended with PAIR; or null

SERIES and PAIR are lists in JSON, as in the first form's answer.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import platform
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERSIONS = ("TLSv1.2", "TLSv1.3")


def all_faults(every, *masks):
    """Yields a series of faults, one per byte (or per `every`-th byte), with their verdicts."""
    from tests.faults.conversation import TO_CLIENT, TO_SERVER, Conversation

    for version in VERSIONS:
        conversation = Conversation(version)
        for direction, length in zip((TO_SERVER, TO_CLIENT), without_fault(conversation)):
            for kind in ["cut"] + ["flip " + mask for mask in masks]:
                verdicts = [conversation.hold(direction, fault(kind, position)) for position in range(0, length, int(every))]
                yield {"series": [version, direction, kind], "verdicts": [pair[:2] for pair in verdicts]}


def without_fault(conversation):
    """The bytes that a conversation carries in each direction; AssertionError unless it ends well and is always of that length."""
    endings = set(conversation.hold() for _ in range(10))
    assert len(endings) == 1, endings
    client, server, to_server, to_client = endings.pop()
    assert client == server == "done, data whole", (client, server)
    return to_server, to_client


def fault(kind, position):
    from tests.faults.conversation import cut, flip

    name, _, mask = kind.partition(" ")
    return cut(position) if name == "cut" else flip(position, int(mask, 16))


def until(tries, series, position, pair):
    """Yields the number of conversations, with the same fault and other random numbers, until one ended with `pair`; or None."""
    from tests.faults.conversation import Conversation

    version, direction, kind = json.loads(series)
    conversation, wanted = Conversation(version), tuple(json.loads(pair))
    for attempt in range(1, int(tries) + 1):
        if conversation.hold(direction, fault(kind, int(position)))[:2] == wanted:
            yield attempt
            return
    yield None


def main():
    sys.path[:0] = [ROOT, os.path.join(ROOT, "src")]
    import tls_bootstrap

    report = tls_bootstrap.monkeypatch_ssl(os.environ.get("TLS_BOOTSTRAP_TEST_ENGINE", "auto"))
    import ssl

    answer({"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION, "ssl": repr(report)})
    for each in {"all": all_faults, "until": until}[sys.argv[1]](*sys.argv[2:]):
        answer(each)


def answer(what):
    print(json.dumps(what))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
