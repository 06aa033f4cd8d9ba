"""A sample of run.py's faults on this interpreter, and proof that run.py would see what it looks for."""
from __future__ import absolute_import, division, print_function

import collections
import sys

import pytest

from tests.faults import conversation, run, worker

EVERY = 23  # bytes; a prime, so that the sample falls on all parts of the records
FAILS = "SSLError(1 DECRYPTION_FAILED_OR_BAD_RECORD_MAC) in receive, 31 bytes more to say, data none"
TOLD = "SSLError(1 SSLV3_ALERT_BAD_RECORD_MAC) in receive, 0 bytes more to say, data none"
DONE = "done, data whole"


def made_up(left, right, kind="flip 0x01"):
    """The Series of one byte to the server with these verdicts (client, server)."""
    answers = [{"series": ["TLSv1.3", "to server", kind], "verdicts": [pair]} for pair in (left, right)]
    return run.Series(answers, 1, (sys.executable, sys.executable))


def test_every_damage_is_noticed_and_no_wrong_data_delivered():
    for answer in worker.all_faults(EVERY, "0x01", "0xff"):
        series = run.Series((answer, answer), EVERY, None)
        assert series.complaints == []
        assert series.counts["fails"] > len(series.left) // 2


@pytest.mark.parametrize("pair", [(DONE, DONE), (TOLD, "done, data WRONG"), (TOLD, FAILS.replace("none", "WRONG"))])
def test_undetected_damage_and_wrong_data_are_reported(pair):
    assert made_up((TOLD, FAILS), (TOLD, FAILS)).complaints == []
    assert len(made_up(pair, pair).complaints) == 2  # one for each side


@pytest.mark.parametrize("right", [(TOLD, FAILS.replace("31", "0")), (TOLD, FAILS.replace("none", "partly")), (FAILS, FAILS),
                                   (TOLD, FAILS.replace("SSLError(1", "SSLEOFError(8"))])
def test_unlike_verdicts_are_reported(monkeypatch, right):
    monkeypatch.setattr(run, "TRIES", 2)
    assert len(made_up((TOLD, FAILS), right).complaints) == 1


def test_known_differences_are_no_complaints(monkeypatch):
    monkeypatch.setattr(run, "DIFFERENCES", {"SSLError(1 ASN1_LIB)": ("SSLError(1)", "made up")})
    series = made_up((TOLD, "SSLError(1 ASN1_LIB) in handshake"), (TOLD, "SSLError(1) in handshake"))
    assert (series.complaints, sum(series.known.values())) == ([], 1)


def test_what_the_random_bytes_decide_is_found_again():
    """The record header of the ServerHello made 16 bytes longer: the next header is read from what was encrypted with random keys.

    One ending comes nearly always, another once in about 400 times, a third once in about 800: so many tries that chance cannot fail this.
    """
    faulty = conversation.Conversation("TLSv1.3")
    seen, endings = collections.Counter(), []
    for _ in range(5000):
        seen[faulty.hold("to client", worker.fault("flip 0x10", 4))[:2]] += 1
        endings = [ending for ending, count in seen.items() if count >= 3]  # one that comes once in 65,536 times may not come again
        if len(endings) == 2:
            break
    for ending in endings:
        assert list(worker.until(40000, '["TLSv1.3", "to client", "flip 0x10"]', 4, run.json.dumps(ending)))[0]
    assert list(worker.until(3, '["TLSv1.3", "to client", "flip 0x10"]', 4, '["no", "such"]')) == [None]


@pytest.mark.parametrize("start", [0, 3])
def test_the_faults_do_what_they_say(start):
    data = b"abcdef"
    for position in range(start, start + len(data)):
        index = position - start
        flipped, cut = conversation.flip(position, 0x20)(start, data)
        assert flipped == data[:index] + data[index:index + 1].upper() + data[index + 1:] and not cut
        assert conversation.cut(position)(start, data) == (data[:index], True)
    for fault in (conversation.flip(start + 6, 0x20), conversation.cut(start + 6), conversation.intact):
        assert fault(start, data) == (data, False)
