"""What is different with Jython: `java` cannot be started by the unpacked loader, because it finds its home by /proc/self/exe.

So it runs on the machine's C library, and the few libraries that it needs besides are put where it looks: beside libjvm.so, whose
RUNPATH is $ORIGIN/.., and libffi in a folder of its own that LD_LIBRARY_PATH names. That variable does reach children, but the
folder holds nothing save a libffi of a name that the machine does not have.
"""
from __future__ import absolute_import, division, print_function

import glob
import os

from tools.debian.command import quote
from tools.debian.tree import library_folders, link, only

FFI = "libffi.so.7"
BESIDE_THE_JVM = ("libz.so.1", "libstdc++.so.6", "libgcc_s.so.1")
OPENED = ("java.lang", "java.io", "java.util", "sun.nio.ch", "java.nio.charset")  # Jython 2.7.2 reflects into them; Java 9 closed them


def libraries(home):
    """Puts them where Java looks."""
    root = os.path.join(home, "root")
    held = dict((name, os.path.join(folder, name)) for folder in library_folders(root) for name in os.listdir(folder))
    for folder in glob.glob(os.path.join(root, "usr/lib/jvm/*/lib")):
        for name in BESIDE_THE_JVM:
            if name in held and not os.path.lexists(os.path.join(folder, name)):
                os.symlink(os.path.relpath(held[name], folder), os.path.join(folder, name))
    folder = os.path.join(home, "ffi")
    os.makedirs(folder)
    if FFI in held and not glob.glob("/usr/lib/*-linux-gnu*/" + FFI):
        link(os.path.join(folder, FFI), os.path.relpath(held[FFI], folder))


def jars(root):
    """All of the tree, each once. jython.jar last: its manifest has a Class-Path into the machine's /usr/share/java."""
    folder = os.path.join(root, "usr/share/java")
    others = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.jar"))):
        if os.path.exists(path) and "jython" not in os.path.basename(path):
            others.setdefault(os.path.realpath(path), path)
    return sorted(others.values()) + [os.path.join(folder, "jython.jar")]


def command(home, java):
    """The launcher's command."""
    root = os.path.join(home, "root")
    words = [java, "-Xss4m", "-Djava.security.egd=file:/dev/urandom"]
    words += ["--add-opens=java.base/%s=ALL-UNNAMED" % package for package in OPENED]
    words += ["-classpath", ":".join(jars(root)), "-Dpython.home=" + os.path.join(root, "usr/share/jython"),
              "-Dpython.cachedir=" + os.path.join(home, "cachedir"), "-Dpython.console.encoding=UTF-8", "-Dpython.launcher.uname=linux"]
    ffi = only(root, "usr/lib/*-linux-gnu*/jni") or only(root, "usr/lib/jni")
    if ffi:
        words.append("-Djffi.boot.library.path=" + ffi)
    line = 'exec %s -Dpython.executable="$0" org.python.util.jython "$@"' % " ".join(map(quote, words))
    folder = os.path.join(home, "ffi")
    if not os.listdir(folder):
        return line
    return "LD_LIBRARY_PATH=%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; export LD_LIBRARY_PATH\n%s" % (quote(folder), line)
