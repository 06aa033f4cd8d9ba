"""Performs scenarios on the interpreter that runs it and writes what happened: ``PYTHON actor.py SCENARIOS.json TRANSCRIPT.json``.

Where ``ssl`` has no MemoryBIO, the project's upgrade is made first. After each step the state of the four BIOs is written too, so that
two interpreters must agree on every byte count all along, not only on results.
"""
from __future__ import absolute_import, division, print_function

import array
import contextlib
import io
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[0:1] = [ROOT, os.path.join(ROOT, "src")]  # in place of the folder of this file

import tls_bootstrap  # noqa: E402  the path had to be set first
REPORT = tls_bootstrap.monkeypatch_ssl(os.environ.get("TLS_BOOTSTRAP_TEST_ENGINE", "auto"))
import ssl  # noqa: E402  ssl had to be upgraded first

from tests.differential.scenarios import GETTERS  # noqa: E402  ssl had to be upgraded first
from tests.differential.transcript import neutral, outcome  # noqa: E402  ssl had to be upgraded first
from tests.support import certs, contexts  # noqa: E402  ssl had to be upgraded first
from tests.support.facts import engine, is_upgraded  # noqa: E402  ssl had to be upgraded first
from tests.support.pairs import End  # noqa: E402  ssl had to be upgraded first

NO_TICKET = 0x4000  # OP_NO_TICKET, which 2.7 does not name: a ticket holds a random number whose DER has no fixed length


def pattern(size):
    return (bytes(bytearray(range(251))) * (size // 251 + 1))[:size]


MAKE = {  # how an argument of this type is made of its JSON value
    "text": lambda value: value, "str": str, "float": float, "list": lambda value: [], "pattern": pattern,
    "bytes": lambda value: value.encode("latin-1"), "bytearray": lambda value: bytearray(value.encode("latin-1")),
    "memoryview": lambda value: memoryview(value.encode("latin-1")),
    "slice of memoryview": lambda value: memoryview(value.encode("latin-1"))[2:7],
    "array": lambda value: array.array("B", bytearray(value.encode("latin-1"))),
    "buffer": bytearray, "bio": lambda value: ssl.MemoryBIO(),
}
METHODS = {  # for the operations that come without arguments
    "do_handshake": lambda tls: tls.do_handshake(), "read": lambda tls: tls.read(100), "write": lambda tls: tls.write(b"implicit"),
    "read_into": lambda tls: tls.read(8, bytearray(8)),
}


def argument(value):
    return MAKE[value["type"]](value["value"]) if isinstance(value, dict) else value


class BioScenario(object):
    """Steps on one MemoryBIO."""

    def __init__(self, scenario):
        self.memory = ssl.MemoryBIO()

    def state(self):
        return [neutral(self.memory.pending), neutral(self.memory.eof)]

    def bio(self, method, arguments):
        return outcome(getattr(self.memory, method), *[argument(each) for each in arguments])


class ConnectionScenario(object):
    """Steps on a client and a server."""

    def __init__(self, scenario):
        self.version, self.exact = scenario["version"], scenario["exact"]
        client, server = dict(scenario["client"]), dict(scenario["server"])
        name, callback = client.pop("name"), server.pop("callback")
        self.contexts = {"client": self.make(contexts.client_context, client), "server": self.make(contexts.server_context, server)}
        if callback is not None:
            self.contexts["server"].set_servername_callback(getattr(self, "callback_" + callback))
        self.ends = {"client": End(self.contexts["client"], server_hostname=name),
                     "server": End(self.contexts["server"], server_side=True)}
        self.others = {"client": self.make(contexts.client_context, {"cafile": None}),
                       "server": self.make(contexts.server_context, {"certfile": "server_rsa" if self.exact else "other"})}
        self.last = b""
        self.heard = []

    def make(self, factory, arguments):
        files = dict((key, value and certs.path(value)) for key, value in arguments.items() if key in ("cafile", "certfile", "client_ca"))
        context = factory(self.version, **dict(arguments, **files))
        context.options |= NO_TICKET
        return context

    # What a servername callback does

    def callback_none(self, tls, name, context):
        known = tls is self.ends["server"].tls and context is self.contexts["server"]
        self.heard.append([neutral(known), neutral(name and str(name))])

    def callback_switch(self, tls, name, context):
        tls.context = self.others["server"]

    def callback_access_denied(self, tls, name, context):
        return ssl.ALERT_DESCRIPTION_ACCESS_DENIED

    def callback_raises(self, tls, name, context):
        raise ZeroDivisionError("on purpose")

    def callback_text(self, tls, name, context):
        return "text"

    # What is written after each step

    def state(self):
        bios = [bio for name in ("client", "server") for bio in (self.ends[name].incoming, self.ends[name].outgoing)]
        return [[neutral(self.count(bio.pending)), neutral(bio.eof)] for bio in bios] + self.heard

    def count(self, number):
        """A number of bytes on the wire: comparable, or only whether there are any."""
        return number if self.exact else bool(number)

    # The operations

    def call(self, end, method, arguments):
        made = [argument(each) for each in arguments]
        tls = self.ends[end].tls
        if method in METHODS and not made:
            found = outcome(METHODS[method], tls)
        elif method == "getpeercert":
            found = outcome(lambda: native_text(tls.getpeercert(*made)))
        else:
            found = outcome(lambda: getattr(tls, method)(*made))
        if method == "get_channel_binding":
            found = self.without_content(found)
        buffers = [each for each in made if isinstance(each, bytearray)]
        return dict(found, buffers=neutral(buffers)) if buffers else found

    def without_content(self, found):
        value = found.get("value", [None])
        return {"value": [value[0], len(value[1])]} if value[0] in ("bytes", "str") else found

    def get(self, end, name):
        tls = self.ends[end].tls
        if name == "context":
            return {"value": [tls.context is self.contexts[end], tls.context is self.others[end]]}
        if name in ("server_side", "server_hostname"):
            return outcome(getattr, tls, name)
        return self.call(end, name, [])

    def look(self, end):
        return {"value": [self.get(end, name) for name in GETTERS]}

    def other(self, end):
        return self.ends["server" if end == "client" else "client"]

    def move(self, end, size):
        self.last = self.ends[end].outgoing.read() if size is None else self.ends[end].outgoing.read(size)
        return self.deliver(end, self.last)

    def deliver(self, end, data):
        found = outcome(self.other(end).incoming.write, data)
        return found if self.exact or "raises" in found else {"value": "written"}

    def flip(self, end, position):
        data = bytearray(self.ends[end].outgoing.read())
        if data:
            data[position % len(data)] ^= 0x10
        self.last = bytes(data)
        return self.deliver(end, self.last)

    def repeat(self, end):
        return self.deliver(end, self.last)

    def raw(self, end, data):
        return self.deliver(end, argument(data))

    def write_eof(self, end, which):
        return outcome(getattr(self.ends[end], which).write_eof)

    def drain(self, end, which):
        return {"value": [neutral(self.count(len(getattr(self.ends[end], which).read())))]}

    def set_context(self, end, which):
        value = {"other": self.others[end], "same": self.contexts[end], "none": None, "number": 3}[which]
        return outcome(setattr, self.ends[end].tls, "context", value)

    def set(self, end, name):
        return outcome(setattr, self.ends[end].tls, name, "value")

    def wrap(self, incoming, outgoing, name):
        def made():
            context = contexts.client_context(self.version, check_hostname=False)
            tls = context.wrap_bio(argument(incoming), argument(outgoing), server_hostname=argument(name))
            return type(tls).__name__, tls.server_hostname, tls.server_side
        return outcome(made)

    def drive(self, client, server):
        """Both ends with whole flights until nothing moves any more; what each said last."""
        return self.until_quiet(client, server, lambda data: [data] if data else [])

    def dribble(self, client, server):
        """The same, byte by byte."""
        return self.until_quiet(client, server, lambda data: [data[at:at + 1] for at in range(len(data))])

    def until_quiet(self, client, server, pieces):
        calls = {"client": client, "server": server}
        said = {"client": None, "server": None}
        moved = 1
        while moved:
            for end in ("client", "server"):
                self.step(end, calls, said)
            moved = 0
            for end, target in (("client", "server"), ("server", "client")):
                for piece in pieces(self.ends[end].outgoing.read()):
                    moved += 1
                    self.deliver(end, piece)
                    self.step(target, calls, said)
        return {"value": [said["client"], said["server"]]}

    def step(self, end, calls, said):
        """Calls until the end has a result; from then on it is left alone."""
        if said[end] is None or said[end].get("raises", {}).get("class") == "SSLWantReadError":
            said[end] = self.call(end, calls[end], [])


def native_text(value):
    """`value` with every text in it as str: on Python 2 the certificate's dict has always been a mixture of str and unicode."""
    if isinstance(value, dict):
        return dict((native_text(key), native_text(each)) for key, each in value.items())
    if isinstance(value, tuple):
        return tuple(native_text(each) for each in value)
    return str(value) if isinstance(value, type(u"")) else int(value) if isinstance(value, type(2 ** 70)) else value


KINDS = {"bio": BioScenario, "connection": ConnectionScenario}


def perform(scenario):
    """The transcript of one scenario: for every step, what it gave and the state after it."""
    stage = KINDS[scenario["kind"]](scenario)
    return [[getattr(stage, step[0])(*step[1:]), stage.state()] for step in scenario["steps"]]


@contextlib.contextmanager
def quiet_callbacks():
    """What a servername callback raises is printed by CPython; here it is raised on purpose."""
    standard_error = sys.stderr
    with open(os.devnull, "w") as sys.stderr:
        try:
            yield
        finally:
            sys.stderr = standard_error


def main(scenarios_path, transcript_path):
    with io.open(scenarios_path, encoding="utf-8") as file:
        scenarios = json.load(file)
    with quiet_callbacks():
        transcripts = [perform(scenario) for scenario in scenarios]
    facts = {"python": sys.version.split()[0], "openssl": ssl.OPENSSL_VERSION, "upgraded": is_upgraded(), "engine": engine(), "report": str(REPORT)}
    with open(transcript_path, "w") as file:
        json.dump({"facts": facts, "transcripts": transcripts}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
