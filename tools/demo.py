"""Shows the main job live: ``python3 tools/demo.py``. Python 2.7's pip and requests behind an HTTPS proxy, before and after.

Needs a Python 2.7 and, the first time, a package index to make its environment from; everything else is on the loopback
interface. Prints a line a step; the exit status is 0 only if every step went as expected.
"""
from __future__ import absolute_import, division, print_function

import argparse
import os
import shutil
import sys
import tempfile

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the repository: `tools` is a package in it
from tools import interpreters, main_job  # noqa: E402  the path had to be set first
from tools.environments import REPOSITORY, EnvironmentFailed, environment  # noqa: E402  the path had to be set first

GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"


def coloured(text, colour):
    return colour + text + PLAIN if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


def python27():
    """The executable of Python 2.7's environment, with pip 20.3.4 and requests 2.27.1."""
    if not interpreters.find(["2.7"]):
        reason = interpreters.get_python_2_7()
        if reason:
            sys.exit(reason)
    return environment(interpreters.find(["2.7"])[0])


def short(command):
    """The command as one would type it, without the options that isolate it from the machine."""
    words = ["python2.7"] + [word.replace(REPOSITORY + os.sep, "") for word in command[1:]]
    if "pip" in words:
        words = words[:words.index("pip") + 2] + ["--proxy", words[words.index("--proxy") + 1], "--index-url",
                                                  words[words.index("--index-url") + 1], words[-1]]
    return " ".join(words)


def show(outcome, verbose):
    """Prints a step's line, and everything about it when it is not as expected."""
    step = outcome.step
    mark = coloured("FAIL", RED) if outcome.complaints else coloured(" ok ", GREEN)
    expected = "success" if step.error is None else "refusal"
    got = "exit status %d, %d CONNECT, %s" % (outcome.status, len(outcome.tunnels), outcome.essence)
    print("%s  %s | $ %s | expected: %s | got: %s" % (mark, step.title, short(outcome.command), expected, got), flush=True)
    if outcome.complaints or verbose:
        print("\n".join("      " + line for line in [" ".join(outcome.command)] + outcome.output.splitlines()))
    for complaint in outcome.complaints:
        print("      " + coloured(complaint, RED))


def main(command_line=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--verbose", action="store_true", help="print every step's whole command and output")
    options = parser.parse_args(command_line)
    try:
        python = python27()
    except (EnvironmentFailed, ValueError) as error:
        sys.exit(str(error))
    unexpected = done = 0
    for step in main_job.steps():
        folder = tempfile.mkdtemp(prefix="tls_bootstrap-demo-")
        try:
            outcome = main_job.run(step, python, folder)
        finally:
            shutil.rmtree(folder)
        show(outcome, options.verbose)
        done, unexpected = done + 1, unexpected + bool(outcome.complaints)
    print("\n%d of %d steps as expected" % (done - unexpected, done))
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
