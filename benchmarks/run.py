"""How fast and how small is an upgraded Python 2.7 beside a native Python 3.11? README.md says how to read the table.

    python3 benchmarks/run.py [--rounds N] [--left PYTHON2.7] [--right PYTHON3.11] [--only ROW ...]

Runs on Python 3.6+ on Linux. Exit status: 0 if each row has what is wanted of it, 1 if one is below, 2 if nothing could be measured.
"""
from __future__ import absolute_import, division, print_function

import argparse
import collections
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, ROOT)

from tools import interpreters  # noqa: E402  the path had to be set first

TURN_SECONDS = 0.02                  # CPU time of one turn: short, because what disturbs (the other processes) lasts longer
TURNS = (0, 1, 1, 0) * 5             # of a round of a row: which side (0 left, 1 right); this order cancels what drifts evenly
STARTS = 4                           # process starts of each kind in a round of the activation row

# unit: what the two middle columns show. wanted: the least ratio of speeds, or the largest ratio (memory) or cost (activation).
Row = collections.namedtuple("Row", "name measured_by unit relation wanted")
ROWS = (
    Row("64B", "speed", "us", ">=", 0.55),
    Row("1KiB", "speed", "us", ">=", 0.60),
    Row("16KiB", "speed", "us", ">=", 0.84),
    Row("1MiB", "speed", "us", ">=", 0.95),
    Row("handshake-1.3", "speed", "us", ">=", 0.88),
    Row("handshake-1.2", "speed", "us", ">=", 0.88),
    Row("memory-idle", "memory", "KiB", "<=", 1.25),
    Row("memory-used", "memory", "KiB", "<=", 1.25),
    Row("activation", "activation", "ms", "<=", 6.0),
)


# What one engine is to reach of another, by the options --engine and --right-engine; rows that are not named are only shown.
WANTED = {
    ("loopback", "inplace"): {"16KiB": 0.45},
    ("pyopenssl", "by-hand"): {"64B": 0.9, "1KiB": 0.9, "16KiB": 0.9, "1MiB": 0.9, "handshake-1.3": 0.9, "handshake-1.2": 0.9},
}


class Failure(Exception):
    """An interpreter could not be measured; the text says which and why."""


class Worker(object):
    """A process of one interpreter that runs worker.py and answers questions."""

    def __init__(self, python, engine):
        self.python = python
        self.process = subprocess.Popen([python, os.path.join(HERE, "worker.py"), engine], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, universal_newlines=True)
        self.facts = self._answer()

    def ask(self, **question):
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; _answer() says how
        return self._answer()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failure("%s ended with status %s; its error is above" % (self.python, self.process.wait()))
        return json.loads(line)


class Comparison(object):
    """What was measured: per row a list of (left, right), one pair of costs per round."""

    def __init__(self, pythons, engines):
        self.pythons, self.engines = pythons, engines
        self.workers = []
        for python, engine in zip(pythons, engines):
            self.workers.append(Worker(python, engine))
        self.costs = collections.defaultdict(list)

    def close(self):
        for worker in self.workers:
            worker.close()

    def round(self, rows):
        for row in rows:
            if row.measured_by == "speed":
                self.costs[row.name].append(self._speed(row.name))
        memory_rows = [row for row in rows if row.measured_by == "memory"]
        if memory_rows:
            found = [self._memory(*side) for side in zip(self.pythons, self.engines)]
            for row in memory_rows:
                self.costs[row.name].append(tuple(each[row.name] for each in found))

    def _speed(self, name):
        """CPU microseconds per operation: the median turn of each side."""
        costs = [], []
        for side in TURNS:
            answer = self.workers[side].ask(row=name, seconds=TURN_SECONDS)
            costs[side].append(1e6 * answer["seconds"] / answer["operations"])
        return tuple(statistics.median(side) for side in costs)

    def _memory(self, python, engine):
        worker = Worker(python, engine)
        try:
            return {name: size / 1024 for name, size in worker.ask(row="memory").items()}
        finally:
            worker.close()


class Activation(object):
    """CPU milliseconds that the upgrade adds to a process that does `import ssl` anyway.

    Processes are started with -S (no site-packages: their .pth files cost more than we do and would only add noise), in turns
    with and without the upgrade, from a byte-compiled copy of the package. User and system time, as the kernel counts it.
    """

    PLAIN = "import sys; sys.path.insert(0, sys.argv[1]); import ssl"
    UPGRADED = PLAIN + "; import tls_bootstrap; tls_bootstrap.monkeypatch_ssl(sys.argv[2])"

    def __init__(self, pythons, engine):
        self.pythons, self.engine = pythons, engine
        self.directory = tempfile.mkdtemp(prefix="tls_bootstrap-benchmark-")
        shutil.copytree(os.path.join(ROOT, "src", "tls_bootstrap"), os.path.join(self.directory, "tls_bootstrap"),
                        ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        for python in pythons:
            subprocess.check_call([python, "-m", "compileall", "-q", self.directory])

    def close(self):
        shutil.rmtree(self.directory)

    def round(self):
        return tuple(self._added(python) for python in self.pythons)

    def _added(self, python):
        costs = {self.PLAIN: [], self.UPGRADED: []}
        for _ in range(STARTS):
            for code in costs:
                costs[code].append(self._cpu_milliseconds(python, code))
        return statistics.median(costs[self.UPGRADED]) - statistics.median(costs[self.PLAIN])

    def _cpu_milliseconds(self, python, code):
        process = subprocess.Popen([python, "-S", "-c", code, self.directory, self.engine])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status  # reaped here, not by Popen
        if status:
            raise Failure("%s ended with wait status %d at activation; its error is above" % (python, status))
        return 1000 * (usage.ru_utime + usage.ru_stime)


def figure(row, left, right):
    """What the wanted figure is compared with: relative speed, relative size, or the left side's own cost."""
    return {"speed": right / left if left else 0, "memory": left / right if right else 0, "activation": left}[row.measured_by]


def verdict(row, value):
    if row.wanted is None:
        return ""
    met = value >= row.wanted if row.relation == ">=" else value <= row.wanted
    return "OK" if met else "below"


def print_table(rows, costs, heads):
    """One line per row: median cost of both sides; median, quartiles and extremes of the figure of each round. True if all is OK."""
    layout = "%-14s %16s %16s   %7s  %-27s %-8s %s"
    print(layout % (("row",) + heads + ("median", "min [quartiles] max", "wanted", "")))
    all_met = True
    for row in rows:
        pairs = costs[row.name]
        values = sorted(figure(row, left, right) for left, right in pairs)
        median = statistics.median(values)
        word = verdict(row, median)
        all_met = all_met and word != "below"
        sides = tuple("%.2f %s" % (statistics.median(side), row.unit) for side in zip(*pairs))
        low, high = values[len(values) // 4], values[-1 - len(values) // 4]
        spread = "%.2f [%.2f .. %.2f] %.2f" % (values[0], low, high, values[-1])
        print(layout % ((row.name,) + sides + ("%.3f" % median, spread, "%s %.2f" % (row.relation, row.wanted) if row.wanted else "-", word)))
    return all_met


def measure(options, rows):
    comparison = Comparison((options.left, options.right), (options.engine, options.right_engine))
    activation = None
    try:
        for side, worker in zip(("left ", "right"), comparison.workers):
            print("%s  Python %s, %s, %s" % (side, worker.facts["python"], worker.facts["openssl"], worker.facts["ssl"]))
        if any(row.measured_by == "activation" for row in rows):
            activation = Activation(comparison.pythons, options.engine)
            activation.round()  # the disk caches are warm from here on
        for number in range(options.rounds):
            comparison.round(rows)
            if activation:
                comparison.costs["activation"].append(activation.round())
            if sys.stderr.isatty():
                print("\rround %d of %d" % (number + 1, options.rounds), end="", file=sys.stderr)
        print("%d rounds of %.2f s CPU per row and side\n" % (options.rounds, TURN_SECONDS * len(TURNS) / 2))
        heads = tuple(worker.facts["python"] for worker in comparison.workers)
        return print_table(rows, comparison.costs, heads)
    finally:
        comparison.close()
        if activation:
            activation.close()


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="default: 15, about three minutes")
    parser.add_argument("--left", metavar="PYTHON", help="the upgraded one; default: a Python 2.7")
    parser.add_argument("--right", metavar="PYTHON", help="the native one; default: a Python 3.11")
    parser.add_argument("--engine", default="auto", help="engine of the upgrade; default: auto")
    parser.add_argument("--right-engine", default="auto", metavar="ENGINE",
                        help="engine of the right side, or by-hand: PyOpenSSL without us; --right is then the same as --left, if not given")
    parser.add_argument("--only", metavar="ROW", nargs="+", choices=[row.name for row in ROWS], help="measure these rows only")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    options.left = options.left or interpreters.executable("2.7")
    options.right = options.right or (options.left if options.right_engine != "auto" else interpreters.executable("3.11"))
    for name, wanted in (("left", "2.7"), ("right", "3.11")):
        if getattr(options, name) is None:
            parser.error("no Python %s found; give its path with --%s or in TLS_BOOTSTRAP_PYTHONS" % (wanted, name))
    return options


def main(arguments=None):
    options = parse(arguments)
    rows = [row for row in ROWS if not options.only or row.name in options.only]
    if options.right_engine != "auto":
        wanted = WANTED.get((options.engine, options.right_engine), {})
        rows = [row._replace(wanted=wanted.get(row.name)) for row in rows if row.measured_by == "speed"]
    try:
        return 0 if measure(options, rows) else 1
    except Failure as failure:
        print("benchmark stopped: %s" % failure, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
