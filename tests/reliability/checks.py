"""The table of the checks, and how one is run: as a child process whose end, output and sometimes trace are judged.

A check is good when its process ends with status 0, has written nothing to standard error and, with valgrind or strace around it, these
have nothing against it. Its twins run the same with a sabotage and must fail, in one of the ways that a defect shows itself: a figure
that is wrong, words on standard error, death by a signal, standing still. A traceback of the check itself is none of them.
"""
from __future__ import absolute_import, division, print_function

import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from tests.reliability import child, sabotage, syscalls

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
PYTHON_2_7_ONLY = "the suppressions are for the allocator of Python 2.7"
UNCAUGHT = 1  # the exit status of an uncaught exception


class Skipped(Exception):
    """Why a check cannot run here."""


class Ended(object):
    """How a process ended: `status` (negative: by that signal; None: it was stopped, out of time), `output`, `errors`, `log`."""

    def __init__(self, status, output, errors, log=""):
        self.status, self.output, self.errors, self.log = status, output, errors, log


class Outcome(object):
    """Whether a check found all `good`, how it ended in a word, and its `figure`."""

    def __init__(self, good, way, figure):
        self.good, self.way, self.figure = good, way, figure


# -- what may be around a check: each gets the command and a folder, and returns (command, environment variables, path of a log or None) --

def plain(command, folder):
    return command, {}, None


def strace(command, folder):
    log = os.path.join(folder, "strace.log")
    return [program("strace"), "-f", "-o", log] + command, {}, log


def valgrind(command, folder):
    log = os.path.join(folder, "valgrind.log")
    return [program("valgrind"), "--leak-check=full", "--errors-for-leak-kinds=definite", "--log-file=" + log,
            "--suppressions=" + os.path.join(HERE, "valgrind.supp")] + command, {}, log


def malloc_debug(command, folder):
    """glibc's own checks at each malloc and free, and freed memory filled with a pattern."""
    libraries = glob.glob("/lib*/*/libc_malloc_debug.so.0") + glob.glob("/lib*/libc_malloc_debug.so.0")
    if not libraries:
        raise Skipped("no libc_malloc_debug (glibc 2.34 and newer)")
    return command, {"LD_PRELOAD": libraries[0], "MALLOC_CHECK_": "3", "MALLOC_PERTURB_": "165"}, None


def program(name):
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    raise Skipped("no %s on this machine" % name)


# -- how an end is judged ------------------------------------------------------------------------------------------------------------

def judged_by_itself(ended):
    figure = ended.output.strip().splitlines()[-1] if ended.output.strip() else "(it said nothing)"
    if ended.status is None:
        return Outcome(False, "hang", figure)
    if ended.status < 0:
        return Outcome(False, "signal", "ended by signal %d" % -ended.status)
    if ended.status == UNCAUGHT or ended.status not in (0, child.FAILED):
        return Outcome(False, "broken", "status %d: %s" % (ended.status, (ended.errors.strip().splitlines() or ["-"])[-1]))
    if ended.status == child.FAILED:
        return Outcome(False, "figure", figure)
    if ended.errors.strip():
        return Outcome(False, "words", "on standard error: " + ended.errors.strip().splitlines()[-1])
    return Outcome(True, "good", figure)


def judged_by_strace(ended):
    try:
        calls = syscalls.between_marks(ended.log)
    except ValueError:
        return judged_by_itself(ended)
    other = sorted(set(calls) - syscalls.HARMLESS)
    if other:
        return Outcome(False, "figure", "system calls: " + ", ".join("%s %d" % (name, calls.count(name)) for name in other))
    itself = judged_by_itself(ended)
    itself.figure += ": %d system calls, none of them I/O" % len(calls)
    return itself


def judged_by_valgrind(ended):
    errors, lost = (re.search(pattern, ended.log) for pattern in (r"ERROR SUMMARY: ([\d,]+) errors", r"definitely lost: ([\d,]+) bytes"))
    itself = judged_by_itself(ended)
    if errors is None:
        return itself
    # No "LEAK SUMMARY" at all: "All heap blocks were freed".
    figure = "%s errors, %s bytes definitely lost, %s" % (errors.group(1), lost.group(1) if lost else "0", itself.figure)
    if errors.group(1) != "0":
        return Outcome(False, "figure", figure)
    itself.figure = figure
    return itself


# -- the checks ----------------------------------------------------------------------------------------------------------------------

class Check(object):
    """A row of the table: `module` with `arguments` (and `quick` ones), its `twins` (names in sabotage.py), a limit in seconds."""

    def __init__(self, name, module, arguments=(), quick=None, twins=(), around=plain, judge=judged_by_itself, seconds=120, native=True):
        self.name, self.module, self.arguments, self.quick, self.twins = name, module, list(arguments), quick, twins
        self.around, self.judge, self.seconds, self.native = around, judge, seconds, native

    def run(self, python, twin=None, quick=False):
        """Runs it under the executable `python`, whole or as one of its twins; returns an Outcome, or raises Skipped."""
        arguments = list(self.quick if quick else self.arguments) + (["--sabotage", twin] if twin else [])
        command = [python, "-m", "tests.reliability." + self.module] + arguments
        folder = tempfile.mkdtemp()
        try:
            command, variables, log = self.around(command, folder)
            ended = run(command, variables, self.seconds)
            if log and os.path.exists(log):
                with open(log) as file:
                    ended.log = file.read()
            return self.judge(ended)
        finally:
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)


def run(command, variables, seconds):
    """Runs a command in the repository; an Ended. After `seconds` it and its children are ended."""
    environment = dict((name, value) for name, value in os.environ.items() if not name.startswith(("PYTHON", "TLS_BOOTSTRAP")))
    environment.update(variables, PYTHONPATH=os.path.join(REPOSITORY, "src"), PYTHONDONTWRITEBYTECODE="1")
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=errors,
                                   preexec_fn=os.setsid)  # a process group of its own
        process.stdin.close()
        deadline = time.time() + seconds
        while process.poll() is None and time.time() < deadline:
            time.sleep(0.02)
        status = process.poll()
        try:
            os.killpg(process.pid, signal.SIGKILL)  # whatever it has left behind, too
        except OSError:
            pass
        process.wait()
        output.seek(0), errors.seek(0)
        return Ended(status, output.read(), errors.read())


CHECKS = (
    Check("None's references", "none_refs", ["--count", "1000"], ["--count", "1000"], ["no_owner"]),
    Check("context switch in SNI", "context_switch", [], [], ["forget_the_first_context"]),
    Check("descriptors", "descriptors", [], [], ["real_descriptor"]),
    Check("system calls", "syscalls", [], None, ["waiting_dummy"], strace, judged_by_strace),
    Check("garbage", "garbage", [], [], ["python_destructor"]),
    Check("exit", "exits", [], [], ["free_by_python"]),
    Check("fork", "forks", ["--count", "60"], ["--count", "20", "--patience", "4"], ["global_lock"]),
    Check("signals", "signals", ["--count", "1500"], ["--count", "200"], ["free_by_python"]),
    Check("threads", "threads", ["--seconds", "10"], ["--seconds", "2"], ["no_gate", "no_gate_and_cdll"]),
    Check("threads and signals", "contended", ["--count", "20000"], ["--count", "400", "--patience", "5"], ["global_lock"],
          seconds=600),
    Check("soak", "soak", ["--count", "4000"], ["--count", "800"], ["one_reference_too_many"], seconds=300),
    Check("callbacks: keys", "callbacks", ["--feature", "0", "--count", "5000"], ["--feature", "0", "--count", "48"],
          ["thunk_not_kept", "contexts_kept"], seconds=3600),
    Check("callbacks: key log", "callbacks", ["--feature", "1", "--count", "1500"], ["--feature", "1", "--count", "48"], ["contexts_kept"],
          seconds=3600),
    Check("callbacks: messages", "callbacks", ["--feature", "2", "--count", "400"], ["--feature", "2", "--count", "24"], ["contexts_kept"],
          seconds=3600),
    Check("callbacks: server names", "callbacks", ["--feature", "3", "--count", "10000"], ["--feature", "3", "--count", "48"],
          ["contexts_kept"], seconds=3600),
    Check("callbacks that raise", "callback_errors", ["--count", "2500"], ["--count", "60"], ["exceptions_swallowed"], seconds=3600),
    Check("valgrind, callbacks", "callbacks", ["--count", "24", "--growth", "65536"], None, [], valgrind, judged_by_valgrind, seconds=900,
          native=False),
    Check("sessions resumed", "resumption", ["--count", "3000"], ["--count", "1000"],
          ["session_for_ever", "session_freed_twice", "session_is_shared"], seconds=300),
    Check("valgrind", "memory", ["--count", "60"], None, ["no_reference"], valgrind, judged_by_valgrind, seconds=300, native=False),
    Check("malloc debug", "memory", ["--count", "300"], None, ["no_reference"], malloc_debug),
    Check("allocation fails", "allocation", [], None, ["free_on_error"], seconds=300),
    Check("allocation, wrong name", "allocation", ["--wrong-name", "1"], None, ["no_second_layer"], seconds=300),
)


NOT_ON_PYPY = {
    "None's references": "references are not counted",
    "valgrind": PYTHON_2_7_ONLY,
    "valgrind, callbacks": PYTHON_2_7_ONLY,
    "malloc debug": "its launcher takes the C library of another system",
    "allocation fails": "the allocations of PyPy itself are no subject",
    "allocation, wrong name": "the allocations of PyPy itself are no subject",
}


def twin_caught(outcome):
    """Whether the end of a sabotaged run is that of a caught defect."""
    return outcome.way in ("figure", "words", "signal", "hang")


def engine_of(python):
    """The engine that is examined under the executable `python`; "native" if that has MemoryBIO of its own, so that there is nothing to
    sabotage."""
    return subprocess.check_output([python, "-c", "import ssl; from tests.reliability import child; "
                                    "print('native' if hasattr(ssl, 'MemoryBIO') else child.ENGINE)"],
                                   cwd=REPOSITORY, universal_newlines=True).strip()


def why_not(check, engine):
    """Why a check cannot be run over an engine, or None."""
    if engine == "native" and not check.native:
        return PYTHON_2_7_ONLY
    return NOT_ON_PYPY.get(check.name) if engine == "pypy" else None


def why_no_twin(twin, engine):
    """Why a sabotage cannot be done to an engine, or None."""
    if engine == "native":
        return "native code cannot be sabotaged"
    return sabotage.NOT_ON_PYPY.get(twin) if engine == "pypy" else None


if __name__ == "__main__":
    sys.exit("the command is tests/reliability/run.py")
