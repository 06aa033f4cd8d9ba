"""A real OpenSSL 1.0.2: the one inside a wheel of psycopg2-binary, got by pip under `.environments/`, never committed.

What is there of it elsewhere is bound into interpreters that few machines have any more (Ubuntu 16.04, RHEL 7). In this wheel libssl and
libcrypto are files of their own, under names that no other program uses.
"""
from __future__ import absolute_import, division, print_function

import glob
import os
import platform
import shutil
import subprocess
import sys
import tempfile

ENVIRONMENTS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), ".environments")
PIN = "psycopg2-binary==2.7.7"  # OpenSSL 1.0.2q
PLATFORM = ["--implementation", "cp", "--python-version", "27", "--abi", "cp27mu", "--platform", "manylinux1_x86_64"]
FOLDER = os.path.join(ENVIRONMENTS, "openssl102-" + PIN.partition("==")[2])


class Missing(Exception):
    """Why there is no OpenSSL 1.0.2 here."""


def libssl():
    """The path of its libssl, fetched if it is not there yet; raises Missing. What it needs is in the same folder."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        raise Missing("the wheel with OpenSSL 1.0.2 is for Linux on x86-64, this is %s on %s" % (sys.platform, platform.machine()))
    if not found():
        fetch()
    if not found():
        raise Missing("%s has no libssl of 1.0.2 in it" % PIN)
    return found()[0]


def found():
    return glob.glob(os.path.join(FOLDER, "psycopg2", ".libs", "libssl-*.so.1.0.2*"))


def fetch():
    """Unpacks into a folder of its own, which then gets the name: two programs at once do no harm."""
    if not os.path.isdir(ENVIRONMENTS):
        os.mkdir(ENVIRONMENTS)
    folder = tempfile.mkdtemp(prefix="openssl102-", dir=ENVIRONMENTS)
    try:
        unpack(folder)
        if not os.path.exists(FOLDER):
            os.rename(folder, FOLDER)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # not there any more when all went well


def unpack(folder):
    """By `pip install --target`: `pip download` of 20.3.4, the last for Python 2.7, may end in an AssertionError."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps", "--no-compile",
               "--only-binary", ":all:", "--target", folder] + PLATFORM + [PIN]
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    said, _ = pip.communicate()
    if pip.returncode != 0:
        raise Missing("pip cannot get %s: %s" % (PIN, (said.strip().splitlines() or ["it says nothing"])[-1]))
