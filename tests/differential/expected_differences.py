"""Differences that a differential run may find, each with its reason. What is not in here makes the run fail."""
from __future__ import absolute_import, division, print_function


class Row(object):
    """Covers differences for which `applies(left_facts, right_facts)` and `covers(step, left, right)`.

    Facts are what actor.py writes about its interpreter, left and right the two transcripts of what the step gave (without the
    state of the BIOs: a difference there is never expected).
    """

    def __init__(self, reason, applies, covers):
        self.reason, self.applies, self.covers = reason, applies, covers


def class_raised(found):
    return found.get("raises", {}).get("class")


def knows_eof_of_a_dead_handshake(facts):
    """python/cpython#115627, in 3.13 and from 3.12.3: SSLEOFError(8) in place of SSLSyscallError(5)."""
    return tuple(int(part) for part in facts["python"].split(".")[:3] if part.isdigit()) >= (3, 12, 3)


def is_without_handshake(step, found):
    """Whether what was asked says that no handshake is done: getpeercert() by its error, version() by None."""
    return "handshake not done yet" in str(found) or (step[0] == "get" and step[2] == "version" and found.get("value") == ["NoneType", None])


ROWS = (
    Row("do_handshake() of a failed object: SSLEOFError since python/cpython#115627, SSLSyscallError before",
        lambda left, right: knows_eof_of_a_dead_handshake(left) != knows_eof_of_a_dead_handshake(right),
        lambda step, left, right: {class_raised(left), class_raised(right)} == {"SSLEOFError", "SSLSyscallError"}),
    Row("a server_hostname that is neither text nor bytes: we raise TypeError with a sentence, CPython stumbles over a missing .decode",
        lambda left, right: left["upgraded"] and not right["upgraded"],
        lambda step, left, right: step[0] == "wrap" and (class_raised(left), class_raised(right)) == ("TypeError", "AttributeError")),
    Row("loopback: an old _ssl does not say why it refuses a chain",
        lambda left, right: left["engine"] == "loopback",
        lambda step, left, right: "unspecified certificate verification error" in str(left) and "verify_code" in str(right)),
    Row("loopback: an old _ssl does not tell that what unwrap() has read was a fatal alert, after which no handshake counts as done",
        lambda left, right: left["engine"] == "loopback",
        lambda step, left, right: is_without_handshake(step, right) and not is_without_handshake(step, left)),
)

# What may differ in the state of the BIOs, and what is then said of it
STATES = (
    Row("loopback: the server's flight is read to its end before its name is refused",
        lambda left, right: left["engine"] == "loopback",
        lambda step, left, right: "certificate is not valid for" in str(right) or "requires server_hostname" in str(left)),
)


def reason(left_facts, right_facts, step, left, right):
    """Why the two transcripts of this step may differ, or None. `left` and `right` are [outcome, state]."""
    for row in ROWS if left[1] == right[1] else STATES:
        if row.applies(left_facts, right_facts) and row.covers(step, left[0], right[0]):
            return row.reason
    return None
