"""One run of the test suite on one interpreter, and what came of it: pytest's own XML report is read, not its output."""
from __future__ import absolute_import, division, print_function

import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from tools.environments import REPOSITORY, ROOT
from tools.isolation import isolated_environment

SECONDS_BETWEEN_LOOKS = 0.1
NO_TESTS_RAN = 5  # pytest's exit status when -k fits nothing


class Result(object):
    """What came of a run: the counts `passed` and `failed`, the reasons (lists) of `expected` failures and of `skips`, the `output`.

    `engine` is the one that was asked for, "auto" for whichever the package takes by itself."""

    def __init__(self, interpreter, output="", cases=(), engine="auto"):
        self.interpreter, self.output, self.engine = interpreter, output, engine
        self.passed = sum(outcome == "passed" for outcome, _ in cases)
        self.failed = sum(outcome == "failed" for outcome, _ in cases)
        self.expected = [reason for outcome, reason in cases if outcome == "expected"]
        self.skips = [reason for outcome, reason in cases if outcome == "skipped"]

    @property
    def name(self):
        """The interpreter's, and the engine's if it was asked for."""
        return self.interpreter.name if self.engine == "auto" else "%s with %s" % (self.interpreter.name, self.engine)


def outcome(case):
    """What a <testcase> element says: ("passed" | "failed" | "expected" | "skipped", the reason of the latter two)."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed", None
    skipped = case.find("skipped")
    if skipped is None:
        return "passed", None
    message = skipped.get("message", "")
    # An expected failure is a kind of skip in this format; pytest 4.6 tells it by the message, later ones by the type.
    if skipped.get("type") == "pytest.xfail" or message == "expected test failure":
        return "expected", message
    if message == "collection skipped":  # a whole file: the reason is in the text, in a tuple with the place
        message = (skipped.text or "").strip().rpartition("Skipped: ")[2][:-2] or message
    return "skipped", message


def cases(report):
    """The outcomes in pytest's XML file `report`; a test whose teardown fails too has two elements and counts once."""
    by_name = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.get("classname"), case.get("name")
        found = outcome(case)
        if by_name.get(name, (None,))[0] != "failed":
            by_name[name] = found
    return list(by_name.values())


def stop(process):
    """Ends the run and the children that its tests started (they are in its process group)."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def wait(process, seconds, stopping):
    """The exit status, or in words why the process had to be ended: `seconds` were over, or the event `stopping` was set."""
    deadline = time.time() + seconds
    while not stopping.wait(SECONDS_BETWEEN_LOOKS):
        if process.poll() is not None:
            return process.returncode
        if time.time() > deadline:
            stop(process)
            return "not finished after %d seconds" % seconds
    stop(process)
    return "interrupted"


def where_pythons_are():
    """The variables that say so, which isolation drops: tests that start another Python (Jython) look for it as we do."""
    return dict((name, os.environ[name]) for name in ("TLS_BOOTSTRAP_PYTHONS", "TLS_BOOTSTRAP_CACHE") if name in os.environ)


def run(interpreter, python, arguments, seconds, stopping, engine="auto"):
    """Runs pytest under the executable `python` with further `arguments`, for at most `seconds`; returns a Result.

    Another thread ends it before that by setting `stopping` (threading.Event)."""
    stem = os.path.join(ROOT, "result-%s-%s-%d" % (interpreter.file_name, engine, os.getpid()))
    report, log = stem + ".xml", stem + ".log"
    command = [python, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "--junitxml=" + report] + arguments
    environment = isolated_environment(PYTHONPATH=os.path.join(REPOSITORY, "src"), PYTHONUNBUFFERED="1", TLS_BOOTSTRAP_TEST_ENGINE=engine,
                                       HYPOTHESIS_STORAGE_DIRECTORY=os.path.join(ROOT, "hypothesis"), **where_pythons_are())
    try:
        with open(log, "wb") as output:
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True)
            status = wait(process, seconds, stopping)
        with open(log, "rb") as output:
            text = output.read().decode("utf-8", "replace")
        result = Result(interpreter, text, cases(report) if os.path.exists(report) else (), engine)
    finally:
        for path in (report, log):
            if os.path.exists(path):
                os.remove(path)
    if status not in (0, NO_TESTS_RAN) and not result.failed:
        result.failed = 1  # a crash or an interrupted run has no failing <testcase> to count
        result.output += "\npytest ended with: %s\n" % status
    return result
