"""Every engine talks to every engine: ``python3 tests/engines/pairs.py``.

25 pairs of a client and a server, each in a process of its own (peer.py), over TLS 1.2 and 1.3: a handshake in which the client verifies
chain and host name, ALPN, 100 KiB each way, and both close. Last, a client that asks for another name must refuse. Prints a table, what
went wrong, and how many pairs are good; the exit status is 1 if not all are, 2 if an interpreter or its PyOpenSSL is missing.
"""
from __future__ import absolute_import, division, print_function

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
if __name__ == "__main__":
    sys.path[0:1] = [ROOT]

from tests.engines import peer  # noqa: E402  the path had to be set first
from tests.engines.run import TrialFailed, python_for, table  # noqa: E402  the path had to be set first

PEER = os.path.join(HERE, "peer.py")
PARTIES = (("native", "3.11"), ("inplace", "2.7"), ("loopback", "2.7"), ("pyopenssl", "2.7"), ("pyopenssl", "3.11"))
REFUSING = "SSLCertVerificationError"  # what a client raises that is shown the wrong certificate
REFUSED = "SSLError"  # and its server, by the alert


def start(python, *arguments):
    return subprocess.Popen([python, PEER] + [str(argument) for argument in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def talk(client, server):
    """What both say of each conversation, as pairs; `client` and `server` are (executable, engine)."""
    listening = start(server[0], server[1], "server")
    port = listening.stdout.readline().decode("ascii").strip()
    calling = start(client[0], client[1], "client", port or 0)
    answers = [calling.communicate()]
    if calling.returncode:
        listening.kill()  # it waits for who will not call
    answers.append(listening.communicate())
    said = [[json.loads(line) for line in out.decode("ascii").splitlines()] for out, _ in answers]
    if not all(len(each) == len(peer.CONVERSATIONS) for each in said):
        return [tuple({"ended": last_line(err)} for _, err in answers)] * len(peer.CONVERSATIONS)
    return list(zip(*said))


def last_line(err):
    """What a traceback says in the end."""
    return (err.decode("utf-8", "replace").strip().splitlines() or ["too early, without a word"])[-1]


def wanted(version):
    """What client and server have to say of a good conversation, but for the cipher, on which they must agree."""
    both = {"version": version, "alpn": "pairs/1", "read after close": "''"}
    return (dict(both, received=peer.summary(peer.data_of("server")), server=["localhost", "server.test", "*.wild.test"]),
            dict(both, received=peer.summary(peer.data_of("client"))))


def is_good(conversation, client, server):
    """Whether a conversation went as it has to."""
    name, version, _ = conversation
    if name == "wrong name":
        return client.get("class") == REFUSING and "62 'Hostname mismatch" in client["raised"] and server.get("class") == REFUSED
    cipher = client.get("cipher")
    return cipher is not None and [client, server] == [dict(side, cipher=cipher) for side in wanted(version)]


def title(party):
    return "%s %s" % party if party[0] != "native" else "native %s" % party[1]


def try_all(executables, tell):
    """The cells of the table, rows are clients; `tell` is called with what went wrong."""
    cells = []
    for client in PARTIES:
        row = []
        for server in PARTIES:
            said = talk((executables[client], client[0]), (executables[server], server[0]))
            good = [is_good(conversation, *both) for conversation, both in zip(peer.CONVERSATIONS, said)]
            bad = [(conversation[0], both) for conversation, both, fine in zip(peer.CONVERSATIONS, said, good) if not fine]
            for name, both in bad if "ended" not in said[0][0] else bad[:1]:
                tell("%s to %s, %s:\n    client %s\n    server %s" % (
                    (title(client), title(server), name) + tuple(json.dumps(side, sort_keys=True) for side in both)))
            row.append("BAD: " + ", ".join(name for name, _ in bad) if bad else "good")
        cells.append(row)
    return cells


def main():
    try:
        executables = dict((party, python_for(*party)) for party in PARTIES)
    except TrialFailed as error:
        print(error)
        return 2
    cells = try_all(executables, print)
    titles = [title(party) for party in PARTIES]
    print("\n".join(table([tuple(["client \\ server"] + titles)] + [tuple([name] + row) for name, row in zip(titles, cells)])))
    good = sum(row.count("good") for row in cells)
    print("TLS 1.2, 1.3 and a refused name: %d of %d" % (good, len(PARTIES) ** 2))
    return int(good != len(PARTIES) ** 2)


if __name__ == "__main__":
    sys.exit(main())
