"""The act of unpacking, without a network: what recovers, what is refused, and what is said.

A made-up apt-get, dpkg and dpkg-deb stand first on PATH. They behave as the real ones do in what matters here: an index comes, a
package comes or is altered on the way, a tree is unpacked. Each success is tried again with one thing wrong.
"""
from __future__ import absolute_import, division, print_function

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.support import child
from tools import folders
from tools.debian import cache, recipes, suites, tree, unpack

RECIPE = recipes.Recipe("made-up", "cpython", "old", "python9", "usr/bin/python9.1", "9.1", "OpenSSL 9")
# The "package" is its own tree in JSON: {path: text}. `mode` says what goes wrong.
PROGRAM = """#!{python}
import glob, json, os, sys, time
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
name, words = os.path.basename(__file__), sys.argv[1:]
mode = open(os.path.join(HERE, "mode")).read()
with open(os.path.join(HERE, "calls"), "a") as log:
    log.write(" ".join([name] + words) + "\\n")
if name == "dpkg":
    print("amd64")
elif "indextargets" in words:
    print("http://made-up/debian\\t")
elif name == "apt-get":
    if mode == "no network":
        sys.exit("E: Could not resolve 'made-up'")
    home = os.path.dirname(words[words.index("-c") + 1])
    if "update" in words and mode != "no index":
        with open(os.path.join(home, "lists", "made-up_Packages"), "w") as index:
            index.write(open(os.path.join(HERE, "Packages")).read())
    elif "download" in words:
        data = open(os.path.join(HERE, "python9.deb")).read()
        with open("python9_9.1_amd64.deb", "w") as package:
            package.write(data + "altered" if mode == "altered" else data)
elif name == "dpkg-deb":
    if mode == "slow":
        open(os.path.join(HERE, "unpacking"), "w").close()
        time.sleep(1000)
    deadline = time.time() + 50
    while mode == "until another waits" and not os.path.exists(os.path.join(HERE, "waiting")) and time.time() < deadline:
        time.sleep(0.05)
    for path, text in json.load(open(words[1])).items():
        path = os.path.join(words[2], path)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
"""
SAYS = dict(version=[9, 1, 0], implementation="CPython", openssl="OpenSSL 9.0", prefix="/", virtual=False)
MAKE = """
import os, sys
from tests.process.test_debian import RECIPE
from tools.debian import unpack

def say(text):
    print(text)
    if text.startswith("waiting"):
        open(os.path.join(sys.argv[1], "waiting"), "w").close()

print(unpack.unpack([RECIPE], say))
"""


class Machine(object):
    """A machine with a made-up Debian archive; `mode` is what goes wrong on it."""

    def __init__(self, folder, monkeypatch):
        self.folder = str(folder)
        os.mkdir(os.path.join(self.folder, "bin"))
        for name in ("apt-get", "dpkg", "dpkg-deb"):
            self.write("bin/" + name, PROGRAM.replace("{python}", sys.executable))
            os.chmod(os.path.join(self.folder, "bin", name), 0o755)
        monkeypatch.setenv("PATH", os.path.join(self.folder, "bin") + os.pathsep + os.environ["PATH"])
        monkeypatch.setenv(folders.CACHE_VARIABLE, os.path.join(self.folder, "cache"))
        self.ship(SAYS)
        self.mode("")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def mode(self, mode):
        self.write("mode", mode)

    def ship(self, says, version="9.1"):
        """Puts a package into the archive whose Python answers what `says` says."""
        loader = "#!/bin/sh\ncat <<'END'\n%s\nEND\n" % json.dumps(says)
        data = json.dumps({"usr/bin/python9.1": "", "lib64/ld-linux-x86-64.so.2": loader, "usr/share/doc/python9/README": ""})
        self.write("python9.deb", data)
        self.write("Packages", "Package: python9\nVersion: %s\nArchitecture: amd64\nSize: %d\nSHA256: %s\n\n"
                   % (version, len(data), hashlib.sha256(data.encode()).hexdigest()))

    def calls(self):
        path = os.path.join(self.folder, "calls")
        return io.open(path).read() if os.path.exists(path) else ""

    def left(self):
        """What is in the cache beside the store of packages, the lock and finished interpreters."""
        found = os.listdir(os.path.join(self.folder, "cache")) + os.listdir(os.path.join(self.folder, "cache", ".debs"))
        return [name for name in found if name not in (".debs", ".lock", RECIPE.name) and not name.endswith(".deb")]

    def start(self):
        environment = dict(os.environ, PYTHONPATH=os.pathsep.join((child.SOURCES, child.ROOT)))
        return subprocess.Popen([sys.executable, "-c", MAKE, self.folder], env=environment, stdout=subprocess.PIPE,
                                preexec_fn=os.setsid, universal_newlines=True)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    if os.name != "posix":
        pytest.skip("the made-up programs are scripts")
    return Machine(tmp_path, monkeypatch)


def quiet(text):
    pass


def test_unpack(machine):
    said = []
    assert unpack.unpack([RECIPE], said.append) == {}
    known = cache.manifest(RECIPE)
    assert known["answer"] == SAYS and known["program"] == os.path.join(machine.folder, "cache", "made-up", "bin", "python")
    assert said[-1].startswith("made-up: package 1 of 1, python9 (0.0 of 0.0 MB)") and machine.left() == []
    assert not os.path.exists(os.path.join(machine.folder, "cache", "made-up", "root", "usr/share/doc"))


def test_what_is_there_is_not_made_again(machine):
    assert unpack.unpack([RECIPE], quiet) == {}
    machine.mode("no network")
    calls = machine.calls()
    assert unpack.unpack([RECIPE], quiet) == {} and machine.calls() == calls


@pytest.mark.parametrize("spoil", [
    lambda home: os.remove(os.path.join(home, "manifest.json")), lambda home: os.remove(os.path.join(home, "bin", "python")),
    lambda home: io.open(os.path.join(home, "manifest.json"), "w").close()], ids=["no manifest", "no launcher", "empty manifest"])
def test_what_is_not_whole_is_made_again_from_the_verified_packages(machine, spoil):
    unpack.unpack([RECIPE], quiet)
    spoil(cache.home_of(RECIPE))
    assert cache.manifest(RECIPE) is None
    assert unpack.unpack([RECIPE], quiet) == {} and cache.manifest(RECIPE)["answer"] == SAYS
    assert machine.calls().count(" download ") == 1


def test_a_copy_of_a_cache_is_not_taken(machine, monkeypatch):
    unpack.unpack([RECIPE], quiet)
    shutil.copytree(os.path.join(machine.folder, "cache"), os.path.join(machine.folder, "copy"), symlinks=True)
    monkeypatch.setenv(folders.CACHE_VARIABLE, os.path.join(machine.folder, "copy"))
    assert cache.manifest(RECIPE) is None


def test_a_package_that_was_altered_is_refused(machine):
    machine.mode("altered")
    reason = unpack.unpack([RECIPE], quiet)["made-up"]
    assert "python9 that came is not the one of the signed index" in reason and cache.manifest(RECIPE) is None
    machine.mode("")
    assert unpack.unpack([RECIPE], quiet) == {} and machine.left() == []


def test_a_stored_package_that_was_altered_is_got_again(machine):
    unpack.unpack([RECIPE], quiet)
    store = os.path.join(machine.folder, "cache", ".debs")
    with open(os.path.join(store, os.listdir(store)[0]), "a") as file:
        file.write("altered")
    tree.removed(cache.home_of(RECIPE))
    assert unpack.unpack([RECIPE], quiet) == {} and machine.calls().count(" download ") == 2


@pytest.mark.parametrize("change, complaint", [
    (dict(openssl="OpenSSL 10.0"), "made-up is now Python 9.1.0 with OpenSSL 10.0: Debian old moved on"),
    (dict(openssl=None), "with no ssl: Debian old moved on"), (dict(version=[9, 2, 0]), "is now Python 9.2.0")])
def test_a_suite_that_moved_on(machine, change, complaint):
    machine.ship(dict(SAYS, **change))
    assert complaint in unpack.unpack([RECIPE], quiet)["made-up"] and cache.manifest(RECIPE) is None


def test_an_interpreter_that_does_not_start(machine):
    machine.ship("no answer")
    assert "made-up was unpacked but does not run" in unpack.unpack([RECIPE], quiet)["made-up"] and cache.manifest(RECIPE) is None


@pytest.mark.parametrize("mode, complaint", [("no network", "Could not resolve 'made-up'"), ("no index", "no index came")])
def test_no_index(machine, mode, complaint):
    machine.mode(mode)
    other = recipes.Recipe("other", "cpython", "old", "python9", "usr/bin/python9.1")
    reasons = unpack.unpack([RECIPE, other], quiet)
    assert sorted(reasons) == ["made-up", "other"] and reasons["made-up"] == reasons["other"]
    assert complaint in reasons["made-up"] and "no mirror of this machine gives Debian old" in reasons["made-up"]
    assert machine.calls().count(" update\n") == 2, "once, and once without looking at its date; not again for the other recipe"


def test_a_machine_without_apt(machine, monkeypatch):
    monkeypatch.setenv("PATH", machine.folder)
    reason = unpack.unpack([RECIPE], quiet)["made-up"]
    assert reason.startswith("dpkg does not start") and reason.endswith("so this needs a Debian")


@pytest.mark.parametrize("name", ["with space", "with:colon"])
def test_a_cache_that_the_loader_cannot_be_told(machine, monkeypatch, name):
    monkeypatch.setenv(folders.CACHE_VARIABLE, os.path.join(machine.folder, name))
    assert folders.CACHE_VARIABLE in unpack.unpack([RECIPE], quiet)["made-up"] and machine.calls() == ""


def test_a_killed_run_is_recovered_from(machine):
    machine.mode("slow")
    process = machine.start()
    deadline = time.time() + 60
    while not os.path.exists(os.path.join(machine.folder, "unpacking")) and time.time() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL and len(machine.left()) == 2, "a half-filled folder and apt's state"
    machine.mode("")
    assert unpack.unpack([RECIPE], quiet) == {} and machine.left() == []
    assert machine.calls().count(" download ") == 1, "the package that had come was not got again"


def test_two_at_once(machine):
    machine.mode("until another waits")
    both = [machine.start(), machine.start()]
    ending = threading.Timer(90, lambda: [os.killpg(process.pid, signal.SIGKILL) for process in both])
    ending.start()
    outputs = [process.communicate()[0] for process in both]
    ending.cancel()
    assert [process.returncode for process in both] == [0, 0]
    assert all(output.endswith("{}\n") for output in outputs)
    assert sorted("waiting for another program" in output for output in outputs) == [False, True]
    assert machine.calls().count("dpkg-deb -x") == 1 and machine.left() == []


def test_apt_s_settings_are_the_machine_s_without_hooks(tmp_path):
    """apt reads the file given with -c last, so it can clear what the machine's settings would start."""
    if not os.path.exists("/usr/bin/apt-config"):
        pytest.skip("this system has no apt")
    (tmp_path / "machine.conf").write_bytes(b'APT::Update::Post-Invoke { "touch /hook"; };\nDPkg::Post-Invoke { "touch /hook"; };\n'
                                            b'Acquire::http::Proxy "http://kept";\nAcquire::AllowInsecureRepositories "true";\n')
    ours = tmp_path / "ours.conf"
    ours.write_bytes(suites.CONFIGURATION.replace("{home}", "/made-up").encode())

    def settings(*options):
        environment = dict(os.environ, APT_CONFIG=str(tmp_path / "machine.conf"))
        return subprocess.check_output(("apt-config",) + options + ("dump",), env=environment).decode()

    assert "touch /hook" in settings() and 'Acquire::AllowInsecureRepositories "true"' in settings()
    after = settings("-c", str(ours))
    assert "touch /hook" not in after and 'Acquire::AllowInsecureRepositories "false"' in after
    assert 'Acquire::http::Proxy "http://kept"' in after and 'Dir::State::lists "/made-up/lists"' in after


def test_names_and_digests_of_the_recipes():
    rows = list(recipes.INTERPRETERS.values()) + [recipes.PIP]
    assert len(set(row.digest for row in rows)) == len(rows) == len(recipes.INTERPRETERS) + 1
    assert all(row.kind in unpack.FINISH for row in rows)
    other = recipes.Recipe("made-up", "cpython", "old", "python9", "usr/bin/python9.1", "9.1", "OpenSSL 8")
    assert other.digest != RECIPE.digest
