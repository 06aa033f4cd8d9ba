"""The table of features on every Python of this machine, as docs/features.md: ``python3 tools/features.py``.

The rows are those of the package (src/tls_bootstrap/_features.py); what each interpreter has and would be given is what `doctor --json`
says there. Other Pythons than those of this machine keep no column: run it with ``--unpack``ed ones for a full table.
"""
from __future__ import absolute_import, division, print_function

import io
import json
import os
import subprocess
import sys

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:1] = [REPOSITORY, os.path.join(REPOSITORY, "src")]  # `tools` is a package in the first
from tls_bootstrap._features import FEATURES  # noqa: E402  the path had to be set first
from tools import interpreters  # noqa: E402  the path had to be set first

PAGE = os.path.join(REPOSITORY, "docs", "features.md")
OWN, ADDED, NOT_GIVEN = "own", "**+**", "-"

HEAD = """\
# What is added to `ssl`, by Python

Written by `python3 tools/features.py`, which asks `python -m tls_bootstrap doctor --json` on each interpreter. **+** is added by
`monkeypatch_ssl()`, *own* is the interpreter's, which is never replaced, - cannot be given there, for the reason below the table.

"""


def ask(interpreter):
    """The answer of an interpreter's doctor."""
    environment = dict(os.environ, PYTHONPATH=os.path.join(REPOSITORY, "src"), PYTHONDONTWRITEBYTECODE="1")
    command = [interpreter.executable, "-m", "tls_bootstrap", "doctor", "--json"]
    process = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)  # it ends with 1 where something is amiss
    return json.loads(process.stdout.decode("utf-8"))


def mark(row, answer):
    """How a feature stands on an interpreter."""
    if answer["features"][row.name]:
        return OWN
    if row.name in answer["additions"]:
        return ADDED
    is_core = row.name not in answer["left_out"]
    return ADDED if is_core and answer["engine"] else NOT_GIVEN


def openssl(answer):
    """"3.0.19" of "OpenSSL 3.0.19 27 Jan 2026"."""
    return answer["openssl"].split()[1]


def table(answers):
    """Lines: a column for each (name, answer)."""
    yield "| `ssl.` | since | " + " | ".join("%s<br>%s" % (name, openssl(answer)) for name, answer in answers) + " |"
    yield "| --- | --- |" + " :-: |" * len(answers)
    for row in FEATURES:
        marks = " | ".join(mark(row, answer) for _, answer in answers)
        yield "| [`%s`](%s)%s | %s | %s |" % (row.name, row.link, " *" if row.differs else "", row.since, marks)


def footnotes(answers):
    """Lines: in what a feature differs, and why it is not given somewhere."""
    for row in FEATURES:
        if row.differs:
            yield "- `%s` *: %s." % (row.name, row.differs)
    reasons = {}
    for name, answer in answers:
        for feature, reason in answer["left_out"].items():
            reasons.setdefault((feature, reason), []).append(name)
    for (feature, reason), names in sorted(reasons.items()):
        yield "- `%s` -: %s (%s)." % (feature, reason, ", ".join(names))


def page(answers):
    notes = "\n".join(footnotes(answers))
    return HEAD + "\n".join(table(answers)) + "\n" + ("\n" + notes + "\n" if notes else "")


def main():
    found = interpreters.find((), everything=True)
    with io.open(PAGE, "w", encoding="utf-8") as file:
        file.write(page([(one.name, ask(one)) for one in found]))


if __name__ == "__main__":
    main()
