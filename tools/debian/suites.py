"""A Debian suite, seen by apt with a state of its own: another suite than the machine's, without the machine noticing.

One configuration file given with ``-c`` moves all that apt reads and writes into a folder of this run. apt reads that file
*after* the machine's own settings, so proxies and certificates stay as they are and what must not be can be cleared: the hooks
(a Dir::Etc::parts given on the command line would come too late, the parts are read by then), and leave to take unsigned indexes.
"""
from __future__ import absolute_import, division, print_function

import glob
import hashlib
import io
import os
import shutil
import tempfile

from tools.debian.command import Failed, output
from tools.debian.mirrors import mirrors
from tools.debian.packages import Index

CONFIGURATION = """
#clear APT::Update;
#clear DPkg;
#clear AptCli;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::Contents-deb;
Dir::State "{home}";
Dir::State::lists "{home}/lists";
Dir::State::status "{home}/status";
Dir::Cache "{home}/cache";
Dir::Cache::archives "{home}/cache/archives";
Dir::Etc::sourcelist "{home}/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
Dir::Log "{home}/log";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
Acquire::GzipIndexes "false";
Acquire::Retries "3";
"""
FOLDERS = ("lists/partial", "cache/archives/partial", "log")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Suite(object):
    """The suite `name` ("bullseye") for one architecture. `home` is a folder for apt's state, `say` hears what takes its time."""

    def __init__(self, home, name, architecture, say):
        self.name, self.home, self.architecture = name, os.path.join(home, name), architecture
        for folder in FOLDERS:
            os.makedirs(os.path.join(self.home, folder))
        self._write("status", "")
        self._write("apt.conf", CONFIGURATION.replace("{home}", self.home))
        self._update(say)
        with io.open(self._packages(), encoding="utf-8", errors="replace") as file:
            self.index = Index(file.read(), architecture)

    def _write(self, name, text):
        with open(os.path.join(self.home, name), "w") as file:
            file.write(text)

    def _apt_get(self, *words, **how):
        return output(["apt-get", "-q", "-c", os.path.join(self.home, "apt.conf")] + list(words), **how)

    def _packages(self):
        """The index file, None if none came."""
        return next(iter(glob.glob(os.path.join(self.home, "lists", "*_Packages"))), None)

    def _update(self, say):
        """Gets the index from the first mirror that has the suite. An archived suite's index has outlived its date: that is said."""
        complaints = []
        for site, keyring in mirrors():
            options = "arch=%s%s" % (self.architecture, " signed-by=%s" % keyring if keyring else "")
            self._write("sources.list", "deb [%s] %s %s main\n" % (options, site, self.name))
            for note, more in (("", ()), (", its date not checked", ("-o", "Acquire::Check-Valid-Until=false"))):
                say("getting the package index of Debian %s%s" % (self.name, note))
                try:
                    self._apt_get(*(more + ("update",)))
                except Failed as error:
                    complaints.append("%s: %s" % (site, error))
                    continue
                if self._packages():
                    return
                complaints.append("%s: no index came" % site)
        raise Failed("no mirror of this machine gives Debian %s: check the network, or add a mirror that still has it to apt's sources "
                     "(%s)" % (self.name, "; ".join(complaints[1::2])))

    def download(self, stanza, store):
        """The path of the package that a stanza of the index describes, in the folder `store`, compared with the signed SHA-256."""
        want = stanza["SHA256"]
        path = os.path.join(store, "%s_%s.deb" % (stanza["Package"], want[:16]))
        if os.path.exists(path) and sha256(path) == want:
            return path
        folder = tempfile.mkdtemp(prefix=".get-", dir=store)
        try:
            self._apt_get("download", "%s=%s" % (stanza["Package"], stanza["Version"]), folder=folder)
            got = glob.glob(os.path.join(folder, "*.deb"))
            if len(got) != 1 or sha256(got[0]) != want:
                raise Failed("the package %s that came is not the one of the signed index: something between the mirror and here alters "
                             "files; try again later or with another mirror" % stanza["Package"])
            os.rename(got[0], path)
        finally:
            shutil.rmtree(folder)
        return path
